"""调度台（页面 4）：队列与数、预览、就地办理、成批办理。"""

import pytest
import time_machine
from django.urls import reverse

from cases.enums import Action, Status
from cases.models import Case
from cases.services import board as queues
from cases.services import perform
from tests.cases.steps import accepted, dispatched, handling, instant, rating, reported, submitted
from tests.factories import CaseFactory, EnterpriseFactory

pytestmark = pytest.mark.django_db
AT = instant("2026-11-23 10:00")
HTMX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(AT, tick=False):
        yield


@pytest.fixture
def office(client, city):
    client.force_login(city.clerk)
    return client


def url(name, *args, queue=""):
    return reverse(f"cases:{name}", args=args) + (f"?queue={queue}" if queue else "")


def pick(*cases):
    return [f"{case.pk}:{case.revision}" for case in cases]


# ── who sees it ──


@pytest.mark.parametrize("who", ["land_clerk", "cadre", "firm_user", "leader", "supervisor", "sysadmin", "auditor"])
def test_the_board_is_the_offices(client, city, who):
    client.force_login(getattr(city, who))
    assert client.get(url("board")).status_code == 403


def test_a_county_office_sees_its_own_cases_only(client, city):
    mine = reported(city, AT)
    theirs = CaseFactory(enterprise=city.other_firm, office=city.other_county_office)
    client.force_login(city.county_clerk)
    page = client.get(url("board", queue="reported")).content.decode()
    assert mine.title in page
    assert theirs.title not in page


@pytest.mark.parametrize("name", ["board_case", "dispatch"])
def test_what_an_office_may_not_see_does_not_exist(client, city, name):
    theirs = CaseFactory(enterprise=city.other_firm, office=city.other_county_office)
    client.force_login(city.county_clerk)
    assert client.get(url(name, theirs.pk)).status_code == 404


def test_an_invisible_case_cannot_be_acted_on(client, city):
    theirs = CaseFactory(enterprise=city.other_firm, office=city.other_county_office)
    client.force_login(city.county_clerk)
    answer = client.post(url("board_act", theirs.pk, "accept"), {"revision": 0})
    assert answer.status_code == 404


def test_an_action_of_somebody_else_is_refused(office, city):
    case = dispatched(city, AT)
    assert office.get(url("board_act", case.pk, "sign")).status_code == 403
    assert office.post(url("board_act", case.pk, "sign"), {"revision": case.revision}).status_code == 403


def test_an_unknown_action_is_no_page(office, city):
    assert office.get(url("board_act", reported(city, AT).pk, "fly")).status_code == 404


# ── queues ──


def _objected(city):
    case = dispatched(city, AT)
    return perform(case, Action.OBJECT, actor=city.land_head, at=AT, note="依据", proper_unit=city.labour)


def _extension(city):
    return perform(handling(city, AT), Action.ASK_EXTENSION, actor=city.land_clerk, at=AT, days=5, note="须公示")


def _coordination(city):
    return perform(handling(city, AT), Action.COORDINATE, actor=city.land_clerk, at=AT, note="要会商")


def _inquiry(city):
    return perform(dispatched(city, AT), Action.DRAFT_INQUIRY, actor=city.clerk, at=AT, note="一直没人签收")


def _call_back(city):
    from cases.services import Rating, rate

    case = rating(city, AT)
    rate(case.evaluations.get(), Rating(1), at=AT)
    return Case.objects.get(pk=case.pk)


# A case that stands in each queue, made by the services.
IN_QUEUE = {
    "reported": lambda city: reported(city, AT),
    "accepted": lambda city: accepted(city, AT),
    "objected": _objected,
    "submitted": lambda city: submitted(city, AT),
    "extension": _extension,
    "coordination": _coordination,
    "inquiry": _inquiry,
    "urges": lambda city: dispatched(city, instant("2026-11-20 10:00")),
    "overdue": lambda city: accepted(city, instant("2026-11-16 10:00")),
    "call_back": _call_back,
    "dispatched": lambda city: dispatched(city, AT),
}


@pytest.mark.parametrize("key", IN_QUEUE)
def test_each_queue_counts_and_lists_the_same_cases(office, city, key):
    case = IN_QUEUE[key](city)
    assert queues.counts(city.clerk, today=AT.date())[key] == 1
    page = office.get(url("board", queue=key)).content.decode()
    assert f'data-pk="{case.pk}"' in page
    assert office.get(url("board_case", case.pk, queue=key), headers=HTMX).status_code == 200


