"""应办结与按时：驾驶舱的按时率、办结率从这里来（R-50）。分母是到了期的和已经办了的，涉法涉诉不在内（R-23）。"""

from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q

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


def kept_by(rows: Any, by: str, span: MonthSpan) -> dict[Any, tuple[int, int]]:
    """按一列分：（按时件数，应办结件数）。一件多期的，都按时才算。"""
    return {key: (due - late, due) for key, due, late, _ in counted_by(rows, by, span)}


def counted_by(rows: Any, by: Any, span: MonthSpan) -> list[tuple[Any, int, int, int]]:
    """按一列分：（那一列，应办结件数，没按时的，没办的）。一件多期的，有一期没做到就算。一条查询。"""
    found = rows.values_list(by).annotate(
        due=Count("case", distinct=True),
        late=Count("case", filter=is_late(span), distinct=True),
        undone=Count("case", filter=is_undone(span), distinct=True),
    )
    return list(found.order_by())
