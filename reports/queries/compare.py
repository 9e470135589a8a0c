"""地区、单位、类别并排（R-50）：在办、逾期是现在的，应办结、办结、按时是一个月的；每个比率都带件数，不是名次。"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q
from django.db.models.functions import Coalesce

from cadres.models import Unit
from cases.enums import OPEN, Status
from cases.models import Case, Category
from enterprises.models import Region
from reports.queries.due import counted_by, due_in
from reports.queries.month import month_of

BY = {"unit": "承办单位", "region": "县（市、区）", "category": "类别"}
NONE = {"unit": "还没有主办单位", "region": "没有地区", "category": "还没有分类"}
OF_CASE: dict[str, Any] = {"unit": "lead", "region": "region", "category": Coalesce("category__parent", "category")}
OF_DUE: dict[str, Any] = {
    "unit": "holder",
    "region": "case__region",
    "category": Coalesce("case__category__parent", "case__category"),
}


@dataclass(slots=True)
class Compared:
    """一行。`late` 是没按时的（逾期办的和没办的），`undone` 是没办的；`key` 为空是还没有归属的。"""

    key: int | None
    name: str
    open: int = 0
    overdue: int = 0
    due: int = 0
    late: int = 0
    undone: int = 0

    @property
    def kept(self) -> int:
        """按时办的。"""
        return self.due - self.late

    @property
    def answered(self) -> int:
        """办了的：按时的和逾期才办的（R-50 的 A–D 都算答复）。"""
        return self.due - self.undone


def compared(user: Any, by: str, month: date, *, today: date) -> list[Compared]:
    """`by`：unit、region、category。地区按行政区划，别的在办多的、应办结多的在前；四条查询以内。"""
    span, lines = month_of(month), _names(by)
    found: dict[int | None, Compared] = {}
    is_late = Q(status__in=OPEN - {Status.PAUSED}, next_due_on__lt=today)
    now = Case.objects.visible_to(user).open().order_by().values_list(OF_CASE[by])
    for key, number, late in now.annotate(open=Count("pk"), overdue=Count("pk", filter=is_late)):
        line = found.setdefault(key, Compared(key, lines.get(key or 0, NONE[by])))
        line.open, line.overdue = number, late
    for key, due, late, undone in counted_by(due_in(user, span, today), OF_DUE[by], span):
        line = found.setdefault(key, Compared(key, lines.get(key or 0, NONE[by])))
        line.due, line.late, line.undone = due, late, undone
    order = list(lines)
    if by == "region":
        return sorted(found.values(), key=lambda line: order.index(line.key or 0))
    return sorted(found.values(), key=lambda line: (line.key is None, -line.open, -line.due, line.name))


def _names(by: str) -> dict[int, str]:
    if by == "unit":
        rows = Unit.objects.order_by().values_list("pk", "short_name", "name")
        return {key: short_name or name for key, short_name, name in rows}
    if by == "category":
        return dict(Category.objects.filter(parent=None).order_by().values_list("pk", "name"))
    return dict(Region.objects.values_list("pk", "name"))


def total(lines: list[Compared], name: str) -> Compared:
    """合计一行。单位一行可能合计得多：一件先后归两家的，两家各算一件。"""
    whole = Compared(None, name)
    for line in lines:
        for column in ("open", "overdue", "due", "late", "undone"):
            setattr(whole, column, getattr(whole, column) + getattr(line, column))
    return whole
