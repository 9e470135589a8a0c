"""一行的一项由哪些件组成（R-52）：每件说清计没计、得没得、为什么。只排版，不查库。"""

from dataclasses import dataclass
from decimal import Decimal

from cases.enums import Outcome, Satisfaction
from reports.enums import ITEM_LABELS, Mark, Part
from reports.scoring import MARK_FIELDS, QUESTIONS, CaseFacts

MARKS = "marks"
UNITS = {
    Mark.URGE: "张催办单",
    Mark.INQUIRY: "张问效建议单",
    Mark.WRONG_OBJECTION: "次退单不成立",
    Mark.FALSE_CLOSURE: "次查实虚假办结",
}


@dataclass(frozen=True, slots=True)
class Line:
    """一件：案件、说法、得没得分（None 不计）、能不能提异议、提过的异议。"""

    case: object
    words: str
    is_kept: bool | None
    item: str
    objection: object = None


class Drill:
    """一项的明细。评价一项对承办单位只给合计，且满 `least` 件才给（R-28）。"""

    def __init__(self, row, item, facts, cases, *, objections, sees_ratings, least):  # noqa: PLR0913 - the page's parts
        self.row, self.item, self.least = row, item, least
        self.label = "扣分" if item == MARKS else ITEM_LABELS[item]
        self.is_rating = item == Part.RATING
        self.hides_ratings = self.is_rating and not sees_ratings
        self.part = next((each for each in row.parts if each["key"] == item), None)
        self.deductions = [
            {**each, "label": ITEM_LABELS[each["key"]]}
            for each in row.deductions
            if each["key"] == item or (item == MARKS and each["count"])
        ]
        self._objections = objections
        self.lines, self.hidden_count = self._lines(facts, cases)

    @property
    def shows_rate(self):
        """能不能给出 n / d。"""
        return self.part is not None and (not self.hides_ratings or self.part["d"] >= self.least)

    @property
    def lost(self):
        """扣了多少分。"""
        return sum((Decimal(each["points"]) for each in self.deductions), Decimal(0))

    def _lines(self, facts, cases):
        lines, hidden = [], 0
        for fact in facts:
            told = list(self._told(fact))
            if fact.case_id not in cases:
                hidden += bool(told)
                continue
            for item, words, is_kept in told:
                objection = self._objections.get((fact.case_id, item))
                lines.append(Line(cases[fact.case_id], words, is_kept, item, objection))
        # What was lost first, what does not count last.
        return sorted(lines, key=lambda line: (line.is_kept is None, bool(line.is_kept), line.case.pk)), hidden

    def _told(self, fact):
        counted, raw = fact.facts, CaseFacts.from_data(fact.data)
        if self.part is not None:
            yield from self._part_told(fact, counted, raw)
        for mark in self._marks():
            number = getattr(raw, MARK_FIELDS[mark])
            if number:
                words = f"{number} {UNITS[mark]}"
                yield (mark, f"{words}；异议采纳，不计", None) if mark in fact.struck else (mark, words, False)

    def _marks(self):
        if self.item == MARKS:
            return Mark.values
        return [self.item] if self.item in Mark.values else []

    def _part_told(self, fact, counted, raw):
        answers = QUESTIONS[self.item](counted)
        if answers:
            words = "" if self.hides_ratings else part_words(self.item, counted)
            yield self.item, words or "已评价", None if self.hides_ratings else all(answers)
        elif QUESTIONS[self.item](raw):
            yield self.item, "异议采纳，不计", None


def _said(is_kept, label):
    return "" if is_kept is None else f"{label}{'按时' if is_kept else '逾期'}"


def part_words(item, facts):
    """一件在一项上的说法。"""
    match item:
        case Part.SIGNING:
            both = (_said(facts.is_signed_on_time, "签收"), _said(facts.is_fed_back_on_time, "首次反馈"))
            return "，".join(filter(None, both))
        case Part.ON_TIME | Part.SOLVED if facts.was_false:
            return f"{Outcome(facts.outcome).label}，查实虚假办结，不算"
        case Part.ON_TIME:
            return "按时" if facts.is_on_time else ("逾期办结" if facts.outcome else "到期未办结")
        case Part.SOLVED:
            return Outcome(facts.outcome).label if facts.outcome else "到期未答复"
        case Part.RATING:
            return Satisfaction(facts.rating).label
        case Part.LOOK_BACK:
            return "回头看通过" if facts.look_back_passed else "回头看未通过"
        case _:
            return "统一答复、政策建议已办成" if facts.common_done else "统一答复或政策建议没有按期办成"
