"""双十日对案件的要求（R-15、R-41）：08:30 开、报了就满足、24:00 收、次个工作日 09:00 催；办公室的上主任名单。"""

import pytest

from cases import tasks
from cases.enums import Action, Clock, Outcome, TicketKind
from cases.models import Deadline, EnforcementRun, Ticket
from cases.services import double_ten, perform
from cases.services.due_work import office_overdue
from cases.services.enforcement import enforce
from cases.services.reminders import remind
from tests.cases.steps import ALL_TICKS, DAY, accepted, evidence, handling, instant, plan, reported, submitted

pytestmark = pytest.mark.django_db
TENTH = instant("2026-12-10 08:30")  # Thursday
MIDNIGHT = instant("2026-12-11 00:00")
NEXT = instant("2026-12-11 09:00")
LAST_ROUND = instant("2026-11-23 09:00")  # 11-20 is closed by then


@pytest.fixture
def old(city):
    """办理中、上个双十日以前报过、此后没报过、办结期限还远的一件。"""
    case = handling(city, instant("2026-11-12 10:00"), tier="COMPLEX")
    case = perform(case, Action.REPORT, actor=city.land_clerk, at=instant("2026-11-13 10:00"), note="已量图。")
    enforce(at=LAST_ROUND)
    return case


def report(city, case, at):
    return perform(case, Action.REPORT, actor=city.land_clerk, at=at, note="本期进展。")


def rows():
    found = Deadline.objects.filter(clock=Clock.DOUBLE_TEN, voided_at=None)
    return [(row.holder, f"{row.due_on:%m-%d}", row.met_at) for row in found]


def missed():
    return [[line["clock"] for line in urge.body["missed"]] for urge in Ticket.objects.filter(kind=TicketKind.URGE)]


def quiet_until_tenth():
    enforce(at=instant("2026-12-10 09:00"))


def test_opened_in_the_morning_and_met_by_a_report(city, old):
    assert remind(at=TENTH)["units"] == 2  # both people of the unit
    assert rows() == [(city.land, "12-10", None)]
    old.refresh_from_db()
    assert f"{old.next_due_on:%m-%d}" == "12-10"
    at = instant("2026-12-10 23:59")
    report(city, old, at)
    assert rows() == [(city.land, "12-10", at)]
    double_ten.open_rows_up_to(MIDNIGHT.date() - DAY, at=MIDNIGHT)
    enforce(at=NEXT)
    assert missed() == []


def test_missing_it_is_urged_at_nine_the_next_working_day(city, old):
    quiet_until_tenth()
    assert missed() == []
    remind(at=TENTH)
    double_ten.open_rows_up_to(MIDNIGHT.date() - DAY, at=MIDNIGHT)
    enforce(at=instant("2026-12-11 08:59"))
    assert missed() == []
    enforce(at=NEXT)
    assert missed() == [["双十进展"]]


def test_progress_since_the_last_round_counts(city, old):
    report(city, old, instant("2026-12-07 10:00"))
    remind(at=TENTH)
    assert rows() == []


def test_what_was_reported_on_the_day_counts_for_that_round_only(city, old):
    report(city, old, instant("2026-12-10 10:00"))
    enforce(at=NEXT)
    remind(at=instant("2026-12-21 08:30"))
    assert [(day, bool(met)) for _, day, met in rows()] == [("12-21", False)]


@pytest.mark.parametrize("run", ["midnight and nine", "nine only", "two days late", "twice"])
def test_closing_late_or_twice_gives_the_same(city, old, run):
    quiet_until_tenth()
    if run == "midnight and nine":
        double_ten.open_rows_up_to(MIDNIGHT.date() - DAY, at=MIDNIGHT)
        double_ten.open_rows_up_to(MIDNIGHT.date() - DAY, at=MIDNIGHT)
    at = NEXT + 3 * DAY if run == "two days late" else NEXT
    enforce(at=at)
    if run == "twice":
        EnforcementRun.objects.filter(slot__startswith="d").delete()
        enforce(at=at)
    assert missed() == [["双十进展"]]
    assert len(rows()) == 1


@pytest.mark.parametrize("closed_at", [MIDNIGHT, NEXT])
def test_a_report_after_midnight_is_late_but_needs_no_urge_whenever_the_day_was_closed(city, old, closed_at):
    quiet_until_tenth()
    if closed_at == MIDNIGHT:
        double_ten.open_rows_up_to(MIDNIGHT.date() - DAY, at=MIDNIGHT)
    report(city, old, instant("2026-12-11 08:00"))
    enforce(at=NEXT)
    assert missed() == []
    ((_, day, met_at),) = rows()
    assert (day, met_at > MIDNIGHT) == ("12-10", True)


