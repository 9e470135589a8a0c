"""R-30: whose look-back it becomes on its day – blind, spread, never the examined; and what is cancelled."""

from datetime import date, timedelta

import pytest
from django.db.models import Count

from cadres.enums import AssignmentRole, Role, UnitKind
from cadres.models import Notice, User
from cadres.services import settings
from cases.enums import LookBackResult, Status
from cases.models import Case, LookBack, Ticket
from cases.services import false_closures, look_back_duty, perform
from cases.services.look_back_bench import WITH_CASE, Bench, pool
from cases.services.look_back_draws import draw_month
from cases.services.look_back_duty import tend
from cases.services.look_backs import reassign
from cases.tasks import tend_look_backs
from tests.cases.looking_back import CLOSED_AT, DRAWN_AT, DUE_AT, OCTOBER, SEED, assigned, closed, drawn, everything
from tests.cases.steps import instant
from tests.factories import AssignmentFactory, UnitFactory, UserFactory
from zhuqi.kernel.errors import Conflict, DomainError, InvalidInput, NotPermitted

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def first_of(case):
    return LookBack.objects.select_related(*WITH_CASE).get(case=case, round=30)


def bars_of(row):
    return Bench([row]).barred(row)


def names(people):
    return set(User.objects.filter(pk__in=people).values_list("username", flat=True))


def test_nothing_happens_before_the_day(city):
    case = drawn(city)
    assert tend(at=DUE_AT - DAY) == {"inquiries": 0}
    assert first_of(case).assignee is None
    assert not Notice.objects.filter(key__startswith="look-back").exists()


def test_on_its_day_it_goes_to_somebody_who_is_not_examined(city):
    case = drawn(city)
    assert tend(at=DUE_AT)["assigned"] == 1
    row = first_of(case)
    assert row.assignee.username in {"county_clerk", "supervisor"}
    assert (row.assigned_at, LookBack.objects.get(case=case, round=90).assignee) == (DUE_AT, None)
    notice = Notice.objects.get(user=row.assignee, key=f"look-back:{row.pk}")
    assert notice.url == f"/cases/look-backs/{row.pk}"
    assert "不要告诉承办单位" in notice.body


def test_who_may_look_is_never_the_unit_the_cadre_the_reviewer_or_a_director(city):
    row = first_of(drawn(city))
    units, people = bars_of(row)
    assert units == {city.land.pk}
    assert names(people) == {"cadre", "clerk", "land_clerk", "firm_user"}
    fit = {
        one.user for one in pool().values()
        if Bench([row], {one.user: one}).pick(row) is not None
    }  # fmt: skip
    # 许昌 has these left: of the county, the supervisor, a cadre of another department; no director, no other county.
    assert names(fit) == {"county_clerk", "supervisor", "other_cadre"}


def test_a_cadre_who_helped_the_firm_while_the_case_ran_is_barred_for_good(city):
    AssignmentFactory(
        enterprise=city.firm, cadre=city.other_cadre, role=AssignmentRole.ASSISTANT, from_on=date(2026, 3, 1),
        to_on=date(2026, 10, 14),
    )  # fmt: skip
    before = UserFactory(role=Role.CADRE, unit=city.labour)
    AssignmentFactory(
        enterprise=city.firm, cadre=before, role=AssignmentRole.ASSISTANT, from_on=date(2026, 1, 4),
        to_on=date(2026, 10, 1),
    )  # fmt: skip
    _, people = bars_of(first_of(drawn(city)))
    assert city.other_cadre.pk in people
    assert before.pk not in people


def test_co_handlers_and_units_of_a_voided_ticket_are_barred(city):
    row = first_of(drawn(city))
    row.case.co_handlings.create(unit=city.labour, part="核对人数")
    Ticket.objects.create(
        case=row.case,
        kind="DISPATCH",
        state="VOID",
        key="x",
        office=city.office,
        to_unit=city.bank,
        drafted_at=CLOSED_AT,
    )
    units, _ = bars_of(row)
    assert units == {city.land.pk, city.labour.pk, city.bank.pk}


