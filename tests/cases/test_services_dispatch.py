"""交办、报批、退单与裁定、作废重发（R-22 – R-25、R-33）。"""

import pytest

from cases.enums import Action, Clock, TicketKind, TicketState, Tier
from cases.models import CoHandling, Deadline
from cases.services import perform, preview_terms
from cases.services.enforcement import enforce
from tests.cases import situations, steps
from tests.cases.steps import DAY, instant, plan
from zhuqi.kernel.errors import Conflict, DomainError, InvalidInput

pytestmark = pytest.mark.django_db
FRIDAY = instant("2026-11-20 10:00")


def running(case, **more):
    return {row.clock: f"{row.due_on:%m-%d}" for row in Deadline.objects.running().filter(case=case, **more)}


def test_clocks_start_when_the_ticket_is_issued_not_when_it_is_signed(city):
    case = steps.dispatched(city, city.at, co_handlers=((city.labour, "核对用工"),))
    assert running(case) == {"SIGN": "11-24", "FEEDBACK": "11-26", "RESOLVE": "11-30", "CO_REPLY": "11-26"}
    case = perform(case, Action.SIGN, actor=city.land_clerk, at=city.at + 3 * DAY)
    assert running(case) == {"FEEDBACK": "11-26", "RESOLVE": "11-30", "CO_REPLY": "11-26"}
    assert Deadline.objects.get(case=case, clock=Clock.CO_REPLY).holder == city.labour


def test_the_ticket_freezes_its_face_and_names_the_rule(city):
    case = steps.dispatched(city, city.at, co_handlers=((city.labour, " 核对用工 "),), requirements="每周报一次。")
    ticket = case.tickets.get()
    assert (ticket.number, ticket.state, ticket.signer) == ("许助企交〔2026〕1号", TicketState.ISSUED, city.office.name)
    assert ticket.body["requirements"] == "每周报一次。"
    assert ticket.body["enterprise"] == city.firm.name
    assert [line["clock"] for line in ticket.body["deadlines"]] == ["签收", "首次反馈", "办结"]
    assert ticket.body["co_handlers"] == [{"unit": city.labour.name, "part": "核对用工", "due_on": "2026-11-26"}]
    assert list(ticket.copies.all()) == [city.labour]
    assert case.rule_set.code == "13710"
    city.firm.name = "改名以后的公司"
    city.firm.save()
    ticket.refresh_from_db()
    assert ticket.body["enterprise"] == "许昌沅砥精密机械有限公司"


@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("category", lambda city: {"category": None}),
        ("lead", lambda city: {"lead": city.supervision}),
        ("lead", lambda city: {"lead": None}),
        ("tier", lambda city: {"tier": "HUGE"}),
        ("nature", lambda city: {"nature": ""}),
        ("co_handlers", lambda city: {"co_handlers": ((city.land, "自己"),)}),
        ("co_handlers", lambda city: {"co_handlers": ((city.labour, "甲"), (city.labour, "乙"))}),
        ("co_handlers", lambda city: {"co_handlers": ((city.labour, "  "),)}),
        ("co_handlers", lambda city: {"co_handlers": ((city.labour, "长" * 201),)}),
    ],
)
def test_a_wrong_plan_is_refused_by_field_and_takes_no_number(city, field, change):
    case = steps.accepted(city, city.at)
    with pytest.raises(InvalidInput) as refused:
        perform(case, Action.DISPATCH, actor=city.clerk, at=city.at, plan=plan(city, **change(city)))
    assert set(refused.value.errors) == {field}
    assert not case.tickets.exists()
    done = perform(case, Action.DISPATCH, actor=city.clerk, at=city.at, plan=plan(city))
    assert done.tickets.get().number == "许助企交〔2026〕1号"


