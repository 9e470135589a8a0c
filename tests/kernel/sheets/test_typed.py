"""人怎么打字就怎么认（R-74）：整张表。认不准的说清楚，不猜。"""

from datetime import date, datetime

import pytest

from zhuqi.kernel.sheets import typed
from zhuqi.kernel.sheets.typed import Unreadable

NEW_YEAR = date(2026, 1, 5)


@pytest.mark.parametrize(
    "cell",
    [
        "2026.1.5", "2026/1/5", "2026-01-05", "2026-1-5", "20260105", 20260105, 20260105.0, "2026年1月5日", "2026年01月05号",
        "２０２６．１．５", "２０２６年１月５日", " 2026 . 1 . 5 ", "2026年1月5", "2026、1、5", "2026 1 5", "2026—1—5", "2026_1_5", "2026~1~5", "2026.01.05.", "2026-01-05 00:00:00", "2026/1/5 8:30",
        "2026-01-05T08:30", 46027, 46027.0, 46027.35, "46027", "'2026-01-05", date(2026, 1, 5), datetime(2026, 1, 5, 8, 30),
    ],
)  # fmt: skip
def test_a_day_is_read_however_it_was_typed(cell):
    assert typed.as_day(cell) == NEW_YEAR


@pytest.mark.parametrize(
    ("cell", "why"),
    [
        ("2026.1", "只写到月"), ("2026年1月", "只写到月"), (2026.1, "只写到月"), ("2026", "只写了年份"), (2026, "只写了年份"), ("2026年", "只写了年份"),
        ("1/5/2026", "看不出哪个是月"), ("05-01-2026", "看不出哪个是月"), ("26.1.5", "年份请写四位"), ("26年1月5日", "年份请写四位"),
        ("2026.2.30", "没有这一天"), ("20261301", "没有这一天"), ("2026-13-1", "没有这一天"), ("1026-1-5", "年份不对"), ("3026年1月5日", "年份不对"),
        ("下周三", "不是日期"), ("待定", "不是日期"), ("1.5", "不是日期"), (5, "不是日期"), (999999, "不是日期"), (True, "不是日期"), ("#N/A", "出错的公式"),
    ],
)  # fmt: skip
def test_a_day_that_could_be_read_two_ways_is_asked_back(cell, why):
    with pytest.raises(Unreadable, match=why):
        typed.as_day(cell)


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("91411002mt0000017n", "91411002MT0000017N"), ("９１４１１００２ＭＴ", "91411002MT"), (" 914 110 02 ", "91411002"), (4110.0, "4110"),
        (123456789012345, "123456789012345"), ("'0012", "0012"), ("\u200b91411002", "91411002"),
    ],
)  # fmt: skip
def test_a_code_is_read_without_blanks_and_in_capitals(cell, code):
    assert typed.as_code(cell) == code


@pytest.mark.parametrize(
    "cell", [9.11e17, 911410020000000000, "9.11E+17", "9.1141E17", "9.11e+17", "９.11Ｅ+17", 1.38e15]
)
def test_a_code_that_excel_shortened_is_explained(cell):
    with pytest.raises(Unreadable, match=r"后几位已经丢了.*格式改成“文本”"):
        typed.as_code(cell)


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        (3200, 3200), (3200.0, 3200), ("３２００", 3200), ("3,200", 3200), ("1，234，567", 1234567), ("3200万元", 3200), ("3,200 万元", 3200),
        ("0", 0), ("3200.00", 3200), ("+5", 5), ("-0", 0),
    ],
)  # fmt: skip
def test_a_number_is_read_with_full_width_digits_commas_and_its_unit(cell, number):
    assert typed.as_number(cell, unit="万元") == number


@pytest.mark.parametrize(
    ("cell", "why"),
    [
        ("3,20", "逗号位置"), ("3200元", "不是数"), ("约3200", "不是数"), ("12.5", "只收整数（万元）"), (12.5, "只收整数"), ("-3", "不能是负数"),
        ("9999999999", "太大了"), ("1e5", "不是数"), ("三千", "只填数字，单位是万元"), ("#REF!", "出错的公式"),
    ],
)  # fmt: skip
def test_a_number_that_is_none_says_what_is_wrong(cell, why):
    with pytest.raises(Unreadable, match=why):
        typed.as_number(cell, unit="万元")


@pytest.mark.parametrize("cell", ["是", "有", "√", "Y", "yes", "1", 1, 1.0, True, "ＴＲＵＥ", "规上"])
def test_yes_is_said_in_many_ways(cell):
    assert typed.as_yes(cell, yes=frozenset({"规上"})) is True


@pytest.mark.parametrize("cell", ["否", "无", "不是", "×", "n", 0, False, "FALSE", "规下"])
def test_no_is_said_in_many_ways(cell):
    assert typed.as_yes(cell, no=frozenset({"规下"})) is False


@pytest.mark.parametrize("cell", ["待定", "2", "是/否"])
def test_neither_yes_nor_no_is_asked_back(cell):
    with pytest.raises(Unreadable, match="看不出是还是否"):
        typed.as_yes(cell)


@pytest.mark.parametrize(
    ("cell", "phone"),
    [
        (13900001234.0, "13900001234"), ("139 0000 1234", "13900001234"), ("139-0000-1234", "13900001234"), ("+86 13900001234", "13900001234"),
        ("１３９００００１２３４", "13900001234"), ("0374-2960000", "0374-2960000"), ("0374—2960000", "0374-2960000"), ("0374-2960000-12", "0374-2960000-12"),
    ],
)  # fmt: skip
def test_a_phone_is_read(cell, phone):
    assert typed.as_phone(cell) == phone


@pytest.mark.parametrize("cell", ["1390000123", "2960000", "无", "1.39E+10"])
def test_no_phone_is_asked_back(cell):
    with pytest.raises(Unreadable):
        typed.as_phone(cell)


@pytest.mark.parametrize(
    ("cell", "parts"),
    [
        ("高新技术、专精特新", ["高新技术", "专精特新"]), ("甲,乙，丙;丁；戊/己", ["甲", "乙", "丙", "丁", "戊", "己"]), ("甲\n乙", ["甲", "乙"]), ("甲、、甲", ["甲"]), ("无", []),
    ],
)  # fmt: skip
def test_a_list_is_cut_at_every_sign_people_use(cell, parts):
    assert typed.as_parts(cell) == parts


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (" 许昌　 ", "许昌"), (12.0, "12"), (12.5, "12.5"), (None, ""), (True, "是"), ("'=1+1", "=1+1"), ("a\x00b", "ab"), ("甲\u202e乙", "甲乙"),
        (date(2026, 1, 5), "2026-01-05"), (datetime(2026, 1, 5, 8, 30), "2026-01-05 08:30"),
    ],
)  # fmt: skip
def test_a_text_comes_without_what_nobody_sees(cell, text):
    assert typed.text_of(cell) == text


def test_a_text_too_long_says_how_long():
    with pytest.raises(Unreadable, match="有 12 个字，最多 10 个"):
        typed.as_text("字" * 12, most=10)
