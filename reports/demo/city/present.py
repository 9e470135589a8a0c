"""The plan of the present: cases whose lives stop just before it, so that every queue has something true to show."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import cycle
from typing import Any

from cases.enums import Clock, Source, Tier
from cases.services import clocks
from enterprises.models import Enterprise
from reports.demo import sub_categories
from reports.demo.city import sign_ins
from reports.demo.city.city import City
from reports.demo.city.fates import Fate, draw_leaf

SHOWN = sign_ins.UNIT_CODE
SHOWN_LEAVES = ("LAND.SUPPLY", "LAND.PLANNING", "LAND.TITLE")
LOOK_BACK = 60


@dataclass(frozen=True)
class Planned:
    """One case of the plan."""

    at: datetime
    fate: Fate
    firm: Enterprise


class Present:
    """Works backwards from the instant the history ends."""

    def __init__(self, city: City) -> None:
        self.city, self.rng, self.hours = city, city.rng, city.hours
        self.now, self.last = city.until, city.last_run_on
        self.rule = clocks.default_rule()
        self.moving = 8 + city.scale.cases_a_month // 5  # long cases under way
        own = [firm for firm in city.firms[: city.scale.case_firms] if firm.region.code == sign_ins.COUNTY_CODE]
        others = city.firms[5 : city.scale.case_firms]
        self.pool = cycle([firm for pair in zip(others, cycle(own or others)) for firm in pair])
        self.sources = cycle(
            [Source.VISIT, Source.ENTERPRISE, Source.VISIT, Source.HOTLINE, Source.VISIT, Source.MEETING]
        )

    def cases(self) -> Iterator[Planned]:
        """All of them."""
        yield from self._at_the_office()
        yield from self._at_the_units()
        yield from self._late()
        yield from self._waiting()
        yield from self._firm_shown()
        yield from self._every_turn()

    # --- building blocks ---------------------------------------------------------------------------------------------
    def fate(self, stop: str = "", *, unit: str = "", **more) -> Fate:
        """In time in everything, stopping where it is told."""
        leaf = more.pop("leaf", "") or self._leaf(unit)
        fate = Fate(
            leaf, stop=stop, source=more.pop("source", None) or next(self.sources), by_city=self.rng.random() < 0.75
        )
        for name, value in more.items():
            setattr(fate, name, value)
        return fate

    def _leaf(self, unit: str) -> str:
        if unit == SHOWN:
            return self.rng.choice(SHOWN_LEAVES)
        if unit:
            return self.rng.choice([leaf.code for leaf in sub_categories().values() if leaf.unit_code == unit])
        while True:
            leaf = draw_leaf(self.rng)
            if not leaf.startswith("LEGAL") and sub_categories()[leaf].unit_code not in {SHOWN, "CITY-OFFICE"}:
                return leaf

    def accepted_at(self, when: datetime, fate: Fate, firm: Enterprise | None = None) -> Planned:
        """Reported a little before, accepted then."""
        fate.pins["accept"] = when
        return Planned(self.hours.before(when, 0.6, 4), fate, firm or next(self.pool))

    def dispatched_at(self, when: datetime, fate: Fate, firm: Enterprise | None = None) -> Planned:
        """Accepted some hours before, dispatched then."""
        fate.pins["dispatch"] = when
        return self.accepted_at(self.hours.before(when, 1.5, 7), fate, firm)

    def due(self, clock: Clock, due_on: date, fate: Fate, firm: Enterprise | None = None) -> Planned:
        """Dispatched on such a day that this clock ends on `due_on` (or as near before as the calendar has it)."""
        best, day = None, due_on
        for _ in range(LOOK_BACK):
            day = self.hours.shift(day, -1)
            found = clocks.reckon(self.rule, clock, fate.tier, day).due_on
            if found <= due_on and (best is None or found > best[0]):
                best = (found, day)
        assert best is not None  # noqa: S101 - sixty working days reach every term
        return self.dispatched_at(self.hours.moment(best[1]), fate, firm)

    def lately(self, low: float, high: float) -> datetime:
        """Some working hours ago, but not before the morning of the last run."""
        return max(
            self.hours.before(self.now, low, high),
            self.hours.at(self.last, 8, 31) + timedelta(minutes=self.rng.randint(0, 9)),
        )

    def ago(self, workdays: int) -> datetime:
        """Some time on the working day so many days before the last run."""
        return self.hours.moment(self.hours.shift(self.last, -workdays))

    # --- the queues --------------------------------------------------------------------------------------------------
    def _at_the_office(self) -> Iterator[Planned]:
        for _ in range(9):
            yield Planned(self.hours.before(self.now, 0.2, 5.5), self.fate("reported"), next(self.pool))
        for _ in range(2):
            yield self.accepted_at(self.ago(3), self.fate("accepted"))
        for _ in range(10):
            yield self.accepted_at(self.hours.before(self.now, 0.3, 12), self.fate("accepted"))
        for unit in (SHOWN, "UTIL-POWER"):
            fate = self.fate("proposed", unit=unit, tier=Tier.MAJOR, by_city=True)
            yield self.dispatched_at(self.hours.before(self.now, 1, 5), fate)
        for unit in (SHOWN, "DEPT-ECO"):
            fate = self.fate("objected", unit=unit, objection="upheld")
            fate.pins["object"] = self.hours.before(self.now, 0.5, 2.5)
            yield self.dispatched_at(self.hours.before(fate.pins["object"], 2, 4), fate)
        for _ in range(7):
            fate = self.fate("submitted", outcome=self.rng.choice("AAAABD"))
            fate.pins["submit"] = self.hours.before(self.now, 0.3, 6)
            yield self.dispatched_at(self.hours.before(fate.pins["submit"], 24, 28), fate)

    def _at_the_units(self) -> Iterator[Planned]:
        for unit in (SHOWN, SHOWN, SHOWN, "", "", ""):
            yield self.dispatched_at(self.lately(0.3, 4), self.fate("dispatched", unit=unit))
        for unit in (SHOWN, SHOWN, SHOWN, "", ""):
            fate = self.fate("signed", unit=unit)
            when = self.lately(2, 6)
            fate.pins["sign"] = when + (self.now - when) * 0.5
            yield self.dispatched_at(when, fate)
        for unit, days in ((SHOWN, 1), (SHOWN, 2), (SHOWN, 1), ("", 1), ("", 2), ("", 3)):
            yield self.due(Clock.RESOLVE, self.hours.shift(self.last, days), self.fate("handling", unit=unit))
        for unit in ("DEPT-HURD", "UTIL-POWER"):  # the shown unit helps
            fate = self.fate("signed", unit=unit, tier=Tier.COMPLEX, helper_units=(SHOWN,))
            when = self.lately(1, 5)
            fate.pins["sign"] = when + (self.now - when) * 0.6
            yield self.dispatched_at(when, fate)
        fate = self.fate("handling", unit="DEPT-UM", tier=Tier.COMPLEX, helper_units=(SHOWN,))
        yield self.due(Clock.CO_REPLY, self.hours.shift(self.last, -1), fate)

    def _late(self) -> Iterator[Planned]:
        for clock, unit in ((Clock.SIGN, SHOWN), (Clock.SIGN, "DEPT-FB")):
            yield self.due(clock, self.last, self.fate("dispatched", unit=unit))
        yield self.due(Clock.FEEDBACK, self.last, self.fate("signed", unit="DEPT-UM"))
        for unit in (SHOWN, "DEPT-HURD"):
            yield self.due(Clock.RESOLVE, self.last, self.fate("handling", unit=unit))
        for unit, days in ((SHOWN, 1), (SHOWN, 2), ("DEPT-FB", 1), ("DEPT-COM", 2), ("UTIL-HEAT", 2)):
            yield self.due(Clock.RESOLVE, self.hours.shift(self.last, -days), self.fate("handling", unit=unit))
        asked = (
            ("office", "DEPT-HURD", 5), ("leader", "DEPT-UM", 6), ("leader", "UTIL-HEAT", 6), ("issued", SHOWN, 8),
            ("issued", "DEPT-SASAC", 8), ("answered", "DEPT-FB", 12), ("answered", "DEPT-HURD", 13),
        )  # fmt: skip
        for stop, unit, days in asked:
            fate = self.fate("handling", unit=unit, inquiry_stop=stop)
            yield self.due(Clock.RESOLVE, self.hours.shift(self.last, -days), fate)

    def _waiting(self) -> Iterator[Planned]:
        for unit in (SHOWN, "", ""):
            fate = self.fate("extension", unit=unit, tier=Tier.COMPLEX, extension="granted")
            fate.pins["extension"] = self.hours.before(self.now, 0.5, 5)
            yield self.dispatched_at(self.ago(self.rng.randint(10, 14)), fate)
        for unit in (SHOWN, "DEPT-HURD", "UTIL-POWER", ""):
            fate = self.fate("coordination", unit=unit, tier=Tier.COMPLEX, coordination=True)
            fate.pins["coordinate"] = self.hours.before(self.now, 1, 16)
            yield self.dispatched_at(self.ago(self.rng.randint(6, 9)), fate)
        for _ in range(3):
            yield self._paused()
        for _ in range(2):
            fate = self.fate("bad", ratings=(2, 4), share=0.5)
            fate.pins["rate"] = self.hours.before(self.now, 2, 5)
            yield self.dispatched_at(self.ago(8), fate)
        for _ in range(self.moving):
            yield self.dispatched_at(self.ago(self.rng.randint(6, 19)), self.fate("handling", tier=Tier.COMPLEX))
        for days in (66, 75, 84):
            fate = self.fate(
                "", tier=Tier.COMPLEX, outcome=self.rng.choice("BC"), shelf_days=150, share=0.1, ratings=(4,)
            )
            day = max(self.now - timedelta(days=days + 12), self.hours.at(self.hours.days[6], 10))
            yield self.dispatched_at(self.hours.moment(self.hours.calendar.next_workday(day.date())), fate)

    def _paused(self, firm: Enterprise | None = None) -> Planned:
        fate = self.fate("paused", pause="supplied")
        fate.pins["pause"] = self.hours.before(self.now, 1, 12)
        return self.dispatched_at(self.hours.before(fate.pins["pause"], 15, 20), fate, firm)

    def _firm_shown(self) -> Iterator[Planned]:
        """The firm and the cadre to show: something at every stage; the cadre's other firms have something open too."""
        firm, *others = self.city.firms[:5]
        rating = self.fate("rating", unit="UTIL-POWER", source=Source.VISIT, share=0.6)
        yield self.dispatched_at(self.ago(7), rating, firm)
        yield self._paused(firm)
        moving = self.fate("handling", unit=SHOWN, tier=Tier.COMPLEX, source=Source.VISIT)
        yield self.dispatched_at(self.ago(9), moving, firm)
        yield self.dispatched_at(
            self.lately(0.5, 3), self.fate("dispatched", unit="DEPT-HRSS", source=Source.ENTERPRISE), firm
        )
        closed = self.fate("", unit="DEPT-TAX", ratings=(5,), source=Source.ENTERPRISE)
        yield self.dispatched_at(self.ago(24), closed, firm)
        for other, unit in zip(others, ("DEPT-FIN", "DEPT-HURD", "DEPT-ECO"), strict=False):
            fate = self.fate("handling", unit=unit, tier=Tier.COMPLEX, source=Source.VISIT)
            yield self.dispatched_at(self.ago(self.rng.randint(3, 12)), fate, other)
        yield self.due(
            Clock.RESOLVE,
            self.hours.shift(self.last, 2),
            self.fate("handling", unit="DEPT-FB", source=Source.VISIT),
            others[0],
        )

    def _every_turn(self) -> Iterator[Planned]:
        """Each turn a case can take is in the history at least once, however small the city."""
        turns: tuple[dict[str, Any], ...] = (
            {"refused": True}, {"by_silence": True}, {"doubled": True, "source": Source.VISIT}, {"split": True},
            {"reissued": True}, {"objection": "upheld"}, {"objection": "rejected"},
            {"extension": "granted", "tier": Tier.COMPLEX}, {"extension": "denied", "tier": Tier.COMPLEX},
            {"pause": "lapsed"}, {"coordination": True, "tier": Tier.COMPLEX}, {"returned": True}, {"ratings": (2, 1, 4)},
            {"ratings": (None,), "share": 0.2}, {"reopened": 3, "ratings": (4,), "share": 0.3}, {"tier": Tier.MAJOR, "helpers": 2},
            {"outcome": "D"}, {"sign_late": 1}, {"resolve_late": 3, "promises": True}, {"resolve_late": 9, "promises": False},
            {"leaf": "LEGAL.ENFORCE", "tier": Tier.COMPLEX}, {"outcome": "B", "shelf_days": 10, "ratings": (5,)},
        )  # fmt: skip
        for number, turn in enumerate(turns):
            fate = self.fate("", **turn)
            yield Planned(self.ago(26 + number % 6), fate, next(self.pool))
