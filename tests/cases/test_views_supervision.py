"""问效与暗访（页面 9）：收件箱、一页证据、批准、认定、有人要求给好评、暗访。"""

import pytest
import time_machine
from django.urls import reverse

from cases.enums import Action, Measure, Status, TicketKind, TicketState, Tier
from cases.models import Case, InquiryResult, SpotCheck
from cases.services import Rating, perform, rate
from cases.services import spot_checks as checks
from tests.cases.steps import accepted, dispatched, instant, plan, rating, submitted
from zhuqi.kernel.errors import Conflict, InvalidInput, NotPermitted

pytestmark = pytest.mark.django_db
AT = instant("2026-11-23 10:00")


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(AT, tick=False):
        yield


def drafted(city):
    """A 问效建议单 that waits for the director."""
    case = perform(dispatched(city, AT), Action.DRAFT_INQUIRY, actor=city.clerk, at=AT, note="一直没人签收")
    return case, case.tickets.get(kind=TicketKind.INQUIRY)


def issued(city):
    """One approved by both and sent to the supervisor."""
    case, ticket = drafted(city)
    case = perform(case, Action.APPROVE_INQUIRY_OFFICE, actor=city.director, at=AT)
    case = perform(case, Action.APPROVE_INQUIRY_LEADER, actor=city.leader, at=AT)
    ticket.refresh_from_db()
    return case, ticket


def dossier(ticket):
    return reverse("cases:dossier", args=[ticket.pk])


def decide(ticket, action):
    return reverse("cases:decide", args=[ticket.pk, action])


@pytest.mark.parametrize(
    ("who", "status"),
    [("supervisor", 200), ("leader", 200), ("director", 200), ("land_head", 403), ("cadre", 403), ("firm_user", 403),
     ("sysadmin", 403)],
)  # fmt: skip
def test_who_opens_the_inbox(client, city, who, status):
    client.force_login(getattr(city, who))
    assert client.get(reverse("cases:supervision")).status_code == status


def test_the_supervisor_does_not_see_drafts(client, city):
    _, ticket = drafted(city)
    client.force_login(city.supervisor)
    assert client.get(dossier(ticket)).status_code == 404


def test_another_county_does_not_see_it(client, city):
    _, ticket = issued(city)
    client.force_login(city.other_county_clerk)
    assert client.get(dossier(ticket)).status_code == 404


def test_director_then_leader_approve_on_the_page(client, city):
    case, ticket = drafted(city)
    client.force_login(city.director)
    assert "同意，送分管领导" in client.get(dossier(ticket)).content.decode()
    client.post(decide(ticket, "approve_inquiry_office"), {"revision": case.revision})
    case.refresh_from_db()
    client.force_login(city.leader)
    assert case.title in client.get(reverse("cases:supervision")).content.decode()
    client.post(decide(ticket, "approve_inquiry_leader"), {"revision": case.revision})
    ticket.refresh_from_db()
    assert ticket.state == TicketState.ISSUED


def test_a_clerk_cannot_approve_for_the_director(client, city):
    case, ticket = drafted(city)
    client.force_login(city.clerk)
    assert client.post(decide(ticket, "approve_inquiry_office"), {"revision": case.revision}).status_code == 403


def test_the_leader_approves_a_major_dispatch(client, city):
    case = perform(accepted(city, AT), Action.PROPOSE, actor=city.clerk, at=AT, plan=plan(city, tier=Tier.MAJOR))
    ticket = case.tickets.get()
    client.force_login(city.leader)
    page = client.get(dossier(ticket)).content.decode()
    assert "拟交办方案" in page
    client.post(decide(ticket, "approve_dispatch"), {"revision": case.revision, "note": ""})
    case.refresh_from_db()
    assert case.status == Status.DISPATCHED


def test_the_evidence_is_on_one_page(client, city):
    case, ticket = issued(city)
    perform(case, Action.ANSWER_INQUIRY, actor=city.land_head, at=AT, note="因窗口调整，未及时签收。")
    client.force_login(city.supervisor)
    page = client.get(dossier(ticket)).content.decode()
    for words in ("缘由与事实", "书面说明", "因窗口调整", "三单", "经过", "认定与处理", ticket.number):
        assert words in page


def test_recording_finding_and_measure(client, city):
    case, ticket = issued(city)
    client.force_login(city.supervisor)
    said = {"revision": case.revision, "note": "逾期属实", "finding": "OVERDUE", "measure": Measure.DEADLINE,
            "measure_due_on": "2026-12-01"}  # fmt: skip
    answer = client.post(decide(ticket, "record_finding"), said)
    assert answer["Location"] == dossier(ticket)
    result = InquiryResult.objects.get(ticket=ticket)
    assert (result.finding, result.facts) == ("OVERDUE", "逾期属实")
    assert "认定与处理" in client.get(dossier(ticket)).content.decode()


def test_a_refused_finding_keeps_what_was_typed(client, city):
    case, ticket = issued(city)
    client.force_login(city.supervisor)
    said = {"revision": case.revision, "note": "写了很久的事实", "finding": "OVERDUE", "measure": Measure.DEADLINE}
    answer = client.post(decide(ticket, "record_finding"), said)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "写了很久的事实" in page
    # The fields stand where they stood.
    assert page.index('name="note"') < page.index('name="finding"')


def test_a_stale_finding_is_a_conflict_with_the_text_kept(client, city):
    case, ticket = issued(city)
    stale = case.revision
    perform(case, Action.ANSWER_INQUIRY, actor=city.land_head, at=AT, note="说明")
    client.force_login(city.supervisor)
    said = {"revision": stale, "note": "写了很久的事实", "finding": "OVERDUE", "measure": Measure.TALK}
    answer = client.post(decide(ticket, "record_finding"), said)
    assert answer.status_code == 409
    assert "写了很久的事实" in answer.content.decode()


