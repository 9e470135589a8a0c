"""调度台自己的表单：筛选、勾选、成批受理、并案、指派牵头干部。单件的动作用 forms.actions。"""

from django import forms

from cadres.services import coverage
from cases.forms.fields import CaseChoiceField
from cases.models import Case, Category
from enterprises.models import Enterprise, Region

MOST = 100
PAIR = 2


class BoardFilter(forms.Form):
    """县区、类别；写错的当没写。"""

    region = forms.ModelChoiceField(Region.objects.none(), label="县区", required=False, empty_label="全部县区")
    category = forms.ModelChoiceField(
        Category.objects.filter(parent__isnull=True, is_active=True),
        label="类别",
        required=False,
        empty_label="全部类别",
    )

    def __init__(self, data, *, user):
        super().__init__(data)
        regions = Region.objects.all() if user.sees_everything else Region.objects.filter(pk__in=user.region_ids or [])
        self.fields["region"].queryset = regions

    def narrow(self, rows):
        """筛过的案件。"""
        self.is_valid()
        region, category = self.cleaned_data.get("region"), self.cleaned_data.get("category")
        if region:
            rows = rows.filter(region=region)
        if category:
            rows = rows.filter(category__in=[category, *category.children.all()])
        return rows

    @property
    def is_narrowed(self):
        """筛着没有。"""
        return bool(self.is_valid() and any(self.cleaned_data.values()))


def picked_cases(data, user):
    """勾选的案件与页面上的修订号：`pick` 的值是 主键:修订号。看不到的当没有（R-03）。"""
    asked = {}
    for value in data.getlist("pick")[:MOST]:
        pk, _, revision = value.partition(":")
        if pk.isdecimal() and (revision.isdecimal() or not revision):
            asked[int(pk)] = int(revision) if revision else None
    found = Case.objects.visible_to(user).for_list().in_bulk(asked)
    return [(found[pk], revision) for pk, revision in asked.items() if pk in found]


def picked_firms(data, user):
    """勾选的企业。"""
    pks = [int(value) for value in data.getlist("pick")[:MOST] if value.isdecimal()]
    return list(Enterprise.objects.visible_to(user).for_list().filter(pk__in=pks).order_by("name"))


class MergeMany(forms.Form):
    """几件并成一件：留哪一件、说明。"""

    into = CaseChoiceField(
        Case.objects.none(), label="留下哪一件，其余并进来", empty_label="请选择",
        error_messages={"required": "请选择留下哪一件。", "invalid_choice": "那一件刚刚办结或已并案，请另选。"},
    )  # fmt: skip
    note = forms.CharField(label="说明", max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, data=None, *, cases, user):
        super().__init__(data, initial={"into": cases[0].pk if cases else None})
        self.by_firm = _by_firm(cases)
        firms = {case.enterprise_id for case in cases}
        # Whatever else the firm has in hand is a target too, not only what was ticked.
        self.fields["into"].queryset = (
            Case.objects.visible_to(user).open().filter(enterprise__in=firms).order_by("reported_at")
        )

    @property
    def refusal(self):
        """一勾选就看得出并不了的原因；并得了为空串。"""
        if len(self.by_firm) > 1:
            count = sum(len(cases) for _, cases in self.by_firm)
            return f"勾选的 {count} 件分属 {len(self.by_firm)} 家企业，只能并同一企业的问题。"
        if self.by_firm and self.fields["into"].queryset.count() < PAIR:
            return f"{self.by_firm[0][0]}没有别的在办问题，这一件无处可并。"
        return ""


def _by_firm(cases):
    found = {}
    for case in cases:
        found.setdefault(case.enterprise, []).append(case)
    return list(found.items())


class CadreChoiceField(forms.ModelChoiceField):
    """干部：姓名加单位，同名也分得清。"""

    def label_from_instance(self, obj):
        """许干部（市自然资源局）。"""
        return f"{obj.name}（{obj.unit or '未挂单位'}）"


class AssignMany(forms.Form):
    """给没有牵头干部的企业指派一名。"""

    cadre = CadreChoiceField(
        None, label="牵头干部", empty_label="请选择", error_messages={"required": "请选择牵头干部。"}
    )
    note = forms.CharField(label="调整说明", max_length=200, required=False)

    def __init__(self, data=None, *, user):
        super().__init__(data)
        self.fields["cadre"].queryset = coverage.candidates(user).order_by("unit__ordering", "unit__name", "name")
