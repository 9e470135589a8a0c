"""The working calendar as an immutable value (R-42) and the 双十 days that move on it (R-15). Pure: no database."""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from itertools import accumulate
from types import MappingProxyType

from cadres.enums import DayKind, DayShift

DAY = timedelta(days=1)
DOUBLE_TEN_NOMINAL = (10, 20)
SATURDAY = 5


WORKING = frozenset({DayKind.WORKDAY, DayKind.MAKEUP})


def is_weekday(day: date) -> bool:
    """Whether the plain week has people at work on `day`."""
    return day.weekday() < SATURDAY


@dataclass(frozen=True)
class WorkCalendar:
    """Which days are worked (R-42). `special` holds only the days a notice named; all others follow the week.

    A year outside `published_years` falls back to weekends, and every date that depends on it is provisional.
    """

    special: Mapping[date, tuple[DayKind, str]] = field(hash=False)
    published_years: frozenset[int]
    version: int = 0

    def __post_init__(self) -> None:
        object.__setattr__(self, "special", MappingProxyType(dict(self.special)))

    def __reduce__(self) -> tuple[type["WorkCalendar"], tuple[object, ...]]:
        # A mapping proxy cannot be pickled or copied; its contents can (caches, worker processes).
        return WorkCalendar, (dict(self.special), self.published_years, self.version)

    def kind(self, day: date) -> DayKind:
        """The kind of `day`."""
        named = self.special.get(day)
        if named is not None:
            return named[0]
        return DayKind.WORKDAY if is_weekday(day) else DayKind.WEEKEND

    def name(self, day: date) -> str:
        """The holiday `day` belongs to (for a make-up day: the one it pays for), or an empty string."""
        named = self.special.get(day)
        return named[1] if named is not None else ""

    def is_workday(self, day: date) -> bool:
        """Whether people are at work on `day`, make-up days included."""
        named = self.special.get(day)
        return named[0] in WORKING if named is not None else is_weekday(day)

    def is_provisional(self, day: date) -> bool:
        """Whether `day` lies in a year whose notice has not been loaded (R-42)."""
        return day.year not in self.published_years

    def next_workday(self, day: date) -> date:
        """The first working day on or after `day`."""
        while not self.is_workday(day):
            day += DAY
        return day

    def previous_workday(self, day: date) -> date:
        """The last working day on or before `day`."""
        while not self.is_workday(day):
            day -= DAY
        return day

    def add_workdays(self, day: date, count: int) -> date:
        """The `count`-th working day after `day`; before it when negative; `day` itself for 0."""
        step = DAY if count > 0 else -DAY
        for _ in range(abs(count)):
            day += step
            while not self.is_workday(day):
                day += step
        return day

    def workdays_between(self, after: date, until: date) -> int:
        """Working days in (after, until]; the same count, negative, when `until` is the earlier one."""
        return self._workdays_to(until) - self._workdays_to(after)

    def _workdays_to(self, day: date) -> int:
        # Arithmetic over whole weeks plus the days on which a notice departs from the week: months cost nothing.
        weeks, rest = divmod(day.toordinal(), 7)  # ordinal 1 is a Monday
        plain = weeks * 5 + min(rest, 5)
        dates, sums = self._departures
        return plain + sums[bisect_right(dates, day)]

    @cached_property
    def _departures(self) -> tuple[list[date], list[int]]:
        """Days worked against the week (+1) and days off against it (-1), with running sums."""
        dates = sorted(day for day in self.special if self.is_workday(day) != is_weekday(day))
        sums = list(accumulate((1 if self.is_workday(day) else -1 for day in dates), initial=0))
        return dates, sums


@dataclass(frozen=True, slots=True)
class DoubleTen:
    """One 双十工作日: the 10th or 20th it stands for, and the day it is held on (R-15)."""

    nominal_on: date
    held_on: date
    provisional: bool

    @property
    def is_moved(self) -> bool:
        """Whether it is held on another day than the calendar says."""
        return self.held_on != self.nominal_on


def shifted(day: date, calendar: WorkCalendar, shift: DayShift = DayShift.FORWARD) -> date:
    """`day`, moved off a day off as `shift` says."""
    if shift == DayShift.FORWARD:
        return calendar.next_workday(day)
    return calendar.previous_workday(day) if shift == DayShift.BACK else day


def double_ten_day(year: int, month: int, day: int, calendar: WorkCalendar, shift: DayShift = DayShift.FORWARD) -> date:
    """The day the 10th or 20th of a month is held on (R-15)."""
    return shifted(date(year, month, day), calendar, shift)


def double_ten_days(
    year: int,
    calendar: WorkCalendar,
    shift: DayShift = DayShift.FORWARD,
    *,
    by_hand: Mapping[date, date] | None = None,
) -> tuple[DoubleTen, ...]:
    """All 24 of a year, in order. `by_hand` maps a nominal day to the date the office set for it (R-15).

    Two may come to stand days apart (2024-02-10 → 02-18): both are kept; joining them is the office's act.
    """
    found = []
    for month in range(1, 13):
        for nominal in (date(year, month, day) for day in DOUBLE_TEN_NOMINAL):
            held = (by_hand or {}).get(nominal) or shifted(nominal, calendar, shift)
            unsure = calendar.is_provisional(nominal) or calendar.is_provisional(held)
            found.append(DoubleTen(nominal, held, provisional=unsure))
    return tuple(found)


def next_double_ten(
    day: date,
    calendar: WorkCalendar,
    shift: DayShift = DayShift.FORWARD,
    *,
    by_hand: Mapping[date, date] | None = None,
) -> DoubleTen:
    """The first 双十 day held on or after `day`."""
    held = [
        each for year in (day.year, day.year + 1) for each in double_ten_days(year, calendar, shift, by_hand=by_hand)
    ]
    return min((each for each in held if each.held_on >= day), key=lambda each: each.held_on)


def previous_double_ten(
    day: date,
    calendar: WorkCalendar,
    shift: DayShift = DayShift.FORWARD,
    *,
    by_hand: Mapping[date, date] | None = None,
) -> DoubleTen:
    """The last 双十 day held strictly before `day`."""
    held = [
        each for year in (day.year - 1, day.year) for each in double_ten_days(year, calendar, shift, by_hand=by_hand)
    ]
    return max((each for each in held if each.held_on < day), key=lambda each: each.held_on)


def contact_window(day: date, calendar: WorkCalendar, before: int = 3, after: int = 2) -> tuple[date, date]:
    """First and last day on which a contact counts for the 双十 day held on `day`: −3 … +2 working days† (R-15)."""
    return calendar.add_workdays(day, -before), calendar.add_workdays(day, after)
