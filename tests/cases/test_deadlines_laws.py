"""Laws every deadline obeys, whatever the calendar (R-26, R-40)."""

from datetime import date, timedelta

from hypothesis import assume, given
from hypothesis import strategies as st

from cadres.calendar import DayKind, WorkCalendar
from cadres.calendar_seed import seed_calendar
from cadres.enums import DayShift
from cases.rules.deadlines import Span, Term, TermUnit, due

SEED = seed_calendar()
STARTS = st.dates(date(2021, 1, 1), date(2027, 6, 30))
MOVING = st.sampled_from([DayShift.FORWARD, DayShift.BACK])
UNITS = st.sampled_from(TermUnit)


@st.composite
def calendars(draw):
    """The published calendar, or one with days off and make-up days thrown at random into a year."""
    if draw(st.booleans()):
        return SEED
    days = draw(st.dictionaries(st.dates(date(2026, 1, 1), date(2026, 12, 31)), st.sampled_from(DayKind), max_size=60))
    return WorkCalendar({day: (kind, "") for day, kind in days.items()}, frozenset({2026}))


@st.composite
def terms(draw):
    unit = draw(UNITS)
    return Term(draw(st.integers(1, 6 if unit is TermUnit.MONTH else 40)), unit, draw(MOVING))


def pauses_after(start, *, count=3):
    """Up to `count` pauses beginning after `start`."""
    one = st.tuples(st.integers(1, 60), st.integers(0, 12)).map(
        lambda pair: Span(start + timedelta(days=pair[0]), start + timedelta(days=sum(pair)))
    )
    return st.lists(one, max_size=count)


@given(st.data(), STARTS, terms(), calendars(), st.integers(0, 30))
def test_never_on_a_day_off_and_never_without_time(data, start, term, calendar, extended):
    paused = data.draw(pauses_after(start))
    found = due(start, term, calendar, paused=paused, extended_days=extended)
    assert calendar.is_workday(found.due_on)
    assert found.due_on > start
    assert not found.days[-1].paused


@given(STARTS, st.integers(0, 40), terms(), calendars())
def test_monotone_in_the_start(start, later, term, calendar):
    assert due(start, term, calendar).due_on <= due(start + timedelta(days=later), term, calendar).due_on


@given(st.data(), STARTS, st.integers(0, 20), terms())
def test_monotone_in_the_start_with_the_same_pauses(data, start, later, term):
    second = start + timedelta(days=later)
    paused = data.draw(pauses_after(second))
    assert due(start, term, SEED, paused=paused).due_on <= due(second, term, SEED, paused=paused).due_on


@given(st.data(), STARTS, terms(), calendars(), st.integers(0, 30))
def test_pause_never_brings_a_date_forward(data, start, term, calendar, extended):
    paused = data.draw(pauses_after(start))
    without = due(start, term, calendar, extended_days=extended).due_on
    assert due(start, term, calendar, paused=paused, extended_days=extended).due_on >= without


@given(STARTS, st.integers(1, 40), calendars(), st.integers(1, 60), st.integers(0, 12))
def test_pause_moves_a_working_day_rule_by_exactly_its_working_days(start, amount, calendar, begin, length):
    term = Term(amount, TermUnit.WORKDAY)
    without = due(start, term, calendar).due_on
    pause = Span(start + timedelta(days=begin), start + timedelta(days=begin + length))
    assume(pause.start <= without)
    inside = sum(calendar.is_workday(day) for day in pause.days())
    moved = due(start, term, calendar, paused=[pause]).due_on
    assert calendar.workdays_between(without, moved) == inside


@given(STARTS, st.integers(1, 40), st.integers(1, 40), st.integers(0, 12))
def test_pause_moves_a_natural_rule_by_exactly_its_days_before_any_move(start, amount, begin, length):
    term = Term(amount, TermUnit.DAY)
    pause = Span(start + timedelta(days=begin), start + timedelta(days=begin + length))
    assume(pause.start <= due(start, term, SEED).due_on)
    assert due(start, term, SEED, paused=[pause]).given_back_on == start + timedelta(days=amount + length)


@given(st.data(), STARTS, terms(), calendars())
def test_recomputing_twice_changes_nothing(data, start, term, calendar):
    paused = data.draw(pauses_after(start))
    once = due(start, term, calendar, paused=paused)
    again = due(start, term, calendar, paused=list(reversed(paused)))
    assert once == again
    # Only the pauses that counted matter: the others can be forgotten.
    assert due(start, term, calendar, paused=once.pauses).due_on == once.due_on


@given(STARTS, terms(), st.integers(0, 20), st.integers(0, 20))
def test_longer_extension_never_ends_earlier(start, term, extended, more):
    short = due(start, term, SEED, extended_days=extended).due_on
    assert short <= due(start, term, SEED, extended_days=extended + more).due_on


@given(st.data(), STARTS, st.integers(1, 40), st.sampled_from([TermUnit.DAY, TermUnit.WORKDAY]), calendars())
def test_strip_counts_as_many_days_as_the_term_grants(data, start, amount, unit, calendar):
    paused = data.draw(pauses_after(start, count=1))
    term = Term(amount, unit)
    found = due(start, term, calendar, paused=paused)
    # A pause begun only after the plain count had ended (on a moved last day) stands outside the count.
    assume(all(pause.start <= found.raw_on for pause in found.pauses))
    assert sum(day.counted for day in found.days) == amount
    assert [day.date for day in found.days] == sorted({day.date for day in found.days})


@given(STARTS, terms(), calendars())
def test_every_reckoning_has_a_sentence(start, term, calendar):
    found = due(start, term, calendar)
    assert found.sentence.endswith("。")
    assert "。。" not in found.sentence
