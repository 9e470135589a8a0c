"""The demo city is made by the services, so whatever holds for a real city holds for it; and every queue has something."""

from collections import Counter, defaultdict
from datetime import datetime, timedelta
from io import StringIO

import pytest
import time_machine
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone

from cadres.calendar import WorkCalendar
from cadres.models import AuditEntry, EnterpriseMerge, Job, OutgoingMessage, QuietPeriod, Unit, User
from cadres.services.calendar import calendar_at, forget_calendars
from cadres.services.duties import duties_of
from cases.enums import UNIT_CLOCKS, Clock, Outcome, Satisfaction, Source, Status, TicketKind, TicketState
from cases.models import Case, CaseEvent, Category, Deadline, Evaluation, LookBack, LookBackDraw, Ticket
from cases.services import due_work
from cases.services.clocks import local_day
from cases.services.enforcement import enforce
from cases.services.firm_duplicates import proposed
from cases.services.firm_unmerging import why_not
from cases.services.look_back_draws import verify
from enterprises.credit_codes import check_credit_code
from enterprises.models import Enterprise, Region
from policies.enums import ResultStage
from policies.models import Entitlement, MatchEvent, Policy, PolicyImport
from policies.services.digests import send_digests
from policies.services.events.totals import held_events, totals
from reports.demo.city.build import build, is_built
from reports.demo.city.scale import SMALL
from reports.demo.city.sign_ins import PASSWORD, SIGN_INS
from reports.demo.start import load_start_data
from reports.enums import SendState
from reports.ledgers import LEDGERS
from reports.ledgers.ledger import Reader
from reports.models import HandedDown, HookDelivery, ProvinceReport, Ranking, Reconciliation
from reports.services import recompute
from tests.factories import SHANGHAI
from tests.reports.checking import differences

NOW = datetime(2026, 11, 23, 16, 30, tzinfo=SHANGHAI)
TODAY = NOW.date()
TOMORROW = TODAY + timedelta(days=1)


@pytest.fixture(scope="module", autouse=True)
def db(django_db_setup, django_db_blocker, tmp_path_factory):
    """`db` of this module: one small city for all tests, rolled back afterwards. (The name tells pytest-django to set up.)"""
    usual, settings.MEDIA_ROOT = settings.MEDIA_ROOT, tmp_path_factory.mktemp("media")
    forget_calendars()
    with django_db_blocker.unblock(), transaction.atomic():
        yield build(SMALL, until=NOW, seed=2026)
        transaction.set_rollback(True)
    settings.MEDIA_ROOT = usual


@pytest.fixture(autouse=True)
def _savepoint(db):
    """What a test changes, the next one does not see."""
    with transaction.atomic():
        sid = transaction.savepoint()
        yield
        transaction.savepoint_rollback(sid)


def running(username, *clocks):
    unit = User.objects.get(username=username).unit
    return Deadline.objects.running().filter(holder=unit, clock__in=clocks)


# --- it is a true history ---------------------------------------------------------------------------------------------
def test_numbers_are_gapless_per_office_kind_and_year():
    taken = defaultdict(list)
    for ticket in Ticket.objects.exclude(number=None).select_related("office"):
        year, number = ticket.number.split("〔")[1].removesuffix("号").split("〕")
        taken[ticket.office_id, ticket.kind, year].append(int(number))
    assert taken
    for numbers in taken.values():
        assert sorted(numbers) == list(range(1, len(numbers) + 1))


def test_each_status_is_what_the_last_event_said():
    for case in Case.objects.prefetch_related("events"):
        last = max(case.events.all(), key=lambda event: event.pk)
        assert case.status == last.status_after, case


def test_no_step_was_refused(db):
    assert db.refused == ()


def test_events_follow_each_other_and_none_is_in_the_future():
    instants = list(CaseEvent.objects.order_by("pk").values_list("at", flat=True))
    assert instants == sorted(instants)
    assert instants[-1] <= NOW


def test_no_deadline_ends_on_a_day_off():
    calendar = calendar_at()
    assert isinstance(calendar, WorkCalendar)
    assert not [row for row in Deadline.objects.all() if not calendar.is_workday(row.due_on)]


def test_credit_codes_are_valid_and_firms_have_a_contact():
    assert not [firm for firm in Enterprise.objects.all() if check_credit_code(firm.credit_code).error]
    assert not Enterprise.objects.filter(contacts=None).exists()


