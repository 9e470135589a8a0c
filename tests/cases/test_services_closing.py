"""办结申报、审核四勾、挂账、重新打开（R-27、R-29）。"""

import pytest

from cases.enums import Action, Level, Outcome, TicketKind
from cases.models import Deadline
from cases.services import Rating, Ticks, perform, rate
from cases.services.enforcement import enforce
from tests.cases import situations, steps
from tests.cases.steps import ALL_TICKS, DAY, evidence, instant
from zhuqi.kernel.errors import DomainError, InvalidInput

pytestmark = pytest.mark.django_db


def running(case):
    return {row.clock: f"{row.due_on:%m-%d}" for row in Deadline.objects.running().filter(case=case)}


def submit(city, case, at, outcome="A", **more):
    return perform(
        case, Action.SUBMIT, actor=city.land_clerk, at=at, note="已办好。", outcome=outcome, files=[evidence()], **more
    )


def test_submitting_needs_evidence_and_keeps_it_as_such(city):
    case = steps.handling(city, city.at)
    with pytest.raises(InvalidInput, match="佐证") as refused:
        perform(case, Action.SUBMIT, actor=city.land_clerk, at=city.at, note="办好。", outcome="B")
    assert set(refused.value.errors) == {"files", "promised_on"}
    case = submit(city, case, city.at)
    assert case.attachments.get().is_evidence
    assert running(case) == {"REVIEW": "11-24"}
    assert (case.outcome, case.submitted_at) == ("A", city.at)


@pytest.mark.parametrize("missing", ["is_solved", "is_answered", "has_contacted", "firm_agrees"])
def test_solved_passes_with_all_four_ticks_only(city, missing):
    case = steps.submitted(city, city.at)
    ticks = Ticks(**{name: name != missing for name in ("is_solved", "is_answered", "has_contacted", "firm_agrees")})
    with pytest.raises(InvalidInput) as refused:
        perform(case, Action.PASS_REVIEW, actor=city.clerk, at=city.at, ticks=ticks)
    assert set(refused.value.errors) == {"ticks"}
    assert not case.reviews.exists()


def test_explained_passes_when_answered_and_contacted(city):
    case = steps.submitted(city, city.at, Outcome.EXPLAINED)
    with pytest.raises(InvalidInput):
        perform(case, Action.PASS_REVIEW, actor=city.clerk, at=city.at, ticks=Ticks(is_answered=True))
    ticks = Ticks(is_answered=True, has_contacted=True)
    case = perform(case, Action.PASS_REVIEW, actor=city.clerk, at=city.at, ticks=ticks)
    assert case.status == "RATING"
    review = case.reviews.get()
    assert (review.has_passed, review.is_solved, review.is_answered) == (True, False, True)


@pytest.mark.parametrize("outcome", [Outcome.SOLVING, Outcome.PLANNED])
def test_unfinished_outcomes_are_shelved_and_cannot_be_closed(city, outcome):
    promised = city.today + 30 * DAY
    case = steps.submitted(city, city.at, outcome, promised_on=promised)
    with pytest.raises(DomainError, match="不能销号"):
        perform(case, Action.PASS_REVIEW, actor=city.clerk, at=city.at, ticks=ALL_TICKS)
    case = perform(case, Action.SHELVE, actor=city.clerk, at=city.at, ticks=ALL_TICKS)
    assert (case.status, case.was_shelved, running(case)) == ("SHELVED", True, {"SHELVED": "12-23"})
    assert not case.evaluations.exists()
    enforce(at=instant("2026-12-24 09:00"))
    urge = case.tickets.get(kind=TicketKind.URGE)
    assert [line["clock"] for line in urge.body["missed"]] == ["挂账承诺"]
    case = submit(city, case, instant("2026-12-24 10:00"))
    assert (case.status, case.level) == ("SUBMITTED", Level.NONE)
    assert running(case) == {"REVIEW": "12-25"}


def test_finished_outcomes_are_not_shelved(city):
    with pytest.raises(DomainError, match="不用挂账"):
        perform(steps.submitted(city, city.at), Action.SHELVE, actor=city.clerk, at=city.at, ticks=ALL_TICKS)


