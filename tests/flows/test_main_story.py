"""主线：走访 → 提出 → 交办 → 到点催办 → 问效 → 办结 → 评价 → 销号 → 月度通报，各人都在自己的页面上走（领域文档 §1）。"""

from datetime import date

import pytest

from cadres.models import Notice, Visit
from cases.enums import Action, Level, Tier
from cases.models import RuleSet, Ticket
from cases.services import rating_link
from reports.services.month import draft_month
from tests.cases.steps import instant
from tests.flows.people import evidence

pytestmark = pytest.mark.django_db
MONTH = date(2026, 11, 1)
TEXT = "扩产后变压器容量不够，夏天常跳闸。希望尽快增容。"


def visit_with_a_problem(story):
    said = {
        "mode": "ON_SITE", "day": "today", "topic": "PROBLEM", "token": "t-1", "problems-count": "1",
        "problems-0-text": TEXT,
    }  # fmt: skip
    story.sends("cadre", "cases:visit_new", said, args=[story.city.firm.pk])


def dispatch(story, **more):
    city = story.city
    drawer = {
        "top": city.categories["factor"].pk, "category": city.categories["land"].pk, "tier": Tier.SINGLE,
        "nature": "SINGLE", "lead": "other", "lead_other": city.land.pk, "co_unit": [""], "co_part": [""],
        "requirements": "书面答复企业", "rule_set": RuleSet.objects.get(is_default=True).pk,
        "revision": story.case.revision, **more,
    }  # fmt: skip
    story.sends("clerk", "cases:dispatch", drawer, args=[story.case.pk])


def accepted_and_dispatched(story, **more):
    visit_with_a_problem(story)
    story.sends("clerk", "cases:board_act", {"revision": story.case.revision}, args=[story.case.pk, "accept"])
    dispatch(story, **more)


def submit(story, name="land_clerk"):
    story.does(name, "submit", note="已增容到位，企业复产。", outcome="A", files=evidence())


def pass_review(story):
    ticks = ["is_solved", "is_answered", "has_contacted", "firm_agrees"]
    story.does("clerk", "pass_review", ticks=ticks, note="电话核实属实。")


def link(story):
    return rating_link(story.case.evaluations.get(rated_at=None))


def test_from_a_visit_to_closure_and_the_months_ranking(story):
    city = story.city
    accepted_and_dispatched(story)
    assert (Visit.objects.count(), story.case.visit) == (1, Visit.objects.get())
    story.sees("firm_user", "cases:firm_home", story.case.title)
    story.sees("land_clerk", "cases:inbox", story.case.title)
    number = story.case.tickets.get().number
    story.sees("land_clerk", "cases:ticket", number, "书面答复企业", args=[story.case.tickets.get().pk])
    story.does("land_clerk", "sign")
    story.now("2026-11-25 10:00")
    story.does("land_clerk", "report", note="供电公司已勘察现场。")
    story.sees("firm_user", "cases:detail", "供电公司已勘察现场", args=[story.case.pk])
    story.now("2026-11-27 16:00")
    submit(story)
    pass_review(story)
    story.now("2026-11-28 09:00")
    story.sends("", link(story), {"satisfaction": "5", "ticks": ["was_contacted"], "comment": "办得快"})
    assert (story.case.status, story.case.level, story.case.urge_count) == ("CLOSED", Level.NONE, 0)
    story.sees("cadre", "cases:detail", "已销号", args=[story.case.pk])
    story.now("2026-12-01 02:00")
    draft_month(MONTH, at=instant("2026-12-01 02:00"))
    for who in ("clerk", "land_clerk", "leader"):
        story.sees(who, "reports:ranking_month", str(city.land), args=[MONTH])


def test_what_nobody_does_is_urged_inquired_and_judged(story):
    accepted_and_dispatched(story)
    story.at_nine("2026-11-25")
    urge = Ticket.objects.get(kind="URGE")
    story.sees("land_clerk", "cases:ticket", urge.number, args=[urge.pk])
    assert Notice.objects.filter(user=story.city.land_clerk, title__startswith="催办").count() == 1
    story.at_nine("2026-12-01")
    draft = Ticket.objects.get(kind="INQUIRY")
    assert (draft.number, draft.state) == (None, "DRAFT")
    story.sees("director", "cases:dossier", story.case.title, args=[draft.pk])
    decide = "cases:decide"
    story.sends("director", decide, {"revision": story.case.revision}, args=[draft.pk, "approve_inquiry_office"])
    assert story.browser("supervisor").get(f"/cases/supervision/{draft.pk}").status_code == 404  # not issued yet
    story.sends("leader", decide, {"revision": story.case.revision}, args=[draft.pk, "approve_inquiry_leader"])
    draft.refresh_from_db()
    assert draft.number.endswith("问〔2026〕1号")
    story.sees("supervisor", "cases:dossier", draft.number, args=[draft.pk])
    story.does("land_clerk", "answer_inquiry", note="经办人调离，交接遗漏。")
    story.sends(
        "supervisor", decide,
        {"revision": story.case.revision, "note": "确未按期。", "finding": "OVERDUE", "measure": "TALK"},
        args=[draft.pk, "record_finding"],
    )  # fmt: skip
    assert draft.result.measure == "TALK"
    story.does("land_clerk", "sign")
    submit(story)
    pass_review(story)
    assert story.case.level == Level.NONE


