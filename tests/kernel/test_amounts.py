"""金额怎么写都读得出来，两种读法的不猜（R-32）。"""

from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhuqi.kernel.amounts import amount, in_wan, said
from zhuqi.kernel.errors import InvalidInput

READ = {
    "1200000": "1200000", "120万": "1200000", "120万元": "1200000", "１２０万元": "1200000", "1.2亿": "120000000",
    "35万6千": "356000", "35万6千元": "356000", "1亿2300万": "123000000", "1亿2,300万元": "123000000",
    "１，２００，０００．５０元": "1200000.50", "¥88.8": "88.80", "人民币伍仟元整": "5000", "壹佰贰拾万元整": "1200000",
    "三十万元": "300000", "十五万": "150000", "三千零五": "3005", "12万3456": "123456", "12万34元": "120034",
    "一百二十三万四千五百六十七元八角九分": "1234567.89", "5角": "0.50", "3千5百万": "35000000", " 12 万 ": "120000",
    "9999亿9999万9999元9角9分": "999999999999.99",
}  # fmt: skip
REFUSED = {
    "3万5": "两种读法", "三万五": "两种读法", "1亿2": "两种读法", "三千五": "两种读法",
    "-5": "大于 0", "负五万": "大于 0", "0": "大于 0", "0万": "大于 0", "0元": "大于 0",
    "12.345": "最小到分", "1,5万": "三位一隔", "1,20万": "三位一隔", "1万亿": "太大", "99999999999999": "太大",
    "": "看不懂", "万": "看不懂", "元": "看不懂", "abc": "看不懂", "1e5": "看不懂", "1.2.3": "看不懂", "5元5": "看不懂",
    "1.5亿2300万": "看不懂", "1亿23000万": "看不懂", "约120万": "看不懂", "百": "看不懂", "5百5百": "看不懂", "大概": "看不懂",
}  # fmt: skip


@pytest.mark.parametrize(("typed", "yuan"), READ.items())
def test_what_an_office_types_is_read(typed, yuan):
    assert amount(typed) == Decimal(yuan)


@pytest.mark.parametrize(("typed", "why"), REFUSED.items())
def test_what_cannot_be_read_or_in_two_ways_is_refused_in_words(typed, why):
    with pytest.raises(InvalidInput, match=why):
        amount(typed)


@given(st.decimals("0.01", "999999999999.99", places=2))
def test_what_is_said_can_be_typed_again(value):
    assert amount(said(value)) == value


@given(st.text(alphabet="0123456789.,，万亿千百十元角分零一两负- 壹拾", max_size=14))
def test_nothing_typed_is_ever_an_error_of_the_program(typed):
    with suppress(InvalidInput):
        assert amount(typed) > 0


@pytest.mark.parametrize(
    ("typed", "wan"),
    [("3500", 3500), ("３，５００", 3500), ("3500万", 3500), ("3500 万元", 3500), ("2亿", 20_000), ("1.2亿元", 12_000),
     ("1亿2000万", 12_000), ("0", 0), ("35000000元", 3500)],
)  # fmt: skip
def test_a_revenue_is_read_in_wan(typed, wan):
    assert in_wan(typed) == wan


@pytest.mark.parametrize("typed", ["", "-1", "3.5", "三千五百", "3500.5万", "1,23", "3500元", "2亿左右", "1e9", "〇"])
def test_a_revenue_that_is_none_in_wan_is_refused(typed):
    with pytest.raises(InvalidInput):
        in_wan(typed)
