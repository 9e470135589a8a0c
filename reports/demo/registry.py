"""Regions and units of the first deployment (R-01, R-02): start data of a real city as well as of the demo city.

No person and no firm is named here; those of the demo live in `names`.
"""

from reports.demo.departments import DEPARTMENTS
from reports.demo.seeds import RegionSeed, UnitSeed

CITY = "411000"
# code, name, short name, functional zone?, territory, statistical code, share of firms in percent
_REGIONS: tuple[tuple[str, str, str, bool, str, str, int], ...] = (
    ("411002", "魏都区", "魏都", False, "411002", "411002", 9),
    ("411003", "建安区", "建安", False, "411003", "411003", 14),
    ("411024", "鄢陵县", "鄢陵", False, "411024", "411024", 10),
    ("411025", "襄城县", "襄城", False, "411025", "411025", 12),
    ("411081", "禹州市", "禹州", False, "411081", "411081", 17),
    ("411082", "长葛市", "长葛", False, "411082", "411082", 21),
    ("411000F1", "城乡一体化示范区", "示范区", True, "411003", "", 6),
    ("411000F2", "经济技术开发区", "经开区", True, "411002", "411071", 7),
    ("411000F3", "东城区", "东城区", True, "411002", "", 4),
)
_PREFIXES = {
    "411002": "魏助企",
    "411003": "建助企",
    "411024": "鄢助企",
    "411025": "襄助企",
    "411081": "禹助企",
    "411082": "长助企",
    "411000F1": "示助企",
    "411000F2": "经助企",
    "411000F3": "东助企",
}
# code, name, short name, the department that leads it
_TASK_FORCES = (
    ("TF-FINANCE", "金融服务专项工作小组", "金融服务专班", "DEPT-FIN"),
    ("TF-INDUSTRY", "产业发展专项工作小组", "产业发展专班", "DEPT-MIIT"),
    ("TF-FACTOR", "要素保障专项工作小组", "要素保障专班", "DEPT-NRP"),
    ("TF-LEGAL", "涉法涉诉专项工作小组", "涉法涉诉专班", "DEPT-PLC"),
)
_SUPERVISION = (
    ("SUP-INSPECT", "市委市政府督查局", "市督查局", ("问效建议单受理", "专项督查", "暗访")),
    ("SUP-DISCIPLINE", "市纪委监委", "市纪委监委", ("作风问题线索", "追责问责", "清欠联合监督")),
)
# 清欠办 sits in 工信局, 营商办 in 发改委; where a city has them as units of their own, the flag moves there.
ARREARS_GROUP = frozenset({"DEPT-MIIT", "DEPT-DRC", "DEPT-FB", "SUP-INSPECT", "SUP-DISCIPLINE"})


def regions() -> tuple[RegionSeed, ...]:
    """The city first, then counties, then functional zones; `weight` shares the demo firms out."""
    city = RegionSeed(CITY, "许昌市", "许昌", "", False, CITY, CITY, 0)
    return (
        city,
        *(
            RegionSeed(code, name, short, CITY, zone, territory, statistical, weight)
            for code, name, short, zone, territory, statistical, weight in _REGIONS
        ),
    )


def units() -> tuple[UnitSeed, ...]:
    """Parents before children: leading group, offices, task forces, departments, services, supervisors."""
    return (
        _unit("LEAD-GROUP", "许昌市万人助企活动领导小组", "市领导小组", kind="LEADING"),
        _unit(
            "CITY-OFFICE", "许昌市万人助企活动办公室", "市活动办", kind="OFFICE", parent="LEAD-GROUP", prefix="许助企"
        ),
        *(_county_office(region) for region in regions() if region.code != CITY),
        *(
            _unit(code, name, short, kind="TASK_FORCE", parent="LEAD-GROUP", lead=lead)
            for code, name, short, lead in _TASK_FORCES
        ),
        *(
            _unit(code, name, short, kind=kind, parent="CITY-OFFICE", group=group, powers=tuple(powers.split("、")))
            for code, name, short, kind, group, powers in DEPARTMENTS
        ),
        *(
            _unit(code, name, short, kind="SUPERVISION", parent="LEAD-GROUP", powers=powers)
            for code, name, short, powers in _SUPERVISION
        ),
    )


def _county_office(region: RegionSeed) -> UnitSeed:
    title = f"许昌市{region.name}" if region.is_functional_zone else region.name
    return _unit(
        f"OFFICE-{region.code}",
        f"{title}万人助企活动办公室",
        f"{region.name if len(region.name) < 5 else region.short_name}活动办",
        kind="OFFICE",
        parent="CITY-OFFICE",
        region=region.code,
        group="ZONE" if region.is_functional_zone else "COUNTY",
        prefix=_PREFIXES[region.code],
        powers=("属地企业诉求受理", "县级交办与催办", "属地配套协调", "联系干部管理"),
    )


def _unit(  # noqa: PLR0913 — a row of a table
    code: str,
    name: str,
    short: str,
    *,
    kind: str,
    parent: str = "",
    region: str = "",
    group: str = "",
    prefix: str = "",
    lead: str = "",
    powers: tuple[str, ...] = (),
) -> UnitSeed:
    return UnitSeed(
        code, name, short, kind, parent, region, group, prefix, lead, powers, is_arrears_group=code in ARREARS_GROUP
    )