def test_a_wrong_dispatch_is_objected_to_upheld_and_dispatched_anew(story):
    city = story.city
    accepted_and_dispatched(story)
    story.does("land_head", "object", note="供电属供电公司职责。", proper_unit=city.bank.pk)
    story.does("clerk", "uphold", note="确不属自然资源部门。")
    assert (story.case.status, story.case.lead) == ("ACCEPTED", None)
    page = story.browser("land_clerk").get(f"/cases/{story.case.pk}")
    assert page.status_code == 404  # no longer theirs
    dispatch(story, lead="other", lead_other=city.bank.pk)
    story.does("bank_head", "sign")
    assert [ticket.state for ticket in story.case.tickets.order_by("pk")] == ["VOID", "ISSUED"]
    story.sees("clerk", "cases:precedents", "确不属自然资源部门")


def test_a_major_problem_waits_for_the_leader(story):
    accepted_and_dispatched(story, tier=Tier.MAJOR)
    assert story.case.status == "ACCEPTED"
    story.does("leader", "approve_dispatch")
    assert story.case.status == "DISPATCHED"
    story.does("leader", "instruct", note="请限期办结。")
    story.sees("land_clerk", "cases:detail", "请限期办结", args=[story.case.pk])
    assert "请限期办结" not in story.sees("firm_user", "cases:detail", args=[story.case.pk])


def test_extension_pause_and_the_firms_supply(story):
    accepted_and_dispatched(story)
    story.does("land_clerk", "sign")
    story.does("land_clerk", "ask_extension", note="等省厅批复。", days=10)
    story.does("clerk", "grant_extension")
    story.sees("firm_user", "cases:detail", "等省厅批复", "12", args=[story.case.pk])
    story.does("land_clerk", "pause", note="请补变压器铭牌照片。")
    story.sees("firm_user", "cases:detail", "请补变压器铭牌照片", args=[story.case.pk])
    story.now("2026-11-26 09:00")
    story.does("firm_user", "supply", note="照片已补。", files=evidence())
    assert story.case.status == "HANDLING"
    story.sees("land_clerk", "cases:detail", "照片已补", args=[story.case.pk])


def test_two_bad_ratings_redo_call_back_and_an_inquiry(story):
    accepted_and_dispatched(story)
    story.does("land_clerk", "sign")
    for _ in range(2):
        submit(story)
        pass_review(story)
        story.sends("", link(story), {"satisfaction": "1", "comment": "没解决", "was_pressured": "on"})
        story.does("clerk", "call_back", note="企业说仍跳闸。")
    assert (story.case.status, story.case.bad_rating_count, story.case.tier) == ("HANDLING", 2, Tier.COMPLEX)
    story.at_nine("2026-11-24")
    assert Ticket.objects.get(kind="INQUIRY").cause == "SECOND_BAD"
    for who in ("land_clerk", "cadre", "clerk"):
        page = story.sees(who, "cases:detail", args=[story.case.pk])
        assert "有人要求" not in page, who
        assert "没解决" not in page or who == "clerk", who


def test_a_stale_page_says_who_was_first_and_keeps_the_words(story):
    accepted_and_dispatched(story)
    stale = story.case.revision
    story.does("land_clerk", "sign")
    answer = story.does("land_head", "report", status=409, revision=stale, note="我这里也量了图。")
    page = answer.content.decode()
    assert "蒋科员" in page
    assert "我这里也量了图。" in page
    assert not story.case.events.filter(kind=Action.REPORT).exists()


def test_the_firm_reports_on_its_own_and_reopens_when_it_comes_back(story):
    page = story.sees("firm_user", "cases:report_problem")
    token = page.split('name="token" value="')[1].split('"')[0]
    said = {"text": TEXT, "description": TEXT, "title": "变压器容量不够", "token": token}
    story.sends("firm_user", "cases:report_problem", said)
    story.sends("firm_user", "cases:report_problem", said)
    assert story.case.__class__.objects.count() == 1
    story.at_nine("2026-11-25")  # accepted by silence
    assert story.case.status == "ACCEPTED"
    dispatch(story)
    story.does("land_clerk", "sign")
    submit(story)
    pass_review(story)
    story.sends("", link(story), {"satisfaction": "4"})
    story.now("2026-12-20 10:00")
    story.does("firm_user", "reopen", note="又跳闸了。")
    assert (story.case.status, story.case.reopened_count) == ("HANDLING", 1)