def test_before_the_first_feedback_is_due_nothing_is_owed(city):
    enforce(at=LAST_ROUND)
    handling(city, instant("2026-12-08 10:00"))  # first feedback by 12-11
    remind(at=TENTH)
    assert rows() == []


def test_the_office_owes_a_dispatch_to_what_was_accepted_before_that_day(city):
    enforce(at=instant("2026-12-09 09:00"))
    early, late = accepted(city, instant("2026-12-09 10:00")), accepted(city, instant("2026-12-10 10:00"))
    remind(at=instant("2026-12-10 11:00"))
    enforce(at=NEXT)
    assert rows() == [(early.office, "12-10", None)]
    assert missed() == []
    assert [row.case for row in office_overdue(NEXT.date())] == [early]
    assert late.deadlines.filter(clock=Clock.DOUBLE_TEN).count() == 0
    # Dispatched at last: off the list.
    perform(early, Action.DISPATCH, actor=city.clerk, at=NEXT, plan=plan(city))
    assert not office_overdue(NEXT.date())


def test_a_paused_or_submitted_or_shelved_case_owes_no_progress(city, old):
    paused = perform(old, Action.PAUSE, actor=city.land_clerk, at=instant("2026-12-09 10:00"), note="请补材料。")
    case = submitted(city, instant("2026-11-24 10:00"), Outcome.PLANNED, promised_on=instant("2027-01-20 00:00").date())
    submitted(city, instant("2026-11-24 10:00"))
    perform(case, Action.SHELVE, actor=city.clerk, at=instant("2026-11-24 11:00"), ticks=ALL_TICKS)
    reported(city, instant("2026-12-09 10:00"))
    remind(at=TENTH)
    assert rows() == []
    assert paused.status == "PAUSED"


def test_pausing_on_the_day_lifts_that_days_debt_and_resuming_on_it_brings_it_back(city, old):
    remind(at=TENTH)
    case = perform(old, Action.PAUSE, actor=city.land_clerk, at=instant("2026-12-10 10:00"), note="请补材料。")
    assert rows() == []
    perform(case, Action.SUPPLY, actor=city.firm_user, at=instant("2026-12-10 15:00"), note="已补。")
    double_ten.open_rows_up_to(MIDNIGHT.date() - DAY, at=MIDNIGHT)
    assert rows() == [(city.land, "12-10", None)]


def test_moved_days_are_kept_where_they_were_moved_to(city):
    enforce(at=instant("2026-02-11 09:00"))  # 02-10 closed
    handling(city, instant("2026-02-12 10:00"), tier="COMPLEX")  # first feedback by 02-15 → 02-24 with the festival
    held = double_ten.held_days(instant("2026-02-11 00:00").date(), instant("2026-03-01 00:00").date())
    assert [f"{day:%m-%d}" for day, _ in held] == ["02-24"]
    assert remind(at=instant("2026-02-20 08:30")).get("units", 0) == 0
    remind(at=instant("2026-02-24 08:30"))
    assert [day for _, day, _ in rows()] == ["02-24"]
    enforce(at=instant("2026-02-25 09:00"))
    assert missed() == [["首次反馈", "双十进展"]]


def test_submitting_on_the_day_is_progress(city, old):
    remind(at=TENTH)
    at = instant("2026-12-10 10:00")
    perform(old, Action.SUBMIT, actor=city.land_clerk, at=at, note="办好。", outcome="A", files=[evidence()])
    assert rows() == [(city.land, "12-10", at)]
    enforce(at=NEXT)
    assert missed() == []


def test_the_tasks_run_by_the_clock(city, old, time_machine):
    quiet_until_tenth()
    time_machine.move_to(TENTH, tick=False)
    assert tasks.remind_double_ten.delay().get()["units"] == 2
    time_machine.move_to(MIDNIGHT, tick=False)
    tasks.close_double_ten.delay()
    assert EnforcementRun.objects.get(slot="double-ten:2026-12-10").finished_at == MIDNIGHT
    time_machine.move_to(NEXT, tick=False)
    assert tasks.enforce_day.delay().get() == {"2026-12-11": {"urged": 1}}
    assert tasks.enforce_day.delay().get() == {}
    assert tasks.notify.delay().get() > 0
    assert tasks.notify.delay().get() == 0
