"""人写的日期、文号、层级、列名、网页（R-62）。"""

from datetime import date

import pytest

from policies.rules.typed import HEADINGS, columns_of, day_typed, level_typed, number_typed, plain_text, title_key


@pytest.mark.parametrize(
    "text",
    [
        "2026年3月5日",
        "2026-3-5",
        "2026/03/05",
        "2026.3.5",
        "20260305",
        "２０２６年３月５日",
        "二〇二六年三月五日",
        "2026-03-05 09:00:00",
        "2026-03-05T09:00:00",
        "2026 年 3 月 5 日",
        "2026—3—5",
        "2026.03.05.",
        "46086",
    ],
)
def test_dates_as_people_type_them(text):
    assert day_typed(text) == date(2026, 3, 5)


@pytest.mark.parametrize(("text", "day"), [("二○二五年十二月三十一日", 31), ("二〇二五年十二月十日", 10), ("二〇二五年十二月二十一日", 21), ("二〇二五年十二月二十日", 20)])  # fmt: skip
def test_chinese_numerals(text, day):
    assert day_typed(text) == date(2025, 12, day)


@pytest.mark.parametrize("text", ["", " ", "长期", "长期有效", "—"])
def test_no_date_is_none(text):
    assert day_typed(text) is None


@pytest.mark.parametrize("text", ["去年", "2026年", "2026-13-01", "2026-02-30", "3月5日", "\x00", "9" * 50])
def test_what_is_no_date_is_refused(text):
    with pytest.raises(ValueError, match=r".*"):
        day_typed(text)


@pytest.mark.parametrize("text", ["许示办〔2026〕9号", "许示办[2026]9号", "许示办（2026）09号", "许示办 (2026) 第9号", "许示办【2026】9 号", "许示办［2026］９号"])  # fmt: skip
def test_one_number_however_written(text):
    assert number_typed(text) == "许示办〔2026〕9号"


def test_other_numbers_stay_as_they_are():
    assert number_typed("公告 2026 年第 3 号") == "公告2026年第3号"


@pytest.mark.parametrize(
    ("typed", "issuer", "level"),
    [
        ("市级", "", "CITY"), ("", "许昌市人民政府", "CITY"), ("", "河南省财政厅", "PROVINCE"), ("", "国务院办公厅", "NATION"),
        ("", "鄢陵县人民政府", "COUNTY"), ("", "禹州市人民政府", "COUNTY"), ("乡级", "许昌市", ""), ("", "某协会", ""), ("CITY", "", "CITY"),
    ],
)  # fmt: skip
def test_levels(typed, issuer, level):
    assert level_typed(typed, issuer, ("鄢陵县", "禹州市")) == level


def test_headings_with_stars_blanks_and_synonyms_once_each():
    assert columns_of(["标题*", " 发 文 单 位 ", "正文", "内容", "别的", ""]) == (
        ["title", "issuer", "body", "", "", ""], ["内容", "别的"],
    )  # fmt: skip
    every = [name for names in HEADINGS.values() for name in names]
    assert len(every) == len(set(every))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("只是 <50 万元的> 文字", "只是 <50 万元的> 文字"),
        ("<p>甲</p><p>乙</p>", "甲\n乙"),
        ("<SCRIPT>x</SCRIPT>甲", "甲"),
        ("甲<script>没有结束", "甲"),
        ("<p>1 &lt; 2 &amp; 3</p>", "1 < 2 & 3"),
        ("甲\x00乙\x07", "甲乙"),
        ("<img src=x onerror=alert(1)>甲", "甲"),
    ],
)
def test_pages_become_text(text, said):
    assert plain_text(text) == said


def test_titles_are_compared_by_their_words():
    assert title_key("《关于 A 的通知》", "市政府") == title_key("关于ａ的通知", "市政府")
    assert title_key("甲", "乙") != title_key("甲", "丙")
