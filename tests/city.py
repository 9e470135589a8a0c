"""`city`: a small consistent city for tests. Monday 2026-11-23, 10:00 is its usual present (`city.at`, `city.today`)."""

from dataclasses import dataclass, field
from datetime import date, datetime
from types import SimpleNamespace

import pytest

from cadres.enums import AssignmentRole, Role, UnitKind
from cadres.models import Unit, User
from cadres.services.calendar import seed_calendar
from cases.models import Category
from cases.services.rulesets import seed_rule_sets
from enterprises.models import Enterprise, Region
from tests.factories import (
    SHANGHAI,
    AssignmentFactory,
    CategoryFactory,
    ContactFactory,
    EnterpriseFactory,
    RegionFactory,
    UnitFactory,
    UserFactory,
)

SEEDED_AT = datetime(2020, 12, 1, 9, tzinfo=SHANGHAI)


@dataclass
class City:
    """Everybody and everything by name. Regions, units, people and firms that tests talk about."""

    regions: dict[str, Region]
    office: Unit
    county_office: Unit
    other_county_office: Unit
    land: Unit
    labour: Unit
    bank: Unit
    task_forces: dict[str, Unit]
    supervision: Unit
    leading_group: Unit
    people: dict[str, User]
    firm: Enterprise
    other_firm: Enterprise
    categories: dict[str, Category] = field(default_factory=dict)
    today: date = date(2026, 11, 23)
    at: datetime = datetime(2026, 11, 23, 10, tzinfo=SHANGHAI)

    def __getattr__(self, name: str) -> User:
        """`city.director`, `city.cadre`: the people, without `people[…]`."""
        people = self.__dict__.get("people", {})
        if name not in people:
            raise AttributeError(name)
        return people[name]


def _regions() -> dict[str, Region]:
    weidu = RegionFactory(code="411002", name="魏都区", ordering=1)
    yuzhou = RegionFactory(code="411081", name="禹州市", ordering=5)
    zone = RegionFactory(code="411002D1", name="东城区", parent=weidu, is_functional_zone=True, ordering=9)
    return {"weidu": weidu, "yuzhou": yuzhou, "zone": zone}


def _units(regions: dict[str, Region]) -> SimpleNamespace:
    group = UnitFactory(code="LDXZ", name="万人助企领导小组", kind=UnitKind.LEADING_GROUP)
    office = UnitFactory(
        code="SHDB",
        name="市万人助企活动办",
        short_name="市活动办",
        kind=UnitKind.OFFICE,
        parent=group,
        ticket_prefix="许助企",
    )
    county = {"kind": UnitKind.OFFICE, "parent": office}
    land = UnitFactory(code="ZRZY", name="市自然资源和规划局", short_name="市自然资源局")
    labour = UnitFactory(code="RSJ", name="市人力资源和社会保障局", short_name="市人社局")
    force = {"kind": UnitKind.TASK_FORCE, "parent": group}
    return SimpleNamespace(
        leading_group=group,
        office=office,
        county_office=UnitFactory(
            code="WDHDB", name="魏都区活动办", region=regions["weidu"], ticket_prefix="魏助企", **county
        ),
        other_county_office=UnitFactory(
            code="YZHDB", name="禹州市活动办", region=regions["yuzhou"], ticket_prefix="禹助企", **county
        ),
        land=land,
        labour=labour,
        bank=UnitFactory(code="ZYYH", name="示例银行许昌分行", kind=UnitKind.FINANCE),
        supervision=UnitFactory(code="DCJ", name="市委市政府督查局", short_name="市督查局", kind=UnitKind.SUPERVISION),
        task_forces={
            "finance": UnitFactory(code="ZX-JR", name="金融服务专项工作小组", **force),
            "industry": UnitFactory(code="ZX-CY", name="产业发展专项工作小组", **force),
            "factor": UnitFactory(code="ZX-YS", name="要素保障专项工作小组", lead_unit=land, **force),
            "legal": UnitFactory(code="ZX-SF", name="涉法涉诉专项工作小组", **force),
        },
    )


