"""R-50, R-51: rates and the monthly score of organisations, as pure functions over frozen facts.

Exact arithmetic (Fraction, rounded once to two places), so the order of the facts never matters and the same facts
give the same figures for ever. Never a league table of persons (国办函〔2026〕12号). Source of the parts: domain R-51.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from fractions import Fraction
from statistics import median
from typing import Any, Self

FULL = 100
CENT = Decimal("0.01")
NONE, MOST = Decimal("0.00"), Decimal("100.00")
SATISFIED_FROM = 3  # 基本满意 and above
ANSWERED = frozenset("ABCD")
SOLVED = "A"


class Group(StrEnum):
    """Four groups, ranked apart (R-51)."""

    COUNTY = "COUNTY"
    ZONE = "ZONE"
    DEPARTMENT = "DEPARTMENT"
    SERVICE = "SERVICE"


class Part(StrEnum):
    """What earns points."""

    SIGNING = "signing"
    ON_TIME = "on_time"
    SOLVED = "solved"
    RATING = "rating"
    LOOK_BACK = "look_back"
    COMMON = "common"


class Mark(StrEnum):
    """What costs points."""

    URGE = "urge"
    INQUIRY = "inquiry"
    WRONG_OBJECTION = "wrong_objection"
    FALSE_CLOSURE = "false_closure"


@dataclass(frozen=True, slots=True)
class Weights:
    """R-51†: points of the parts, price of the marks, shrinkage and the least number of due cases. Data, never code."""

    signing: int = 15
    on_time: int = 20
    solved: int = 25
    rating: int = 25
    look_back: int = 10
    common: int = 5
    urge: int = 1
    urge_most: int = 5
    inquiry: int = 5
    wrong_objection: int = 1
    false_closure: int = 10
    shrinkage: int = 5
    least_due: int = 5

    def __post_init__(self) -> None:
        if any(value < 0 for value in asdict(self).values()):
            raise ValueError("权重、扣分、收缩和门槛都不能小于 0。")
        if not self.total:
            raise ValueError("至少要有一项的分值大于 0。")

    @property
    def total(self) -> int:
        """The six parts together; 100 in a rule, anything above 0 in a what-if."""
        return sum(self.of(part) for part in Part)

    def of(self, part: Part) -> int:
        """Full points of a part."""
        return int(getattr(self, part.value))

    def as_data(self) -> dict[str, int]:
        """For JSON."""
        return asdict(self)

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """From JSON; a name it does not know is an error, a missing one keeps the default."""
        return cls(**{name: int(value) for name, value in data.items()})


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """What one case says about one organisation in one month. None: the question did not arise."""

    case: int
    unit: int
    group: str
    is_due: bool = False  # a term to resolve ended in the month
    outcome: str = ""  # A – D once answered by the end of the month
    is_on_time: bool | None = None
    was_false: bool = False  # that answer was proven false before the month was published
    is_signed_on_time: bool | None = None
    is_fed_back_on_time: bool | None = None
    is_ratable: bool = False  # the firm's 15 days ended, or it rated, in the month
    rating: int | None = None  # 5 … 1; not rated is None, never satisfied
    was_closed: bool = False
    was_reopened: bool = False
    look_back_passed: bool | None = None
    common_done: bool | None = None
    urges: int = 0
    inquiries: int = 0
    wrong_objections: int = 0
    false_closures: int = 0
    is_legal: bool = False  # 涉法涉诉: its own lane
    workdays: int | None = None  # from dispatch to the answer
    shelved_days: int | None = None  # age of 挂账 at the end of the month

    @property
    def answer(self) -> str:
        """The outcome as it stands: a false one is none."""
        return "" if self.was_false else self.outcome

    def as_data(self) -> dict[str, Any]:
        """For JSON: what differs from nothing, so a frozen month stays small."""
        blank = {field.name: field.default for field in fields(self)}
        return {name: value for name, value in asdict(self).items() if value != blank[name]}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """From JSON; an unknown name is an error."""
        return cls(**data)


@dataclass(frozen=True, slots=True)
class Rate:
    """n of d, with the cases of d and those of them that were missed. A share never travels without its counts."""

    n: int
    d: int
    cases: tuple[int, ...] = ()
    missed: tuple[int, ...] = ()

    @property
    def share(self) -> Fraction | None:
        """The quotient, or None where there was nothing to count."""
        return Fraction(self.n, self.d) if self.d else None

    @property
    def percent(self) -> int | None:
        """Whole percent, halves up."""
        return None if self.share is None else int(self.share * 100 + Fraction(1, 2))


@dataclass(frozen=True, slots=True)
class Counts:
    """R-50: every rate with its counts, ages and lengths beside them; 涉法涉诉 apart."""

    answered: Rate
    solved: Rate
    on_time: Rate
    satisfied: Rate
    rated: Rate
    reopened: Rate
    looked_back: Rate
    median_workdays: float | None
    p90_workdays: int | None
    shelved_days: tuple[int, ...]
    legal: Rate


@dataclass(frozen=True, slots=True)
class PartScore:
    """Points of one part. `full` is 0 in a month where nobody in the group has data for it (see `score_month`)."""

    part: Part
    rate: Rate
    full: Decimal
    points: Decimal


@dataclass(frozen=True, slots=True)
class Deduction:
    """Points lost to one kind of mark; `count` may cost less than its price where a most is set."""

    mark: Mark
    count: int
    points: Decimal
    cases: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """One organisation's month. `place` None: listed, not ranked."""

    unit: int
    group: str
    due: int
    parts: tuple[PartScore, ...]
    deductions: tuple[Deduction, ...]
    score: Decimal
    place: int | None
    counts: Counts


