"""一件事一路在谁手里、各多少个工作日（R-50）：从经过和交办单推出来。纯函数：不碰数据库、不读时钟。

活动办：待受理、待交办、退单待裁定、办结待审核。主办单位：待签收、办理中、挂账，是当时现行那张交办单主送的单位。
企业：待补充、待评价。结束了的不在谁手里，重新打开又接着算。
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from statistics import median

from cadres.calendar import WorkCalendar
from cases.enums import Status
from reports.scoring import percentile


class Side(StrEnum):
    """哪一方。"""

    LEAD = "lead"
    OFFICE = "office"
    FIRM = "firm"


SIDE_OF: dict[str, Side] = {
    Status.REPORTED: Side.OFFICE,
    Status.ACCEPTED: Side.OFFICE,
    Status.OBJECTED: Side.OFFICE,
    Status.SUBMITTED: Side.OFFICE,
    Status.DISPATCHED: Side.LEAD,
    Status.HANDLING: Side.LEAD,
    Status.SHELVED: Side.LEAD,
    Status.PAUSED: Side.FIRM,
    Status.RATING: Side.FIRM,
}


@dataclass(frozen=True, slots=True)
class Hold:
    """[since, until) 在 `side` 的 `unit` 手里；接手当天不计，移交当天计（与期限的起算同，R-40）。"""

    side: Side
    unit: int | None
    since: datetime
    until: datetime
    workdays: int

    @property
    def key(self) -> tuple[Side, int | None]:
        """谁手里。"""
        return self.side, self.unit


def holds(
    steps: Sequence[tuple[datetime, str]],
    orders: Sequence[tuple[datetime, int]],
    calendar: WorkCalendar,
    *,
    until: datetime,
    office: int | None = None,
) -> list[Hold]:
    """一件事到 `until` 为止在谁手里的各段，先后相接，不重不漏。时刻都是本市时间。

    `steps`：经过（时刻，走完后的状态），按先后；`orders`：签发过的交办单（时刻，主送单位），按先后。
    `until` 以后的不算。相邻的两段在同一方手里就是一段；工作日按日期数，各段之和等于首尾之间的工作日。
    """
    found: list[tuple[Side, int | None, datetime, datetime]] = []
    ends = [*(at for at, _ in steps), until][1:]
    for (since, status), end in zip(steps, ends, strict=True):
        side = SIDE_OF.get(status)
        if side is None or since >= until:
            continue
        for unit, start, stop in _parts(side, since, min(end, until), orders, office):
            if found and found[-1][:2] == (side, unit) and found[-1][3] == start:
                start = found.pop()[2]  # noqa: PLW2901 - the part before goes on
            found.append((side, unit, start, stop))
    return [
        Hold(side, unit, start, stop, calendar.workdays_between(start.date(), stop.date()))
        for side, unit, start, stop in found
    ]


def _parts(
    side: Side, since: datetime, end: datetime, orders: Sequence[tuple[datetime, int]], office: int | None
) -> Iterable[tuple[int | None, datetime, datetime]]:
    """一个状态里的各段：主办单位换了（新的交办单签发了）就另起一段。"""
    if side is not Side.LEAD:
        yield office if side is Side.OFFICE else None, since, end
        return
    unit, start = None, since
    for at, to_unit in orders:
        if at <= start:
            unit = to_unit
        elif at < end:
            yield unit, start, at
            unit, start = to_unit, at
    yield unit, start, end


def totals(spans: Iterable[Hold], *, since: datetime) -> dict[tuple[Side, int | None], int]:
    """`since` 以后还在手里的各方，各一共多少个工作日（之前在手里的日子也算）。"""
    found: dict[tuple[Side, int | None], int] = {}
    present = set()
    for span in spans:
        found[span.key] = found.get(span.key, 0) + span.workdays
        if span.until > since:
            present.add(span.key)
    return {key: days for key, days in found.items() if key in present}


@dataclass(frozen=True, slots=True)
class Spread:
    """一组天数：几件、中位、九成不超过、最长。"""

    count: int
    median: float
    p90: int
    longest: int


def spread(days: Sequence[int]) -> Spread:
    """天数的分布（R-50）；没有的是零件。九成与通报同一个算法（scoring.percentile）。"""
    if not days:
        return Spread(0, 0, 0, 0)
    return Spread(len(days), median(days), percentile(days, 90) or 0, max(days))
