"""企业台账（R-11、R-54）：一家一行，联系电话遮盖（R-73）。"""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Count, Max, Q

from cadres.enums import AssignmentRole, Role
from cases.enums import OPEN
from cases.models import Case
from enterprises.models import Contact, Enterprise
from reports.ledgers.firmfacts import helpers_of, levels_of, named
from reports.ledgers.ledger import RATERS, Column, Kind, Ledger, Line, Reader
from zhuqi.kernel.masking import masked

COLUMNS = (
    Column("序号", 6, Kind.NUMBER), Column("企业名称", 30, Kind.PROSE), Column("统一社会信用代码", 21),
    Column("县(市、区)", 12), Column("地址", 28, Kind.PROSE), Column("行业代码", 10), Column("行业", 18, Kind.PROSE),
    Column("产业链", 14, Kind.PROSE), Column("产业集群", 14, Kind.PROSE), Column("规模", 7), Column("标签", 18, Kind.PROSE),
    Column("白名单级别", 11), Column("包联领导", 10), Column("牵头干部", 10), Column("牵头单位", 18, Kind.PROSE),
    Column("协助干部", 16, Kind.PROSE), Column("联系人", 10), Column("联系电话", 14), Column("问题总数", 9, Kind.NUMBER),
    Column("在办问题", 9, Kind.NUMBER), Column("最近联系", 11, Kind.DATE), Column("在册", 7),
)  # fmt: skip
FIELDS = (
    "pk", "name", "credit_code", "region", "address", "industry_code", "industry", "chain__name", "cluster__name",
    "is_above_scale", "is_active",
)  # fmt: skip


def lines(keys: Sequence[int], reader: Reader) -> Iterable[Line]:
    """一批主键的行：七句查询。"""
    firms = Enterprise.objects.visible_to(reader.user).filter(pk__among=keys).order_by()
    rows = {row[0]: row for row in firms.values_list(*FIELDS)}
    found = list(rows)
    facts = {
        "helpers": helpers_of(found),
        "levels": levels_of(found),
        "tags": _tags(found),
        "contacts": _contacts(found),
        "cases": _cases(found, reader),
        "last": dict(
            Enterprise.objects.filter(pk__in=found).order_by().values_list("pk").annotate(day=Max("visits__visited_on"))
        ),
    }
    return [_line(rows[pk], facts, reader) for pk in keys if pk in rows]


def _tags(firms: list[int]) -> dict[int, str]:
    found: dict[int, str] = {}
    rows = Enterprise.tags.through.objects.filter(enterprise__in=firms).order_by("tag__ordering", "tag")
    for firm, name in rows.values_list("enterprise", "tag__name"):
        found[firm] = f"{found[firm]}、{name}" if firm in found else name
    return found


def _contacts(firms: list[int]) -> dict[int, tuple[str, str]]:
    rows = Contact.objects.filter(enterprise__in=firms).order_by("is_primary", "-pk")
    return {firm: (name, masked(phone)) for firm, name, phone in rows.values_list("enterprise", "name", "phone")}


def _cases(firms: list[int], reader: Reader) -> dict[int, tuple[int, int]]:
    """这个人看得到的问题：总数与在办。"""
    seen = Case.objects.visible_to(reader.user).filter(enterprise__in=firms).order_by()
    counts = seen.values_list("enterprise").annotate(every=Count("pk"), open=Count("pk", filter=Q(status__in=OPEN)))
    return {firm: (every, still) for firm, every, still in counts}


def _line(row: tuple[Any, ...], facts: dict[str, Any], reader: Reader) -> Line:
    pk, name, code, region, address, industry_code, industry, chain, cluster, is_above_scale, is_active = row
    helpers = facts["helpers"]
    leads = helpers.get((pk, AssignmentRole.LEAD), ())
    contact, phone = facts["contacts"].get(pk, ("", ""))
    every, still = facts["cases"].get(pk, (0, 0))
    values = (
        name, code, reader.regions[region], address, industry_code, industry, chain or "", cluster or "",
        "规上" if is_above_scale else "规下", facts["tags"].get(pk, ""), facts["levels"].get(pk, ""),
        named(helpers, pk, AssignmentRole.LEADER), named(helpers, pk, AssignmentRole.LEAD),
        "、".join(reader.units.get(each.unit, "") for each in leads), named(helpers, pk, AssignmentRole.ASSISTANT),
        contact, phone, every, still, facts["last"].get(pk), "在册" if is_active else "移出",
    )  # fmt: skip
    return Line(pk, pk, values)


LEDGER = Ledger(
    key="enterprises",
    name="企业台账",
    about="一家一行：基本情况、白名单、谁在联系、问题数",
    icon="building-factory-2",
    counted="家",
    roles=RATERS | {Role.UNIT, Role.CADRE},
    columns=COLUMNS,
    shown=("企业名称", "统一社会信用代码", "县(市、区)", "白名单级别", "牵头干部", "在办问题", "最近联系"),
    lines=lines,
)
