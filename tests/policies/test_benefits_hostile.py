"""申请与兑现遇到坏的输入、过时的页面、别人的东西：说清楚，不出错页，不丢填的（R-61）。"""

from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.urls import reverse

from policies.models import Entitlement
from policies.services import abolish, revise
from policies.services.entitlements import apply, grant
from tests.factories import UserFactory
from tests.policies.test_firm_pages import SCALE, get, post
from tests.policies.test_library import draft, published

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _now(city):
    with time_machine.travel(city.at, tick=False):
        yield


def applied(city, **more):
    policy = published(city, number="", **more)
    apply(policy, city.firm, actor=city.firm_user, at=city.at)
    return policy


@pytest.mark.parametrize(("typed", "yuan"), [("3万", 30_000), ("1.2亿元", 120_000_000), ("十万", 100_000)])
def test_money_is_written_as_offices_do(client, city, typed, yuan):
    policy = applied(city)
    assert (
        post(client, city.land_clerk, "firm_step", policy.pk, city.firm.pk, do="grant", amount=typed).status_code == 302
    )
    assert Entitlement.objects.get().amount == Decimal(yuan)


@pytest.mark.parametrize("typed", ["-5", "1e9", "0", "", "3\0万", "9" * 39, "三万五", "NaN", "1,2万"])
def test_money_nobody_can_read_is_given_back_as_typed(client, city, typed):
    policy = applied(city)
    answer = post(client, city.land_clerk, "firm_step", policy.pk, city.firm.pk, do="grant", amount=typed, why="先留着")
    assert answer.status_code in {200, 422}
    said = answer.content.decode()
    assert "先留着" in said
    assert typed.replace("\0", "") in said.replace("\0", "")
    assert "error" in said or "金额" in said
    assert Entitlement.objects.get().granted_at is None


@pytest.mark.parametrize("do", ["", "x", "\0"])
def test_no_button_is_no_decision(client, city, do):
    policy = applied(city)
    answer = post(client, city.land_clerk, "firm_step", policy.pk, city.firm.pk, do=do, amount="3万")
    assert "请选兑现还是不予兑现" in answer.content.decode()
    assert 'value="3万"' in answer.content.decode()


def test_two_tabs_apply_once_and_withdrawing_after_the_answer_is_refused(client, city):
    policy = published(city)
    assert post(client, city.firm_user, "apply", policy.pk).status_code == 302
    again = post(client, city.firm_user, "apply", policy.pk)
    assert (again.status_code, "已经申请过" in again.content.decode()) == (409, True)
    grant(policy, city.firm, amount="3万", actor=city.land_clerk, at=city.at)
    late = post(client, city.firm_user, "withdraw", policy.pk)
    assert (late.status_code, "刚有了答复" in late.content.decode()) == (409, True)
    assert Entitlement.objects.get().amount == Decimal(30_000)


def test_what_is_over_is_said_why(client, city):
    gone, closed = published(city, number=""), published(city, number="", guide_until_on=city.today - DAY)
    later = published(city, number="", effective_on=city.today + DAY)
    abolish(gone, actor=city.clerk, at=city.at, on=city.today, why="有新办法")
    for policy, said in ((gone, "已废止"), (closed, "已经过了"), (later, "未生效")):
        answer = post(client, city.firm_user, "apply", policy.pk)
        assert (answer.status_code, said in answer.content.decode()) == (422, True)
    assert not Entitlement.objects.exists()


def test_a_policy_revised_after_the_application_is_still_answered(client, city):
    policy = applied(city)
    revise(policy, draft(city, conditions=(SCALE,)), actor=city.land_clerk, at=city.at)
    page = get(client, city.land_clerk, "firm_step", policy.pk, city.firm.pk).content.decode()
    assert "要是规上企业" in page
    assert (
        post(client, city.land_clerk, "firm_step", policy.pk, city.firm.pk, do="grant", amount="3万").status_code == 302
    )


def test_others_firms_and_units_find_nothing_or_no_right(client, city):
    policy = applied(city)
    assert get(client, city.land_clerk, "firm_step", policy.pk, 10**15).status_code == 404
    stranger = UserFactory(role="ENTERPRISE", enterprise=city.other_firm)
    assert get(client, stranger, "firm_step", policy.pk, city.firm.pk).status_code == 404
    answer = post(client, city.labour_clerk, "firm_step", policy.pk, city.firm.pk, do="grant", amount="3万")
    assert answer.status_code in {403, 404}
    assert Entitlement.objects.get().granted_at is None


def test_a_struck_off_firm_keeps_its_steps(client, city):
    policy = applied(city)
    type(city.firm).objects.filter(pk=city.firm.pk).update(is_active=False)
    assert get(client, city.land_clerk, "firm_step", policy.pk, city.firm.pk).status_code == 200
    assert get(client, city.land_clerk, "firms", policy.pk, tab="applied", page="x\0", region="\0").status_code == 200
    assert get(client, city.clerk, "funnel", page="\0", by="\0").status_code == 200
    assert get(client, city.firm_user, "mine", tab="\0", page="9" * 30).status_code == 200


def test_addresses_with_keys_beyond_any_row_are_not_found(client, city):
    client.force_login(city.clerk)
    for name, args in (("firms", [10**30]), ("firm", [10**30]), ("funnel_firms", [10**30])):
        assert client.get(reverse(f"policies:{name}", args=args)).status_code == 404
