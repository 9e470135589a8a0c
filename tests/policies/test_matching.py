"""匹配说得出为什么（R-61）：一条一条问，成批问，结论一样。"""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.enums import Answer, ConditionField, Operator, Verdict
from policies.rules.matching import ALLOWED, Condition, Profile, Register, ask, contradiction, match, verdict_of

F, Op, A = ConditionField, Operator, Answer


def firm(**facts):
    return Profile(1, {F[name]: value for name, value in facts.items()})


@pytest.mark.parametrize(
    ("condition", "facts", "answer"),
    [
        (Condition(F.REGION, Op.IN, ("411002", "411003")), {"REGION": "411003"}, A.PASSED),
        (Condition(F.REGION, Op.IN, ("411002",)), {"REGION": "411003"}, A.FAILED),
        (Condition(F.REGION, Op.NOT_IN, ("411002",)), {"REGION": "411003"}, A.PASSED),
        (Condition(F.REGION, Op.IN, ("411002",)), {}, A.UNKNOWN),
        (Condition(F.INDUSTRY, Op.PREFIX, ("C35", "I")), {"INDUSTRY": "C3511"}, A.PASSED),
        (Condition(F.INDUSTRY, Op.PREFIX, ("C36",)), {"INDUSTRY": "C3511"}, A.FAILED),
        (Condition(F.ABOVE_SCALE, Op.YES), {"ABOVE_SCALE": True}, A.PASSED),
        (Condition(F.ABOVE_SCALE, Op.YES), {"ABOVE_SCALE": False}, A.FAILED),
        (Condition(F.ABOVE_SCALE, Op.NO), {"ABOVE_SCALE": False}, A.PASSED),
        (Condition(F.TAG, Op.IN, ("专精特新",)), {"TAG": frozenset({"专精特新", "高新技术"})}, A.PASSED),
        (Condition(F.TAG, Op.IN, ("专精特新",)), {"TAG": frozenset()}, A.FAILED),
        (Condition(F.TAG, Op.NOT_IN, ("上市",)), {"TAG": frozenset()}, A.PASSED),
        (Condition(F.AGE, Op.AT_LEAST, (3,)), {"AGE": 3}, A.PASSED),
        (Condition(F.AGE, Op.AT_LEAST, (3,)), {"AGE": 2}, A.FAILED),
        (Condition(F.REVENUE, Op.AT_MOST, (2000,)), {"REVENUE": 2000}, A.PASSED),
        (Condition(F.STAFF, Op.AT_MOST, (300,)), {"STAFF": 301}, A.FAILED),
        (Condition(F.STAFF, Op.AT_LEAST, (0,)), {"STAFF": 0}, A.PASSED),
    ],
)
def test_a_condition_is_passed_failed_or_unknown(condition, facts, answer):
    assert ask(condition, firm(**facts)) == answer


@pytest.mark.parametrize("answers", list(product(Answer, repeat=3)))
def test_the_verdict_over_every_combination(answers):
    failed, unknown = answers.count(A.FAILED), answers.count(A.UNKNOWN)
    if failed == 0:
        wanted = Verdict.FITS if unknown == 0 else Verdict.UNKNOWN
    else:
        wanted = Verdict.ONE_MISSING if (failed, unknown) == (1, 0) else Verdict.UNFIT
    assert verdict_of(answers) == wanted


def test_no_conditions_fit_everybody():
    assert match((), firm()).verdict == Verdict.FITS


def test_a_match_names_what_is_missing_and_what_is_unknown():
    asked = (
        Condition(F.TAG, Op.IN, ("高新技术",)),
        Condition(F.AGE, Op.AT_LEAST, (2,)),
        Condition(F.STAFF, Op.AT_MOST, (9,)),
    )
    found = match(asked, firm(TAG=frozenset(), AGE=5))
    assert (found.verdict, found.missing, found.unknown) == (Verdict.UNFIT, asked[:1], asked[2:])
    assert match(asked[:2], firm(TAG=frozenset(), AGE=5)).verdict == Verdict.ONE_MISSING


WORDS = ("甲", "乙", "丙")
SINGLE, NUMBER, MANY = (F.REGION, F.CHAIN), (F.AGE, F.REVENUE), (F.TAG, F.WHITELIST)


def conditions():
    def of(name):
        if name in NUMBER:
            return st.builds(Condition, st.just(name), st.sampled_from(ALLOWED[name]), st.tuples(st.integers(0, 4)))
        if name == F.ABOVE_SCALE:
            return st.builds(Condition, st.just(name), st.sampled_from(ALLOWED[name]))
        values = st.lists(st.sampled_from(WORDS), min_size=1, max_size=2, unique=True).map(tuple)
        return st.builds(Condition, st.just(name), st.sampled_from(ALLOWED[name]), values)

    return st.lists(st.sampled_from((*SINGLE, *NUMBER, *MANY, F.ABOVE_SCALE)).flatmap(of), max_size=4)


