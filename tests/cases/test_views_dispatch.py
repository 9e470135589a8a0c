"""交办抽屉：建议、预览、签发、重大报批、几件同一方案。"""

import pytest
import time_machine
from django.urls import reverse

from cases.enums import Action, Nature, Status, TicketKind, TicketState, Tier
from cases.models import DispatchDraft, RuleSet
from cases.services import perform
from cases.services.suggestions import lead_records
from tests.cases.steps import accepted, instant, plan, submitted

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


def said(city, **more):
    """A filled-in drawer."""
    return {
        "top": city.categories["factor"].pk, "category": city.categories["land"].pk, "tier": Tier.SINGLE,
        "nature": Nature.SINGLE, "lead": city.land.pk, "lead_other": "", "co_unit": [""], "co_part": [""],
        "requirements": "书面答复企业", "rule_set": RuleSet.objects.get(is_default=True).pk, **more,
    }  # fmt: skip


def at(case):
    return reverse("cases:dispatch", args=[case.pk])


def test_the_drawer_suggests_and_shows_the_terms(office, city):
    case = accepted(city, AT)
    page = office.get(at(case)).content.decode()
    assert "市自然资源局" in page
    assert "11-24" in page
    assert "11-30" in page
    assert "将打印成这样" in page


def test_htmx_gets_the_drawer_only(office, city):
    page = office.get(at(accepted(city, AT)), headers=HTMX).content.decode()
    assert "zq-drawer" in page
    assert "<html" not in page


@pytest.mark.parametrize("more", [{}, {"keep": "1"}])
def test_a_drawer_that_is_its_own_page_does_not_leave_an_empty_one(office, city, more):
    case = accepted(city, AT)
    here = {**HTMX, "HX-Current-URL": f"http://testserver{at(case)}"}
    answer = office.post(at(case), said(city, **more), headers=here)
    assert (answer.status_code, answer["HX-Redirect"]) == (204, f"{reverse('cases:board')}?queue=accepted")
    assert case.number[-4:] in office.get(answer["HX-Redirect"]).content.decode() or not more


def test_signing_issues_the_ticket_and_closes_the_drawer(office, city):
    case = accepted(city, AT)
    co = {"co_unit": [city.labour.pk], "co_part": ["核实用工"]}
    answer = office.post(at(case), said(city, revision=case.revision, **co), headers=HTMX)
    case.refresh_from_db()
    assert (answer.status_code, answer.content) == (200, b"")
    assert "boardChanged" in answer["HX-Trigger"]
    assert (case.status, case.lead) == (Status.DISPATCHED, city.land)
    assert case.co_handlings.get().part == "核实用工"
    assert case.tickets.get().body["requirements"] == "书面答复企业"


def test_another_unit_than_the_suggested_one(office, city):
    case = accepted(city, AT)
    office.post(at(case), said(city, revision=case.revision, lead="other", lead_other=city.bank.pk))
    case.refresh_from_db()
    assert case.lead == city.bank


def test_major_problems_go_to_the_leader(office, city):
    case = accepted(city, AT)
    office.post(at(case), said(city, revision=case.revision, tier=Tier.MAJOR))
    draft = case.tickets.get()
    assert (draft.kind, draft.state, draft.number) == (TicketKind.DISPATCH, TicketState.DRAFT, None)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"top": ""}, "请选择类别"),
        ({"lead": "other", "lead_other": ""}, "请选择主办单位"),
        ({"co_part": ["做点什么"]}, "请选由哪个单位做"),
    ],
)
def test_what_is_missing_is_said_and_nothing_is_issued(office, city, wrong, words):
    case = accepted(city, AT)
    answer = office.post(at(case), said(city, revision=case.revision, **wrong), headers=HTMX)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert "书面答复企业" in answer.content.decode()
    assert case.tickets.count() == 0


def test_a_helper_without_a_part_is_said_in_its_row(office, city):
    case = accepted(city, AT)
    answer = office.post(at(case), said(city, revision=case.revision, co_unit=[city.bank.pk]), headers=HTMX)
    assert "请写明示例银行许昌分行做什么" in answer.content.decode()


def test_the_lead_cannot_help_itself(office, city):
    case = accepted(city, AT)
    wrong = said(city, revision=case.revision, co_unit=[city.land.pk], co_part=["也做"])
    assert "主办单位不能同时是协办单位" in office.post(at(case), wrong).content.decode()


def test_rows_are_added_and_taken_away_without_losing_the_rest(office, city):
    case = accepted(city, AT)
    two = {"co_unit": [city.labour.pk, city.bank.pk], "co_part": ["甲", "乙"]}
    more = office.post(at(case), said(city, more="1", **two), headers=HTMX).content.decode()
    assert more.count('name="co_part"') == 3
    less = office.post(at(case), said(city, drop="0", **two), headers=HTMX).content.decode()
    assert less.count('name="co_part"') == 1
    assert 'value="乙"' in less
    assert case.tickets.count() == 0


def test_a_stale_drawer_keeps_the_plan(office, city):
    case = accepted(city, AT)
    stale = case.revision
    perform(case, Action.CLASSIFY, actor=city.director, at=AT, category=city.categories["land"])
    answer = office.post(at(case), said(city, revision=stale))
    assert answer.status_code == 409
    assert "书面答复企业" in answer.content.decode()
    assert "周主任" in answer.content.decode()
    case.refresh_from_db()
    assert case.status == Status.ACCEPTED


