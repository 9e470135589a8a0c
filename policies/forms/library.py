"""政策库的表单：录入与修订、条件一行一个、废止、列表上面的筛选。"""

import re
from datetime import date

from django import forms
from django.forms import formset_factory

from cadres.enums import Role, UnitKind
from cadres.models import Unit
from policies.enums import ConditionField, Operator, PolicyLevel
from policies.models import Policy, PolicyCategory
from policies.models.policy import CARD_MOST
from policies.rules.matching import ALLOWED, Condition
from policies.rules.wording import UNITS
from policies.services.names import unknown_among
from zhuqi.kernel.amounts import in_wan, whole_number
from zhuqi.kernel.errors import InvalidInput
from zhuqi.kernel.file_fields import FilesField
from zhuqi.kernel.inputs import DayInput

NUMBERS = frozenset({ConditionField.AGE, ConditionField.REVENUE, ConditionField.STAFF})
BARE = frozenset({Operator.YES, Operator.NO})
NUMBER_MOST = 10**9
SPLIT = re.compile(r"[,，、;；\s]+")


class PolicyForm(forms.ModelForm):
    """一份政策（R-60）。`revision` 认得出旧页面。"""

    revision = forms.IntegerField(required=False, widget=forms.HiddenInput)
    note = forms.CharField(
        label="改了什么", max_length=200, required=False, help_text="修订已发布的政策时写，留在版本记录里"
    )

    class Meta:
        model = Policy
        fields = (
            "title", "number", "level", "region", "issuer", "unit", "category", "published_on", "effective_on",
            "expires_on", "body", "source", "card", "is_automatic", "guide_materials", "guide_where", "guide_until_on",
            "guide_contact", "guide_phone",
        )  # fmt: skip
        widgets = {
            **{name: DayInput() for name in ("published_on", "effective_on", "expires_on", "guide_until_on")},
            "body": forms.Textarea(attrs={"rows": 14}),
            "card": forms.Textarea(attrs={"rows": 3}),
            "guide_materials": forms.Textarea(attrs={"rows": 3}),
        }
        help_texts = {
            "number": "如 许政办〔2026〕9号；没有就空着",
            "region": "县级政策要选",
            "card": f"给企业看的大白话，{CARD_MOST} 字以内：谁能享受、得多少、怎么办",
            "is_automatic": "不用申请，符合就直接兑现",
            "expires_on": "空着就是一直有效，直到废止",
        }

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        kinds = (UnitKind.DEPARTMENT, UnitKind.OFFICE, UnitKind.COUNTY, UnitKind.FINANCE, UnitKind.UTILITY)
        units = Unit.objects.filter(is_active=True, kind__in=kinds)
        if not (user.role == Role.OFFICE and user.sees_everything):
            units = units.filter(pk=user.unit_id)
        self.fields["unit"].queryset = units
        self.fields["unit"].required = True
        self.fields["category"].queryset = PolicyCategory.objects.filter(is_active=True)
        for name in ("unit", "category", "region"):
            self.fields[name].empty_label = "（请选）"
        self.fields["level"].choices = [("", "（请选）"), *PolicyLevel.choices]
        if not self.instance.pk:
            self.initial.setdefault("unit", user.unit_id)
        else:
            self.initial["revision"] = self.instance.revision

    def _post_clean(self):
        """规则由服务查，说得更清楚。"""