def profiles():
    facts = st.fixed_dictionaries(
        {},
        optional={
            **dict.fromkeys(SINGLE, st.sampled_from(WORDS)),
            **dict.fromkeys(NUMBER, st.integers(0, 5)),
            **dict.fromkeys(MANY, st.frozensets(st.sampled_from(WORDS))),
            F.ABOVE_SCALE: st.booleans(),
        },
    )
    return st.lists(facts, max_size=12).map(lambda rows: [Profile(n, row) for n, row in enumerate(rows)])


@given(conditions(), profiles())
def test_asked_in_bulk_the_verdicts_are_the_same(asked, firms):
    unique = tuple(dict.fromkeys(asked))
    matched = Register(firms).match(asked)
    for verdict in Verdict:
        wanted = [each.key for each in firms if match(unique, each).verdict == verdict]
        assert matched.keys(verdict) == wanted
        assert matched.count(verdict) == len(wanted)


@given(conditions(), profiles())
def test_contradictory_conditions_fit_nobody(asked, firms):
    if contradiction(asked):
        assert Register(firms).match(asked).count(Verdict.FITS) == 0


@pytest.mark.parametrize(
    ("one", "other", "is_said"),
    [
        (Condition(F.AGE, Op.AT_LEAST, (5,)), Condition(F.AGE, Op.AT_MOST, (4,)), True),
        (Condition(F.AGE, Op.AT_LEAST, (4,)), Condition(F.AGE, Op.AT_MOST, (4,)), False),
        (Condition(F.ABOVE_SCALE, Op.YES), Condition(F.ABOVE_SCALE, Op.NO), True),
        (Condition(F.REGION, Op.IN, ("甲",)), Condition(F.REGION, Op.IN, ("乙",)), True),
        (Condition(F.TAG, Op.IN, ("甲",)), Condition(F.TAG, Op.IN, ("乙",)), False),
        (Condition(F.TAG, Op.IN, ("甲",)), Condition(F.TAG, Op.NOT_IN, ("甲", "乙")), True),
        (Condition(F.INDUSTRY, Op.PREFIX, ("C35",)), Condition(F.INDUSTRY, Op.PREFIX, ("C3511",)), False),
        (Condition(F.INDUSTRY, Op.PREFIX, ("C35",)), Condition(F.INDUSTRY, Op.PREFIX, ("C36",)), True),
        (Condition(F.AGE, Op.AT_LEAST, (5,)), Condition(F.STAFF, Op.AT_MOST, (4,)), False),
    ],
)
def test_a_contradiction_is_said_before_publishing(one, other, is_said):
    assert bool(contradiction([one, other])) == is_said
    assert bool(contradiction([other, one])) == is_said


@pytest.mark.parametrize(
    ("asked", "is_said"),
    [
        ([Condition(F.REGION, Op.IN, ("甲", "乙")), Condition(F.REGION, Op.NOT_IN, ("甲",)), Condition(F.REGION, Op.NOT_IN, ("乙",))], True),
        ([Condition(F.CHAIN, Op.IN, ("甲", "乙")), Condition(F.CHAIN, Op.IN, ("乙", "丙")), Condition(F.CHAIN, Op.IN, ("甲", "丙"))], True),
        ([Condition(F.CHAIN, Op.IN, ("甲", "乙")), Condition(F.CHAIN, Op.IN, ("乙", "丙")), Condition(F.CHAIN, Op.NOT_IN, ("丙",))], False),
        ([Condition(F.TAG, Op.IN, ("甲", "乙")), Condition(F.TAG, Op.NOT_IN, ("甲",)), Condition(F.TAG, Op.NOT_IN, ("乙",))], True),
        ([Condition(F.AGE, Op.AT_LEAST, (1,)), Condition(F.AGE, Op.AT_MOST, (9,)), Condition(F.AGE, Op.AT_MOST, (0,))], True),
        ([Condition(F.INDUSTRY, Op.PREFIX, ("C35", "C36")), Condition(F.INDUSTRY, Op.PREFIX, ("C36", "C37")), Condition(F.INDUSTRY, Op.PREFIX, ("C35", "C37"))], True),
        ([Condition(F.INDUSTRY, Op.PREFIX, ("C",)), Condition(F.INDUSTRY, Op.PREFIX, ("C36", "C37")), Condition(F.INDUSTRY, Op.PREFIX, ("C3613",))], False),
    ],
)  # fmt: skip
def test_three_that_agree_two_by_two_may_still_contradict(asked, is_said):
    assert bool(contradiction(asked)) == is_said


def test_every_field_has_its_ways_of_comparing():
    assert set(ALLOWED) == set(ConditionField)
