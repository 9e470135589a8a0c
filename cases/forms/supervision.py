"""问效与暗访的表单（页面 9）。认定与批准用 forms.actions。"""

from django import forms

from cases.forms.particulars import date_field
from cases.models import Case

TRUE_OR_FALSE = (("yes", "与申报一致"), ("no", "不一致"))


class SpotCheckPlan(forms.Form):
    """安排暗访：哪一件、哪天、看什么。"""

    number = forms.CharField(label="问题编号", max_length=24, help_text="如 XC-2026-1014。",
                             error_messages={"required": "请填写问题编号。"})  # fmt: skip
    planned_on = date_field("计划日期")
    purpose = forms.CharField(
        label="看什么", max_length=200, widget=forms.Textarea(attrs={"rows": 2}),
        help_text="承办单位和企业都看不到这次安排。", error_messages={"required": "请写明去看什么。"},
    )  # fmt: skip

    def __init__(self, *args, user, **options):
        super().__init__(*args, **options)
        self.user = user
        self.case = None

    def clean_number(self):
        """看得到的案件；写错说清。"""
        number = self.cleaned_data["number"].strip().upper()
        self.case = Case.objects.visible_to(self.user).filter(number=number).select_related("lead").first()
        if self.case is None:
            raise forms.ValidationError(f"没有编号为 {number} 的问题，请核对。")
        return number


class SpotCheckRecord(forms.Form):
    """记录暗访：看到的情况、与申报一致不一致。"""

    seen = forms.CharField(
        label="看到的情况", max_length=4000, widget=forms.Textarea(attrs={"rows": 5}),
        help_text="时间、地点、看到什么、问了谁。", error_messages={"required": "请写明看到的情况。"},
    )  # fmt: skip
    is_true = forms.ChoiceField(
        label="与申报的结果", choices=TRUE_OR_FALSE, widget=forms.RadioSelect,
        error_messages={"required": "请选与申报一致，还是不一致。"},
    )  # fmt: skip

    def clean_is_true(self):
        """是或否。"""
        return self.cleaned_data["is_true"] == "yes"
