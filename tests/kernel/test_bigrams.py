"""切片、归一、标出命中：查得到与逐字比对是同一回事（R-62）。"""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhuqi.kernel.bigrams import (
    LONGEST_WORD,
    MOST_WORDS,
    OVERLAP,
    PIECE,
    highlighted,
    normalise,
    phrase_tokens,
    phrases,
    pieces,
    tokens,
)

TEXTS = st.text(st.sampled_from("许昌市用地审批ABCabc0129１Ａ，。〔〕 \n①"), max_size=60)


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("许助企交〔2026〕12号", "许助企交 2026 12号"),
        ("ＡＢＣ　公司", "abc 公司"),
        ("  ，。！ ", ""),
        ("a_b", "a b"),
        ("用地\n审批", "用地 审批"),
        ("①号", "1号"),
    ],
)
def test_normalise_folds_width_and_case_and_breaks_at_signs(text, normal):
    assert normalise(text) == normal


def test_tokens_overlap_and_end_with_the_last_character():
    assert list(tokens("用地审批 a1")) == ["用地", "地审", "审批", "批", "a1", "1"]


@pytest.mark.parametrize(("phrase", "wanted"), [("地", ["地"]), ("用地", ["用地"]), ("用地审", ["用地", "地审"])])
def test_a_phrase_asks_for_whole_bigrams_only(phrase, wanted):
    assert phrase_tokens(phrase) == wanted


def test_what_is_asked_is_split_shortened_and_limited():
    assert phrases("〔2026〕12号 用地，用地") == ["2026", "12号", "用地"]
    assert phrases("长" * 500) == ["长" * LONGEST_WORD]
    assert len(phrases(" ".join("甲乙丙丁戊己庚辛壬癸"))) == MOST_WORDS


@given(TEXTS, st.data())
def test_every_part_of_a_text_is_found_by_its_tokens(text, data):
    normal = normalise(text)
    for run in normal.split():
        start = data.draw(st.integers(0, len(run) - 1))
        phrase = run[start : data.draw(st.integers(start + 1, len(run)))]
        have, wanted = list(tokens(normal)), phrase_tokens(phrase)
        if len(phrase) == 1:
            assert any(token.startswith(phrase) for token in have)
        else:
            assert any(have[at : at + len(wanted)] == wanted for at in range(len(have)))


def test_a_long_text_is_cut_with_an_overlap_and_a_short_one_is_one_piece():
    assert list(pieces("短文")) == ["短文"]
    long = "".join(chr(0x4E00 + n % 20000) for n in range(PIECE * 3))
    cut = list(pieces(long))
    assert all(len(piece) <= PIECE for piece in cut)
    assert all(first[-OVERLAP:] == second[:OVERLAP] for first, second in pairwise(cut))
    for start in range(0, len(long) - OVERLAP, 7):
        assert any(long[start : start + OVERLAP] in piece for piece in cut)


@given(TEXTS, st.text(st.sampled_from("许昌用地a1 ，"), max_size=6))
def test_marked_parts_put_together_are_the_text(text, words):
    parts = highlighted(text, words)
    assert "".join(said for said, _ in parts) == text
    assert all(normalise(said) for said, is_hit in parts if is_hit)


def test_an_excerpt_lies_around_the_first_hit():
    text = "前" * 100 + "用地" + "后" * 100
    parts = highlighted(text, "用地", width=20)
    assert ("用地", True) in parts
    assert parts[0] == ("…", False)
    assert parts[-1] == ("…", False)
    assert sum(len(said) for said, _ in parts) == 22


def test_an_excerpt_of_a_very_long_text_is_cut_before_it_is_folded():
    parts = highlighted("前" * 150_000 + "Ａ用地" + "后" * 50_000, "用地", width=40)
    assert ("用地", True) in parts
    assert (parts[0], parts[-1]) == (("…", False), ("…", False))
    assert len("".join(said for said, _ in parts)) == 42
    assert highlighted("前" * 5000, "没有", width=40) == [("前" * 40, False), ("…", False)]


def test_full_width_text_is_marked_where_it_stands():
    assert highlighted("（第２批）ABC公司", "第2批 abc") == [
        ("（", False), ("第２批", True), ("）", False), ("ABC", True), ("公司", False),
    ]  # fmt: skip
