"""签收、进展、延期、暂停、协办、协调（R-26、R-36）。"""

import pytest

from cases.enums import Action, Clock, TicketKind
from cases.models import Deadline, DeadlineChange
from cases.services import options, perform, preview_extension
from cases.services.enforcement import enforce
from cases.services.telling import audience
from tests.cases import situations, steps
from tests.cases.steps import DAY, evidence, instant
from zhuqi.kernel.errors import DomainError

pytestmark = pytest.mark.django_db
FRIDAY = instant("2026-11-20 10:00")


def due(case, clock):
    return f"{Deadline.objects.get(case=case, clock=clock, voided_at=None).due_on:%m-%d}"


def ask(city, case, at, days=10):
    return perform(case, Action.ASK_EXTENSION, actor=city.land_clerk, at=at, note="等省厅批复。", days=days)


def test_progress_meets_the_first_feedback_and_the_next_is_not_the_first(city):
    case = steps.handling(city, city.at)
    case = perform(case, Action.REPORT, actor=city.land_clerk, at=city.at + DAY, note="已量图。")
    assert case.events.last().data["is_first"] is True
    case = perform(case, Action.REPORT, actor=city.land_clerk, at=city.at + 2 * DAY, note="已会审。")
    assert case.events.last().data["is_first"] is False
    assert Deadline.objects.get(case=case, clock=Clock.FEEDBACK).met_at == city.at + DAY


def test_an_extension_is_asked_a_working_day_before_the_last_day(city):
    case = steps.handling(city, FRIDAY)  # resolve by Friday 11-27
    assert due(case, Clock.RESOLVE) == "11-27"
    with pytest.raises(DomainError, match="最晚 11-26"):
        ask(city, case, instant("2026-11-27 00:01"))
    assert ask(city, case, instant("2026-11-26 23:59")).extensions.get().new_due_on.isoformat() == "2026-12-07"


def test_a_granted_extension_moves_the_date_tells_the_firm_why_and_comes_once(city):
    case = ask(city, steps.handling(city, city.at), city.at)
    assert preview_extension(case, 10).due_on.isoformat() == "2026-12-10"
    with pytest.raises(DomainError, match="已有一份"):
        ask(city, case, city.at)
    case = perform(case, Action.GRANT_EXTENSION, actor=city.clerk, at=city.at)
    assert (case.was_extended, due(case, Clock.RESOLVE)) == (True, "12-10")
    change = DeadlineChange.objects.get(cause="EXTENSION")
    assert (f"{change.old_due_on:%m-%d}", f"{change.new_due_on:%m-%d}") == ("11-30", "12-10")
    event = case.events.last()
    assert event.is_public
    assert "等省厅批复" in event.note
    assert "2026-12-10" in event.note
    assert {city.firm_user, city.cadre, city.land_head} <= set(audience(event))
    with pytest.raises(DomainError, match="已经延过"):
        ask(city, case, city.at)


def test_a_denied_extension_leaves_the_date_and_stays_between_office_and_unit(city):
    case = perform(situations.asked(city), Action.DENY_EXTENSION, actor=city.clerk, at=city.at, note="可先办。")
    assert (case.was_extended, due(case, Clock.RESOLVE)) == (False, "11-30")
    assert not case.events.last().is_public
    assert not Deadline.objects.running().filter(case=case, clock=Clock.EXTENSION).exists()
    with pytest.raises(DomainError, match="没有等待审批"):
        perform(case, Action.GRANT_EXTENSION, actor=city.clerk, at=city.at)


def test_an_extension_nobody_decided_ends_with_the_submission(city):
    case = situations.asked(city)
    case = perform(
        case, Action.SUBMIT, actor=city.land_clerk, at=city.at, note="办好。", outcome="A", files=[evidence()]
    )
    assert not case.extensions.filter(decided_at=None).exists()
    assert not Deadline.objects.running().filter(case=case, clock=Clock.EXTENSION).exists()


def test_a_pause_is_given_back_exactly_to_every_open_deadline(city):
    case = situations.paused(city)  # Monday 11-23
    assert (due(case, Clock.SUPPLY), f"{case.next_due_on:%m-%d}") == ("11-30", "11-30")
    case = perform(case, Action.SUPPLY, actor=city.firm_user, at=instant("2026-11-26 09:00"), note="已补。")
    # Tue and Wed stood still (Monday, the first day, is not counted by these terms).
    assert (due(case, Clock.FEEDBACK), due(case, Clock.RESOLVE)) == ("11-30", "12-02")
    assert {change.cause for change in DeadlineChange.objects.all()} == {"PAUSE"}
    pause = case.pauses.get()
    assert (pause.supplied, f"{pause.to_on:%m-%d}") == ("已补。", "11-26")


