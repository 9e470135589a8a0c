"""Rule-sets: versions, what is refused, who may make them, what the shipped ones reckon (R-40)."""

import pytest

from cadres.services import calendar as calendars
from cases.enums import Clock, Tier
from cases.models import RuleSet
from cases.services import clocks, rulesets
from cases.services.reckoning import reckon_all
from tests.cases.clockwork import day
from zhuqi.kernel.errors import DomainError, InvalidInput, NotPermitted


def test_case_keeps_the_rule_version_it_was_dispatched_under(city, case):
    old = case.rule_set
    terms = old.terms | {"SIGN": "2d"}
    new = rulesets.add_version("13710", terms, name=old.name, roll="FORWARD", at=city.at, actor=city.director)
    assert (new.version, new.is_default) == (2, True)
    assert clocks.default_rule() == new
    assert clocks.open_clock(case, Clock.SIGN, at=city.at).due_on == day("2026-11-24")
    case.rule_set = None
    assert clocks.open_clock(case, Clock.SIGN, at=city.at).due_on == day("2026-11-25")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"SIGN": "一天"}, "写法不对"),
        ({"SIGN": ""}, "缺少“签收”"),
        ({"LUNCH": "1d"}, "没有“LUNCH”"),
        ({"RESOLVE.HUGE": "1d"}, "没有“RESOLVE.HUGE”"),
    ],
)
def test_rule_set_that_cannot_be_reckoned_with_is_refused(city, change, said):
    terms = clocks.default_rule().terms | change
    with pytest.raises(InvalidInput, match=said):
        rulesets.add_version("13710", terms, name="x", roll="FORWARD", at=city.at, actor=city.director)
    assert RuleSet.objects.count() == 3
    assert clocks.default_rule().version == 1


def test_rule_set_without_a_needed_term_is_refused(city):
    terms = {key: text for key, text in clocks.default_rule().terms.items() if key != "RESOLVE.MAJOR"}
    with pytest.raises(InvalidInput, match="缺少“办结（重大）”"):
        rulesets.add_version("13710", terms, name="x", roll="FORWARD", at=city.at, actor=city.director)


def test_rule_sets_are_made_by_the_director_of_the_city_office_only(city):
    rule = RuleSet.objects.get(code="2011")
    for actor in (city.county_director, city.clerk, city.sysadmin):
        with pytest.raises(NotPermitted, match="办理规则由市活动办主任修改"):
            rulesets.make_default(rule, actor=actor)
    rulesets.make_default(rule, actor=city.director)
    assert clocks.default_rule() == rule


def test_seeding_rule_sets_again_keeps_what_an_office_chose(city):
    rulesets.make_default(RuleSet.objects.get(code="2011"), actor=city.director)
    rulesets.seed_rule_sets(city.at)
    assert clocks.default_rule().code == "2011"
    assert RuleSet.objects.count() == 3


def test_limits_are_read_from_the_rule(city, case):
    assert clocks.amount(case, "EXTENSION_MOST") == 30
    assert clocks.window_end(case, "OBJECT_WINDOW", since_on=day("2026-02-13")) == day("2026-02-14")
    assert clocks.window_end(case, "RATE", since_on=day("2026-02-13")) == day("2026-02-28")
    with pytest.raises(DomainError, match="缺少“TEA”"):
        clocks.amount(case, "TEA")


def test_shipped_rules_reckon_every_clock(city):
    calendar = calendars.calendar_at()
    found = {
        code: {
            (each.clock, each.tier): each.reckoning.due_on
            for each in reckon_all(RuleSet.objects.get(code=code), day("2026-02-13"), calendar)
        }
        for code in ("13710", "ABC-2025", "2011")
    }
    assert found["13710"][Clock.RESOLVE, Tier.SINGLE] == day("2026-02-24")
    assert found["ABC-2025"][Clock.RESOLVE, Tier.SINGLE] == day("2026-02-27")
    assert found["ABC-2025"][Clock.RESOLVE, Tier.COMPLEX] == day("2026-03-12")
    assert found["ABC-2025"][Clock.RESOLVE, Tier.MAJOR] == day("2026-03-13")
    assert found["2011"][Clock.DISPATCH, ""] == day("2026-02-25")
    assert found["2011"][Clock.RESOLVE, Tier.MAJOR] == day("2026-03-12")
    assert {len(each) for each in found.values()} == {len(found["13710"])}
