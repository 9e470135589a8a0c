"""A problem's title is made from its first words."""

import pytest

from cases.rules.headlines import headline


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("扩产后变压器容量不够。夏天常跳闸。", "扩产后变压器容量不够"),
        ("  \n用电不够\n还缺人", "用电不够"),
        (
            "出口退税九月申报，到现在没有到账，约一百三十万元，年底备货缺流动资金，很着急",
            "出口退税九月申报，到现在没有到账，约一百三十万元",
        ),
        ("一" * 50, "一" * 29 + "…"),
        ("。。", ""),
    ],
)
def test_headline_is_the_first_sentence_cut_at_a_pause(text, title):
    assert headline(text) == title
