"""What Django's own form errors say: what to do, in the words of a person, not 该字段是必填项。"""

from datetime import date
from typing import Any

from django import forms
from django.core import validators
from django.core.exceptions import ValidationError

CHOOSE = "请选一项。"
FIRST_YEAR, LAST_YEAR = 2000, 2099
WORDS = {
    forms.Field: {"required": "这一项要填。"},
    forms.CharField: {"required": "这一项要填。"},
    forms.BooleanField: {"required": "请先勾上这一项。"},
    forms.ChoiceField: {"required": CHOOSE, "invalid_choice": "没有“%(value)s”这个选项，请重新选。"},
    forms.MultipleChoiceField: {"required": "请至少选一项。", "invalid_choice": "没有“%(value)s”这个选项，请重新选。"},
    forms.ModelChoiceField: {"required": CHOOSE, "invalid_choice": "选的这一项已经不在了，请重新选。"},
    forms.ModelMultipleChoiceField: {"required": "请至少选一项。"},
    forms.IntegerField: {"invalid": "请填整数，例如 12。"},
    forms.DecimalField: {"invalid": "请填数字，例如 86.5。"},
    forms.DateField: {"invalid": "日期写成 2026-11-23 这样。"},
    forms.DateTimeField: {"invalid": "时间写成 2026-11-23 09:00 这样。"},
    forms.FileField: {
        "required": "请选一个文件。",
        "empty": "这个文件是空的，请换一个。",
        "missing": "没有收到文件，请再选一次。",
    },
}


def sane_year(on: date) -> None:
    """Refuse a slip of the keyboard (0206, 9999), with which no day can be reckoned either."""
    if not FIRST_YEAR <= on.year <= LAST_YEAR:
        raise ValidationError(f"年份好像写错了，请写 {FIRST_YEAR} 到 {LAST_YEAR} 年之间的日期。", code="year")


def speak_plainly() -> None:
    """Set the words once, before any form is made; a form's own error_messages still win."""
    validators.MaxLengthValidator.message = "最多 %(limit_value)d 字，现在 %(show_value)d 字。"
    validators.ProhibitNullCharactersValidator.message = "里面有看不见的控制符，请删去后重新粘贴。"
    field: Any  # the stubs do not know the attribute every form field has
    forms.DateField.default_validators = [sane_year]
    for field, words in WORDS.items():
        field.default_error_messages = {**getattr(field, "default_error_messages", {}), **words}
