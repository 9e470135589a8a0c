"""应办结与按时：驾驶舱的按时率、办结率从这里来（R-50）。分母是到了期的和已经办了的，涉法涉诉不在内（R-23）。"""

from collections import defaultdict
from datetime import date, timedelta
from typing import Any, NamedTuple

from django.db.models import Case, Count, Exists, OuterRef, Q, When

from cases.enums import Status
from cases.models import Deadline, Pause
from reports.queries.month import MonthSpan, due_deadlines, midnight, month_of

DAY = timedelta(days=1)
UNMET = Q(met_at__isnull=True)


def due_in(user: Any, span: MonthSpan, today: date) -> Any:
    """那个月应办结的期限（R-50）：本月数到今天为止已经到期、或者已经办了的；过去的月以月末 24:00 为准。

    等企业补充的不在内：恢复以前不知道是哪天（R-26）。
    """
    rows = due_deadlines(span, Deadline.objects.visible_to(user)).filter(case__is_legal=False)
    if span.first == month_of(today).first:
        return rows.filter(Q(due_on__lt=today) | ~UNMET).exclude(UNMET & Q(case__status=Status.PAUSED))
    waiting = Pause.objects.filter(case=OuterRef("case"), paused_at__lt=span.until).filter(
        Q(resumed_at__isnull=True) | Q(resumed_at__gte=span.until)
    )
    return rows.exclude(is_undone(span) & Exists(waiting))


def is_undone(span: MonthSpan) -> Q:
    """月末 24:00 还没办的。"""
    return UNMET | Q(met_at__gte=span.until)


def is_late(span: MonthSpan) -> Q:
    """没办的，和到期日 24:00 以后才办的。逐日写开：不在库里换算时区，十万件也快。"""
    late, day = UNMET, span.first
    while day <= span.last:
        day += DAY
        late |= Q(due_on=day - DAY, met_at__gte=midnight(day))
    return late


class DueRow(NamedTuple):
    """应办结的一期：哪件、在哪个地区、谁的、没按时没有。读出来就是这样的元组，不必一行一行再造。"""

    case: int
    region: int
    holder: int | None
    is_late: bool


REGION, HOLDER = DueRow._fields.index("region"), DueRow._fields.index("holder")


def due_rows(user: Any, *, today: date) -> list[DueRow]:
    """本月应办结的各期，一次读出来，全市、各地区、各单位都从这里数：各数一遍，要把案件表扫三遍。"""
    span = month_of(today)
    late = Case(When(is_late(span), then=True), default=False)
    return list(due_in(user, span, today).order_by().values_list("case", "case__region", "holder", late))


def kept_by(rows: list[DueRow], column: int) -> dict[Any, tuple[int, int]]:
    """按一列（REGION、HOLDER）分：（按时件数，应办结件数）。一件多期的，都按时才算。"""
    due, late = defaultdict(set), defaultdict(set)
    for row in rows:
        due[row[column]].add(row[0])
        if row[3]:
            late[row[column]].add(row[0])
    return {key: (len(cases) - len(late[key]), len(cases)) for key, cases in due.items()}


def counted_by(rows: Any, by: Any, span: MonthSpan) -> list[tuple[Any, int, int, int]]:
    """按一列分：（那一列，应办结件数，没按时的，没办的）。一件多期的，有一期没做到就算。一条查询。"""
    found = rows.values_list(by).annotate(
        due=Count("case", distinct=True),
        late=Count("case", filter=is_late(span), distinct=True),
        undone=Count("case", filter=is_undone(span), distinct=True),
    )
    return list(found.order_by())
