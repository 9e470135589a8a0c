"""The port: what a channel is asked to do, and the two ways in which it may not work."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Letter:
    """One message, worded. `token` is the same at every attempt: a provider that keeps it shows the message once."""

    to: str
    title: str
    text: str
    link: str
    token: str
    at: datetime


class Refused(Exception):
    """The address cannot be reached, now or later. The words are for people; they never hold the address."""


class Trouble(Exception):
    """It did not work this time: try again, not before `after` seconds."""

    def __init__(self, words: str, *, after: int = 0) -> None:
        super().__init__(words)
        self.after = after


class Channel(Protocol):
    """An adapter."""

    def send(self, letter: Letter) -> str:
        """Send and give the provider's own number for it ("" when it has none). Raises Refused or Trouble."""
        ...
