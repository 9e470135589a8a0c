"""企业在匹配时的样子（R-61）：从台账几句查询读齐，成为纯规则的 Profile。

没填的数（成立日期、营业收入、从业人数、行业代码）是“不知道”；产业链、集群、标签、白名单是活动办登记的，没有就是没有。
县（市、区）的条件也管到它下面的功能区。
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from django.db.models import Q

from enterprises.models import Cluster, Enterprise, IndustryChain, Region, Tag, Whitelisting, WhitelistLevel
from policies.enums import ConditionField, Operator, PolicyLevel
from policies.models import Policy, PolicyCondition
from policies.rules.industry import canonical
from policies.rules.matching import Condition, Profile, Register, Value
from zhuqi.kernel import keys as _keys  # noqa: F401 - brings the lookup `__among`

Facts = dict[ConditionField, frozenset[Value] | Value]
COLUMNS = (
    "pk", "region", "industry_code", "chain", "cluster", "is_above_scale", "established_on", "revenue", "staff_count",
)  # fmt: skip


def register(today: date, *, among: Any = None) -> Register:
    """在册企业（或 `among` 这些）今天的名册，供成批匹配。七句查询，不论几家。"""
    return Register(list(read_profiles(today, among=among)))


def profile_of(firm: Enterprise, today: date) -> Profile:
    """一家企业今天的样子，不论在不在册。"""
    return next(read_profiles(today, among=Enterprise.objects.filter(pk=firm.pk)))


def read_profiles(today: date, *, among: Any = None) -> Iterator[Profile]:
    """按主键次序；`among` 是企业的查询集，缺省为全部在册。"""
    firms = Enterprise.objects.filter(is_active=True) if among is None else among
    keys: Any = firms.order_by().values("pk")
    names = _Names()
    tags = _grouped(Enterprise.tags.through.objects.filter(enterprise__in=keys).values_list("enterprise", "tag"))
    running = Q(to_on__isnull=True) | Q(to_on__gte=today)
    lists = Whitelisting.objects.filter(running, from_on__lte=today, enterprise__in=keys).order_by()
    levels = _grouped(lists.values_list("enterprise", "level"))
    for row in firms.order_by("pk").values_list(*COLUMNS):
        pk, region, code, chain, cluster, above, established, revenue, staff = row
        facts: Facts = {
            ConditionField.REGION: names.regions[region],
            ConditionField.CHAIN: names.of(names.chains, chain),
            ConditionField.CLUSTER: names.of(names.clusters, cluster),
            ConditionField.ABOVE_SCALE: int(above),
            ConditionField.TAG: frozenset(names.tags[tag] for tag in tags.get(pk, ())),
            ConditionField.WHITELIST: frozenset(WhitelistLevel(each).label for each in levels.get(pk, ())),
        }
        known = {
            ConditionField.INDUSTRY: canonical(code) or None,
            ConditionField.AGE: years_between(established, today) if established else None,
            ConditionField.REVENUE: revenue,
            ConditionField.STAFF: staff,
        }
        facts |= {name: value for name, value in known.items() if value is not None}
        yield Profile(pk, facts)


def years_between(since: date, today: date) -> int:
    """满几年；2 月 29 日成立的，平年到 3 月 1 日才满。"""
    return max(0, today.year - since.year - ((today.month, today.day) < (since.month, since.day)))


def names_digest() -> str:
    """登记的名称和区域上下级的校验和：改了名称，所有的匹配都要重算。四句查询。"""
    names = _Names()
    regions = {pk: sorted(map(str, found)) for pk, found in names.regions.items()}
    said = [sorted(each.items()) for each in (regions, names.chains, names.clusters, names.tags)]
    return hashlib.sha256(repr(said).encode()).hexdigest()


class _Names:
    """登记的名称；区域连同它的各级上级。"""

    def __init__(self) -> None:
        rows = {pk: (name, parent) for pk, name, parent in Region.objects.values_list("pk", "name", "parent")}
        self.regions = {pk: frozenset(_upward(rows, pk)) for pk in rows}
        self.chains = dict(IndustryChain.objects.values_list("pk", "name"))
        self.clusters = dict(Cluster.objects.values_list("pk", "name"))
        self.tags = dict(Tag.objects.values_list("pk", "name"))

    @staticmethod
    def of(names: dict[int, str], pk: int | None) -> frozenset[Value]:
        """这一个的名称；没有登记就是一个也没有。"""
        return frozenset({names[pk]}) if pk is not None else frozenset()


def _upward(rows: dict[int, tuple[str, int | None]], pk: int | None) -> Iterator[Value]:
    seen: set[int] = set()
    while pk is not None and pk not in seen:
        seen.add(pk)
        name, pk = rows[pk]
        yield name


def _grouped(pairs: Iterable[tuple[int, Any]]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for key, value in pairs:
        found[key].append(value)
    return found


def asked_of(policies: Iterable[Policy]) -> dict[int, tuple[Condition, ...]]:
    """每份政策要问的条件，去重；县级政策另加“在本县”。一句查询。

    先读政策、后读条件：中间有人修订，`revision` 就对不上，下一次会重算。
    """
    chosen = list(policies)
    asked: dict[int, dict[Condition, None]] = {policy.pk: {} for policy in chosen}
    for policy in chosen:
        if policy.level == PolicyLevel.COUNTY and policy.region is not None:
            asked[policy.pk][Condition(ConditionField.REGION, Operator.IN, (policy.region.name,))] = None
    # A subquery would be read again after the policies: the keys as they were read.
    rows = PolicyCondition.objects.filter(policy__among=list(asked)).order_by("pk")
    for pk, name, operator, values in rows.values_list("policy", "field", "operator", "values"):
        asked[pk][condition(name, operator, values)] = None
    return {pk: tuple(found) for pk, found in asked.items()}


def condition(name: str, operator: str, values: Iterable[Value]) -> Condition:
    """存着的一行作为值；行业代码补上门类字母。"""
    field = ConditionField(name)
    if field == ConditionField.INDUSTRY:
        values = [canonical(str(value)) or str(value) for value in values]
    return Condition(field, Operator(operator), tuple(values))
