"""条件里写的名称对不对得上登记的（R-61）；名称改了、写错了，政策就谁也匹配不上，发布前要说。"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from enterprises.models import Cluster, IndustryChain, Region, Tag, WhitelistLevel
from policies.enums import ConditionField, Operator
from policies.rules.industry import canonical
from policies.rules.matching import Condition, contradiction

REGISTERED: dict[ConditionField, Any] = {
    ConditionField.REGION: Region,
    ConditionField.CHAIN: IndustryChain,
    ConditionField.CLUSTER: Cluster,
    ConditionField.TAG: Tag,
}
SHOWN = 5


def unknown_among(field: ConditionField, words: Iterable[str]) -> list[str]:
    """这一项里没有登记过的名称、不存在的代码；一句查询。"""
    wanted = list(dict.fromkeys(words))
    if field == ConditionField.INDUSTRY:
        return [word for word in wanted if not canonical(word)]
    if field == ConditionField.WHITELIST:
        return [word for word in wanted if word not in WhitelistLevel.labels]
    if field not in REGISTERED:
        return []
    known = set(REGISTERED[field].objects.filter(name__in=wanted).values_list("name", flat=True))
    return [word for word in wanted if word not in known]


def unknown_values(conditions: Sequence[Condition]) -> str:
    """哪个条件写了没有登记的名称，一句话；没有就是空串。"""
    for each in conditions:
        wrong = unknown_among(each.field, map(str, each.values))
        if wrong:
            return unknown_words(each.field, wrong)
    return ""


def unknown_words(field: ConditionField, words: Sequence[str]) -> str:
    """没有登记过的名称，一句话。"""
    return f"条件「{field.label}」里没有登记过：{'、'.join(words[:SHOWN])}。"


def contradictory(conditions: Sequence[Condition], *, county: str = "") -> str:
    """哪一项的条件互相矛盾，一句话；`county` 是县级政策、限了县的活动自带的那个县。没有就是空串。"""
    own = (Condition(ConditionField.REGION, Operator.IN, (county,)),) if county else ()
    return contradiction(with_zones([*own, *conditions]))


def with_zones(conditions: Sequence[Condition]) -> list[Condition]:
    """县（市、区）的条件也管到下面的功能区：查矛盾以前把它们写全。只有一个县的条件，矛盾不起来，不用写全。"""
    if sum(each.field == ConditionField.REGION for each in conditions) < 2:
        return list(conditions)
    below: dict[str, list[str]] = {}
    for name, parent in Region.objects.filter(parent__isnull=False).values_list("name", "parent__name"):
        below.setdefault(parent, []).append(name)
    return [
        replace(each, values=tuple(_downward(map(str, each.values), below)))
        if each.field == ConditionField.REGION
        else each
        for each in conditions
    ]


def _downward(names: Iterable[str], below: dict[str, list[str]]) -> list[str]:
    found, rest = dict[str, None](), list(names)
    while rest:
        name = rest.pop(0)
        if name not in found:
            found[name] = None
            rest += below.get(name, [])
    return list(found)
