"""Deadlines against the vectors of the domain, by hand-reckoned cases, and how they explain themselves (R-26, R-40, R-43)."""

from dataclasses import replace
from datetime import date

import pytest

from cadres.calendar import DayKind
from cadres.calendar_seed import seed_calendar
from cadres.enums import DayShift
from cases.rules.deadlines import Span, Term, TermUnit, due
from zhuqi.kernel.errors import InvalidInput

CALENDAR = seed_calendar()
TERMS = ("1d", "3d", "7d", "1m", "3w", "5w", "15w")
VECTORS = {
    "2026-02-13": ("2026-02-14", "2026-02-24", "2026-02-24", "2026-03-13", "2026-02-25", "2026-02-27", "2026-03-12"),
    "2025-09-26": ("2025-09-28", "2025-09-29", "2025-10-09", "2025-10-27", "2025-09-30", "2025-10-10", "2025-10-23"),
    "2025-12-31": ("2026-01-04", "2026-01-04", "2026-01-07", "2026-02-02", "2026-01-06", "2026-01-08", "2026-01-22"),
    "2026-01-31": ("2026-02-02", "2026-02-03", "2026-02-09", "2026-02-28", "2026-02-04", "2026-02-06", "2026-02-27"),
    "2026-04-30": ("2026-05-06", "2026-05-06", "2026-05-07", "2026-06-01", "2026-05-08", "2026-05-11", "2026-05-25"),
}


def day(text):
    return date.fromisoformat(text)


def span(first, end):
    return Span(day(first), day(end))


@pytest.mark.parametrize(
    ("start", "term", "expected"),
    [(start, term, due_on) for start, row in VECTORS.items() for term, due_on in zip(TERMS, row, strict=True)],
)
def test_vectors_of_the_domain(start, term, expected):
    assert due(day(start), Term.parse(term), CALENDAR).due_on == day(expected)


@pytest.mark.parametrize(
    ("start", "term", "raw_on"),
    [
        ("2024-01-31", "1m", "2024-02-29"),
        ("2023-01-31", "1m", "2023-02-28"),
        ("2025-12-31", "2m", "2026-02-28"),
        ("2025-11-30", "3m", "2026-02-28"),
        ("2025-10-15", "12m", "2026-10-15"),
    ],
)
def test_month_ends_on_the_same_date_or_the_months_last_day(start, term, raw_on):
    assert due(day(start), Term.parse(term), CALENDAR).raw_on == day(raw_on)


@pytest.mark.parametrize(
    ("roll", "expected"),
    [(DayShift.FORWARD, "2026-02-24"), (DayShift.BACK, "2026-02-14"), (DayShift.KEEP, "2026-02-16")],
)
def test_last_day_off_moves_as_the_rule_says(roll, expected):
    assert due(day("2026-02-13"), Term(3, TermUnit.DAY, roll), CALENDAR).due_on == day(expected)


def test_moving_back_never_leaves_no_time_at_all():
    friday = day("2026-03-06")
    assert due(friday, Term(1, TermUnit.DAY, DayShift.BACK), CALENDAR).due_on == day("2026-03-09")


