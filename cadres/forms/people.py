"""Accounts, grants and units."""

from django import forms
from django.conf import settings

from cadres.enums import Role, UnitKind
from cadres.models import Unit, User
from enterprises.credit_codes import normalise_credit_code
from enterprises.models import Enterprise, Region

BLANK = [("", "全部")]


class AccountForm(forms.ModelForm):
    """What the system administrator writes down. A firm is named by its credit code: nobody scrolls 4,000 names."""

    firm_code = forms.CharField(
        label="企业的统一社会信用代码", required=False, max_length=40, help_text="企业账号才填，填了就不选单位。"
    )

    class Meta:
        model = User
        fields = ("username", "name", "unit", "post", "phone", "sso_id")
        labels = {"username": "账号名"}
        help_texts = {"username": "登录用，字母或数字，开立后不能改。"}

    field_order = ("username", "name", "unit", "firm_code", "post", "phone", "sso_id")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = Unit.objects.filter(is_active=True)
        self.fields["unit"].empty_label = "（不选）"
        if settings.SSO.get("OIDC_ACCOUNT_FIELD") != "sso_id":
            del self.fields["sso_id"]
        if self.instance.pk:
            del self.fields["username"]
            if self.instance.enterprise_id:
                self.fields["firm_code"].initial = self.instance.enterprise.credit_code

    def clean_sso_id(self):
        """None, not "": many have none, no two the same."""
        said = (self.cleaned_data["sso_id"] or "").strip()
        if said and User.objects.filter(sso_id__iexact=said).exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError("这个统一身份标识已经是别的账号的。")
        return said or None

    def clean_firm_code(self):
        """The firm it names."""
        code = normalise_credit_code(self.cleaned_data["firm_code"])
        if not code:
            return None
        # An account is made for any firm of the city: by key, not by what the administrator may read.
        firm = Enterprise.objects.filter(credit_code=code).first()
        if firm is None:
            raise forms.ValidationError("没有找到这个代码的企业，请先由活动办登记企业。")
        return firm


class GrantForm(forms.Form):
    """A role, and whether this person signs for the unit."""

    role = forms.ChoiceField(label="角色", choices=[("", "（收回授权）"), *Role.choices], required=False)
    is_head = forms.BooleanField(label="单位负责人（退单须由其签字；活动办的为主任）", required=False)


class ReasonForm(forms.Form):
    """Why."""

    reason = forms.CharField(label="原因", max_length=100, error_messages={"required": "请写明原因。"})


class PeopleFilter(forms.Form):
    """Above the list of people."""

    q = forms.CharField(label="姓名、账号或单位", required=False)
    role = forms.ChoiceField(label="角色", required=False, choices=[*BLANK, ("-", "未授权"), *Role.choices])
    state = forms.ChoiceField(label="状态", required=False, choices=[*BLANK, ("on", "在用"), ("off", "已停用")])


class UnitForm(forms.ModelForm):
    """A unit, without its ticket prefix: that is the office's."""

    class Meta:
        model = Unit
        fields = (
            "code",
            "name",
            "short_name",
            "kind",
            "parent",
            "region",
            "lead_unit",
            "phone",
            "ordering",
            "is_arrears_group",
            "is_active",
        )
        help_texts = {
            "code": "字母、数字，各单位不同，如 ZRZY。",
            "short_name": "列表里显示的名称，如 市自然资源局。",
            "region": "县级单位才选；空着就是市级。",
            "lead_unit": "专项工作小组才选。",
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        others = Unit.objects.exclude(pk=self.instance.pk) if self.instance.pk else Unit.objects.all()
        self.fields["parent"].queryset = self.fields["lead_unit"].queryset = others.filter(is_active=True)
        self.fields["region"].queryset = Region.objects.all()
        for name in ("parent", "region", "lead_unit"):
            self.fields[name].empty_label = "（不选）"


class UnitFilter(forms.Form):
    """Above the list of units."""

    q = forms.CharField(label="名称或代码", required=False)
    kind = forms.ChoiceField(label="类别", required=False, choices=[*BLANK, *UnitKind.choices])


class PrefixForm(forms.Form):
    """The 代字 of an office (R-34)."""

    ticket_prefix = forms.CharField(label="代字", max_length=12, error_messages={"required": "请填写代字，如 许助企。"})
