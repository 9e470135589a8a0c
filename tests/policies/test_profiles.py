"""企业在匹配时的样子：从台账读来，没填就是不知道（R-61）。"""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from enterprises.models import Cluster, Enterprise, IndustryChain, Tag, Whitelisting
from policies.enums import ConditionField, Operator, Verdict
from policies.models import Entitlement
from policies.rules.industry import canonical
from policies.rules.matching import Condition
from policies.services import abolish
from policies.services.eligibility import fits_of, judged
from policies.services.entitlements import tell
from policies.services.profiles import asked_of, profile_of, register, years_between
from tests.factories import EnterpriseFactory
from tests.policies.test_library import published

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
F, Op = ConditionField, Operator


def test_what_is_not_filled_in_is_unknown_and_what_the_office_never_gave_is_none(city):
    Enterprise.objects.filter(pk=city.firm.pk).update(industry_code="")
    facts = profile_of(city.firm, city.today).facts
    assert not {F.AGE, F.REVENUE, F.STAFF, F.INDUSTRY} & facts.keys()
    assert [facts[name] for name in (F.CHAIN, F.CLUSTER, F.TAG, F.WHITELIST)] == [frozenset()] * 4


def test_everything_that_is_known_is_there(city):
    firm = city.firm
    Enterprise.objects.filter(pk=firm.pk).update(
        chain=IndustryChain.objects.create(name="装备链"), cluster=Cluster.objects.create(name="发制品集群"),
        industry_code="3525", is_above_scale=True, established_on=date(2020, 11, 24), revenue=0, staff_count=80,
    )  # fmt: skip
    firm.tags.add(Tag.objects.create(name="高新技术"))
    facts = profile_of(firm, city.today).facts
    assert (facts[F.CHAIN], facts[F.CLUSTER]) == (frozenset({"装备链"}), frozenset({"发制品集群"}))
    assert (facts[F.INDUSTRY], facts[F.AGE], facts[F.REVENUE], facts[F.STAFF]) == ("C3525", 5, 0, 80)
    assert (facts[F.TAG], facts[F.ABOVE_SCALE]) == (frozenset({"高新技术"}), 1)


@pytest.mark.parametrize(
    ("span", "is_on"), [((0, 0), True), ((-9, None), True), ((-9, -1), False), ((1, None), False), ((-9, 0), True)]
)
def test_a_whitelisting_counts_on_its_days_only(city, span, is_on):
    days = [None if each is None else city.today + each * DAY for each in span]
    Whitelisting.objects.create(enterprise=city.firm, level="CITY", from_on=days[0], to_on=days[1])
    assert profile_of(city.firm, city.today).facts[F.WHITELIST] == (frozenset({"市级白名单"}) if is_on else frozenset())


def test_a_functional_zone_lies_in_its_county(city):
    zone = EnterpriseFactory(region=city.regions["zone"])
    assert profile_of(zone, city.today).facts[F.REGION] == {"东城区", "魏都区"}


@pytest.mark.parametrize(
    ("since", "years"),
    [(date(2024, 2, 29), 0), (date(2023, 2, 28), 2), (date(2025, 2, 28), 0), (date(2030, 1, 1), 0)],
)
def test_full_years_on_the_last_day_of_february(since, years):
    assert years_between(since, date(2025, 2, 28)) == years


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("3525", "C3525"), ("c3525", "C3525"), (" C35 ", "C35"), ("C", "C"), ("I65", "I65"), ("70", "K70"), ("", ""),
        ("A35", ""), ("Z", ""), ("C9", ""), ("98", ""), ("00", ""), ("三五", ""), ("C35251", ""),
    ],
)  # fmt: skip
def test_an_industry_code_is_the_same_with_and_without_its_letter(written, code):
    assert canonical(written) == code


def test_struck_off_firms_are_not_in_the_register_unless_asked_for(city):
    Enterprise.objects.filter(pk=city.other_firm.pk).update(is_active=False)
    assert {each.key for each in register(city.today).profiles} == {city.firm.pk}
    asked = register(city.today, among=Enterprise.objects.filter(pk=city.other_firm.pk))
    assert [each.key for each in asked.profiles] == [city.other_firm.pk]


def test_the_register_costs_the_same_for_any_number_of_firms(city, django_assert_num_queries):
    with django_assert_num_queries(7):
        register(city.today)
    EnterpriseFactory.create_batch(3)
    with django_assert_num_queries(7):
        register(city.today)


def test_a_county_policy_asks_for_its_county_first(city):
    policy = published(city, level="COUNTY", region=city.regions["weidu"], conditions=())
    assert asked_of([policy]) == {policy.pk: (Condition(F.REGION, Op.IN, ("魏都区",)),)}


def test_industry_conditions_are_read_with_their_letter(city):
    asked = (Condition(F.INDUSTRY, Op.PREFIX, ("35", "C36")),)
    policy = published(city, conditions=asked)
    assert asked_of([policy])[policy.pk] == (replace(asked[0], values=("C35", "C36")),)


def test_only_what_is_valid_today_is_judged(city):
    fits = published(city, number="", conditions=())
    published(city, number="", conditions=(), expires_on=city.today - DAY)
    published(city, number="", conditions=(), effective_on=city.today + DAY)
    gone = published(city, number="", conditions=())
    abolish(gone, actor=city.clerk, at=city.at, on=city.today, why="有新办法")
    published(city, number="", level="NATION", card="", conditions=())
    assert fits_of(city.firm, city.today) == [fits]


def test_the_three_groups_of_one_firm(city):
    small = Condition(F.STAFF, Op.AT_MOST, (300,))
    scale = Condition(F.ABOVE_SCALE, Op.YES)
    rows = {
        Verdict.UNKNOWN: published(city, number="", conditions=(small,)),
        Verdict.ONE_MISSING: published(city, number="", conditions=(scale,)),
        Verdict.FITS: published(city, number="", conditions=(Condition(F.ABOVE_SCALE, Op.NO),)),
    }
    published(city, number="", conditions=(scale, small))
    assert {fit.verdict: fit.policy for fit in judged(city.firm, city.today)} == rows


def test_one_firm_costs_the_same_for_any_number_of_policies(city, django_assert_num_queries):
    for _ in range(2):
        published(city, number="")
        with django_assert_num_queries(9):
            judged(city.firm, city.today)


def test_being_told_is_written_down_once(city):
    policy = published(city)
    assert tell(policy, [city.firm], at=city.at) == 1
    assert tell(policy, [city.firm, city.other_firm.pk, city.firm.pk], at=city.at + DAY) == 1
    assert tell(policy, [], at=city.at) == 0
    told = dict(Entitlement.objects.values_list("enterprise", "told_at"))
    assert told == {city.firm.pk: city.at, city.other_firm.pk: city.at + DAY}