def test_a_major_problem_is_issued_by_the_leader_only(city):
    case = steps.accepted(city, city.at)
    with pytest.raises(DomainError, match="分管领导"):
        perform(case, Action.DISPATCH, actor=city.clerk, at=city.at, plan=plan(city, tier=Tier.MAJOR))
    case = perform(case, Action.PROPOSE, actor=city.clerk, at=city.at, plan=plan(city, tier=Tier.MAJOR))
    draft = case.tickets.get()
    assert (case.status, draft.number, set(running(case))) == ("ACCEPTED", None, {"DISPATCH"})
    for action in (Action.PROPOSE, Action.DISPATCH):
        with pytest.raises(DomainError, match="等批准"):
            perform(case, action, actor=city.clerk, at=city.at, plan=plan(city))
    case = perform(case, Action.APPROVE_DISPATCH, actor=city.leader, at=city.at)
    draft.refresh_from_db()
    assert (case.status, draft.number, case.tier) == ("DISPATCHED", "许助企交〔2026〕1号", "MAJOR")
    assert "秦副市长" in draft.signer
    assert running(case)["RESOLVE"] == "12-23"


def test_a_plan_the_leader_returned_can_be_proposed_anew(city):
    case = situations.proposed(city)
    case = perform(case, Action.RETURN_DISPATCH, actor=city.leader, at=city.at, note="换主办。")
    assert case.tickets.get().state == TicketState.DROPPED
    with pytest.raises(DomainError, match="没有等待批准"):
        perform(case, Action.APPROVE_DISPATCH, actor=city.leader, at=city.at)
    case = perform(case, Action.PROPOSE, actor=city.clerk, at=city.at, plan=plan(city, tier=Tier.MAJOR))
    case = perform(case, Action.APPROVE_DISPATCH, actor=city.leader, at=city.at)
    assert case.tickets.issued().get().number == "许助企交〔2026〕1号"


def test_the_legal_lane_has_no_resolve_clock(city):
    legal = plan(city, category=city.categories["legal"])
    case = perform(steps.accepted(city, city.at), Action.DISPATCH, actor=city.clerk, at=city.at, plan=legal)
    assert set(running(case)) == {"SIGN", "FEEDBACK"}
    assert case.is_legal
    assert Clock.RESOLVE not in dict(preview_terms(legal, today=city.today, case=case))


def test_an_office_without_a_prefix_cannot_issue_and_keeps_nothing(city):
    city.office.ticket_prefix = ""
    city.office.save()
    case = steps.accepted(city, city.at)
    with pytest.raises(DomainError, match="代字"):
        perform(case, Action.DISPATCH, actor=city.clerk, at=city.at, plan=plan(city))
    case.refresh_from_db()
    assert (case.status, case.lead, case.tickets.count()) == ("ACCEPTED", None, 0)


def test_an_objection_comes_within_one_working_day(city):
    case = steps.dispatched(city, FRIDAY)
    with pytest.raises(DomainError, match="11-23 截止"):
        _object(city, case, at=instant("2026-11-24 00:01"))
    assert _object(city, case, at=instant("2026-11-23 23:59")).status == "OBJECTED"


def _object(city, case, *, at):
    return perform(case, Action.OBJECT, actor=city.land_head, at=at, note="不属本局。", proper_unit=city.labour)


def test_an_objection_may_not_name_the_unit_itself(city):
    case = steps.dispatched(city, city.at)
    with pytest.raises(DomainError):
        perform(case, Action.OBJECT, actor=city.land_head, at=city.at, note="不属本局。", proper_unit=city.land)


def test_upheld_voids_the_ticket_stops_its_clocks_and_the_next_dispatch_starts_new_ones(city):
    case = situations.objected(city)
    case = perform(case, Action.UPHOLD, actor=city.clerk, at=city.at + DAY, note="确属人社。")
    ticket = case.tickets.get()
    assert (case.status, case.lead, ticket.state, ticket.number) == ("ACCEPTED", None, "VOID", "许助企交〔2026〕1号")
    assert set(running(case)) == {"DISPATCH"}
    case = perform(case, Action.DISPATCH, actor=city.clerk, at=city.at + DAY, plan=plan(city, lead=city.labour))
    again = case.tickets.issued().get()
    assert (again.number, again.previous, again.ordinal) == ("许助企交〔2026〕2号", ticket, 2)
    assert running(case) == {"SIGN": "11-25", "FEEDBACK": "11-27", "RESOLVE": "12-01"}
    precedent = case.objections.get()
    assert (precedent.is_upheld, precedent.ruling, precedent.unit) == (True, "确属人社。", city.land)
    # The next unit may object too: once each.
    case = perform(
        case, Action.OBJECT, actor=city.labour_head, at=city.at + DAY, note="也不是。", proper_unit=city.bank
    )
    assert case.objections.count() == 2


