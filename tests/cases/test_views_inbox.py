"""收件箱（页面 3）：欠什么、就地办、过期不丢字。"""

import re

import pytest
import time_machine
from django.urls import reverse

from cases.enums import Action, Status
from cases.services import perform
from tests.cases import steps
from tests.cases.steps import DAY, instant

HX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def _now(city):
    with time_machine.travel(city.at, tick=False):
        yield


def at_row(case):
    return {**HX, "HX-Target": f"case-{case.pk}-row"}


def counts(answer):
    """页签上的数，按名字。"""
    text = answer.content.decode()
    return {name: int(n) for name, n in re.findall(r"<a href=\"\?tab=\w+\"[^>]*>(\S+?)<span[^>]*>(\d+)</span>", text)}


def test_tabs_count_what_is_owed(client, city):
    steps.dispatched(city, city.at)
    steps.handling(city, city.at - 3 * DAY)
    steps.handling(city, city.at - 30 * DAY)
    client.force_login(city.land_clerk)
    answer = client.get(reverse("cases:inbox"))
    said = counts(answer)
    assert said == {"待签收": 1, "待反馈": 2, "将到期": 2, "已逾期": 1, "协办": 0, "催办": 0, "问效": 0}
    assert "今天要办 <b>2</b> 件" in answer.content.decode()


def test_the_most_urgent_tab_opens_first(client, city):
    steps.handling(city, city.at - 30 * DAY)
    client.force_login(city.land_clerk)
    assert client.get(reverse("cases:inbox")).context["tab"] == "late"


@pytest.mark.parametrize("tab", ["sign", "feedback", "near", "late", "helping", "urged", "inquiry", "nonsense"])
def test_an_empty_tab_gives_advice(client, city, tab):
    client.force_login(city.land_clerk)
    answer = client.get(reverse("cases:inbox"), {"tab": tab})
    assert answer.status_code == 200
    assert "zq-empty" in answer.content.decode()
    assert "看全部在办的" in answer.content.decode()


@pytest.mark.parametrize("who", ["clerk", "leader", "supervisor", "cadre", "firm_user", "auditor"])
def test_only_units_have_an_inbox(client, city, who):
    client.force_login(city.people[who])
    assert client.get(reverse("cases:inbox")).status_code == 404


def test_another_units_case_is_not_in_it(client, city):
    case = steps.dispatched(city, city.at)
    client.force_login(city.labour_clerk)
    assert case.title not in client.get(reverse("cases:inbox"), {"tab": "sign"}).content.decode()
    assert client.get(reverse("cases:inbox_row", args=[case.pk])).status_code == 404
    assert client.get(reverse("cases:act", args=[case.pk, "sign"])).status_code == 404


def test_helpers_find_it_under_their_own_tab(client, city):
    case = steps.handling(city, city.at, co_handlers=((city.labour, "核对用工人数"),))
    client.force_login(city.labour_clerk)
    page = client.get(reverse("cases:inbox"), {"tab": "helping"}).content.decode()
    assert case.title in page
    assert "回意见" in page
    assert "报进展" not in page


def test_one_click_signs_in_place(client, city):
    case = steps.dispatched(city, city.at)
    client.force_login(city.land_clerk)
    answer = client.post(
        reverse("cases:act", args=[case.pk, "sign"]), {"revision": case.revision, "tab": "sign"}, headers=at_row(case)
    )
    said = answer.content.decode()
    assert answer.status_code == 200
    assert "已签收" in said
    assert "下一步：首次反馈" in said
    assert 'hx-swap-oob="true"' in said
    assert "toast" in answer["HX-Trigger"]
    case.refresh_from_db()
    assert case.status == Status.HANDLING


def test_it_signs_without_javascript_too(client, city):
    case = steps.dispatched(city, city.at)
    client.force_login(city.land_clerk)
    back = f"{reverse('cases:inbox')}?tab=sign"
    answer = client.post(reverse("cases:act", args=[case.pk, "sign"]), {"revision": case.revision, "next": back})
    assert (answer.status_code, answer["Location"]) == (302, back)


def test_the_way_back_stays_in_the_house(client, city):
    case = steps.dispatched(city, city.at)
    client.force_login(city.land_clerk)
    address = reverse("cases:act", args=[case.pk, "sign"])
    answer = client.post(address, {"revision": case.revision, "next": "https://example.com/"})
    assert answer["Location"] == reverse("cases:detail", args=[case.pk])


