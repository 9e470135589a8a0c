"""第一条整路：提出 → 受理 → 交办 → 催办 → 办结 → 评价 → 销号，全走服务。"""

import pytest

from cases.enums import Action, Clock, Level, Status, TicketKind
from cases.models import Deadline
from cases.services import Rating, evaluation_by_link, perform, rate, rating_link
from cases.services.enforcement import enforce
from tests.cases.steps import ALL_TICKS, dispatched, evidence, instant, rating

pytestmark = pytest.mark.django_db
ISSUED = instant("2026-02-13 10:00")  # Friday before the Spring Festival of the domain's first vector


def due(case):
    return {row.clock: row.due_on.isoformat() for row in case.deadlines.all()}


def test_dispatch_starts_the_clocks_of_the_first_vector(city):
    case = dispatched(city, ISSUED)
    ticket = case.tickets.get()
    assert case.status == Status.DISPATCHED
    assert ticket.number == "许助企交〔2026〕1号"
    assert due(case) | {} == due(case)
    assert {k: v for k, v in due(case).items() if k in {"SIGN", "FEEDBACK", "RESOLVE"}} == {
        "SIGN": "2026-02-14", "FEEDBACK": "2026-02-24", "RESOLVE": "2026-02-24",
    }  # fmt: skip


def test_a_missed_signature_is_urged_once(city):
    case = dispatched(city, ISSUED)
    enforce(at=instant("2026-02-24 09:00"))
    case.refresh_from_db()
    urge = case.tickets.get(kind=TicketKind.URGE)
    assert urge.number == "许助企催〔2026〕1号"
    assert urge.previous.kind == TicketKind.DISPATCH
    assert case.level == Level.URGED
    enforce(at=instant("2026-02-24 09:30"))
    assert case.tickets.filter(kind=TicketKind.URGE).count() == 1


def test_doing_the_missed_steps_meets_the_urge_and_puts_the_light_out(city):
    case = dispatched(city, ISSUED)
    enforce(at=instant("2026-02-24 09:00"))
    case.refresh_from_db()
    case = perform(case, Action.SIGN, actor=city.land_clerk, at=instant("2026-02-24 10:00"))
    case.refresh_from_db()
    assert case.level == Level.NONE
    assert not Deadline.objects.running().filter(case=case, clock=Clock.URGE_REPLY).exists()


def test_unanswered_urge_becomes_a_drafted_inquiry_never_an_issued_one(city):
    case = dispatched(city, ISSUED)
    enforce(at=instant("2026-02-24 09:00"))
    enforce(at=instant("2026-03-02 09:00"))
    inquiry = case.tickets.get(kind=TicketKind.INQUIRY)
    assert inquiry.number is None
    assert inquiry.state == "DRAFT"
    case = perform(case, Action.APPROVE_INQUIRY_OFFICE, actor=city.director, at=instant("2026-03-02 10:00"))
    case = perform(case, Action.APPROVE_INQUIRY_LEADER, actor=city.leader, at=instant("2026-03-02 11:00"))
    inquiry.refresh_from_db()
    assert inquiry.number == "许助企问〔2026〕1号"
    assert case.level == Level.INQUIRY
    assert inquiry.body["chain"][0]["kind"] == "交办单"


def test_the_whole_path_ends_in_a_rated_closure(city):
    case = rating(city, ISSUED)
    assert case.status == Status.RATING
    row = case.evaluations.get()
    token = rating_link(row).rstrip("/").rsplit("/", 1)[-1]
    found = evaluation_by_link(token, today=ISSUED.date())
    case = rate(found, Rating(5, was_contacted=True), at=ISSUED)
    assert case.status == Status.CLOSED
    assert not Deadline.objects.running().filter(case=case).exists()


def test_bad_rating_goes_back_to_the_same_unit_with_two_clocks(city):
    case = rating(city, ISSUED)
    case = rate(case.evaluations.get(), Rating(1), at=ISSUED)
    assert case.status == Status.HANDLING
    assert case.lead == city.land
    running = set(Deadline.objects.running().filter(case=case).values_list("clock", flat=True))
    assert running == {Clock.CALL_BACK, Clock.REDO}
    case = perform(
        case, Action.SUBMIT, actor=city.land_clerk, at=ISSUED, note="重新办好。", outcome="A", files=[evidence()]
    )
    case = perform(case, Action.PASS_REVIEW, actor=city.clerk, at=ISSUED, ticks=ALL_TICKS)
    case = rate(case.evaluations.get(rated_at=None), Rating(2), at=ISSUED)
    assert (case.bad_rating_count, case.tier) == (2, "COMPLEX")
