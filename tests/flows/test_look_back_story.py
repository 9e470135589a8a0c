"""回头看的一条线：销号 → 抽中 → 盲派 → 记下虚假 → 撤销销号 → 问效拟稿 → 讲评变了，各人都在自己的页面上走（R-30）。"""

from datetime import date

import pytest

from cadres.models import Notice
from cases.models import LookBack
from cases.tasks import draw_look_backs, notify, tend_look_backs
from reports.models import RankingRow
from reports.tasks import draft_last_month, revise_drafts
from tests.flows.test_main_story import accepted_and_dispatched, link, pass_review, submit

pytestmark = pytest.mark.django_db
NOVEMBER = date(2026, 11, 1)
SAID = {
    "mode": "VISIT", "result": "FALSE", "account": "到厂里看过，还是原来的变压器，没有人来装过。", "remains": "把变压器装上、送电",
    "try_on": "", "tries": "0",
}  # fmt: skip


def closed_in_november(story):
    accepted_and_dispatched(story)
    story.does("land_clerk", "sign")
    story.now("2026-11-25 10:00")
    story.does("land_clerk", "report", note="供电公司已勘察现场。")
    story.now("2026-11-27 16:00")
    submit(story)
    pass_review(story)
    story.now("2026-11-28 09:00")
    story.sends("", link(story), {"satisfaction": "5", "comment": "谢谢"})
    assert story.case.status == "CLOSED"


def test_a_false_closure_is_found_and_the_month_is_scored_again(story):
    city = story.city
    closed_in_november(story)
    story.now("2026-12-01 02:30")
    draft_last_month()
    draw_look_backs()
    first = LookBack.objects.get(round=30)
    assert first.reason == "DRAWN"
    story.now("2026-12-02 10:00")
    story.sees("director", "cases:look_backs", story.case.title, "第 30 天看")
    draft = RankingRow.objects.get(unit=city.land)
    score, solved = draft.score, draft.counts["solved"]
    # The 30 days end on Monday 12-28: whose it becomes the seed decides; nobody examined knows.
    story.now("2026-12-28 08:20")
    tend_look_backs()
    whose = LookBack.objects.select_related("assignee").get(round=30).assignee
    assert whose.username in {"county_clerk", "supervisor", "other_cadre"}
    assert Notice.objects.filter(user=whose, key=f"look-back:{first.pk}").exists()
    for name in ("land_clerk", "cadre", "firm_user"):
        assert "回头看" not in story.sees(name, "cases:detail", args=[story.case.pk])
    story.sees(whose.username, "cases:look_back", "变压器", "市自然资源局", args=[first.pk])
    story.sends(whose.username, "cases:look_back", SAID, args=[first.pk])
    notify()
    assert (story.case.status, story.case.next_clock) == ("HANDLING", "REDO")
    story.sees("land_clerk", "cadres:notices", "撤销销号")
    page = story.sees("land_clerk", "cases:detail", "把变压器装上、送电", args=[story.case.pk])
    assert whose.name not in page
    story.sees("clerk", "cases:detail", "回头看（30 天，上门）虚假办结", args=[story.case.pk])
    story.sees("director", "cases:supervision", story.case.title)
    assert story.case.tickets.get(kind="INQUIRY").state == "DRAFT"
    assert not LookBack.objects.waiting().exists()
    # November is still a draft: an hour later its score is another.
    story.now("2026-12-28 11:05")
    revise_drafts()
    again = RankingRow.objects.get(unit=city.land)
    assert solved == [1, 1]
    assert (again.counts["solved"], again.score < score) == ([0, 1], True)
    # December, when it was found, carries the mark and the failed look-back.
    story.now("2027-01-01 02:00")
    draft_last_month()
    december = RankingRow.objects.get(unit=city.land, ranking__month=date(2026, 12, 1))
    assert {each["key"]: each["count"] for each in december.deductions}["false_closure"] == 1
    assert december.counts["looked_back"] == [0, 1]
