"""问题按什么筛；写错的是 400，不像页面那样当没填。"""

from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django_filters.rest_framework import FilterSet
from rest_framework.exceptions import ValidationError

from cadres.enums import Role
from cases.enums import ENDED, FIRM_MARKS, Level, Source, Status, Tier
from cases.filters import words_q
from cases.models import Case
from zhuqi.kernel.api import filters

KEPT_BACK = ("level", "tier")


class CaseFilterSet(FilterSet):
    """各条都要满足。"""

    status = filters.choice("status", Status, "状态", lambda rows, name, value: rows.filter(status=value))
    level = filters.choice("level", Level, "催问级别")
    tier = filters.choice("tier", Tier, "级别")
    source = filters.choice("source", Source, "来源")
    category = filters.key(
        "category", "类别，含下级", lambda rows, name, value: rows.filter(Q(category=value) | Q(category__parent=value))
    )
    lead = filters.key("lead", "主办单位")
    region = filters.key("region", "县（市、区）")
    enterprise = filters.key("enterprise", "企业")
    number = filters.words("问题编号，如 XC-2026-0871", lambda rows, name, value: rows.filter(number=value.upper()))
    reported_from = filters.day("reported_at", "提出不早于", filters.since("reported_at"))
    reported_to = filters.day("reported_at", "提出不晚于", filters.until("reported_at"))
    closed_from = filters.day("closed_at", "销号不早于", filters.since("closed_at"))
    closed_to = filters.day("closed_at", "销号不晚于", filters.until("closed_at"))
    due_to = filters.day(
        "next_due_on", "在办，下一期限不晚于", lambda rows, name, value: rows.open().filter(next_due_on__lte=value)
    )
    is_open = filters.flag("在办", lambda rows, name, value: rows.open() if value else rows.filter(status__in=ENDED))
    is_overdue = filters.flag(
        "已逾期",
        lambda rows, name, value: rows.overdue(timezone.localdate()) if value else rows.exclude(pk__in=_late(rows)),
    )
    q = filters.words("编号、标题、描述、企业里有这些字（R-62）", lambda rows, name, value: rows.filter(words_q(value)))

    class Meta:
        model = Case
        fields: list[str] = []

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """企业看不到的不能用来筛；它选“已交办”，退单待裁定的也在里面（R-20、R-25）。"""
        said = self.form.cleaned_data
        if self.request.user.role == Role.ENTERPRISE:
            wrong = {name: ["这一项不能用来筛选。"] for name in KEPT_BACK if said.get(name) not in {None, ""}}
            if wrong:
                raise ValidationError(wrong)
            status = said.pop("status", "")
            if status:
                told = [one for one in Status if FIRM_MARKS.get(one, one) == status]
                queryset = queryset.filter(status__in=told)
        return super().filter_queryset(queryset)


def _late(rows: Any) -> Any:
    return rows.overdue(timezone.localdate()).order_by().values("pk")