def test_rejected_is_final_and_no_reminder_is_lost(city):
    case = _object(city, steps.dispatched(city, FRIDAY), at=instant("2026-11-23 17:00"))
    enforce(at=instant("2026-11-25 09:00"))  # 签收 and 首次反馈 ran out while the office was ruling
    assert not case.tickets.filter(kind=TicketKind.URGE).exists()
    case = perform(case, Action.REJECT, actor=city.clerk, at=instant("2026-11-25 15:00"), note="用地在前。")
    assert (case.status, running(case)["RESOLVE"]) == ("DISPATCHED", "11-27")
    with pytest.raises(DomainError, match="只能退单一次"):
        _object(city, case, at=instant("2026-11-25 15:30"))
    enforce(at=instant("2026-11-26 09:00"))
    urge = case.tickets.get(kind=TicketKind.URGE)
    assert [line["clock"] for line in urge.body["missed"]] == ["签收", "首次反馈"]


def test_voiding_the_dispatch_takes_everything_of_the_unit_back(city):
    case = steps.handling(city, city.at, co_handlers=((city.labour, "核对用工"),))
    case = perform(case, Action.ASK_EXTENSION, actor=city.land_clerk, at=city.at, note="等批复。", days=5)
    case = perform(case, Action.PAUSE, actor=city.land_clerk, at=city.at, note="请补材料。")
    case = perform(case, Action.DRAFT_INQUIRY, actor=city.clerk, at=city.at, note="推诿。")
    ticket = case.tickets.get(kind=TicketKind.DISPATCH)
    case = perform(case, Action.VOID_TICKET, actor=city.clerk, at=city.at, note="主送错。", ticket=ticket)
    assert (case.status, case.lead, set(running(case))) == ("ACCEPTED", None, {"DISPATCH"})
    assert not CoHandling.objects.filter(case=case).exists()
    assert not case.extensions.filter(decided_at=None).exists()
    assert not case.pauses.filter(resumed_at=None).exists()
    assert case.tickets.get(kind=TicketKind.INQUIRY).state == TicketState.DROPPED
    case = perform(case, Action.DISPATCH, actor=city.clerk, at=city.at, plan=plan(city, lead=city.labour))
    assert case.tickets.issued().get().number == "许助企交〔2026〕2号"


@pytest.mark.parametrize("prepare", [situations.objected, situations.planned, situations.shelved])
def test_a_dispatch_is_not_taken_back_past_its_time(city, prepare):
    case = prepare(city)
    with pytest.raises(DomainError, match="不能再收回"):
        perform(case, Action.VOID_TICKET, actor=city.clerk, at=city.at, note="写错。", ticket=case.tickets.get())
    assert case.tickets.get().state == TicketState.ISSUED


def test_a_voided_urge_frees_its_steps_to_be_urged_anew(city):
    case = steps.handling(city, city.at)
    enforce(at=instant("2026-11-27 09:00"))
    case.refresh_from_db()
    urge = case.tickets.get(kind=TicketKind.URGE)
    case = perform(
        case, Action.VOID_TICKET, actor=city.clerk, at=instant("2026-11-27 10:00"), note="写错。", ticket=urge
    )
    assert (case.level, case.urge_count) == (0, 0)
    assert "URGE_REPLY" not in running(case)
    enforce(at=instant("2026-11-30 09:00"))
    again = case.tickets.issued().get(kind=TicketKind.URGE)
    assert again.number.endswith("催〔2026〕2号")
    assert not case.tickets.filter(kind=TicketKind.INQUIRY).exists()  # the voided one does not count


def test_a_ticket_is_voided_once_and_only_with_its_own_case(city):
    case, other = steps.dispatched(city, city.at), steps.dispatched(city, city.at)
    with pytest.raises(DomainError, match="不属于"):
        perform(case, Action.VOID_TICKET, actor=city.clerk, at=city.at, note="错。", ticket=other.tickets.get())
    ticket = case.tickets.get()
    perform(case, Action.VOID_TICKET, actor=city.clerk, at=city.at, note="错。", ticket=ticket)
    with pytest.raises(Conflict):
        perform(case, Action.VOID_TICKET, actor=city.clerk, at=city.at, note="错。", ticket=ticket)
