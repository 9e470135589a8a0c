"""R-50, R-51 against written tables."""

from dataclasses import fields, replace
from decimal import Decimal

import pytest

from reports.scoring import (
    QUESTIONS,
    CaseFacts,
    Group,
    Mark,
    Part,
    Rate,
    Weights,
    count,
    percentile,
    rate,
    score_month,
    strike,
)

D = Decimal
PERFECT = {
    "is_due": True, "outcome": "A", "is_on_time": True, "is_signed_on_time": True, "is_fed_back_on_time": True,
    "is_ratable": True, "rating": 5, "look_back_passed": True, "common_done": True, "workdays": 5,
}  # fmt: skip
BARE = Weights(shrinkage=0)


def facts(case, unit=1, group=Group.DEPARTMENT, **more):
    return CaseFacts(case=case, unit=unit, group=group, **more)


def perfect(case, unit=1, **more):
    return facts(case, unit, **(PERFECT | more))


def only(standings, unit=1):
    return next(each for each in standings if each.unit == unit)


def points(standing, part):
    return next(each for each in standing.parts if each.part == part)


def test_the_default_weights_are_those_of_the_rule():
    assert [Weights().of(part) for part in Part] == [15, 20, 25, 25, 10, 5]
    assert (Weights().urge, Weights().urge_most, Weights().inquiry) == (1, 5, 5)
    assert (Weights().wrong_objection, Weights().false_closure) == (1, 10)
    assert (Weights().shrinkage, Weights().least_due) == (5, 5)


@pytest.mark.parametrize("bad", [{"signing": -1}, dict.fromkeys((p.value for p in Part), 0), {"urge_most": -5}])
def test_impossible_weights_are_refused(bad):
    with pytest.raises(ValueError, match="0"):
        Weights(**bad)


def test_weights_and_facts_survive_json():
    weights = Weights(solved=30, on_time=15)
    assert Weights.from_data(weights.as_data()) == weights
    one = perfect(7, rating=2, urges=2)
    assert CaseFacts.from_data(one.as_data()) == one
    assert "inquiries" not in one.as_data()
    with pytest.raises(TypeError):
        CaseFacts.from_data({"case": 1, "unit": 1, "group": "X", "colour": 1})


def test_rate_carries_its_counts_and_its_cases():
    found = rate([facts(2, is_due=True, outcome="A"), facts(1, is_due=True)], QUESTIONS[Part.SOLVED])
    assert found == Rate(1, 2, (1, 2), (1,))
    assert (found.percent, found.share) == (50, found.share)


@pytest.mark.parametrize(("n", "d", "percent"), [(0, 0, None), (1, 3, 33), (2, 3, 67), (1, 200, 1), (5, 5, 100)])
def test_percent_is_whole_and_halves_go_up(n, d, percent):
    assert Rate(n, d).percent == percent


@pytest.mark.parametrize(
    ("outcome", "answered", "solved"), [("A", 1, 1), ("B", 1, 0), ("C", 1, 0), ("D", 1, 0), ("", 0, 0)]
)
def test_answered_is_a_to_d_and_solved_is_a(outcome, answered, solved):
    counts = count([facts(1, is_due=True, outcome=outcome)])
    assert ((counts.answered.n, counts.answered.d), (counts.solved.n, counts.solved.d)) == ((answered, 1), (solved, 1))


def test_a_case_that_was_not_due_is_in_no_denominator():
    counts = count([facts(1, outcome="A", is_on_time=True)])
    assert (counts.answered.d, counts.solved.d, counts.on_time.d) == (0, 0, 0)


@pytest.mark.parametrize(("rating", "satisfied"), [(5, 1), (4, 1), (3, 1), (2, 0), (1, 0)])
def test_satisfied_is_the_upper_three(rating, satisfied):
    found = count([facts(1, is_ratable=True, rating=rating)]).satisfied
    assert (found.n, found.d) == (satisfied, 1)


