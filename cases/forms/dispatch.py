"""交办抽屉的表单：类别两级、级别、性质、主办（建议或另选）、协办及分工、要求、规则（R-22）。"""

from dataclasses import dataclass
from typing import Any

from django import forms

from cadres.models import Unit
from cases.enums import Nature, Tier
from cases.forms.particulars import handling_units
from cases.models import Category, RuleSet
from cases.services import DispatchPlan, suggestions

OTHER = "other"
HELPERS_MOST = 8
ROWED = ("co_unit", "co_part")


class HelperForm(forms.Form):
    """一家协办单位和它的分工。"""

    is_new = False

    co_unit: "forms.ModelChoiceField[Unit]" = forms.ModelChoiceField(
        None, label="协办单位", required=False, empty_label="选单位"
    )
    co_part = forms.CharField(label="分工", max_length=200, required=False)

    def __init__(self, data=None, *, units, position):
        super().__init__(data, auto_id=f"id_co{position}_%s")
        self.fields["co_unit"].queryset = units

    def clean(self):
        """单位和分工要成对。"""
        unit, part = self.cleaned_data.get("co_unit"), (self.cleaned_data.get("co_part") or "").strip()
        if unit and not part:
            self.add_error("co_part", f"请写明{unit}做什么。")
        if part and not unit and "co_unit" not in self.errors:
            self.add_error("co_unit", "请选由哪个单位做。")
        return self.cleaned_data


@dataclass(frozen=True, slots=True)
class LeadOption:
    """主办的一个选项：单位、记录。"""

    value: str
    record: Any


