"""一年的合计（R-63）：场次、到场、各类结果的三步，按种类、按县（市、区）；政策兑现的金额不计入。

每个数都从看得到的行数出来（R-03），行就在 `attended_rows`、`result_rows` 里。
"""

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import Count, Sum

from cadres.enums import Role
from cadres.models import User
from policies.enums import EventState
from policies.models import EventResult, MatchEvent, Participation

Figures = dict[tuple[str, str], tuple[Decimal | None, int | None]]  # (measure, stage) → 元, 个数


@dataclass(slots=True)
class Line:
    """一行：一类，或一个县（市、区）。"""

    key: int
    name: str
    measure: str = ""
    held_count: int = 0
    came_count: int = 0
    figures: Figures = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Totals:
    """一年。"""

    whole: Line
    firm_count: int
    kinds: tuple[Line, ...]
    regions: tuple[Line, ...]


def held_events(user: User, year: int) -> Any:
    """这一年办过的；主办单位只算自己的。"""
    seen: Any = MatchEvent.objects.visible_to(user)
    events = seen.filter(state=EventState.HELD).held_in(year).order_by()
    return events.filter(unit=user.unit_id or 0) if user.role == Role.UNIT else events


def attended_rows(user: User, year: int) -> Any:
    """到场的一家一场一行。"""
    return Participation.objects.visible_to(user).filter(event__in=held_events(user, year).values("pk"), attended=True)


def result_rows(user: User, year: int) -> Any:
    """没有作废的结果。"""
    return EventResult.objects.visible_to(user).counted().filter(event__in=held_events(user, year).values("pk"))


def totals(user: User, year: int) -> Totals:
    """六条查询，与场次多少无关。"""
    events, came, results = held_events(user, year), attended_rows(user, year), result_rows(user, year)
    kinds = {row[0]: Line(*row) for row in events.values_list("kind", "kind__name", "kind__measure").distinct()}
    for key, count in events.values_list("kind").annotate(Count("pk")).order_by():
        kinds[key].held_count = count
    _add(kinds, came.order_by().values_list("event__kind").annotate(Count("pk")), _figures(results, "event__kind"))
    regions: dict[int, Line] = {}
    counted = came.order_by().values_list("enterprise__region", "enterprise__region__name").annotate(Count("pk"))
    # Results may lie where nobody is marked as come: the firm moved since, or two entries were merged.
    names = ("enterprise__region__ordering", "enterprise__region", "enterprise__region__name")
    ordered = came.order_by().values_list(*names).union(results.order_by().values_list(*names))
    for _, key, name in sorted(ordered):
        regions.setdefault(key, Line(key, name))
    _add(regions, [(key, count) for key, _, count in counted], _figures(results, "enterprise__region"))
    whole = Line(0, "合计", held_count=sum(line.held_count for line in kinds.values()))
    for line in kinds.values():
        whole.came_count += line.came_count
        for which, figure in line.figures.items():
            whole.figures[which] = _plus(whole.figures.get(which), figure)
    firms = came.order_by().values("enterprise").distinct().count()
    return Totals(
        whole, firms, tuple(sorted(kinds.values(), key=lambda line: -line.held_count)), tuple(regions.values())
    )


def _figures(results: Any, by: str) -> dict[int, Figures]:
    found: dict[int, Figures] = defaultdict(dict)
    sums = results.order_by().values_list(by, "kind", "stage").annotate(Sum("amount"), Sum("heads"))
    for key, kind, stage, amount, heads in sums:
        found[key][kind, stage] = amount, heads
    return found


def _add(lines: dict[int, Line], came: Any, figures: dict[int, Figures]) -> None:
    for key, count in came:
        lines[key].came_count = count
    for key, found in figures.items():
        lines[key].figures = found


def _plus(one: Any, other: Any) -> Any:
    if one is None:
        return other
    return tuple(None if a is None and b is None else (a or 0) + (b or 0) for a, b in zip(one, other, strict=True))
