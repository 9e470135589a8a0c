"""Start data of a city: regions, units, categories, chains, clusters, tags, calendar, rule-sets (R-01, R-02, R-11, R-22, R-40).

Nothing in it is fictional: a real city loads it too (`manage.py load_city`). What is there already is kept.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from cadres.enums import UnitKind
from cadres.models import Unit
from cadres.services.calendar import seed_calendar
from cases.models import Category
from cases.services.rulesets import seed_rule_sets
from enterprises.models import Cluster, IndustryChain, Region, Tag
from policies.services.events import seed_kinds
from reports.demo.book import CityBook, shipped
from reports.demo.industries import CHAINS, CLUSTERS, TAGS
from reports.demo.seeds import RegionSeed, UnitSeed


@dataclass(frozen=True, slots=True)
class Loaded:
    """How many rows were added."""

    regions: int
    units: int
    categories: int
    labels: int


@transaction.atomic
def load_start_data(*, at: datetime, book: CityBook | None = None) -> Loaded:
    """Fill an empty database from the shipped book or a city's own; on a filled one add only what is missing."""
    book = book or shipped()
    seed_calendar(at)
    seed_rule_sets(at)
    seed_kinds()
    before = Region.objects.count(), Unit.objects.count(), Category.objects.count()
    _load_regions(book)
    _load_units(book)
    _load_categories(book)
    labels = _load_labels()
    now = Region.objects.count(), Unit.objects.count(), Category.objects.count()
    return Loaded(now[0] - before[0], now[1] - before[1], now[2] - before[2], labels)


def _load_regions(book: CityBook) -> None:
    """The city itself is no row: what has no region is the city's. A functional zone stands below its county (R-02)."""
    known: dict[str, Region] = {}
    for order, seed in enumerate(book.regions):
        if seed.code != book.city_code:
            known[seed.code], _ = Region.objects.get_or_create(
                code=seed.code,
                defaults={
                    "name": seed.name,
                    "short_name": seed.short_name,
                    "parent": known.get(seed.territory_code) if seed.is_functional_zone else None,
                    "is_functional_zone": seed.is_functional_zone,
                    "ordering": order,
                },
            )


def county_governments(book: CityBook) -> list[UnitSeed]:
    """One handling unit per county and zone: what is settled there is dispatched to its government (R-51 counts it there)."""
    city = next((seed.name for seed in book.regions if seed.code == book.city_code), "")
    known = {seed.code for seed in book.units}
    made = [_government(seed, city) for seed in book.regions if seed.code != book.city_code]
    return [seed for seed in made if seed.code not in known and seed.parent_code in known]


def _government(seed: RegionSeed, city: str) -> UnitSeed:
    office = f"OFFICE-{seed.code}"
    if seed.is_functional_zone:
        name, short = f"{city}{seed.name}管理委员会", f"{seed.short_name}管委会"
        return UnitSeed(f"GOV-{seed.code}", name, short, "COUNTY", office, seed.code, "ZONE", "", "", ())
    return UnitSeed(
        f"GOV-{seed.code}",
        f"{seed.name}人民政府",
        f"{seed.name}政府",
        "COUNTY",
        office,
        seed.code,
        "COUNTY",
        "",
        "",
        (),
    )


def _load_units(book: CityBook) -> None:
    places = {region.code: region for region in Region.objects.all()}
    known: dict[str, Unit] = {}
    for order, seed in enumerate([*book.units, *county_governments(book)]):
        known[seed.code], _ = Unit.objects.get_or_create(
            code=seed.code,
            defaults={
                "name": seed.name,
                "short_name": seed.short_name,
                "kind": UnitKind(seed.kind),
                "parent": known.get(seed.parent_code),
                "region": places.get(seed.region_code),
                "ticket_prefix": seed.prefix,
                "is_arrears_group": seed.is_arrears_group,
                "ordering": order,
            },
        )
    for seed in book.units:
        if seed.lead_unit_code:
            Unit.objects.filter(code=seed.code, lead_unit=None).update(lead_unit=known[seed.lead_unit_code])


def _load_categories(book: CityBook) -> None:
    known = {unit.code: unit for unit in Unit.objects.all()}
    for order, seed in enumerate(book.categories):
        force, is_legal = known.get(seed.task_force_code), seed.code == "LEGAL"
        top, _ = Category.objects.get_or_create(
            code=seed.code,
            defaults={"name": seed.name, "task_force": force, "is_legal": is_legal, "ordering": order * 10},
        )
        for place, leaf in enumerate(seed.children, start=1):
            lead = known.get(leaf.unit_code)
            Category.objects.get_or_create(
                code=leaf.code,
                defaults={
                    "name": leaf.name,
                    "parent": top,
                    "task_force": force,
                    # The office dispatches; what it is named for here it coordinates itself, nobody is suggested.
                    "default_lead": None if lead is None or lead.kind == UnitKind.OFFICE else lead,
                    "keywords": " ".join(leaf.keywords),
                    "is_legal": is_legal,
                    "ordering": order * 10 + place,
                },
            )


def _load_labels() -> int:
    made = 0
    for model, names in ((IndustryChain, CHAINS), (Cluster, CLUSTERS), (Tag, TAGS)):
        for order, name in enumerate(names.values()):
            made += model.objects.get_or_create(name=name, defaults={"ordering": order})[1]
    return made
