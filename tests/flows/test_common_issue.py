"""共性问题的故事（R-31）：三家报同一件事 → 夜里提出 → 确认 → 一起交办 → 一份答复 → 三家各评 → 政策建议落实。"""

import pytest
from django.urls import reverse

from cases.enums import Tier
from cases.models import Case, CommonIssue, RuleSet
from cases.services import rating_link
from cases.tasks import propose_issues
from tests.cases.issues import firms
from tests.flows.people import evidence

pytestmark = pytest.mark.django_db
WORDS = "园区变电站已增容，三家的专变同步改造，12 月起错峰用电。"
SAID = (
    "夏季多次跳闸，扩产后变压器容量不足，希望尽快增容改造。",
    "扩产后变压器容量不足，夏季多次跳闸，请尽快增容改造。",
    "今年夏季多次跳闸，变压器容量不足，希望尽快增容。",
)
TICKS = ["is_solved", "is_answered", "has_contacted", "firm_agrees"]


def post(story, name, url, data, *, args=()):
    answer = story.browser(name).post(reverse(url, args=args) if ":" in url else url, data)
    assert answer.status_code in {200, 204, 302}, (url, answer.status_code, answer.content.decode()[:3000])
    return answer


def report(story, names):
    for name, words in zip(names, SAID, strict=True):
        said = {"title": "厂区变压器容量不足", "description": words, "token": f"t-{name}"}
        post(story, name, "cases:report_problem", said)
    return list(Case.objects.order_by("pk"))


def dispatch_together(story, issue, pks):
    city = story.city
    page = story.browser("clerk").get(reverse("cases:issue", args=[issue.pk]))
    drawer = {
        "top": city.categories["factor"].pk, "category": city.categories["land"].pk, "tier": Tier.SINGLE,
        "nature": "COMMON", "lead": "other", "lead_other": city.land.pk, "co_unit": [""], "co_part": [""],
        "requirements": "统一答复", "rule_set": RuleSet.objects.get(is_default=True).pk,
        "pick": [f"{case.pk}:{case.revision}" for case in Case.objects.filter(pk__in=pks)],
    }  # fmt: skip
    assert page.context["dispatch_url"].count("pick=") == 3
    post(story, "clerk", "cases:dispatch_many", drawer)
    assert {case.status for case in Case.objects.filter(pk__in=pks)} == {"DISPATCHED"}


def test_three_firms_one_answer_three_ratings_one_policy(story):
    city, names = story.city, ("firm_a", "firm_b", "firm_c")
    city.people |= dict(zip(names, firms(city), strict=True))
    cases = report(story, names)
    for case in cases:
        data = {"revision": case.revision, "category": city.categories["land"].pk}
        post(story, "clerk", "cases:board_act", data, args=[case.pk, "accept"])
    assert len(propose_issues()["made"]) == 1
    issue = CommonIssue.objects.get()

    story.now("2026-11-24 09:30")
    story.sees("clerk", "cases:issues", "厂区变压器容量不足")
    story.sees("clerk", "cases:issue", "<mark>", args=[issue.pk])
    pks = [case.pk for case in cases]
    said = {"title": issue.title, "lead": city.land.pk, "cases": pks, "seen": ",".join(map(str, pks))}
    post(story, "clerk", "cases:issue_act", said, args=[issue.pk, "confirm"])

    dispatch_together(story, issue, pks)

    story.now("2026-11-25 15:00")
    story.sees("land_clerk", "cases:inbox", "共性问题")
    answer = {"account": WORDS, "outcome": "A", "files": evidence()}
    post(story, "land_clerk", "cases:issue_act", answer, args=[issue.pk, "answer"])
    issue.refresh_from_db()
    assert issue.state == "ANSWERED"
    for name, case in zip(names, cases, strict=True):
        seen = story.sees(name, "cases:detail", WORDS, args=[case.pk])
        others = [other for other in cases if other != case]
        assert not any(other.number in seen or other.enterprise.name in seen for other in others)
        assert story.browser(name).get(reverse("cases:detail", args=[others[0].pk])).status_code == 404
        assert story.browser(name).get(reverse("cases:issue", args=[issue.pk])).status_code == 404

    story.now("2026-11-26 10:00")
    for case in Case.objects.filter(pk__in=pks):
        said = {"revision": case.revision, "ticks": TICKS, "note": "电话核实。"}
        post(story, "clerk", "cases:act", said, args=[case.pk, "pass_review"])
    for case, score in zip(Case.objects.filter(pk__in=pks).order_by("pk"), (5, 4, 1), strict=True):
        post(story, "", rating_link(case.evaluations.get()), {"satisfaction": score})
    ended = list(Case.objects.filter(pk__in=pks).order_by("pk").values_list("status", flat=True))
    assert ended == ["CLOSED", "CLOSED", "HANDLING"]  # each firm speaks for itself

    said = {"proposal": "建议出台园区增容补助。", "unit": city.labour.pk, "due_on": "2026-12-20"}
    post(story, "clerk", "cases:issue_act", said, args=[issue.pk, "propose"])
    story.now("2026-12-21 09:00")
    assert propose_issues()["late"] > 0
    story.sees("labour_clerk", "/cases/issues?tab=proposals", "建议出台园区增容补助")
    post(story, "labour_clerk", "cases:issue_act", {"result": "许政办〔2026〕9号。"}, args=[issue.pk, "finish"])
    story.sees("leader", "cases:issue", "已落实", "许政办〔2026〕9号", args=[issue.pk])
