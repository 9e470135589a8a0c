"""R-70 over HTTP: signing in and out, the lock, the first password."""

import pytest
from django.urls import reverse

from cadres.models import AuditEntry
from cadres.services import accounts
from tests.factories import PASSWORD

LOGIN = "/login"


def sign_in(client, username="cadre", password=PASSWORD, **more):
    return client.post(LOGIN, {"username": username, "password": password} | more)


def test_signing_in_goes_home_and_into_the_log(city, client):
    answer = sign_in(client)
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert AuditEntry.objects.filter(act="登录", user=city.cadre).exists()


def test_signing_in_goes_where_one_wanted_but_never_elsewhere(city, client):
    assert sign_in(client, next="/notices")["Location"] == "/notices"
    client.logout()
    assert sign_in(client, next="https://elsewhere.example/")["Location"] == "/"


@pytest.mark.parametrize("typed", ["Cadre", "CADRE", "ｃａｄｒｅ", " cadre "])
def test_the_account_name_is_taken_as_phones_and_input_methods_write_it(city, client, typed):
    answer = sign_in(client, typed)
    assert answer.status_code == 302
    assert client.session["_auth_user_id"] == str(city.cadre.pk)


def test_failures_in_whatever_case_count_for_one_account(city, client):
    for typed in ("cadre", "Cadre", "CADRE", "ｃａｄｒｅ", "cAdre"):
        sign_in(client, typed, "falsch")
    assert sign_in(client).status_code == 429


def test_a_wrong_password_keeps_the_account_name(city, client):
    answer = sign_in(client, password="wrong")
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "账号或密码不对" in page
    assert 'value="cadre"' in page


def test_five_failures_lock_and_the_administrator_unlocks(city, client):
    for _ in range(5):
        answer = sign_in(client, password="wrong")
    assert answer.status_code == 429
    assert "30 分钟" in answer.content.decode()
    assert sign_in(client).status_code == 429
    accounts.unlock(city.cadre, actor=city.sysadmin, at=city.at)
    assert sign_in(client).status_code == 302


def test_a_deactivated_account_cannot_sign_in(city, client):
    accounts.deactivate(city.cadre, reason="退休", actor=city.sysadmin, at=city.at)
    assert sign_in(client).status_code == 200


def test_a_session_ends_when_the_account_is_deactivated_or_the_password_reset(city, client):
    client.force_login(city.cadre)
    accounts.reset_password(city.cadre, actor=city.sysadmin, at=city.at)
    assert client.get("/me").status_code == 302


def test_the_first_password_must_be_changed_before_anything_else(city, client):
    password = accounts.reset_password(city.cadre, actor=city.sysadmin, at=city.at)
    assert sign_in(client, password=password).status_code == 302
    assert client.get("/my-firms")["Location"] == reverse("cadres:password_change")
    answer = client.post(
        reverse("cadres:password_change"),
        {"old_password": password, "new_password1": "Quite-new-2026", "new_password2": "Quite-new-2026"},
    )
    assert answer["Location"] == "/"
    assert client.get("/my-firms").status_code == 200


def test_changing_the_password_says_what_is_wrong(city, client):
    client.force_login(city.cadre)
    where = reverse("cadres:password_change")
    fields = {"old_password": "x", "new_password1": "Quite-new-2026", "new_password2": "other"}
    assert "不一样" in client.post(where, fields).content.decode()
    assert "原密码不对" in client.post(where, fields | {"new_password2": "Quite-new-2026"}).content.decode()
    short = fields | {"old_password": PASSWORD, "new_password1": "abc", "new_password2": "abc"}
    assert "三类" in client.post(where, short).content.decode()


def test_signing_out_is_a_post(city, client):
    client.force_login(city.cadre)
    assert client.get("/logout").status_code == 405
    assert client.post("/logout").status_code == 302
    assert client.get("/me").status_code == 302
    assert AuditEntry.objects.filter(act="退出").exists()


@pytest.mark.parametrize(
    ("proxies", "forwarded", "kept"),
    [
        (0, "10.9.8.7", "127.0.0.1"),
        (1, "10.9.8.7", "10.9.8.7"),
        (1, "1.2.3.4, 10.9.8.7", "10.9.8.7"),
        (1, "10.9.8.7, nobody", "127.0.0.1"),
        (1, "", "127.0.0.1"),
        (1, "::1", "::1"),
    ],
)
def test_the_log_keeps_the_callers_address_behind_our_proxy_and_believes_nobody_else(
    city, client, settings, proxies, forwarded, kept
):
    settings.PROXY_COUNT = proxies
    client.post(LOGIN, {"username": "cadre", "password": PASSWORD}, headers={"X-Forwarded-For": forwarded})
    assert AuditEntry.objects.get(act="登录").address == kept