def _people(units: SimpleNamespace, firm: Enterprise, other_firm: Enterprise) -> dict[str, User]:
    rows = [
        ("director", "周主任", Role.OFFICE, units.office, True),
        ("clerk", "郑科员", Role.OFFICE, units.office, False),
        ("county_director", "冯主任", Role.OFFICE, units.county_office, True),
        ("county_clerk", "陈科员", Role.OFFICE, units.county_office, False),
        ("other_county_clerk", "褚科员", Role.OFFICE, units.other_county_office, False),
        ("land_head", "卫局长", Role.UNIT, units.land, True),
        ("land_clerk", "蒋科员", Role.UNIT, units.land, False),
        ("labour_head", "沈局长", Role.UNIT, units.labour, True),
        ("labour_clerk", "韩科员", Role.UNIT, units.labour, False),
        ("bank_head", "杨行长", Role.UNIT, units.bank, True),
        ("lane_officer", "朱专员", Role.UNIT, units.task_forces["factor"], False),
        ("leader", "秦副市长", Role.LEADER, units.leading_group, False),
        ("supervisor", "尤督查", Role.SUPERVISOR, units.supervision, False),
        ("cadre", "许干部", Role.CADRE, units.land, False),
        ("other_cadre", "何干部", Role.CADRE, units.labour, False),
        ("sysadmin", "系统员", Role.SYSADMIN, None, False),
        ("secadmin", "安全员", Role.SECADMIN, None, False),
        ("auditor", "审计员", Role.AUDITOR, None, False),
    ]
    people = {
        key: UserFactory(username=key, name=name, role=role, unit=unit, is_head=is_head)
        for key, name, role, unit, is_head in rows
    }
    people["firm_user"] = UserFactory(username="firm_user", name="吕经理", role=Role.ENTERPRISE, enterprise=firm)
    people["other_firm_user"] = UserFactory(
        username="other_firm_user", name="施经理", role=Role.ENTERPRISE, enterprise=other_firm
    )
    return people


def _categories(units: SimpleNamespace) -> dict[str, Category]:
    forces = units.task_forces
    factor = CategoryFactory(code="FACTOR", name="要素保障", task_force=forces["factor"], ordering=1)
    legal = CategoryFactory(code="LEGAL", name="涉法涉诉", task_force=forces["legal"], is_legal=True, ordering=9)
    return {
        "factor": factor,
        "land": CategoryFactory(
            code="FACTOR.LAND", name="用地指标", parent=factor, task_force=forces["factor"], default_lead=units.land,
            keywords="用地 土地 指标",
        ),
        "labour": CategoryFactory(
            code="LABOUR", name="用工人才", task_force=forces["industry"], default_lead=units.labour, keywords="用工 招工"
        ),
        "finance": CategoryFactory(
            code="FINANCE", name="融资金融", task_force=forces["finance"], default_lead=units.bank, keywords="贷款 融资"
        ),
        "legal": legal,
        "arrears": CategoryFactory(
            code="ARREARS", name="账款清欠", task_force=forces["industry"], keywords="拖欠 货款", ordering=8
        ),
    }  # fmt: skip


def build_city() -> City:
    """The rows. Calendar and rule-sets are seeded as a release seeds them."""
    seed_calendar(SEEDED_AT)
    seed_rule_sets(SEEDED_AT)
    regions = _regions()
    units = _units(regions)
    firm = EnterpriseFactory(name="许昌沅砥精密机械有限公司", region=regions["weidu"])
    other_firm = EnterpriseFactory(name="禹州珂陶新材料有限公司", region=regions["yuzhou"])
    people = _people(units, firm, other_firm)
    for each, cadre in ((firm, people["cadre"]), (other_firm, people["other_cadre"])):
        AssignmentFactory(enterprise=each, cadre=cadre, role=AssignmentRole.LEAD)
        ContactFactory(enterprise=each)
    return City(
        regions=regions, people=people, firm=firm, other_firm=other_firm, categories=_categories(units), **vars(units)
    )


@pytest.fixture
def city(db: None) -> City:
    """A small consistent city (see the module)."""
    return build_city()
