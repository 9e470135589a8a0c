"""R-15: the 10th and the 20th, the window, who is still to contact, the list of gaps."""

from datetime import date

import pytest

from cadres.enums import VisitMode
from cadres.services import duties, settings
from cadres.services.calendar import seed_calendar
from tests.city import SEEDED_AT
from tests.factories import EnterpriseFactory, VisitFactory
from zhuqi.kernel.errors import InvalidInput, NotPermitted

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _calendar(db):
    seed_calendar(SEEDED_AT)


@pytest.mark.parametrize(
    ("today", "day", "left"),
    [
        (date(2026, 11, 23), date(2026, 12, 10), 13),
        (date(2026, 11, 20), date(2026, 11, 20), 0),
        (date(2026, 2, 20), date(2026, 2, 24), 1),
        (date(2026, 6, 20), date(2026, 6, 22), 1),
        (date(2026, 12, 31), date(2027, 1, 11), 7),
    ],
)
def test_header_state(today, day, left):
    state = duties.double_ten_state(today)
    assert (state.day, state.workdays_left) == (day, left)


def test_header_state_says_when_the_calendar_is_not_published():
    assert duties.double_ten_state(date(2026, 12, 31)).provisional
    assert not duties.double_ten_state(date(2026, 11, 23)).provisional


def test_window_open_until_two_working_days_after():
    open_now = duties.double_ten_state(date(2026, 11, 24)).current
    assert (open_now.opens_on, open_now.closes_on) == (date(2026, 11, 17), date(2026, 11, 24))
    assert duties.double_ten_state(date(2026, 11, 25)).current is None


def test_header_state_queries(django_assert_num_queries):
    duties.double_ten_state(date(2026, 11, 23))
    with django_assert_num_queries(3):
        duties.double_ten_state(date(2026, 11, 23))


def test_moved_days_of_2026():
    moved = {each.nominal_on: each.held_on for each in duties.rounds(2026) if each.nominal_on != each.held_on}
    assert moved == {
        date(2026, 1, 10): date(2026, 1, 12),
        date(2026, 2, 20): date(2026, 2, 24),
        date(2026, 5, 10): date(2026, 5, 11),
        date(2026, 6, 20): date(2026, 6, 22),
        date(2026, 12, 20): date(2026, 12, 21),
    }


def test_shift_setting_moves_the_days_back(city):
    settings.change("double_ten_shift", "BACK", actor=city.director, at=city.at)
    assert duties.double_ten_state(date(2026, 6, 15)).day == date(2026, 6, 18)


def test_day_set_by_hand_and_taken_back(city):
    nominal, held = date(2026, 12, 10), date(2026, 12, 11)
    duties.set_by_hand(nominal, held, reason="全市大会", actor=city.director, at=city.at)
    assert duties.double_ten_state(city.today).day == held
    duties.unset_by_hand(nominal, actor=city.director, at=city.at)
    assert duties.double_ten_state(city.today).day == nominal


def test_day_by_hand_refusals(city):
    def by_hand(nominal, held, reason="全市大会", actor=city.director):
        duties.set_by_hand(nominal, held, reason=reason, actor=actor, at=city.at)

    with pytest.raises(InvalidInput):
        by_hand(date(2026, 12, 11), date(2026, 12, 12))
    with pytest.raises(InvalidInput):
        by_hand(date(2026, 12, 10), date(2026, 12, 30))
    with pytest.raises(InvalidInput):
        by_hand(date(2026, 12, 10), date(2026, 12, 11), reason="")
    with pytest.raises(NotPermitted):
        by_hand(date(2026, 12, 10), date(2026, 12, 11), actor=city.county_director)


@pytest.mark.parametrize("mode", VisitMode.values)
def test_a_contact_in_the_window_counts_whatever_its_mode(city, mode):
    VisitFactory(enterprise=city.firm, cadre=city.cadre, visited_on=date(2026, 11, 17), mode=mode)
    assert [row.enterprise for row in duties.duties_of(city.cadre, city.today).contacted] == [city.firm]


@pytest.mark.parametrize("day", [date(2026, 11, 16), date(2026, 11, 25)])
def test_a_contact_outside_the_window_does_not_count(city, day):
    visit = VisitFactory(enterprise=city.firm, cadre=city.cadre, visited_on=day)
    found = duties.duties_of(city.cadre, city.today)
    assert [row.enterprise for row in found.missing] == [city.firm]
    assert found.missing[0].last == visit


def test_duties_between_two_rounds_are_of_the_next(city):
    found = duties.duties_of(city.cadre, date(2026, 11, 30))
    assert (found.round.held_on, found.is_open) == (date(2026, 12, 10), False)


def test_gaps_of_a_county(city):
    of = duties.last_listed_round(date(2026, 11, 25))
    assert of.held_on == date(2026, 11, 20)
    assert list(duties.gaps(city.county_director, of)) == [city.firm]
    VisitFactory(enterprise=city.firm, cadre=city.cadre, visited_on=date(2026, 11, 19))
    assert list(duties.gaps(city.county_director, of)) == []
    assert list(duties.gaps(city.director, of)) == [city.other_firm]


def test_duties_queries_do_not_grow(city, django_assert_num_queries):
    duties.duties_of(city.cadre, city.today)  # the calendar is read once a process
    for count in (1, 3):
        while city.cadre.assignments.count() < count:
            city.cadre.assignments.create(enterprise=EnterpriseFactory(), from_on=city.today)
        with django_assert_num_queries(6):
            duties.duties_of(city.cadre, city.today)
