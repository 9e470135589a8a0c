"""Pages by cursor: the next page begins after a row, not at a number, so it costs the same at the millionth row."""

import base64
import binascii
import json
from datetime import UTC, date, datetime
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.db.models import Q
from rest_framework.exceptions import ParseError
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

SIZE, SIZE_MOST = 50, 200
CURSOR_MOST = 200
WRONG = "cursor 要原样用上一页 next 里给的。"


class KeysetPagination(BasePagination):
    """`results` and the address of the next page. The view names its order: `ordering = ("-reported_at", "-pk")`.

    The last column is unique, all run the same way, none is null. No total: counting a million rows for each page helps nobody.
    """

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any]:
        """One page, and whether there is another."""
        self.request = request
        self.ordering: tuple[str, ...] = getattr(view, "ordering", ("pk",))
        size = _size(request.query_params.get("size"))
        rows = queryset.order_by(*self.ordering)
        cursor = request.query_params.get("cursor")
        if cursor:
            rows = rows.filter(_after(self.ordering, _read(cursor, self.ordering, queryset.model)))
        found = list(rows[: size + 1])
        self.page, self.has_more = found[:size], len(found) > size
        return self.page

    def get_paginated_response(self, data: Any) -> Response:
        """The page."""
        return Response({"next": self._next(), "results": data})

    def _next(self) -> str | None:
        if not self.has_more:
            return None
        cursor = _written(self.page[-1], self.ordering)
        return replace_query_param(self.request.build_absolute_uri(), "cursor", cursor)

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """For the OpenAPI document."""
        said = "下一页的地址；没有下一页为 null。"
        return {
            "type": "object",
            "required": ["next", "results"],
            "properties": {
                "next": {"type": ["string", "null"], "format": "uri", "description": said},
                "results": schema,
            },
        }

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        """For the OpenAPI document."""
        size = {"type": "integer", "minimum": 1, "maximum": SIZE_MOST, "default": SIZE}
        cursor = {"type": "string", "maxLength": CURSOR_MOST}
        said = "从上一页的 next 里来，不要自己拼。"
        return [
            {"name": "cursor", "in": "query", "required": False, "description": said, "schema": cursor},
            {"name": "size", "in": "query", "required": False, "description": "一页几条。", "schema": size},
        ]


def _size(said: str | None) -> int:
    if said is None:
        return SIZE
    if not (said.isascii() and said.isdecimal() and len(said) < 5 and 1 <= int(said) <= SIZE_MOST):
        raise ParseError(f"size 要是 1 到 {SIZE_MOST} 的整数。")
    return int(said)


def _written(row: Any, ordering: tuple[str, ...]) -> str:
    values = [getattr(row, name.removeprefix("-")) for name in ordering]
    said = [value.isoformat() if isinstance(value, date) else value for value in values]
    return base64.urlsafe_b64encode(json.dumps(said).encode()).decode().rstrip("=")


def _read(cursor: str, ordering: tuple[str, ...], model: type[models.Model]) -> list[Any]:
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        said = json.loads(base64.b64decode(padded.encode("ascii"), altchars=b"-_", validate=True))
        if len(cursor) > CURSOR_MOST or not isinstance(said, list) or len(said) != len(ordering):
            raise ParseError(WRONG)
        return [_value(one, name.removeprefix("-"), model) for one, name in zip(said, ordering, strict=True)]
    except (ValueError, TypeError, OverflowError, binascii.Error, RecursionError) as error:
        raise ParseError(WRONG) from error


def _value(said: Any, name: str, model: type[models.Model]) -> Any:
    column = model._meta.pk if name == "pk" else _field(model, name)  # noqa: SLF001 - Django's own way to ask
    if isinstance(column, models.DateTimeField):
        found = datetime.fromisoformat(said)
        if found.tzinfo is None:
            raise ParseError(WRONG)
        return found.astimezone(UTC)  # the year 1 east of Greenwich overflows here, not in the database
    if isinstance(column, models.DateField):
        return date.fromisoformat(said)
    if isinstance(column, models.IntegerField):
        if type(said) is not int:
            raise ParseError(WRONG)
        return said
    if not isinstance(said, str) or "\0" in said:
        raise ParseError(WRONG)
    said.encode()  # a lone surrogate is a ValueError here, not in the database
    return said


def _field(model: type[models.Model], name: str) -> Any:
    try:
        return model._meta.get_field(name)  # noqa: SLF001 - as above
    except FieldDoesNotExist:
        return None


def _after(ordering: tuple[str, ...], values: list[Any]) -> Q:
    """(a, b) after (x, y): a ≤ x and (a < x or a = x and b < y). The first half is what an index is scanned by."""
    far, near = ("lt", "lte") if ordering[0].startswith("-") else ("gt", "gte")
    names = [name.removeprefix("-") for name in ordering]
    found, same = Q(), Q()
    for name, value in zip(names, values, strict=True):
        found |= same & Q(**{f"{name}__{far}": value})
        same &= Q(**{name: value})
    return Q(**{f"{names[0]}__{near}": values[0]}) & found
