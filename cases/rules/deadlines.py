"""Deadlines as a function of start, term, calendar, pauses and extension (R-26, R-40, R-43). Pure: no database.

The first day is not counted. Natural-day and month terms count every day and are then moved off a day off;
working-day terms count working days only, so they never need to move. Paused time is given back in the unit the
rule counts in, before any move.
"""

import re
from calendar import monthrange
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from cadres.calendar import DAY, DayKind, WorkCalendar, shifted
from cadres.enums import DayShift
from cases.rules.wording import moved, tell
from zhuqi.kernel.errors import InvalidInput

MOST = 999  # a term longer than this is a slip of the keyboard


class TermUnit(StrEnum):
    """What a term counts in."""

    DAY = "d"
    WORKDAY = "w"
    MONTH = "m"


UNIT_WORDS = {TermUnit.DAY: "天", TermUnit.WORKDAY: "个工作日", TermUnit.MONTH: "个月"}
TERM = re.compile(r"([1-9][0-9]{0,2})([dwm])", re.ASCII)


@dataclass(frozen=True, slots=True)
class Term:
    """A length of time, and what becomes of a last day that is no working day (R-40†)."""

    amount: int
    unit: TermUnit
    roll: DayShift = DayShift.FORWARD

    def __post_init__(self) -> None:
        if not 1 <= self.amount <= MOST:
            message = f"时限须为 1 至 {MOST} 的整数，现在是 {self.amount}。"
            raise InvalidInput(message)

    @classmethod
    def parse(cls, text: str, roll: DayShift = DayShift.FORWARD) -> "Term":
        """Read "7d", "15w" or "1m"; anything else is refused."""
        found = TERM.fullmatch(text.strip())
        if found is None:
            message = f"时限“{text}”写法不对：应为数字加 d（天）、w（工作日）或 m（月），如 7d、15w、1m。"
            raise InvalidInput(message)
        return cls(int(found[1]), TermUnit(found[2]), roll)

    def __str__(self) -> str:
        return f"{self.amount}{self.unit.value}"

    @property
    def label(self) -> str:
        """The term in words: 7 天, 15 个工作日, 1 个月."""
        return f"{self.amount} {UNIT_WORDS[self.unit]}"

    @property
    def counts_workdays(self) -> bool:
        """Whether pauses and extensions are measured in working days too."""
        return self.unit is TermUnit.WORKDAY


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Days from `start` up to, not including, `end`."""

    start: date
    end: date

    def days(self) -> Iterator[date]:
        """Each day of the span."""
        day = self.start
        while day < self.end:
            yield day
            day += DAY

    @property
    def last(self) -> date:
        """The last day inside."""
        return self.end - DAY


@dataclass(frozen=True, slots=True)
class StripDay:
    """One square of the day strip (R-43)."""

    date: date
    kind: DayKind
    name: str
    counted: bool
    paused: bool
    role: str  # "start", "last" or ""
    number: int  # the how-manieth counted day this is, 0 when not counted


@dataclass(frozen=True, slots=True)
class Reckoning:
    """A due date with how it came about.

    `raw_on` is the last day by plain count, `extended_on` after the extension, `given_back_on` after paused time was
    given back, `due_on` after the move off a day off. `given_back` is in the unit the term counts in.
    """

    start: date
    term: Term
    raw_on: date
    extended_on: date
    given_back_on: date
    due_on: date
    provisional: bool
    days: tuple[StripDay, ...] = field(repr=False)
    pauses: tuple[Span, ...] = ()
    given_back: int = 0
    extended_days: int = 0
    origin: str = "交办"  # what happened on the first day
    promised: bool = False  # the last day was agreed as a date, not reckoned from a term
    postscript: str = ""  # who extended it, which rule it follows

    @property
    def sentence(self) -> str:
        """The reckoning in Chinese."""
        return "".join(text for text, _ in self.phrases)

    @property
    def phrases(self) -> tuple[tuple[str, bool], ...]:
        """The sentence in pieces, each with whether it is to be set in bold."""
        return tell(self)

    @property
    def is_moved(self) -> bool:
        """Whether the last day fell on a day off and was moved."""
        return self.due_on != self.given_back_on

    @property
    def why_moved(self) -> str:
        """For a printed ticket: why not the day the plain count ends on; nothing when it is that day."""
        return moved(self)


def add_month(start: date, months: int) -> date:
    """The same date `months` later, or that month's last day (R-40)."""
    count = start.year * 12 + start.month - 1 + months
    year, month = divmod(count, 12)
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))