@pytest.mark.parametrize(
    ("start", "term", "paused", "expected"),
    [
        # the drawn case: 3 natural days after a Sunday end
        ("2026-09-18", "1m", [("2026-10-12", "2026-10-15")], "2026-10-21"),
        # working-day rule: the weekend inside the pause gives nothing
        ("2026-03-02", "5w", [("2026-03-06", "2026-03-10")], "2026-03-11"),
        # natural rule: the same pause gives four days, and the end is a working day
        ("2026-03-02", "7d", [("2026-03-06", "2026-03-10")], "2026-03-13"),
        # two pauses, the second beginning only because the first moved the end
        ("2026-03-02", "7d", [("2026-03-03", "2026-03-06"), ("2026-03-11", "2026-03-13")], "2026-03-16"),
        # the start day itself never counted, so pausing it gives nothing back
        ("2026-03-02", "7d", [("2026-03-02", "2026-03-04")], "2026-03-10"),
        # a pause after the end, before the start, or empty gives nothing
        ("2026-03-02", "7d", [("2026-03-10", "2026-03-12")], "2026-03-09"),
        ("2026-03-02", "7d", [("2026-02-24", "2026-03-02")], "2026-03-09"),
        ("2026-03-02", "7d", [("2026-03-04", "2026-03-04")], "2026-03-09"),
        # overlapping pauses are not given back twice
        ("2026-03-02", "7d", [("2026-03-03", "2026-03-05"), ("2026-03-04", "2026-03-06")], "2026-03-12"),
        # begun on the moved last day: that day is given back although the plain count had ended
        ("2026-09-18", "1m", [("2026-10-19", "2026-10-22")], "2026-10-22"),
    ],
)
def test_paused_time_is_given_back(start, term, paused, expected):
    found = due(day(start), Term.parse(term), CALENDAR, paused=[span(*each) for each in paused])
    assert found.due_on == day(expected)


@pytest.mark.parametrize(
    ("term", "extended", "expected"), [("7d", 10, "2026-03-19"), ("15w", 15, "2026-04-14"), ("1m", 30, "2026-05-06")]
)
def test_extension_counts_in_the_unit_of_the_rule(term, extended, expected):
    assert due(day("2026-03-02"), Term.parse(term), CALENDAR, extended_days=extended).due_on == day(expected)


def test_extension_cannot_shorten():
    with pytest.raises(InvalidInput, match="不能是负数"):
        due(day("2026-03-02"), Term.parse("7d"), CALENDAR, extended_days=-1)


@pytest.mark.parametrize(
    ("start", "term", "provisional"),
    [
        ("2026-12-21", "7d", False),
        ("2026-12-24", "7d", False),  # ends 12-31, a working day of a published year
        ("2026-12-25", "7d", True),
        ("2026-12-28", "5w", True),
        ("2026-12-24", "5w", False),
        ("2026-11-30", "1m", False),
        ("2027-03-01", "1d", True),
        ("2020-12-31", "3d", False),  # the start day's own kind is never asked
    ],
)
def test_date_is_provisional_when_it_leans_on_an_unpublished_year(start, term, provisional):
    assert due(day(start), Term.parse(term), CALENDAR).provisional is provisional


@pytest.mark.parametrize(("text", "label"), [("7d", "7 天"), ("15w", "15 个工作日"), ("1m", "1 个月")])
def test_term_reads_and_prints_itself(text, label):
    term = Term.parse(f" {text} ")
    assert (str(term), term.label) == (text, label)


@pytest.mark.parametrize("text", ["", "7", "d", "0d", "-1d", "1000d", "7 d", "7x", "1.5d", "七d", "٣d", "7d7d"])
def test_term_of_unknown_form_is_refused(text):
    with pytest.raises(InvalidInput, match="写法不对"):
        Term.parse(text)


@pytest.mark.parametrize("amount", [0, -1, 1000])
def test_term_of_impossible_length_is_refused(amount):
    with pytest.raises(InvalidInput, match="1 至 999"):
        Term(amount, TermUnit.DAY)


def test_strip_shows_every_day_with_its_part():
    paused = [span("2026-10-12", "2026-10-15")]
    strip = due(day("2026-09-18"), Term.parse("1m"), CALENDAR, paused=paused).days
    by_day = {each.date: each for each in strip}

    assert (strip[0].role, strip[0].counted, strip[-1].role) == ("start", False, "last")
    assert len(strip) == 34
    assert strip[-1].number == 30  # the drawn strip ends on the 30th day counted
    assert [each.date.day for each in strip if each.paused] == [12, 13, 14]
    assert not any(each.counted for each in strip if each.paused)
    assert by_day[day("2026-09-20")].kind is DayKind.MAKEUP
    assert (by_day[day("2026-10-01")].kind, by_day[day("2026-10-01")].name) == (DayKind.HOLIDAY, "国庆节")
    assert by_day[day("2026-10-17")].counted  # a weekend counts in a natural-day rule