def test_a_firm_was_entered_twice_and_merged_and_a_pair_waits():
    merge = EnterpriseMerge.objects.get()
    assert (merge.kept.is_active, merge.absorbed.is_active, why_not(merge)) == (True, False, [])
    director = User.objects.get(username="director")
    assert [pair.reasons for pair in proposed(director) if "name" in pair.reasons] == [("name",)]


def test_enforcing_again_at_the_same_instant_issues_nothing():
    before = Ticket.objects.count(), CaseEvent.objects.count()
    enforce(at=NOW)
    assert (Ticket.objects.count(), CaseEvent.objects.count()) == before


def test_published_months_can_be_recomputed_to_the_same_figures():
    months = list(Ranking.objects.all())
    assert len(months) == SMALL.months
    assert all(recompute(month).is_equal for month in months)


def test_each_published_month_has_its_circular_numbered_without_gap():
    months = Ranking.objects.order_by("month").select_related("circular")
    assert [month.circular.number for month in months] == [
        f"许助企办〔2026〕{number}号" for number in range(1, SMALL.months + 1)
    ]
    assert all(month.published_at < month.circular.issued_at < NOW for month in months)


# --- every queue has something ----------------------------------------------------------------------------------------
def test_every_status_source_outcome_and_ticket_is_there():
    assert {case.status for case in Case.objects.all()} == set(Status)
    assert Source.VISIT in set(Case.objects.values_list("source", flat=True))
    assert set(Case.objects.exclude(outcome="").values_list("outcome", flat=True)) == set(Outcome)
    states = set(Ticket.objects.values_list("kind", "state"))
    assert {(kind, TicketState.ISSUED) for kind in TicketKind} <= states
    assert {(TicketKind.DISPATCH, TicketState.VOID), (TicketKind.INQUIRY, TicketState.DRAFT)} <= states


def test_the_office_board_is_full():
    status = Counter(Case.objects.values_list("status", flat=True))
    assert (status[Status.REPORTED], status[Status.ACCEPTED], status[Status.OBJECTED]) == (10, 14, 2)
    assert status[Status.SUBMITTED] == 7
    assert Deadline.objects.running().filter(clock=Clock.EXTENSION).count() == 3
    assert Case.objects.filter(needs_coordination=True).count() == 4
    assert Deadline.objects.running().filter(clock=Clock.DISPATCH, due_on=TODAY).count() == 2
    assert Enterprise.objects.uncovered().count() == SMALL.uncovered
    assert len(due_work.urges_due(TOMORROW)) in {5, 6}
    drafts = Ticket.objects.filter(kind=TicketKind.INQUIRY, state=TicketState.DRAFT)
    assert drafts.filter(office_approved_at=None).exists()
    assert drafts.filter(leader_approved_at=None).exclude(office_approved_at=None).exists()


def test_the_units_inbox_has_every_tab():
    unit = User.objects.get(username="unit").unit
    assert unit.lead_cases.filter(status=Status.DISPATCHED).count() >= 3
    assert running("unit", Clock.FEEDBACK).count() >= 3
    assert running("unit", Clock.RESOLVE).filter(due_on__range=(TODAY, TODAY + timedelta(days=3))).count() >= 3
    assert Deadline.objects.missed(today=TODAY).filter(holder=unit, clock__in=UNIT_CLOCKS).exists()
    for clock in (Clock.CO_REPLY, Clock.URGE_REPLY, Clock.INQUIRY_REPLY):
        assert running("unit", clock).exists(), clock


def test_the_firm_and_the_cadre_have_something_to_do():
    firm = User.objects.get(username="firm").enterprise
    assert {Status.RATING, Status.PAUSED, Status.HANDLING, Status.DISPATCHED, Status.CLOSED} <= set(
        firm.cases.values_list("status", flat=True)
    )
    assert firm.planned_visits.exists()
    duties = duties_of(User.objects.get(username="cadre"), TODAY)
    assert duties.contacted
    assert duties.missing


