"""回头看的表单（R-30）：记录、改派。"""

from django import forms

from cases.enums import LookBackMode, LookBackResult
from cases.forms.particulars import date_field
from cases.services.look_backs import ACCOUNT_MOST, REASON_MOST, REMAINS_MOST, SENT_BACK, Seen

RESULTS = (
    (LookBackResult.REAL, "属实：真办好了，现在也好着"),
    (LookBackResult.RELAPSED, "当时办好了，现在又出现"),
    (LookBackResult.FALSE, "没有办好，申报不实"),
    (LookBackResult.UNREACHED, "没联系上"),
)


class LookBackRecord(forms.Form):
    """看过以后填的：方式、结果、情况；退回重办的写还要办什么，没联系上的写哪天再试。"""

    mode = forms.ChoiceField(
        label="怎么看的", choices=LookBackMode.choices, widget=forms.RadioSelect,
        error_messages={"required": "请选电话，还是上门。"},
    )  # fmt: skip
    result = forms.ChoiceField(
        label="结果", choices=RESULTS, widget=forms.RadioSelect, error_messages={"required": "请选看到的结果。"}
    )
    account = forms.CharField(
        label="看到、听到的情况", max_length=ACCOUNT_MOST, widget=forms.Textarea(attrs={"rows": 4}),
        help_text="问了谁、看到什么。只有活动办、领导、督查看得到。",
        error_messages={"required": "请写明看到、听到的情况。"},
    )  # fmt: skip
    remains = forms.CharField(
        label="还要办什么", max_length=REMAINS_MOST, required=False,
        help_text="退回重办的才填；承办单位看得到这一句，看不到是谁写的。",
    )  # fmt: skip
    try_on = date_field("哪天再试", required=False, hint="没联系上的才填。")
    tries = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def seen(self):
        """填好的；用不着的两栏不带走。"""
        said = self.cleaned_data
        return Seen(
            said["mode"], said["result"], said["account"],
            remains=said["remains"] if said["result"] in SENT_BACK else "",
            try_on=said["try_on"] if said["result"] == LookBackResult.UNREACHED else None,
        )  # fmt: skip


class Reassign(forms.Form):
    """改派：只写为什么，换谁由系统选。"""

    reason = forms.CharField(
        label="为什么改派", max_length=REASON_MOST, help_text="系统另选一人，换下的人不再轮到。",
        error_messages={"required": "请写明为什么改派。"},
    )  # fmt: skip
