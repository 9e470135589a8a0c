"""R-30: who is looked at and who looks, from a recorded seed alone."""

from dataclasses import replace
from hashlib import sha256
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.enums import LookBackReason, Tier
from cases.rules.look_backs import Candidate, Closed, choose, draw, must_reason, quotas, rank, redraw, wanted

R = LookBackReason
SEEDS = st.text("0123456789abcdef", min_size=1, max_size=16)
REST = st.builds(
    Closed,
    number=st.integers(1, 400).map(lambda n: f"XC-2026-{n}"),
    region=st.sampled_from(["411002", "411081", "411002D1"]),
    category=st.sampled_from(["FACTOR", "LABOUR", "FINANCE", ""]),
)
ANY = st.builds(
    replace, REST, tier=st.sampled_from(Tier), bad_rating_count=st.integers(0, 2), is_arrears=st.booleans(),
    was_shelved=st.booleans(),
)  # fmt: skip


def unique(strategy, most=90):
    return st.lists(strategy, max_size=most, unique_by=lambda case: case.number)


def test_the_full_product_of_what_must_be_looked_at():
    """The first of the reasons that hold, in the order of R-30; none: it goes into the draw."""
    for tier, bad, arrears, shelved in product(Tier, (0, 1, 3), (False, True), (False, True)):
        holds = {R.MAJOR: tier == "MAJOR", R.BAD_RATING: bad > 0, R.ARREARS: arrears, R.SHELVED: shelved}
        reasons = [reason for reason, is_so in holds.items() if is_so]
        case = Closed("XC-1", "411002", "FACTOR", tier, bad, arrears, shelved)
        assert must_reason(case) == (reasons[0] if reasons else None)


@pytest.mark.parametrize(
    ("size", "share", "count"),
    [(0, 20, 0), (1, 20, 1), (4, 20, 1), (5, 20, 1), (6, 20, 2), (80, 20, 16), (81, 20, 17), (80, 0, 0), (7, 100, 7)],
)
def test_never_less_than_the_share_and_less_than_one_more(size, share, count):
    assert wanted(size, share) == count


def test_quotas_give_the_rest_to_the_largest_remainders():
    sizes = {("a", "x"): 10, ("b", "x"): 7, ("c", "x"): 3}
    assert quotas(sizes, 4, "s") == {("a", "x"): 2, ("b", "x"): 1, ("c", "x"): 1}


def test_equal_remainders_are_settled_by_the_seed():
    sizes = {(name, "x"): 1 for name in "abcdef"}
    chosen = {seed: {key for key, count in quotas(sizes, 2, seed).items() if count} for seed in ("1", "2", "3", "4")}
    assert all(len(found) == 2 for found in chosen.values())
    assert len({frozenset(found) for found in chosen.values()}) > 1


def test_nobody_and_everybody():
    assert draw([], share=20, seed="s").reasons == {}
    assert draw([], share=20, seed="s").layers == ()
    must = [Closed(f"XC-{n}", "r", "c", Tier.MAJOR) for n in range(3)]
    assert draw(must, share=20, seed="s").reasons == dict.fromkeys(("XC-0", "XC-1", "XC-2"), R.MAJOR)


def test_the_order_can_be_checked_with_any_sha256():
    assert rank("3f9c", "XC-2026-12") == sha256(b"3f9c:XC-2026-12").hexdigest()
    layer = draw([Closed(f"XC-{n}", "r", "c") for n in range(10)], share=20, seed="3f9c").layers[0]
    by_hand = sorted(layer.numbers, key=lambda number: sha256(f"3f9c:{number}".encode()).hexdigest())
    assert set(layer.drawn) == set(by_hand[:2])


@given(unique(ANY), st.integers(0, 100), SEEDS, st.randoms())
def test_the_same_seed_and_the_same_cases_draw_the_same_whatever_their_order(cases, share, seed, random):
    first = draw(cases, share=share, seed=seed)
    shuffled = list(cases)
    random.shuffle(shuffled)
    assert draw(shuffled, share=share, seed=seed) == first
    strata = {(layer.region, layer.category): layer.numbers for layer in first.layers}
    assert redraw(strata, share=share, seed=seed) == first.layers


@given(unique(ANY), st.integers(0, 100), SEEDS)
def test_the_share_is_exact_and_every_layer_within_one_of_its_part(cases, share, seed):
    drawing = draw(cases, share=share, seed=seed)
    rest = [case.number for case in cases if must_reason(case) is None]
    drawn = [number for layer in drawing.layers for number in layer.drawn]
    total = wanted(len(rest), share)
    assert len(drawn) == len(set(drawn)) == total
    assert set(drawing.must) == {case.number for case in cases} - set(rest)
    assert sorted(number for layer in drawing.layers for number in layer.numbers) == sorted(rest)
    for layer in drawing.layers:
        assert set(layer.drawn) <= set(layer.numbers)
        assert abs(len(layer.drawn) - len(layer.numbers) * total / len(rest)) < 1


POOL = st.lists(
    st.builds(
        Candidate, user=st.integers(1, 60), unit=st.sampled_from([None, 1, 2, 3, 4]),
        region=st.sampled_from([None, 10, 20, 30]), is_official=st.booleans(), load=st.integers(0, 9),
    ),
    max_size=30, unique_by=lambda one: one.user,
)  # fmt: skip


@given(POOL, SEEDS, st.sets(st.integers(1, 4)), st.sets(st.integers(1, 60), max_size=20), st.integers(0, 9))
def test_nobody_from_the_lead_unit_nobody_barred_nobody_of_another_region(pool, seed, units, people, most):
    how = {"seed": seed, "regions": {10, 20}, "barred_units": units, "barred_people": people, "most": most}
    found = choose(pool, **how)
    fit = [
        one for one in pool
        if one.unit not in units and one.user not in people and one.region in {None, 10, 20}
    ]  # fmt: skip
    assert (found is None) == (not fit)
    assert found is None or found in fit
    assert choose(list(reversed(pool)), **how) == found
    if found is not None:
        same_turn = [
            one for one in fit if one.is_official == found.is_official and (one.load < most) == (found.load < most)
        ]
        assert found.is_official is False or found.load == min(one.load for one in same_turn)
        free = [one for one in fit if one.is_official and one.load < most]
        assert not free or found in free
        assert found.is_official or found.load == min(one.load for one in fit if not one.is_official)


def test_the_load_is_spread_evenly():
    pool = [Candidate(n, None, None, is_official=n <= 4) for n in range(1, 30)]
    given_to = []
    for number in range(40):
        one = choose(pool, seed=f"s:{number}", regions=(), barred_units=(), barred_people=(), most=5)
        given_to.append(one.user)
        pool = [replace(each, load=each.load + 1) if each.user == one.user else each for each in pool]
    assert [given_to.count(n) for n in range(1, 5)] == [5, 5, 5, 5]
    assert all(given_to.count(n) <= 1 for n in range(5, 30))
