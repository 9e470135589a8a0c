"""A year as twelve months of weeks for the calendar page (R-42)."""

import calendar as weeks
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from cadres.calendar import DayKind, WorkCalendar
from zhuqi.datewords import md_week

CLASSES = {DayKind.WORKDAY: "", DayKind.WEEKEND: "we", DayKind.HOLIDAY: "hol", DayKind.MAKEUP: "adj"}
LETTERS = {DayKind.HOLIDAY: "休", DayKind.MAKEUP: "班"}


@dataclass(frozen=True, slots=True)
class DayCell:
    """One square."""

    on: date
    classes: str
    letter: str
    title: str


@dataclass(frozen=True, slots=True)
class YearMarks:
    """What else a square says: today, 双十, different from before."""

    today: date
    double_ten: Collection[date] = ()
    changed: Collection[date] = ()


def year_grid(year: int, calendar: WorkCalendar, marks: YearMarks) -> list[tuple[int, list[list[DayCell | None]]]]:
    """Months of the year, each with its weeks from Monday; None outside the month."""
    plan = weeks.Calendar()
    return [
        (month, [[_cell(day, month, calendar, marks) for day in week] for week in plan.monthdatescalendar(year, month)])
        for month in range(1, 13)
    ]


def _cell(day: date, month: int, calendar: WorkCalendar, marks: YearMarks) -> DayCell | None:
    if day.month != month:
        return None
    kind = calendar.kind(day)
    extra = {
        "ten": day in marks.double_ten,
        "today": day == marks.today,
        "diff": day in marks.changed,
    }
    words = [md_week(day), kind.label, calendar.name(day)]
    if extra["ten"]:
        words.append("助企日")
    if extra["diff"]:
        words.append("有改动")
    classes = " ".join(filter(None, [CLASSES[kind], *(name for name, is_so in extra.items() if is_so)]))
    return DayCell(day, classes, LETTERS.get(kind, ""), " ".join(filter(None, words)))
