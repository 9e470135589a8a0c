"""应享尽享的五步：不重复数，后一步不多过前一步（R-61）。"""

from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.urls import reverse

from enterprises.models import Enterprise
from policies.enums import ConditionField, Operator
from policies.models import Entitlement
from policies.queries_funnel import ORDERS, Funnel, firms_listed_for, of_firms, policies_of, ranked, visible_funnel
from policies.rules.matching import Condition
from policies.services import matching
from policies.services.entitlements import apply, grant, tell
from tests.factories import EnterpriseFactory
from tests.policies.test_library import published

pytestmark = pytest.mark.django_db
SMALL = Condition(ConditionField.ABOVE_SCALE, Operator.NO)


def test_each_step_counts_each_firm_once_and_later_steps_imply_earlier_ones(city):
    policy = published(city, conditions=(SMALL,))
    EnterpriseFactory(region=city.regions["yuzhou"])
    matching.match_all(at=city.at)
    tell(policy, Enterprise.objects.all(), at=city.at)
    apply(policy, city.firm, actor=city.firm_user, at=city.at)
    grant(policy, city.firm, amount="3万", actor=city.land_clerk, at=city.at)
    Entitlement.objects.filter(enterprise=city.firm).update(told_at=None, viewed_at=None)
    total = Enterprise.objects.count()
    whole = Funnel(eligible=total, told=total, viewed=1, applied=1, granted=1, amount=Decimal(30_000))
    for who in (city.clerk, city.leader, city.land_clerk):
        assert visible_funnel(who, today=city.today).whole == whole
    assert visible_funnel(city.labour_clerk, today=city.today).whole == Funnel()
    county = visible_funnel(city.county_clerk, today=city.today)
    assert county.whole.eligible < total
    assert county.by_region[city.firm.region_id].amount == Decimal(30_000)


def test_who_no_longer_fits_and_never_applied_is_not_counted(city):
    policy = published(city, conditions=(SMALL,))
    tell(policy, [city.firm, city.other_firm], at=city.at)
    apply(policy, city.firm, actor=city.firm_user, at=city.at)
    Enterprise.objects.update(is_above_scale=True)
    matching.match_all(at=city.at)
    found = visible_funnel(city.clerk, today=city.today).whole
    assert (found.eligible, found.told, found.applied, found.granted) == (1, 1, 1, 0)


def test_expired_policies_are_not_in_it(city):
    published(city, conditions=(SMALL,), expires_on=city.today)
    matching.match_all(at=city.at)
    assert visible_funnel(city.clerk, today=city.today).whole.eligible
    assert visible_funnel(city.clerk, today=city.today + timedelta(days=1)).whole == Funnel()


def test_the_page_costs_the_same_at_one_and_three_policies(client, city, django_assert_num_queries):
    client.force_login(city.clerk)
    with time_machine.travel(city.at, tick=False):
        assert "还没有有效的政策" in client.get(reverse("policies:funnel")).content.decode()
        for _ in range(2):
            published(city, number="", conditions=(SMALL,))
            matching.match_all(at=city.at)
            with django_assert_num_queries(13):
                page = client.get(reverse("policies:funnel"), {"page": "x"})
            assert "许昌市支持企业技术改造" in page.content.decode()


def test_a_region_opens_its_firms_with_the_same_counts(client, city, django_assert_num_queries):
    policy = published(city, conditions=(SMALL,))
    matching.match_all(at=city.at)
    apply(policy, city.firm, actor=city.firm_user, at=city.at)
    keys = [city.firm.pk, city.other_firm.pk]
    found = of_firms(policies_of(city.clerk), keys, today=city.today)
    assert found[city.firm.pk] == Funnel(eligible=1, told=1, viewed=1, applied=1)
    assert found[city.other_firm.pk] == Funnel(eligible=1)
    client.force_login(city.clerk)
    address = reverse("policies:funnel_firms", args=[city.firm.region_id])
    with time_machine.travel(city.at, tick=False):
        assert address in client.get(reverse("policies:funnel")).content.decode()
        for _ in range(2):
            with django_assert_num_queries(14):
                said = client.get(address, {"page": "x"}).content.decode()
            assert reverse("policies:firm", args=[city.firm.pk]) in said
            EnterpriseFactory.create_batch(2, region=city.firm.region)
        assert "没有查到企业" in client.get(address, {"q": "没有\0这家"}).content.decode()


def test_a_unit_lists_the_firms_it_sees_and_those_of_its_policies(client, city):
    policy = published(city, conditions=(SMALL,))
    assert city.other_firm not in firms_listed_for(city.land_clerk)
    tell(policy, [city.other_firm], at=city.at)
    assert city.other_firm in firms_listed_for(city.land_clerk)
    assert city.other_firm not in firms_listed_for(city.labour_clerk)


def test_a_units_list_and_its_last_row_add_up_to_the_regions_figures(client, city):
    region = city.other_firm.region
    firms = [city.other_firm, *EnterpriseFactory.create_batch(3, region=region)]
    policy = published(city, conditions=(SMALL,))
    matching.match_all(at=city.at)
    tell(policy, firms[:1], at=city.at)
    grant(policy, firms[0], amount="2万", actor=city.land_clerk, at=city.at)
    counted = visible_funnel(city.land_clerk, today=city.today).by_region[region.pk]
    assert (counted.eligible, counted.told, counted.amount) == (4, 1, 20_000)
    client.force_login(city.land_clerk)
    with time_machine.travel(city.at, tick=False):
        page = client.get(reverse("policies:funnel_firms", args=[region.pk]))
        rest = page.context["rest"]
        assert (rest.count, rest.sums) == (3, Funnel(eligible=3))
        for _, each, _ in page.context["rows"]:
            rest.sums.add(each)
        assert rest.sums == counted
        said = page.content.decode()
        assert "另有 3 家" in said
        assert firms[1].name not in said
        client.force_login(city.clerk)
        assert "另有" not in client.get(reverse("policies:funnel_firms", args=[region.pk])).content.decode()


def test_a_unit_sees_the_sum_even_where_it_may_list_nobody(client, city):
    published(city, conditions=(SMALL,))
    matching.match_all(at=city.at)
    client.force_login(city.land_clerk)
    with time_machine.travel(city.at, tick=False):
        said = client.get(reverse("policies:funnel_firms", args=[city.other_firm.region_id])).content.decode()
    assert "另有 1 家" in said
    assert city.other_firm.name not in said


@pytest.mark.parametrize("order", ORDERS)
def test_policies_are_ranked_by_what_is_asked(order):
    most = Funnel(eligible=9, told=1, viewed=1, applied=1, amount=Decimal(5))
    rows = {1: Funnel(eligible=1, told=1), 2: most}
    assert [key for key, _ in ranked(rows, order)] == [2, 1]
