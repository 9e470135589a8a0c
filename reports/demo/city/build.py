"""Build the demo city: start data, registry and people in bulk, then thirteen months day by day through the services."""

import gc
from collections import Counter
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from django.db import connection, transaction
from django.utils import timezone

from cadres.models import User
from cadres.services.calendar import calendar_at
from cases.models import Case
from cases.services.clocks import local_day
from reports.demo.city.afterwards import finish
from reports.demo.city.benefits import spread_benefits
from reports.demo.city.circulars import Circulars
from reports.demo.city.city import City
from reports.demo.city.clockwork import Clockwork
from reports.demo.city.commons import Commons
from reports.demo.city.contacts import be_left_alone, plan_ahead, record_contacts
from reports.demo.city.debts import Debts
from reports.demo.city.exporting import Exporting
from reports.demo.city.firms import assign_cadres, register_firms
from reports.demo.city.hours import OfficeHours
from reports.demo.city.library import fill_library
from reports.demo.city.life import CaseLife
from reports.demo.city.looking_back import LookingBack
from reports.demo.city.matchmaking import hold_events
from reports.demo.city.messages import send_messages
from reports.demo.city.oversight import Oversight
from reports.demo.city.past import ordinary_cases
from reports.demo.city.people import Hiring
from reports.demo.city.policy_sheets import import_policies
from reports.demo.city.policy_work import work_with_policies
from reports.demo.city.present import Present
from reports.demo.city.pushing import push_some
from reports.demo.city.routine import Routine
from reports.demo.city.scale import Scale
from reports.demo.city.sessions import Sessions
from reports.demo.city.sheets import fill_sheets
from reports.demo.city.shelves import fill_shelves
from reports.demo.city.twins import Twins
from reports.demo.city.upward import start_reporting
from reports.demo.start import load_start_data

Say = Callable[[str, float], None]  # what is being done, and how far it is (0…1)
PLANNED_DAYS = 6  # working days before the present whose cases are all planned
CALENDAR_FROM, CALENDAR_TO = 240, 400
RARELY = 100_000  # allocations between two looks for garbage


@dataclass(frozen=True, slots=True)
class Built:
    """What the city holds now."""

    firms: int
    cadres: int
    cases: int
    open_cases: int
    refused: tuple[str, ...]  # steps the services refused; there should be none


def is_built() -> bool:
    """Whether this database has people already: then nothing is built over them."""
    return User.objects.exists()


def build(scale: Scale, *, until: datetime, seed: int, say: Say = lambda _what, _part: None) -> Built:
    """Build it all, ending at `until`. Deterministic by seed but for random file names and rating links."""
    rng = Random(seed)
    with _in_a_hurry():
        say("起始数据：区域、单位、类别、规则、日历", 0.0)
        first = _first_day(scale, until)
        began = datetime.combine(first - timedelta(days=120), datetime.min.time(), timezone.get_default_timezone())
        with transaction.atomic():
            load_start_data(at=began)
            city = _populate(scale, seed=seed, rng=rng, until=until, began=began, first=first, say=say)
            record_contacts(city)
        refused = _simulate(city, first, say)
        say("预约走访与通知", 0.92)
        with transaction.atomic():
            plan_ahead(city)
            fill_shelves(city)
            fill_library(city)
            fill_sheets(city)
            hold_events(city)
            spread_benefits(city)
            be_left_alone(city)
            work_with_policies(city)
            import_policies(city)
            start_reporting(city)
            finish(city)
            push_some(city)
            send_messages(city)
    say("完成", 1.0)
    return Built(scale.firms, scale.cadres, Case.objects.count(), Case.objects.open().count(), refused)


def _first_day(scale: Scale, until: datetime) -> date:
    """The first of the month so many months before the running one."""
    day = local_day(until).replace(day=1)
    for _ in range(scale.months):
        day = (day - timedelta(days=1)).replace(day=1)
    return day


@contextmanager
def _in_a_hurry():
    """On SQLite, do not wait for the disk while building: a build that breaks off is begun again anyway.

    Garbage is looked for less often: the firms and people stay in memory, and every look walks over them.
    """
    usual = gc.get_threshold()
    gc.set_threshold(RARELY, *usual[1:])
    try:
        with _without_sync():
            yield
    finally:
        gc.set_threshold(*usual)


@contextmanager
def _without_sync():
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA synchronous=OFF")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA synchronous=NORMAL")


def _populate(scale, *, seed, rng, until, began, first, say) -> City:  # noqa: PLR0913 - the facts of one build
    say(f"企业 {scale.firms} 家", 0.01)
    today = local_day(until)
    firms, sectors = register_firms(scale, seed=seed, rng=rng, today=today, at=began)
    say(f"干部 {scale.cadres} 名与各单位人员", 0.04)
    hiring = Hiring(rng, scale, began)
    crowd = hiring.officials()
    crowd.cadres = hiring.cadres()
    since = first - timedelta(days=90)
    leads = assign_cadres(firms, crowd, rng=rng, uncovered=scale.uncovered, from_on=since)
    hours = OfficeHours(first - timedelta(days=CALENDAR_FROM), today + timedelta(days=CALENDAR_TO), calendar_at(), rng)
    city = City(scale, rng, hours, until, firms, sectors, crowd, leads)
    city.accounts = hiring.firm_accounts(firms[: scale.case_firms])
    return city


def _simulate(city: City, first: date, say: Say) -> tuple[str, ...]:
    clockwork = Clockwork(city.until)
    routine = Routine(city, clockwork, first)
    oversight, began = Oversight(city, clockwork, first), city.hours.at(first, 0, 5)
    for life in (
        routine.live(),
        oversight.live(),
        oversight.live_now(),
        LookingBack(city, clockwork, first).live(),
        Circulars(city, first).live(),
        Debts(city, first).live(),
        Twins(city).live(),
        Exporting(city).live(),
        Commons(city, clockwork).live(),
    ):
        clockwork.start(began, life)
    for at, life in Sessions(city, clockwork, first).lives():
        clockwork.start(at, life)
    last = city.hours.shift(city.last_run_on, -PLANNED_DAYS)
    plan = list(Present(city).cases())
    planned = Counter(local_day(each.at).replace(day=1) for each in plan)
    for at, fate, firm in ordinary_cases(city, (first, last), set(routine.before), planned):
        _start(clockwork, CaseLife(city, clockwork, fate, firm), at)
    for each in plan:
        _start(clockwork, CaseLife(city, clockwork, each.fate, each.firm), each.at)
    span = max((city.today - first).days, 1)

    def on_day(day: date) -> None:
        say(f"{day:%Y-%m-%d} 的诉求与三单", 0.05 + 0.85 * min(max((day - first).days, 0) / span, 1))

    clockwork.run(on_day)
    return tuple(clockwork.refused)


def _start(clockwork: Clockwork, life: CaseLife, at: datetime) -> None:
    clockwork.start(at, life.live(at))