def test_not_rated_is_not_rated():
    counts = count([facts(1, is_ratable=True), facts(2, is_ratable=True, rating=5)])
    assert (counts.satisfied.n, counts.satisfied.d) == (1, 1)
    assert (counts.rated.n, counts.rated.d) == (1, 2)


def test_legal_cases_are_shown_apart_only():
    counts = count([perfect(1, is_legal=True), perfect(2)])
    assert [counts.answered.d, counts.solved.d, counts.on_time.d, counts.satisfied.d, counts.rated.d] == [1] * 5
    assert (counts.legal.n, counts.legal.d, counts.legal.cases) == (1, 1, (1,))
    assert only(score_month([perfect(1, is_legal=True)], Weights())).due == 0


def test_reopened_over_all_that_had_been_closed():
    counts = count([facts(1, was_closed=True), facts(2, was_reopened=True), facts(3)])
    assert (counts.reopened.n, counts.reopened.d) == (1, 2)


def test_lengths_and_ages():
    counts = count(
        [facts(n, workdays=n) for n in range(1, 11)]
        + [facts(11, shelved_days=70), facts(12, workdays=99, is_legal=True)]
    )
    assert (counts.median_workdays, counts.p90_workdays, counts.shelved_days) == (5.5, 9, (70,))
    assert (count([]).median_workdays, count([]).p90_workdays) == (None, None)


@pytest.mark.parametrize(("values", "expected"), [([], None), ([3], 3), ([1, 2], 2), (list(range(1, 101)), 90)])
def test_percentile_is_nearest_rank(values, expected):
    assert percentile(values, 90) == expected


def test_all_done_is_a_hundred_and_nothing_done_is_nothing():
    good = score_month([perfect(n) for n in range(5)], Weights())
    bad = facts(1, is_due=True, is_on_time=False, is_signed_on_time=False, is_fed_back_on_time=False, is_ratable=True,
                rating=1, look_back_passed=False, common_done=False)  # fmt: skip
    none = score_month([replace(bad, case=n) for n in range(5)], Weights())
    assert (only(good).score, only(none).score) == (D("100.00"), D("0.00"))


def test_each_part_earns_its_share():
    rows = [perfect(n) for n in range(3)] + [perfect(3, is_on_time=False, rating=2), perfect(4, outcome="D")]
    row = only(score_month(rows, BARE))
    assert [each.points for each in row.parts] == [
        D("15.00"),
        D("16.00"),
        D("20.00"),
        D("20.00"),
        D("10.00"),
        D("5.00"),
    ]
    assert row.score == D("86.00")
    assert points(row, Part.ON_TIME).rate.missed == (3,)


def test_signing_and_first_feedback_weigh_the_same():
    row = only(score_month([perfect(1, is_fed_back_on_time=False), perfect(2, is_signed_on_time=None)], BARE))
    assert (points(row, Part.SIGNING).rate.n, points(row, Part.SIGNING).rate.d) == (2, 3)
    assert points(row, Part.SIGNING).rate.cases == (1, 2)


def test_small_counts_are_drawn_to_the_mean_of_the_group():
    rows = [perfect(1, unit=1, outcome="")] + [perfect(n, unit=2) for n in range(2, 11)]
    standings = score_month(rows, Weights())
    # m = 9/10; unit 1: (0 + 5·0.9) / 6 = 0.75; unit 2: (9 + 4.5) / 14.
    assert points(only(standings, 1), Part.SOLVED).points == D("18.75")
    assert points(only(standings, 2), Part.SOLVED).points == D("24.11")


def test_a_unit_without_data_stands_at_the_mean():
    rows = [perfect(n, unit=1, look_back_passed=n < 2) for n in range(4)] + [perfect(9, unit=2, look_back_passed=None)]
    assert points(only(score_month(rows, BARE), 2), Part.LOOK_BACK).points == D("5.00")


def test_a_part_nobody_has_data_for_gives_its_points_to_the_others():
    rows = [perfect(n, look_back_passed=None, common_done=None) for n in range(5)]
    row = only(score_month(rows, Weights()))
    assert [each.full for each in row.parts] == [D("17.65"), D("23.53"), D("29.41"), D("29.41"), D(0), D(0)]
    assert row.score == D("100.00")


