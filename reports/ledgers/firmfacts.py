"""各台账共用的企业侧事实：现在的牵头干部与包联领导、白名单级别。一批企业各一句查询。"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from cadres.enums import AssignmentRole
from cadres.models import Assignment
from enterprises.models import Whitelisting, WhitelistLevel

LISTED_AS = dict(WhitelistLevel.choices)


@dataclass(frozen=True, slots=True)
class Helper:
    """一名现任：姓名与单位。"""

    name: str
    unit: int | None


def helpers_of(firms: Iterable[int]) -> dict[tuple[int, str], list[Helper]]:
    """(企业, 身份) → 现任的人，先任的在前。"""
    found: dict[tuple[int, str], list[Helper]] = defaultdict(list)
    rows = Assignment.objects.filter(enterprise__among=firms, to_on__isnull=True).order_by("pk")
    for firm, role, name, unit in rows.values_list("enterprise", "role", "cadre__name", "cadre__unit"):
        found[firm, role].append(Helper(name, unit))
    return found


def named(helpers: dict[tuple[int, str], list[Helper]], firm: int, role: AssignmentRole) -> str:
    """这一身份的人名，几个人顿号分开。"""
    return "、".join(each.name for each in helpers.get((firm, role), ()))


def levels_of(firms: Iterable[int]) -> dict[int, str]:
    """企业 → 现在的白名单级别，后定的为准。"""
    rows = Whitelisting.objects.filter(enterprise__among=firms, to_on__isnull=True).order_by("from_on", "pk")
    return {firm: LISTED_AS.get(level, level) for firm, level in rows.values_list("enterprise", "level")}