def test_the_city_looks_back_and_some_closures_were_not_real():
    assert all(verify(draw) == () for draw in LookBackDraw.objects.all())
    assert LookBackDraw.objects.count() == SMALL.months
    results = Counter(LookBack.objects.exclude(result="").values_list("result", flat=True))
    assert results["REAL"] > results["FALSE"] >= 2
    assert results["RELAPSED"] >= 1
    for row in LookBack.objects.filter(result="FALSE"):
        assert row.case.tickets.filter(kind=TicketKind.INQUIRY, cause="FALSE_CLOSURE").exists()
        assert row.case.events.filter(kind="revoke").exists()
    for name in ("cadre", "office", "supervisor"):
        assert LookBack.objects.due(TODAY).filter(assignee__username=name).exists(), name


def test_ratings_have_all_levels_and_none():
    levels = set(Evaluation.objects.values_list("satisfaction", flat=True))
    assert {None, Satisfaction.VERY_GOOD, Satisfaction.GOOD, Satisfaction.BAD} <= levels
    assert Evaluation.objects.exclude(lapsed_at=None).exists()
    assert Case.objects.filter(bad_rating_count__gte=2).exists()
    assert Case.objects.filter(reopened_count__gte=1).exists()


# --- every figure is a true one ---------------------------------------------------------------------------------------
@pytest.mark.parametrize("username", ["leader", "supervisor", "office", "county"])
def test_the_cockpit_says_what_a_recount_says(client, username):
    with time_machine.travel(NOW, tick=False):
        assert differences(client, User.objects.get(username=username), NOW) == []


def test_every_cell_opens_its_cases(client):
    client.force_login(User.objects.get(username="leader"))
    with time_machine.travel(NOW, tick=False):
        page = client.get("/reports/matrix").context
        cells = [cell for line in (*page["lines"], page["whole"]) for cell in line["cells"] if cell["count"]]
        cells += [each for each in client.get("/reports/cockpit").context["ages"] if each["count"]]
        assert len(cells) > 50
        wrong = [cell for cell in cells if client.get(cell["url"]).context["page"].paginator.count != cell["count"]]
    assert wrong == []


def test_ledgers_were_exported_in_the_last_weeks_and_old_files_are_gone():
    exports = list(Job.objects.filter(kind__startswith="ledger."))
    assert len(exports) >= 6
    assert {job.state for job in exports} == {Job.State.DONE, Job.State.CANCELLED}
    kept = [job for job in exports if job.file]
    assert kept
    assert all(NOW - job.finished_at < timedelta(days=9) for job in kept)
    assert [job for job in exports if job.state == Job.State.DONE and not job.file]
    assert all(job.firms.exists() for job in exports if job.state == Job.State.DONE)


# --- who signs in -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("row", SIGN_INS, ids=lambda row: row.username)
def test_sign_ins_work_and_see_what_their_role_sees(row):
    user = User.objects.get(username=row.username)
    assert user.role == row.role
    assert user.check_password(PASSWORD)
    assert not user.must_change_password
    validate_password(PASSWORD, User(username=row.username, name=user.name))
    seen = Case.objects.visible_to(user).count()
    assert bool(seen) is (row.role not in {"SYSADMIN", "SECADMIN", "AUDITOR"})


def test_sign_ins_are_listed_with_the_password():
    out = StringIO()
    call_command("sign_ins", stdout=out)
    assert PASSWORD in out.getvalue()
    assert all(row.username in out.getvalue() for row in SIGN_INS)


# --- commands ---------------------------------------------------------------------------------------------------------
def test_a_city_with_people_is_not_built_over():
    out = StringIO()
    before = Case.objects.count()
    call_command("build_demo_city", scale="small", stdout=out)
    assert is_built()
    assert "已建好，跳过" in out.getvalue()
    assert Case.objects.count() == before


def test_start_data_is_added_once():
    before = Region.objects.count(), Unit.objects.count(), Category.objects.count()
    loaded = load_start_data(at=timezone.now())
    assert (loaded.regions, loaded.units, loaded.categories, loaded.labels) == (0, 0, 0, 0)
    assert (Region.objects.count(), Unit.objects.count(), Category.objects.count()) == before


def test_visits_and_notices_are_of_the_past():
    assert not CaseEvent.objects.untold().exists()
    demo = User.objects.get(username="cadre")
    assert demo.notices.filter(read_at=None).exists()
    assert all(local_day(visit.recorded_at) <= TODAY for visit in demo.visits.all())


