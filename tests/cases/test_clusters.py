"""相似的诉求聚成一组（R-31）：谁和谁一组、为什么；次序无关、只增不挪；两万件几秒。"""

import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.rules.clusters import Told, clusters, marked, shared_words
from cases.rules.similarity import grams, likeness

POWER = "厂区变压器容量不足，夏季多次跳闸，影响生产，希望增容"
LAND = "二期厂房用地规划调整迟迟未批，设备到货没有地方安装"


def told(*rows):
    return [Told(key, firm, text, category, chain) for key, (firm, text, category, chain) in enumerate(rows, 1)]


def keys(found):
    return [sorted(one.members) for one in found]


def test_three_alike_from_two_firms_are_a_cluster_in_the_words_of_the_oldest():
    rows = told(
        (1, POWER, "factor", None), (2, f"{POWER}，扩产在即", "factor", None), (1, f"今年{POWER}", "factor", None),
        (3, LAND, "factor", None),
    )  # fmt: skip
    (one,) = clusters(rows, least=0.45)
    assert (sorted(one.members), one.firms, one.first.key) == ([1, 2, 3], {1, 2}, 1)
    assert one.members[1] == 100
    assert all(45 <= score <= 100 for score in one.members.values())


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        ([(1, POWER, "a", None)] * 3, "all of one firm"),
        ([(1, POWER, "a", None), (2, POWER, "a", None)], "only two"),
        ([(1, POWER, "a", None), (2, POWER, "b", None), (3, POWER, "c", None)], "neither category nor chain in common"),
        ([(n, POWER, None, None) for n in (1, 2, 3)], "nobody knows where they belong"),
        ([(1, POWER, "a", None), (2, LAND, "a", None), (3, "招工难，缺焊工二十名", "a", None)], "not alike"),
        ([(n, "企业反映问题", "a", None) for n in (1, 2, 3)], "they say nothing"),
    ],
)
def test_what_is_no_cluster(rows, why):
    assert clusters(told(*rows), least=0.45) == [], why


def test_a_chain_joins_what_the_categories_part():
    rows = told((1, POWER, "a", 7), (2, POWER, "b", 7), (3, POWER, "c", 7), (4, POWER, "d", 8))
    assert keys(clusters(rows, least=0.45)) == [[1, 2, 3]]


WORDS = ["变压器", "跳闸", "用地", "指标", "招工", "贷款", "到期", "续贷", "环评", "道路", "排水", "检查"]
told_rows = st.lists(
    st.tuples(
        st.integers(1, 4),
        st.lists(st.sampled_from(WORDS), min_size=1, max_size=6).map("，".join),
        st.sampled_from(["a", "b", None]),
        st.sampled_from([1, 2, None]),
    ),
    max_size=14,
)


@given(told_rows, st.randoms(use_true_random=False), st.sampled_from([0.3, 0.45, 0.7]))
def test_the_order_of_the_input_does_not_matter(rows, dice, least):
    rows = told(*rows)
    mixed = rows[:]
    dice.shuffle(mixed)
    assert clusters(rows, least=least, cases=1, firms=1) == clusters(mixed, least=least, cases=1, firms=1)


@given(told_rows, st.sampled_from([0.3, 0.45, 0.7]))
def test_every_case_is_in_exactly_one_cluster_and_like_its_first(rows, least):
    rows = {row.key: row for row in told(*rows)}
    found = clusters(rows.values(), least=least, cases=1, firms=1)
    assert sorted(key for one in found for key in one.members) == sorted(rows)
    for one in found:
        assert one.first.key == min(one.members)
        for key in set(one.members) - {one.first.key}:
            assert likeness(grams(rows[key].text), grams(one.first.text)) >= least
            assert {rows[key].category, rows[key].chain} & {one.first.category, one.first.chain} - {None}


@given(told_rows, st.sampled_from([0.3, 0.45, 0.7]))
def test_prefix_filtering_misses_nothing(rows, least):
    """两两都比一遍的笨办法，结果一样。"""
    firsts, slow = [], {}
    for row in told(*rows):
        near = [
            (-likeness(grams(row.text), grams(other.text)), other.key) for other in firsts
            if likeness(grams(row.text), grams(other.text)) >= least
            and ((row.category and row.category == other.category) or (row.chain and row.chain == other.chain))
        ]  # fmt: skip
        if near:
            slow[min(near)[1]].append(row.key)
        else:
            firsts.append(row)
            slow[row.key] = [row.key]
    assert keys(clusters(told(*rows), least=least, cases=1, firms=1)) == list(slow.values())


@given(told_rows, told_rows)
def test_newer_cases_never_move_older_ones(older, newer):
    both = told(*older, *newer)
    before = clusters(both[: len(older)], least=0.45, cases=1, firms=1)
    after = {one.first.key: one.members for one in clusters(both, least=0.45, cases=1, firms=1)}
    assert all(one.members.items() <= after[one.first.key].items() for one in before)


def test_twenty_thousand_are_read_in_seconds():
    dice = random.Random(31)
    signs = [chr(0x4E00 + n) for n in range(900)]
    texts = ["".join(dice.choices(signs, k=60)) for _ in range(300)]
    rows = []
    for key in range(20_000):
        text = dice.choice(texts) if key % 2 else "".join(dice.choices(signs, k=60))
        rows.append(Told(key, key % 4000, text + "".join(dice.choices(signs, k=12)), key % 15, key % 11))
    began = time.monotonic()
    found = clusters(rows, least=0.45)
    assert time.monotonic() - began < 30
    assert sum(len(one.members) for one in found) > 8_000


def test_why_they_are_alike_is_said_in_their_own_words():
    words = shared_words([POWER, f"今年{POWER}", "变压器容量不足，夏季跳闸"])
    assert words[0] == "厂区变压器容量不足"
    assert "夏季多次跳闸" in words
    assert shared_words([]) == shared_words(["只有一件"]) == ()


def test_marked_gives_the_text_back_whole():
    pieces = marked("<b>变压器</b>跳闸", ["变压器", "跳闸", ""])
    assert pieces == [("<b>", False), ("变压器", True), ("</b>", False), ("跳闸", True)]
    assert marked("没有", []) == [("没有", False)]


@given(st.text(max_size=40), st.lists(st.text(max_size=5), max_size=4))
def test_marking_never_changes_a_text(text, words):
    assert "".join(piece for piece, _ in marked(text, words)) == text
