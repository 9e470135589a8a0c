"""The laws of the score (R-51), held against random months."""

import random
from dataclasses import replace
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from reports.scoring import CaseFacts, Group, Part, Rate, Weights, count, score_month

RATES = [name for name in count([]).__annotations__ if isinstance(getattr(count([]), name), Rate)]
maybe = st.sampled_from([None, True, False])


@st.composite
def months(draw, least=1, most=25):
    rows = draw(
        st.lists(
            st.builds(
                CaseFacts,
                case=st.just(0),
                unit=st.integers(1, 4),
                group=st.sampled_from([Group.COUNTY, Group.DEPARTMENT]),
                is_due=st.booleans(),
                outcome=st.sampled_from(["", "A", "B", "C", "D"]),
                is_on_time=maybe,
                is_signed_on_time=maybe,
                is_fed_back_on_time=maybe,
                is_ratable=st.booleans(),
                rating=st.sampled_from([None, 1, 2, 3, 4, 5]),
                look_back_passed=maybe,
                urges=st.integers(0, 3),
                inquiries=st.integers(0, 2),
                false_closures=st.integers(0, 1),
                is_legal=st.booleans(),
                workdays=st.none() | st.integers(0, 40),
            ),
            min_size=least,
            max_size=most,
        )
    )
    return [replace(each, case=n, unit=each.unit * 10 + (each.group == Group.COUNTY)) for n, each in enumerate(rows)]


weights = st.builds(
    Weights,
    **{part.value: st.integers(0 if part != Part.SOLVED else 1, 60) for part in Part},
    shrinkage=st.integers(0, 9),
    least_due=st.integers(0, 6),
)


@given(months(), weights)
def test_a_score_lies_between_nothing_and_a_hundred(month, rule):
    for row in score_month(month, rule):
        assert Decimal(0) <= row.score <= Decimal(100)
        assert all(Decimal(0) <= each.points <= each.full for each in row.parts)
        assert row.score == row.score.quantize(Decimal("0.01"))


@given(months(), weights, st.randoms(use_true_random=False))
def test_the_order_of_the_facts_does_not_matter(month, rule, dice: random.Random):
    shuffled = list(month)
    dice.shuffle(shuffled)
    assert score_month(shuffled, rule) == score_month(month, rule)


@given(months(), weights, st.data())
def test_a_bad_rating_more_never_raises_the_score(month, rule, data):
    n = data.draw(st.integers(0, len(month) - 1))
    worse = [replace(each, rating=1, is_ratable=True) if each.case == n else each for each in month]
    before = {row.unit: row.score for row in score_month(month, rule)}
    after = {row.unit: row.score for row in score_month(worse, rule)}
    assert after[month[n].unit] <= before[month[n].unit]


@given(months(), weights, st.data())
def test_a_mark_more_never_raises_the_score(month, rule, data):
    n = data.draw(st.integers(0, len(month) - 1))
    name = data.draw(st.sampled_from(["urges", "inquiries", "wrong_objections", "false_closures"]))
    worse = [replace(each, **{name: getattr(each, name) + 1}) if each.case == n else each for each in month]
    before = {row.unit: row.score for row in score_month(month, rule)}
    after = {row.unit: row.score for row in score_month(worse, rule)}
    assert after[month[n].unit] <= before[month[n].unit]


@given(months(), weights)
def test_places_follow_the_scores(month, rule):
    for group in Group:
        ranked = [row for row in score_month(month, rule) if row.group == group and row.place]
        assert all(row.due >= rule.least_due for row in ranked)
        assert [row.place for row in ranked] == [1 + sum(o.score > row.score for o in ranked) for row in ranked]
        assert ranked == sorted(ranked, key=lambda row: row.place)


@given(months())
def test_no_rate_exceeds_its_denominator_and_every_case_is_named(month):
    counts = count(month)
    for found in (getattr(counts, name) for name in RATES):
        assert 0 <= found.n <= found.d
        assert set(found.missed) <= set(found.cases)
        assert len(found.cases) <= found.d


@given(months())
def test_facts_survive_being_frozen(month):
    assert [CaseFacts.from_data(each.as_data()) for each in month] == month