def test_a_countys_office_does_not_look_at_its_own_departments(city):
    own = UnitFactory(name="魏都区住建局", kind=UnitKind.COUNTY, region=city.regions["weidu"])
    case = drawn(city)
    LookBack.objects.filter(case=case).update(unit=own)
    row = first_of(case)
    assert city.county_office.pk in bars_of(row)[0]
    assert city.other_county_office.pk not in bars_of(row)[0]
    assert not LookBack.objects.visible_to(city.county_clerk).exists()
    assert LookBack.objects.visible_to(city.clerk).count() == 2


def test_with_nobody_left_it_stays_unassigned_and_says_so(city):
    User.objects.filter(username__in=["county_clerk", "supervisor", "other_cadre"]).update(is_active=False)
    case = drawn(city)
    assert tend(at=DUE_AT) == {"unassigned": 1, "reminded": 0, "inquiries": 0}
    tend(at=DUE_AT + DAY)
    notice = Notice.objects.get(key=f"look-back:{first_of(case).pk}:nobody")
    assert (notice.user, "没有别人可派" in notice.body) == (city.director, True)
    User.objects.update(is_active=True)
    assert tend(at=DUE_AT + 2 * DAY)["assigned"] == 1


def test_twice_and_two_processes_give_one_assignment(city, monkeypatch):
    case = drawn(city)
    tend(at=DUE_AT)
    whose = first_of(case).assignee
    assert tend(at=DUE_AT) == {"reminded": 0, "inquiries": 0}
    assert first_of(case).assignee == whose
    LookBack.objects.update(assignee=None)
    stale = first_of(case)
    LookBack.objects.filter(pk=stale.pk).update(assignee=city.other_cadre)
    with pytest.raises(Conflict):
        look_back_duty.assign(stale, Bench([stale]), at=DUE_AT)
    assert first_of(case).assignee == city.other_cadre
    with monkeypatch.context() as patch:
        patch.setattr(Bench, "still_fits", lambda self, row: LookBack.objects.update(assignee=None) == 0)
        assert tend(at=DUE_AT)["taken"] == 1


def test_who_no_longer_fits_is_replaced(city):
    row = assigned(city)
    User.objects.filter(pk=row.assignee_id).update(unit=city.land)  # moved into the examined unit
    assert tend(at=DUE_AT + DAY)["assigned"] == 1
    assert first_of(row.case).assignee_id != row.assignee_id


def test_the_work_is_spread_and_cadres_come_when_officials_are_full(city):
    settings.change("look_back_most", 2, actor=None, at=city.at)
    everything(city)
    for _ in range(6):
        closed(city)
    draw_month(OCTOBER, at=DRAWN_AT, seed=SEED)
    tend(at=DUE_AT)
    rows = LookBack.objects.filter(round=30).order_by().values_list("assignee__username").annotate(n=Count("pk"))
    assert dict(rows) == {"county_clerk": 2, "supervisor": 2, "other_cadre": 2}


def test_the_same_seed_chooses_the_same_person(city):
    first = assigned(city).assignee
    LookBack.objects.update(assignee=None)
    tend(at=DUE_AT)
    assert LookBack.objects.get(round=30).assignee == first


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"status": Status.HANDLING, "closed_at": None}, "到日子时已不在销号状态（办理中）"),
        ({"closed_at": CLOSED_AT + DAY}, "又销过一次号，另行抽取"),
    ],
)
def test_what_is_no_longer_that_closure_is_cancelled_when_due(city, change, words):
    case = drawn(city)
    Case.objects.filter(pk=case.pk).update(**change)
    assert tend(at=DUE_AT)["cancelled"] == 1
    row = first_of(case)
    assert (row.cancelled_at, row.cancel_reason, row.assignee) == (DUE_AT, words, None)
    assert tend(at=DUE_AT + DAY) == {"inquiries": 0}


