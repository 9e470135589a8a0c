"""驾驶舱上的数背后的清单：问题页的筛选里没有的几个（`LISTS`）。每个数与它的清单用同一个条件。"""

from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Q

from cases.enums import Status, TicketKind, TicketState, Tier
from cases.models import Case
from reports.queries.due import due_in, is_late, is_undone
from reports.queries.month import midnight, month_of

# A 重大 case whose dispatch the leader has still to approve: its 交办单 is drafted, not issued.
WAITING = Q(
    status=Status.ACCEPTED, tier=Tier.MAJOR, tickets__kind=TicketKind.DISPATCH, tickets__state=TicketState.DRAFT
)
LISTS = {
    "red": "问效在办",
    "reopened": "复开在办",
    "waiting": "待领导批准交办",
    "due": "应办结",
    "held": "挂账",
    "unled": "还没有主办单位的",
    "unsorted": "还没有分类的",
}
# 挂账 by age in days, first and last included; None has no end.
AGES: tuple[tuple[str, int, int | None], ...] = (
    ("30 天以内", 0, 30),
    ("31–60 天", 31, 60),
    ("61–90 天", 61, 90),
    ("90 天以上", 91, None),
)


def held_for(today: date, least: int, most: int | None) -> Q:
    """挂账满 `least` 天、不到 `most` 天零一日的（R-50）：从申报那天算。没有申报时间的算今天。"""
    found = Q()
    if least:
        found &= Q(submitted_at__lt=midnight(today - timedelta(days=least - 1)))
    if most is not None:
        since = Q(submitted_at__gte=midnight(today - timedelta(days=most)))
        found &= since if least else since | Q(submitted_at__isnull=True)
    return found


def held_by_age(user: Any, *, today: date) -> list[tuple[str, int]]:
    """挂账的件按已挂的天数：（说法，件数），四档。一条查询。"""
    held = Case.objects.visible_to(user).filter(status=Status.SHELVED).order_by()
    bands = {f"n{at}": Count("pk", filter=held_for(today, least, most)) for at, (_, least, most) in enumerate(AGES)}
    found = held.aggregate(**bands)
    return [(words, found[f"n{at}"]) for at, (words, *_) in enumerate(AGES)]


def listed(user: Any, key: str, *, today: date, **narrow: Any) -> Any:
    """一个数背后的案件（LISTS），急的在前。

    `narrow`：region、unit（应办结的按当时的责任单位，别的按主办）、category（一级）各是编号，0 是还没有；
    month、only（kept、answered_late、undone）只用于应办结；age 是挂账的第几档；status 是状态或 open、overdue。
    """
    cases = Case.objects.visible_to(user)
    region, unit, category = (narrow.get(name) for name in ("region", "unit", "category"))
    if region:
        cases = cases.filter(region=region)
    if category is not None:
        cases = cases.filter(Q(category=category) | Q(category__parent=category) if category else Q(category=None))
    if key == "due":
        cases = cases.filter(pk__in=_due(user, today, narrow).values("case"))
    elif unit:
        cases = cases.filter(lead=unit)
    status = narrow.get("status", "")
    narrowings = {
        "red": cases.red,
        "reopened": lambda: cases.open().filter(reopened_count__gt=0),
        "waiting": lambda: cases.open().filter(WAITING),
        "due": lambda: cases,
        "held": lambda: _held(cases, narrow.get("age"), today),
        "unled": lambda: _with_status(cases.filter(lead__isnull=True), status, today),
        "unsorted": lambda: _with_status(cases.filter(category__isnull=True), status, today),
    }
    return narrowings[key]().order_by("next_due_on", "pk")


def _due(user: Any, today: date, narrow: dict[str, Any]) -> Any:
    span, unit = month_of(narrow.get("month") or today), narrow.get("unit")
    rows = due_in(user, span, today).order_by()
    if unit is not None:
        rows = rows.filter(holder=unit or None)
    late, undone = rows.filter(is_late(span)).values("case"), rows.filter(is_undone(span)).values("case")
    parts = {
        "kept": lambda: rows.exclude(case__in=late),
        "answered_late": lambda: rows.filter(case__in=late).exclude(case__in=undone),
        "undone": lambda: rows.filter(case__in=undone),
    }
    return parts.get(narrow.get("only") or "", lambda: rows)()


def _held(cases: Any, age: int | None, today: date) -> Any:
    held = cases.filter(status=Status.SHELVED)
    if age is None:
        return held
    _, least, most = AGES[min(age, len(AGES) - 1)]
    return held.filter(held_for(today, least, most))


def _with_status(rows: Any, status: str, today: date) -> Any:
    if status in Status.values:
        return rows.filter(status=status)
    return {"open": rows.open, "overdue": lambda: rows.overdue(today)}.get(status, lambda: rows)()


def late_of(user: Any, cases: list[int], *, today: date, month: date) -> frozenset[int]:
    """这些案件里，那个月应办结而没有按时的。"""
    span = month_of(month)
    rows = due_in(user, span, today).filter(is_late(span), case__in=cases)
    return frozenset(rows.order_by().values_list("case", flat=True))
