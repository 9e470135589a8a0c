"""今日与走访前看一眼：谁看得到、灯与话、查询数（R-15）。"""

from datetime import date

import pytest
import time_machine
from django.urls import reverse

from cadres.enums import VisitMode
from cases.enums import Action
from cases.services import perform
from tests.cases.steps import dispatched, handling, instant, rating, reported
from tests.factories import (
    AssignmentFactory,
    CaseFactory,
    ContactFactory,
    EnterpriseFactory,
    PlannedVisitFactory,
    QuietPeriodFactory,
    VisitFactory,
)

pytestmark = pytest.mark.django_db
NOW = instant("2026-11-23 10:00")
TODAY = "cases:today"


@pytest.fixture(autouse=True)
def _monday():
    with time_machine.travel(NOW, tick=False):
        yield


def body_of(client, user, name=TODAY, *args):
    client.force_login(user)
    answer = client.get(reverse(name, args=args))
    assert answer.status_code == 200
    return answer.content.decode()


def test_an_open_window_lists_the_firms_still_to_contact(client, city):
    VisitFactory(enterprise=city.firm, cadre=city.cadre, visited_on=date(2026, 10, 21))
    body = body_of(client, city.cadre)
    assert "助企日联系窗口明天截止" in body
    assert "还差 1 家" in body
    assert "待联系" in body
    assert city.firm.contacts.get().phone not in body  # shown for a reason only


def test_a_contact_in_the_window_counts_whatever_its_mode(client, city):
    VisitFactory(enterprise=city.firm, cadre=city.cadre, visited_on=date(2026, 11, 18), mode=VisitMode.PHONE)
    body = body_of(client, city.cadre)
    assert "都联系到了" in body
    assert "已联系" in body


def test_a_closed_window_names_the_next_day(client, city):
    with time_machine.travel(instant("2026-11-26 10:00"), tick=False):
        body = body_of(client, city.cadre)
    assert "下一个助企日 12 月 10 日" in body
    assert "还差" not in body


@pytest.mark.parametrize(
    ("step", "words"),
    [
        (lambda city: reported(city, NOW), "前受理"),
        (lambda city: dispatched(city, instant("2026-11-23 09:00")), "还剩 1 天签收"),
        (lambda city: handling(city, instant("2026-11-20 09:00")), "今天应反馈"),
        (lambda city: handling(city, instant("2026-10-20 09:00")), "逾期"),
        (lambda city: rating(city, instant("2026-11-20 09:00")), "请企业评价"),
    ],
)
def test_a_problem_says_what_is_owed(client, city, step, words):
    step(city)
    assert words in body_of(client, city.cadre)


def test_a_pause_asks_the_firm(client, city):
    case = handling(city, instant("2026-11-20 09:00"))
    perform(case, Action.PAUSE, actor=city.land_clerk, at=NOW, note="请补用地预审意见")
    assert "等企业补材料" in body_of(client, city.cadre)


def test_other_cadres_firms_do_not_show(client, city):
    reported(city, NOW)
    body = body_of(client, city.other_cadre)
    assert city.firm.name not in body
    assert city.other_firm.name in body


def test_nobody_assigned_is_told_what_comes(client, city):
    city.cadre.assignments.update(to_on=date(2026, 11, 1))
    assert "还没有您联系的企业" in body_of(client, city.cadre)


@pytest.mark.parametrize("person", ["firm_user", "clerk", "land_clerk", "leader", "sysadmin"])
def test_the_page_is_the_cadres(client, city, person):
    client.force_login(city.people[person])
    assert client.get(reverse(TODAY)).status_code == 403
    assert client.get(reverse("cases:brief", args=[city.firm.pk])).status_code == 403


def test_queries_do_not_grow_with_firms(client, city, django_assert_num_queries):
    CaseFactory(enterprise=city.firm)
    VisitFactory(enterprise=city.firm, cadre=city.cadre)
    client.force_login(city.cadre)
    client.get(reverse(TODAY))
    with django_assert_num_queries(QUERIES):
        client.get(reverse(TODAY))
    for _ in range(2):
        firm = EnterpriseFactory()
        AssignmentFactory(enterprise=firm, cadre=city.cadre)
        ContactFactory(enterprise=firm)
        CaseFactory(enterprise=firm)
        VisitFactory(enterprise=firm, cadre=city.cadre)
        PlannedVisitFactory(enterprise=firm, cadre=city.cadre)
    with django_assert_num_queries(QUERIES):
        client.get(reverse(TODAY))


QUERIES = 19


def test_the_brief_has_what_one_wants_to_know_before_going(client, city):
    case = handling(city, instant("2026-11-20 09:00"))
    VisitFactory(enterprise=city.firm, cadre=city.cadre, visited_on=date(2026, 11, 2), note="订单满到三月")
    PlannedVisitFactory(enterprise=city.firm, cadre=city.cadre, purpose="看二期厂房")
    QuietPeriodFactory(enterprise=city.firm)
    body = body_of(client, city.cadre, "cases:brief", city.firm.pk)
    for words in (case.title, "订单满到三月", "看二期厂房", "宁静期", city.firm.contacts.get().name):
        assert words in body


def test_a_foreign_firm_has_no_brief(client, city):
    client.force_login(city.cadre)
    assert client.get(reverse("cases:brief", args=[city.other_firm.pk])).status_code == 404
