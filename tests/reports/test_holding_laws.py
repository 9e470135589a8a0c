"""Laws of who holds a case: the parts follow each other, cover its life, add up, and are never negative."""

import itertools
from datetime import date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from cadres.calendar_seed import seed_calendar
from cases.enums import ENDED, Status
from reports.holding import SIDE_OF, Side, holds, spread, totals
from tests.factories import SHANGHAI

CALENDAR = seed_calendar()
START = datetime(2026, 1, 30, 8, tzinfo=SHANGHAI)
STATUSES = st.sampled_from(list(Status))


@st.composite
def lives(draw):
    """Steps and dispatch tickets in order of time, and the moment one looks."""
    hours = sorted(draw(st.lists(st.integers(0, 2400), min_size=1, max_size=9)))
    steps = [(START + timedelta(hours=hour), draw(STATUSES)) for hour in hours]
    issued = sorted(draw(st.lists(st.integers(0, 2400), max_size=4)))
    orders = [(START + timedelta(hours=hour), draw(st.integers(1, 3))) for hour in issued]
    until = START + timedelta(hours=draw(st.integers(0, 2600)))
    return steps, orders, until


def held(life, until=None):
    steps, orders, end = life
    return holds(steps, orders, CALENDAR, until=until or end, office=9)


def test_every_status_is_in_somebodys_hands_or_over():
    assert set(SIDE_OF) | ENDED == set(Status)


@given(lives())
def test_the_parts_follow_each_other_without_gap_or_overlap(life):
    steps, _, until = life
    spans = held(life)
    assert all(one.until <= other.since for one, other in itertools.pairwise(spans))
    running = timedelta(0)
    for (since, status), end in zip(steps, [*(at for at, _ in steps[1:]), until], strict=True):
        if status not in ENDED and since < until:
            running += min(end, until) - since
    assert sum((span.until - span.since for span in spans), timedelta(0)) == running


@given(lives())
def test_the_working_days_add_up_to_the_life_of_the_case(life):
    steps, _, until = life
    if any(status in ENDED for _, status in steps) or steps[0][0] >= until:
        return
    whole = CALENDAR.workdays_between(steps[0][0].date(), until.date())
    assert sum(span.workdays for span in held(life)) == whole


@given(lives())
def test_nothing_is_negative_and_neighbours_differ(life):
    spans = held(life)
    assert all(span.workdays >= 0 and span.since <= span.until for span in spans)
    assert all(one.key != other.key or one.until < other.since for one, other in itertools.pairwise(spans))


@given(lives(), st.integers(0, 2400))
def test_a_step_that_changes_no_status_changes_nothing(life, hour):
    steps, orders, until = life
    at = START + timedelta(hours=hour)
    before = [each for each in steps if each[0] <= at]
    if before:
        more = [*before, (at, before[-1][1]), *steps[len(before) :]]
        assert holds(more, orders, CALENDAR, until=until, office=9) == held(life)


@given(lives(), st.integers(0, 500))
def test_looking_later_only_adds(life, hours):
    _, _, until = life
    early, late = held(life), held(life, until + timedelta(hours=hours))
    assert early[:-1] == late[: len(early)][: len(early) - 1] if early else True
    sums = [sum(span.workdays for span in spans) for spans in (early, late)]
    assert sums[0] <= sums[1]


@given(lives())
def test_only_leads_are_units_with_a_ticket(life):
    _, orders, _ = life
    for span in held(life):
        if span.side == Side.LEAD:
            issued = [unit for at, unit in orders if at <= span.since]
            assert span.unit == (issued[-1] if issued else None)
        else:
            assert span.unit == (9 if span.side == Side.OFFICE else None)


def at(month, day, hour=10):
    return datetime(2026, month, day, hour, tzinfo=SHANGHAI)


def test_a_story_by_hand():
    """Over 清明 (04-04 … 04-06 off): reported Wed, dispatched Thu, objection upheld, given to another, done in April."""
    steps = [
        (at(4, 1), Status.REPORTED),
        (at(4, 1, 15), Status.ACCEPTED),
        (at(4, 2), Status.DISPATCHED),
        (at(4, 3), Status.OBJECTED),
        (at(4, 7), Status.ACCEPTED),
        (at(4, 7, 11), Status.DISPATCHED),
        (at(4, 8), Status.HANDLING),
        (at(4, 9), Status.PAUSED),
        (at(4, 13), Status.HANDLING),
        (at(4, 17), Status.SUBMITTED),
        (at(4, 20), Status.RATING),
        (at(4, 22), Status.CLOSED),
    ]
    orders = [(at(4, 2), 1), (at(4, 7, 11), 2)]
    spans = holds(steps, orders, CALENDAR, until=at(4, 30), office=9)
    assert [(span.side, span.unit, span.workdays) for span in spans] == [
        (Side.OFFICE, 9, 1), (Side.LEAD, 1, 1), (Side.OFFICE, 9, 1), (Side.LEAD, 2, 2), (Side.FIRM, None, 2),
        (Side.LEAD, 2, 4), (Side.OFFICE, 9, 1), (Side.FIRM, None, 2),
    ]  # fmt: skip
    assert totals(spans, since=at(4, 8)) == {(Side.LEAD, 2): 6, (Side.OFFICE, 9): 3, (Side.FIRM, None): 4}
    assert sum(span.workdays for span in spans) == CALENDAR.workdays_between(date(2026, 4, 1), date(2026, 4, 22))


@given(st.lists(st.integers(0, 90), min_size=1, max_size=40))
def test_ninety_per_cent_are_within_p90(days):
    found = spread(days)
    assert found.count == len(days)
    assert sum(day <= found.p90 for day in days) >= 0.9 * len(days)
    assert sum(day >= found.p90 for day in days) > 0.1 * len(days) - 1e-9
    assert min(days) <= found.median <= found.longest == max(days)
    assert sum(day <= found.median for day in days) * 2 >= len(days)


def test_a_case_without_a_ledger_is_in_nobodys_hands():
    assert holds([], [(START, 1)], CALENDAR, until=START + timedelta(days=9), office=9) == []


def test_no_days_are_no_cases():
    assert spread([]).count == 0
