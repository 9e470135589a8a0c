"""到点执行（R-36、R-41）：每一项做什么；跑两遍、跑晚了、断在半路，单子都只有那几张。"""

import pytest

from cases.enums import Action, Clock, InquiryCause, Level, TicketKind
from cases.models import Case, CaseEvent, Deadline, EnforcementRun, Ticket
from cases.services import enforcement, perform, steps
from cases.services.due_work import office_overdue
from cases.services.enforcement import EnforcementFailed, due_slots, enforce
from tests.cases import situations
from tests.cases.steps import DAY, accepted, dispatched, handling, instant, reported
from tests.factories import UnitFactory, UserFactory

pytestmark = pytest.mark.django_db


def tickets(kind=TicketKind.URGE):
    return list(Ticket.objects.filter(kind=kind).order_by("pk"))


def missed(ticket):
    return [line["clock"] for line in ticket.body["missed"]]


def counts(results):
    return {f"{day:%m-%d}": dict(outcome.counts) for day, outcome in results.items()}


def everything():
    tables = (Case, CaseEvent, Deadline, Ticket)
    return [list(table.objects.order_by("pk").values()) for table in tables]


# 到了哪个时点


def test_a_first_run_looks_at_its_own_day_only(city):
    assert [f"{day:%m-%d}" for day in due_slots(at=instant("2026-11-24 09:00"))] == ["11-24"]
    assert [f"{day:%m-%d}" for day in due_slots(at=instant("2026-11-24 08:59"))] == ["11-23"]


def test_nothing_runs_on_a_day_off(city):
    enforce(at=instant("2026-11-20 09:00"))
    dispatched(city, instant("2026-11-19 10:00"))
    for at in ("2026-11-21 09:00", "2026-11-22 23:00", "2026-11-23 08:59"):
        assert enforce(at=instant(at)) == {}
    assert not tickets()
    assert counts(enforce(at=instant("2026-11-23 09:00"))) == {"11-23": {"urged": 1}}


def test_a_make_up_day_is_worked_and_a_holiday_is_not(city):
    enforce(at=instant("2026-02-13 09:00"))
    days = due_slots(at=instant("2026-02-24 09:00"))
    assert [f"{day:%m-%d}" for day in days] == ["02-14", "02-24"]


def test_missed_slots_are_made_up_in_order(city):
    enforce(at=city.at)
    case = dispatched(city, city.at)  # sign 11-24, feedback 11-26
    results = enforce(at=instant("2026-11-30 15:00"))
    assert counts(results) == {"11-24": {}, "11-25": {"urged": 1}, "11-26": {}, "11-27": {}, "11-30": {}}
    assert list(
        EnforcementRun.objects.filter(slot__startswith="day:").order_by("pk").values_list("slot", flat=True)
    ) == [f"day:2026-11-{day}" for day in (23, 24, 25, 26, 27, 30)]
    assert missed(tickets()[0]) == ["签收"]
    assert Deadline.objects.get(case=case, clock=Clock.URGE_REPLY).due_on.isoformat() == "2026-12-03"


# 各项


def test_silence_is_acceptance(city):
    case = reported(city, city.at)  # by 11-24
    enforce(at=instant("2026-11-24 09:00"))
    case.refresh_from_db()
    assert case.status == "REPORTED"
    enforce(at=instant("2026-11-25 09:00"))
    case.refresh_from_db()
    event = case.events.last()
    assert (case.status, event.kind, event.actor, event.actor_label) == ("ACCEPTED", "accept", None, "系统")
    assert event.data["by_silence"] is True
    assert Deadline.objects.running().get(case=case).clock == Clock.DISPATCH


def test_the_offices_own_misses_stand_on_the_directors_list_without_a_ticket(city):
    case = accepted(city, city.at)  # dispatch by 11-26
    enforce(at=instant("2026-11-30 09:00"))
    assert not Ticket.objects.exists()
    assert [row.case for row in office_overdue(instant("2026-11-30 09:00").date())] == [case]
    assert not office_overdue(instant("2026-11-26 09:00").date())


def test_steps_missed_on_one_day_share_one_urge(city):
    case = dispatched(city, instant("2026-11-20 10:00"))
    enforce(at=instant("2026-11-30 09:00"))
    (urge,) = tickets()
    assert missed(urge) == ["签收", "首次反馈", "办结"]
    assert [line["days_late"] for line in urge.body["missed"]] == [7, 7, 3]
    assert (urge.body["dispatch_number"], urge.signer) == ("许助企交〔2026〕1号", "市万人助企活动办（到点自动签发）")
    case.refresh_from_db()
    assert (case.level, case.urge_count) == (Level.URGED, 1)