Question = Callable[[CaseFacts], Iterable[bool]]
MARK_FIELDS: dict[Mark, str] = {
    Mark.URGE: "urges",
    Mark.INQUIRY: "inquiries",
    Mark.WRONG_OBJECTION: "wrong_objections",
    Mark.FALSE_CLOSURE: "false_closures",
}
# What an upheld objection takes out of the reckoning: the case no longer counts there, neither for nor against.
_STRUCK: dict[str, dict[str, Any]] = {
    Part.SIGNING: {"is_signed_on_time": None, "is_fed_back_on_time": None},
    Part.ON_TIME: {"is_on_time": None},
    Part.SOLVED: {"is_due": False, "outcome": "", "is_on_time": None},
    Part.RATING: {"is_ratable": False, "rating": None},
    Part.LOOK_BACK: {"look_back_passed": None},
    Part.COMMON: {"common_done": None},
    **{mark: {name: 0} for mark, name in MARK_FIELDS.items()},
}


def strike(facts: CaseFacts, items: Iterable[str]) -> CaseFacts:
    """The facts without what objections had struck from them (R-52). An unknown item is an error."""
    for item in items:
        facts = replace(facts, **_STRUCK[item])
    return facts


def _signing(facts: CaseFacts) -> list[bool]:
    return [kept for kept in (facts.is_signed_on_time, facts.is_fed_back_on_time) if kept is not None]


def _one(kept: bool | None) -> list[bool]:  # noqa: FBT001 - the answer itself, not an option
    return [] if kept is None else [kept]


QUESTIONS: dict[Part, Question] = {
    Part.SIGNING: _signing,
    Part.ON_TIME: lambda f: _one(f.is_on_time and not f.was_false) if f.is_due and not f.is_legal else [],
    Part.SOLVED: lambda f: [f.answer == SOLVED] if f.is_due and not f.is_legal else [],
    Part.RATING: lambda f: [f.rating >= SATISFIED_FROM] if f.rating is not None and not f.is_legal else [],
    Part.LOOK_BACK: lambda f: _one(f.look_back_passed),
    Part.COMMON: lambda f: _one(f.common_done),
}


def rate(facts: Iterable[CaseFacts], question: Question) -> Rate:
    """Ask each case; a case may answer more than once (signing and first feedback) or not at all."""
    answers = sorted((each.case, kept) for each in facts for kept in question(each))
    return Rate(
        n=sum(kept for _, kept in answers),
        d=len(answers),
        cases=tuple(dict.fromkeys(case for case, _ in answers)),
        missed=tuple(dict.fromkeys(case for case, kept in answers if not kept)),
    )


def count(facts: Sequence[CaseFacts]) -> Counts:
    """R-50 for any set of cases. Denominators of 办结率, 解决率 and 满意率 are without 涉法涉诉 (R-23)."""
    used = sorted(f.workdays for f in facts if f.workdays is not None and not f.is_legal and not f.was_false)
    return Counts(
        answered=rate(facts, lambda f: [f.answer in ANSWERED] if f.is_due and not f.is_legal else []),
        solved=rate(facts, QUESTIONS[Part.SOLVED]),
        on_time=rate(facts, QUESTIONS[Part.ON_TIME]),
        satisfied=rate(facts, QUESTIONS[Part.RATING]),
        rated=rate(facts, lambda f: [f.rating is not None] if f.is_ratable and not f.is_legal else []),
        reopened=rate(facts, lambda f: [f.was_reopened] if f.was_closed or f.was_reopened else []),
        looked_back=rate(facts, QUESTIONS[Part.LOOK_BACK]),
        median_workdays=median(used) if used else None,
        p90_workdays=percentile(used, 90),
        shelved_days=tuple(sorted(f.shelved_days for f in facts if f.shelved_days is not None)),
        legal=rate(facts, lambda f: [f.answer in ANSWERED] if f.is_legal else []),
    )