def test_a_report_opens_and_is_taken_in_the_row(client, city):
    case = steps.handling(city, city.at)
    client.force_login(city.land_clerk)
    address = reverse("cases:act", args=[case.pk, "report"])
    opened = client.get(address, {"tab": "feedback"}, headers=at_row(case)).content.decode()
    assert 'aria-selected="true"' in opened
    assert "提交进展" in opened
    assert "需要协调" in opened
    taken = client.post(
        address, {"revision": case.revision, "tab": "feedback", "note": "已到现场踏勘。"}, headers=at_row(case)
    )
    assert "进展已提交" in taken.content.decode()
    assert case.events.filter(kind=Action.REPORT, note="已到现场踏勘。").count() == 1


def test_folding_gives_the_row_back(client, city):
    case = steps.handling(city, city.at)
    client.force_login(city.land_clerk)
    folded = client.get(reverse("cases:inbox_row", args=[case.pk]), {"tab": "feedback"}, headers=HX).content.decode()
    assert case.title in folded
    assert "i-open" not in folded


def test_nothing_written_is_said_in_the_row(client, city):
    case = steps.handling(city, city.at)
    client.force_login(city.land_clerk)
    answer = client.post(
        reverse("cases:act", args=[case.pk, "report"]), {"revision": case.revision, "note": " "}, headers=at_row(case)
    )
    assert answer.status_code == 422
    assert "请写明进展。" in answer.content.decode()


def test_a_stale_row_keeps_what_was_typed(client, city):
    case = steps.handling(city, city.at)
    stale = case.revision
    perform(case, Action.REPORT, actor=city.land_head, at=city.at, note="局长先报了。")
    client.force_login(city.land_clerk)
    address = reverse("cases:act", args=[case.pk, "report"])
    answer = client.post(address, {"revision": stale, "note": "我写的半天的话。"}, headers=at_row(case))
    said = answer.content.decode()
    assert answer.status_code == 422
    assert "卫局长" in said
    assert "我写的半天的话。" in said
    case.refresh_from_db()
    assert f'value="{case.revision}"' in said
    again = client.post(address, {"revision": case.revision, "note": "我写的半天的话。"}, headers=at_row(case))
    assert again.status_code == 200


def test_a_stale_page_without_javascript_is_a_conflict_with_the_words(client, city):
    case = steps.handling(city, city.at)
    stale = case.revision
    perform(case, Action.REPORT, actor=city.land_head, at=city.at, note="局长先报了。")
    client.force_login(city.land_clerk)
    answer = client.post(reverse("cases:act", args=[case.pk, "report"]), {"revision": stale, "note": "我写的。"})
    assert answer.status_code == 409
    assert "我写的。" in answer.content.decode()


def test_a_double_click_reports_once(client, city):
    case = steps.handling(city, city.at)
    client.force_login(city.land_clerk)
    address, typed = reverse("cases:act", args=[case.pk, "report"]), {"revision": case.revision, "note": "已踏勘。"}
    assert client.post(address, typed).status_code == 302
    assert client.post(address, typed).status_code == 409
    assert case.events.filter(kind=Action.REPORT).count() == 1


def test_extension_shows_the_new_date_first(client, city):
    case = steps.handling(city, city.at)
    client.force_login(city.land_clerk)
    opened = client.get(reverse("cases:act", args=[case.pk, "ask_extension"]), headers=at_row(case)).content.decode()
    assert "批准后，办结期限是 <b>12-10（周四）</b>" in opened
    preview = reverse("cases:preview_extension", args=[case.pk])
    assert "12-02（周三）" in client.get(preview, {"days": "2"}, headers=HX).content.decode()
    assert "写上天数" in client.get(preview, {"days": "两天"}, headers=HX).content.decode()


def test_what_cannot_be_done_says_why(client, city):
    case = steps.handling(city, instant("2026-10-09 10:00"))
    client.force_login(city.land_clerk)
    opened = client.get(reverse("cases:act", args=[case.pk, "ask_extension"]), headers=at_row(case)).content.decode()
    assert "现在不能办" in opened
    assert "须在到期 1 个工作日前申请" in opened


def test_helpers_may_not_report(client, city):
    case = steps.handling(city, city.at, co_handlers=((city.labour, "核对用工人数"),))
    client.force_login(city.labour_clerk)
    answer = client.get(reverse("cases:act", args=[case.pk, "report"]))
    assert answer.status_code == 403
    assert client.post(reverse("cases:act", args=[case.pk, "report"]), {"note": "越权"}).status_code == 403


def test_no_such_action_is_no_page(client, city):
    case = steps.handling(city, city.at)
    client.force_login(city.land_clerk)
    assert client.get(reverse("cases:act", args=[case.pk, "explode"])).status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
def test_inbox_asks_the_same_number_of_questions(client, city, rows, django_assert_num_queries):
    for _ in range(rows):
        steps.handling(city, city.at)
    client.force_login(city.land_clerk)
    client.get(reverse("cases:inbox"), {"tab": "feedback"})
    with django_assert_num_queries(12):
        client.get(reverse("cases:inbox"), {"tab": "feedback"})
