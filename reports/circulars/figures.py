"""通报公文里的数字：只从榜上各行来，与榜上、表格里的是同一份（R-50、R-53）。"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from reports.enums import Group
from reports.scoring import CENT

LONG_SHELVED = 60  # days
FEW_IN_GROUP = 3  # fewer are not told apart into front and back


@dataclass(frozen=True, slots=True)
class Tally:
    """n ÷ d；没有分母就没有百分数。"""

    n: int
    d: int

    @property
    def percent(self) -> int | None:
        """整数百分数，四舍五入。"""
        return (200 * self.n + self.d) // (2 * self.d) if self.d else None

    def __str__(self) -> str:
        return f"{self.n}件（{self.percent}%）" if self.d else f"{self.n}件"

    @property
    def short(self) -> str:
        """表格里的写法：87% 53/61。"""
        return f"{self.percent}% {self.n}/{self.d}" if self.d else "—"


@dataclass(frozen=True, slots=True)
class Named:
    """一个单位和它的件数。"""

    name: str
    count: int


class Figures:
    """一个月的数字。`rows`：榜上各行；`places_before`：单位 → 上月名次。"""

    def __init__(self, rows: Iterable[Any], places_before: Mapping[int, int]) -> None:
        self.rows = sorted(rows, key=lambda row: (row.place is None, row.place, -row.score, row.name))
        self.places_before = places_before

    @property
    def ranked(self) -> list[Any]:
        """排了名的。"""
        return [row for row in self.rows if row.place is not None]

    @property
    def listed(self) -> list[Any]:
        """只列示的，按应办结从多到少。"""
        return sorted((row for row in self.rows if row.place is None), key=lambda row: (-row.due_count, row.name))

    def in_group(self, group: str) -> list[Any]:
        """一组里排了名的，按名次。"""
        return [row for row in self.ranked if row.group == group]

    @property
    def groups(self) -> list[Group]:
        """有单位排名的组，按固定次序。"""
        return [group for group in Group if self.in_group(group)]

    def tally(self, name: str) -> Tally:
        """一项比率的合计：answered、solved、on_time、satisfied、rated、reopened、legal。"""
        pairs = [row.counts[name] for row in self.rows]
        return Tally(sum(n for n, _ in pairs), sum(d for _, d in pairs))

    def missed(self, name: str) -> list[Named]:
        """一项里没做到的，按件数从多到少。"""
        return _most((row.name, row.counts[name][1] - row.counts[name][0]) for row in self.rows)

    def kept(self, name: str) -> list[Named]:
        """一项里数到的（重新打开），按件数从多到少。"""
        return _most((row.name, row.counts[name][0]) for row in self.rows)

    def marks(self, mark: str) -> list[Named]:
        """一种扣分，按次数从多到少。"""
        return _most((row.name, count_of(row, mark)) for row in self.rows)

    @property
    def shelved(self) -> list[Named]:
        """月末挂账，按件数从多到少。"""
        return _most((row.name, len(row.counts["shelved_days"])) for row in self.rows)

    @property
    def shelved_days(self) -> list[int]:
        """月末各件挂账的天数，从长到短。"""
        return sorted((days for row in self.rows for days in row.counts["shelved_days"]), reverse=True)

    @property
    def all_on_time(self) -> list[Any]:
        """到期的全部按时办结的排名单位。"""
        return [row for row in self.ranked if row.counts["on_time"][1] and row.counts["on_time"][0] == row.due_count]

    @property
    def without_marks(self) -> list[Any]:
        """一次扣分都没有的排名单位。"""
        return [row for row in self.ranked if not any(each["count"] for each in row.deductions)]

    def risen(self, least: int) -> list[Named]:
        """比上月升了 `least` 位以上的，升得多的在前。"""
        before = self.places_before
        rises = [(row.name, before[row.unit_id] - row.place) for row in self.ranked if row.unit_id in before]
        return [each for each in _most(rises) if each.count >= least]


def count_of(row: Any, mark: str) -> int:
    """一行里一种扣分的次数。"""
    return sum(int(each["count"]) for each in row.deductions if each["key"] == mark)


def lost_of(row: Any) -> Decimal:
    """一行扣分合计。"""
    return sum((Decimal(each["points"]) for each in row.deductions), Decimal(0))


def mean(rows: Sequence[Any]) -> Decimal:
    """平均得分，两位小数。"""
    return (sum((row.score for row in rows), Decimal(0)) / len(rows)).quantize(CENT, ROUND_HALF_UP)


def first_of(rows: Sequence[Any]) -> list[Any]:
    """第一名；并列的都在。"""
    return [row for row in rows if row.place == 1]


def last_of(rows: Sequence[Any]) -> list[Any]:
    """末位；并列的都在，全组并列就没有末位。"""
    worst = max(row.place for row in rows)
    return [row for row in rows if row.place == worst] if worst > 1 else []


def _most(pairs: Iterable[tuple[str, int]]) -> list[Named]:
    found = [Named(name, count) for name, count in pairs if count > 0]
    return sorted(found, key=lambda each: (-each.count, each.name))
