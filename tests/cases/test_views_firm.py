"""我的诉求：带日期的承诺、补充、评价、重新打开、报一个问题（页面 2）。"""

from datetime import date

import pytest
import time_machine
from django.urls import reverse

from cases.enums import Action, Source
from cases.models import Case
from cases.services import Rating, perform, rate, rating_link
from tests.cases import situations
from tests.cases.steps import accepted, dispatched, handling, instant, rating, reported, submitted
from tests.factories import CaseFactory, PlannedVisitFactory, QuietPeriodFactory, VisitFactory
from zhuqi.kernel.errors import Conflict

pytestmark = pytest.mark.django_db
NOW = instant("2026-11-23 10:00")
HOME = "cases:firm_home"
REPORT = "cases:report_problem"
FORM = {"title": "变压器容量不够", "description": "扩产后夏天常跳闸。", "wish": "年内增容", "token": "t-1"}


@pytest.fixture(autouse=True)
def _monday():
    with time_machine.travel(NOW, tick=False):
        yield


def home(client, city):
    client.force_login(city.firm_user)
    answer = client.get(reverse(HOME))
    assert answer.status_code == 200
    return answer.content.decode()


def test_an_empty_page_says_what_to_do(client, city):
    body = home(client, city)
    assert "现在没有在办的问题" in body
    assert city.cadre.name in body
    assert f"tel:{city.cadre.phone}" in body


@pytest.mark.parametrize(
    ("step", "words"),
    [
        (lambda city: reported(city, NOW), "11 月 24 日（周二）前"),
        (lambda city: accepted(city, NOW), "11 月 26 日（周四）前"),
        (lambda city: dispatched(city, NOW), "11 月 30 日（周一）前"),
        (lambda city: handling(city, NOW), "承诺 <b>11 月 30 日（周一）前</b>"),
        (lambda city: handling(city, instant("2026-10-20 09:00")), "已晚 27 天"),
        (lambda city: submitted(city, NOW), "活动办正在核实"),
        (lambda city: rating(city, NOW), "评价这次办理"),
        (lambda city: submitted(city, NOW, "C", promised_on=date(2026, 12, 31)), "活动办正在核实"),
    ],
)
def test_each_problem_is_a_dated_promise(client, city, step, words):
    step(city)
    assert words in home(client, city)


def test_a_pause_asks_for_the_thing_and_leads_there(client, city):
    case = handling(city, instant("2026-11-20 09:00"))
    perform(case, Action.PAUSE, actor=city.land_clerk, at=NOW, note="请补用地预审意见")
    body = home(client, city)
    assert "请补用地预审意见" in body
    assert reverse("cases:act", args=[case.pk, "supply"]) in body


def test_a_shelved_problem_keeps_its_date(client, city):
    from cases.services import Ticks

    case = submitted(city, NOW, "C", promised_on=date(2026, 12, 31))
    perform(case, Action.SHELVE, actor=city.clerk, at=NOW, ticks=Ticks(is_answered=True, has_contacted=True))
    assert "12 月 31 日（周四）前" in home(client, city)


def test_internal_steps_stay_internal(client, city):
    case = handling(city, instant("2026-11-20 09:00"))
    perform(case, Action.REPORT, actor=city.land_clerk, at=NOW, note="公示文本已送审")
    perform(case, Action.COORDINATE, actor=city.land_clerk, at=NOW, note="内部：想请财政局来")
    body = home(client, city)
    assert "公示文本已送审" in body
    assert "内部" not in body


def test_rating_links_lead_to_the_rating_page(client, city):
    case = rating(city, NOW)
    link = rating_link(case.evaluations.get())
    body = home(client, city)
    assert link in body
    assert f"{link}?level=2" in body


def test_a_closed_problem_can_be_reopened_for_a_while(client, city):
    case = rating(city, instant("2026-11-20 09:00"))
    rate(case.evaluations.get(), Rating(5), at=NOW)
    reopen = reverse("cases:act", args=[case.pk, "reopen"])
    assert reopen in home(client, city)
    with time_machine.travel(instant("2027-06-01 09:00"), tick=False):
        assert reopen not in home(client, city)


def test_a_redo_is_told_as_one(client, city):
    case = rating(city, instant("2026-11-20 09:00"))
    rate(case.evaluations.get(), Rating(1), at=NOW)
    assert "正在重新办理" in home(client, city)


def test_visits_and_quiet_periods_show(client, city):
    planned = PlannedVisitFactory(enterprise=city.firm, cadre=city.cadre, purpose="看二期厂房")
    VisitFactory(enterprise=city.firm, cadre=city.cadre, visited_on=date(2026, 11, 2))
    QuietPeriodFactory(enterprise=city.firm)
    VisitFactory(enterprise=city.other_firm, cadre=city.other_cadre)
    body = home(client, city)
    assert "看二期厂房" in body
    assert reverse("cadres:planned_decline", args=[planned.pk]) in body
    assert "宁静期" in body
    assert city.other_cadre.name not in body