def test_the_next_urge_waits_for_the_answer_and_comes_from_a_later_step(city):
    case = dispatched(city, city.at)
    enforce(at=instant("2026-11-25 09:00"))  # not signed; answer by 11-30
    enforce(at=instant("2026-11-27 09:00"))  # 首次反馈 missed too, but one urge is unanswered
    assert [missed(urge) for urge in tickets()] == [["签收"]]
    case.refresh_from_db()
    case = perform(case, Action.SIGN, actor=city.land_clerk, at=instant("2026-11-27 10:00"))
    assert not Deadline.objects.running().filter(case=case, clock=Clock.URGE_REPLY).exists()
    enforce(at=instant("2026-11-30 09:00"))
    assert [missed(urge) for urge in tickets()] == [["签收"], ["首次反馈"]]
    assert tickets()[1].previous == tickets()[0]


def test_a_written_promise_meets_the_urge_and_is_itself_urged_when_missed(city):
    case = dispatched(city, city.at)
    enforce(at=instant("2026-11-25 09:00"))
    case.refresh_from_db()
    case = perform(
        case, Action.ANSWER_URGE, actor=city.land_clerk, at=instant("2026-11-25 10:00"), note="人手不够。",
        promised_on=instant("2026-11-26 00:00").date(),
    )  # fmt: skip
    assert case.level == Level.URGED  # still unsigned
    enforce(at=instant("2026-11-27 09:00"))
    first, second = tickets()
    assert missed(second) == ["首次反馈", "承诺"]
    inquiry = Ticket.objects.get(kind=TicketKind.INQUIRY)
    assert (inquiry.cause, inquiry.state, inquiry.previous, first.ordinal, second.ordinal) == (
        InquiryCause.SECOND_URGE, "DRAFT", second, 1, 2,
    )  # fmt: skip


def test_an_urge_that_ran_out_drafts_one_inquiry_and_never_issues_it(city):
    dispatched(city, city.at)
    enforce(at=instant("2026-11-25 09:00"))
    for day in range(1, 25):
        enforce(at=instant("2026-12-01 09:00") + day * DAY)
    (inquiry,) = tickets(TicketKind.INQUIRY)
    assert (inquiry.cause, inquiry.state, inquiry.number) == (InquiryCause.URGE_UNANSWERED, "DRAFT", None)
    assert "没有补办，也没有书面答复" in inquiry.body["facts"]
    assert not Ticket.objects.filter(kind=TicketKind.INQUIRY, issued_at__isnull=False).exists()


def test_two_undone_terms_draft_an_inquiry(city):
    case = situations.badly_rated(city)
    Deadline.objects.filter(case=case, clock=Clock.RESOLVE).update(urged_by=case.tickets.get(), due_on=city.today - DAY)
    enforce(at=instant("2026-12-01 09:00"))
    assert Ticket.objects.get(kind=TicketKind.INQUIRY).cause == InquiryCause.TWO_UNDONE


def test_what_is_under_review_objected_or_ended_is_not_urged(city):
    situations.objected(city)
    situations.planned(city)
    situations.closed(city)
    situations.merged(city)
    enforce(at=instant("2027-01-05 09:00"))
    assert not tickets()
    assert not tickets(TicketKind.INQUIRY)


# 跑两遍、断在半路、别人先动


def test_twice_is_once(city):
    dispatched(city, city.at)
    reported(city, city.at)
    situations.paused(city)
    enforce(at=instant("2026-12-01 09:00"))
    after = everything()
    assert enforce(at=instant("2026-12-01 09:15")) == {}
    EnforcementRun.objects.all().delete()  # even if the record of the run were lost
    enforce(at=instant("2026-12-01 09:30"))
    assert everything() == after


