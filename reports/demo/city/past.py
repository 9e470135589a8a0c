"""The ordinary flow: so many problems a month, more of them on 双十 days, each with a fate drawn by its unit's care."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta

from cases.enums import Source
from enterprises.models import Enterprise
from reports.demo import sub_categories
from reports.demo.city.city import City
from reports.demo.city.fates import LOCAL, Fate, draw, draw_leaf

LOCALLY = 0.75  # of what a county can settle
BUSY = 2.4  # a 双十 day against another


def ordinary_cases(
    city: City, span: tuple[date, date], busy: set[date], planned: Counter[date]
) -> Iterator[tuple[datetime, Fate, Enterprise]]:
    """Report instants with fates and firms, month by month over `span`; `planned` cases of a month (by its first) count."""
    first, last = span
    month = first.replace(day=1)
    while month <= last:
        following = (month + timedelta(days=32)).replace(day=1)
        days = [day for day in city.hours.days if max(month, first) <= day < following and day <= last]
        whole = max(sum(1 for day in city.hours.days if month <= day < following), 1)
        count = round(city.rng.uniform(0.94, 1.06) * city.scale.cases_a_month * len(days) / whole) - planned[month]
        weights = [BUSY if day in busy else 1 for day in days]
        for day in sorted(city.rng.choices(days, weights, k=count)) if count > 0 else ():
            yield _one(city, day)
        month = following


def _one(city: City, day: date) -> tuple[datetime, Fate, Enterprise]:
    firm = pick_firm(city)
    fate = draw_fate(city, firm)
    by_itself = fate.source == Source.ENTERPRISE and city.rng.random() < 0.3
    return (city.hours.evening(day) if by_itself else city.hours.moment(day)), fate, firm


def draw_fate(city: City, firm: Enterprise) -> Fate:
    """A fate for a problem of this firm."""
    leaf = draw_leaf(city.rng)
    unit = city.units[sub_categories()[leaf].unit_code]
    is_local = (leaf.partition(".")[0] in LOCAL and city.rng.random() < LOCALLY) or unit.kind == "OFFICE"
    fate = draw(city.rng, leaf, care=city.care(city.government_of[firm.region_id] if is_local else unit))
    fate.is_local = is_local
    return fate


def pick_firm(city: City) -> Enterprise:
    """Some firms speak up often, many once."""
    firms = city.firms[: city.scale.case_firms]
    return firms[int(city.rng.random() ** 1.2 * len(firms))]
