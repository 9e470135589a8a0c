"""问题页（页面 5）：一个模板，块按权给。"""

import re
from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from cases.enums import Action, Outcome
from cases.services import Rating, perform, rate
from tests.cases import situations, steps
from tests.cases.steps import DAY, instant

HX = {"HX-Request": "true"}
SEERS = ["director", "county_clerk", "leader", "supervisor", "cadre", "firm_user", "land_clerk", "lane_officer"]
STRANGERS = [
    "other_county_clerk",
    "labour_clerk",
    "bank_head",
    "other_cadre",
    "other_firm_user",
    "sysadmin",
    "secadmin",
    "auditor",
]


@pytest.fixture(autouse=True)
def _now(city):
    with time_machine.travel(city.at + timedelta(hours=2), tick=False):
        yield


def page(client, user, case, **query):
    client.force_login(user)
    answer = client.get(reverse("cases:detail", args=[case.pk]), query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_whoever_may_see_it_sees_it(client, city):
    case = steps.handling(city, city.at)
    for who in SEERS:
        assert case.title in page(client, city.people[who], case), who


@pytest.mark.parametrize("name", ["detail", "clocks", "timeline", "preview_extension"])
def test_for_anybody_else_it_does_not_exist(client, city, name):
    case = steps.handling(city, city.at)
    for who in STRANGERS:
        client.force_login(city.people[who])
        assert client.get(reverse(f"cases:{name}", args=[case.pk])).status_code == 404, who


# One situation for each status and each thing that can be waiting.
STATES = (
    Action.ACCEPT, Action.UNMERGE, Action.APPROVE_DISPATCH, Action.SIGN, Action.UPHOLD, Action.GRANT_EXTENSION,
    Action.SUPPLY, Action.CO_REPLY, Action.ARRANGE, Action.PASS_REVIEW, Action.RATE, Action.CALL_BACK, Action.REOPEN,
    Action.APPROVE_INQUIRY_LEADER, Action.RECORD_FINDING, Action.SHELVE,
)  # fmt: skip


@pytest.mark.parametrize("action", STATES)
def test_every_state_shows_for_every_role(client, city, action):
    case = situations.SITUATIONS[action].prepare(city)
    for who in SEERS:
        client.force_login(city.people[who])
        answer = client.get(reverse("cases:detail", args=[case.pk]))
        assert answer.status_code in {200, 404}
        if answer.status_code == 200:
            assert re.search(r"\b(None|True|False)\b", re.sub(r"<[^>]*>", "", answer.content.decode())) is None


def test_buttons_come_from_the_table_and_refusals_say_why(client, city):
    case = steps.handling(city, instant("2026-10-09 10:00"))
    said = page(client, city.land_clerk, case)
    assert "报进展" in said
    assert "须在到期 1 个工作日前申请" in said
    assert "批示" not in page(client, city.land_clerk, case)
    assert "批示" in page(client, city.leader, case)


def test_the_firm_reads_plain_words_and_only_public_steps(client, city):
    case = steps.handling(city, city.at)
    case = perform(case, Action.COORDINATE, actor=city.land_clerk, at=city.at, note="内部请示甲")
    case = perform(case, Action.URGE, actor=city.clerk, at=city.at, note="内部催办乙")
    perform(case, Action.REPORT, actor=city.land_clerk, at=city.at, note="已到现场丙")
    said = page(client, city.firm_user, case)
    assert "市自然资源和规划局告诉您进展" in said or "市自然资源局告诉您进展" in said
    assert "丙" in said
    assert "内部" not in said
    assert "催办" not in said
    assert "谁能看到这条" not in said


def test_only_the_office_sees_who_may_see(client, city):
    case = steps.handling(city, city.at)
    assert "谁能看到这条" in page(client, city.clerk, case)
    assert "谁能看到这条" not in page(client, city.land_clerk, case)


@pytest.mark.parametrize(("who", "may"), [
    ("clerk", True), ("leader", True), ("supervisor", True), ("firm_user", True), ("land_clerk", False), ("cadre", False),
])  # fmt: skip
def test_the_unit_and_the_cadre_do_not_see_the_rating(client, city, who, may):
    case = steps.rating(city, city.at)
    case = rate(case.evaluations.get(), Rating(5, comment="办得实在"), at=city.at)
    said = page(client, city.people[who], case)
    assert ("非常满意" in said) is may
    assert ("办得实在" in said) is may


def test_only_the_supervisor_reads_that_somebody_pressed(client, city):
    case = steps.rating(city, city.at)
    case = rate(case.evaluations.get(), Rating(5, was_pressured=True), at=city.at)
    assert "有人要求给好评" in page(client, city.supervisor, case)
    assert "有人要求给好评" not in page(client, city.clerk, case)


def test_drafts_are_for_the_office_and_leaders(client, city):
    case = situations.drafted(city)
    assert "问效建议单" in page(client, city.clerk, case)
    assert "拟稿" in page(client, city.leader, case)
    said = re.sub(r"(?s)<ol class=\"zq-tl\">.*?</ol>", "", page(client, city.land_clerk, case))
    assert "拟稿" not in said


def test_a_clock_opens_its_strip(client, city):
    case = steps.handling(city, city.at)
    feedback = case.deadlines.get(clock="FEEDBACK")
    said = page(client, city.land_clerk, case, clock=feedback.pk)
    assert "首次反馈期限为什么是 11 月 26 日" in said
    part = client.get(reverse("cases:clocks", args=[case.pk]), {"clock": feedback.pk}, headers=HX)
    assert "zq-strip" in part.content.decode()
    assert "<html" not in part.content.decode()


def test_a_foreign_clock_opens_nothing_of_it(client, city):
    case = steps.handling(city, city.at)
    other = steps.handling(city, city.at - 40 * DAY)
    said = page(client, city.land_clerk, case, clock=other.deadlines.first().pk)
    assert "10 月 1" not in said


def test_older_steps_are_folded_and_unfold(client, city):
    case = steps.handling(city, city.at)
    for n in range(9):
        case = perform(case, Action.REPORT, actor=city.land_clerk, at=city.at, note=f"第{n}次进展")
    assert "第0次进展" not in page(client, city.land_clerk, case)
    assert "展开" in page(client, city.land_clerk, case)
    assert "第0次进展" in page(client, city.land_clerk, case, all=1)
    mine = client.get(reverse("cases:timeline", args=[case.pk]), {"mine": 1, "all": 1}, headers=HX).content.decode()
    assert "第0次进展" in mine
    assert "走访提出" not in mine


def test_similar_cases_and_rulings_stand_beside(client, city):
    ended = steps.rating(city, city.at - 30 * DAY)
    rate(ended.evaluations.get(), Rating(4), at=city.at - 29 * DAY)
    ruled = situations.objected(city)
    perform(ruled, Action.REJECT, actor=city.clerk, at=city.at, note="仍由自然资源部门主办。")
    case = steps.handling(city, city.at)
    said = page(client, city.clerk, case)
    assert "用时" in said
    assert "责任判例：由市自然资源局主办" in said


def test_merged_cases_point_at_each_other(client, city):
    into = steps.accepted(city, city.at)
    case = perform(steps.reported(city, city.at), Action.MERGE, actor=city.clerk, at=city.at, into=into)
    assert into.number in page(client, city.firm_user, case)
    assert case.number in page(client, city.clerk, into)


def test_shelved_case_names_its_promise(client, city):
    case = steps.submitted(city, city.at, Outcome.PLANNED, promised_on=city.today + 30 * DAY)
    case = perform(case, Action.SHELVE, actor=city.clerk, at=city.at, ticks=steps.ALL_TICKS)
    assert "12-23（周三）" in page(client, city.land_clerk, case)


def test_an_action_opens_above_the_page(client, city):
    case = steps.handling(city, city.at)
    client.force_login(city.land_clerk)
    headers = {**HX, "HX-Target": f"case-{case.pk}-act"}
    address = reverse("cases:act", args=[case.pk, "report"])
    assert "提交进展" in client.get(address, headers=headers).content.decode()
    done = client.post(address, {"revision": case.revision, "note": "踏勘。"}, headers=headers)
    assert done.status_code == 204
    assert done["HX-Redirect"] == reverse("cases:detail", args=[case.pk])


def test_after_a_case_leaves_ones_sight_the_way_leads_home(client, city):
    case = situations.objected(city)
    client.force_login(city.land_head)
    perform(case, Action.UPHOLD, actor=city.clerk, at=city.at, note="归人社。")
    assert client.get(reverse("cases:detail", args=[case.pk])).status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_asks_the_same_number_of_questions(client, city, rows, django_assert_num_queries):
    case = steps.handling(city, city.at)
    for n in range(rows):
        case = perform(case, Action.REPORT, actor=city.land_clerk, at=city.at, note=f"{n}", files=[steps.evidence()])
    client.force_login(city.land_clerk)
    address = reverse("cases:detail", args=[case.pk])
    client.get(address)
    with django_assert_num_queries(35):
        client.get(address)


def test_a_stale_reopening_shows_the_words_and_the_way_on_but_no_button(client, city):
    case = steps.rating(city, city.at)
    case = rate(case.evaluations.get(), Rating(5), at=city.at)
    stale = case.revision
    perform(case, Action.REOPEN, actor=city.firm_user, at=city.at, note="先一步重新打开。")
    client.force_login(city.firm_user)
    address = reverse("cases:act", args=[case.pk, "reopen"])
    answer = client.post(address, {"revision": stale, "note": "夜里还是<b>跳闸</b>。"})
    assert answer.status_code == 409
    assert "夜里还是&lt;b&gt;跳闸&lt;/b&gt;。" in answer.text
    assert "您填的没有记下" in answer.text
    assert reverse("cases:detail", args=[case.pk]) in answer.text
    assert f'action="{address}"' not in answer.text
    opened = client.get(address)
    assert "现在不能办" in opened.text
    assert f'action="{address}"' not in opened.text


def test_a_stale_form_in_place_gives_up_its_button_too(client, city):
    case = steps.dispatched(city, city.at)
    stale = case.revision
    perform(case, Action.OBJECT, actor=city.land_head, at=city.at, note="归人社。", proper_unit=city.labour)
    client.force_login(city.land_head)
    address = reverse("cases:act", args=[case.pk, "object"])
    typed = {"revision": stale, "note": "我的法律依据", "proper_unit": city.labour.pk}
    answer = client.post(address, typed, headers={**HX, "HX-Target": f"case-{case.pk}-act"})
    assert answer.status_code == 422
    assert "我的法律依据" in answer.text
    assert str(city.labour) in answer.text
    assert "<form" not in answer.text
