"""评价页：免登录、一次、坏链接各有一页（R-28、R-29）。"""

import pytest
import time_machine
from django.urls import reverse

from cases.enums import Status
from cases.services import rating_link
from tests.cases.steps import instant, rating

pytestmark = pytest.mark.django_db
AT = instant("2026-11-20 10:00")
NOW = instant("2026-11-23 10:00")


@pytest.fixture
def case(city):
    return rating(city, AT)


@pytest.fixture
def link(case):
    return rating_link(case.evaluations.get())


@pytest.fixture(autouse=True)
def _monday():
    with time_machine.travel(NOW, tick=False):
        yield


def test_the_page_opens_without_a_login_and_is_kept_secret(client, case, link):
    answer = client.get(link)
    assert answer.status_code == 200
    assert case.title in answer.content.decode()
    assert answer["Cache-Control"] == "no-store"
    assert answer["Referrer-Policy"] == "no-referrer"
    assert "noindex" in answer["X-Robots-Tag"]


def test_it_works_where_the_browser_hides_its_origin(case, link):
    from django.test import Client

    strict = Client(enforce_csrf_checks=True, headers={"origin": "null"})
    assert strict.post(link, {"satisfaction": "5"}).status_code == 302
    case.refresh_from_db()
    assert case.status == Status.CLOSED


def test_a_good_rating_closes_the_case_and_says_thanks(client, case, link):
    said = {"satisfaction": "4", "ticks": ["was_contacted", "is_real"], "comment": "很快", "was_pressured": "on"}
    answer = client.post(link, said, follow=True)
    assert answer.redirect_chain == [(reverse("cases:rate_done"), 302)]
    assert "谢谢" in answer.content.decode()
    row = case.evaluations.get()
    assert (row.satisfaction, row.is_real, row.was_contacted, row.was_told_once) == (4, True, True, False)
    assert (row.comment, row.was_pressured) == ("很快", True)


def test_a_bad_rating_says_who_does_what_until_when(client, case, link):
    body = client.post(link, {"satisfaction": "2"}, follow=True).content.decode()
    case.refresh_from_db()
    assert case.status == Status.HANDLING
    assert "11 月 24 日（周二）前" in body
    assert "11 月 30 日（周一）前" in body
    assert str(case.lead) in body


def test_thanks_without_a_rating_tells_nothing(client, case):
    body = client.get(reverse("cases:rate_done")).content.decode()
    assert case.title not in body


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({}, "请在五个评价里选一个"),
        ({"satisfaction": "9"}, "请在五个评价里选一个"),
        ({"satisfaction": "5", "comment": "长" * 301}, "最多 300 字"),
    ],
)
def test_a_wrong_form_comes_back_filled_in(client, case, link, said, words):
    answer = client.post(link, said | {"was_pressured": "on"})
    assert answer.status_code == 422
    assert words in answer.content.decode()
    case.refresh_from_db()
    assert case.status == Status.RATING


def test_the_second_click_is_told_it_was_rated(client, case, link):
    client.post(link, {"satisfaction": "5"})
    answer = client.post(link, {"satisfaction": "1"})
    assert answer.status_code == 410
    assert "已经评价过了" in answer.content.decode()
    assert case.evaluations.get().satisfaction == 5
    assert "已经评价过了" in client.get(link).content.decode()


def test_an_expired_link_says_so(client, link):
    with time_machine.travel(instant("2026-12-20 10:00"), tick=False):
        answer = client.get(link)
    assert answer.status_code == 410
    assert "评价时间已过" in answer.content.decode()


def test_an_altered_link_is_unknown(client, link):
    for wrong in (link[:-1], reverse("cases:rate", args=["nonsense"]), reverse("cases:rate", args=["."])):
        answer = client.get(wrong)
        assert answer.status_code == 404
        assert "链接打不开" in answer.content.decode()


def test_the_link_can_choose_a_face_beforehand(client, link):
    assert 'value="2" id="id_satisfaction_3" checked' in client.get(f"{link}?level=2").content.decode()
    assert " checked" not in client.get(f"{link}?level=x").content.decode()


def test_a_rating_without_a_choice_is_asked_for_in_chinese_and_keeps_the_sentence(client, case, link):
    assert "novalidate" in client.get(link).text
    answer = client.post(link, {"comment": "夜里还是会跳闸"})
    assert answer.status_code == 422
    assert "夜里还是会跳闸" in answer.text
    assert "还没有" in answer.text
    case.refresh_from_db()
    assert case.status == Status.RATING


def test_the_second_tab_gets_its_sentence_back(client, case, link):
    client.post(link, {"satisfaction": "5"})
    answer = client.post(link, {"satisfaction": "2", "comment": "夜里<b>还</b>跳闸", "was_pressured": "on"})
    assert answer.status_code == 410
    assert "夜里&lt;b&gt;还&lt;/b&gt;跳闸" in answer.text
    assert "您选的是<b>不满意</b>" in answer.text
    assert "也没有记下" in answer.text
    assert "重新打开" in answer.text
    assert case.evaluations.get().comment == ""


def test_a_lapsed_link_gives_the_sentence_back(client, link):
    with time_machine.travel(instant("2026-12-20 10:00"), tick=False):
        answer = client.post(link, {"satisfaction": "2", "comment": "还没修好"})
    assert answer.status_code == 410
    assert "还没修好" in answer.text
    assert "您写的" not in client.get(link).text


def test_the_page_says_what_was_drawn(client, link):
    said = client.get(link).text
    for words in (
        "问题真的解决了", "承办单位联系过我", "一次说清了要交什么", "看经过和凭证", "有人要求我给好评？",
        "承办单位和助企干部只能看到合计，看不到您这一条。", "12 月 7 日前有效，提交一次。",
    ):  # fmt: skip
        assert words in said