def percentile(values: Sequence[int], percent: int) -> int | None:
    """Nearest rank: the smallest value that `percent` of all do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, -(-percent * len(ordered) // 100) - 1)] if ordered else None


def score_month(
    facts: Iterable[CaseFacts], weights: Weights, members: Mapping[int, str] | None = None
) -> tuple[Standing, ...]:
    """R-51: every organisation's score and place, group by group, best first, the listed after the ranked.

    `members` (unit → group) adds organisations without a case. Each part is the unit's rate shrunk to the group's
    pooled rate m: (n + k·m) ÷ (d + k). So a unit without data for a part stands at its group's mean, neither rewarded
    nor punished; a part for which *nobody* in the group has data is left out that month and its points go to the
    other parts in proportion, so that full marks stay 100 (docs/adr/0021-parts-without-data.md).
    """
    by_unit: dict[tuple[str, int], list[CaseFacts]] = defaultdict(list)
    for unit, group in (members or {}).items():
        by_unit[group, unit] = []
    for each in facts:
        by_unit[each.group, each.unit].append(each)
    standings: list[Standing] = []
    for group in sorted({group for group, _ in by_unit}, key=_group_order):
        standings += _score_group(group, {unit: rows for (of, unit), rows in by_unit.items() if of == group}, weights)
    return tuple(standings)


def _group_order(group: str) -> tuple[int, str]:
    known = [each.value for each in Group]
    return (known.index(group) if group in known else len(known), group)


def _score_group(group: str, by_unit: Mapping[int, Sequence[CaseFacts]], weights: Weights) -> list[Standing]:
    everyone = [each for rows in by_unit.values() for each in rows]
    pooled = {part: rate(everyone, QUESTIONS[part]).share for part in Part}
    active = sum(weights.of(part) for part in Part if pooled[part] is not None)
    drawn = [_standing(unit, group, rows, weights, pooled, active) for unit, rows in by_unit.items()]
    ranked = [each.score for each in drawn if each.due >= weights.least_due]
    placed = [
        replace(each, place=1 + sum(score > each.score for score in ranked)) if each.due >= weights.least_due else each
        for each in drawn
    ]
    return sorted(placed, key=lambda each: (each.place is None, each.place, -each.score, each.unit))


def _standing(  # noqa: PLR0913 - what one row is made of
    unit: int,
    group: str,
    rows: Sequence[CaseFacts],
    weights: Weights,
    pooled: Mapping[Part, Fraction | None],
    active: int,
) -> Standing:
    parts = tuple(_part_score(part, rows, weights, pooled[part], active) for part in Part)
    deductions = tuple(_deduction(mark, rows, weights) for mark in Mark)
    counts = count(rows)
    score = sum((each.points for each in parts), Decimal(0)) - sum((each.points for each in deductions), Decimal(0))
    return Standing(unit, group, counts.answered.d, parts, deductions, min(max(score, NONE), MOST), None, counts)


def _part_score(
    part: Part, rows: Sequence[CaseFacts], weights: Weights, mean: Fraction | None, active: int
) -> PartScore:
    own = rate(rows, QUESTIONS[part])
    if mean is None or not active:
        return PartScore(part, own, NONE, NONE)
    full = Fraction(weights.of(part) * FULL, active)
    known = own.d + weights.shrinkage
    shrunk = (own.n + weights.shrinkage * mean) / known if known else mean
    return PartScore(part, own, cents(full), cents(full * shrunk))


def _deduction(mark: Mark, rows: Sequence[CaseFacts], weights: Weights) -> Deduction:
    name = MARK_FIELDS[mark]
    number = sum(getattr(each, name) for each in rows)
    points = number * int(getattr(weights, mark.value))
    if mark == Mark.URGE:
        points = min(points, weights.urge_most)
    return Deduction(mark, number, Decimal(points), tuple(sorted(each.case for each in rows if getattr(each, name))))


def cents(value: Fraction) -> Decimal:
    """Two places, half up: rounded once."""
    return (Decimal(value.numerator) / Decimal(value.denominator)).quantize(CENT, ROUND_HALF_UP)
