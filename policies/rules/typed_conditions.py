"""“适用条件”一格里人写的话（R-61、R-62）→ 条件：分号或换行隔开，一句一个条件。纯函数。

认两种写法：人顺手写的（县（市、区）是 魏都区、禹州市；规上企业；行业 C30 开头；从业人数不少于 50 人），和页面上说条件的话（`wording`）。
看不懂的一句也不许丢：少了一个条件，不该享受的企业就会被告知可以享受。
"""

import re
import unicodedata

from policies.enums import ConditionField, Operator
from policies.rules.industry import canonical
from policies.rules.matching import Condition

SHOWN = 30
VALUE_MOST = 10**9
CONDITIONS_MOST = 20
Field = ConditionField
FIELDS: dict[Field, tuple[str, ...]] = {
    Field.REGION: ("企业所在县（市、区）", "所在县（市、区）", "县（市、区）", "企业所在县市区", "县市区", "所在区域", "所在地区", "区域", "地区"),
    Field.INDUSTRY: ("行业代码", "所属行业", "行业"),
    Field.CHAIN: ("所在产业链", "重点产业链", "产业链"),
    Field.CLUSTER: ("所在产业集群", "产业集群", "集群"),
    Field.TAG: ("企业标签", "标签"),
    Field.WHITELIST: ("白名单企业", "白名单"),
    Field.AGE: ("成立满几年", "成立年限", "成立时间", "成立"),
    Field.REVENUE: ("上年营业收入（万元）", "上年度营业收入", "上年营业收入", "营业收入", "上年营收", "营收"),
    Field.STAFF: ("从业人数", "从业人员", "职工人数", "员工人数"),
}  # fmt: skip
_UNITS = {
    Field.AGE: {"": 1, "年": 1, "周年": 1},
    Field.REVENUE: {"": 1, "万": 1, "万元": 1, "亿": 10_000, "亿元": 10_000},
    Field.STAFF: {"": 1, "人": 1, "名": 1},
}
_NUMERALS = re.compile(
    r"^\s*(?:[(（]\s*(?:\d{1,2}|[一二三四五六七八九十]{1,3})\s*[)）]|(?:\d{1,2}|[一二三四五六七八九十]{1,3})[、.．)）](?!\d))\s*"
)
_SCALE = re.compile(
    r"(?:企业)?(要是|须是|应是|必须是|是|为|要|不能是|不是|不为|非|不要)?(规上|规下|规模以上|规模以下)(?:工业)?(?:企业)?(?:[:：]?(是|否|不是))?"
)
_NUMBER = re.compile(
    r"(在|要|须|应|需)?(满|不少于|不低于|不小于|至少|达到|大于等于|≥|>=|不超过|不多于|不高于|不大于|至多|小于等于|≤|<=)?"
    r"(\d{1,3}(?:,\d{3}){1,3}|\d{1,12})([年周万亿元人名]{0,2})(及以上|以上|及以下|以下|以内)?"
)
_MOST = ("不超过", "不多于", "不高于", "不大于", "至多", "小于等于", "≤", "<=", "及以下", "以下", "以内")
_LISTED = re.compile(
    r"\s*(?P<none>不是其中任何一个|不能有|不能在|不能是|不属于|不包括|不在|不是|不为|不含|没有)?"
    r"(?(none)|(?:是其中之一|以这些开头|要属于|必须是|要有|要在|要是|属于|包括|限于|是|为|在|含|有|限|以)?)\s*[:：]?\s*(?P<values>.*)",
    re.DOTALL,
)  # fmt: skip
_TAIL = re.compile(r"\s*(?:其中之一|之一|其中任何一个|(?:这些|等)?(?:开头|打头))$")
_SPLIT = re.compile(r"[,，、\s]+")


def conditions_typed(text: str) -> tuple[Condition, ...]:
    """各个条件，次序照写的，一样的只算一个。错误：ValueError，哪一句、怎么写才认。"""
    said = [_NUMERALS.sub("", one).strip(" \t　。.,，") for one in re.split(r"[；;\r\n]+", text)]
    found = tuple(dict.fromkeys(_one(clause) for clause in said if clause))
    if len(found) > CONDITIONS_MOST:
        raise ValueError(f"适用条件有 {len(found)} 个，最多 {CONDITIONS_MOST} 个")
    return found


def _one(clause: str) -> Condition:
    plain = "".join(unicodedata.normalize("NFKC", clause).split())
    if scale := _SCALE.fullmatch(plain):
        said_no = (scale[1] or "").startswith(("不", "非")), "下" in scale[2], scale[3] in {"否", "不是"}
        return Condition(Field.ABOVE_SCALE, Operator.NO if sum(said_no) % 2 else Operator.YES)
    field, rest = _field(clause)
    return _number(field, rest, clause) if field in _UNITS else _list(field, rest, clause)


def _field(clause: str) -> tuple[Field, str]:
    """看哪一项，和后面的话。"""
    for field, names in FIELDS.items():
        for name in names:
            for written in (name, unicodedata.normalize("NFKC", name)):
                if clause.startswith(written):
                    return field, clause[len(written) :]
    raise _puzzled(clause, "要以企业的哪一项开头，如“县（市、区）是 魏都区”“规上企业”“从业人数不少于 50 人”")


def _number(field: Field, rest: str, clause: str) -> Condition:
    found = _NUMBER.fullmatch("".join(unicodedata.normalize("NFKC", rest).split()).removeprefix(":"))
    units = _UNITS[field]
    if not found or not (found[2] or found[5] or field == Field.AGE) or found[4] not in units:
        raise _puzzled(clause, f"要写成“{FIELDS[field][-1]}不少于 50”或“不超过 50”这样的整数")
    number = int(found[3].replace(",", "")) * units[found[4]]
    if number > VALUE_MOST:
        raise _puzzled(clause, "数太大了")
    is_most = found[2] in _MOST or found[5] in _MOST
    if found[2] and found[5] and (found[2] in _MOST) != (found[5] in _MOST):
        raise _puzzled(clause, "一头说不少于、一头说不超过")
    return Condition(field, Operator.AT_MOST if is_most else Operator.AT_LEAST, (number,))


def _list(field: Field, rest: str, clause: str) -> Condition:
    found = _LISTED.fullmatch(rest)
    said = _TAIL.sub("", found["values"]) if found else ""
    words = tuple(dict.fromkeys(word.strip('“”"') for word in _SPLIT.split(said) if word.strip('“”"')))
    if not found or not words:
        raise _puzzled(clause, "没有写跟什么比")
    if field == Field.INDUSTRY:
        if found["none"]:
            raise _puzzled(clause, "行业代码只能写以什么开头")
        return Condition(field, Operator.PREFIX, tuple(canonical(word) or word for word in words))
    return Condition(field, Operator.NOT_IN if found["none"] else Operator.IN, words)


def _puzzled(clause: str, why: str) -> ValueError:
    return ValueError(f"适用条件“{clause[:SHOWN]}”看不懂：{why}")
