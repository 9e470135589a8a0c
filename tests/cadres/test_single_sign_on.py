"""R-70：统一身份认证，对着一个真的（本机的）平台：对得上在用的账号才进；凭证有一点不对就不进，并说清楚；不开户、不授权。"""

from datetime import datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from cryptography.hazmat.primitives.asymmetric import rsa
from environ import Env

from cadres.models import AuditEntry, User
from cadres.services import accounts
from tests.factories import PASSWORD
from tests.oidc_provider import oidc_provider
from zhuqi import outside

pytestmark = pytest.mark.django_db
START, BACK = "/sso", "/sso/back"


@pytest.fixture
def there(settings):
    with oidc_provider() as found:
        settings.SSO = configured(found)
        yield found


def configured(there, **more):
    env = Env()
    env.ENVIRON = there.settings() | more
    return outside.single_sign_on(env, production=False)


def go_out(client, where=START):
    """To the provider: what it is asked."""
    answer = client.get(where)
    assert answer.status_code == 302
    return {name: values[0] for name, values in parse_qs(urlsplit(answer["Location"]).query).items()}


def sign_in(client, there, where=START):
    asked = go_out(client, where)
    return client.get(BACK, {"code": there.authorize(asked), "state": asked["state"]})


def is_in(client):
    return "_auth_user_id" in client.session


def test_off_means_that_nothing_is_there(client, city):
    assert "统一身份认证" not in client.get("/login").text
    for address in (START, BACK):
        assert client.get(address).status_code == 404


def test_the_way_in(client, city, there):
    assert f'href="{START}' in client.get("/login").text
    asked = go_out(client)
    assert asked["response_type"] == "code"
    assert asked["code_challenge_method"] == "S256"
    assert len(asked["nonce"]) >= 32
    assert "openid" in asked["scope"]
    answer = sign_in(client, there)
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert client.session["_auth_user_id"] == str(city.cadre.pk)
    entry = AuditEntry.objects.get(act="登录")
    assert (entry.user, entry.reason, entry.address) == (city.cadre, "统一身份认证", "127.0.0.1")


def test_it_goes_where_one_wanted_but_never_elsewhere(client, city, there):
    assert sign_in(client, there, f"{START}?next=/notices")["Location"] == "/notices"
    client.logout()
    assert sign_in(client, there, f"{START}?next=https://elsewhere.example/")["Location"] == "/"


def test_a_session_of_before_does_not_survive(client, city, there):
    client.get(START)
    before = client.session.session_key
    sign_in(client, there)
    assert client.session.session_key != before


@pytest.mark.parametrize("said", ["cadre", "Cadre", " cadre "])
def test_the_name_is_taken_as_people_write_it(client, city, there, said):
    there.person.preferred_username = said
    sign_in(client, there)
    assert is_in(client)


def test_an_account_may_be_named_by_another_claim(client, city, there, settings):
    settings.SSO = configured(there, OIDC_CLAIM="employee_number", OIDC_ACCOUNT_FIELD="sso_id")
    city.land_head.sso_id = "E-0042"
    city.land_head.save()
    there.lies = {"userinfo": {"employee_number": "E-0042"}}
    sign_in(client, there)
    assert client.session["_auth_user_id"] == str(city.land_head.pk)


@pytest.mark.parametrize(
    ("lies", "words"),
    [
        ({"nonce": "another"}, "没有通过核对"),
        ({"nonce": None}, "没有通过核对"),
        ({"aud": "another-portal"}, "没有通过核对"),
        ({"aud": ["zhuqi", "another-portal"]}, "没有通过核对"),
        ({"aud": None}, "没有通过核对"),
        ({"iss": "https://elsewhere.example"}, "没有通过核对"),
        ({"exp": datetime(2026, 11, 23, 9, 50).astimezone()}, "没有通过核对"),
        ({"exp": None}, "没有通过核对"),
        ({"iat": datetime(2026, 11, 23, 12).astimezone()}, "没有通过核对"),
        ({"sub": None}, "没有通过核对"),
        ({"key": rsa.generate_private_key(public_exponent=65537, key_size=2048)}, "没有通过核对"),
        ({"alg": "HS256"}, "没有通过核对"),
        ({"alg": "none"}, "没有通过核对"),
        ({"kid": "k2"}, "没有通过核对"),
        ({"userinfo": {"sub": "somebody-else"}}, "前后不一致"),
        ({"userinfo": {"preferred_username": ""}}, "账号标识"),
        ({"userinfo": {"preferred_username": ["cadre"]}}, "账号标识"),
        ({"userinfo": {"preferred_username": "x" * 200}}, "账号标识"),
        ({"userinfo": {"preferred_username": "a\0b"}}, "账号标识"),
    ],
    ids=lambda value: "" if isinstance(value, str) else str(next(iter(value.items())))[:50],
)
def test_a_credential_that_is_wrong_anywhere_opens_nothing(client, city, there, lies, words):
    with time_machine.travel("2026-11-23 10:00 +0800", tick=False):
        there.lies = lies
        answer = sign_in(client, there)
        assert answer.status_code == 503
        assert words in answer.text
        assert not is_in(client)
        entry = AuditEntry.objects.get(act="统一身份认证登录")
        assert (entry.result, entry.address) == ("未通过", "127.0.0.1")


def test_several_audiences_are_fine_when_it_was_issued_to_us(client, city, there):
    there.lies = {"aud": ["zhuqi", "another-portal"], "azp": "zhuqi"}
    sign_in(client, there)
    assert is_in(client)


