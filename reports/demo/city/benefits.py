"""The demo city's policies reach its firms (R-61): matched, told, viewed, applied, granted, refused and withdrawn.

Through the services at past times, in the order of time. Its own dice: what else the city draws stays as it was.
"""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from itertools import cycle
from random import Random
from typing import Any

from cadres.models import User
from enterprises.models import Enterprise
from policies.models import Policy
from policies.rules import bitmap
from policies.services import entitlements, matching
from policies.services.entitlements import application_blocker
from policies.services.profiles import asked_of, register
from reports.demo.city.city import City
from reports.demo.city.library import TITLES

DAY = timedelta(days=1)
SINCE = 150  # days back: nobody was told anything before
SHELF = 24  # of the older papers, the newest ones that are told about too
PEOPLE_MOST, SHELF_MOST = 18, 5  # firms with accounts that open a policy of this year, and an older one
SHOWN = 0.7  # of the policies the firm to show can have, it opens
FATES = {"viewed": 40, "granted": 32, "waiting": 12, "refused": 10, "withdrawn": 6}
TURNS = ("granted", "waiting", "refused", "viewed", "withdrawn")
AMOUNTS = ("3万", "5万", "8.6万", "12万", "20万", "35.5万", "48万", "80万", "9600", "1.5万")
WHYS = (
    "发票是上一年度的，不在这次的支持范围；今年的项目可以再报。",
    "备案日期晚于开工日期，按办法第一条不能补助。",
    "同一笔设备已经领过省级补助，不重复支持。",
    "缺银行的结息单，通知补交后 15 天没有交来。",
)
Act = tuple[datetime, Callable[[], object]]


def spread_benefits(city: City) -> None:
    """What the day's matching finds, then half a year of steps."""
    matching.match_all(at=city.until)
    acts = sorted(Benefits(city).acts(), key=lambda act: act[0])
    for _at, act in acts:
        act()


class Benefits:
    """Draws who goes how far; each act stands at its own time."""

    def __init__(self, city: City) -> None:
        self.city, self.dice = city, Random(61)
        self.shown, self.turns = next(iter(city.accounts), 0), cycle(TURNS)

    def acts(self) -> Iterator[Act]:
        """All steps of all policies, in no order."""
        ours = Policy.objects.filter(title__in=TITLES)
        for policy in self._told_about(ours):
            yield from self._policy(policy, PEOPLE_MOST)
        for policy in self._told_about(Policy.objects.exclude(pk__in=ours.values("pk")))[:SHELF]:
            yield from self._policy(policy, SHELF_MOST)

    def _told_about(self, policies) -> list[Policy]:
        rows = policies.valid_on(self.city.today).exclude(card="").exclude(unit=None)
        return list(rows.select_related("unit", "region", "eligibility").order_by("-published_on", "pk"))

    def _policy(self, policy: Policy, most: int) -> Iterator[Act]:
        fits = bitmap.keys(bitmap.unpacked(policy.eligibility.fits))
        since = max(policy.published_on or date.min, self.city.today - SINCE * DAY)
        told = self._at(self.city.hours.shift(since, self.dice.randint(2, 5)))
        if not fits or told > self.city.until:
            return
        yield told, lambda: entitlements.tell(policy, fits, at=told)
        people = self._people(policy, fits, told.date())
        chosen = self.dice.sample(people, min(len(people), most))
        if self.shown in people and self.shown not in chosen and self.dice.random() < SHOWN:
            chosen.append(self.shown)
        for key in chosen:
            yield from self._firm(policy, self.city.accounts[key], told)

    def _people(self, policy: Policy, fits: list[int], on: date) -> list[int]:
        """Firms with accounts that could have it then and can today."""
        known = register(on, among=Enterprise.objects.filter(pk__in=list(self.city.accounts)))
        then = set(bitmap.keys(known.match(asked_of([policy])[policy.pk]).fits))
        return [key for key in fits if key in then]

    def _firm(self, policy: Policy, person: Any, told: datetime) -> Iterator[Act]:
        """One firm: opens it, and as far as its fate goes by now."""
        firm, fate = person.enterprise, self._fate(person)
        at = self._later(told, 1, 15)
        if at is None:
            return
        yield at, self._did(entitlements.view, policy, firm, actor=person, at=at)
        if policy.is_automatic:
            if "元" in policy.card:  # others give no money: an exemption, a rule for inspectors
                yield from self._answered(policy, firm, "granted", at)
            return
        at = self._later(at, 1, 12)
        if at is None or fate == "viewed" or application_blocker(policy, at.date()):
            return
        yield at, self._did(entitlements.apply, policy, firm, actor=person, at=at)
        if fate == "withdrawn":
            gone = self._later(at, 1, 2) or self.city.until
            yield gone, self._did(entitlements.withdraw, policy, firm, actor=person, at=gone)
        elif fate != "waiting":
            yield from self._answered(policy, firm, fate, at)

    def _fate(self, person: User) -> str:
        """The firm to show meets with everything in turn."""
        if person.enterprise_id == self.shown:
            return next(self.turns)
        return self.dice.choices(list(FATES), list(FATES.values()))[0]

    def _answered(self, policy: Policy, firm: Enterprise, fate: str, at: datetime) -> Iterator[Act]:
        """Within six weeks; the newest are not answered yet."""
        answered, dice = self._later(at, 5, 30), self.dice
        if answered is None:
            return
        who = {"actor": self.city.crowd.clerks[policy.unit_id or 0][0], "at": answered}
        if fate == "refused":
            yield answered, self._did(entitlements.refuse, policy, firm, why=dice.choice(WHYS), **who)
        else:
            yield answered, self._did(entitlements.grant, policy, firm, amount=dice.choice(AMOUNTS), **who)

    @staticmethod
    def _did(act: Callable[..., object], *what: object, **how: object) -> Callable[[], object]:
        return lambda: act(*what, **how)

    def _at(self, day: date) -> datetime:
        return self.city.hours.at(day, self.dice.choice((9, 10, 11, 15, 16)), self.dice.randint(0, 59))

    def _later(self, at: datetime, low: int, high: int) -> datetime | None:
        """So many working days later; None when that is still to come."""
        found = self._at(self.city.hours.shift(at.date(), self.dice.randint(low, high)))
        return found if at < found <= self.city.until else None
