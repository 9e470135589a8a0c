"""政策的读法：查找与分面（R-62）。每一句都从 `visible_to` 开始（R-03）。"""

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.cache import cache
from django.core.exceptions import EmptyResultSet
from django.db.models import Count, Max
from django.db.models.functions import ExtractYear

from cadres.enums import Role
from cadres.models import Unit, User
from policies.enums import PolicyLevel
from policies.models import Explanation, Policy, PolicyCategory

FACETS = ("level", "category", "unit", "year")
COLUMNS = ("level", "category", "unit", "published_on")
# What a line of the found shows; the excerpt is cut from the body.
LINE = ("title", "number", "issuer", "level", "body", "is_automatic", "state", "published_on", "effective_on",
        "expires_on", "guide_until_on")  # fmt: skip
KEPT_SECONDS = 24 * 60 * 60


@dataclass(frozen=True, slots=True)
class Facet:
    """一面里的一个值和件数。"""

    value: Any
    label: str
    count: int


def facets_of(pks: Sequence[int]) -> dict[str, list[Facet]]:
    """查到的这些按层级、类别、单位、年份各有多少。一条查询，加两条取名字。"""
    rows = Policy.objects.filter(pk__in=pks).order_by().values_list(*COLUMNS)
    return _named(Counter((level, category, unit, day and day.year) for level, category, unit, day in rows))


def facets(policies: Any) -> dict[str, list[Facet]]:
    """筛出来的各有多少。同样的筛法（谁看得到也在里面），库没有变就不再数。"""
    try:
        key = str(policies.query)
    except EmptyResultSet:  # 三员什么也看不到
        return _named(Counter())
    total = Policy.objects.aggregate(last=Max("changed_at"), count=Count("pk"))
    name = f"facets:{hashlib.sha256(repr((key, total)).encode()).hexdigest()}"
    counted = cache.get(name)
    if counted is None:
        rows = policies.order_by().values_list(*COLUMNS[:3], ExtractYear(COLUMNS[3])).annotate(n=Count("pk"))
        counted = Counter({(level, category, unit, year): count for level, category, unit, year, count in rows})
        cache.set(name, counted, KEPT_SECONDS)
    return _named(counted)


def _named(counted: "Counter[tuple[Any, ...]]") -> dict[str, list[Facet]]:
    """四面各自合计，配上名字，多的在前；年份近的在前。"""
    labels = (
        dict(PolicyLevel.choices),
        dict(PolicyCategory.objects.values_list("pk", "name")),
        dict(Unit.objects.filter(pk__in={key[2] for key in counted}).values_list("pk", "name")),
        None,
    )
    found = {}
    for place, (facet, names) in enumerate(zip(FACETS, labels, strict=True)):
        sums = Counter[Any]()
        for values, count in counted.items():
            if values[place] is not None:
                sums[values[place]] += count
        rows = [Facet(value, str(value if names is None else names[value]), count) for value, count in sums.items()]
        found[facet] = sorted(rows, key=lambda each: -each.value if names is None else (-each.count, str(each.value)))
    return found


def ordered(policies: Any, pks: Sequence[int]) -> list[Policy]:
    """按给定的次序取齐。"""
    rows = policies.in_bulk(list(pks))
    return [rows[pk] for pk in pks if pk in rows]


@dataclass(frozen=True, slots=True)
class Told:
    """讲给了谁：各单位讲给几家（只是数，谁都看得到），看得到的逐条。"""

    units: list[dict[str, Any]]
    rows: list[Explanation]
    firm_count: int


def told(policy: Policy, user: User, *, most: int = 20) -> Told | None:
    """这份政策在走访中讲给了谁（R-60）；企业不看别家的，没有这一栏。三句查询。"""
    if user.role == Role.ENTERPRISE:
        return None
    every = Explanation.objects.filter(policy=policy)
    units: Any = every.order_by().values("visit__unit__name").annotate(firms=Count("enterprise", distinct=True))
    seen = every.visible_to(user).select_related("enterprise", "visit__unit", "visit__cadre")
    return Told(
        list(units.order_by("-firms", "visit__unit__name")),
        list(seen.order_by("-visit__visited_on", "-pk")[:most]),
        every.aggregate(n=Count("enterprise", distinct=True))["n"],
    )


def expiring(policies: Any, *, today: date, until: date) -> Any:
    """快要到期的，早的在前。"""
    return policies.published().filter(expires_on__range=(today, until)).order_by("expires_on", "pk")
