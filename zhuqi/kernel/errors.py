"""What a rule may refuse. Edges turn these into readable pages; nothing below them catches them."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus


class DomainError(Exception):
    """A rule said no. `message` is a clear Chinese sentence for the person who acted."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message

    def __str__(self) -> str:
        return self.message


class Conflict(DomainError):
    """Someone else acted first: the page was stale."""

    status = HTTPStatus.CONFLICT


class NotPermitted(DomainError):
    """The person may see this, but may not do that (R-04)."""

    status = HTTPStatus.FORBIDDEN


class InvalidInput(DomainError):
    """What was typed or uploaded cannot be taken. `errors` maps a field to its sentences."""

    def __init__(self, message: str, errors: Mapping[str, Sequence[str]] | None = None) -> None:
        super().__init__(message)
        self.errors: dict[str, list[str]] = {field: list(said) for field, said in (errors or {}).items()}
