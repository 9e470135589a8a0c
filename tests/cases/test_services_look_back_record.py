"""R-30: what is recorded, once, and what follows – nothing, another try, redo, or a case that was never closed."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from cadres.models import AuditEntry
from cases import queries
from cases.enums import Action, Clock, InquiryCause, Status
from cases.models import Case, CaseEvent, Deadline, LookBack, Ticket
from cases.services import look_backs, perform
from cases.services.look_backs import Seen, record, reveal
from cases.services.spot_checks import plan_check, record_check
from tests.cases.looking_back import DUE_AT, FALSE, REAL, RELAPSED, assigned, looked
from tests.factories import ContactFactory
from zhuqi.kernel.errors import Conflict, InvalidInput, NotPermitted

pytestmark = pytest.mark.django_db
LATER = DUE_AT + timedelta(days=3)
UNREACHED = Seen("PHONE", "UNREACHED", "三次无人接听。", try_on=date(2026, 11, 18))


def state():
    tables = (Case, CaseEvent, LookBack, Ticket, Deadline)
    return [list(table.objects.order_by("pk").values()) for table in tables]


def kinds(case):
    return list(case.events.order_by("pk").values_list("kind", flat=True))[-3:]


def test_real_leaves_only_a_line(city):
    row = looked(city)
    case = Case.objects.get()
    event = case.events.get(kind=Action.LOOK_BACK)
    assert (case.status, row.result, row.checked_by, row.checked_at) == ("CLOSED", "REAL", row.assignee, DUE_AT)
    assert (event.actor, event.actor_label) == (row.assignee, f"{row.assignee} · {row.assignee.unit}")
    assert event.data == {"round": 30, "mode": "电话", "result": "属实", "try_on": ""}
    assert not Ticket.objects.filter(kind="INQUIRY").exists()
    assert LookBack.objects.waiting().get().round == 90


def test_who_looked_is_told_to_office_leader_and_supervisor_only(city):
    looked(city)
    case = Case.objects.get()

    def sees(name):
        return Action.LOOK_BACK in [event.kind for event in queries.timeline(case, getattr(city, name))]

    assert all(sees(name) for name in ("clerk", "director", "county_clerk", "leader", "supervisor"))
    assert not any(sees(name) for name in ("land_clerk", "land_head", "cadre", "firm_user", "lane_officer"))
    with pytest.raises(Conflict) as refused:
        perform(case, Action.SIGN, actor=city.land_clerk, at=LATER)
    assert "回头看" not in refused.value.message


def test_unreached_stays_open_counted_with_another_day(city):
    row = looked(city, UNREACHED)
    assert (row.checked_at, row.result, row.tries, row.try_on) == (None, "", 1, date(2026, 11, 18))
    assert Case.objects.get().events.get(kind="look_back").data["result"] == "没联系上"
    row = record(row, replace(UNREACHED, try_on=date(2026, 11, 20)), tries=1, actor=row.assignee, at=LATER)
    assert row.tries == 2
    with pytest.raises(Conflict):
        record(row, UNREACHED, tries=1, actor=row.assignee, at=DUE_AT)  # the same click twice
    record(row, REAL, tries=2, actor=row.assignee, at=LATER)
    assert LookBack.objects.get(round=30).result == "REAL"


def test_relapsed_goes_back_to_be_redone_without_the_false_mark(city):
    looked(city, RELAPSED)
    case = Case.objects.get()
    assert (case.status, case.closed_at, case.outcome, case.reopened_count) == ("HANDLING", None, "", 1)
    assert kinds(case)[-2:] == ["look_back", "revoke"]
    redo = Deadline.objects.running().get(case=case)
    assert (redo.clock, redo.holder, redo.due_on) == (Clock.REDO, city.land, date(2026, 11, 20))
    assert not Ticket.objects.filter(kind="INQUIRY").exists()
    revoked = case.events.get(kind="revoke")
    assert (revoked.actor, revoked.actor_label, revoked.is_public) == (None, "系统", True)
    assert "恢复用地手续" in revoked.note
    assert RELAPSED.account not in revoked.note


def test_false_revokes_the_closure_and_proposes_an_inquiry(city):
    row = looked(city, FALSE)
    case = Case.objects.get()
    assert (case.status, case.next_clock) == ("HANDLING", Clock.REDO)
    assert kinds(case) == ["look_back", "revoke", "draft_inquiry"]
    ticket = Ticket.objects.get(kind="INQUIRY")
    assert (ticket.key, ticket.cause, ticket.state) == (
        f"INQUIRY:LOOK_BACK:{row.pk}", InquiryCause.FALSE_CLOSURE, "DRAFT"
    )  # fmt: skip
    assert ticket.body["finding"] == "FALSE_CLOSURE"
    later = LookBack.objects.get(round=90)
    assert (later.cancelled_at, later.cancel_reason) == (DUE_AT, "已查明要重办，这一次不再看")


def test_the_issued_inquiry_does_not_name_who_looked(city):
    row = looked(city, FALSE)
    case = Case.objects.get()
    case = perform(case, Action.APPROVE_INQUIRY_OFFICE, actor=city.director, at=LATER)
    perform(case, Action.APPROVE_INQUIRY_LEADER, actor=city.leader, at=LATER)
    body = str(Ticket.objects.get(kind="INQUIRY").body)
    assert row.assignee.name not in body
    assert "撤销销号" in body


def test_the_redone_case_closes_again_and_is_a_closure_of_its_own(city):
    looked(city, FALSE)
    case = Case.objects.get()
    perform(case, Action.REPORT, actor=city.land_clerk, at=LATER, note="已补办。")
    assert Case.objects.get().status == Status.HANDLING


WRONG = [
    ({"mode": "MAIL"}, "mode"), ({"mode": ""}, "mode"), ({"result": "MAYBE"}, "result"), ({"result": ""}, "result"),
    ({"account": " "}, "account"), ({"account": "长" * 2001}, "account"), ({"remains": "长" * 301}, "remains"),
    ({"result": "FALSE"}, "remains"), ({"result": "RELAPSED", "remains": " "}, "remains"),
    ({"result": "UNREACHED"}, "try_on"), ({"result": "UNREACHED", "try_on": DUE_AT.date()}, "try_on"),
]  # fmt: skip


@pytest.mark.parametrize(("changed", "field"), WRONG)
def test_bad_input_is_refused_in_words_and_changes_nothing(city, changed, field):
    row = assigned(city)
    before = state()
    with pytest.raises(InvalidInput) as refused:
        record(row, replace(REAL, **changed), tries=0, actor=row.assignee, at=DUE_AT)
    assert set(refused.value.errors) == {field}
    assert state() == before


def test_only_who_was_chosen_records_and_only_once(city):
    row = assigned(city)
    before = state()
    for who in (city.director, city.leader, city.land_clerk, city.cadre, city.other_cadre):
        with pytest.raises(NotPermitted):
            record(row, REAL, tries=0, actor=who, at=DUE_AT)
    assert state() == before
    record(row, FALSE, tries=0, actor=row.assignee, at=DUE_AT)
    before = state()
    stale = LookBack.objects.select_related("case").get(pk=row.pk)
    with pytest.raises(Conflict):
        record(stale, REAL, tries=0, actor=row.assignee, at=LATER)
    assert state() == before


def test_the_lost_race_changes_nothing(city):
    row = assigned(city)
    twin = LookBack.objects.select_related("case", "assignee").get(pk=row.pk)
    record(row, REAL, tries=0, actor=row.assignee, at=DUE_AT)
    before = state()
    with pytest.raises(Conflict, match="已经记过"):
        record(twin, FALSE, tries=0, actor=twin.assignee, at=DUE_AT)
    assert state() == before


@pytest.mark.parametrize("changed", [{"assignee": "other_cadre"}, {"cancelled_at": DUE_AT}])
def test_a_page_read_before_it_was_moved_or_cancelled_is_stale(city, changed):
    row = assigned(city)
    LookBack.objects.filter(pk=row.pk).update(
        **{name: getattr(city, value) if name == "assignee" else value for name, value in changed.items()}
    )
    before = state()
    with pytest.raises(Conflict):
        record(row, REAL, tries=0, actor=row.assignee, at=DUE_AT)
    assert state() == before


def test_a_case_reopened_meanwhile_is_not_looked_at(city):
    row = assigned(city)
    perform(row.case, Action.REOPEN, actor=city.firm_user, at=DUE_AT, note="又停了。")
    row = LookBack.objects.select_related("case", "assignee").get(pk=row.pk)
    before = state()
    with pytest.raises(Conflict, match="不在销号状态"):
        record(row, REAL, tries=0, actor=row.assignee, at=DUE_AT)
    assert state() == before


def test_killed_between_the_line_and_the_revocation_leaves_nothing(city, monkeypatch):
    row = assigned(city)
    before = state()

    def killed(*_args, **_more):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(look_backs.false_closures, "propose", killed)
        with pytest.raises(KeyboardInterrupt):
            record(row, FALSE, tries=0, actor=row.assignee, at=DUE_AT)
    assert state() == before


# --- 暗访同路 --------------------------------------------------------------------------------------------------------
def spot(city, case, *, is_true=False, at=DUE_AT):
    check = plan_check(case, planned_on=at.date(), purpose="看真不真", actor=city.supervisor, at=at)
    return record_check(check, seen="现场没有施工。", is_true=is_true, actor=city.supervisor, at=at)


def test_a_spot_check_found_false_takes_the_same_road(city):
    row = assigned(city)
    check = spot(city, row.case)
    case = Case.objects.get()
    assert (case.status, kinds(case)[-2:]) == ("HANDLING", ["revoke", "draft_inquiry"])
    assert Ticket.objects.get(kind="INQUIRY").key == f"INQUIRY:SPOT:{check.pk}"
    assert not LookBack.objects.waiting().exists()


def test_when_both_find_it_there_is_one_revocation_and_one_inquiry(city):
    row = assigned(city)
    record(row, FALSE, tries=0, actor=row.assignee, at=DUE_AT)
    spot(city, Case.objects.get(), at=LATER)
    case = Case.objects.get()
    assert case.events.filter(kind="revoke").count() == 1
    assert Ticket.objects.filter(kind="INQUIRY").count() == 1


def test_a_true_spot_check_leaves_the_look_back_alone(city):
    row = assigned(city)
    spot(city, row.case, is_true=True)
    assert Case.objects.get().status == "CLOSED"
    assert LookBack.objects.waiting().count() == 2


# --- 电话 ------------------------------------------------------------------------------------------------------------
def test_the_number_is_given_to_the_one_who_looks_and_logged(city):
    row, contact = assigned(city), city.firm.contacts.get()
    assert reveal(row, contact.pk, by=row.assignee, at=DUE_AT) == contact
    entry = AuditEntry.objects.latest("pk")
    assert (entry.user, entry.reason) == (row.assignee, "回头看核实")
    stranger = ContactFactory(enterprise=city.other_firm, is_primary=False)
    assert reveal(row, stranger.pk, by=row.assignee, at=DUE_AT) is None
    count = AuditEntry.objects.count()
    with pytest.raises(NotPermitted):
        reveal(row, contact.pk, by=city.director, at=DUE_AT)
    row = record(row, REAL, tries=0, actor=row.assignee, at=DUE_AT)
    with pytest.raises(NotPermitted):
        reveal(row, contact.pk, by=row.assignee, at=DUE_AT)
    assert AuditEntry.objects.count() == count
