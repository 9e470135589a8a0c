"""通报页的表单：试算分值、异议、裁定。"""

from django import forms

from reports.enums import ITEMS, Part
from reports.models import CLOSING_MOST, OPENING_MOST
from reports.services.circulars import SIGNER_MOST
from reports.services.objections import TEXT_MOST
from reports.services.rules import MOST


class WeightsForm(forms.Form):
    """六项分值；不填的用现行的。试算用 GET，存成新规则用 POST。"""

    def __init__(self, data=None, *, weights, **kwargs):
        self.weights = weights
        present = weights.as_data()
        if data is not None:
            given = {name: data[name] for name in Part.values if name in data}
            data = {name: given.get(name, present[name]) for name in Part.values}
        super().__init__(data, initial=present, **kwargs)
        for name, label in Part.choices:
            self.fields[name] = forms.IntegerField(
                label=label, min_value=0, max_value=MOST[name],
                widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
                error_messages={
                    "invalid": "请填整数。", "required": "请填整数。",
                    "min_value": "不能小于 0。", "max_value": f"不能大于 {MOST[name]}。",
                },
            )  # fmt: skip

    def clean(self):
        """六项不能全为 0：没有可以折算的分。"""
        if not self.errors and not any(self.cleaned_data.values()):
            raise forms.ValidationError("六项不能都是 0。")
        return self.cleaned_data

    @property
    def total(self):
        """六项合计；没填对的按现行的算。"""
        values = self.cleaned_data if self.is_bound and self.is_valid() else self.initial
        return sum(values[name] for name in Part.values)

    def tried(self):
        """试算用的全部分值（扣分、收缩、门槛照旧），作为 JSON 数据。"""
        return self.weights.as_data() | self.cleaned_data


class ObjectionForm(forms.Form):
    """对一件的一项提出异议。"""

    case = forms.IntegerField(widget=forms.HiddenInput)
    item = forms.ChoiceField(label="争议项", choices=ITEMS, widget=forms.HiddenInput)
    text = forms.CharField(
        label="理由", max_length=TEXT_MOST, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="写清事实和凭据；裁定前活动办会核对案件经过。",
        error_messages={"required": "请写明理由。", "max_length": f"理由不超过 {TEXT_MOST} 字。"},
    )  # fmt: skip


class RulingForm(forms.Form):
    """裁定一条异议。"""

    is_upheld = forms.TypedChoiceField(choices=[("1", "采纳"), ("0", "不采纳")], coerce=lambda value: value == "1")
    ruling = forms.CharField(
        label="裁定理由", max_length=TEXT_MOST, required=False, widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"max_length": f"理由不超过 {TEXT_MOST} 字。"},
    )  # fmt: skip


class CircularTextForm(forms.Form):
    """通报的开头和结尾；改回缺省就清空。"""

    revision = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    opening = forms.CharField(
        label="开头", max_length=OPENING_MOST, required=False, widget=forms.Textarea(attrs={"rows": 6}),
        help_text="一行一段；清空就用缺省的话。",
        error_messages={"max_length": f"开头最多 {OPENING_MOST} 字。"},
    )  # fmt: skip
    closing = forms.CharField(
        label="下一步工作", max_length=CLOSING_MOST, required=False, widget=forms.Textarea(attrs={"rows": 8}),
        help_text="一行一段；清空就用缺省的话。",
        error_messages={"max_length": f"最多 {CLOSING_MOST} 字。"},
    )  # fmt: skip


class IssueForm(forms.Form):
    """印发：签发人，和看到的是第几次修订。"""

    revision = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    signer = forms.CharField(
        label="签发人", max_length=SIGNER_MOST, required=False,
        error_messages={"max_length": f"签发人最多 {SIGNER_MOST} 字。"},
    )  # fmt: skip
