"""驾驶舱的数字（页面 7）：每个数都从 `visible_to` 出发，查询条数固定，与案件、区域、单位多少无关。"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db import models
from django.db.models import Count, Max, Min, Q
from django.db.models.functions import Coalesce

from cadres.models import Unit, Visit
from cadres.services import duties
from cases.enums import BAD_RATINGS, OPEN, Level, Status, Tier
from cases.models import Case, Category, Evaluation
from enterprises.models import Enterprise, Region
from reports.queries.behind import WAITING
from reports.queries.due import HOLDER, REGION, DueRow, due_rows, kept_by
from reports.queries.month import midnight, month_of
from zhuqi.datewords import day_of

MONTHS = 13
LONG_SHELVED = timedelta(days=60)
CATEGORIES_SHOWN = 6
UNITS_SHOWN = 8
SHORT = 4


@dataclass(slots=True)
class Line:
    """一个区域或单位的一行：在办、逾期、按时 n / 应办结 d、已联系 / 应联系。"""

    key: int | None
    name: str
    open: int = 0
    overdue: int = 0
    kept: int = 0
    due: int = 0
    contacted: int = 0
    firms: int = 0
    short: str = ""

    @property
    def share(self) -> int:
        """联系率，整百分数。"""
        return round(self.contacted * 100 / self.firms) if self.firms else 0


@dataclass(frozen=True, slots=True)
class Numbers:
    """三个数和它们旁边的数。"""

    open: int
    major: int
    shelved: int
    legal: int
    overdue: int
    longest_days: int
    closed: int
    due: int
    satisfied: int
    rated: int
    unrated: int
    red: int
    urged: int
    reopened: int

    @property
    def overdue_share(self) -> float:
        """逾期占在办的百分数。"""
        return self.overdue * 100 / self.open if self.open else 0.0


@dataclass(frozen=True, slots=True)
class Trend:
    """13 个月收到和办结；最后一个月还在走。"""

    months: tuple[date, ...]
    received: tuple[int, ...]
    closed: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Exceptions:
    """要过问的四类：各有件数和最该先看的几件。"""

    red: list[Case] = field(default_factory=list)
    waiting: list[Case] = field(default_factory=list)
    waiting_count: int = 0
    shelved: list[Case] = field(default_factory=list)
    shelved_count: int = 0
    reopened: list[Case] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Reading:
    """几处都要数的，一次读出来：本月应办结的各期；在办按（地区，主办）的件数和逾期件数。"""

    due: list[DueRow]
    open: list[tuple[int, int | None, int, int]]

    def open_by(self, column: int) -> dict[Any, tuple[int, int]]:
        """按地区（0）或主办（1）：（在办，逾期）。"""
        found: dict[Any, tuple[int, int]] = {}
        for row in self.open:
            number, late = found.get(row[column], (0, 0))
            found[row[column]] = number + row[2], late + row[3]
        return found


def read(user: Any, *, today: date) -> Reading:
    """两条查询。"""
    is_late = Q(next_due_on__lt=today, status__in=OPEN - {Status.PAUSED})
    rows = Case.objects.visible_to(user).open().order_by().values_list("region", "lead")
    found = rows.annotate(open=Count("pk"), overdue=Count("pk", filter=is_late))
    return Reading(due_rows(user, today=today), list(found))


def numbers(user: Any, *, today: date, reading: Reading | None = None) -> Numbers:
    """三条查询，`reading` 之外。"""
    reading = reading or read(user, today=today)
    span, cases = month_of(today), Case.objects.visible_to(user).order_by()
    is_late = Q(next_due_on__lt=today) & ~Q(status=Status.PAUSED)
    found = cases.open().aggregate(
        open=Count("pk"),
        major=Count("pk", filter=Q(tier=Tier.MAJOR)),
        shelved=Count("pk", filter=Q(status=Status.SHELVED)),
        legal=Count("pk", filter=Q(is_legal=True)),
        overdue=Count("pk", filter=is_late),
        red=Count("pk", filter=Q(level=Level.INQUIRY)),
        urged=Count("pk", filter=Q(level=Level.URGED)),
        reopened=Count("pk", filter=Q(reopened_count__gt=0)),
        oldest=Min("next_due_on", filter=is_late),
    )
    oldest = found.pop("oldest")
    rated = Evaluation.objects.visible_to(user).filter(case__is_legal=False).order_by()
    within = Q(rated_at__gte=span.since, rated_at__lt=span.until)
    ratings = rated.filter(within | Q(lapsed_at__gte=span.since, lapsed_at__lt=span.until)).aggregate(
        rated=Count("pk", filter=Q(satisfaction__isnull=False)),
        bad=Count("pk", filter=Q(satisfaction__in=BAD_RATINGS)),
        unrated=Count("pk", filter=Q(satisfaction__isnull=True)),
    )
    closed = cases.filter(closed_at__gte=span.since, closed_at__lt=span.until).count()
    return Numbers(
        **found,
        due=len({row[0] for row in reading.due}),
        longest_days=(today - oldest).days if oldest else 0,
        closed=closed,
        satisfied=ratings["rated"] - ratings["bad"],
        rated=ratings["rated"],
        unrated=ratings["unrated"],
    )


def _short(region: Region) -> str:
    """四个字以内的用全名，长的用简称。"""
    return region.name if len(region.name) <= SHORT or not region.short_name else region.short_name


def regions(user: Any, *, today: date, contact: duties.Round, reading: Reading | None = None) -> list[Line]:
    """各县（市、区）和功能区，按行政区划排列；没有企业也没有案件的不列。三条查询，`reading` 之外。"""
    reading = reading or read(user, today=today)
    lines = {region.pk: Line(region.pk, region.name, short=_short(region)) for region in Region.objects.all()}
    for key, (number, late) in reading.open_by(0).items():
        lines[key].open, lines[key].overdue = number, late
    for key, (kept, due) in kept_by(reading.due, REGION).items():
        lines[key].kept, lines[key].due = kept, due
    for key, firms in (
        Enterprise.objects.visible_to(user).active().order_by().values_list("region").annotate(n=Count("pk"))
    ):
        lines[key].firms = firms
    seen = Visit.objects.visible_to(user).filter(
        visited_on__range=(contact.opens_on, contact.closes_on), enterprise__is_active=True
    )
    by_region = seen.order_by().values_list("enterprise__region").annotate(n=Count("enterprise", distinct=True))
    for key, firms in by_region:
        lines[key].contacted = firms
    return [line for line in lines.values() if line.open or line.due or line.firms]


def total(lines: list[Line], name: str) -> Line:
    """合计一行。"""
    whole = Line(None, name)
    for line in lines:
        for column in ("open", "overdue", "kept", "due", "contacted", "firms"):
            setattr(whole, column, getattr(whole, column) + getattr(line, column))
    return whole


def units(user: Any, *, today: date, reading: Reading | None = None) -> list[Line]:
    """在办最多的承办单位。一条查询，`reading` 之外。"""
    reading = reading or read(user, today=today)
    kept = kept_by(reading.due, HOLDER)
    found = [(key, *figures) for key, figures in reading.open_by(1).items() if key is not None]
    busiest = sorted(found, key=lambda row: (-row[1], row[0]))[:UNITS_SHOWN]
    names = Unit.objects.in_bulk([key for key, *_ in busiest])
    return [Line(key, str(names[key]), number, late, *kept.get(key, (0, 0))) for key, number, late in busiest]


def contact_round(today: date) -> duties.Round:
    """窗口最近打开的那个助企日：正开着的，或者刚过去的。"""
    around = [*duties.rounds(today.year - 1)[-1:], *duties.rounds(today.year)]
    return max((each for each in around if each.opens_on <= today), key=lambda each: each.held_on)


def trend(user: Any, *, today: date) -> Trend:
    """13 个月；两条查询。"""
    months = [today.replace(day=1)]
    while len(months) < MONTHS:
        months.insert(0, (months[0] - timedelta(days=1)).replace(day=1))
    spans = [month_of(month) for month in months]

    def monthly(column: str) -> tuple[int, ...]:
        # The latest month first: each row is compared once or twice, not with both ends of thirteen months.
        which = models.Case(
            *(models.When(**{f"{column}__gte": each.since}, then=at) for at, each in reversed([*enumerate(spans)]))
        )
        rows = Case.objects.visible_to(user).filter(
            **{f"{column}__gte": spans[0].since, f"{column}__lt": spans[-1].until}
        )
        found = dict(rows.order_by().values_list(which).annotate(n=Count("*")))
        return tuple(found.get(at, 0) for at in range(MONTHS))

    return Trend(tuple(months), monthly("reported_at"), monthly("closed_at"))


def categories(user: Any) -> tuple[list[tuple[int, str, int]], list[tuple[int, str, int]]]:
    """在办的都是什么事，按一级类别：最多的六类，和其余各类。两条查询。"""
    names = dict(Category.objects.order_by().values_list("pk", "name"))
    counted: dict[int, int] = defaultdict(int)
    rows = Case.objects.visible_to(user).open().filter(category__isnull=False).order_by()
    for key, number in (
        rows.annotate(top=Coalesce("category__parent", "category")).values_list("top").annotate(n=Count("pk"))
    ):
        counted[key] += number
    ordered = sorted(((key, names[key], number) for key, number in counted.items()), key=lambda row: (-row[2], row[0]))
    if len(ordered) <= CATEGORIES_SHOWN + 1:
        return ordered, []
    return ordered[:CATEGORIES_SHOWN], ordered[CATEGORIES_SHOWN:]


def exceptions(user: Any, *, today: date, most: int = 2) -> Exceptions:
    """要过问的四类，每类最该先看的几件。六条查询。"""
    cases = Case.objects.visible_to(user).open().select_related("lead", "region", "lane")
    waiting = cases.filter(WAITING)
    shelved = cases.filter(status=Status.SHELVED, submitted_at__lt=midnight(today - LONG_SHELVED))
    asked: list[Any] = list(waiting.annotate(asked_at=Max("tickets__drafted_at")).order_by("asked_at", "pk")[:most])
    for case in asked:
        case.waited_days = (today - day_of(case.asked_at)).days
    long_held: list[Any] = list(shelved.order_by("submitted_at", "pk")[:1])
    for held in long_held:
        held.held_days = (today - day_of(held.submitted_at)).days
    return Exceptions(
        red=list(cases.red().order_by("next_due_on", "pk")[:most]),
        waiting=asked,
        waiting_count=waiting.count(),
        shelved=long_held,
        shelved_count=shelved.count(),
        reopened=list(cases.filter(reopened_count__gt=0).order_by("-pk")[:1]),
    )