def test_another_firms_problems_do_not_show(client, city):
    foreign = CaseFactory(enterprise=city.other_firm, title="别家的事情")
    assert foreign.title not in home(client, city)


@pytest.mark.parametrize("person", ["cadre", "clerk", "land_clerk", "leader", "supervisor"])
@pytest.mark.parametrize("name", [HOME, REPORT])
def test_the_pages_are_the_firms(client, city, person, name):
    client.force_login(city.people[person])
    assert client.get(reverse(name)).status_code == 403


def test_queries_do_not_grow_with_problems(client, city, django_assert_num_queries):
    rating(city, NOW)
    client.force_login(city.firm_user)
    client.get(reverse(HOME))
    with django_assert_num_queries(QUERIES):
        client.get(reverse(HOME))
    rating(city, NOW)
    handling(city, NOW)
    with django_assert_num_queries(QUERIES):
        client.get(reverse(HOME))


QUERIES = 17


def test_a_report_becomes_a_case_once(client, city):
    client.force_login(city.firm_user)
    for _ in range(2):
        answer = client.post(reverse(REPORT), FORM)
        assert answer["Location"] == reverse("cases:detail", args=[Case.objects.get().pk])
    case = Case.objects.get()
    assert (case.title, case.wish, case.source, case.enterprise) == (
        "变压器容量不够",
        "年内增容",
        Source.ENTERPRISE,
        city.firm,
    )
    assert case.category is None


def test_a_report_carries_files(client, city):
    from django.core.files.uploadedfile import SimpleUploadedFile

    client.force_login(city.firm_user)
    paper = SimpleUploadedFile("情况.pdf", b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n")
    client.post(reverse(REPORT), FORM | {"files": paper})
    assert Case.objects.get().attachments.get().original_name == "情况.pdf"


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"title": " "}, "请用一句话写明"),
        ({"description": ""}, "请写几句具体情况"),
        ({"title": "长" * 81}, "最多 80 字"),
        ({"wish": "长" * 301}, "最多 300 字"),
    ],
)
def test_a_wrong_report_comes_back_filled_in(client, city, said, words):
    client.force_login(city.firm_user)
    answer = client.post(reverse(REPORT), FORM | said)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert FORM["token"] in answer.content.decode()
    assert not Case.objects.exists()


def test_what_is_typed_finds_the_like(client, city):
    case = handling(city, NOW)
    CaseFactory(enterprise=city.other_firm, title="二期厂房用地手续未批")
    client.force_login(city.firm_user)
    body = client.post(reverse("cases:report_alike"), {"title": "二期厂房用地手续未批"}).content.decode()
    assert reverse("cases:detail", args=[case.pk]) in body
    assert client.post(reverse("cases:report_alike"), {"title": "短"}).content.decode().strip() == ""


def test_a_returned_slip_looks_assigned_to_the_firm_everywhere(client, city):
    case = situations.objected(city)
    client.force_login(city.firm_user)
    pages = (
        reverse("cases:firm_home"), reverse("cases:list"), reverse("cases:detail", args=[case.pk]),
        f"{reverse('search')}?q={case.title}", reverse("cases:act", args=[case.pk, "rate"]),
        reverse("cadres:notices"),
    )  # fmt: skip
    for page in pages:
        said = client.get(page, follow=True).text
        assert "退单" not in said, page
        assert "arrow-back-up" not in said, page
    for page in pages[:4]:
        assert "已交办" in client.get(page).text, page
    alike = client.post(reverse("cases:report_alike"), {"title": case.title, "description": case.description})
    assert "已交办" in alike.text
    client.force_login(city.land_head)
    assert "退单待裁定" in client.get(reverse("cases:list")).text


def test_the_firm_filters_by_its_own_words_and_finds_the_returned_one_among_the_assigned(client, city):
    case = situations.objected(city)
    client.force_login(city.firm_user)
    found = client.get(reverse("cases:list"), {"status": "DISPATCHED"})
    assert case.title in found.text
    assert '<option value="DISPATCHED" selected>已交办</option>' in found.text
    assert "OBJECTED" not in found.text
    assert "催办过" not in found.text
    assert case.title in client.get(reverse("cases:list"), {"status": "OBJECTED", "level": "1", "flag": "urged"}).text


def test_a_refusal_tells_the_firm_only_what_was_public(city):
    case = situations.objected(city)
    with pytest.raises(Conflict) as refused:
        perform(case, Action.REOPEN, actor=city.firm_user, at=NOW, note="再办")
    assert "这件事现在是“已交办”" in refused.value.message
    assert "退单" not in refused.value.message
    assert "卫局长" not in refused.value.message


def test_an_inner_deadline_is_not_the_firms_to_count(client, city):
    case = situations.urged(city)
    Case.objects.filter(pk=case.pk).update(next_clock="URGE_REPLY", next_due_on=NOW.date())
    client.force_login(city.firm_user)
    page = client.get(reverse("cases:list")).text
    assert "见问题页" in page
    assert "今天到期" not in page
    client.force_login(city.land_clerk)
    assert "今天到期" in client.get(reverse("cases:list")).text
