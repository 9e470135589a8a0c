"""R-53: what the circular says, against an independent slow recount of the facts."""

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.circulars.figures import Figures, Tally
from reports.circulars.paper import About, compose
from reports.scoring import CaseFacts, Group, Weights, score_month
from reports.services.month import row_values
from zhuqi.kernel.official_paper import Kind, Paper

UNITS = {1: "COUNTY", 2: "COUNTY", 3: "COUNTY", 4: "ZONE", 5: "DEPARTMENT", 6: "DEPARTMENT", 7: "SERVICE"}
NAMES = dict(zip(UNITS, "甲乙丙丁戊己庚", strict=True))
LEAST = 5
ABOUT = About(
    month=date(2026, 10, 1), issuer="许昌市万人助企活动办公室", campaign="万人助企", weights=Weights(least_due=2),
    least_rated=LEAST,
)  # fmt: skip
maybe = st.one_of(st.none(), st.booleans())


@st.composite
def months(draw):
    """Facts of a month: one a case and unit."""
    facts = []
    for case in range(draw(st.integers(0, 24))):
        unit = draw(st.sampled_from([*UNITS]))
        is_due = draw(st.booleans())
        facts.append(
            CaseFacts(
                case=case, unit=unit, group=UNITS[unit], is_due=is_due,
                outcome=draw(st.sampled_from(["", *"AAABCD"])) if is_due else "",
                is_on_time=draw(maybe) if is_due else None,
                is_signed_on_time=draw(maybe), is_fed_back_on_time=draw(maybe),
                is_ratable=draw(st.booleans()), rating=draw(st.one_of(st.none(), st.integers(1, 5))),
                was_closed=draw(st.booleans()), was_reopened=draw(st.booleans()),
                urges=draw(st.integers(0, 3)), inquiries=draw(st.integers(0, 1)),
                wrong_objections=draw(st.integers(0, 1)), false_closures=draw(st.integers(0, 1)),
                is_legal=draw(st.sampled_from([False, False, True])),
                shelved_days=draw(st.one_of(st.none(), st.integers(0, 120))),
            )
        )  # fmt: skip
    return facts


def rows_of(facts, weights=ABOUT.weights):
    rows = []
    for standing in score_month(facts, weights, UNITS):
        values = row_values(standing)
        rows.append(SimpleNamespace(name=NAMES[standing.unit], unit_id=values.pop("unit_id"), **values))
    return rows


def paper_of(facts, about=ABOUT):
    return compose(rows_of(facts), about)


def whole(paper: Paper) -> str:
    return "\n".join(block.text for block in paper.blocks)


def number(pattern, said, default=0):
    found = re.search(pattern, said)
    return int(found.group(1)) if found else default


@settings(max_examples=30, deadline=None)
@given(months())
def test_every_figure_equals_a_slow_recount(facts):
    said = whole(paper_of(facts))
    due = [each for each in facts if each.is_due and not each.is_legal]
    assert number(r"到期应办结诉求(\d+)件", said) == len(due)
    assert number(r"已答复(\d+)件", said) == len([each for each in due if each.outcome])
    assert number(r"已解决(\d+)件", said) == len([each for each in due if each.outcome == "A"])
    if due:
        assert number(r"按时办结(\d+)件（", said) == len([each for each in due if each.is_on_time])
    assert number(r"到期未答复(\d+)件", said) == len([each for each in due if not each.outcome])
    assert number(r"没有按时办结(\d+)件：", said) == len([each for each in due if each.is_on_time is False])
    assert number(r"催办单(\d+)张", said) == sum(each.urges for each in facts)
    assert number(r"问效建议单(\d+)张", said) == sum(each.inquiries for each in facts)
    assert number(r"退单不成立(\d+)次", said) == sum(each.wrong_objections for each in facts)
    assert number(r"虚假办结(\d+)件", said) == sum(each.false_closures for each in facts)
    assert number(r"重新打开(\d+)件", said) == len([each for each in facts if each.was_reopened])
    assert number(r"涉法涉诉诉求(\d+)件", said) == len([each for each in facts if each.is_legal])


@settings(max_examples=30, deadline=None)
@given(months())
def test_ratings_and_shelved_equal_a_slow_recount(facts):
    said = whole(paper_of(facts))
    rated = [each for each in facts if each.rating is not None and not each.is_legal]
    asked = [each for each in facts if each.is_ratable and not each.is_legal]
    assert number(r"应由企业评价(\d+)件", said) == len(asked)
    if asked:
        assert number(r"已评价(\d+)件", said) == len([each for each in asked if each.rating])
    if len(rated) >= LEAST:
        assert number(r"；(\d+)件评价中", said) == len(rated)
        assert number(r"基本满意）(\d+)件", said) == len([each for each in rated if each.rating >= 3])
    else:
        assert "件评价中" not in said
    ages = [each.shelved_days for each in facts if each.shelved_days is not None]
    assert number(r"月末挂账(\d+)件", said) == len(ages)
    assert number(r"，最长(\d+)天", said) == max(ages, default=0)
    assert number(r"超过60天的(\d+)件", said) == len([age for age in ages if age > 60])