def test_firms_without_a_lead_cadre_are_a_queue(office, city):
    bare = EnterpriseFactory(region=city.regions["weidu"])
    page = office.get(url("board", queue="uncovered")).content.decode()
    assert bare.name in page
    assert city.firm.name not in page


def test_it_opens_on_the_first_queue_with_work(office, city):
    accepted(city, AT)
    assert '<h2 id="b-h">待交办</h2>' in office.get(url("board")).content.decode()


def test_filters_narrow_and_nonsense_does_not(office, city):
    case = accepted(city, AT)
    here, elsewhere = city.regions["weidu"].pk, city.regions["yuzhou"].pk
    assert case.title in office.get(f"{url('board', queue='accepted')}&region={here}").content.decode()
    assert case.title not in office.get(f"{url('board', queue='accepted')}&region={elsewhere}").content.decode()
    assert case.title in office.get(f"{url('board', queue='accepted')}&region=x&category=999999").content.decode()


@pytest.mark.parametrize(("rows", "queries"), [(1, 19), (3, 19)])
def test_the_list_costs_the_same_for_one_row_and_three(office, city, django_assert_num_queries, rows, queries):
    for _ in range(rows):
        accepted(city, AT)
    office.get(url("board", queue="accepted"))  # the calendar is read once a process
    with django_assert_num_queries(queries):
        office.get(url("board", queue="accepted"))


# ── in place ──


def test_accepting_in_place_moves_on_and_says_so(office, city):
    case = reported(city, AT)
    answer = office.post(
        url("board_act", case.pk, "accept"), {"revision": case.revision, "queue": "reported"}, headers=HTMX
    )
    case.refresh_from_db()
    assert case.status == Status.ACCEPTED
    assert "boardChanged" in answer["HX-Trigger"]


def test_accepting_without_a_script_goes_back_to_the_queue(office, city):
    case = reported(city, AT)
    answer = office.post(url("board_act", case.pk, "accept"), {"revision": case.revision, "queue": "reported"})
    assert answer["Location"] == url("board", queue="reported")


def test_a_stale_sheet_comes_back_with_what_was_typed(office, city):
    case = reported(city, AT)
    stale = case.revision
    perform(case, Action.CLASSIFY, actor=city.director, at=AT, category=city.categories["land"])
    typed = {"revision": stale, "note": "不属于本级权限，请向省里反映。"}
    plain = office.post(url("board_act", case.pk, "refuse"), typed)
    assert plain.status_code == 409
    assert typed["note"] in plain.content.decode()
    assert "周主任" in plain.content.decode()
    assert office.post(url("board_act", case.pk, "refuse"), typed, headers=HTMX).status_code == 422
    case.refresh_from_db()
    assert case.status == Status.REPORTED


def test_accepting_what_a_colleague_accepted_leaves_no_button(office, city):
    case = reported(city, AT)
    stale = case.revision
    perform(case, Action.ACCEPT, actor=city.director, at=AT)
    typed = {"revision": stale, "tier": "SINGLE", "nature": "SINGLE", "category": city.categories["land"].pk}
    for answer in (
        office.post(url("board_act", case.pk, "accept"), typed),
        office.post(url("board_act", case.pk, "accept"), typed, headers=HTMX),
    ):
        assert answer.status_code in {409, 422}
        assert "周主任" in answer.text
        assert "您填的没有记下" in answer.text
        assert "用地指标" in answer.text
        assert f'action="{url("board_act", case.pk, "accept")}' not in answer.text
        assert reverse("cases:dispatch", args=[case.pk]) in answer.text


def test_a_missing_reason_is_said_at_its_field(office, city):
    case = reported(city, AT)
    answer = office.post(url("board_act", case.pk, "refuse"), {"revision": case.revision, "note": ""}, headers=HTMX)
    assert answer.status_code == 422
    assert "请写明不予受理的理由" in answer.content.decode()


def test_review_and_return_are_one_sheet(office, city):
    case = submitted(city, AT)
    sheet = office.get(url("board_case", case.pk, queue="submitted"), headers=HTMX).content.decode()
    assert url("board_act", case.pk, "pass_review") in sheet
    assert url("board_act", case.pk, "return_review") in sheet
    ticks = ["is_solved", "is_answered", "has_contacted", "firm_agrees"]
    office.post(url("board_act", case.pk, "pass_review"), {"revision": case.revision, "ticks": ticks})
    case.refresh_from_db()
    assert case.status == Status.RATING


