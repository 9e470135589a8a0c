"""The demo city's material: whole, varied, valid and fictional (R-01, R-02, R-10, R-11, R-22)."""

import json
import re
import time
from datetime import date
from itertools import islice
from random import Random

import pytest
from stdnum.cn import uscc

from reports.demo import (
    CHAINS,
    CLUSTERS,
    categories,
    enterprises,
    kinds,
    people,
    phrase,
    problem,
    regions,
    sub_categories,
    units,
)
from reports.demo.credit_codes import credit_code, organisation_check
from reports.demo.names import FAMOUS, REAL_BRANDS
from reports.demo.slots import UnfilledSlotError, fill, fill_all
from reports.demo.writing import TEXTS, phrases

TODAY = date(2026, 11, 23)
CODES = [category.code for category in categories()]
TROUBLE = re.compile(r"前前|[\u4e00-\u9fff] +[\u4e00-\u9fff]|[{}|]|[A-Za-z]{2,}|。。|，，|，。|、。|  |None|undefined")


def rows(code):
    return json.loads((TEXTS / "problems" / f"{code}.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def firms():
    return list(enterprises(1, 3975))


def test_enterprises_are_distinct_and_bear_valid_codes(firms):
    assert len({firm.name for firm in firms}) == len({firm.code for firm in firms}) == 3975
    assert len({firm.phone for firm in firms}) == 3975
    assert all(uscc.is_valid(firm.code) for firm in firms)
    assert all(organisation_check(firm.code[8:16]) == firm.code[16] for firm in firms)
    assert all(firm.code[2:8].startswith("411") for firm in firms)


def test_enterprises_are_fictional_and_in_known_places(firms):
    known = {region.code for region in regions() if region.weight}
    assert {firm.region_code for firm in firms} == known
    assert not [firm.name for firm in firms if any(brand in firm.short_name[:3] for brand in REAL_BRANDS)]
    assert {firm.chain for firm in firms} - {""} == set(CHAINS)
    assert {firm.cluster for firm in firms} - {""} == set(CLUSTERS)
    assert all(re.fullmatch(r"(199|166)000\d{5}", firm.phone) for firm in firms)


def test_enterprises_are_the_same_for_the_same_seed(firms):
    assert list(enterprises(1, 50)) == firms[:50]
    assert list(enterprises(2, 50)) != firms[:50]


def test_credit_code_vectors():
    assert uscc.is_valid(credit_code(0, "411081"))
    assert len({credit_code(index, "411082", seed=3) for index in range(20_000)}) == 20_000


def test_people_do_not_repeat_nor_share_a_number_with_firms(firms):
    crowd = list(islice(people(Random(5)), 3200))
    assert len({person.name for person in crowd}) == len({person.phone for person in crowd}) == 3200
    assert not FAMOUS & {person.name for person in crowd}
    assert not {firm.phone for firm in firms} & {person.phone for person in crowd}


def test_units_form_a_tree_with_unique_codes():
    seen = set()
    for unit in units():
        assert unit.code not in seen
        assert not unit.parent_code or unit.parent_code in seen
        seen.add(unit.code)
    assert all(not unit.lead_unit_code or unit.lead_unit_code in seen for unit in units())
    offices = [unit for unit in units() if unit.kind == "OFFICE"]
    assert len(offices) == 10
    assert len({office.prefix for office in offices}) == 10


def test_every_category_points_to_existing_units():
    known = {unit.code for unit in units()}
    assert len(CODES) == 15
    for category in categories():
        assert category.task_force_code in known
        assert 3 <= len(category.children) <= 6
        assert all(leaf.unit_code in known for leaf in category.children)


@pytest.mark.parametrize("code", CODES)
def test_every_category_has_enough_templates_for_every_leaf(code):
    templates = rows(code)
    leaves = {
        leaf.code.split(".")[1] for category in categories() if category.code == code for leaf in category.children
    }
    assert len(templates) >= 22
    assert {row[0] for row in templates} == leaves
    assert len({row[1] for row in templates}) == len(templates)


@pytest.mark.parametrize("on", [None, TODAY, date(2026, 1, 5)])
@pytest.mark.parametrize("code", CODES)
def test_every_template_fills_into_clean_chinese(code, on):
    words = {"equip": "数控加工中心", "product": "减速机壳体", "material": "中厚板", "worker": "钳工"}
    for _leaf, *texts in (row[:4] for row in rows(code)):
        title, description, solution = fill_all(tuple(texts), Random(1), words, on=on)
        assert 6 <= len(title) <= 28, title
        assert description.count("。") >= 2, description
        assert len(description) <= 200
        assert description.endswith("。")
        assert solution.endswith("。")
        for text in (title, description, solution):
            assert not TROUBLE.search(text), text


@pytest.mark.parametrize("code", CODES)
def test_problems_are_varied_and_within_limits(code):
    rng = Random(7)
    found = [problem(rng, code, on=TODAY) for _ in range(120)]
    assert len({text.title for text in found}) >= 20
    assert len({text.description for text in found}) >= 100
    for text in found:
        assert len(text.title) <= 28, text.title
        assert text.description.count("。") >= 2
        assert text.sub_category_code in sub_categories()
        assert text.suggested_unit_code
        assert text.keywords
        assert not TROUBLE.search(text.title + text.description + text.solution), text


@pytest.mark.parametrize("leaf", sorted(sub_categories()))
def test_a_leaf_can_be_asked_for_in_every_sector(leaf):
    for sector in ("", "MACHINE", "HAIR", "CARGO", "ICT"):
        assert problem(Random(3), leaf, sector=sector, on=TODAY).sub_category_code == leaf


def test_problem_is_deterministic():
    assert problem(Random(9), "FACTOR") == problem(Random(9), "FACTOR")


@pytest.mark.parametrize("kind", kinds())
def test_every_kind_has_texts_that_fill_for_every_category(kind):
    rng = Random(11)
    for code in ("", *CODES):
        for _ in range(len(phrases(kind, code)) * 3):
            text = phrase(rng, kind, category=code, on=TODAY)
            assert text or kind in {"RATING_5", "RATING_4", "RATING_3"}
            assert not TROUBLE.search(text), text
            assert len(text) <= 200


def test_the_kinds_the_engine_asks_for_exist():
    needed = (
        "FIRST_FEEDBACK PROGRESS_1 PROGRESS_2 PROGRESS_3 ACCOUNT_A ACCOUNT_B ACCOUNT_C ACCOUNT_D REDO_ACCOUNT "
        "EXTENSION_REASON PAUSE_REQUEST SUPPLY OBJECTION OBJECTION_GROUND OBJECTION_BASIS RULING_UPHELD "
        "RULING_REJECTED URGE_REPLY REFUSAL REVIEW_PASS REVIEW_BACK RATING_1 RATING_2 RATING_3 RATING_4 RATING_5 "
        "CALLBACK INSTRUCTION CONFERENCE_MINUTES INQUIRY_REPORT FINDING MEASURE SPOT_CHECK_OK SPOT_CHECK_BAD "
        "VISIT_PROBLEM VISIT_POLICY VISIT_NOTHING VISIT_PURPOSE LOOKBACK_OK LOOKBACK_FALSE REOPEN_REASON"
    )
    assert set(needed.split()) <= set(kinds())


def test_slots_keep_named_values_and_say_dates_by_the_year():
    assert len(set(fill_all(("{n=3-9}", "{n}"), Random(1), {}))) == 1
    assert fill("{monthago:1-1}", Random(1), {}, on=date(2026, 1, 5)) == "去年 12 月"
    assert fill("{monthahead:2-2}", Random(1), {}, on=TODAY) == "明年 1 月"
    assert fill("{ago:23-23}", Random(1), {}, on=TODAY) == "10 月 31 日"
    assert fill("{400-400/50}", Random(1), {}) == "400"


@pytest.mark.parametrize("bad", ["{nobody}", "{never:1-2}", "{ago:x}"])
def test_unknown_slot_is_an_error(bad):
    with pytest.raises(UnfilledSlotError):
        fill(bad, Random(1), {})


def test_material_is_fast_enough_for_the_build():
    started = time.perf_counter()
    list(enterprises(4, 3975))
    rng = Random(4)
    for index in range(1300):
        problem(rng, CODES[index % 15], on=TODAY, sector="MACHINE")
    assert time.perf_counter() - started < 4  # aimed at 1 s each on an idle machine


def test_seeds_fit_the_columns_they_are_meant_for(firms):
    assert all(len(region.code) <= 12 and len(region.short_name) <= 12 for region in regions())
    assert all(len(unit.code) <= 24 and len(unit.short_name) <= 20 and len(unit.prefix) <= 12 for unit in units())
    assert len({unit.name for unit in units()}) == len({unit.short_name for unit in units()}) == len(units())
    assert all(unit.region_code in {region.code for region in regions()} for unit in units() if unit.region_code)
    assert [unit.code for unit in units() if unit.kind == "OFFICE" and not unit.region_code] == ["CITY-OFFICE"]
    assert max(len(firm.name) for firm in firms) <= 20


def test_title_and_description_say_the_same_figure():
    for seed in range(20):
        title, description, _ = fill_all(("砍单 {20-50}%", "砍单 {20-50}%，{20-50} 人放假", ""), Random(seed), {})
        assert title in description


@pytest.mark.parametrize("sector", ["CARGO", "FLOWER", "ICT", "HAIR", "CERAMIC"])
def test_every_category_has_something_to_say_for_a_sector(sector):
    for code in CODES:
        rng = Random(2)
        assert len({problem(rng, code, sector=sector, on=TODAY).title for _ in range(80)}) >= 4
