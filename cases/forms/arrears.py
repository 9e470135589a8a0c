"""清欠的表单（R-32）：登记欠款、登记回款、作废一笔；与 ActionForm 合用的在前。"""

from urllib.parse import urlencode

from django import forms

from cases.enums import DebtorKind
from cases.forms.particulars import PICK, date_field
from enterprises.models import Region
from zhuqi.kernel.inputs import AmountField


class Doubted:
    """可能记错的先问一句：打勾认的是这一次的内容，改了内容要再认。"""

    def _own_fields(self):
        box = forms.CheckboxInput(attrs={"value": self._key(self.data)})
        return {"sure": forms.CharField(label="核对过，没有错", required=False, widget=box)}

    def arrange(self):
        """没有疑问的时候不出现。"""
        if not self.data.get("sure"):
            self.fields["sure"].widget = forms.HiddenInput()
        elif self.data["sure"] != self._key(self.data):
            self.data = self.data.copy()
            self.data["sure"] = ""

    def _key(self, data):
        return "|".join(str(data.get(name, "")).strip() for name in self.DOUBTED) if data else ""

    def details(self):
        """认过的才算。"""
        return super().details() | {"sure": self.data.get("sure") == self._key(self.data)}

    def take_refusal(self, refusal):
        """有疑问才给出打勾的一栏。"""
        super().take_refusal(refusal)
        if "sure" in getattr(refusal, "errors", {}):
            self.fields["sure"].widget = forms.CheckboxInput(attrs={"value": self._key(self.data)})
            self.data["sure"] = ""


class Owing(Doubted):
    """欠多少、谁欠、凭什么；登记过的带出来改。"""

    DOUBTED = ("owed",)

    def _own_fields(self):
        row = getattr(self.case, "arrears", None)
        if row is not None:
            self.initial |= {name: getattr(row, name) for name in ("debtor", "debtor_kind", "owed", "basis")}
        return {
            "debtor": forms.CharField(
                label="欠款方", max_length=100, error_messages={"required": "请写明是谁欠的。"}
            ),
            "debtor_kind": forms.ChoiceField(
                label="欠款方性质", choices=[("", PICK), *DebtorKind.choices],
                error_messages={"required": "请选择欠款方性质。"},
            ),
            "owed": AmountField(label="欠款金额"),
            "basis": forms.CharField(label="依据", max_length=300, required=False, help_text="合同、结算单、判决书的名称和日期。"),
        } | super()._own_fields()  # fmt: skip


class Recovering(Doubted):
    """一笔回款。"""

    DOUBTED = ("amount", "received_on")

    def _own_fields(self):
        return {
            "amount": AmountField(label="到账金额"),
            "received_on": date_field("到账日期", hint="钱进企业账上的那一天。"),
        } | super()._own_fields()

    def arrange(self):
        """先金额、日期，再说明。"""
        super().arrange()
        self.order_fields(["revision", "amount", "received_on", "note", "sure", "files"])


class VoidForm(forms.Form):
    """为什么作废。"""

    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)
    note = forms.CharField(
        label="作废原因", max_length=200, widget=forms.Textarea(attrs={"rows": 2}), help_text="企业会看到。",
        error_messages={"required": "请写明作废原因。", "max_length": "最多 200 字。"},
    )  # fmt: skip


STATES = (("", "全部"), ("none", "还没有登记"), ("due", "没有收清"), ("settled", "收清了"))


class ArrearsFilter(forms.Form):
    """清欠台账的条件；填错的当没填。"""

    region = forms.ModelChoiceField(Region.objects.none(), label="县（市、区）", required=False, empty_label="全市")
    kind = forms.ChoiceField(label="欠款方", required=False, choices=[("", "全部欠款方"), *DebtorKind.choices])
    state = forms.ChoiceField(label="收回情况", required=False, choices=STATES)
    month = forms.RegexField(r"^20\d{2}-(0[1-9]|1[0-2])$", label="哪个月到账", required=False)
    q = forms.CharField(label="编号、标题、企业或欠款方", required=False, max_length=60)

    def __init__(self, data=None, *, user):
        super().__init__(data)
        everywhere = user.region_ids is None
        self.fields["region"].queryset = (
            Region.objects.all() if everywhere else Region.objects.filter(pk__in=user.region_ids)
        )

    @property
    def chosen(self):
        """填对了的条件。"""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value not in {None, ""}}

    @property
    def kept(self):
        """别的条件，接在网址后面。"""
        said = {name: getattr(value, "pk", value) for name, value in self.chosen.items() if name != "state"}
        return f"&{urlencode(said)}" if said else ""
