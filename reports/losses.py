"""R-52: which case cost which points. For each thing lost, what the score would have been without it; pure and exact.

A case kept instead of missed moves its unit's rate and the group's mean with it, so the cost is reckoned, not divided
up: the costs of single cases need not add up to what all of them cost together.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from reports.scoring import FULL, MARK_FIELDS, MOST, NONE, QUESTIONS, CaseFacts, Mark, Part, Weights, cents, rate

Pool = Mapping[str, tuple[int, int]]  # part → n, d of the whole group


@dataclass(frozen=True, slots=True)
class Loss:
    """One case's loss in one item: points it cost the score, and the score without it."""

    case: int
    item: str
    points: Decimal
    would_be: Decimal


class Reckoning:
    """One organisation's month, taken apart. `pool`: n and d of each part over its whole group."""

    def __init__(self, facts: Iterable[CaseFacts], weights: Weights, pool: Pool) -> None:
        self.facts = sorted(facts, key=lambda each: each.case)
        self.weights, self.pool = weights, pool
        self.active = sum(weights.of(part) for part in Part if pool[part][1])
        self.own = {part: rate(self.facts, QUESTIONS[part]) for part in Part}
        self.points = {part: self._points(part, 0) for part in Part}
        self.marks = {mark: sum(getattr(each, MARK_FIELDS[mark]) for each in self.facts) for mark in Mark}
        self.score = self._score({}, {})

    def losses(self) -> list[Loss]:
        """Everything lost, case by case; the ratings never (R-28)."""
        return [*self._part_losses(), *self._mark_losses()]

    def without(self, losses: Sequence[Loss]) -> Decimal:
        """The score had none of these been lost."""
        parts = {part: sum(self._missed(each, part) for each in self._of(losses, part)) for part in Part}
        marks = {mark: sum(getattr(each, MARK_FIELDS[mark]) for each in self._of(losses, mark)) for mark in Mark}
        return self._score(parts, marks)

    def _of(self, losses: Sequence[Loss], item: str) -> list[CaseFacts]:
        cases = {loss.case for loss in losses if loss.item == item}
        return [each for each in self.facts if each.case in cases]

    def _part_losses(self) -> Iterable[Loss]:
        for part in Part:
            for each in self.facts if part != Part.RATING else ():
                missed = self._missed(each, part)
                if missed:
                    yield self._loss(each.case, part, {part: missed}, {})

    def _mark_losses(self) -> Iterable[Loss]:
        for mark in Mark:
            for each in self.facts:
                count = getattr(each, MARK_FIELDS[mark])
                if count:
                    yield self._loss(each.case, mark, {}, {mark: count})

    def _loss(self, case: int, item: str, parts: Mapping[Part, int], marks: Mapping[Mark, int]) -> Loss:
        would_be = self._score(parts, marks)
        return Loss(case, item, would_be - self.score, would_be)

    @staticmethod
    def _missed(facts: CaseFacts, part: Part) -> int:
        return sum(not kept for kept in QUESTIONS[part](facts))

    def _score(self, parts: Mapping[Part, int], marks: Mapping[Mark, int]) -> Decimal:
        """The score with so many more kept in a part, so many fewer of a mark."""
        earned = sum((self._points(part, parts.get(part, 0)) for part in Part), NONE)
        lost = sum((self._price(mark, self.marks[mark] - marks.get(mark, 0)) for mark in Mark), NONE)
        return min(max(earned - lost, NONE), MOST)

    def _points(self, part: Part, kept: int) -> Decimal:
        n, d = self.pool[part]
        if not d or not self.active:
            return NONE
        own, k = self.own[part], self.weights.shrinkage
        mean, known = Fraction(n + kept, d), own.d + k
        shrunk = (own.n + kept + k * mean) / known if known else mean
        return cents(Fraction(self.weights.of(part) * FULL, self.active) * shrunk)

    def _price(self, mark: Mark, count: int) -> Decimal:
        points = count * int(getattr(self.weights, mark.value))
        return Decimal(min(points, self.weights.urge_most) if mark == Mark.URGE else points)
