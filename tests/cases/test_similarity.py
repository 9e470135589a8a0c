"""R-22, R-31：相似与类别的猜测只看文字。"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.rules.similarity import grams, guess_category, most_alike, similarity

LAND = "二期厂房东侧 12 亩边角地规划调整迟迟未批，设备到货无处安装"
LAND_TOO = "厂区东侧夹心边角地规划调整未批，影响设备安装"
LOAN = "流动资金贷款到期续贷被拒，周转困难"
CATEGORIES = [
    (1, "贷款 融资 续贷 抵押 担保"),
    (2, "土地 用地 规划 边角地 出让"),
    (3, "用电 变压器 停电"),
    (4, ""),
]


def test_similarity_finds_the_same_matter_told_otherwise():
    assert similarity(LAND, LAND_TOO) > 0.3
    assert similarity(LAND, LOAN) < 0.05


def test_similarity_ignores_what_every_petition_says():
    assert similarity("企业反映问题，希望有关部门协调解决", "公司目前情况，请问相关部门如何解决") == 0


def test_similarity_keeps_figures_whole():
    assert "12" in grams("12亩")
    assert grams("12亩") & grams("120亩") == {"亩"}


def test_similarity_reads_full_width_as_half_width():
    assert similarity("ＡＢＣ１２", "abc12") == 1


@pytest.mark.parametrize("text", ["", "，。！", "   "])
def test_similarity_of_nothing_is_nothing(text):
    assert similarity(text, LAND) == 0


def test_most_alike_orders_and_limits():
    found = most_alike(LAND, [("loan", LOAN), ("self", LAND), ("too", LAND_TOO)], most=2)
    assert [match.key for match in found] == ["self", "too"]
    assert found[0].score == 1


def test_most_alike_leaves_out_the_unlike():
    assert most_alike(LAND, [("loan", LOAN)]) == []


@pytest.mark.parametrize(
    ("text", "category"),
    [
        (LAND, 2),
        (LOAN, 1),
        ("变压器增容后仍然停电", 3),
        ("用电用地都缺，土地证也没有", 2),
        ("食堂的菜咸了", None),
        ("", None),
    ],
)
def test_guess_category(text, category):
    assert guess_category(text, CATEGORIES) == category


def test_guess_category_gives_the_first_of_equals():
    assert guess_category("贷款买变压", [(7, "贷款"), (8, "变压")]) == 7


@given(st.text(), st.text())
def test_similarity_is_symmetric_and_within_bounds(one, other):
    assert similarity(one, other) == similarity(other, one)
    assert 0 <= similarity(one, other) <= 1


@given(st.text(alphabet="厂房边角地规划调整", min_size=2))
def test_similarity_with_itself_is_whole(text):
    assert similarity(text, text) == 1
