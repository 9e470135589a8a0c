"""A form that a rule refused comes back filled in, with the rule's sentences beside its fields."""

from collections.abc import Callable
from typing import Any, TypeVar

from django import forms

from zhuqi.kernel.errors import Conflict, InvalidInput

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


def attempt_kept(form: forms.Form, act: Callable[[], Result], *, revision: Callable[[], int]) -> Result | None:
    """The same, and a page that others overtook comes back filled in too, on top of what they saved.

    `form.overtaken` is then True (answer 409); the hidden `revision` is moved on, so that saving again is a decision.
    """
    form.overtaken = False  # type: ignore[attr-defined]  # read by the view
    try:
        return attempt(form, act)
    except Conflict as lost:
        form.overtaken = True  # type: ignore[attr-defined]  # as above
        form.data = {**dict(form.data.items()), form.add_prefix("revision"): str(revision())}
        form.add_error(None, lost.message)
        return None