def test_only_decisions_have_an_address(client, city):
    _, ticket = issued(city)
    client.force_login(city.supervisor)
    assert client.post(decide(ticket, "sign")).status_code == 404


def test_who_was_pressed_for_a_good_rating_reaches_the_supervisor_only(client, city):
    case = rating(city, AT)
    rate(case.evaluations.get(), Rating(5, was_pressured=True), at=AT)
    url = reverse("cases:supervision") + "?tab=pressured"
    client.force_login(city.supervisor)
    assert case.title in client.get(url).content.decode()
    for who in (city.leader, city.director):
        client.force_login(who)
        assert "有人要求给好评" not in client.get(url).content.decode()


@pytest.mark.parametrize(("rows", "queries"), [(1, 14), (3, 14)])
def test_the_inbox_costs_the_same_for_one_row_and_three(client, city, django_assert_num_queries, rows, queries):
    for _ in range(rows):
        issued(city)
    client.force_login(city.supervisor)
    url = reverse("cases:supervision") + "?tab=answer"
    client.get(url)
    with django_assert_num_queries(queries):
        client.get(url)


# ── 暗访 ──


def test_spot_checks_are_the_supervisors_and_a_leader_reads_them(client, city):
    check = checks.plan_check(
        submitted(city, AT), planned_on=AT.date(), purpose="看变压器", actor=city.supervisor, at=AT
    )
    one, everything, new = (
        reverse("cases:spot_check", args=[check.pk]), reverse("cases:spot_checks"), reverse("cases:spot_check_new"),
    )  # fmt: skip
    for name in ("director", "land_head"):
        client.force_login(getattr(city, name))
        assert {client.get(url).status_code for url in (one, everything, new)} == {403}
    client.force_login(city.leader)
    assert "看变压器" in client.get(everything).content.decode()
    page = client.get(one).content.decode()
    assert "看变压器" in page
    assert "<textarea" not in page
    assert client.get(new).status_code == 403
    assert client.post(one, {"seen": "看过", "is_true": "yes"}).status_code == 403


@pytest.mark.parametrize(("rows", "queries"), [(1, 14), (3, 14)])
def test_the_spot_checks_cost_the_same_for_one_row_and_three(client, city, django_assert_num_queries, rows, queries):
    for _ in range(rows):
        check = checks.plan_check(submitted(city, AT), planned_on=AT.date(), purpose="看", actor=city.supervisor, at=AT)
        checks.record_check(check, seen="还是老变压器", is_true=False, actor=city.supervisor, at=AT)
    client.force_login(city.leader)
    with django_assert_num_queries(queries):
        page = client.get(reverse("cases:spot_checks"), {"tab": "false"}).content.decode()
    assert page.count("问效拟稿") == rows


def test_planning_and_recording_over_http(client, city):
    case = submitted(city, AT)
    client.force_login(city.supervisor)
    said = {"number": case.number, "planned_on": "2026-11-24", "purpose": "看变压器换了没有"}
    client.post(reverse("cases:spot_check_new"), said)
    check = SpotCheck.objects.get()
    url = reverse("cases:spot_check", args=[check.pk])
    assert case.title in client.get(reverse("cases:spot_checks")).content.decode()
    client.post(url, {"seen": "确实换了", "is_true": "yes"})
    check.refresh_from_db()
    assert (check.is_true, check.checked_by) == (True, city.supervisor)
    again = client.post(url, {"seen": "又看了一次", "is_true": "no"})
    assert again.status_code == 409
    assert "又看了一次" in again.content.decode()


def test_a_wrong_number_is_said_at_its_field(client, city):
    client.force_login(city.supervisor)
    said = {"number": "XC-1", "planned_on": "2026-11-24", "purpose": "看"}
    answer = client.post(reverse("cases:spot_check_new"), said)
    assert answer.status_code == 422
    assert "没有编号为 XC-1 的问题" in answer.content.decode()


def test_a_false_claim_is_proposed_for_inquiry_but_never_issued(city):
    case = submitted(city, AT)
    check = checks.plan_check(case, planned_on=AT.date(), purpose="看", actor=city.supervisor, at=AT)
    checks.record_check(check, seen="还是老变压器", is_true=False, actor=city.supervisor, at=AT)
    ticket = Case.objects.get(pk=case.pk).tickets.get(kind=TicketKind.INQUIRY)
    assert (ticket.state, ticket.cause) == (TicketState.DRAFT, "FALSE_CLOSURE")


def test_a_check_refuses_the_past_strangers_and_a_second_record(city):
    case = submitted(city, AT)
    with pytest.raises(InvalidInput):
        checks.plan_check(case, planned_on=instant("2026-11-20 10:00").date(), purpose="", actor=city.supervisor, at=AT)
    with pytest.raises(NotPermitted):
        checks.plan_check(case, planned_on=AT.date(), purpose="看", actor=city.director, at=AT)
    check = checks.plan_check(case, planned_on=AT.date(), purpose="看", actor=city.supervisor, at=AT)
    with pytest.raises(InvalidInput):
        checks.record_check(check, seen=" ", is_true=None, actor=city.supervisor, at=AT)
    checks.record_check(check, seen="看过", is_true=True, actor=city.supervisor, at=AT)
    with pytest.raises(Conflict):
        checks.record_check(check, seen="看过", is_true=True, actor=city.supervisor, at=AT)
