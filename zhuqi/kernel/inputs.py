"""Form inputs that several apps share."""

from decimal import Decimal
from typing import Any

from django import forms

from zhuqi.kernel.amounts import amount, in_wan
from zhuqi.kernel.errors import InvalidInput


class DayInput(forms.DateInput):
    """The browser's own calendar."""

    input_type = "date"

    def __init__(self, **kwargs):  # type: ignore[no-untyped-def]  # Django's own arguments
        super().__init__(format="%Y-%m-%d", **kwargs)


class AmountField(forms.CharField):
    """金额，随手怎么写都行：120万、1.2亿、35万6千、１２０万元；取出来是元（R-32）。"""

    default_error_messages = {"required": "请写金额。"}

    def __init__(self, **options: Any) -> None:
        options.setdefault("max_length", 40)
        options.setdefault("help_text", "可以写 120万、1.2亿、35万6千；不写单位就是元。")
        super().__init__(**options)

    def clean(self, value: Any) -> Any:
        """看不懂的、两种读法的、不大于 0 的，各说各的。"""
        typed = super().clean(value)
        if not typed:
            return None
        try:
            return amount(typed)
        except InvalidInput as refusal:
            raise forms.ValidationError(refusal.message, code="amount") from None

    def prepare_value(self, value: Any) -> Any:
        """登记过的写成 1200000，不带无用的小数。"""
        return f"{value:f}".removesuffix(".00") if isinstance(value, Decimal) else value


class WanField(forms.IntegerField):
    """万元: a whole number, or 2亿 and 3500万 as people type it."""

    widget = forms.TextInput

    def to_python(self, value: Any) -> int | None:
        """The number, or what is wrong with it."""
        text = "" if value is None else str(value)
        if not text.strip():
            return None
        if text.strip().startswith("-") and text.strip()[1:].isdecimal():
            return int(text)  # the rule says between which numbers it must lie
        try:
            return in_wan(text)
        except InvalidInput as error:
            raise forms.ValidationError(error.message) from error