def test_strip_does_not_count_days_the_end_was_moved_over():
    strip = due(day("2026-02-13"), Term.parse("3d"), CALENDAR).days
    assert [each.date.day for each in strip if each.counted] == [14, 15, 16]
    assert strip[-1].date == day("2026-02-24")


def test_strip_of_a_working_day_rule_counts_working_days_only():
    strip = due(day("2026-02-13"), Term.parse("3w"), CALENDAR).days
    assert [each.date.day for each in strip if each.counted] == [14, 24, 25]


def test_sentence_of_the_drawn_case():
    paused = [span("2026-10-12", "2026-10-15")]
    found = due(day("2026-09-18"), Term.parse("1m"), CALENDAR, paused=paused)
    assert found.sentence == (
        "09-18 交办，次日起算，一个月的期满日是 10-18（周日）。10-12 至 10-14 待企业补充，暂停 3 天，原样补回，"
        "到 10-21（周三）；当天上班，不再顺延。按自然日计，中秋、国庆照计；只有期满日遇休息日，才顺延到下一个工作日。"
    )
    assert [text for text, strong in found.phrases if strong] == ["10-18（周日）", "10-21（周三）"]


@pytest.mark.parametrize(
    ("start", "term", "said"),
    [
        ("2026-11-23", "7d", "11-23 交办，次日起算，第 7 天是 11-30（周一）；当天上班，不顺延。"),
        ("2026-02-13", "1d", "第 1 天是 02-14（周六）；当天调休上班，不顺延。"),
        ("2026-02-13", "3d", "第 3 天是 02-16（周一），遇春节放假，顺延到下一个工作日 02-24（周二）。"),
        ("2025-09-26", "1d", "遇休息日，顺延到下一个工作日 09-28（周日），当天调休上班。"),
        ("2025-12-31", "7d", "12-31 交办，次日起算，第 7 天是 2026-01-07（周三）"),
        ("2025-11-30", "2m", "两个月的期满日是 2026-01-30（周五）"),
        ("2026-01-05", "12m", "12 个月的期满日是 2027-01-05（周二）"),
        ("2026-02-13", "15w", "第 15 个工作日是 03-12（周四）。周末、春节不计，02-14、02-28 调休上班，计入。"),
        ("2022-01-24", "5w", "第 5 个工作日是 01-29（周六）。01-29 调休上班，计入。"),
        ("2022-01-28", "2w", "01-29 至 01-30 调休上班，计入。"),
        ("2026-03-02", "3w", "第 3 个工作日是 03-05（周四）。期间没有休息日。"),
        ("2026-12-30", "3d", "2027 年放假安排尚未公布，暂按周末推算，日期为暂定。"),
    ],
)
def test_sentence_says_how_the_day_came_about(start, term, said):
    assert said in due(day(start), Term.parse(term), CALENDAR).sentence


def test_sentence_names_extension_and_working_day_pause():
    found = due(
        day("2026-09-18"),
        Term.parse("15w"),
        CALENDAR,
        paused=[span("2026-10-12", "2026-10-13")],
        extended_days=5,
    )
    assert "第 15 个工作日是 10-15（周四）。经批准延期 5 个工作日，到 10-22（周四）。" in found.sentence
    assert "10-12 待企业补充，暂停 1 个工作日，原样补回，到 10-23（周五）。" in found.sentence


@pytest.mark.parametrize(
    ("roll", "said"), [(DayShift.BACK, "提前到上一个工作日 02-14（周六）"), (DayShift.KEEP, "当天休息，按规则不顺延")]
)
def test_sentence_follows_the_rule_for_days_off(roll, said):
    assert said in due(day("2026-02-13"), Term(3, TermUnit.DAY, roll), CALENDAR).sentence


def test_sentence_takes_the_origin_it_is_given():
    found = replace(
        due(day("2026-11-18"), Term.parse("5w"), CALENDAR), origin="问效", postscript="规则 13710 第 2 版。"
    )
    assert found.sentence.startswith("11-18 问效，次日起算")
    assert found.sentence.endswith("规则 13710 第 2 版。")
