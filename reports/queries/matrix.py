"""单位 × 状态：每个主办单位手里各个状态有几件（页面 7）。一条查询数完，行列的和就是合计。"""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Count, Q

from cadres.models import Unit
from cases.enums import ENDED, OPEN, Status
from cases.models import Case

OPEN_COLUMNS = tuple(status for status in Status if status in OPEN)
ENDED_COLUMNS = tuple(status for status in Status if status in ENDED)
NOBODY = "还没有主办单位"
BY_NAME = "name"
SORTS = frozenset({"open", "overdue", "all", BY_NAME, *Status.values})


@dataclass(slots=True)
class Row:
    """一个单位：各状态的件数、在办、逾期、全部。`key` 为空是还没有主办的。"""

    key: int | None
    name: str
    counts: dict[str, int] = field(default_factory=dict)
    overdue: int = 0

    @property
    def open(self) -> int:
        """在办：未结束的各状态之和。"""
        return sum(self.counts.get(status, 0) for status in OPEN_COLUMNS)

    @property
    def all(self) -> int:
        """全部。"""
        return sum(self.counts.values())

    def figure(self, column: str) -> int:
        """一列的数。"""
        found = {"open": self.open, "overdue": self.overdue, "all": self.all}
        return found[column] if column in found else self.counts.get(column, 0)


def matrix(user: Any, *, today: date, region: int | None = None, sort: str = "open") -> list[Row]:
    """每个主办单位一行，没有主办的一行在最后；两条查询，与案件、单位多少无关。"""
    cases = Case.objects.visible_to(user).order_by()
    if region:
        cases = cases.filter(region=region)
    # Counted by what is in the index, unit, status and date; a paused case is never late.
    is_late = Q(status__in=OPEN - {Status.PAUSED}, next_due_on__lt=today)
    found = cases.values_list("lead", "status").annotate(n=Count("pk"), late=Count("pk", filter=is_late))
    rows: dict[int | None, Row] = {}
    for lead, status, number, late in found:
        row = rows.setdefault(lead, Row(lead, NOBODY))
        row.counts[status] = number
        row.overdue += late
    units = Unit.objects.filter(pk__in=[key for key in rows if key]).values_list("pk", "short_name", "name")
    for key, short_name, name in units:
        rows[key].name = short_name or name
    return sorted(rows.values(), key=lambda row: _place(row, sort))


def _place(row: Row, sort: str) -> tuple[Any, ...]:
    if sort == BY_NAME:
        return row.key is None, row.name, row.key or 0
    return row.key is None, -row.figure(sort if sort in SORTS else "open"), row.name, row.key or 0


def total(rows: list[Row], name: str) -> Row:
    """合计一行。"""
    whole = Row(None, name, overdue=sum(row.overdue for row in rows))
    for row in rows:
        for status, number in row.counts.items():
            whole.counts[status] = whole.counts.get(status, 0) + number
    return whole


def columns(whole: Row) -> list[Status]:
    """要列的状态：未结束的都列，结束了的只列有件的。"""
    return [*OPEN_COLUMNS, *(status for status in ENDED_COLUMNS if whole.counts.get(status))]