def test_a_promise_gone_by_before_the_review_goes_back_to_the_unit(city):
    case = steps.submitted(city, city.at, Outcome.SOLVING, promised_on=city.today + DAY)
    late = city.at + 2 * DAY
    with pytest.raises(DomainError, match="承诺的 11-24 已经过去"):
        perform(case, Action.SHELVE, actor=city.clerk, at=late, ticks=ALL_TICKS)
    case = perform(case, Action.RETURN_REVIEW, actor=city.clerk, at=late, note="承诺已过，请另报。")
    assert case.status == "HANDLING"


def test_a_returned_submission_lets_the_old_deadline_run_on(city):
    case = submit(city, steps.handling(city, city.at), city.at + DAY)
    case = perform(case, Action.RETURN_REVIEW, actor=city.clerk, at=city.at + 2 * DAY, note="企业说没办。")
    assert (case.status, case.outcome, case.submitted_at) == ("HANDLING", "", None)
    assert running(case) == {"RESOLVE": "11-30"}  # 首次反馈 was given by submitting
    assert case.reviews.get().has_passed is False
    case = submit(city, case, city.at + 3 * DAY)
    case = perform(case, Action.PASS_REVIEW, actor=city.clerk, at=city.at + 3 * DAY, ticks=ALL_TICKS)
    assert case.submissions.count() == case.reviews.count() == 2


def test_a_returned_resubmission_of_a_shelved_case_keeps_its_promise_running(city):
    case = submit(city, situations.shelved(city), city.at + DAY)
    case = perform(case, Action.RETURN_REVIEW, actor=city.clerk, at=city.at + DAY, note="没办。")
    assert running(case) == {"RESOLVE": "11-30", "SHELVED": "12-23"} or running(case) == {"SHELVED": "12-23"}


def test_passing_puts_the_red_light_out(city):
    case = situations.inquired(city)
    assert case.level == Level.INQUIRY
    case = submit(city, case, city.at)
    assert case.level == Level.INQUIRY
    case = perform(case, Action.PASS_REVIEW, actor=city.clerk, at=city.at, ticks=ALL_TICKS)
    assert case.level == Level.NONE


def test_a_closed_case_owes_nothing_but_the_report_an_inquiry_asked_for(city):
    case = situations.inquired(city)
    case = submit(city, case, city.at)
    case = perform(case, Action.PASS_REVIEW, actor=city.clerk, at=city.at, ticks=ALL_TICKS)
    case = rate(case.evaluations.get(), Rating(4), at=city.at)
    assert set(running(case)) == {"INQUIRY_REPLY"}
    assert case.next_due_on is None
    case = perform(case, Action.ANSWER_INQUIRY, actor=city.land_clerk, at=city.at, note="图纸返工。")
    assert running(case) == {}


def test_helpers_of_a_closed_case_are_left_alone(city):
    case = steps.handling(city, city.at, co_handlers=((city.labour, "核对用工"),))
    case = submit(city, case, city.at)
    case = perform(case, Action.PASS_REVIEW, actor=city.clerk, at=city.at, ticks=ALL_TICKS)
    case = rate(case.evaluations.get(), Rating(5), at=city.at)
    assert running(case) == {}
    enforce(at=instant("2026-12-02 09:00"))
    assert not case.tickets.filter(kind=TicketKind.URGE).exists()


@pytest.mark.parametrize(("at", "may"), [("2027-02-22 23:59", True), ("2027-02-23 00:01", False)])
def test_the_firm_may_reopen_for_ninety_days(city, at, may):
    case = situations.closed(city)  # 2026-11-23; the 90th day is Sunday 2027-02-21, moved to Monday
    if not may:
        with pytest.raises(DomainError, match="重新打开"):
            perform(case, Action.REOPEN, actor=city.firm_user, at=instant(at), note="又停电。")
        return
    case = perform(case, Action.REOPEN, actor=city.firm_user, at=instant(at), note="又停电。")
    assert (case.status, case.reopened_count, case.closed_at, case.lead) == ("HANDLING", 1, None, city.land)
    assert set(running(case)) == {"REDO"}