def due(
    start: date, term: Term, calendar: WorkCalendar, *, paused: Sequence[Span] = (), extended_days: int = 0
) -> Reckoning:
    """The last day of `term` counted from `start` (not itself counted), with the strip that explains it.

    `extended_days` is in the unit the term counts in (months: natural days). Of a pause only the days after `start`
    are given back: the others were never counted. A pause beginning after the deadline gives nothing back.
    """
    if extended_days < 0:
        message = "延期天数不能是负数。"
        raise InvalidInput(message)
    raw = _plain(start, term, calendar)
    extended = _ahead(raw, extended_days, term, calendar)
    stopped: set[date] = set()
    counted: list[Span] = []
    given_on, due_on, given = extended, _moved(extended, start, term, calendar), 0
    for pause in sorted(paused):
        if pause.start > due_on or pause.end <= start + DAY:
            continue
        counted.append(pause)
        stopped.update(day for day in pause.days() if day > start)
        given = _measure(stopped, term, calendar)
        given_on = _ahead(extended, given, term, calendar)
        due_on = _moved(given_on, start, term, calendar, stopped)
    return Reckoning(
        start=start,
        term=term,
        raw_on=raw,
        extended_on=extended,
        given_back_on=given_on,
        due_on=due_on,
        provisional=_leans_on_unpublished(start, given_on, due_on, term=term, calendar=calendar),
        days=_strip(start, given_on, due_on, term=term, calendar=calendar, stopped=stopped),
        pauses=tuple(counted),
        given_back=given,
        extended_days=extended_days,
    )


def _plain(start: date, term: Term, calendar: WorkCalendar) -> date:
    if term.unit is TermUnit.MONTH:
        return add_month(start, term.amount)
    return _ahead(start, term.amount, term, calendar)


def _ahead(day: date, count: int, term: Term, calendar: WorkCalendar) -> date:
    return calendar.add_workdays(day, count) if term.counts_workdays else day + timedelta(days=count)


def _measure(stopped: Collection[date], term: Term, calendar: WorkCalendar) -> int:
    return sum(1 for day in stopped if calendar.is_workday(day)) if term.counts_workdays else len(stopped)


def _moved(day: date, start: date, term: Term, calendar: WorkCalendar, stopped: Collection[date] = ()) -> date:
    """`day` moved off a day off by the term's rule, and never onto a paused day or back to the start."""
    if term.roll == DayShift.KEEP or term.counts_workdays:
        return day
    moved = shifted(day, calendar, term.roll)
    if moved <= start or moved in stopped:
        # Moved back it would leave no time at all, or a last day on which nothing ran: go forward instead.
        moved = calendar.next_workday(day)
    while moved in stopped:
        moved = calendar.next_workday(moved + DAY)
    return moved


def _leans_on_unpublished(start: date, given_on: date, due_on: date, *, term: Term, calendar: WorkCalendar) -> bool:
    """Whether any day whose kind was asked lies in a year without a notice: all of them, or only the move."""
    first, last = (start + DAY, due_on) if term.counts_workdays else sorted((given_on, due_on))
    return any(year not in calendar.published_years for year in range(first.year, last.year + 1))


def _strip(  # noqa: PLR0913 - the six facts a square shows
    start: date,
    given_on: date,
    due_on: date,
    *,
    term: Term,
    calendar: WorkCalendar,
    stopped: Collection[date],
) -> tuple[StripDay, ...]:
    days, number = [], 0
    for day in Span(start, due_on + DAY).days():
        kind = calendar.kind(day)
        works = calendar.is_workday(day) or not term.counts_workdays
        is_counted = start < day <= given_on and day not in stopped and works
        number += is_counted
        role = "start" if day == start else "last" if day == due_on else ""
        days.append(
            StripDay(day, kind, calendar.name(day), is_counted, day in stopped, role, number if is_counted else 0)
        )
    return tuple(days)
