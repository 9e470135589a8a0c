"""我能享受、适用企业、兑现：各个岗位的页面（R-61）。"""

import pytest
import time_machine
from django.urls import reverse

from enterprises.models import Enterprise
from policies.enums import ConditionField, Operator
from policies.models import Entitlement
from policies.rules.matching import Condition
from policies.services import abolish, matching
from tests.factories import EnterpriseFactory
from tests.policies.test_library import DAY, published

pytestmark = pytest.mark.django_db
SCALE = Condition(ConditionField.ABOVE_SCALE, Operator.YES)
SMALL = Condition(ConditionField.STAFF, Operator.AT_MOST, (300,))


@pytest.fixture(autouse=True)
def _now(city):
    with time_machine.travel(city.at, tick=False):
        yield


def get(client, user, name, *args, **asked):
    client.force_login(user)
    return client.get(reverse(f"policies:{name}", args=args), asked)


def text(*args, **asked):
    return get(*args, **asked).content.decode()


def post(client, user, name, *args, **said):
    client.force_login(user)
    return client.post(reverse(f"policies:{name}", args=args), said)


def three(city):
    published(city, number="", title="稳岗补贴办法", conditions=())
    published(city, number="", title="技改补助办法", conditions=(SCALE,))
    published(city, number="", title="小微减税办法", conditions=(SMALL,))
    published(
        city, number="", title="两样都差", conditions=(SCALE, Condition(ConditionField.TAG, Operator.NOT_IN, ()), SMALL)
    )


def test_three_groups_and_what_is_missing_in_words(client, city):
    three(city)
    said = text(client, city.firm_user, "mine")
    assert "稳岗补贴办法" in said
    assert "技改补助办法" not in said
    said = text(client, city.firm_user, "mine", tab="one")
    assert "技改补助办法" in said
    assert "要是规上企业" in said
    assert "现在：规下" in said
    said = text(client, city.firm_user, "mine", tab="unknown")
    assert "小微减税办法" in said
    assert "从业人数不超过 300 人" in said
    assert "现在：还没填" in said
    assert reverse("policies:figures", args=[city.firm.pk]) in said


def test_after_filling_in_the_answer_is_there_at_once(client, city):
    three(city)
    back = post(client, city.firm_user, "figures", city.firm.pk, staff_count="80")
    assert back.url == reverse("policies:mine")
    assert "小微减税办法" in text(client, city.firm_user, "mine")
    assert "资料都够了" in text(client, city.firm_user, "mine", tab="unknown")


@pytest.mark.parametrize(("typed", "wan"), [("3500", 3500), ("3,500", 3500), ("3500万", 3500), ("1亿2000万元", 12_000)])
def test_revenue_is_taken_as_firms_write_it(client, city, typed, wan):
    assert post(client, city.firm_user, "figures", city.firm.pk, revenue=typed).status_code == 302
    assert Enterprise.objects.get(pk=city.firm.pk).revenue == wan


@pytest.mark.parametrize("wrong", [{"staff_count": "八十"}, {"revenue": "-1"}, {"established_on": "2099-01-01"}])
def test_figures_that_cannot_be_come_back_filled_in(client, city, wrong):
    answer = post(client, city.firm_user, "figures", city.firm.pk, **wrong)
    assert answer.status_code == 200
    assert next(iter(wrong.values())) in answer.content.decode()
    assert Enterprise.objects.get(pk=city.firm.pk).staff_count is None


def test_expired_and_abolished_ones_are_in_no_group(client, city):
    published(city, number="", title="过期的", conditions=(), expires_on=city.today - DAY)
    gone = published(city, number="", title="废止的", conditions=())
    abolish(gone, actor=city.clerk, at=city.at, on=city.today, why="有新办法")
    said = text(client, city.firm_user, "mine")
    assert "过期的" not in said
    assert "废止的" not in said
    assert "暂时没有" in said


@pytest.mark.parametrize("asked", [{"tab": "x"}, {"page": "x"}, {"tab": "one", "page": "999"}, {"tab": "\0"}])
def test_nonsense_in_the_address_gives_a_page(client, city, asked):
    assert get(client, city.firm_user, "mine", **asked).status_code == 200


@pytest.mark.parametrize("who", ["cadre", "clerk", "county_clerk", "leader"])
def test_those_who_see_the_firm_see_its_page(client, city, who):
    three(city)
    assert "稳岗补贴办法" in text(client, getattr(city, who), "firm", city.firm.pk)


