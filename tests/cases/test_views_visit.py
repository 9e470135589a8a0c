"""走访单：一次录入、问题 0 到多个、扰企先提醒、双击只记一次、错了什么也不丢（R-13、R-14）。"""

from datetime import date

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from cadres.models import Visit
from cases.enums import Source
from cases.models import Case
from tests.cases.steps import handling, instant
from tests.factories import EnterpriseFactory, QuietPeriodFactory, VisitFactory

pytestmark = pytest.mark.django_db
NOW = instant("2026-11-23 10:00")
TEXT = "扩产后变压器容量不够，夏天常跳闸。希望尽快增容。"


@pytest.fixture(autouse=True)
def _monday():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def page(client, city):
    client.force_login(city.cadre)
    return reverse("cases:visit_new", args=[city.firm.pk])


def entry(*texts, **more):
    said = {
        "mode": "ON_SITE",
        "day": "today",
        "topic": "PROBLEM" if texts else "NOTHING",
        "token": "t-1",
        "problems-count": str(len(texts)),
    }
    return said | {f"problems-{n}-text": text for n, text in enumerate(texts)} | more


def test_four_taps_and_a_sentence_make_a_visit(client, page, city):
    answer = client.post(page, entry(note="一切正常"), follow=True)
    assert answer.redirect_chain == [(reverse("cases:today"), 302)]
    assert "已记下 11-23" in answer.content.decode()
    visit = Visit.objects.get()
    assert (visit.enterprise, visit.cadre, visit.visited_on, visit.note) == (
        city.firm,
        city.cadre,
        date(2026, 11, 23),
        "一切正常",
    )
    assert not Case.objects.exists()


def test_each_problem_becomes_a_case_with_a_title_and_a_guessed_category(client, page, city):
    answer = client.post(page, entry(TEXT, "用地指标不够，二期开不了工", ""), follow=True)
    assert "上报 2 个问题" in answer.content.decode()
    first, second = Case.objects.order_by("pk")
    assert (first.title, first.description, first.source) == ("扩产后变压器容量不够，夏天常跳闸", TEXT, Source.VISIT)
    assert first.visit == Visit.objects.get()
    assert second.category == city.categories["land"]


def test_a_chosen_category_wins_and_legal_is_never_guessed(client, page, city):
    city.categories["legal"].keywords = "诉讼"
    city.categories["legal"].save()
    client.post(page, entry("用地指标不够", "被拖进一场诉讼", **{"problems-0-category": city.categories["labour"].pk}))
    first, second = Case.objects.order_by("pk")
    assert first.category == city.categories["labour"]
    assert second.category is None


def test_a_double_click_saves_once(client, page):
    for _ in range(2):
        assert client.post(page, entry(TEXT)).status_code == 302
    assert (Visit.objects.count(), Case.objects.count()) == (1, 1)


def test_the_same_problem_is_followed_instead_of_opened(client, page, city):
    case = handling(city, instant("2026-11-20 09:00"))
    client.post(page, entry("二期厂房用地手续还是没批", **{"problems-0-same": case.pk}))
    assert Case.objects.count() == 1
    note = case.events.get(kind="note")
    assert note.note == "二期厂房用地手续还是没批"
    assert note.data == {"visit": Visit.objects.get().pk}


def test_somebody_elses_case_cannot_be_followed(client, page, city):
    from tests.factories import CaseFactory

    foreign = CaseFactory(enterprise=city.other_firm)
    answer = client.post(page, entry(TEXT, **{"problems-0-same": foreign.pk}))
    assert answer.status_code == 422
    assert not Visit.objects.exists()


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"day": "other", "visited_on": "2026-11-24"}, "走访日期不能晚于今天"),
        ({"day": "other", "visited_on": ""}, "请写是哪一天"),
        ({"day": "other", "visited_on": "昨天"}, "日期写成"),
        ({"topic": ""}, "请选一项"),
        ({"topic": "POLICY", "note": ""}, "讲了哪项政策"),
        ({"mode": "FLYING"}, "选"),
    ],
)
def test_a_wrong_entry_comes_back_filled_in_and_saves_nothing(client, page, said, words):
    answer = client.post(page, entry(TEXT, note="订单满到三月") | said)
    assert answer.status_code == 422
    body = answer.content.decode()
    assert words in body
    assert TEXT in body
    assert not Visit.objects.exists()
    assert not Case.objects.exists()


def test_problem_chosen_but_not_written(client, page):
    answer = client.post(page, entry("", topic="PROBLEM"))
    assert answer.status_code == 422
    assert "请写是什么问题" in answer.content.decode()