def test_a_case_pauses_once(city):
    case = perform(situations.paused(city), Action.RESUME, actor=city.land_clerk, at=city.at + DAY)
    with pytest.raises(DomainError, match="只能暂停一次"):
        perform(case, Action.PAUSE, actor=city.land_clerk, at=city.at + DAY, note="再补。")
    assert (
        "只能暂停一次" in {o.action: o.reason for o in options(case, city.land_clerk, today=city.today)}[Action.PAUSE]
    )


@pytest.mark.parametrize("at", ["2026-12-01 09:00", "2026-12-04 20:00", "2026-12-28 09:00"])
def test_a_pause_that_ran_out_gives_back_the_limit_however_late_the_run(city, at):
    case = situations.paused(city)
    enforce(at=instant(at))
    case.refresh_from_db()
    assert case.status == "HANDLING"
    assert f"{case.pauses.get().to_on:%m-%d}" == "11-30"
    assert (due(case, Clock.FEEDBACK), due(case, Clock.RESOLVE)) == ("12-02", "12-07")


@pytest.mark.parametrize("who", ["land_clerk", "firm_user"])
def test_resuming_by_hand_after_the_limit_gives_back_no_more(city, who):
    action = Action.RESUME if who == "land_clerk" else Action.SUPPLY
    case = perform(
        situations.paused(city), action, actor=getattr(city, who), at=instant("2026-12-01 08:00"), note="好。"
    )
    assert f"{case.pauses.get().to_on:%m-%d}" == "11-30"
    assert due(case, Clock.RESOLVE) == "12-07"


def test_nothing_is_urged_or_escalated_while_paused(city):
    case = situations.urged(city)  # answer by Thursday 11-26
    case = perform(case, Action.PAUSE, actor=city.land_clerk, at=instant("2026-11-24 10:00"), note="请补材料。")
    enforce(at=instant("2026-11-27 09:00"))
    enforce(at=instant("2026-11-30 09:00"))
    assert {row.kind for row in case.tickets.all()} == {TicketKind.DISPATCH, TicketKind.URGE}
    case.refresh_from_db()
    perform(case, Action.RESUME, actor=city.land_clerk, at=instant("2026-11-30 10:00"))
    assert due(case, Clock.URGE_REPLY) == "12-02"  # 4 working days given back to 3 of which 1 had run


def test_each_co_handler_answers_for_itself(city):
    helpers = ((city.labour, "核对用工"), (city.bank, "测算贷款"))
    case = steps.handling(city, city.at, co_handlers=helpers)
    case = perform(case, Action.CO_REPLY, actor=city.labour_clerk, at=city.at, note="属实。")
    rows = {row.holder: row.met_at for row in Deadline.objects.filter(case=case, clock=Clock.CO_REPLY)}
    assert (rows[city.labour], rows[city.bank]) == (city.at, None)
    assert case.co_handlings.get(unit=city.labour).opinion == "属实。"


def test_lead_and_helper_are_urged_each_and_answer_each(city):
    case = steps.dispatched(city, city.at, co_handlers=((city.labour, "核对用工"),))
    enforce(at=instant("2026-11-27 09:00"))
    urges = case.tickets.filter(kind=TicketKind.URGE)
    assert {urge.to_unit for urge in urges} == {city.land, city.labour}
    case.refresh_from_db()
    at = instant("2026-11-27 10:00")
    case = perform(
        case, Action.ANSWER_URGE, actor=city.land_clerk, at=at, note="在审。", promised_on=at.date() + 5 * DAY
    )
    waiting = Deadline.objects.running().filter(case=case, clock=Clock.URGE_REPLY)
    assert [row.holder for row in waiting] == [city.labour]
    case = perform(case, Action.CO_REPLY, actor=city.labour_clerk, at=at, note="属实。")
    assert not waiting.all().exists()


def test_asking_for_a_meeting_waits_for_the_office_and_may_be_asked_again(city):
    case = situations.coordinated(city)
    assert case.needs_coordination
    with pytest.raises(DomainError, match="已经提出过"):
        perform(case, Action.COORDINATE, actor=city.land_clerk, at=city.at, note="再催。")
    case = perform(case, Action.ARRANGE, actor=city.clerk, at=city.at, note="周四看现场。")
    assert (case.needs_coordination, case.coordinations.get().answer) == (False, "周四看现场。")
    with pytest.raises(DomainError, match="没有等待会商"):
        perform(case, Action.ARRANGE, actor=city.clerk, at=city.at, note="再定。")
