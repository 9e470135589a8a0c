"""手工催办、答复、问效建议单的两道签字、说明、认定（领域文档 §6，R-35、R-36）。"""

import pytest

from cases.enums import Action, Clock, InquiryCause, Level, TicketKind, TicketState
from cases.models import Deadline, TicketReply
from cases.services import options, perform
from cases.services.enforcement import enforce
from tests.cases import situations, steps
from tests.cases.steps import DAY, evidence, instant
from zhuqi.kernel.errors import DomainError

pytestmark = pytest.mark.django_db


def running(case):
    return {row.clock: f"{row.due_on:%m-%d}" for row in Deadline.objects.running().filter(case=case)}


def test_an_urge_by_hand_waits_for_an_answer_and_comes_one_at_a_time(city):
    case = situations.urged(city)
    urge = case.tickets.get(kind=TicketKind.URGE)
    assert (urge.number, urge.ordinal, urge.previous.kind) == ("许助企催〔2026〕1号", 1, "DISPATCH")
    assert (case.level, case.urge_count, running(case)["URGE_REPLY"]) == (Level.URGED, 1, "11-26")
    with pytest.raises(DomainError, match="答复期内"):
        perform(case, Action.URGE, actor=city.clerk, at=city.at + DAY, note="再催。")
    case = perform(case, Action.REPORT, actor=city.land_clerk, at=city.at + DAY, note="在审。")
    assert "URGE_REPLY" in running(case)  # it listed no step, so only words or the whole thing answer it
    case = perform(
        case,
        Action.ANSWER_URGE,
        actor=city.land_clerk,
        at=city.at + DAY,
        note="图纸在审。",
        promised_on=city.today + 9 * DAY,
    )
    assert {"URGE_REPLY", "PROMISE"} & set(running(case)) == {"PROMISE"}
    assert (case.level, TicketReply.objects.get().ticket) == (Level.NONE, urge)


def test_an_urge_by_hand_lists_what_is_missed_by_then(city):
    case = steps.handling(city, city.at)
    case = perform(case, Action.URGE, actor=city.clerk, at=city.at + 4 * DAY, note="反馈呢？")
    ticket = case.tickets.get(kind=TicketKind.URGE)
    assert [(line["clock"], line["days_late"]) for line in ticket.body["missed"]] == [("首次反馈", 1)]
    case = perform(case, Action.REPORT, actor=city.land_clerk, at=city.at + 4 * DAY, note="补报。")
    assert "URGE_REPLY" not in running(case)
    assert case.level == Level.NONE


def test_submitting_answers_an_urge(city):
    case = perform(
        situations.urged(city),
        Action.SUBMIT,
        actor=city.land_clerk,
        at=city.at,
        note="办好。",
        outcome="A",
        files=[evidence()],
    )
    assert set(running(case)) == {"REVIEW"}
    assert case.level == Level.NONE


def test_a_newer_promise_replaces_the_older(city):
    case = situations.urged(city)
    words = {"actor": city.land_clerk, "note": "在审。"}
    case = perform(case, Action.ANSWER_URGE, at=city.at, promised_on=city.today + 2 * DAY, **words)
    case = perform(case, Action.URGE, actor=city.clerk, at=city.at + DAY, note="再催。")
    case = perform(case, Action.ANSWER_URGE, at=city.at + DAY, promised_on=city.today + 8 * DAY, **words)
    assert running(case)["PROMISE"] == "12-01"
    assert Deadline.objects.filter(case=case, clock=Clock.PROMISE).count() == 2
    with pytest.raises(DomainError, match="没有等待本单位答复"):
        perform(case, Action.ANSWER_URGE, at=city.at, promised_on=city.today + 8 * DAY, **words)


def test_the_second_urge_by_hand_proposes_an_inquiry_at_once(city):
    case = situations.urged(city)
    case = perform(
        case, Action.ANSWER_URGE, actor=city.land_clerk, at=city.at, note="在审。", promised_on=city.today + 2 * DAY
    )
    case = perform(case, Action.URGE, actor=city.clerk, at=city.at + DAY, note="再催。", revision=case.revision)
    draft = case.tickets.get(kind=TicketKind.INQUIRY)
    assert (draft.cause, draft.state, draft.drafted_by) == (InquiryCause.SECOND_URGE, TicketState.DRAFT, None)
    case = perform(
        case, Action.DROP_INQUIRY, actor=city.director, at=city.at + DAY, note="已约谈。", revision=case.revision
    )
    assert draft.__class__.objects.get(pk=draft.pk).state == TicketState.DROPPED


def test_an_older_unanswered_urge_is_answered_with_the_newer(city):
    case = steps.dispatched(city, city.at)
    enforce(at=instant("2026-11-25 09:00"))  # signing; answer by 11-30
    enforce(at=instant("2026-12-01 09:00"))  # unanswered → inquiry; feedback and resolve → second urge
    case.refresh_from_db()
    urges = list(case.tickets.filter(kind=TicketKind.URGE).order_by("pk"))
    assert len(urges) == 2
    case = perform(
        case, Action.ANSWER_URGE, actor=city.land_clerk, at=instant("2026-12-01 10:00"), note="人手不够。",
        promised_on=instant("2026-12-10 00:00").date(),
    )  # fmt: skip
    assert "URGE_REPLY" not in running(case)
    assert {reply.ticket for reply in TicketReply.objects.all()} == set(urges)


