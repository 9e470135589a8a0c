"""R-50: what a month's facts are read from the cases."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cadres.enums import UnitKind
from cadres.services.calendar import calendar_at
from cases.enums import Action, Clock, Finding, Measure, Outcome, Status, TicketKind, TicketState
from cases.models import InquiryResult, Pause, Review, SpotCheck
from reports.enums import Group
from reports.queries.month import month_facts, month_of
from reports.queries.organisations import organisations
from reports.scoring import count
from tests.factories import UnitFactory
from tests.reports.months import MONTH, Month, at


@pytest.fixture
def month(city):
    return Month(city)


def read(day=MONTH):
    return month_facts(day, calendar=calendar_at(), organisations=organisations())


def fact_of(case, day=MONTH):
    found = [each for each in read(day) if each.case == case.pk]
    return found[0] if found else None


def test_a_month_is_whole_in_local_time():
    span = month_of(date(2026, 12, 31))
    assert (span.first, span.last) == (date(2026, 12, 1), date(2026, 12, 31))
    assert span.since.isoformat() == "2026-12-01T00:00:00+08:00"
    assert span.until.isoformat() == "2027-01-01T00:00:00+08:00"


def test_a_case_that_went_through(month):
    case = month.done()
    fact = fact_of(case)
    assert fact.as_data() == {
        "case": case.pk, "unit": month.city.land.pk, "group": "DEPARTMENT", "is_due": True, "outcome": "A",
        "is_on_time": True, "is_signed_on_time": True, "is_fed_back_on_time": True, "is_ratable": True, "rating": 5,
        "was_closed": True, "workdays": 4,  # 10-09 → 10-14, of which 10-10 is a make-up Saturday
    }  # fmt: skip


def test_met_late_is_answered_but_not_on_time(month):
    fact = fact_of(month.done(late=True))
    assert (fact.outcome, fact.is_on_time) == ("A", False)


def test_until_24_00_of_the_day_is_on_time(month):
    case = month.case()
    month.deadline(case, due=16, met_at=at(16, 23))
    assert fact_of(case).is_on_time is True


def test_what_came_after_the_month_does_not_count_yet(month):
    case = month.case()
    month.deadline(case, due=31, met_at=at(1, 9, month=11))
    month.submission(case, day=14)
    fact = fact_of(case)
    assert (fact.is_due, fact.outcome, fact.is_on_time) == (True, "", False)


def test_other_months_do_not_count(month):
    case = month.done()
    assert fact_of(case, date(2026, 9, 1)) is None
    assert fact_of(case, date(2026, 11, 1)) is None


def test_a_voided_term_was_never_due(month):
    case = month.case()
    month.deadline(case, voided_at=at(10))
    assert fact_of(case) is None


def test_a_paused_case_is_not_due_while_it_waits_for_the_firm(month):
    case = month.case(status=Status.PAUSED)
    month.deadline(case)
    pause = Pause.objects.create(case=case, paused_at=at(14), from_on=date(2026, 10, 15), reason="补图纸")
    assert fact_of(case) is None
    pause.resumed_at, pause.to_on = at(20), date(2026, 10, 20)
    pause.save()
    assert fact_of(case).is_due


def test_the_last_term_of_the_month_decides_the_outcome_and_all_must_be_kept(month):
    case = month.case()
    month.deadline(case, due=12, met=14)
    month.submission(case, day=14)
    month.deadline(case, Clock.REDO, due=30)
    fact = fact_of(case)
    assert (fact.is_due, fact.outcome, fact.is_on_time) == (True, "", False)


def test_a_returned_submission_is_no_answer(month):
    case = month.case()
    month.deadline(case, met=14)
    first = month.submission(case, Outcome.SOLVED, 13)
    Review.objects.create(
        case=case, submission=first, is_solved=False, is_answered=True, has_contacted=True, firm_agrees=False,
        has_passed=False, reviewed_at=at(13, 16), reviewed_by=month.city.clerk,
    )  # fmt: skip
    month.submission(case, Outcome.EXPLAINED, 14)
    assert fact_of(case).outcome == "D"


def test_not_rated_is_ratable_only(month):
    case = month.case()
    month.rating(case, None, lapsed=30)
    fact = fact_of(case)
    assert (fact.is_ratable, fact.rating) == (True, None)


def test_of_two_ratings_in_a_month_the_lower_counts(month):
    case = month.case()
    month.rating(case, 1, 18)
    month.rating(case, 5, 28)
    assert fact_of(case).rating == 1


def test_closing_and_reopening(month):
    case = month.done()
    month.event(case, Action.REOPEN, 25, Status.HANDLING)
    fact = fact_of(case)
    assert (fact.was_closed, fact.was_reopened) == (True, True)


def test_marks_of_the_month(month):
    case = month.done()
    month.ticket(case)
    month.ticket(case)
    month.ticket(case, state=TicketState.VOID)
    slip = month.ticket(case, TicketKind.INQUIRY, to=month.city.supervision)
    month.objection(case, is_upheld=False)
    InquiryResult.objects.create(
        ticket=slip, case=case, finding=Finding.FALSE_CLOSURE, facts="未办", measure=Measure.TALK, recorded_at=at(28),
        recorded_by=month.city.supervisor,
    )  # fmt: skip
    SpotCheck.objects.create(
        case=case, unit=case.lead, planned_on=at(27).date(), purpose="看现场", made_by=month.city.supervisor,
        made_at=at(26), checked_at=at(27), is_true=False,
    )  # fmt: skip
    fact = fact_of(case)
    assert (fact.urges, fact.inquiries, fact.wrong_objections, fact.false_closures) == (2, 1, 1, 1)


def test_an_upheld_objection_is_no_mark(month):
    case = month.case()
    month.objection(case, is_upheld=True)
    assert fact_of(case) is None


def test_legal_cases_carry_their_flag(month):
    case = month.case(is_legal=True)
    month.deadline(case, Clock.SIGN, 10, 10)
    month.rating(case, 5)
    counts = count(read())
    assert (counts.satisfied.d, counts.legal.cases) == (0, (case.pk,))


def test_shelved_at_the_end_of_the_month_with_its_age(month):
    held, left = month.case(status=Status.SHELVED), month.case()
    for case in (held, left):
        month.event(case, Action.SHELVE, 11, Status.SHELVED)
    month.submission(left, day=25)
    assert (fact_of(held).shelved_days, fact_of(left)) == (20, None)


def test_a_county_is_one_organisation(city, month):
    bureau = UnitFactory(name="魏都区工信局", kind=UnitKind.COUNTY, region=city.regions["weidu"])
    by_office, by_bureau = month.done(city.county_office), month.done(bureau)
    known = organisations()
    assert {fact_of(by_office).unit, fact_of(by_bureau).unit} == {city.county_office.pk}
    assert (known[bureau.pk].name, known[bureau.pk].group) == ("魏都区", Group.COUNTY)


def test_who_is_not_ranked(city, month):
    known = organisations()
    for unit in (city.office, city.supervision, city.leading_group, *city.task_forces.values()):
        assert unit.pk not in known
    month.done(city.task_forces["factor"])
    assert read() == []


def test_groups(city):
    zone = UnitFactory(name="东城区活动办", kind=UnitKind.OFFICE, region=city.regions["zone"])
    known = organisations()
    groups = [known[unit.pk].group for unit in (city.county_office, zone, city.land, city.bank)]
    assert groups == [Group.COUNTY, Group.ZONE, Group.DEPARTMENT, Group.SERVICE]


@pytest.mark.parametrize("number", [1, 3])
def test_the_number_of_queries_does_not_grow(month, number):
    month.month_of_work(month.city.land, number)
    calendar, known = calendar_at(), organisations()
    with CaptureQueriesContext(connection) as queries:
        month_facts(MONTH, calendar=calendar, organisations=known)
    assert len(queries) == 17