def test_the_page_costs_the_same_at_one_and_three_rows(client, city, django_assert_num_queries):
    published(city, number="", conditions=())
    get(client, city.firm_user, "mine")
    with django_assert_num_queries(30):
        get(client, city.firm_user, "mine")
    for _ in range(2):
        published(city, number="", conditions=())
    with django_assert_num_queries(30):
        get(client, city.firm_user, "mine")


def test_opening_applying_and_withdrawing(client, city):
    policy = published(city, conditions=())
    said = text(client, city.firm_user, "detail", policy.pk)
    assert "您可以享受" in said
    assert "我要申请" in said
    assert Entitlement.objects.get().viewed_at == city.at
    post(client, city.firm_user, "apply", policy.pk)
    assert "收回申请" in text(client, city.firm_user, "detail", policy.pk)
    assert post(client, city.firm_user, "apply", policy.pk).status_code == 409
    post(client, city.firm_user, "withdraw", policy.pk)
    assert "我要申请" in text(client, city.firm_user, "detail", policy.pk)


def test_others_opening_it_leave_no_trace(client, city):
    policy = published(city, conditions=())
    for who in (city.cadre, city.land_clerk, city.leader):
        assert "适用企业" in text(client, who, "detail", policy.pk)
    assert not Entitlement.objects.exists()


def test_an_automatic_policy_has_no_button(client, city):
    policy = published(city, conditions=(), is_automatic=True)
    said = text(client, city.firm_user, "detail", policy.pk)
    assert "我要申请" not in said
    assert "不用申请" in said
    assert post(client, city.firm_user, "apply", policy.pk).status_code == 422


def test_the_unit_grants_takes_back_and_refuses(client, city):
    policy = published(city, conditions=())
    post(client, city.firm_user, "apply", policy.pk)
    where = ("firm_step", policy.pk, city.firm.pk)
    answer = post(client, city.land_clerk, *where, do="grant", amount="三五")
    assert "看不懂" in answer.content.decode()
    assert post(client, city.land_clerk, *where, do="grant", amount="3万").status_code == 302
    assert "已兑现 3 万元" in text(client, city.firm_user, "detail", policy.pk)
    assert post(client, city.land_clerk, *where, do="grant", amount="3万").status_code == 409
    post(client, city.land_clerk, *where, do="back")
    post(client, city.land_clerk, *where, do="refuse", why="发票不全")
    assert "发票不全" in text(client, city.firm_user, "detail", policy.pk)
    assert post(client, city.land_clerk, *where, do="x").status_code == 200


def test_the_list_has_counts_filters_and_only_firms_in_sight(client, city):
    policy = published(city, conditions=(Condition(ConditionField.ABOVE_SCALE, Operator.NO),))
    far = EnterpriseFactory(region=city.regions["yuzhou"], name="禹州远方有限公司")
    matching.match_all(at=city.at)
    said = text(client, city.clerk, "firms", policy.pk)
    assert far.name in said
    assert city.firm.name in said
    assert far.name not in text(client, city.clerk, "firms", policy.pk, region=city.regions["weidu"].pk)
    assert far.name not in text(client, city.county_clerk, "firms", policy.pk)
    assert far.name not in text(client, city.cadre, "firms", policy.pk)
    for asked in ({"tab": "x"}, {"region": "x"}, {"page": "x"}):
        assert get(client, city.clerk, "firms", policy.pk, **asked).status_code == 200


def test_the_owning_unit_sees_who_applied_even_outside_its_cases(client, city):
    policy = published(city, conditions=())
    post(client, city.firm_user, "apply", policy.pk)
    assert city.firm.name in text(client, city.land_clerk, "firms", policy.pk, tab="applied")
    assert city.firm.name not in text(client, city.labour_clerk, "firms", policy.pk, tab="applied")


def test_a_list_costs_the_same_at_one_and_three_rows(client, city, django_assert_num_queries):
    policy = published(city, conditions=(Condition(ConditionField.ABOVE_SCALE, Operator.NO),))
    Enterprise.objects.exclude(pk=city.firm.pk).update(is_above_scale=True)
    matching.match_all(at=city.at)
    get(client, city.clerk, "firms", policy.pk)
    with django_assert_num_queries(31):
        get(client, city.clerk, "firms", policy.pk)
    EnterpriseFactory.create_batch(2)
    matching.match_all(at=city.at + DAY)
    with django_assert_num_queries(31):
        get(client, city.clerk, "firms", policy.pk)


def test_the_firms_page_links_to_its_policies(client, city):
    client.force_login(city.cadre)
    page = client.get(reverse("enterprises:detail", args=[city.firm.pk])).content.decode()
    assert reverse("policies:firm", args=[city.firm.pk]) in page
