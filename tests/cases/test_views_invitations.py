"""评价链接由活动办转给联系人（R-28）：哪些没发、取链接记日志、转过的不再转。"""

import pytest
import time_machine
from django.urls import reverse

from cadres.models import AuditEntry, ShortMessage
from cases.services import Rating, rate, rating_link
from tests.cases.steps import instant, rating

pytestmark = pytest.mark.django_db
AT = instant("2026-11-20 10:00")
URL = "/cases/invitations"


@pytest.fixture(autouse=True)
def _monday(city):
    with time_machine.travel(city.at, tick=False):
        yield


@pytest.fixture
def case(city):
    return rating(city, AT)


def at(name, case):
    return reverse(f"cases:{name}", args=[case.evaluations.get().pk])


def test_what_was_not_sent_is_listed_with_a_masked_number(client, city, case):
    client.force_login(city.clerk)
    page = client.get(URL).text
    contact = city.firm.contacts.first()
    assert case.title in page
    assert contact.name in page
    assert contact.phone not in page
    assert rating_link(case.evaluations.get()) not in page
    assert "没有等企业评价的" in client.get(URL, {"tab": "sent"}).text


def test_why_the_message_did_not_go_out_is_said_until_it_is_handed_over(client, city, case):
    client.force_login(city.clerk)
    assert "短信没发出去" not in client.get(URL).text
    ShortMessage.objects.update(failure="网关说这个号码是空号")
    page = client.get(URL).text
    assert "短信没发出去" in page
    assert "网关说这个号码是空号" in page
    client.post(at("invitation_handed", case))
    assert "空号" not in client.get(URL, {"tab": "sent"}).text


def test_the_link_is_taken_whole_and_logged(client, city, case):
    client.force_login(city.clerk)
    answer = client.post(at("invitation_link", case))
    assert f"http://testserver{rating_link(case.evaluations.get())}" in answer.text
    assert (answer["Cache-Control"], answer["Referrer-Policy"]) == ("no-store", "no-referrer")
    entry = AuditEntry.objects.get(act="取评价链接")
    assert (entry.user, entry.target) == (city.clerk, f"{case.number} {city.firm.name}")
    assert entry.reason == f"转给{city.firm.contacts.first().name}"


def test_what_was_handed_over_counts_as_sent_once(client, city, case):
    client.force_login(city.clerk)
    assert client.post(at("invitation_handed", case), follow=True).status_code == 200
    assert ShortMessage.objects.get().sent_at == city.at
    again = client.post(at("invitation_handed", case))
    assert again.status_code == 409
    assert "已经有人转过了" in again.text
    assert AuditEntry.objects.filter(act="转交评价链接").count() == 1
    assert "都发到了" in client.get(URL).text
    assert case.title in client.get(URL, {"tab": "sent"}).text
    assert "已转过" in client.post(at("invitation_link", case)).text


def test_rated_or_lapsed_invitations_are_gone(client, city, case):
    row = case.evaluations.get()
    with time_machine.travel(instant("2026-12-20 10:00"), tick=False):
        client.force_login(city.clerk)
        assert case.title not in client.get(URL).text
        assert client.post(at("invitation_link", case)).status_code == 404
    rate(row, Rating(5), at=city.at)
    client.force_login(city.clerk)
    assert client.post(at("invitation_link", case)).status_code == 404


def test_a_firm_without_a_contact_is_said(client, city):
    city.firm.contacts.all().delete()
    case = rating(city, AT)
    client.force_login(city.clerk)
    assert "补登联系人" in client.get(URL).text
    told = client.post(at("invitation_link", case), follow=True)
    assert "没有登记联系人" in told.text
    assert client.post(at("invitation_handed", case)).status_code == 422
    assert not AuditEntry.objects.filter(act="取评价链接").exists()


def test_who_has_the_page(client, city, case):
    for who, status in (
        ("county_clerk", 200),
        ("land_clerk", 403),
        ("cadre", 403),
        ("firm_user", 403),
        ("leader", 403),
    ):
        client.force_login(city.people[who])
        assert client.get(URL).status_code == status, who
    client.force_login(city.other_county_clerk)
    assert case.title not in client.get(URL).text
    assert client.post(at("invitation_link", case)).status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_asks_the_same_number_of_questions(client, city, rows, django_assert_num_queries):
    for _ in range(rows):
        rating(city, AT)
    client.force_login(city.clerk)
    client.get(URL)
    with django_assert_num_queries(11):
        client.get(URL)
