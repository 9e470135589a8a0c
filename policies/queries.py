"""政策的读法：查找与分面（R-62）。每一句都从 `visible_to` 开始（R-03）。"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count
from django.db.models.functions import ExtractYear

from policies.models import Policy

FACETS = ("level", "category", "unit", "year")


@dataclass(frozen=True, slots=True)
class Facet:
    """一面里的一个值和件数。"""

    value: Any
    label: str
    count: int


def facets(policies: Any) -> dict[str, list[Facet]]:
    """这些政策按层级、类别、单位、年份各有多少。四条查询。"""
    rows = policies.order_by()
    counted = {
        "level": _counted(rows, "level"),
        "category": _counted(rows.filter(category__isnull=False), "category", "category__name"),
        "unit": _counted(rows.filter(unit__isnull=False), "unit", "unit__name"),
        "year": _counted(rows.filter(published_on__isnull=False).annotate(year=ExtractYear("published_on")), "year"),
    }
    levels = dict(Policy._meta.get_field("level").choices or ())  # noqa: SLF001 - the model's own labels
    counted["level"] = [Facet(each.value, levels[each.value], each.count) for each in counted["level"]]
    counted["year"].sort(key=lambda each: -each.value)
    return counted


def _counted(rows: Any, column: str, label: str = "") -> list[Facet]:
    names = [column, label] if label else [column]
    found = rows.values_list(*names).annotate(n=Count("pk")).order_by("-n", column)
    return [Facet(row[0], str(row[-2] if label else row[0]), row[-1]) for row in found]


def ordered(policies: Any, pks: Sequence[int]) -> list[Policy]:
    """按给定的次序取齐。"""
    rows = policies.in_bulk(list(pks))
    return [rows[pk] for pk in pks if pk in rows]


def expiring(policies: Any, *, today: date, until: date) -> Any:
    """快要到期的，早的在前。"""
    return policies.published().filter(expires_on__range=(today, until)).order_by("expires_on", "pk")
