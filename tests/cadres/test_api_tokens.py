"""接口令牌：谁发、发给谁、能用多久、能做什么；不认得的一律 401，不说为什么（R-03、R-70、R-71、R-72）。"""

from datetime import timedelta

import pytest
import time_machine

from cadres.models import ApiToken, AuditEntry
from cadres.services import idempotency
from cadres.services.tokens import digest_of, issue_token, recognise, revoke_token, tokens_of
from tests.apiclient import Program, program, token_of
from tests.factories import UserFactory
from zhuqi.kernel.errors import Conflict, InvalidInput, NotPermitted

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
HOW = {"name": "市平台对接", "scopes": ["cases:read"], "days": 30}


@pytest.fixture(autouse=True)
def _clock(city):
    with time_machine.travel(city.at, tick=False):
        yield


def issued(city, user=None, **changed):
    return issue_token(user or city.clerk, **{**HOW, "actor": city.secadmin, "at": city.at, **changed})


def test_a_token_is_kept_as_its_digest_and_written_down(city):
    token, secret = issued(city)
    assert secret.startswith("zq_")
    assert (token.digest, token.prefix) == (digest_of(secret), secret[:9])
    assert secret not in str(ApiToken.objects.values().get())
    entry = AuditEntry.objects.get()
    assert (entry.act, entry.user) == ("发放接口令牌", city.secadmin)
    assert entry.target == f"郑科员（clerk） {secret[:9]}…"
    assert secret not in f"{entry.target}{entry.reason}"


@pytest.mark.parametrize("who", ["sysadmin", "auditor", "director", "clerk", "leader"])
def test_only_the_security_administrator_issues_and_revokes(city, who):
    token, _ = issued(city)
    with pytest.raises(NotPermitted):
        issued(city, actor=getattr(city, who))
    with pytest.raises(NotPermitted):
        revoke_token(token, actor=getattr(city, who), at=city.at)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "字" * 41}, "name"),
        ({"scopes": []}, "scopes"),
        ({"scopes": ["cases:read", "all"]}, "scopes"),
        ({"days": 0}, "days"),
        ({"days": 366}, "days"),
    ],
)
def test_what_is_wrong_is_said_by_field(city, changed, field):
    with pytest.raises(InvalidInput) as refused:
        issued(city, **changed)
    assert list(refused.value.errors) == [field]
    assert not ApiToken.objects.exists()


def test_not_for_oneself_nor_for_the_three_keepers_nor_for_who_cannot_work(city):
    with pytest.raises(NotPermitted):
        issued(city, city.secadmin)
    city.leader.role = ""
    for user in (city.sysadmin, city.auditor, city.leader, UserFactory(role="OFFICE", is_active=False)):
        with pytest.raises(InvalidInput):
            issued(city, user)


def test_a_token_that_is_revoked_expired_wrong_or_of_a_closed_account_is_401(city):
    token, secret = issued(city)
    assert Program(secret).read("/cases").status_code == 200
    for wrong in ("", "zq_", "zq_" + "x" * 43, secret + "x", "\xe9", "x y"):
        answer = Program().get("/api/v1/cases", headers={"Authorization": f"Bearer {wrong}"})
        assert (answer.status_code, answer.json()["code"]) == (401, "not_authenticated"), wrong
        assert answer["WWW-Authenticate"] == 'Bearer realm="api"'
    assert recognise(secret, at=token.expires_at - timedelta(seconds=1)) == token
    assert recognise(secret, at=token.expires_at) is None
    city.clerk.is_active = False
    city.clerk.save()
    assert Program(secret).read("/cases").status_code == 401
    city.clerk.is_active = True
    city.clerk.save()
    revoke_token(token, actor=city.secadmin, at=city.at)
    assert Program(secret).read("/cases").status_code == 401
    with pytest.raises(Conflict):
        revoke_token(token, actor=city.secadmin, at=city.at)


