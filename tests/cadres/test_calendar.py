"""The working calendar and the 双十 days (R-15, R-42)."""

import pickle
from datetime import date, timedelta

import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cadres.calendar import (
    DayKind,
    WorkCalendar,
    contact_window,
    double_ten_day,
    double_ten_days,
    next_double_ten,
    previous_double_ten,
)
from cadres.calendar_seed import SEED_YEARS, seed_calendar
from cadres.enums import DayShift

CALENDAR = seed_calendar()
DAYS = st.dates(date(2021, 1, 1), date(2027, 12, 31))


def test_seed_agrees_with_a_second_source_on_every_day():
    second = holidays.country_holidays("CN", years=range(2021, 2028))
    day, wrong = date(2021, 1, 1), []
    while day.year in SEED_YEARS:
        expected = CALENDAR.is_workday(day)
        if second.is_working_day(day) != expected:
            wrong.append(day)
        day += timedelta(days=1)
    assert wrong == []


@pytest.mark.parametrize(
    ("day", "kind", "name"),
    [
        ("2026-02-13", DayKind.WORKDAY, ""),
        ("2026-02-14", DayKind.MAKEUP, "春节"),
        ("2026-02-17", DayKind.HOLIDAY, "春节"),
        ("2026-04-05", DayKind.HOLIDAY, "清明节"),
        ("2026-03-01", DayKind.WEEKEND, ""),
        ("2022-12-31", DayKind.HOLIDAY, "元旦"),
    ],
)
def test_kind_and_name_of_a_day(day, kind, name):
    day = date.fromisoformat(day)
    assert (CALENDAR.kind(day), CALENDAR.name(day)) == (kind, name)


def test_unpublished_year_falls_back_to_weekends_and_is_provisional():
    new_year = date(2027, 1, 1)
    assert CALENDAR.is_workday(new_year)
    assert CALENDAR.is_provisional(new_year)
    assert not CALENDAR.is_provisional(date(2026, 12, 31))


def test_next_and_previous_workday_stay_on_a_working_day():
    assert CALENDAR.next_workday(date(2026, 2, 14)) == date(2026, 2, 14)
    assert CALENDAR.next_workday(date(2026, 2, 15)) == date(2026, 2, 24)
    assert CALENDAR.previous_workday(date(2026, 2, 23)) == date(2026, 2, 14)


@given(DAYS, st.integers(-60, 60))
def test_counting_workdays_inverts_adding_them(day, count):
    landed = CALENDAR.add_workdays(day, count)
    back = CALENDAR.workdays_between(day, landed)
    # Going back from a day off, the day itself is no working day to pass over.
    assert back == count + (0 if count >= 0 or CALENDAR.is_workday(day) else 1)


@given(DAYS, DAYS)
def test_workdays_between_is_the_plain_count(one, other):
    after, until = min(one, other), max(one, other)
    slow = sum(CALENDAR.is_workday(after + timedelta(days=n)) for n in range(1, (until - after).days + 1))
    assert CALENDAR.workdays_between(after, until) == slow
    assert CALENDAR.workdays_between(until, after) == -slow


def test_header_of_the_drawn_pages_counts_thirteen_working_days():
    assert CALENDAR.workdays_between(date(2026, 11, 23), date(2026, 12, 10)) == 13


def test_calendar_cannot_be_changed_and_survives_pickling():
    with pytest.raises(TypeError):
        CALENDAR.special[date(2026, 1, 1)] = (DayKind.WORKDAY, "")
    assert pickle.loads(pickle.dumps(CALENDAR)) == CALENDAR  # noqa: S301 - our own bytes


def test_all_double_ten_days_of_2026():
    moved = {each.nominal_on: each.held_on for each in double_ten_days(2026, CALENDAR) if each.is_moved}
    assert len(double_ten_days(2026, CALENDAR)) == 24
    assert moved == {
        date(2026, 1, 10): date(2026, 1, 12),
        date(2026, 2, 20): date(2026, 2, 24),
        date(2026, 5, 10): date(2026, 5, 11),
        date(2026, 6, 20): date(2026, 6, 22),
        date(2026, 12, 20): date(2026, 12, 21),
    }


def test_double_ten_days_before_one_another_both_stand():
    held = [each.held_on for each in double_ten_days(2024, CALENDAR) if each.nominal_on.month == 2]
    assert held == [date(2024, 2, 18), date(2024, 2, 20)]


@pytest.mark.parametrize(
    ("shift", "held"),
    [
        (DayShift.FORWARD, date(2026, 2, 24)),
        (DayShift.BACK, date(2026, 2, 14)),
        (DayShift.KEEP, date(2026, 2, 20)),
    ],
)
def test_double_ten_day_moves_as_the_setting_says(shift, held):
    assert double_ten_day(2026, 2, 20, CALENDAR, shift) == held


def test_double_ten_day_set_by_hand_wins():
    by_hand = {date(2024, 2, 10): date(2024, 2, 20)}
    held = [each.held_on for each in double_ten_days(2024, CALENDAR, by_hand=by_hand)[2:4]]
    assert held == [date(2024, 2, 20), date(2024, 2, 20)]


def test_double_ten_days_of_an_unpublished_year_are_provisional():
    assert all(each.provisional for each in double_ten_days(2027, CALENDAR))
    assert not any(each.provisional for each in double_ten_days(2026, CALENDAR))


def test_next_and_previous_double_ten():
    assert next_double_ten(date(2026, 11, 23), CALENDAR).held_on == date(2026, 12, 10)
    assert next_double_ten(date(2026, 12, 22), CALENDAR).nominal_on == date(2027, 1, 10)
    assert next_double_ten(date(2026, 2, 20), CALENDAR).held_on == date(2026, 2, 24)
    assert previous_double_ten(date(2026, 11, 20), CALENDAR).held_on == date(2026, 11, 10)
    assert previous_double_ten(date(2027, 1, 4), CALENDAR).held_on == date(2026, 12, 21)


def test_contact_window_is_three_working_days_before_to_two_after():
    assert contact_window(date(2026, 11, 20), CALENDAR) == (date(2026, 11, 17), date(2026, 11, 24))
    assert contact_window(date(2026, 2, 24), CALENDAR) == (date(2026, 2, 12), date(2026, 2, 26))


def test_empty_calendar_is_all_week_and_provisional():
    empty = WorkCalendar({}, frozenset())
    assert empty.is_workday(date(2026, 2, 17))
    assert empty.is_provisional(date(2026, 2, 17))
