"""R-52: which case cost which points: every cost equals scoring the whole month anew without that loss."""

from dataclasses import replace
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from reports.losses import Reckoning
from reports.scoring import MARK_FIELDS, QUESTIONS, CaseFacts, Mark, Part, Weights, rate, score_month
from tests.reports.test_scoring_laws import months, weights

KEPT = {
    Part.SIGNING: {"is_signed_on_time": True, "is_fed_back_on_time": True},
    Part.ON_TIME: {"is_on_time": True},
    Part.SOLVED: {"outcome": "A"},
    Part.LOOK_BACK: {"look_back_passed": True},
    Part.COMMON: {"common_done": True},
}


def kept(facts, item):
    """The case as it would be had this not been lost."""
    if item in MARK_FIELDS:
        return replace(facts, **{MARK_FIELDS[Mark(item)]: 0})
    asked = {name: value for name, value in KEPT[Part(item)].items() if getattr(facts, name) is not None}
    return replace(facts, **asked)


def reckoned(month, rule, unit):
    own = [each for each in month if each.unit == unit]
    group = [each for each in month if each.group == own[0].group]
    pool = {part.value: ((r := rate(group, QUESTIONS[part])).n, r.d) for part in Part}
    return Reckoning(own, rule, pool)


def score_of(month, rule, unit):
    return next(row.score for row in score_month(month, rule) if row.unit == unit)


@settings(max_examples=40, deadline=None)
@given(months(most=12), weights)
def test_each_cost_equals_scoring_the_month_anew(month, rule):
    for unit in {each.unit for each in month}:
        found = reckoned(month, rule, unit)
        assert found.score == score_of(month, rule, unit)
        for loss in found.losses():
            changed = [kept(each, loss.item) if (each.case, each.unit) == (loss.case, unit) else each for each in month]
            assert loss.would_be == score_of(changed, rule, unit)
            assert loss.points == loss.would_be - found.score >= 0


@settings(max_examples=40, deadline=None)
@given(months(most=12), weights)
def test_all_of_them_together_equal_scoring_the_month_anew(month, rule):
    unit = month[0].unit
    found = reckoned(month, rule, unit)
    losses = found.losses()
    changed = month
    for loss in losses:
        changed = [kept(each, loss.item) if (each.case, each.unit) == (loss.case, unit) else each for each in changed]
    assert found.without(losses) == score_of(changed, rule, unit)


def fact(case, **more):
    values = {"is_due": True, "outcome": "A", "is_on_time": True, "rating": 5}
    return CaseFacts(case=case, unit=1, group="COUNTY", **(values | more))


def test_ratings_are_never_told_case_by_case():
    assert [loss.item for loss in reckoned([fact(1, rating=1)], Weights(), 1).losses()] == []


def test_an_urge_above_the_most_costs_nothing_more():
    month = [fact(n, urges=1) for n in range(7)]
    found = reckoned(month, Weights(), 1)
    assert {loss.points for loss in found.losses()} == {Decimal(0)}
    assert found.without(found.losses()) - found.score == 5


def test_what_was_struck_costs_nothing():
    month = [fact(1), fact(2, is_on_time=None), fact(3, is_due=False, outcome="")]
    assert reckoned(month, Weights(), 1).losses() == []


@given(st.builds(fact, st.just(1), is_signed_on_time=st.just(False), is_fed_back_on_time=st.booleans()))
def test_signing_and_feedback_are_one_loss(facts):
    month = [facts, fact(2, is_signed_on_time=True)]
    assert [loss.item for loss in reckoned(month, Weights(), 1).losses()] == [Part.SIGNING]
