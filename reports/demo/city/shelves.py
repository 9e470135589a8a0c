"""The demo city's shelves of older policies (R-62): papers by the hundred, entered in bulk as a city's library is."""

from datetime import date, datetime, timedelta
from itertools import islice

from cadres.models import Unit, User
from enterprises.models import Region
from policies.enums import ConditionField, Operator
from policies.models import PolicyCategory
from policies.rules.matching import Condition
from policies.services import Draft
from policies.services.bulk import BATCH, Entry, add_all
from reports.demo.city.city import City
from reports.demo.papers import Paper, papers


class Shelves:
    """Turns papers into what the service takes; rows of the city are looked up once."""

    def __init__(self) -> None:
        self.regions = {row.code: row for row in Region.objects.all()}
        self.units = {row.code: row for row in Unit.objects.all()}
        self.categories: dict[str, PolicyCategory] = {}

    def fill(self, count: int, *, seed: int, today: date, at: datetime, actor: User | None = None) -> None:
        """`count` papers dated before `today`, entered at `at`."""
        stream = papers(seed, count, today=today)
        while some := list(islice(stream, BATCH)):
            add_all([self.entry(paper) for paper in some], actor=actor, at=at, note="旧政策整理入库")

    def entry(self, paper: Paper) -> Entry:
        """One paper."""
        return Entry(self._draft(paper), abolished_on=paper.abolished_on, abolished_why=paper.abolished_why)

    def _draft(self, paper: Paper) -> Draft:
        unit = self.units.get(paper.unit_code)
        return Draft(
            title=paper.title, number=paper.number, issuer=paper.issuer, level=paper.level, body=paper.body,
            region=self.regions.get(paper.region_code), unit=unit, category=self._category(paper.category),
            published_on=paper.published_on, effective_on=paper.effective_on, expires_on=paper.expires_on,
            source="演示文件，不是真的政策", card=paper.card, is_automatic=paper.is_automatic,
            guide_materials=paper.materials, guide_where=paper.where, guide_until_on=paper.guide_until_on,
            guide_contact="政策专员", guide_phone=unit.phone if unit else "",
            conditions=tuple(
                Condition(ConditionField(name), Operator(way), values) for name, way, values in paper.conditions
            ),
        )  # fmt: skip

    def _category(self, name: str) -> PolicyCategory:
        if name not in self.categories:
            self.categories[name], _ = PolicyCategory.objects.get_or_create(name=name)
        return self.categories[name]


def fill_shelves(city: City) -> None:
    """As many as the scale says, entered a month before the present."""
    on = city.today - timedelta(days=31)
    clerk = city.clerk(city.units["CITY-OFFICE"])
    Shelves().fill(city.scale.policies, seed=2026, today=on, at=city.hours.at(on, 15, 0), actor=clerk)
