"""共性问题与政策一项问什么（R-51，ADR 0031）：按件问答复到没有，按期问建议落实没有；月末为准，冻结的不变。"""

from datetime import date

import pytest

from cases.enums import Clock
from cases.models import CommonIssue, CommonIssueCase
from reports.models import Ranking
from reports.scoring import Part
from reports.services.month import draft_month, publish_month, recompute
from tests.reports.months import AFTER, FIRST_NIGHT, MONTH, Month, at
from tests.reports.test_month_facts import fact_of, read


@pytest.fixture
def month(city):
    return Month(city)


@pytest.fixture
def issue(city):
    return CommonIssue.objects.create(
        title="用电难", key="FIRST:1", state="CONFIRMED", office=city.office, lead=city.land, proposed_at=at(5),
        decided_at=at(6),
    )  # fmt: skip


JOINED = at(7)


def join(issue, case, *, joined=JOINED, **more):
    return CommonIssueCase.objects.create(issue=issue, case=case, joined_at=joined, **more)


def due_case(month, due=16, **more):
    case = month.case(**more)
    month.deadline(case, Clock.RESOLVE, due)
    return case


def done(case, day=MONTH):
    fact = fact_of(case, day)
    return fact.common_done if fact else None


def test_answered_in_the_month_is_done_even_before_it_is_due(month, issue):
    case = month.case()
    join(issue, case, answered_at=at(20))
    assert done(case) is True


def test_due_in_the_month_and_not_answered_by_its_end_is_not(month, issue):
    case, late = due_case(month), due_case(month)
    join(issue, case)
    join(issue, late, answered_at=at(3, month=11))
    assert done(case) is False
    assert done(late) is False
    assert done(late, date(2026, 11, 1)) is True  # and in the month it was answered it is


def test_neither_due_nor_answered_is_not_asked(month, issue):
    case, before = month.case(), due_case(month)
    join(issue, case)
    join(issue, before, answered_at=at(20, month=9), joined=at(7, month=9))
    assert done(case) is None
    assert done(before) is None


def test_who_was_not_in_it_at_the_end_of_the_month_is_not_asked(month, issue):
    for more in ({"joined": None}, {"joined": at(2, month=11)}, {"left_at": at(20)}):
        case = due_case(month)
        join(issue, case, **more)
        assert done(case) is None, more
    stayed = due_case(month)
    join(issue, stayed, left_at=at(2, month=11))
    assert done(stayed) is False


def test_it_is_the_mark_of_the_unit_that_handles_all(month, issue):
    case = due_case(month, unit=month.city.labour)
    join(issue, case)
    by_unit = {fact.unit: fact.common_done for fact in read() if fact.case == case.pk}
    assert by_unit == {month.city.land.pk: False, month.city.labour.pk: None}


@pytest.mark.parametrize(
    ("due", "finished", "kept"),
    [
        (date(2026, 10, 20), at(20, 18), True), (date(2026, 10, 20), at(21), False), (date(2026, 10, 20), None, False),
        (date(2026, 10, 31), at(1, month=11), False), (date(2026, 11, 1), None, None), (date(2026, 10, 20), at(1), True),
    ],
)  # fmt: skip
def test_a_policy_proposal_is_asked_in_the_month_it_is_due(month, issue, due, finished, kept):
    case = month.case()
    join(issue, case)
    CommonIssue.objects.filter(pk=issue.pk).update(
        proposal="建议。", proposal_unit=month.city.labour, proposal_due_on=due, proposal_done_at=finished
    )
    found = [fact.common_done for fact in read() if fact.case == case.pk and fact.unit == month.city.labour.pk]
    assert found == ([] if kept is None else [kept])


def test_both_asked_of_one_case_and_unit_must_both_be_kept(month, issue):
    case = due_case(month)
    join(issue, case, answered_at=at(10))
    CommonIssue.objects.filter(pk=issue.pk).update(
        proposal="建议。", proposal_unit=month.city.land, proposal_due_on=date(2026, 10, 20)
    )
    assert done(case) is False


def test_it_earns_its_points_and_a_published_month_stays_as_it_was(month, issue):
    cases = month.month_of_work(month.city.land)
    rows = [join(issue, case, answered_at=at(15)) for case in cases[:3]] + [join(issue, cases[3])]
    ranking = draft_month(MONTH, at=FIRST_NIGHT)
    part = next(one for one in ranking.rows.get(unit=month.city.land).parts if one["key"] == Part.COMMON)
    assert (part["n"], part["d"]) == (3, 4)
    assert float(part["points"]) > 0
    publish_month(ranking, at=AFTER, actor=month.city.director)
    CommonIssueCase.objects.filter(pk=rows[0].pk).update(answered_at=None)
    CommonIssue.objects.update(state="DISMISSED")
    assert recompute(Ranking.objects.get()).is_equal
