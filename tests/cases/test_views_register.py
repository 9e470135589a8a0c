"""活动办登记问题：选企业、登记、双击只得一件、别县的企业不存在（R-03、R-21）。"""

import pytest
from django.urls import reverse

from cases.enums import Source, Status
from cases.models import Case
from tests.factories import EnterpriseFactory

pytestmark = pytest.mark.django_db
SEARCH_QUERIES = 9
TEXT = {
    "title": "热线转来：厂门口断头路",
    "description": "大货车绕行 6 公里。",
    "wish": "",
    "source": "HOTLINE",
    "token": "t1",
}


def url(firm):
    return reverse("cases:register", args=[firm.pk])


def test_the_office_registers_what_the_hotline_passed_on(city, client):
    client.force_login(city.county_clerk)
    answer = client.post(url(city.firm), TEXT)
    case = Case.objects.get()
    assert answer.status_code == 302
    assert (case.source, case.status, case.reported_by) == (Source.HOTLINE, Status.REPORTED, city.county_clerk)


def test_a_double_click_registers_one(city, client):
    client.force_login(city.county_clerk)
    client.post(url(city.firm), TEXT)
    client.post(url(city.firm), TEXT)
    assert Case.objects.count() == 1


def test_what_was_typed_comes_back_with_what_is_wrong(city, client):
    client.force_login(city.county_clerk)
    answer = client.post(url(city.firm), TEXT | {"title": "", "source": "VISIT"})
    assert answer.status_code == 422
    assert "大货车绕行" in answer.content.decode()
    assert "请选择一个来源。" in answer.content.decode()
    assert not Case.objects.exists()


def test_another_countys_firm_does_not_exist(city, client):
    client.force_login(city.county_clerk)
    assert client.get(url(city.other_firm)).status_code == 404


@pytest.mark.parametrize("who", ["cadre", "land_clerk", "firm_user", "leader", "supervisor", "sysadmin"])
def test_other_roles_have_no_such_page(city, client, who):
    client.force_login(city.people[who])
    assert client.get(url(city.firm)).status_code == 403


def test_the_firm_is_found_by_part_of_its_name_within_the_county(city, client):
    client.force_login(city.county_clerk)
    page = client.get(reverse("cases:register_firm"), {"firm": "有限公司"}).content.decode()
    assert city.firm.name in page
    assert city.other_firm.name not in page


@pytest.mark.parametrize("count", [1, 3])
def test_the_search_takes_the_same_queries_for_one_and_three_firms(city, client, count, django_assert_num_queries):
    for n in range(count):
        EnterpriseFactory(name=f"甲乙丙{n}有限公司", region=city.regions["weidu"])
    client.force_login(city.county_clerk)
    client.get(reverse("cases:register_firm"))
    with django_assert_num_queries(SEARCH_QUERIES):
        client.get(reverse("cases:register_firm"), {"firm": "甲乙丙"})