def test_a_state_is_good_once_and_for_this_browser_only(client, city, there):
    asked = go_out(client)
    code = there.authorize(asked)
    stranger = type(client)()
    assert stranger.get(BACK, {"code": code, "state": asked["state"]}).status_code == 403
    assert client.get(BACK, {"code": code, "state": asked["state"]}).status_code == 302
    client.post("/logout")
    again = client.get(BACK, {"code": there.authorize(asked), "state": asked["state"]})
    assert again.status_code == 403
    assert "已经用过" in again.text
    assert not is_in(client)


def test_a_state_is_old_after_ten_minutes(client, city, there):
    with time_machine.travel("2026-11-23 10:00 +0800", tick=False) as clock:
        asked = go_out(client)
        clock.shift(timedelta(minutes=11))
        answer = client.get(BACK, {"code": there.authorize(asked), "state": asked["state"]})
    assert answer.status_code == 403


@pytest.mark.parametrize(
    "said", [{}, {"state": "x"}, {"state": "\0", "code": "\0"}, {"code": "x"}, {"error": "access_denied"}]
)
def test_whatever_else_comes_back_is_answered_in_words(client, city, there, said):
    go_out(client)
    answer = client.get(BACK, said)
    assert answer.status_code == 403
    assert "回登录页" in answer.text


def test_who_says_no_over_there_is_not_in_here(client, city, there):
    asked = go_out(client)
    answer = client.get(BACK, {"error": "access_denied", "state": asked["state"]})
    assert answer.status_code == 403
    assert "没有完成登录" in answer.text


def test_a_code_that_is_not_theirs_opens_nothing(client, city, there):
    asked = go_out(client)
    assert client.get(BACK, {"code": "invented", "state": asked["state"]}).status_code == 503
    other = type(client)()
    stolen = there.authorize(go_out(other))  # PKCE: it belongs to the other browser's verifier
    mine = go_out(client)
    assert client.get(BACK, {"code": stolen, "state": mine["state"]}).status_code == 503
    assert not is_in(client)


def test_no_account_is_said_and_none_is_made(client, city, there):
    people = User.objects.count()
    there.person.preferred_username = "stranger"
    answer = sign_in(client, there)
    assert answer.status_code == 403
    assert "没有对应的账号" in answer.text
    assert User.objects.count() == people
    assert AuditEntry.objects.get(act="统一身份认证登录").target == "stranger"


def test_no_role_is_given(client, city, there):
    city.cadre.role = ""
    city.cadre.save()
    sign_in(client, there)
    city.cadre.refresh_from_db()
    assert city.cadre.role == ""
    assert "等待授权" in client.get("/").text


def test_a_closed_account_stays_closed(client, city, there):
    accounts.deactivate(city.cadre, reason="退休", actor=city.sysadmin, at=city.at)
    answer = sign_in(client, there)
    assert answer.status_code == 403
    assert "已停用" in answer.text


def test_a_locked_account_stays_locked(client, city, there):
    for _ in range(5):
        client.post("/login", {"username": "cadre", "password": "wrong"})
    answer = sign_in(client, there)
    assert answer.status_code == 403
    assert "锁定 30 分钟" in answer.text
    accounts.unlock(city.cadre, actor=city.sysadmin, at=city.at)
    assert sign_in(client, there).status_code == 302


def test_a_provider_that_is_down_is_said_and_the_password_still_works(client, city, there, settings):
    there.down = True
    answer = sign_in(client, there)
    assert answer.status_code == 503
    assert "用账号密码登录" in answer.text
    settings.SSO = {**settings.SSO, "OIDC_OP_TOKEN_ENDPOINT": "http://127.0.0.1:1/token"}
    assert "连不上" in sign_in(client, there).text
    assert client.post("/login", {"username": "cadre", "password": PASSWORD}).status_code == 302


def test_idle_for_half_an_hour_is_out_like_everybody(client, city, there):
    with time_machine.travel("2026-11-23 10:00 +0800", tick=False) as clock:
        sign_in(client, there)
        clock.shift(timedelta(minutes=29))
        assert client.get("/me").status_code == 200
        clock.shift(timedelta(minutes=29))
        assert client.get("/me").status_code == 200
        clock.shift(timedelta(minutes=31))
        assert client.get("/me").status_code == 302


def test_the_first_password_does_not_stand_in_the_way_of_who_came_without_it(client, city, there):
    password = accounts.reset_password(city.cadre, actor=city.sysadmin, at=city.at)
    sign_in(client, there)
    assert client.get("/my-firms").status_code == 200
    client.logout()
    client.post("/login", {"username": "cadre", "password": password})
    assert client.get("/my-firms")["Location"] == "/password"


def test_signing_out_here_offers_to_sign_out_there(client, city, there):
    sign_in(client, there)
    answer = client.post("/logout")
    assert not is_in(client)
    assert f"{there.url}/logout?" in answer.text
    assert "id_token_hint=" in answer.text
    assert answer["Cache-Control"].startswith("no-store") or "no-store" in answer["Cache-Control"]
    client.post("/login", {"username": "cadre", "password": PASSWORD})
    assert client.post("/logout").status_code == 302


@pytest.mark.parametrize(
    ("who", "status"), [("cadre", 200), ("land_clerk", 200), ("sysadmin", 302), ("auditor", 302), ("firm_user", 302)]
)
def test_a_city_may_keep_passwords_to_the_administrators_and_firms(client, city, there, settings, who, status):
    settings.SSO = {**settings.SSO, "REQUIRED": True}
    user = getattr(city, who)
    answer = client.post("/login", {"username": user.username, "password": PASSWORD})
    assert answer.status_code == status
    assert is_in(client) == (status == 302)
    if status == 200:
        assert "请用统一身份认证登录" in answer.text
