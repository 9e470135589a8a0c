"""接口令牌的页面：安全管理员发、只显示一次、撤销；本人在「我的」里看得到有哪些（R-71、R-72）。"""

import pytest
from django.urls import reverse

from cadres.models import ApiToken, AuditEntry
from tests.apiclient import Program

pytestmark = pytest.mark.django_db
SAID = {"username": "clerk", "name": "市平台对接", "scopes": ["cases:read", "reference:read"], "days": "30"}


@pytest.fixture
def keeper(client, city):
    client.force_login(city.secadmin)
    return client


def test_the_token_is_shown_once_and_works(keeper):
    page = keeper.post(reverse("cadres:tokens"), SAID).content.decode()
    secret = page.split('aria-label="令牌">')[1].split("<")[0]
    assert Program(secret).read("/me").json()["username"] == "clerk"
    listed = keeper.get(reverse("cadres:tokens")).content.decode()
    assert secret not in listed
    assert secret[:9] in listed
    assert AuditEntry.objects.get().address == "127.0.0.1"


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"username": "nobody"}, "没有这个账号"),
        ({"username": "sysadmin"}, "三员的账号不发接口令牌"),
        ({"name": ""}, "请写明用途"),
        ({"scopes": []}, "请选择至少一个范围"),
        ({"days": "999"}, "最多 365 天"),
        ({"days": "x"}, "请写一个整数"),
    ],
)
def test_a_form_filled_in_wrong_comes_back(keeper, changed, words):
    answer = keeper.post(reverse("cadres:tokens"), SAID | changed)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not ApiToken.objects.exists()


def test_revoking_ends_it_at_once(keeper):
    page = keeper.post(reverse("cadres:tokens"), SAID).content.decode()
    secret = page.split('aria-label="令牌">')[1].split("<")[0]
    token = ApiToken.objects.get()
    assert keeper.post(reverse("cadres:token_revoke", args=[token.pk])).status_code == 302
    assert Program(secret).read("/me").status_code == 401
    assert "已撤销" in keeper.get(reverse("cadres:tokens")).content.decode()
    assert keeper.post(reverse("cadres:token_revoke", args=[token.pk])).status_code == 409


def test_whose_they_are_sees_them_under_me(keeper, city):
    keeper.post(reverse("cadres:tokens"), SAID)
    keeper.force_login(city.clerk)
    assert "市平台对接" in keeper.get(reverse("cadres:me")).content.decode()
    keeper.force_login(city.director)
    assert "接口令牌" not in keeper.get(reverse("cadres:me")).content.decode()