def test_policies_are_told_viewed_applied_granted_refused_and_withdrawn():
    steps = Entitlement.objects.filter(enterprise__users__username="firm")
    assert steps.filter(applied_at__isnull=False, granted_at=None, refused_at=None).exists()
    assert steps.filter(granted_at__isnull=False, amount__gt=0).exists()
    assert Entitlement.objects.filter(refused_at__isnull=False).exclude(refused_why="").exists()
    assert AuditEntry.objects.filter(act="收回政策申请").exists()
    assert Entitlement.objects.filter(policy__unit__users__username="unit", applied_at__isnull=False).exists()
    assert not Entitlement.objects.filter(granted_at__gt=NOW).exists()


# --- what goes out and comes in -------------------------------------------------------------------------------------------
def test_the_province_has_reports_of_every_state_differences_and_two_cases_handed_down():
    states = Counter(ProvinceReport.objects.values_list("state", flat=True))
    assert set(states) == {SendState.WAITING, SendState.SENT, SendState.REFUSED}
    assert not ProvinceReport.objects.filter(state=SendState.SENT, receipt_number="").exists()
    run = Reconciliation.objects.get()
    assert (run.state, run.is_even) == ("DONE", False)
    assert run.missing_count
    assert run.differing_count
    down = {row.state: row for row in HandedDown.objects.select_related("case")}
    assert down["OPENED"].case.status == Status.DISPATCHED
    assert "请先登记企业" in down["STUCK"].trouble


def test_pushes_and_messages_went_out_failed_and_are_held():
    pushes = Counter(HookDelivery.objects.values_list("state", flat=True))
    assert pushes[SendState.SENT] > pushes[SendState.REFUSED] > 0
    assert HookDelivery.objects.filter(state=SendState.WAITING, last_status=503).exists()
    messages = Counter(OutgoingMessage.objects.values_list("state", flat=True))
    assert messages["SENT"]
    assert messages["FAILED"]
    held = OutgoingMessage.objects.filter(state="WAITING", attempts=0, next_at__gt=NOW)
    assert set(held.values_list("user__username", flat=True)) == {"unit"}


def test_a_firm_in_its_quiet_period_has_a_digest_held_back():
    firm = QuietPeriod.objects.filter(from_on__lte=TODAY, to_on__gte=TODAY).first().enterprise
    assert not firm.digests.exists()
    assert send_digests(at=NOW).held >= 1


def test_sheets_and_policies_were_imported_with_rows_that_did_not_go_in():
    done, checked = Job.objects.filter(kind="sheet:firms").order_by("pk")
    assert (done.state, checked.state) == (Job.State.DONE, Job.State.CHECKED)
    assert done.details["reasons"] == {"credit_code": 2, "name": 1}
    policies = PolicyImport.objects.get(state="DONE")
    assert Counter(policies.rows.values_list("outcome", flat=True)) == {"ADDED": 3, "NUMBER": 1, "BAD": 2}
    assert PolicyImport.objects.filter(state="CHECKED").exists()


def test_no_published_policy_still_asks_its_drafter_to_go_on():
    assert not Policy.objects.exclude(state="DRAFT").filter(body__contains="请起草单位补充").exists()


# --- events and their results (R-63) ----------------------------------------------------------------------------------
@pytest.mark.parametrize("who", ["director", "county", "leader", "supervisor"])
def test_the_ledger_of_events_adds_up_to_the_years_totals(who):
    user, events = User.objects.get(username=who), LEDGERS["events"]
    headings, reader = [column.title for column in events.columns[1:]], Reader(user, today=TODAY)
    years = {timezone.localtime(at).year for at in MatchEvent.objects.values_list("held_at", flat=True)}
    assert years
    for year in sorted(years):
        whole = totals(user, year).whole
        keys = list(held_events(user, year).order_by("pk").values_list("pk", flat=True))
        lines = [dict(zip(headings, each.values, strict=True)) for each in events.lines(keys, reader)]
        assert whole.held_count == len(lines) == len(keys)
        assert whole.came_count == sum(line["到场企业"] for line in lines)
        for stage in ResultStage:
            money = [figure[0] or 0 for (_, at), figure in whole.figures.items() if at == stage]
            heads = [figure[1] or 0 for (_, at), figure in whole.figures.items() if at == stage]
            assert sum(money) == sum(line[f"{stage.label}金额（元）"] or 0 for line in lines)
            assert sum(heads) == sum(line[f"{stage.label}人数、项数"] or 0 for line in lines)
    if who == "director":
        assert any(figure[0] for figure in whole.figures.values())