class ConditionForm(forms.Form):
    """一个条件：看哪一项、怎么比、跟什么比（几个值用顿号隔开）。整行空着就不算。"""

    field = forms.ChoiceField(label="看哪一项", required=False, choices=[("", "（请选）"), *ConditionField.choices])
    operator = forms.ChoiceField(label="怎么比", required=False, choices=[("", "（请选）"), *Operator.choices])
    values = forms.CharField(label="跟什么比", required=False, max_length=400)

    def clean(self):
        """合起来是不是一个条件。"""
        said = self.cleaned_data
        if not any(said.get(name) for name in ("field", "operator", "values")):
            return said
        if not said.get("field"):
            self.add_error("field", "请选看企业的哪一项。")
            return said
        name = ConditionField(said["field"])
        if said.get("operator") not in ALLOWED[name]:
            ways = "、".join(f"「{one.label}」" for one in ALLOWED[name])
            self.add_error("operator", f"「{name.label}」只能用{ways}来比。")
            return said
        operator = Operator(said["operator"])
        try:
            said["condition"] = Condition(name, operator, self._values(name, operator, said.get("values", "")))
        except forms.ValidationError as error:
            self.add_error("values", error)
        return said

    def _values(self, name, operator, text):
        if operator in BARE:
            return ()
        words = [word for word in SPLIT.split(text.strip()) if word]
        if not words:
            raise forms.ValidationError("请写跟什么比。")
        if name in NUMBERS:
            return (_number(name, text),)
        unknown = unknown_among(name, words)
        if unknown:
            raise forms.ValidationError(f"没有这样的{name.label}：{'、'.join(unknown[:5])}。")
        return tuple(dict.fromkeys(words))


def _number(name, text):
    """营业收入按万元记，写 2亿、3500万 也行；其余是整数，带逗号、带单位都行。"""
    if name == ConditionField.REVENUE:
        try:
            found = in_wan(text)
        except InvalidInput as error:
            raise forms.ValidationError(error.message) from error
    else:
        found = whole_number(text.strip().removesuffix(UNITS[name]))
    if found is None or found > NUMBER_MOST:
        raise forms.ValidationError("请填一个不小于 0 的整数，不超过 10 亿。")
    return found


# Never draws more rows than this, whatever number of them the page claims to have sent.
ConditionFormSet = formset_factory(ConditionForm, extra=2, max_num=20, validate_max=True, absolute_max=40)


def condition_rows(conditions):
    """存着的条件 → 表单的初值。"""
    return [
        {"field": one.field, "operator": one.operator, "values": "、".join(map(str, one.values))} for one in conditions
    ]


class AttachForm(forms.Form):
    """加附件，可以一次几个。"""

    files = FilesField(label="加附件", help_text="照片、PDF、Word、Excel，可多选。")  # type: ignore[assignment]  # BaseForm has the uploads


class ImportForm(forms.Form):
    """要导入的文件。"""

    file = forms.FileField(label="文件", help_text="CSV、Excel（.xlsx）或一行一个 JSON", allow_empty_file=True)


class ImportStartForm(forms.Form):
    """怎么导入。"""

    publishes = forms.BooleanField(
        label="能发布的直接发布", required=False, initial=True, help_text="市、县的没写明白卡就存为草稿，写了再发布"
    )
    revises = forms.BooleanField(
        label="同文号、全文有变的，修订成新的一版", required=False, help_text="不勾就略过，结果里会写明不同"
    )


class AbolishForm(forms.Form):
    """废止。"""

    on = forms.DateField(label="从哪天起废止", widget=DayInput)
    why = forms.CharField(label="为什么", max_length=200, help_text="写明被哪份文件代替，或到期不再执行")


class PolicyFilter(forms.Form):
    """列表上面的筛选；件数由视图填进选项（R-62 的分面）。"""

    q = forms.CharField(label="查找", required=False, max_length=60)
    level = forms.ChoiceField(label="层级", required=False, choices=[("", "全部"), *PolicyLevel.choices])
    category = forms.ModelChoiceField(PolicyCategory.objects.all(), label="类别", required=False, empty_label="全部")
    unit = forms.ModelChoiceField(
        Unit.objects.filter(policies__isnull=False).distinct(), label="发布单位", required=False, empty_label="全部"
    )
    year = forms.IntegerField(label="年份", required=False, min_value=1990, max_value=2100)
    valid = forms.ChoiceField(label="效力", required=False, choices=[("", "有效的"), ("all", "全部，含过期和废止")])

    def narrow(self, policies, *, today: date):
        """照条件筛；不说就只看有效的。"""
        said = self.cleaned_data if self.is_valid() else {}
        for name in ("level", "category", "unit"):
            if said.get(name):
                policies = policies.filter(**{name: said[name]})
        if said.get("year"):
            policies = policies.filter(published_on__year=said["year"])
        return policies if said.get("valid") == "all" else policies.valid_on(today)
