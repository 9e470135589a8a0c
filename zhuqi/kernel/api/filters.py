"""Query parameters: whole keys, known choices, ISO days. What cannot be read is 400, never ignored."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any

import django_filters
from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema_field

KEY_MOST = 2**53  # what JSON carries exactly
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2100, 12, 31)
WORDS_MOST = 60

Narrow = Callable[[Any, str, Any], QuerySet[Any]]


class _Key(django_filters.Filter):
    field_class = forms.IntegerField


class _Day(django_filters.Filter):
    field_class = forms.DateField


class _Words(django_filters.Filter):
    field_class = forms.CharField


class _Flag(django_filters.Filter):
    field_class = forms.TypedChoiceField


def key(column: str, said: str, narrow: Narrow | None = None) -> Any:
    """A key of another table: `?region=3`."""
    made = _Key(field_name=column, label=said, method=narrow, min_value=1, max_value=KEY_MOST)
    return extend_schema_field({"type": "integer", "minimum": 1, "description": said})(made)


def choice(column: str, choices: Any, said: str, narrow: Narrow | None = None) -> Any:
    """One of a list: `?tier=MAJOR`."""
    made = django_filters.ChoiceFilter(field_name=column, label=said, choices=choices.choices, method=narrow)
    of = type(choices.values[0])
    words = "、".join(f"{value} {label}" for value, label in choices.choices)
    kind = "integer" if issubclass(of, int) else "string"
    return extend_schema_field({"type": kind, "enum": list(choices.values), "description": f"{said}：{words}"})(made)


def flag(said: str, narrow: Narrow) -> Any:
    """`true` or `false`, nothing else."""
    words = (("true", "是"), ("false", "否"))
    made = _Flag(label=said, method=narrow, choices=words, coerce=lambda value: value == "true", empty_value=None)
    return extend_schema_field({"type": "boolean", "description": said})(made)


def day(column: str, said: str, narrow: Narrow | None = None, lookup: str = "exact") -> Any:
    """2026-11-23."""
    limits = [MinValueValidator(FIRST_DAY), MaxValueValidator(LAST_DAY)]
    made = _Day(
        field_name=column, lookup_expr=lookup, label=said, method=narrow, input_formats=["%Y-%m-%d"], validators=limits
    )
    return extend_schema_field({"type": "string", "format": "date", "description": said})(made)


def words(said: str, narrow: Narrow) -> Any:
    """What is looked for in texts."""
    made = _Words(label=said, method=narrow, max_length=WORDS_MOST)
    return extend_schema_field({"type": "string", "maxLength": WORDS_MOST, "description": said})(made)


def since(column: str) -> Narrow:
    """At or after the day's 00:00, Asia/Shanghai."""
    return lambda rows, name, value: rows.filter(**{f"{column}__gte": midnight(value)})


def until(column: str) -> Narrow:
    """Before the day's 24:00."""
    return lambda rows, name, value: rows.filter(**{f"{column}__lt": midnight(value + timedelta(days=1))})


def midnight(day: date) -> datetime:
    """The day's 00:00, Asia/Shanghai."""
    return timezone.make_aware(datetime.combine(day, time.min))
