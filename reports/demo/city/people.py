"""Everybody of the demo city: clerks and heads of every unit, leaders, supervisors, 三员, cadres, firms' accounts."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import cycle, islice
from random import Random

from django.contrib.auth.hashers import make_password

from cadres.enums import Role, UnitKind
from cadres.models import Unit, User
from cadres.services.first_books import open_accounts
from reports.demo.city import sign_ins
from reports.demo.city.scale import Scale
from reports.demo.names import people as fictional
from reports.demo.seeds import PersonSeed

HANDLERS = frozenset({UnitKind.DEPARTMENT, UnitKind.FINANCE, UnitKind.UTILITY, UnitKind.COUNTY, UnitKind.TASK_FORCE})
HEADS: dict[str, str] = {
    UnitKind.DEPARTMENT: "局长", UnitKind.FINANCE: "行长", UnitKind.UTILITY: "总经理", UnitKind.COUNTY: "分管负责人",
    UnitKind.TASK_FORCE: "召集人", UnitKind.OFFICE: "主任", UnitKind.SUPERVISION: "主要负责人",
}  # fmt: skip
RANKS = ("一级主任科员", "二级主任科员", "四级调研员", "科长", "副科长", "科员")


@dataclass
class Crowd:
    """Who acts for whom, by the keys the simulation asks with."""

    clerks: dict[int, list[User]] = field(default_factory=dict)
    heads: dict[int, User] = field(default_factory=dict)
    leaders: list[User] = field(default_factory=list)
    leader_of: dict[int, User] = field(default_factory=dict)  # by task force
    supervisors: list[User] = field(default_factory=list)
    cadres: list[User] = field(default_factory=list)


class Hiring:
    """Makes accounts; the fixed sign-ins take the place of the person who would have the part anyway."""

    def __init__(self, rng: Random, scale: Scale, at: datetime) -> None:
        self.rng, self.scale, self.at = rng, scale, at
        self.names: Iterator[PersonSeed] = fictional(Random(rng.random()))
        # One hash for all: argon2 is slow on purpose.
        self.password = make_password(sign_ins.PASSWORD)
        self.units = {unit.code: unit for unit in Unit.objects.select_related("region")}
        self.rows: list[User] = []

    def person(self, username: str, role: str, **more) -> User:
        """One account, not yet saved."""
        fixed = sign_ins.BY_NAME.get(username)
        drawn = next(self.names)
        name, post = (
            (fixed.name or drawn.name, fixed.post or more.get("post", ""))
            if fixed
            else (drawn.name, more.get("post", ""))
        )
        user = User(
            username=username, name=name, role=role, unit=more.get("unit"), enterprise=more.get("enterprise"), post=post,
            phone=more.get("phone", drawn.phone), is_head=more.get("is_head", False), password=self.password,
            must_change_password=False,
        )  # fmt: skip
        self.rows.append(user)
        return user

    def officials(self) -> Crowd:
        """Every unit's people, the leaders, supervisors and the three keepers."""
        crowd = Crowd()
        for unit in self.units.values():
            if unit.kind in HANDLERS:
                self._handlers(unit, crowd)
            elif unit.kind == UnitKind.OFFICE:
                self._office(unit, crowd)
        self._leaders(crowd)
        for number, unit in enumerate(u for u in self.units.values() if u.kind == UnitKind.SUPERVISION):
            name = "supervisor" if number == 0 else f"supervisor{number + 1}"
            crowd.supervisors.append(self.person(name, Role.SUPERVISOR, unit=unit, post="督查专员"))
        for keeper in (Role.SYSADMIN, Role.SECADMIN, Role.AUDITOR):
            self.person(keeper.value.lower(), keeper)
        self._save()
        return crowd

    def _handlers(self, unit: Unit, crowd: Crowd) -> None:
        stem = unit.code.lower()
        is_shown = unit.code == sign_ins.UNIT_CODE
        head = self.person(
            "unithead" if is_shown else f"{stem}-1", Role.UNIT, unit=unit, is_head=True, post=HEADS[unit.kind]
        )
        clerk = self.person("unit" if is_shown else f"{stem}-2", Role.UNIT, unit=unit, post="经办")
        crowd.heads[unit.pk], crowd.clerks[unit.pk] = head, [clerk]

    def _office(self, unit: Unit, crowd: Crowd) -> None:
        stem = f"hdb-{unit.region.code.lower()}" if unit.region else "hdb"
        is_county = unit.region is not None and unit.region.code == sign_ins.COUNTY_CODE
        head = self.person(
            f"{stem}-1" if unit.region else "director", Role.OFFICE, unit=unit, is_head=True, post="主任"
        )
        first = "county" if is_county else f"{stem}-2"
        clerks = [self.person(first if unit.region else "office", Role.OFFICE, unit=unit, post="科员")]
        if unit.region is None:
            clerks += [self.person(f"{stem}-{n}", Role.OFFICE, unit=unit, post="科员") for n in (3, 4)]
        crowd.heads[unit.pk], crowd.clerks[unit.pk] = head, clerks

    def _leaders(self, crowd: Crowd) -> None:
        group = next(unit for unit in self.units.values() if unit.kind == UnitKind.LEADING_GROUP)
        forces = [unit for unit in self.units.values() if unit.kind == UnitKind.TASK_FORCE]
        for unit in forces:
            name = "leader" if unit.code == sign_ins.TASK_FORCE_CODE else f"ld-{unit.code.lower()}"
            crowd.leader_of[unit.pk] = self.person(name, Role.LEADER, unit=unit, post="副市长")
        posts = ["市长", "常务副市长", *["市领导"] * self.scale.leaders]
        for number, post in enumerate(posts[: self.scale.leaders - len(forces)], start=1):
            crowd.leaders.append(self.person(f"ld{number:02d}", Role.LEADER, unit=group, post=post))
        for unit in self.units.values():
            if unit.kind == UnitKind.OFFICE and unit.region is not None:
                self.person(f"ld-{unit.region.code.lower()}", Role.LEADER, unit=unit, post="县级分管领导")

    def cadres(self) -> list[User]:
        """The cadres, from the departments and the counties' governments; the first is the one to show."""
        homes = [u for u in self.units.values() if u.kind in {UnitKind.DEPARTMENT, UnitKind.COUNTY}]
        self.rng.shuffle(homes)
        rows = [
            self.person("cadre" if n == 0 else f"gb{n:04d}", Role.CADRE, unit=unit, post=self.rng.choice(RANKS))
            for n, unit in enumerate(islice(cycle(homes), self.scale.cadres))
        ]
        self._save()
        return rows

    def firm_accounts(self, firms) -> dict[int, User]:
        """An account for each of these firms; the first is the one to show."""
        made = {}
        for number, firm in enumerate(firms):
            contact = firm.contacts.all()[0]
            user = self.person(
                "firm" if number == 0 else f"qy{number:04d}", Role.ENTERPRISE, enterprise=firm, phone=contact.phone
            )
            user.name, user.post = contact.name, contact.post
            made[firm.pk] = user
        self._save()
        return made

    def _save(self) -> None:
        open_accounts(self.rows, at=self.at)
        self.rows = []