def test_without_a_token_it_is_401_and_never_a_redirect(city):
    answer = Program().read("/cases")
    assert (answer.status_code, answer["Content-Type"]) == (401, "application/problem+json")
    assert Program().get("/api/v1/nothing").status_code == 404
    assert Program().get("/api/v1/nothing")["Content-Type"] == "application/problem+json"


def test_the_first_password_comes_first(city):
    secret = token_of(city, "clerk")
    city.clerk.must_change_password = True
    city.clerk.save()
    browser = Program()
    browser.force_login(city.clerk)
    for asks in (Program(secret), browser):
        answer = asks.read("/cases")
        assert (answer.status_code, answer.json()["code"]) == (403, "first_password")


def test_a_scope_narrows_and_never_widens(city):
    reads = program(city, "firm_user", scopes=["cases:read"])
    answer = reads.send("/cases", {"title": "缺电", "description": "不够。"})
    assert (answer.status_code, answer.json()["code"]) == (403, "out_of_scope")
    assert "cases:write" in answer.json()["detail"]
    writes = program(city, "firm_user", scopes=["cases:write"])
    assert writes.read("/cases").status_code == 403
    assert writes.send("/cases", {"title": "缺电", "description": "不够。"}).status_code == 201
    assert program(city, "land_clerk", scopes=["cases:write"]).send("/cases", {}).status_code == 403


def test_a_token_follows_its_persons_rights_as_they_are_now(city):
    secret = token_of(city, "county_clerk")
    city.county_clerk.role = ""
    city.county_clerk.save()
    assert Program(secret).read("/cases").json()["results"] == []


def test_when_it_was_last_used_is_noted_once_a_minute(city):
    token, secret = issued(city)
    for seconds, noted in ((0, 0), (59, 0), (61, 61)):
        recognise(secret, at=city.at + timedelta(seconds=seconds))
        token.refresh_from_db()
        assert token.last_used_at == city.at + timedelta(seconds=noted)


def test_too_many_requests_are_429_with_a_time_to_wait(city, settings):
    settings.API_READS_A_MINUTE, settings.API_WRITES_A_MINUTE = 2, 1
    asks, other = program(city, "firm_user"), program(city, "clerk")
    assert [asks.read("/cases").status_code for _ in range(3)] == [200, 200, 429]
    answer = asks.read("/cases")
    assert (answer.json()["code"], answer["Retry-After"]) == ("throttled", "61")
    body = {"title": "缺电", "description": "不够。"}
    assert [asks.send("/cases", body).status_code for _ in range(2)] == [201, 429]
    assert other.read("/cases").status_code == 200


def test_tokens_that_are_none_are_counted_by_address_and_logged_once_a_minute(city, settings):
    settings.API_WRONG_TOKENS_A_MINUTE = 3
    guesses, good = Program("zq_guessed"), program(city, "clerk")
    assert [guesses.read("/cases").status_code for _ in range(5)] == [401, 401, 401, 429, 429]
    assert guesses.send("/cases", {}).json()["code"] == "throttled"
    assert good.read("/cases").status_code == 200
    assert Program("zq_other").read("/me")["Retry-After"] == "61"
    entry = AuditEntry.objects.get(act="接口令牌连续不对")
    assert (entry.user, entry.result, entry.reason) == (None, "未通过", "一分钟内 3 次")
    assert entry.address == "127.0.0.1"


def test_answers_stay_out_of_caches(city):
    assert program(city, "clerk").read("/cases")["Cache-Control"] == "private, no-store"


def test_who_sees_which_tokens(city):
    mine, _ = issued(city)
    issued(city, city.director)
    assert tokens_of(city.secadmin).count() == 2
    assert list(tokens_of(city.clerk)) == [mine]


def test_keys_older_than_a_day_are_dropped(city):
    program(city, "firm_user").send(
        "/cases", {"title": "缺电", "description": "不够。"}, headers={"Idempotency-Key": "1"}
    )
    assert idempotency.drop_old(at=city.at + DAY - timedelta(seconds=1)) == 0
    assert idempotency.drop_old(at=city.at + DAY) == 1
