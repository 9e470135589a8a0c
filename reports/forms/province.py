"""省平台页的表单（R-65）。"""

from django import forms

from reports.enums import Transform
from zhuqi.kernel.inputs import DayInput

LINE = "一行一个：我们的=省平台的"


class StartForm(forms.Form):
    """从哪天起报。"""

    since = forms.DateField(
        label="从哪天的步骤报起", widget=DayInput, help_text="这天以前的不报；开通以后不能再改。",
        error_messages={"required": "请选一天。", "invalid": "请选一天。"},
    )  # fmt: skip


class PauseForm(forms.Form):
    """为什么暂停。"""

    reason = forms.CharField(label="为什么暂停", max_length=200, help_text="如：省平台周末升级。")


class ReceiptsForm(forms.Form):
    """省里填过的表格。"""

    file = forms.FileField(label="省里填过的表格", error_messages={"required": "请选择文件。"})


class FieldMapForm(forms.Form):
    """字段对照的一行。"""

    theirs = forms.CharField(label="省平台字段", max_length=40)
    transform = forms.ChoiceField(label="怎么换", choices=Transform.choices)
    codes = forms.CharField(
        label="代码表", required=False, max_length=6000, widget=forms.Textarea(attrs={"rows": 8, "lang": "en"}), help_text=f"{LINE}；等号左边的代码照现有的写。",
    )  # fmt: skip
    is_required = forms.BooleanField(label="必填", required=False, help_text="空着就不报，列在“被退回”里。")
    is_sent = forms.BooleanField(label="报送", required=False)
    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def clean_codes(self):
        """一行一对；写得不对的说是哪一行。"""
        codes: dict[str, str] = {}
        for number, line in enumerate(self.cleaned_data["codes"].splitlines(), 1):
            if not line.strip():
                continue
            ours, equals, theirs = (part.strip() for part in line.partition("="))
            if not (ours and equals and theirs):
                raise forms.ValidationError(f"第 {number} 行要写成“我们的=省平台的”。")
            if ours in codes:
                raise forms.ValidationError(f"第 {number} 行的“{ours}”前面已经有了。")
            codes[ours] = theirs
        return codes

    @classmethod
    def initial_of(cls, row):
        """一行现在的样子。"""
        return {
            "theirs": row.theirs, "transform": row.transform, "is_required": row.is_required, "is_sent": row.is_sent,
            "codes": "\n".join(f"{ours}={theirs}" for ours, theirs in row.codes.items()), "revision": row.revision,
        }  # fmt: skip
