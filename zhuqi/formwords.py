"""What Django's own form errors say: what to do, in the words of a person, not 该字段是必填项。"""

from typing import Any

from django import forms

CHOOSE = "请选一项。"
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


def speak_plainly() -> None:
    """Set the words once, before any form is made; a form's own error_messages still win."""
    field: Any  # the stubs do not know the attribute every form field has
    for field, words in WORDS.items():
        field.default_error_messages = {**getattr(field, "default_error_messages", {}), **words}
