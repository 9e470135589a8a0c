"""A form that a rule refused comes back filled in, with the rule's sentences beside its fields."""

from collections.abc import Callable
from typing import Any, TypeVar

from django import forms

from zhuqi.kernel.errors import InvalidInput

Result = TypeVar("Result")


def attempt(form: forms.BaseForm, act: Callable[[], Result]) -> Result | None:
    """Do `act` and give its result; when it raises InvalidInput, put the sentences on the form and give None."""
    try:
        return act()
    except InvalidInput as refused:
        placed: dict[str | None, list[Any]] = {}
        for name, sentences in refused.errors.items():
            placed.setdefault(name if name in form.fields else None, []).extend(sentences)
        for place, said in (placed or {None: [refused.message]}).items():
            form.add_error(place, said)
        return None