@pytest.mark.parametrize("stop_at", range(1, 8))
def test_killed_half_way_and_resumed_gives_the_same_tickets_once(city, monkeypatch, stop_at):
    for _ in range(2):
        reported(city, city.at)
        dispatched(city, city.at, co_handlers=((city.labour, "核对用工"),))
        situations.paused(city)
    real, done = steps._settle, []

    def killed(step):
        done.append(step)
        if len(done) == stop_at:
            raise KeyboardInterrupt
        real(step)

    with monkeypatch.context() as patch:
        patch.setattr(steps, "_settle", killed)
        with pytest.raises(KeyboardInterrupt):
            enforce(at=instant("2026-12-01 09:00"))
    assert not EnforcementRun.objects.filter(slot="day:2026-12-01", finished_at__isnull=False).exists()
    enforce(at=instant("2026-12-01 09:15"))
    numbers = sorted(urge.number for urge in tickets())
    assert len({(urge.case_id, urge.to_unit_id) for urge in tickets()}) == len(numbers) == 4
    assert numbers == [f"许助企催〔2026〕{n}号" for n in range(1, 5)]
    assert {case.status for case in Case.objects.all()} == {"ACCEPTED", "DISPATCHED", "HANDLING"}


def test_one_broken_case_stops_no_other_is_told_and_tried_again(city, monkeypatch):
    broken, sound = dispatched(city, city.at), dispatched(city, city.at)
    real = steps._settle

    def trip(step):
        if step.case.pk == broken.pk:
            message = "disk full"
            raise OSError(message)
        real(step)

    with monkeypatch.context() as patch:
        patch.setattr(steps, "_settle", trip)
        with pytest.raises(EnforcementFailed, match=f"1 件没有处理成.*{broken.number}"):
            enforce(at=instant("2026-11-25 09:00"))
    assert [urge.case for urge in tickets()] == [sound]
    run = EnforcementRun.objects.get(slot="day:2026-11-25")
    assert (run.finished_at, run.failures[0]["case"]) == (None, broken.number)
    assert counts(enforce(at=instant("2026-11-25 09:15"))) == {"11-25": {"urged": 1}}
    assert [urge.number for urge in tickets()] == ["许助企催〔2026〕1号", "许助企催〔2026〕2号"]


def test_a_unit_that_acts_between_the_look_and_the_ticket_is_not_urged(city, monkeypatch):
    case = dispatched(city, city.at)
    real = enforcement._issue_urges

    def signed_meanwhile(day, at, outcome):
        batches = enforcement.due_work.urges_due(day)
        monkeypatch.setattr(enforcement.due_work, "urges_due", lambda day: batches)
        perform(case, Action.SIGN, actor=city.land_clerk, at=at)
        real(day, at, outcome)

    monkeypatch.setattr(enforcement, "_issue_urges", signed_meanwhile)
    assert counts(enforce(at=instant("2026-11-25 09:00"))) == {"11-25": {"taken": 1}}
    assert not tickets()
    case.refresh_from_db()
    assert case.status == "HANDLING"


def test_a_slot_another_process_finished_stays_finished(city, monkeypatch):
    dispatched(city, city.at)
    at = instant("2026-11-25 09:00")
    real = enforcement._issue_urges

    def other_finishes_first(day, at, outcome):
        monkeypatch.setattr(enforcement, "_issue_urges", real)
        enforcement.run_slot(day, at=at)
        outcome.failures.append({"what": "urged", "case": "?", "error": "late"})

    monkeypatch.setattr(enforcement, "_issue_urges", other_finishes_first)
    enforcement.run_slot(at.date(), at=at)
    assert EnforcementRun.objects.get(slot="day:2026-11-25").finished_at == at
    assert len(tickets()) == 1


def test_urges_of_a_county_carry_its_own_prefix(city):
    clerk = UserFactory(role="OFFICE", unit=city.county_office)
    case = perform(reported(city, city.at), Action.ACCEPT, actor=clerk, at=city.at)
    perform(case, Action.DISPATCH, actor=clerk, at=city.at, plan=situations.plan(city))
    enforce(at=instant("2026-11-25 09:00"))
    assert tickets()[0].number == "魏助企催〔2026〕1号"


def test_an_urge_lists_lead_and_helpers_apart(city):
    other = UnitFactory()
    case = handling(city, city.at, co_handlers=((city.labour, "核对用工"), (other, "核对用水")))
    enforce(at=instant("2026-11-27 09:00"))
    assert {(urge.to_unit, *missed(urge)) for urge in tickets()} == {
        (city.land, "首次反馈"), (city.labour, "协办意见"), (other, "协办意见"),
    }  # fmt: skip
    chain = tickets()
    assert [urge.previous for urge in chain] == [case.tickets.get(kind=TicketKind.DISPATCH), *chain[:2]]
    assert [urge.ordinal for urge in chain] == [1, 2, 3]