def test_an_inquiry_is_signed_by_the_director_then_the_leader(city):
    case = situations.drafted(city)
    draft = case.tickets.get(kind=TicketKind.INQUIRY)
    with pytest.raises(DomainError, match="主任先同意"):
        perform(case, Action.APPROVE_INQUIRY_LEADER, actor=city.leader, at=city.at)
    with pytest.raises(DomainError, match="已有一份"):
        perform(case, Action.DRAFT_INQUIRY, actor=city.clerk, at=city.at, note="再拟。")
    case = perform(case, Action.APPROVE_INQUIRY_OFFICE, actor=city.director, at=city.at)
    draft.refresh_from_db()
    assert (draft.number, draft.state, "INQUIRY_REPLY" in running(case)) == (None, TicketState.DRAFT, False)
    with pytest.raises(DomainError, match="等分管领导"):
        perform(case, Action.APPROVE_INQUIRY_OFFICE, actor=city.director, at=city.at)
    case = perform(case, Action.APPROVE_INQUIRY_LEADER, actor=city.leader, at=city.at)
    draft = case.tickets.get(kind=TicketKind.INQUIRY)
    assert (draft.number, draft.to_unit, case.level) == ("许助企问〔2026〕1号", city.supervision, Level.INQUIRY)
    assert "周主任" in draft.signer
    assert "秦副市长" in draft.signer
    assert list(draft.copies.all()) == [city.land]
    assert [line["kind"] for line in draft.body["chain"]] == ["交办单", "催办单"]
    assert draft.body["timeline"][0]["what"] == "提出"
    assert running(case)["INQUIRY_REPLY"] == "11-30"


def test_a_dropped_draft_is_kept_and_takes_no_number(city):
    case = perform(situations.drafted(city), Action.DROP_INQUIRY, actor=city.leader, at=city.at, note="已补办。")
    draft = case.tickets.get(kind=TicketKind.INQUIRY)
    assert (draft.state, draft.number, draft.void_reason) == (TicketState.DROPPED, None, "已补办。")
    with pytest.raises(DomainError, match="没有在拟"):
        perform(case, Action.APPROVE_INQUIRY_OFFICE, actor=city.director, at=city.at)


def test_the_unit_explains_and_the_supervisor_finds(city):
    case = situations.inquired(city)
    case = perform(case, Action.ANSWER_INQUIRY, actor=city.land_clerk, at=city.at, note="图纸返工。")
    assert "INQUIRY_REPLY" not in running(case)
    with pytest.raises(DomainError, match="没有等待书面说明"):
        perform(case, Action.ANSWER_INQUIRY, actor=city.land_clerk, at=city.at, note="再说。")
    case = perform(
        case, Action.RECORD_FINDING, actor=city.supervisor, at=city.at, note="确未按期。", measure="DEADLINE",
        finding="OVERDUE", measure_due_on=city.today + 10 * DAY,
    )  # fmt: skip
    result = case.inquiry_results.get()
    assert (result.finding, result.measure, f"{result.measure_due_on:%m-%d}") == ("OVERDUE", "DEADLINE", "12-03")
    assert running(case)["PROMISE"] == "12-03"
    with pytest.raises(DomainError, match="没有等待认定"):
        perform(case, Action.RECORD_FINDING, actor=city.supervisor, at=city.at, note="再查。", measure="NONE")


def test_a_units_promise_does_not_replace_the_supervisors_date(city):
    case = perform(
        situations.inquired(city), Action.RECORD_FINDING, actor=city.supervisor, at=city.at, note="确未按期。",
        measure="DEADLINE", finding="OVERDUE", measure_due_on=city.today + 2 * DAY,
    )  # fmt: skip
    case = perform(
        case, Action.ANSWER_URGE, actor=city.land_clerk, at=city.at, note="在审。", promised_on=city.today + 30 * DAY
    )
    promises = Deadline.objects.running().filter(case=case, clock=Clock.PROMISE)
    assert [f"{row.due_on:%m-%d}" for row in promises] == ["11-25", "12-23"]


def test_voiding_an_inquiry_puts_the_red_light_out(city):
    case = situations.inquired(city)
    ticket = case.tickets.get(kind=TicketKind.INQUIRY)
    case = perform(case, Action.VOID_TICKET, actor=city.clerk, at=city.at, note="事实有误。", ticket=ticket)
    assert case.level == Level.URGED  # its 催办 is still unanswered
    assert "INQUIRY_REPLY" not in running(case)


def test_without_a_supervision_unit_nothing_is_half_done(city):
    city.supervision.is_active = False
    city.supervision.save()
    case = situations.urged(city)
    with pytest.raises(DomainError, match="督查单位"):
        perform(case, Action.DRAFT_INQUIRY, actor=city.clerk, at=city.at, note="推诿。")
    assert not case.tickets.filter(kind=TicketKind.INQUIRY).exists()


def test_buttons_say_what_cannot_be_done_and_why(city):
    case = situations.urged(city)
    said = {option.action: option for option in options(case, city.clerk, today=city.today)}
    assert said[Action.URGE].is_allowed is False
    assert "答复期内" in said[Action.URGE].reason
    assert said[Action.DRAFT_INQUIRY].is_allowed
    assert options(case, city.auditor, today=city.today) == []
    leader = {
        option.action: option.reason for option in options(situations.drafted(city), city.leader, today=city.today)
    }
    assert leader[Action.APPROVE_INQUIRY_LEADER] == "要等活动办主任先同意。"
