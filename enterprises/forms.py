"""Forms of the firms' books."""

from django import forms

from enterprises.credit_codes import check_credit_code, normalise_credit_code
from enterprises.models import Cluster, Contact, Enterprise, IndustryChain, Region, Tag, WhitelistLevel
from zhuqi.kernel.inputs import DayInput

YES_NO = [("", "全部"), ("1", "规上"), ("0", "规下")]


class FirmForm(forms.ModelForm):
    """A firm's entry. `seen_at` tells a stale page; a doubtful code is saved after one look more (R-10)."""

    tags = forms.ModelMultipleChoiceField(
        Tag.objects.filter(is_active=True), label="标签", required=False, widget=forms.CheckboxSelectMultiple
    )
    credit_code = forms.CharField(
        label="统一社会信用代码", max_length=40, help_text="18 位；全角、小写、空格会自动改正"
    )
    seen_at = forms.CharField(required=False, widget=forms.HiddenInput)
    code_checked = forms.CharField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = Enterprise
        fields = (
            "name", "credit_code", "region", "address", "industry_code", "industry", "chain", "cluster", "is_above_scale",
            "tags",
        )  # fmt: skip
        help_texts = {"name": "与营业执照一致", "industry_code": "如 C3525", "industry": "如 模具制造"}

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        regions = Region.objects.all()
        if not user.sees_everything:
            regions = regions.filter(pk__in=user.region_ids or ())
        self.fields["region"].queryset = regions
        self.fields["region"].empty_label = "（请选）"
        self.fields["chain"].queryset = IndustryChain.objects.filter(is_active=True)
        self.fields["cluster"].queryset = Cluster.objects.filter(is_active=True)
        for name in ("chain", "cluster"):
            self.fields[name].empty_label = "（不选）"
        if self.instance.pk:
            self.initial["seen_at"] = self.instance.updated_at.isoformat()

    def clean_credit_code(self):
        """Normalised, so that it comes back as it will be kept; the services judge it."""
        return normalise_credit_code(self.cleaned_data["credit_code"])

    def warning(self) -> str:
        """An old firm's code that only warns; empty once it was looked at."""
        code = self.cleaned_data.get("credit_code", "") if hasattr(self, "cleaned_data") else ""
        known = code == self.instance.credit_code or code == self.cleaned_data.get("code_checked", "")
        return "" if known or not code else check_credit_code(code).warning

    def _post_clean(self):
        """Not the model's own checks: the services do them, with better words."""


class ContactForm(forms.ModelForm):
    """One contact."""

    class Meta:
        model = Contact
        fields = ("name", "post", "phone", "is_primary")
        help_texts = {"is_primary": "评价链接发给首要联系人。", "phone": "手机，或带区号的座机"}

    def _post_clean(self):
        """As above."""


class WhitelistForm(forms.Form):
    """A level from a day on, by a document."""

    level = forms.ChoiceField(label="级别", choices=[("", "（请选）"), *WhitelistLevel.choices])
    from_on = forms.DateField(label="起", widget=DayInput)
    document = forms.CharField(label="依据文号", max_length=60)


class FirmFilter(forms.Form):
    """Above the list."""

    q = forms.CharField(label="查找", required=False)
    region = forms.ModelChoiceField(Region.objects.all(), label="县（市、区）", required=False, empty_label="全部")
    chain = forms.ModelChoiceField(IndustryChain.objects.all(), label="产业链", required=False, empty_label="全部")
    level = forms.ChoiceField(label="白名单", required=False, choices=[("", "全部"), *WhitelistLevel.choices])
    scale = forms.ChoiceField(label="规模", required=False, choices=YES_NO)

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        if not user.sees_everything and user.region_ids:
            self.fields["region"].queryset = Region.objects.filter(pk__in=user.region_ids)

    def narrow(self, firms):
        """Firms as asked for; a level means the list the firm is on now."""
        said = self.cleaned_data if self.is_valid() else {}
        if said.get("q"):
            firms = firms.matching(said["q"])
        for name in ("region", "chain"):
            if said.get(name):
                firms = firms.filter(**{name: said[name]})
        if said.get("scale"):
            firms = firms.filter(is_above_scale=said["scale"] == "1")
        if said.get("level"):
            firms = firms.filter(whitelistings__level=said["level"], whitelistings__to_on__isnull=True).distinct()
        return firms