@settings(max_examples=30, deadline=None)
@given(months())
def test_who_is_ranked_and_who_is_listed(facts):
    paper, rows = paper_of(facts), rows_of(facts)
    said = whole(paper)
    due = {unit: len([f for f in facts if f.unit == unit and f.is_due and not f.is_legal]) for unit in UNITS}
    ranked = {NAMES[unit] for unit, count in due.items() if count >= 2}
    tables = [block for block in paper.blocks if block.kind == Kind.TABLE and block.text.endswith("积分排名")]
    assert {row[1] for block in tables for row in block.rows} == ranked
    assert number(r"其中排名(\d+)个", said) == len(ranked)
    assert number(r"不排名(\d+)个", said) == len(UNITS) - len(ranked)
    idle = {NAMES[unit] for unit, count in due.items() if not count}
    if idle:
        assert set(re.search(r"的有\d+个单位：(.+)。", said).group(1).split("、")) == idle
    scores = {row.name: str(row.score) for row in rows}
    assert all(row[-1] == scores[row[1]] for block in tables for row in block.rows)


@settings(max_examples=20, deadline=None)
@given(months(), st.randoms())
def test_the_order_of_the_rows_does_not_matter(facts, rng):
    rows = rows_of(facts)
    mixed = rows[:]
    rng.shuffle(mixed)
    assert compose(mixed, ABOUT) == compose(rows, ABOUT)


@settings(max_examples=20, deadline=None)
@given(months())
def test_each_table_is_as_wide_as_the_text_and_its_rows_fit(facts):
    for block in paper_of(facts).blocks:
        if block.kind == Kind.TABLE:
            assert sum(block.widths) == 156
            assert {len(block.head), len(block.widths), len(block.sides)} == {len(block.head)}
            assert {len(row) for row in block.rows} == {len(block.head)}


def test_a_month_with_nothing_in_it_still_reads_well():
    said = whole(paper_of([]))
    assert "本月没有到期应办结的诉求" in said
    assert "月末没有挂账；没有销号后重新打开的" in said
    assert "本月没有发现到期未答复" in said
    assert "各组排名" not in said
    assert "本月没有扣分" in said
    assert "None" not in said


def fact(case, unit, **more):
    values = {"is_due": True, "outcome": "A", "is_on_time": True}
    return CaseFacts(case=case, unit=unit, group=UNITS[unit], **(values | more))


FULL = [fact(case, 1 + case % 3) for case in range(15)]


def test_a_tie_names_everybody():
    said = whole(paper_of(FULL))
    assert "第一名丙、乙、甲" in said or "第一名甲、乙、丙" in said or "第一名丙、甲、乙" in said
    assert "，并列。" in said
    assert "末位" not in said


def test_first_and_last_rise_and_fall():
    facts = [*FULL, fact(90, 1, is_on_time=False, outcome="", urges=2)]
    said = whole(paper_of(facts, replace(ABOUT, places_before={2: 5, 1: 1})))
    assert "末位甲" in said
    assert "得分排在末位的单位：县（市、区）组甲。" in said
    assert "比上月上升3位以上：乙（4位）。" in said
    assert "签发催办单2张：甲（2张）。" in said
    assert "全月没有扣分的有2个" in said


def test_objections_and_texts_of_the_office():
    said = whole(paper_of(FULL, replace(ABOUT, objections=(3, 1), opening="开头一\n\n开头二", closing="结尾")))
    assert "收到异议3条，采纳1条，已按裁定重算" in said
    assert said.startswith("开头一\n开头二\n一、总体情况")
    assert "\n结尾\n附件1" in said
    assert "均未采纳" in whole(paper_of(FULL, replace(ABOUT, objections=(2, 0))))
    assert "没有单位提出异议" in whole(paper_of(FULL))


def test_satisfaction_of_a_unit_with_few_ratings_is_not_told():
    facts = [*FULL, *(fact(100 + n, 1, is_ratable=True, rating=5) for n in range(4))]
    facts += [fact(200 + n, 2, is_ratable=True, rating=4) for n in range(5)]
    annex = next(block for block in paper_of(facts).blocks if "满意率" in block.head)
    satisfied = {row[0]: row[block_at(annex, "满意率")] for row in annex.rows}
    assert (satisfied["甲"], satisfied["乙"], satisfied["丙"]) == ("—", "100% 5/5", "—")


def block_at(block, head):
    return block.head.index(head)


def test_headings_are_numbered_without_a_gap():
    for facts in ([], FULL, [fact(1, 1)]):
        heads = [block.text[0] for block in paper_of(facts).blocks if block.kind == Kind.HEADING]
        assert heads == list("一二三四五六七")[: len(heads)]


@pytest.mark.parametrize(("n", "d", "percent"), [(1, 3, 33), (2, 3, 67), (1, 200, 1), (0, 5, 0), (5, 5, 100)])
def test_percent_halves_up(n, d, percent):
    assert Tally(n, d).percent == percent


def test_groups_come_in_their_order_and_the_mean_is_rounded_once():
    facts = [fact(case, unit) for case, unit in enumerate([7, 7, 5, 5, 4, 4, 1, 1])]
    figures = Figures(rows_of(facts), {})
    assert [str(group) for group in figures.groups] == [str(group) for group in Group]
    assert all(isinstance(row.score, Decimal) for row in figures.rows)