def test_an_extension_shows_the_old_and_the_new_day(office, city):
    case = _extension(city)
    sheet = office.get(url("board_case", case.pk, queue="extension"), headers=HTMX).content.decode()
    request = case.extensions.get()
    assert f"{request.old_due_on:%m-%d}" in sheet
    assert f"{request.new_due_on:%m-%d}" in sheet
    office.post(url("board_act", case.pk, "grant_extension"), {"revision": case.revision})
    request.refresh_from_db()
    assert request.is_granted is True


# ── several at once ──


def test_accepting_several_tells_each_and_loses_none(office, city):
    first, second, third = reported(city, AT), reported(city, AT), reported(city, AT)
    picks = pick(first, second, third)
    perform(second, Action.REFUSE, actor=city.director, at=AT, note="重复提出")
    page = office.post(url("board_bulk"), {"do": "accept", "pick": picks, "queue": "reported"}).content.decode()
    assert "2 件已受理" in page
    assert "1 件没有办成" in page
    assert "别人先办了" in page
    statuses = list(Case.objects.order_by("pk").values_list("status", flat=True))
    assert statuses == [Status.ACCEPTED, Status.REFUSED, Status.ACCEPTED]


def test_nothing_ticked_says_so(office, city):
    assert "一件也没有勾选" in office.post(url("board_bulk"), {"do": "accept"}).content.decode()


def test_cases_out_of_sight_are_not_picked(client, city):
    theirs = CaseFactory(enterprise=city.other_firm, office=city.other_county_office)
    client.force_login(city.county_clerk)
    client.post(url("board_bulk"), {"do": "accept", "pick": pick(theirs)})
    theirs.refresh_from_db()
    assert theirs.status == Status.REPORTED


def test_merging_asks_which_to_keep_first(office, city):
    keep, other = reported(city, AT), reported(city, AT)
    ask = office.post(url("board_bulk"), {"do": "merge", "pick": pick(keep, other)}, headers=HTMX)
    assert "留下哪一件" in ask.content.decode()
    said = {"do": "merge", "pick": pick(keep, other), "into": keep.pk, "note": "同一件事"}
    office.post(url("board_bulk"), said)
    other.refresh_from_db()
    assert (other.status, other.merged_into_id) == (Status.MERGED, keep.pk)


def test_cases_of_two_firms_are_refused_as_soon_as_they_are_chosen(office, city):
    mine = [reported(city, AT), reported(city, AT)]
    foreign = CaseFactory(enterprise=city.other_firm, status=Status.REPORTED)
    for headers in ({}, HTMX):
        ask = office.post(url("board_bulk"), {"do": "merge", "pick": pick(*mine, foreign)}, headers=headers)
        assert "勾选的 3 件分属 2 家企业，只能并同一企业的问题。" in ask.text
        assert "只并这 2 件" in ask.text
        assert 'id="ask-form"' not in ask.text
        assert 'form="ask-form"' not in ask.text
    said = {"do": "merge", "pick": pick(*mine, foreign), "into": mine[0].pk}
    assert office.post(url("board_bulk"), said).status_code == 422
    assert not Case.objects.filter(status=Status.MERGED).exists()


def test_a_case_alone_has_nothing_to_be_merged_into(office, city):
    ask = office.post(url("board_bulk"), {"do": "merge", "pick": pick(reported(city, AT))}, headers=HTMX)
    assert "这一件无处可并" in ask.text
    assert 'form="ask-form"' not in ask.text


def test_assigning_a_lead_cadre_to_several_firms(office, city):
    bare = [EnterpriseFactory(region=city.regions["weidu"]) for _ in range(2)]
    said = {"do": "assign", "pick": [firm.pk for firm in bare], "cadre": city.cadre.pk}
    assert "2 家已指派" in office.post(url("board_bulk"), said).content.decode()
    assert "2 家没有办成" in office.post(url("board_bulk"), said).content.decode()


def test_dispatching_several_goes_to_the_drawer(office, city):
    case = accepted(city, AT)
    answer = office.post(url("board_bulk"), {"do": "dispatch", "pick": pick(case)})
    assert answer["Location"] == f"{url('dispatch_many')}?pick={case.pk}:{case.revision}"