def test_groups_do_not_touch_each_other():
    county = [replace(perfect(n, unit=1), group=Group.COUNTY) for n in range(5)]
    alone = score_month(county, Weights())
    beside = score_month([*county, *(facts(n, unit=2, is_due=True) for n in range(50, 60))], Weights())
    assert only(alone) == only(beside)
    assert [each.group for each in beside] == [Group.COUNTY, Group.DEPARTMENT]


@pytest.mark.parametrize(("number", "cost"), [(0, 0), (1, 1), (5, 5), (9, 5)])
def test_urges_cost_five_at_most(number, cost):
    row = only(score_month([perfect(n, urges=number if n == 0 else 0) for n in range(5)], Weights()))
    assert (row.score, row.deductions[0].points, row.deductions[0].count) == (D(100 - cost), D(cost), number)


@pytest.mark.parametrize(
    ("field", "mark", "each"),
    [
        ("inquiries", Mark.INQUIRY, 5),
        ("wrong_objections", Mark.WRONG_OBJECTION, 1),
        ("false_closures", Mark.FALSE_CLOSURE, 10),
    ],
)
def test_other_marks_cost_each_time_and_name_their_case(field, mark, each):
    row = only(score_month([perfect(n, **({field: 2} if n == 3 else {})) for n in range(5)], Weights()))
    found = next(one for one in row.deductions if one.mark == mark)
    assert (row.score, found.points, found.cases) == (D(100 - 2 * each), D(2 * each), (3,))


def test_deductions_never_bring_a_score_below_nothing():
    row = only(score_month([perfect(1, false_closures=11)], Weights()))
    assert (row.score, row.deductions[-1].points) == (D(0), D(110))


def test_fewer_than_five_due_are_listed_not_ranked():
    rows = [perfect(n, unit=1) for n in range(4)] + [perfect(n, unit=2, outcome="") for n in range(5)]
    standings = score_month(rows, Weights())
    assert [(each.unit, each.place) for each in standings] == [(2, 1), (1, None)]


def test_equal_scores_share_a_place():
    rows = [perfect(10 * unit + n, unit=unit, urges=unit == 3) for unit in (1, 2, 3) for n in range(5)]
    assert [(each.unit, each.place) for each in score_month(rows, Weights())] == [(1, 1), (2, 1), (3, 3)]


def test_members_without_a_case_are_listed():
    standings = score_month(
        [perfect(n) for n in range(5)], Weights(), {1: Group.DEPARTMENT, 8: Group.DEPARTMENT, 9: Group.ZONE}
    )
    assert [(each.unit, each.group, each.place, each.due) for each in standings] == [
        (9, Group.ZONE, None, 0), (1, Group.DEPARTMENT, 1, 5), (8, Group.DEPARTMENT, None, 0),
    ]  # fmt: skip
    assert score_month([], Weights()) == ()


def test_a_what_if_of_any_total_stays_within_a_hundred():
    row = only(score_month([perfect(n) for n in range(5)], Weights(signing=50, on_time=50, solved=50)))
    assert row.score == D("100.00")


@pytest.mark.parametrize("item", [*Part, *Mark])
def test_what_an_upheld_objection_strikes_no_longer_counts(item):
    bad = facts(1, is_due=True, is_on_time=False, is_signed_on_time=False, is_fed_back_on_time=False, is_ratable=True,
                rating=1, look_back_passed=False, common_done=False, urges=1, inquiries=1, wrong_objections=1,
                false_closures=1)  # fmt: skip
    left = strike(bad, [item])
    assert left != bad
    row = only(score_month([left], BARE))
    missed = {each.part for each in row.parts if 1 in each.rate.missed} | {
        each.mark for each in row.deductions if each.count
    }
    assert item not in missed
    with pytest.raises(KeyError):
        strike(bad, ["colour"])


def test_facts_default_to_nothing():
    blank = facts(1)
    assert all(getattr(blank, each.name) in (False, None, 0, "") for each in fields(blank)[3:])
