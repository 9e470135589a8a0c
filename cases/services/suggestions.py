"""交办时的建议：哪个单位主办（类别的常办单位、同类的先例），它以前办得怎样（页面 4）。只读。"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Q, QuerySet

from cadres.models import Unit, User
from cases.enums import Clock
from cases.models import Case, Category, Deadline
from cases.rules.similarity import guess_category

MOST = 3


@dataclass(frozen=True, slots=True)
class LeadRecord:
    """一个可能的主办单位，和它办同类问题的记录。"""

    unit: Unit
    led: int = 0
    on_time: int = 0
    objected: int = 0
    is_suggested: bool = False

    @property
    def words(self) -> str:
        """同类 11 件由其主办，9 件按时。"""
        if not self.led:
            return "还没有办过同类问题"
        said = f"同类 {self.led} 件由其主办，{self.on_time} 件按时"
        return f"{said}，{self.objected} 件被退单" if self.objected else said


def lead_records(category: Category | None, user: User) -> list[LeadRecord]:
    """最多三个候选：类别常办单位在前，其余按同类主办件数。"""
    if category is None:
        return []
    default = default_lead(category)
    led = _led_counts(category, user)
    order = sorted(led, key=lambda pk: (pk != (default.pk if default else None), -led[pk]))
    pks = ([default.pk] if default and default.pk not in led else []) + order
    units = Unit.objects.filter(is_active=True).in_bulk(pks[: MOST + 2])
    chosen = [units[pk] for pk in pks if pk in units][:MOST]
    on_time, objected = _on_time_counts(category, user, chosen), _objection_counts(category, user, chosen)
    return [
        LeadRecord(unit, led.get(unit.pk, 0), on_time.get(unit.pk, 0), objected.get(unit.pk, 0), is_suggested=n == 0)
        for n, unit in enumerate(chosen)
    ]


def default_lead(category: Category) -> Unit | None:
    """类别的常办单位；下级没有就看上级。"""
    return category.default_lead or (category.parent.default_lead if category.parent else None)


def _same_kind(category: Category, user: User) -> QuerySet[Case]:
    return Case.objects.visible_to(user).filter(Q(category=category) | Q(category__parent=category)).order_by()


def _led_counts(category: Category, user: User) -> dict[int, int]:
    rows = _same_kind(category, user).filter(lead__isnull=False).values("lead").annotate(n=Count("pk"))
    return {row["lead"]: row["n"] for row in rows}


def _on_time_counts(category: Category, user: User, units: Sequence[Unit]) -> dict[int, int]:
    rows = Deadline.objects.filter(clock=Clock.RESOLVE, met_at__date__lte=F("due_on"), holder__in=units)
    rows = rows.filter(case__in=_same_kind(category, user).values("pk")).order_by()
    return {row["holder"]: row["n"] for row in rows.values("holder").annotate(n=Count("case", distinct=True))}


def _objection_counts(category: Category, user: User, units: Sequence[Unit]) -> dict[int, int]:
    rows = _same_kind(category, user).filter(objections__unit__in=units, objections__is_upheld=True)
    counted = rows.values("objections__unit").annotate(n=Count("pk", distinct=True))
    return {row["objections__unit"]: row["n"] for row in counted}


def guessed_category(case: Case) -> Category | None:
    """受理、交办时先填上的类别：已定的，或按关键词猜的；猜不出为 None。"""
    return case.category if case.category_id else guessed_categories([case]).get(case.pk)


def guessed_categories(cases: Iterable[Case]) -> dict[int, Category]:
    """还没分类的几件各像哪一类：{案件主键: 类别}；一条查询。"""
    asked = [case for case in cases if not case.category_id]
    if not asked:
        return {}
    rows = list(Category.objects.filter(is_active=True).select_related("parent", "task_force", "default_lead"))
    by_pk = {row.pk: row for row in rows}
    # Second-level names are sharper; the first level is asked only when none of them is named.
    levels = [[(row.pk, row.keywords) for row in rows if bool(row.parent_id) == below] for below in (True, False)]
    found = {case.pk: _guess(f"{case.title} {case.description}", levels) for case in asked}
    return {pk: by_pk[key] for pk, key in found.items() if key}


def _guess(text: str, levels: Any) -> int | None:
    return next((key for level in levels if (key := guess_category(text, level))), None)
