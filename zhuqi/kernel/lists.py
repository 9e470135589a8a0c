"""What a list on screen shows, told to whoever writes it down (R-54).

The app that owns a list registers it under a key; reports writes the ledger from the same rows, and needs no other
app's forms for it. One function gives the page and the ledger, so the count on screen is the count in the file.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict

NOT_CONDITIONS = frozenset({"sort"})


@dataclass(frozen=True, slots=True)
class Listed:
    """A list as asked for: the filter, what of it was filled in well, the rows in their order on screen."""

    form: forms.Form
    chosen: Mapping[str, Any]
    rows: QuerySet[Any]
    more: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """The conditions in words: 状态 办理中；级别 重大."""
        said = [
            f"{self.form.fields[name].label or name} {_shown(self.form.fields[name], value)}"
            for name, value in self.chosen.items()
            if name not in NOT_CONDITIONS and value not in {None, ""}
        ]
        return "；".join([*self.more, *said])


Shows = Callable[[Any, QueryDict, date], Listed]
_LISTS: dict[str, Shows] = {}


def shows(key: str) -> Callable[[Shows], Shows]:
    """Register `(user, params, today) -> Listed` as the list called `key`; it starts at `.visible_to(user)`."""

    def register(show: Shows) -> Shows:
        _LISTS[key] = show
        return show

    return register


def listed(key: str, user: Any, params: QueryDict, today: date) -> Listed:
    """What the list called `key` shows this person; KeyError for a key nobody registered."""
    return _LISTS[key](user, params, today)


def _shown(field: Any, value: Any) -> str:
    has_choices = hasattr(field, "choices") and isinstance(value, str | int)
    choices = dict(field.choices) if has_choices else {}
    if value in choices:
        return str(choices[value])
    if isinstance(value, date) and not isinstance(value, datetime):
        return value.isoformat()
    return str(value)
