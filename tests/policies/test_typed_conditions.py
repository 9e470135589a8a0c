"""“适用条件”一格里人写的话读成条件（R-61、R-62）：认得顺手写的和页面上说的，看不懂的说清哪一句。"""

import pytest

from policies.enums import ConditionField, Operator
from policies.rules.matching import ALLOWED, Condition
from policies.rules.typed_conditions import conditions_typed
from policies.rules.wording import wanted

Field, Op = ConditionField, Operator
NUMBERS = {Field.AGE, Field.REVENUE, Field.STAFF}


def one(text):
    (found,) = conditions_typed(text)
    return found.field, found.operator, found.values


def some(field, operator):
    """这一项、这样比的几个例子。"""
    if operator in {Op.YES, Op.NO}:
        return [()]
    if field in NUMBERS:
        return [(0,), (50,), (2_000,)]
    return [("C30",), ("C30", "C13")] if field == Field.INDUSTRY else [("魏都区",), ("魏都区", "禹州市")]


EVERY = [
    Condition(field, way, values) for field, ways in ALLOWED.items() for way in ways for values in some(field, way)
]


@pytest.mark.parametrize("condition", EVERY, ids=wanted)
def test_what_the_pages_say_is_read_back_the_same(condition):
    assert conditions_typed(wanted(condition)) == (condition,)


@pytest.mark.parametrize("condition", EVERY, ids=wanted)
def test_and_so_are_the_words_of_the_form(condition):
    said = f"{condition.field.label}{condition.operator.label} {'、'.join(map(str, condition.values))}".strip()
    if condition.field == Field.ABOVE_SCALE:
        said = f"{condition.operator.label}{condition.field.label}"
    assert conditions_typed(said) == (condition,)


def test_several_in_one_cell_numbered_or_not_twice_said_once():
    text = (
        "县（市、区）是 魏都区、禹州市；规上企业；行业 C30 开头\n1、从业人数不少于50人；（二）成立满3年。；规上企业；"
    )
    assert conditions_typed(text) == (
        Condition(Field.REGION, Op.IN, ("魏都区", "禹州市")),
        Condition(Field.ABOVE_SCALE, Op.YES),
        Condition(Field.INDUSTRY, Op.PREFIX, ("C30",)),
        Condition(Field.STAFF, Op.AT_LEAST, (50,)),
        Condition(Field.AGE, Op.AT_LEAST, (3,)),
    )
    assert conditions_typed("") == conditions_typed(" ；。\n") == ()


@pytest.mark.parametrize(
    ("text", "field", "operator", "values"),
    [
        ("县(市、区)：长葛市", Field.REGION, Op.IN, ("长葛市",)),
        ("县市区不在 示范区", Field.REGION, Op.NOT_IN, ("示范区",)),
        ("行业代码以 c3525、13 开头", Field.INDUSTRY, Op.PREFIX, ("C3525", "C13")),
        ("标签是“专精特新小巨人”", Field.TAG, Op.IN, ("专精特新小巨人",)),
        ("企业标签不能有 失信企业", Field.TAG, Op.NOT_IN, ("失信企业",)),
        ("上年营业收入不低于 2 亿元", Field.REVENUE, Op.AT_LEAST, (20_000,)),
        ("营收 2,000 万元以上", Field.REVENUE, Op.AT_LEAST, (2_000,)),
        ("职工人数 300 人以下", Field.STAFF, Op.AT_MOST, (300,)),
        ("从业人数≤３００", Field.STAFF, Op.AT_MOST, (300,)),
        ("成立 3 年", Field.AGE, Op.AT_LEAST, (3,)),
        ("非规上企业", Field.ABOVE_SCALE, Op.NO, ()),
        ("规下企业", Field.ABOVE_SCALE, Op.NO, ()),
        ("规上企业：否", Field.ABOVE_SCALE, Op.NO, ()),
        ("规模以上工业企业", Field.ABOVE_SCALE, Op.YES, ()),
        ("白名单：省级", Field.WHITELIST, Op.IN, ("省级",)),
    ],
)
def test_as_people_write_it(text, field, operator, values):
    assert one(text) == (field, operator, values)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("经营状况良好", "要以企业的哪一项开头"),
        ("规上企业；信用好", "“信用好”看不懂"),
        ("从业人数 50 人", "这样的整数"),
        ("从业人数不少于五十", "这样的整数"),
        ("从业人数不少于 50 万元", "这样的整数"),
        ("上年营业收入不少于 500 元", "这样的整数"),
        ("上年营业收入不少于 99999999 亿元", "数太大"),
        ("从业人数不超过 50 人以上", "一头说"),
        ("县（市、区）是", "没有写跟什么比"),
        ("行业代码不是 C30", "只能写以什么开头"),
        ("；".join(f"标签是 甲{n}" for n in range(21)), "最多 20 个"),
        ("从业人数不少于 " + "9" * 5_000, "这样的整数"),
    ],
)
def test_what_it_cannot_read_is_named_and_never_dropped(text, said):
    with pytest.raises(ValueError, match=said):
        conditions_typed(text)
