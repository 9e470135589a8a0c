"""一个月里各单位手里的事各拿了多少个工作日（R-50）：成批读经过和交办单，交给 reports.holding 去推。

算的是这个月在手里待过的件，到月末（本月到现在）为止一共拿了几天；月份过去了，数不再变。三条查询，与件数无关。
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import F, Q
from django.utils import timezone

from cadres.calendar import WorkCalendar
from cadres.models import Unit
from cases.enums import OPEN, Action, Status, TicketKind
from cases.models import Case, CaseEvent, Ticket
from reports.holding import Side, Spread, holds, spread, totals
from reports.queries.month import MonthSpan, month_of

FIRMS = "企业（补充材料、评价）"
UNNAMED = "没有交办单的"


@dataclass(frozen=True, slots=True)
class HeldLine:
    """一个单位一行。"""

    side: Side
    unit: int | None
    name: str
    spread: Spread


def held_days(
    user: Any, month: date, *, at: datetime, calendar: WorkCalendar
) -> dict[tuple[Side, int | None], dict[int, int]]:
    """谁手里 → {案件: 工作日}。看得到的才算（R-03）。"""
    span = month_of(month)
    until = min(timezone.localtime(span.until), timezone.localtime(at))
    cases = _alive(user, span)
    steps, orders = _steps(cases, until), _orders(cases, until)
    found: dict[tuple[Side, int | None], dict[int, int]] = defaultdict(dict)
    for case, office in cases.values_list("pk", "office"):
        spans = holds(steps.get(case, []), orders.get(case, []), calendar, until=until, office=office)
        for key, days in totals(spans, since=span.since).items():
            found[key][case] = days
    return found


def _alive(user: Any, span: MonthSpan) -> Any:
    """这个月里没有结束、或者在这个月及以后才结束的；之后又重新打开过的也在内，由经过去判断。"""
    ended = CaseEvent.objects.filter(kind__in=[Action.REFUSE, Action.MERGE], at__gte=span.since).order_by()
    alive = Q(status__in=OPEN) | Q(closed_at__gte=span.since)
    alive |= Q(status__in=[Status.REFUSED, Status.MERGED], pk__in=ended.values("case"))
    return Case.objects.visible_to(user).filter(alive, reported_at__lt=span.until).order_by()


def _steps(cases: Any, until: datetime) -> dict[int, list[tuple[datetime, str]]]:
    # A step that leaves the case where it is changes no hands.
    rows = CaseEvent.objects.filter(case__in=cases.values("pk"), at__lt=until).exclude(status_before=F("status_after"))
    zone = timezone.get_current_timezone()
    found: dict[int, list[tuple[datetime, str]]] = defaultdict(list)
    for case, at, status in rows.order_by("at", "pk").values_list("case", "at", "status_after"):
        found[case].append((at.astimezone(zone), status))
    return found


def _orders(cases: Any, until: datetime) -> dict[int, list[tuple[datetime, int]]]:
    rows = Ticket.objects.filter(kind=TicketKind.DISPATCH, issued_at__lt=until, case__in=cases.values("pk"))
    zone = timezone.get_current_timezone()
    found: dict[int, list[tuple[datetime, int]]] = defaultdict(list)
    for case, at, unit in rows.order_by("issued_at", "pk").values_list("case", "issued_at", "to_unit"):
        if at is not None:  # issued, or it would not be here
            found[case].append((at.astimezone(zone), unit))
    return found


def held_lines(user: Any, month: date, *, at: datetime, calendar: WorkCalendar) -> list[HeldLine]:
    """每个单位一行：主办单位按件数，然后活动办，最后企业。"""
    found = held_days(user, month, at=at, calendar=calendar)
    names = {
        key: short_name or name
        for key, short_name, name in Unit.objects.filter(pk__in=[unit for _, unit in found if unit]).values_list(
            "pk", "short_name", "name"
        )
    }
    lines = [
        HeldLine(side, unit, names.get(unit or 0, FIRMS if side == Side.FIRM else UNNAMED), spread(list(days.values())))
        for (side, unit), days in found.items()
    ]
    order = list(Side)
    return sorted(lines, key=lambda line: (order.index(line.side), -line.spread.count, line.name, line.unit or 0))
