"""R-30, R-50 – R-52: what look-backs and false closures say about a month, once, and what is frozen (ADR 0022)."""

from datetime import date, datetime
from decimal import Decimal

import pytest
import time_machine

from cadres.services.calendar import calendar_at
from cases.enums import Finding, InquiryCause, LookBackResult, Measure, TicketKind
from cases.models import InquiryResult, LookBack, LookBackDraw, SpotCheck
from cases.services.false_closures import LOOK_BACK_KEY
from reports.drill import part_words
from reports.enums import Part
from reports.models import RankingFact, RankingRow
from reports.queries.month import month_facts
from reports.queries.organisations import organisations
from reports.queries.proofs import false_proofs
from reports.scoring import count
from reports.services import draft_month, falsified, publish_month, recompute, redraft_month
from reports.tasks import revise_drafts
from tests.factories import SHANGHAI
from tests.reports.months import AFTER, FIRST_NIGHT, MONTH, Month, at
from zhuqi.kernel.errors import DomainError

NOVEMBER = date(2026, 11, 1)
FOUND = datetime(2026, 11, 3, 10, tzinfo=SHANGHAI)  # after the draft of October, before it may be published
LATER = datetime(2026, 11, 9, 10, tzinfo=SHANGHAI)


@pytest.fixture
def month(city):
    return Month(city)


def look(case, result, when, days=30):
    draw, _ = LookBackDraw.objects.get_or_create(
        month=date(2026, 9, 1), defaults={"seed": "s", "share": 20, "drawn_at": at(1)}
    )
    return LookBack.objects.create(
        draw=draw, case=case, unit=case.lead, closed_at=case.closed_at or at(20), round=days, reason="DRAWN",
        due_on=when.date(), until_on=when.date(), checked_at=when, result=result,
    )  # fmt: skip


def spot(city, case, when):
    return SpotCheck.objects.create(
        case=case, unit=case.lead, planned_on=when.date(), purpose="看现场", made_by=city.supervisor, made_at=when,
        checked_at=when, is_true=False,
    )  # fmt: skip


def finding(month, case, when, key="x"):
    ticket = month.ticket(case, TicketKind.INQUIRY, 21, key=key, cause=InquiryCause.FALSE_CLOSURE)
    return InquiryResult.objects.create(
        ticket=ticket, case=case, finding=Finding.FALSE_CLOSURE, facts="查实。", measure=Measure.TALK, recorded_at=when,
        recorded_by=month.city.supervisor,
    )  # fmt: skip


def facts_of(case, day=MONTH):
    rows = month_facts(day, calendar=calendar_at(), organisations=organisations())
    return next((each for each in rows if each.case == case.pk), None)


R = LookBackResult


@pytest.mark.parametrize(
    ("results", "passed"),
    [
        ((R.REAL,), True),
        ((R.RELAPSED,), False),
        ((R.FALSE,), False),
        ((R.REAL, R.FALSE), False),
        ((R.REAL, R.REAL), True),
    ],
)
def test_only_what_still_stands_passes(month, results, passed):
    case = month.done()
    for number, result in enumerate(results):
        look(case, result, at(22 + number), days=30 + number)
    assert facts_of(case).look_back_passed is passed


def test_it_counts_in_the_month_it_was_looked_at(month):
    case = month.done()
    look(case, R.REAL, at(3, month=11))
    assert facts_of(case).look_back_passed is None
    assert facts_of(case, NOVEMBER).look_back_passed is True


def test_relapsed_costs_no_false_mark(month):
    case = month.done()
    look(case, R.RELAPSED, at(25))
    fact = facts_of(case)
    assert (fact.false_closures, fact.was_false, fact.look_back_passed) == (0, False, False)


def test_found_in_three_ways_it_is_marked_once_in_the_first_month(month, city):
    case = month.done()
    row = look(case, R.FALSE, at(25))
    spot(city, case, at(27))
    finding(month, case, at(12, month=11))
    other = finding(month, month.done(), at(13, month=11), key=f"{LOOK_BACK_KEY}{row.pk}")
    assert facts_of(case).false_closures == 1
    assert facts_of(case, NOVEMBER) is None or facts_of(case, NOVEMBER).false_closures == 0
    november = facts_of(other.case, NOVEMBER)
    assert november is None or november.false_closures == 0  # it only confirms a proof that stands elsewhere
    assert len(false_proofs(at(30, month=11))) == 1


