"""一个条件用大白话怎么说：要什么，企业现在是什么（R-61）。纯函数。"""

from policies.enums import ConditionField, Operator
from policies.rules.matching import Condition, Profile

UNITS = {ConditionField.AGE: "年", ConditionField.REVENUE: "万元", ConditionField.STAFF: "人"}
NAMES = {
    ConditionField.REGION: "企业所在县（市、区）", ConditionField.AGE: "成立", ConditionField.REVENUE: "上年营业收入",
    ConditionField.STAFF: "从业人数", ConditionField.TAG: "企业标签", ConditionField.WHITELIST: "白名单",
}  # fmt: skip
# What the firm itself can fill in; the rest the activity office keeps.
FILLABLE = frozenset({ConditionField.AGE, ConditionField.REVENUE, ConditionField.STAFF})


def wanted(condition: Condition) -> str:
    """要什么：从业人数不少于 50 人。"""
    name, unit = NAMES.get(condition.field, condition.field.label), UNITS.get(condition.field, "")
    listed = "、".join(map(str, condition.values))
    several = len(condition.values) > 1
    match condition.operator:
        case Operator.YES:
            return f"要是{condition.field.label}"
        case Operator.NO:
            return f"不能是{condition.field.label}"
        case Operator.AT_LEAST:
            return f"{name}{'满' if condition.field == ConditionField.AGE else '不少于'} {listed} {unit}"
        case Operator.AT_MOST:
            return f"{name}不超过 {listed} {unit}"
        case Operator.PREFIX:
            return f"行业代码以 {listed} 开头"
        case Operator.IN:
            return f"{name}要有 {listed}{' 之一' if several else ''}" if _is_list(condition) else f"{name}要在 {listed}"
        case _:
            return f"{name}不能有 {listed}" if _is_list(condition) else f"{name}不在 {listed}"


def _is_list(condition: Condition) -> bool:
    return condition.field in {ConditionField.TAG, ConditionField.WHITELIST}


def held(condition: Condition, profile: Profile) -> str:
    """企业现在：30 人；没填。"""
    value = profile.facts.get(condition.field)
    if value is None:
        return "还没填"
    if condition.field == ConditionField.ABOVE_SCALE:
        return "规上" if value else "规下"
    if isinstance(value, frozenset):
        return "、".join(sorted(map(str, value))) or "没有"
    return f"{value} {UNITS.get(condition.field, '')}".strip()
