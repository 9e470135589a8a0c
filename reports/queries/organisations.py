"""哪个单位算哪个组织、归哪一组（R-51）。县（市、区）是一个组织：活动办和它的部门合在一起。"""

from dataclasses import dataclass

from cadres.enums import UnitKind
from cadres.models import Unit
from reports.enums import Group

GROUP_OF_KIND = {
    UnitKind.DEPARTMENT: Group.DEPARTMENT,
    UnitKind.FINANCE: Group.SERVICE,
    UnitKind.UTILITY: Group.SERVICE,
}
OF_A_REGION = frozenset({UnitKind.OFFICE, UnitKind.COUNTY})


@dataclass(frozen=True, slots=True)
class Organisation:
    """参加排名的一个组织：记在哪个单位名下、叫什么、哪一组。"""

    unit: int
    name: str
    group: str


def organisations() -> dict[int, Organisation]:
    """单位 → 组织。市活动办、专班、督查、领导小组不参加排名，不在里面。一条查询。"""
    found: dict[int, Organisation] = {}
    of_region: dict[int, Organisation] = {}
    # Offices before departments of the same region: the office's unit stands for the county.
    for unit in sorted(Unit.objects.select_related("region"), key=lambda each: (each.kind != UnitKind.OFFICE, each.pk)):
        group = GROUP_OF_KIND.get(UnitKind(unit.kind))
        if group:
            found[unit.pk] = Organisation(unit.pk, str(unit), group)
        elif unit.kind in OF_A_REGION and unit.region_id is not None and unit.region is not None:
            group = Group.ZONE if unit.region.is_functional_zone else Group.COUNTY
            found[unit.pk] = of_region.setdefault(unit.region_id, Organisation(unit.pk, unit.region.name, group))
    return found
