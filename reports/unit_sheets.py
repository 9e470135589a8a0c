"""一个单位的扣分单（R-51、R-52）：每一项得了多少、哪几件丢了分、丢了多少、不丢会是多少。只排版，不查库。

评价一项只给合计，满 `least` 件才给；逐件的谁也不列（R-28）：这张单是要交到单位手里的。
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from reports import scoring
from reports.drill import UNITS, part_words
from reports.enums import ITEM_LABELS, Mark, Part
from reports.losses import Loss, Reckoning
from reports.scoring import MARK_FIELDS, MOST, NONE, CaseFacts


@dataclass(frozen=True, slots=True)
class Line:
    """丢分的一件。`points`：没丢的话总分多几分；`tickets`：催办、问效的单。"""

    case: Any
    words: str
    tickets: tuple[Any, ...]
    points: Decimal
    would_be: Decimal


@dataclass(frozen=True, slots=True)
class Section:
    """一项：得分（扣分为负）、满分、n / d、丢分的各件、看不到的几件。"""

    key: str
    points: Decimal
    full: Decimal
    n: int
    d: int
    lines: tuple[Line, ...]
    hidden_count: int = 0
    is_hidden: bool = False  # too few ratings to show even n / d

    @property
    def label(self) -> str:
        """中文名。"""
        return ITEM_LABELS[self.key]

    @property
    def is_mark(self) -> bool:
        """扣分的，不是得分的。"""
        return self.key in set(Mark.values)

    @property
    def is_rating(self) -> bool:
        """评价：只有合计。"""
        return self.key == Part.RATING

    @property
    def is_counted(self) -> bool:
        """本月计不计。"""
        return self.is_mark or self.full > 0

    @property
    def lost(self) -> Decimal:
        """离满分差多少；扣分就是扣了多少。"""
        return -self.points if self.is_mark else self.full - self.points


class UnitSheet:
    """一行的扣分单。"""

    def __init__(  # noqa: PLR0913 - what one sheet is made of
        self,
        row: Any,
        facts: Sequence[Any],
        pool: Mapping[str, tuple[int, int]],
        *,
        cases: Mapping[int, Any],
        tickets: Mapping[tuple[int, str], Sequence[Any]],
        least: int,
    ) -> None:
        self.row, self.least = row, least
        self._cases, self._tickets = cases, tickets
        self._facts: dict[int, CaseFacts] = {each.case_id: each.facts for each in facts}
        reckoning = Reckoning(self._facts.values(), row.ranking.score_weights, pool)
        self.losses = reckoning.losses()
        self.would_be = reckoning.without(self.losses)
        self.sections = [*(self._part(each) for each in row.parts), *self._marks()]

    @property
    def gain(self) -> Decimal:
        """这些都没丢的话，总分多几分。"""
        return self.would_be - Decimal(self.row.score)

    @property
    def rest(self) -> Decimal:
        """都没丢也到不了满分的那一截：评价，和向组均值收缩。"""
        return MOST - self.would_be

    @property
    def lost_count(self) -> int:
        """丢分几处。"""
        return len(self.losses)

    def _part(self, stored: Mapping[str, Any]) -> Section:
        lines, hidden = self._lines(loss for loss in self.losses if loss.item == stored["key"])
        return Section(
            key=stored["key"], points=Decimal(stored["points"]), full=Decimal(stored["full"]),
            n=stored["n"], d=stored["d"], lines=lines, hidden_count=hidden,
            is_hidden=stored["key"] == Part.RATING and stored["d"] < self.least,
        )  # fmt: skip

    def _marks(self) -> Iterable[Section]:
        for stored in self.row.deductions:
            if stored["count"]:
                lines, hidden = self._lines(loss for loss in self.losses if loss.item == stored["key"])
                count = int(stored["count"])
                yield Section(stored["key"], -Decimal(stored["points"]), NONE, count, count, lines, hidden)

    def _lines(self, losses: Iterable[Loss]) -> tuple[tuple[Line, ...], int]:
        lines, hidden = [], 0
        for loss in losses:
            case = self._cases.get(loss.case)
            if case is None:
                hidden += 1
                continue
            tickets = tuple(self._tickets.get((loss.case, loss.item), ()))
            lines.append(Line(case, self._words(loss), tickets, loss.points, loss.would_be))
        return tuple(sorted(lines, key=lambda line: (-line.points, line.case.pk))), hidden

    def _words(self, loss: Loss) -> str:
        facts = self._facts[loss.case]
        if loss.item in MARK_FIELDS:
            return f"{getattr(facts, MARK_FIELDS[scoring.Mark(loss.item)])} {UNITS[Mark(loss.item)]}"
        return str(part_words(loss.item, facts))