def test_the_preview_follows_what_is_filled_in(office, city):
    case = accepted(city, AT)
    url = reverse("cases:dispatch_preview", args=[case.pk])
    page = office.post(url, said(city, tier=Tier.COMPLEX, shown_category=""), headers=HTMX).content.decode()
    assert "12-23" in page
    assert 'id="dispatch-lead" hx-swap-oob="true"' in page
    legal = said(city, top=city.categories["legal"].pk, category="")
    assert "不设办结期限" in office.post(url, legal, headers=HTMX).content.decode()
    assert office.post(url, {}, headers=HTMX).status_code == 200


def test_several_cases_under_one_plan_and_a_stale_one_stays(office, city):
    first, second = accepted(city, AT), accepted(city, AT)
    picks = [f"{case.pk}:{case.revision}" for case in (first, second)]
    perform(second, Action.CLASSIFY, actor=city.director, at=AT, category=city.categories["land"])
    answer = office.post(reverse("cases:dispatch_many"), said(city, pick=picks))
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "1 件已交办" in page
    assert "1 件没有办成" in page
    assert f'name="pick" value="{second.pk}:' in page
    assert f'name="pick" value="{first.pk}:' not in page
    first.refresh_from_db()
    assert first.status == Status.DISPATCHED


def test_no_case_ticked_goes_back(office, city):
    assert office.get(reverse("cases:dispatch_many")).status_code == 302


def test_only_the_office_dispatches(client, city):
    case = accepted(city, AT)
    client.force_login(city.land_clerk)
    assert client.get(at(case)).status_code == 403


def test_a_unit_is_suggested_with_its_record(city):
    submitted(city, instant("2026-11-02 10:00"))
    record = lead_records(city.categories["land"], city.clerk)[0]
    assert record.unit == city.land
    assert record.is_suggested
    assert record.words == "同类 1 件由其主办，1 件按时"


def test_a_ruling_counts_against_the_unit_it_was_taken_from(city):
    case = perform(accepted(city, AT), Action.DISPATCH, actor=city.clerk, at=AT, plan=plan(city))
    case = perform(case, Action.OBJECT, actor=city.land_head, at=AT, note="依据", proper_unit=city.labour)
    perform(case, Action.UPHOLD, actor=city.clerk, at=AT, note="属地办理")
    assert lead_records(city.categories["land"], city.clerk)[0].objected == 1


def draft_of(city):
    """Half a plan: no lead yet, a helper, words."""
    return said(
        city, lead="other", tier=Tier.COMPLEX, co_unit=[city.labour.pk], co_part=["核实用工"], requirements="三天内到现场"
    )  # fmt: skip


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_a_draft_is_kept_and_comes_back_until_the_ticket_is_issued(office, city, headers):
    case = accepted(city, AT)
    kept = office.post(at(case), draft_of(city) | {"keep": "1", "revision": case.revision}, headers=headers)
    assert kept.status_code in {200, 302}
    case.refresh_from_db()
    assert (case.status, case.tickets.count()) == (Status.ACCEPTED, 0)
    page = office.get(at(case), headers=headers).text
    assert "接着 11-23 10:00 存的草稿" in page
    assert "三天内到现场" in page
    assert 'value="核实用工"' in page
    assert 'value="COMPLEX" id="id_tier_1" checked' in page
    assert "还没有保存" not in page
    office.post(at(case), said(city, revision=case.revision))
    assert not DispatchDraft.objects.exists()


def test_a_draft_is_ones_own_and_the_newer_one_replaces_it(office, city):
    case = accepted(city, AT)
    office.post(at(case), draft_of(city) | {"keep": "1"})
    office.post(at(case), draft_of(city) | {"keep": "1", "requirements": "改过的" + "长" * 2000})
    draft = DispatchDraft.objects.get()
    assert draft.said["requirements"].startswith("改过的")
    assert len(draft.said["requirements"]) == 1000
    office.force_login(city.director)
    assert "存的草稿" not in office.get(at(case)).text


def test_a_draft_can_be_thrown_away(office, city):
    case = accepted(city, AT)
    office.post(at(case), draft_of(city) | {"keep": "1"})
    page = office.post(at(case), draft_of(city) | {"fresh": "1"}, headers=HTMX).text
    assert "三天内到现场" not in page
    assert "存的草稿" not in page
    assert not DispatchDraft.objects.exists()


def test_a_draft_with_what_is_no_longer_there_still_opens(office, city):
    case = accepted(city, AT)
    wrong = {"keep": "1", "top": "99999", "category": "x", "tier": "?", "rule_set": "", "lead": "77", "co_unit": ["99"]}
    office.post(at(case), draft_of(city) | wrong)
    assert office.get(at(case)).status_code == 200


def test_a_drawer_for_what_a_colleague_dispatched_has_no_button(office, city):
    case = accepted(city, AT)
    stale = case.revision
    perform(case, Action.DISPATCH, actor=city.director, at=AT, plan=plan(city))
    answer = office.post(at(case), said(city, revision=stale))
    assert answer.status_code == 409
    assert "书面答复企业" in answer.text
    assert "周主任" in answer.text
    assert 'id="dispatch-send"' not in answer.text
    assert 'id="dispatch-send"' not in office.get(at(case)).text


def test_several_at_once_have_no_draft(office, city):
    picks = [f"{case.pk}:{case.revision}" for case in (accepted(city, AT), accepted(city, AT))]
    assert "存草稿" not in office.get(reverse("cases:dispatch_many"), {"pick": picks}).text