def test_another_false_answer_after_the_redo_is_another_mark(month, city):
    case = month.done()
    look(case, R.FALSE, at(22))
    month.submission(case, day=26)
    spot(city, case, at(29))
    assert facts_of(case).false_closures == 2


def test_an_answer_proven_false_within_the_month_is_none(month, city):
    case = month.done()
    spot(city, case, at(28))
    fact = facts_of(case)
    assert (fact.outcome, fact.was_false, fact.answer) == ("A", True, "")
    said = count([fact])
    assert [(rate.n, rate.d) for rate in (said.answered, said.solved, said.on_time)] == [(0, 1)] * 3
    assert said.median_workdays is None
    assert "查实虚假办结" in part_words(Part.SOLVED, fact)
    assert "查实虚假办结" in part_words(Part.ON_TIME, fact)


def test_a_true_answer_after_the_false_one_counts(month, city):
    case = month.done()
    look(case, R.FALSE, at(22))
    month.submission(case, day=26)
    fact = facts_of(case)
    assert (fact.was_false, fact.answer, fact.false_closures) == (False, "A", 1)


# --- a month recomputed after a false closure -----------------------------------------------------------------------
@pytest.fixture
def proven(month, city):
    """October drafted, and one of its closures found false in November before it was published."""
    month.month_of_work(city.land)
    month.month_of_work(city.labour)
    ranking = draft_month(MONTH, at=FIRST_NIGHT)
    case = month.made[0]
    look(case, R.FALSE, FOUND)
    return ranking, case


def score(ranking, unit):
    return RankingRow.objects.get(ranking=ranking, unit=unit).score


def test_a_draft_is_rescored(proven, city):
    ranking, case = proven
    before, other = score(ranking, city.land), score(ranking, city.labour)
    assert falsified(ranking, at=FIRST_NIGHT) == set()
    assert falsified(ranking, at=LATER) == {case.pk}
    with time_machine.travel(LATER, tick=False):
        revise_drafts()
        revise_drafts()
    ranking.refresh_from_db()
    fact = RankingFact.objects.get(row__ranking=ranking, case=case).facts
    assert (fact.was_false, fact.false_closures, fact.look_back_passed) == (True, 0, None)
    assert score(ranking, city.land) < before
    assert score(ranking, city.labour) != other  # the group's mean moved with it
    assert RankingRow.objects.get(ranking=ranking, unit=city.land).counts["solved"] == [5, 6]
    assert recompute(ranking).is_equal
    assert ranking.redrafted_at == LATER
    assert falsified(ranking, at=LATER) == set()


def test_it_is_not_published_before_it_is_rescored(proven, city):
    ranking, _ = proven
    with pytest.raises(DomainError, match="1 件已查实虚假"):
        publish_month(ranking, at=AFTER, actor=city.director)
    redraft_month(MONTH, at=AFTER)
    after = datetime(2026, 11, 10, 9, tzinfo=SHANGHAI)
    assert publish_month(ranking, at=after, actor=city.director).is_published


def test_a_published_month_stays_and_the_correction_stands_in_the_month_it_was_found(month, city):
    month.month_of_work(city.land)
    month.month_of_work(city.labour)
    ranking = publish_month(draft_month(MONTH, at=FIRST_NIGHT), at=AFTER, actor=city.director)
    before, digest = score(ranking, city.land), ranking.digest
    look(month.made[0], R.FALSE, LATER)
    with time_machine.travel(LATER, tick=False):
        revise_drafts()
    ranking.refresh_from_db()
    assert (score(ranking, city.land), ranking.digest) == (before, digest)
    assert recompute(ranking).is_equal
    november = draft_month(NOVEMBER, at=datetime(2026, 12, 1, 2, tzinfo=SHANGHAI))
    row = RankingRow.objects.get(ranking=november, unit=city.land)
    marks = {each["key"]: (each["count"], each["points"]) for each in row.deductions}
    looked = next(each for each in row.parts if each["key"] == "look_back")
    assert marks["false_closure"] == (1, "10")
    assert (looked["n"], looked["d"], looked["full"] != "0.00") == (0, 1, True)
    assert row.score == Decimal("0.00")


def test_months_published_before_this_was_kept_still_recompute(month, city):
    month.month_of_work(city.land)
    ranking = publish_month(draft_month(MONTH, at=FIRST_NIGHT), at=AFTER, actor=city.director)
    assert all("was_false" not in data for data in RankingFact.objects.values_list("data", flat=True))
    assert recompute(ranking).is_equal
