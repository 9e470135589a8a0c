"""回头看抽谁、派给谁（R-30）：纯规则，由种子算出来，谁都能照着重算一遍。

排序只用 SHA-256（种子:编号），不用随机数发生器：换一台机器、换一个版本、拿纸笔都得到同样的次序。
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from cases.enums import LookBackReason, Tier

WHOLE = 100
Stratum = tuple[str, str]  # region, top category


@dataclass(frozen=True, slots=True)
class Closed:
    """一件销了号的事，抽取要看的几样。"""

    number: str
    region: str
    category: str
    tier: str = Tier.SINGLE
    bad_rating_count: int = 0
    is_arrears: bool = False
    was_shelved: bool = False


@dataclass(frozen=True, slots=True)
class Layer:
    """一层（区域 × 大类）：层里的编号，抽中的编号，都按编号排。"""

    region: str
    category: str
    numbers: tuple[str, ...]
    drawn: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Drawing:
    """一次抽取：必看的（编号 → 为什么）和分层抽的。"""

    must: Mapping[str, LookBackReason]
    layers: tuple[Layer, ...]

    @property
    def reasons(self) -> dict[str, LookBackReason]:
        """要看的每一件和为什么。"""
        drawn = {number: LookBackReason.DRAWN for layer in self.layers for number in layer.drawn}
        return {**self.must, **drawn}


@dataclass(frozen=True, slots=True)
class Candidate:
    """一个可以去看的人；`region` 为空是市级。`load` 是手上还没看的件数。"""

    user: int
    unit: int | None
    region: int | None
    is_official: bool  # 活动办、督查；否则是别的单位的助企干部
    load: int = 0


def rank(seed: str, name: object) -> str:
    """种子给一个编号的次序：SHA-256（种子:编号），十六进制从小到大。"""
    return sha256(f"{seed}:{name}".encode()).hexdigest()


def must_reason(case: Closed) -> LookBackReason | None:
    """必看的理由，有几条取最前的一条；没有就进抽取（R-30）。"""
    if case.tier == Tier.MAJOR:
        return LookBackReason.MAJOR
    if case.bad_rating_count:
        return LookBackReason.BAD_RATING
    if case.is_arrears:
        return LookBackReason.ARREARS
    return LookBackReason.SHELVED if case.was_shelved else None


def wanted(size: int, share: int) -> int:
    """`size` 件里抽 `share` % 是几件：不足一件的进一件，所以不会少于规定的比例。"""
    return -(-size * share // WHOLE)


def quotas(sizes: Mapping[Stratum, int], total: int, seed: str) -> dict[Stratum, int]:
    """`total` 件按各层大小分下去：先取整数部分，余下的给小数部分最大的；一样大的按种子的次序。"""
    whole = sum(sizes.values())
    if not whole:
        return {}
    given = {key: size * total // whole for key, size in sizes.items()}
    rest = sorted(sizes, key=lambda key: (-(sizes[key] * total % whole), rank(seed, "/".join(key))))
    for key in rest[: total - sum(given.values())]:
        given[key] += 1
    return given


def draw(cases: Iterable[Closed], *, share: int, seed: str) -> Drawing:
    """必看的全看，其余按区域 × 大类分层抽 `share` %；同样的种子和同样的一批，结果一样，与次序无关。"""
    must: dict[str, LookBackReason] = {}
    strata: dict[Stratum, list[str]] = defaultdict(list)
    for case in sorted(cases, key=lambda each: each.number):
        reason = must_reason(case)
        if reason:
            must[case.number] = reason
        else:
            strata[case.region, case.category].append(case.number)
    return Drawing(must, redraw(strata, share=share, seed=seed))


def redraw(strata: Mapping[Stratum, Sequence[str]], *, share: int, seed: str) -> tuple[Layer, ...]:
    """照留下的分层重抽一遍。"""
    total = wanted(sum(map(len, strata.values())), share)
    given = quotas({key: len(numbers) for key, numbers in strata.items()}, total, seed)
    return tuple(
        Layer(*key, tuple(sorted(numbers)), _first(numbers, given[key], seed))
        for key, numbers in sorted(strata.items())
    )


def _first(numbers: Sequence[str], count: int, seed: str) -> tuple[str, ...]:
    return tuple(sorted(sorted(numbers, key=lambda number: rank(seed, number))[:count]))


def choose(  # noqa: PLR0913 - the facts of one choice
    pool: Iterable[Candidate],
    *,
    seed: str,
    regions: Collection[int],
    barred_units: Collection[int],
    barred_people: Collection[int],
    most: int,
) -> Candidate | None:
    """派给谁：市级或本区域的，不在回避的单位和人里；手上少的在前，一样多的按种子的次序。

    活动办和督查先看，手上满 `most` 件的才轮到别的单位的干部；都轮不到就是 None。
    """

    def turn(one: Candidate) -> tuple[int, int]:
        return (0 if one.load < most else 2) if one.is_official else 1, one.load

    fit = [
        one
        for one in pool
        if (one.region is None or one.region in regions)
        and one.unit not in barred_units
        and one.user not in barred_people
    ]
    first = min(map(turn, fit), default=None)
    return min((one for one in fit if turn(one) == first), key=lambda one: rank(seed, one.user), default=None)
