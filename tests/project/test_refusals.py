"""What goes wrong is said in words: as a page, as a fragment for htmx, as JSON for programs; what was typed comes back."""

import pytest
from django.test import Client

from tests.factories.people import UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.project.doors")]
HTMX = {"HX-Request": "true"}
EXPECTED = [
    ("refused", 422, "已经签收，不能退单。"),
    ("stale", 409, "贺文博已提交首次反馈。"),
    ("forbidden", 403, "只有主办单位可以申报办结。"),
    ("invalid", 422, "走访日期不能晚于今天。"),
    ("busy", 503, "系统正忙"),
    ("full", 507, "存储空间已满"),
]


@pytest.fixture
def person(client):
    client.force_login(UserFactory())
    return client


@pytest.mark.parametrize(("kind", "status", "said"), EXPECTED)
def test_a_page_says_it_and_gives_back_what_was_typed(person, kind, status, said):
    answer = person.post(f"/fail/{kind}", {"note": "11-20 已到现场踏勘", "password": "Secret-123", "blank": " "})
    text = answer.content.decode()
    assert answer.status_code == status
    assert "<html" in text
    assert said in text
    assert "11-20 已到现场踏勘" in text
    assert "Secret-123" not in text


@pytest.mark.parametrize(("kind", "status", "said"), EXPECTED)
def test_htmx_gets_a_fragment_for_the_messages(person, kind, status, said):
    answer = person.post(f"/fail/{kind}", headers=HTMX)
    assert answer.status_code == status
    assert "<html" not in answer.content.decode()
    assert said in answer.content.decode()
    assert answer["HX-Retarget"] == "#page-messages"


@pytest.mark.parametrize(("kind", "status", "said"), EXPECTED)
def test_programs_get_json(client, kind, status, said):
    answer = client.post(f"/api/fail/{kind}")
    assert answer.status_code == status
    assert said in str(answer.json()) or said in "系统正忙存储空间已满"


def test_a_busy_database_says_when_to_come_back(person):
    assert person.post("/fail/busy")["Retry-After"] == "5"


def test_the_unforeseen_is_a_readable_500():
    client = Client(raise_request_exception=False)
    client.force_login(UserFactory())
    answer = client.post("/fail/broken", {"note": "写了一半"})
    assert answer.status_code == 500
    assert "系统出错了" in answer.content.decode()
    assert "nobody foresaw" not in answer.content.decode()


def test_a_stale_form_is_a_readable_403():
    client = Client(enforce_csrf_checks=True)
    client.force_login(UserFactory())
    answer = client.post("/page", {"note": "写了很久"})
    assert answer.status_code == 403
    assert "页面已过期" in answer.content.decode()


@pytest.mark.urls("zhuqi.urls")
def test_an_address_that_only_takes_forms_says_so(client):
    client.force_login(UserFactory())
    answer = client.get("/logout")
    assert (answer.status_code, answer["Allow"]) == (405, "POST, OPTIONS")
    assert "要从页面上的按钮办" in answer.content.decode()
    assert client.head("/logout").status_code == 405


def test_refusals_reach_visitors_of_open_pages_too(client):
    assert client.get("/open/refused").status_code == 422


def test_the_policy_allows_nothing_inline_and_nothing_from_elsewhere(person):
    policy = person.get("/page")["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "http" not in policy
    assert "frame-ancestors 'none'" in policy
