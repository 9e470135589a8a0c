"""What the simulation knows: the people, the firms, the hours, and the present it ends in."""

from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from random import Random
from secrets import token_hex
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile

from cadres.models import Unit, User
from cases.enums import Clock
from cases.models import Case, Category
from cases.services import clocks
from enterprises.models import Enterprise, Region
from reports.demo import phrase
from reports.demo.city.evidence import documents
from reports.demo.city.fates import Fate
from reports.demo.city.hours import OfficeHours
from reports.demo.city.people import Crowd
from reports.demo.city.scale import Scale
from zhuqi.kernel.uploads import Upload, accept

# How reliable a unit is: in time, and in substance. Those not named are in the middle.
GOOD = {
    "UTIL-POWER",
    "DEPT-HRSS",
    "DEPT-ADM",
    "DEPT-TAX",
    "DEPT-MIIT",
    "GOV-411082",
    "GOV-411002",
    "BANK-LC",
    "DEPT-SCI",
}
SLOW = {
    "DEPT-HURD",
    "DEPT-FB",
    "DEPT-UM",
    "GOV-411025",
    "DEPT-SASAC",
    "UTIL-HEAT",
    "GOV-411024",
    "DEPT-COM",
    "GOV-411000F3",
}


@dataclass
class City:
    """Handed to every part of the simulation."""

    scale: Scale
    rng: Random
    hours: OfficeHours
    until: datetime  # the present: nothing happens after it
    firms: list[Enterprise]
    sectors: dict[int, str]
    crowd: Crowd
    leads: dict[int, User]
    accounts: dict[int, User] = field(default_factory=dict)
    said: dict[int, set[str]] = field(default_factory=dict)  # titles by firm
    fates: dict[int, Fate] = field(default_factory=dict)  # by case

    @cached_property
    def units(self) -> dict[str, Unit]:
        """By code."""
        return {unit.code: unit for unit in Unit.objects.select_related("region", "parent")}

    @cached_property
    def categories(self) -> dict[str, Category]:
        """By code, leaves with their parents."""
        rows = Category.objects.select_related("parent__task_force", "task_force", "default_lead")
        return {row.code: row for row in rows}

    @cached_property
    def office_of(self) -> dict[int | None, Unit]:
        """The activity office of a region."""
        return {unit.region_id: unit for unit in self.units.values() if unit.kind == "OFFICE" and unit.region_id}

    @cached_property
    def government_of(self) -> dict[int | None, Unit]:
        """The government of a region."""
        return {unit.region_id: unit for unit in self.units.values() if unit.kind == "COUNTY"}

    @cached_property
    def regions(self) -> dict[int, Region]:
        """By key."""
        return {row.pk: row for row in Region.objects.all()}

    @cached_property
    def papers(self) -> list[Upload]:
        """Evidence, checked once as an upload is; every case gets copies."""
        return [accept(SimpleUploadedFile(name, content)) for name, content in documents()]

    @property
    def today(self) -> date:
        """The day of the present."""
        return clocks.local_day(self.until)

    @cached_property
    def last_run_on(self) -> date:
        """The working day of the last 09:00 run before the present: what is due on it is urged at the next one."""
        day = self.hours.calendar.previous_workday(self.today)
        return day if self.hours.at(day, 9) <= self.until else self.hours.shift(day, -1)

    def care(self, unit: Unit | None) -> float:
        """How reliable, from 0 to 1."""
        code = unit.code if unit else ""
        return 0.97 if code in GOOD else 0.78 if code in SLOW else 0.91

    def clerk(self, unit: Any) -> User:
        """Who does the unit's daily work; the first one does most of it."""
        clerks = self.crowd.clerks[unit.pk]
        return clerks[0] if self.rng.random() < 0.7 else self.rng.choice(clerks)

    def evidence(self) -> list[Upload]:
        """One or two files of a unit's."""
        kept = self.rng.sample(self.papers, 2 if self.rng.random() < 0.25 else 1)
        return [self._copy(paper) for paper in kept]

    def paper(self, number: int) -> Upload:
        """One file of the shelf, for those with dice of their own."""
        return self._copy(self.papers[number])

    @staticmethod
    def _copy(paper: Upload) -> Upload:
        name = f"{token_hex(16)}.{(paper.content.name or '').rsplit('.', 1)[-1]}"
        paper.content.seek(0)
        content = ContentFile(paper.content.read(), name=name)
        return Upload(content, paper.original_name, paper.content_type, paper.size, paper.sha256)

    def say(self, kind: str, case: Case, at: datetime, **slots: str) -> str:
        """A text of this kind, in the words of the case's category."""
        leaf = case.category.code if case.category else ""
        firm = case.enterprise
        return phrase(
            self.rng, kind, category=leaf, on=clocks.local_day(at), firm=firm.name, title=case.title,
            contact=self.contact(firm.pk), **slots,
        )  # fmt: skip

    def contact(self, firm: int) -> str:
        """The firm's person, as one speaks of him: 王经理."""
        user = self.accounts.get(firm)
        return (
            f"{user.name[0]}{'经理' if '经理' in user.post else '主任' if '主任' in user.post else '厂长' if '厂长' in user.post else '经理'}"
            if user
            else "企业负责人"
        )

    def due_on(self, case: Case, clock: Clock) -> date | None:
        """When a running clock of the case ends."""
        return case.deadlines.running().filter(clock=clock).order_by("due_on").values_list("due_on", flat=True).first()
