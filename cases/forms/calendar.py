"""The working calendar: a day by hand, a notice as pasted, a 双十 day moved (R-15, R-42)."""

from django import forms

from cadres.models import CalendarDay


class DayInput(forms.DateInput):
    """The browser's own calendar."""

    input_type = "date"

    def __init__(self, **kwargs):
        super().__init__(format="%Y-%m-%d", **kwargs)


class DayForm(forms.Form):
    """What a day becomes, and on what ground. `seen` is the version looked at."""

    kind = forms.ChoiceField(label="这一天", choices=CalendarDay.Kind.choices, widget=forms.RadioSelect)
    name = forms.CharField(label="名称", max_length=30, required=False, help_text="如 春节；调休日写它补的是哪个假")
    reason = forms.CharField(label="依据", max_length=200, help_text="如 豫政办明电〔2026〕3号")
    seen = forms.IntegerField(widget=forms.HiddenInput)


class NoticeForm(forms.Form):
    """The notice's own text."""

    text = forms.CharField(
        label="通知原文",
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 12}),
        help_text="从标题“国务院办公厅关于 ×××× 年部分节假日安排的通知”粘贴到落款日期。",
        error_messages={"required": "请粘贴通知全文。"},
    )
    number = forms.CharField(label="通知文号", max_length=60, required=False, help_text="原文里有就不用填")
    despite_problems = forms.BooleanField(label="没看懂的地方我已逐条核对，不影响日历", required=False)
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)


class HeldOnForm(forms.Form):
    """One 双十 day set by hand."""

    nominal_on = forms.DateField(widget=forms.HiddenInput)
    held_on = forms.DateField(label="改到哪天", widget=DayInput)
    reason = forms.CharField(label="原因", max_length=200)