def test_a_disguised_photo_is_refused_and_everything_kept(client, page):
    fake = SimpleUploadedFile("现场.jpg", b"MZ not a picture")
    answer = client.post(page, entry(TEXT) | {"problems-0-files": fake})
    assert answer.status_code == 422
    assert TEXT in answer.content.decode()
    assert not Visit.objects.exists()


def test_a_day_before_counts_without_javascript(client, page):
    client.post(page, entry(day="other", visited_on="2026-11-19"))
    assert Visit.objects.get().visited_on == date(2026, 11, 19)


def test_one_more_and_one_less_without_javascript(client, page):
    more = client.post(page, entry(TEXT, note="流动资金紧", add="1"))
    assert more.status_code == 200
    assert TEXT in more.content.decode()
    assert "流动资金紧" in more.content.decode()
    assert 'id="id_problems-1-text"' in more.content.decode()
    less = client.post(page, entry("第一个问题", "第二个问题", drop="0"))
    assert "第一个问题" not in less.content.decode()
    assert "第二个问题" in less.content.decode()
    assert not Visit.objects.exists()


def test_over_visiting_is_said_before_saving(client, page, city):
    VisitFactory(enterprise=city.firm, cadre=city.other_cadre, visited_on=date(2026, 11, 20))
    assert "联合走访" in client.get(page).content.decode()
    answer = client.post(page, entry())
    assert answer.status_code == 422
    assert "仍然保存" in answer.content.decode()
    assert client.post(page, entry(confirmed="2026-11-23 ON_SITE")).status_code == 302


def test_a_confirmation_is_for_one_day_and_mode(client, page, city):
    QuietPeriodFactory(enterprise=city.firm, from_on=date(2026, 11, 20), to_on=date(2026, 11, 29))
    assert client.post(page, entry(day="yesterday", confirmed="2026-11-23 ON_SITE")).status_code == 422
    assert client.post(page, entry(mode="PHONE")).status_code == 302


def test_hints_follow_day_and_mode(client, page, city):
    QuietPeriodFactory(enterprise=city.firm)
    hints = reverse("cases:visit_hints", args=[city.firm.pk])
    assert "宁静期" in client.get(hints, {"mode": "ON_SITE", "day": "today"}).content.decode()
    phone = client.get(hints, {"mode": "PHONE", "day": "today"}).content.decode()
    assert "宁静期" not in phone
    assert "计入 11 月 20 日助企日" in phone


def test_what_is_typed_finds_the_category_and_the_like(client, page, city):
    case = handling(city, instant("2026-11-20 09:00"))
    alike = reverse("cases:visit_alike", args=[city.firm.pk, 0])
    body = client.post(alike, {"problems-0-text": "二期厂房用地指标手续迟迟未批"}).content.decode()
    assert case.title in body
    assert "用地指标" in body
    assert client.post(alike, {"problems-0-text": "短"}).content.decode().strip() == ""


@pytest.mark.parametrize("name", ["cases:visit_new", "cases:visit_hints"])
def test_a_foreign_firm_does_not_exist(client, page, city, name):
    assert client.get(reverse(name, args=[city.other_firm.pk])).status_code == 404
    assert client.post(reverse("cases:visit_new", args=[city.other_firm.pk]), entry()).status_code == 404


@pytest.mark.parametrize("person", ["firm_user", "clerk", "land_clerk", "leader"])
def test_only_cadres_record_visits(client, page, city, person):
    client.force_login(city.people[person])
    assert client.post(page, entry()).status_code == 403
    assert not Visit.objects.exists()


def test_one_firm_needs_no_choice_and_several_do(client, page, city):
    assert client.get(reverse("cases:visit_new"))["Location"] == page
    from tests.factories import AssignmentFactory

    second = AssignmentFactory(enterprise=EnterpriseFactory(), cadre=city.cadre).enterprise
    body = client.get(reverse("cases:visit_new")).content.decode()
    assert second.name in body
    assert city.other_firm.name not in body


@pytest.mark.parametrize("day", ["0001-01-01", "0206-11-20", "9999-12-31"])
def test_a_year_that_cannot_be_meant_is_told_and_loses_nothing(client, page, day):
    answer = client.post(page, entry(TEXT, day="other", visited_on=day))
    assert answer.status_code == 422
    assert "年份好像写错了" in answer.text
    assert TEXT in answer.text
    assert not Visit.objects.exists()


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_the_hints_bear_any_date(client, page, day):
    assert client.get(f"{page}/hints", {"day": "other", "visited_on": day, "mode": "ON_SITE"}).status_code == 200