def test_reminders_are_said_once_each(city):
    row = assigned(city)
    LookBack.objects.filter(pk=row.pk).update(try_on=date(2026, 11, 17))
    assert tend(at=instant("2026-11-16 08:20"))["reminded"] == 0
    assert tend(at=instant("2026-11-17 08:20"))["reminded"] == 1
    assert tend(at=instant("2026-11-17 09:20"))["reminded"] == 0
    assert tend(at=instant("2026-11-27 09:20"))["reminded"] == 0  # its last day
    assert tend(at=instant("2026-11-28 09:20"))["reminded"] == 1
    assert tend(at=instant("2026-11-30 09:20"))["reminded"] == 0


@pytest.mark.parametrize(("rows", "queries"), [(1, 10), (3, 10)])
def test_a_day_on_which_nothing_changes_costs_the_same(city, django_assert_num_queries, rows, queries):
    everything(city)
    for _ in range(rows):
        closed(city)
    draw_month(OCTOBER, at=DRAWN_AT, seed=SEED)
    tend(at=DUE_AT)
    with django_assert_num_queries(queries):
        assert tend(at=DUE_AT + DAY) == {"reminded": 0, "inquiries": 0}


# --- 改派 ------------------------------------------------------------------------------------------------------------
def test_the_director_reassigns_blindly_and_the_old_one_never_gets_it_again(city):
    row = assigned(city)
    before = row.assignee
    after = reassign(row, reason="本人休假", actor=city.director, at=DUE_AT + DAY)
    assert after.assignee != before
    assert [move["name"] for move in after.moves] == [before.name]
    third = reassign(first_of(row.case), reason="出差", actor=city.director, at=DUE_AT + DAY)
    assert len({before.pk, after.assignee_id, third.assignee_id}) == 3
    state = LookBack.objects.filter(pk=row.pk).values().get()
    with pytest.raises(DomainError, match="没有别的合适的人"):
        reassign(first_of(row.case), reason="再换", actor=city.director, at=DUE_AT + DAY)
    assert LookBack.objects.filter(pk=row.pk).values().get() == state
    assert not Notice.objects.filter(key__endswith=":nobody").exists()


def test_a_reassignment_is_refused(city):
    row = assigned(city)
    for who in (city.clerk, city.county_director, city.leader, city.supervisor, city.land_head):
        with pytest.raises(NotPermitted):
            reassign(row, reason="换", actor=who, at=DUE_AT)
    for reason in ("", "  ", "长" * 201):
        with pytest.raises(InvalidInput):
            reassign(row, reason=reason, actor=city.director, at=DUE_AT)
    later = LookBack.objects.select_related(*WITH_CASE).get(round=90)
    with pytest.raises(DomainError, match="还没到"):
        reassign(later, reason="换", actor=city.director, at=DUE_AT)
    LookBack.objects.filter(pk=row.pk).update(checked_at=DUE_AT, result=LookBackResult.REAL)
    with pytest.raises(Conflict):
        reassign(row, reason="换", actor=city.director, at=DUE_AT)  # somebody recorded it meanwhile
    assert LookBack.objects.get(pk=row.pk).assignee == row.assignee


# --- 补拟问效 --------------------------------------------------------------------------------------------------------
def test_a_proof_whose_inquiry_had_to_wait_gets_it_later(city, monkeypatch):
    from django.utils import timezone

    row = assigned(city)
    perform(row.case, "draft_inquiry", actor=city.clerk, at=DUE_AT, note="另一件事。")
    from cases.services.look_backs import record
    from tests.cases.looking_back import FALSE

    record(row, FALSE, tries=0, actor=row.assignee, at=DUE_AT)
    key = f"{false_closures.LOOK_BACK_KEY}{row.pk}"
    assert not Ticket.objects.filter(key=key).exists()
    assert tend(at=DUE_AT + DAY)["inquiries"] == 0
    case = Case.objects.get()
    perform(case, "drop_inquiry", actor=city.director, at=DUE_AT + DAY, note="并入虚假办结。")
    monkeypatch.setattr(timezone, "now", lambda: DUE_AT + DAY)
    assert tend_look_backs()["inquiries"] == 1
    assert tend_look_backs()["inquiries"] == 0
    assert Ticket.objects.get(key=key).cause == "FALSE_CLOSURE"