class DispatchForm(forms.Form):
    """一个方案；一件或几件都用它。`cases` 的第一件定建议与预览。"""

    top = forms.ModelChoiceField(
        Category.objects.filter(parent__isnull=True, is_active=True), label="类别", empty_label="请选择",
        error_messages={"required": "请选择类别。"},
    )  # fmt: skip
    category = forms.ModelChoiceField(Category.objects.none(), label="二级类别", required=False, empty_label="不再细分")
    tier = forms.ChoiceField(label="级别", choices=Tier.choices, widget=forms.RadioSelect)
    nature = forms.ChoiceField(
        label="性质", choices=((Nature.SINGLE, "个性"), (Nature.COMMON, "共性")), widget=forms.RadioSelect
    )
    lead = forms.CharField(label="主办", required=False)
    lead_other: "forms.ModelChoiceField[Unit]" = forms.ModelChoiceField(
        None, label="其他单位", required=False, empty_label="选单位"
    )
    requirements = forms.CharField(
        label="办理要求", max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 2}),
        help_text="一行一条，会印在交办单上。",
    )  # fmt: skip
    rule_set = forms.ModelChoiceField(RuleSet.objects.none(), label="办理规则", empty_label=None)

    def __init__(self, data=None, *, cases, user, kept=None):
        self.first, self.user = cases[0], user
        super().__init__(data, initial=_initial(cases[0], user) | (kept or {}))
        self.units = handling_units()
        self.fields["lead_other"].queryset = self.units
        self.fields["rule_set"].queryset = current_rules()
        self.top_category = self._asked("top", self.fields["top"].queryset)
        children = Category.objects.filter(parent=self.top_category, is_active=True) if self.top_category else None
        # Without a script the second box cannot follow the first: it then holds every second level, under its first.
        self.fields["category"].queryset = children if children is not None else _second_level()
        self.helpers = self._helpers()
        self.records = suggestions.lead_records(self.chosen_category, user)

    def _asked(self, name, rows):
        value = str(self[name].value() or "")
        return rows.filter(pk=value).first() if value.isdecimal() else None

    @property
    def chosen_category(self):
        """现在选的类别，第二级优先；没选为 None。"""
        return self._asked("category", self.fields["category"].queryset.select_related("parent")) or self.top_category

    def _helpers(self):
        pairs = _pairs_of(self.initial) or [("", "")]
        if self.is_bound:
            pairs = list(zip(self.data.getlist("co_unit"), self.data.getlist("co_part"), strict=False))[:HELPERS_MOST]
            drop = self.data.get("drop", "")
            if drop.isdecimal() and int(drop) < len(pairs):
                pairs.pop(int(drop))
            if "more" in self.data or not pairs:
                pairs.append(("", ""))
        rows = [
            HelperForm({"co_unit": unit, "co_part": part}, units=self.units, position=n)
            for n, (unit, part) in enumerate(pairs)
        ]
        if self.is_bound and "more" in self.data:
            rows[-1].is_new = True
        return rows

    def said(self):
        """填了什么，原样：给草稿存的。"""
        names = (*self.fields, *ROWED)
        return {name: self.data.getlist(name) if name in ROWED else self.data.get(name, "") for name in names}

    @property
    def is_edited_only(self):
        """加一行、减一行，不是签发。"""
        return "more" in self.data or "drop" in self.data

    def lead_options(self):
        """建议的单位；选中的那个标出来。"""
        return [LeadOption(str(record.unit.pk), record) for record in self.records]

    @property
    def lead_value(self):
        """选中哪个主办：建议里的，或者“其他单位”。"""
        value = str(self["lead"].value() or "")
        offered = [str(record.unit.pk) for record in self.records]
        if value in offered or value == OTHER:
            return value
        return offered[0] if offered and not self._asked_other() else OTHER

    def _asked_other(self):
        return self._asked("lead_other", self.units)

    @property
    def lead_unit(self):
        """主办单位；没选为 None。"""
        if self.lead_value == OTHER:
            return self._asked_other()
        return next((record.unit for record in self.records if str(record.unit.pk) == self.lead_value), None)

    def clean(self):
        """主办要有；协办逐行查；不同的栏各说各的。"""
        if self.lead_unit is None:
            self.add_error("lead", "请选择主办单位。")
        if any([not helper.is_valid() for helper in self.helpers]):  # noqa: C419 - every row says what is wrong with it
            self.add_error(None, "协办单位和分工要一起写，请看标出的行。")
        return self.cleaned_data

    def plan(self):
        """有效以后：交办方案。"""
        said = self.cleaned_data
        return DispatchPlan(
            category=said.get("category") or said["top"], tier=said["tier"], nature=said["nature"], lead=self.lead_unit,
            co_handlers=tuple(self._pairs()), requirements=said["requirements"], rule_set=said["rule_set"],
        )  # fmt: skip

    def sketch(self):
        """没填完也能预览：填了什么算什么。"""
        tier = self["tier"].value()
        return DispatchPlan(
            category=self.chosen_category, tier=tier if tier in Tier.values else Tier.SINGLE,
            nature=self["nature"].value() or Nature.SINGLE, lead=self.lead_unit, co_handlers=tuple(self._pairs()),
            requirements=self["requirements"].value() or "", rule_set=self._asked("rule_set", self.fields["rule_set"].queryset),
        )  # fmt: skip

    def _pairs(self):
        for helper in self.helpers:
            helper.is_valid()
            unit, part = helper.cleaned_data.get("co_unit"), (helper.cleaned_data.get("co_part") or "").strip()
            if unit and part:
                yield unit, part


def _pairs_of(kept):
    return list(zip(kept.get("co_unit", ()), kept.get("co_part", ()), strict=False))[:HELPERS_MOST]


def current_rules():
    """每套规则最新的一版，默认的在前。"""
    newest = {rule.code: rule.pk for rule in RuleSet.objects.order_by("code", "version")}
    return RuleSet.objects.filter(pk__in=newest.values()).order_by("-is_default", "code")


def _second_level():
    return Category.objects.filter(parent__isnull=False, is_active=True).select_related("parent")


def _common_lead(case):
    """列入共性问题的，交给统一办理的单位（R-31）。"""
    if case.nature != Nature.COMMON:
        return None
    return case.issue_memberships.live().values_list("issue__lead", flat=True).first()


def _initial(case, user):
    category = suggestions.guessed_category(case)
    top = category.parent if category and category.parent_id else category
    return {
        "top": top.pk if top else None,
        "category": category.pk if category and category.parent_id else None,
        "tier": case.tier, "nature": case.nature,
        "lead_other": case.lead_id or _common_lead(case),
        "rule_set": current_rules().values_list("pk", flat=True).first(),
    }  # fmt: skip
