"""The first calendar: 2021–2026 as published, taken from chinesecalendar (R-42). A test checks it against `holidays`."""

from collections.abc import Iterator
from datetime import date

from chinese_calendar import constants

from cadres.calendar import DayKind, WorkCalendar

SEED_YEARS = frozenset(range(2021, 2027))
SEED_REASON = "国务院办公厅 2021—2026 年节假日安排（随系统提供）"

# The library's words → the words of the notices.
NAMES = {"清明": "清明节", "端午": "端午节", "中秋": "中秋节"}


def _name(english: str) -> str:
    chinese = str(constants.Holiday(english).chinese)
    return NAMES.get(chinese, chinese)


def seed_days(years: frozenset[int] = SEED_YEARS) -> Iterator[tuple[date, DayKind, str]]:
    """Every day a notice named, in order: date, HOLIDAY or MAKEUP, the holiday's name."""
    days = [(day, DayKind.HOLIDAY, name) for day, name in constants.holidays.items()]
    days += [(day, DayKind.MAKEUP, name) for day, name in constants.workdays.items()]
    for day, kind, name in sorted(days):
        if day.year in years:
            yield day, kind, _name(name)


def seed_calendar() -> WorkCalendar:
    """The seed as a value, for pure tests and for a first look before any row exists."""
    return WorkCalendar({day: (kind, name) for day, kind, name in seed_days()}, SEED_YEARS)
