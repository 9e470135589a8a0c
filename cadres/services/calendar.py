"""The calendar's rows as a value, and every way they change (R-42). Recomputing deadlines is `cases`' part."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from django.db import IntegrityError, transaction
from django.db.models import Q

from cadres.calendar import DayKind, WorkCalendar, is_weekday
from cadres.calendar_seed import SEED_REASON, SEED_YEARS, seed_days
from cadres.holiday_notice import HolidayNotice, parse_notice
from cadres.models import CalendarDay, CalendarVersion, CalendarYear, User
from cadres.services.settings import demand_director
from zhuqi.kernel.errors import Conflict, DomainError, InvalidInput

Named = tuple[DayKind, str]
DECEMBER, NEW_YEAR = 12, "元旦"
STALE = "日历刚被别人改过，请刷新后再核对一遍。"


@dataclass(frozen=True, slots=True)
class DayChange:
    """One day that a change would make different."""

    on: date
    old_kind: DayKind
    old_name: str
    new_kind: DayKind
    new_name: str

    @property
    def flips(self) -> bool:
        """Whether people work on it now and would not then, or the other way round."""
        working = {DayKind.WORKDAY, DayKind.MAKEUP}
        return (self.old_kind in working) != (self.new_kind in working)


@dataclass(frozen=True, slots=True)
class NoticePreview:
    """What pasting a notice would do: shown as a year grid, then confirmed with `version` unchanged."""

    notice: HolidayNotice
    changes: tuple[DayChange, ...]
    calendar: WorkCalendar  # the calendar as it would be
    version: int  # the version this was previewed against
    publishes: bool  # whether the year becomes a published one

    @property
    def changes_anything(self) -> bool:
        """Whether confirming would write a new version."""
        return self.publishes or bool(self.changes)


def latest_version() -> CalendarVersion | None:
    """The version in force, or None before anything was loaded."""
    return CalendarVersion.objects.order_by("-pk").first()


def calendar_at(version: int | None = None) -> WorkCalendar:
    """The calendar as of `version` (None: in force now), one small query unless this process has not seen it yet.

    Each process keeps a few; what is in force is always asked of the database, so all processes agree.
    """
    row = latest_version() if version is None else CalendarVersion.objects.filter(pk=version).first()
    if row is None:
        if version is not None:
            message = f"没有第 {version} 版工作日历。"
            raise DomainError(message)
        return WorkCalendar({}, frozenset())
    # made_at too: a rolled-back transaction may give its number to another version (SQLite).
    return _cached(row.pk, row.made_at)


@lru_cache(maxsize=16)
def _cached(version: int, made_at: datetime) -> WorkCalendar:
    return _read(version)


def forget_calendars() -> None:
    """Drop this process's copies (tests, which reuse version numbers)."""
    _cached.cache_clear()


def _read(version: int) -> WorkCalendar:
    rows = CalendarDay.objects.filter(Q(replaced_by=None) | Q(replaced_by__gt=version), version__lte=version)
    special = {
        row.on: (DayKind(row.kind), row.name) for row in rows.exclude(kind=CalendarDay.Kind.PLAIN).order_by("on")
    }
    years = CalendarYear.objects.filter(version__lte=version).values_list("year", flat=True)
    return WorkCalendar(special, frozenset(years), version)


@transaction.atomic
def seed_calendar(at: datetime) -> CalendarVersion:
    """Give an empty database its first calendar; a database that has one keeps it."""
    present = latest_version()
    if present is not None:
        return present
    version = CalendarVersion.objects.create(made_at=at, reason=SEED_REASON)
    CalendarYear.objects.bulk_create(CalendarYear(year=year, version=version) for year in sorted(SEED_YEARS))
    CalendarDay.objects.bulk_create(
        CalendarDay(on=day, kind=kind.value, name=name, version=version) for day, kind, name in seed_days()
    )
    return version


def preview_notice(text: str) -> NoticePreview:
    """Read a notice and say what it would change; nothing is written."""
    now = calendar_at()
    notice = parse_notice(text, now)
    if notice.year is None:
        return NoticePreview(notice, (), now, now.version, publishes=False)
    wanted = notice.special()
    new = dict(now.special)
    if not notice.is_supplement:
        for day in _belonging_to(notice.year, now.special):
            new.pop(day)
    new.update(wanted)
    publishes = not notice.is_supplement and notice.year not in now.published_years
    years = now.published_years | {notice.year} if publishes else now.published_years
    proposed = WorkCalendar(new, years, now.version)
    return NoticePreview(notice, tuple(_differences(now, proposed)), proposed, now.version, publishes)


def _belonging_to(year: int, special: Mapping[date, Named]) -> list[date]:
    """The days the notice of `year` decides: its own, less a December 元旦 of the next, with that of the year before."""

    def of_new_year(day: date, name: str) -> bool:
        return day.month == DECEMBER and NEW_YEAR in name

    return [
        day
        for day, (_, name) in special.items()
        if (day.year == year and not of_new_year(day, name)) or (day.year == year - 1 and of_new_year(day, name))
    ]


def _differences(old: WorkCalendar, new: WorkCalendar) -> Iterator[DayChange]:
    for day in sorted(old.special.keys() | new.special.keys()):
        if old.special.get(day) != new.special.get(day):
            yield DayChange(day, old.kind(day), old.name(day), new.kind(day), new.name(day))


@transaction.atomic
def confirm_notice(
    preview: NoticePreview, *, number: str, at: datetime, actor: User | None, despite_problems: bool = False
) -> CalendarVersion:
    """Write what was previewed as a new version and keep the notice's number.

    Raises Conflict when the calendar has changed since the preview, InvalidInput without a number or with problems
    nobody took responsibility for.
    """
    demand_director(actor, "工作日历")
    notice = preview.notice
    if notice.year is None:
        raise InvalidInput(notice.problems[0], {"text": notice.problems})
    if not notice.days_off and not notice.makeup_days:
        message = f"没有读到 {notice.year} 年的任何一天放假或调休，日历没有改。请粘贴通知全文，或在日历上逐日改。"
        raise InvalidInput(message, {"text": [message]})
    if notice.problems and not despite_problems:
        message = "通知里有没看懂的地方，请核对后勾选“已核对”再确认。"
        raise InvalidInput(message, {"text": notice.problems})
    number = (number or notice.number).strip()
    if not number:
        message = "请填写通知文号，如 国办发明电〔2025〕7号。"
        raise InvalidInput(message, {"number": [message]})
    if not preview.changes_anything:
        message = f"日历与这份通知完全一致，{notice.year} 年没有要改的。"
        raise DomainError(message)
    version = _new_version(preview.version, at=at, actor=actor, reason=f"{notice.year} 年节假日安排")
    version.notice_number = number
    version.notice_text = notice.text
    version.save(update_fields=["notice_number", "notice_text"])
    if preview.publishes:
        CalendarYear.objects.create(year=notice.year, version=version)
    _write(preview.changes, preview.calendar, version)
    return version


@transaction.atomic
def change_day(  # noqa: PLR0913 - the fields of one form
    on: date, kind: str, *, reason: str, at: datetime, actor: User | None, name: str = "", seen: int | None = None
) -> CalendarVersion:
    """Make one day HOLIDAY, MAKEUP or PLAIN by hand. `seen` is the version the person looked at.

    Raises InvalidInput for a change that says nothing, Conflict when somebody else changed the calendar first.
    """
    demand_director(actor, "工作日历")
    proposed = with_day(on, kind, name=name)
    reason = reason.strip()
    if not reason:
        message = "请写明改动依据，如“省政府通知”。"
        raise InvalidInput(message, {"reason": [message]})
    now = calendar_at()
    changes = tuple(_differences(now, proposed))
    if not changes:
        message = f"{on:%Y-%m-%d} 已经是“{now.kind(on).label}”，没有要改的。"
        raise InvalidInput(message, {"kind": [message]})
    version = _new_version(now.version if seen is None else seen, at=at, actor=actor, reason=reason)
    _write(changes, proposed, version)
    return version


def with_day(on: date, kind: str, *, name: str = "") -> WorkCalendar:
    """The calendar in force with one day changed: what a preview of `change_day` reckons with."""
    now = calendar_at()
    special = dict(now.special)
    special.pop(on, None)
    if kind == CalendarDay.Kind.HOLIDAY:
        special[on] = (DayKind.HOLIDAY, name.strip() or "放假")
    elif kind == CalendarDay.Kind.MAKEUP:
        if is_weekday(on):
            message = f"{on:%Y-%m-%d} 不是周末，不能设为调休上班；要恢复上班请选“按周历”。"
            raise InvalidInput(message, {"kind": [message]})
        special[on] = (DayKind.MAKEUP, name.strip() or "调休")
    elif kind != CalendarDay.Kind.PLAIN:
        message = "日子的类别只能是放假、调休上班或按周历。"
        raise InvalidInput(message, {"kind": [message]})
    return WorkCalendar(special, now.published_years, now.version)


def _new_version(seen: int, *, at: datetime, actor: User | None, reason: str) -> CalendarVersion:
    present = latest_version()
    if (present.pk if present else 0) != seen:
        raise Conflict(STALE)
    return CalendarVersion.objects.create(made_at=at, made_by=actor, reason=reason[:200])


def _write(changes: tuple[DayChange, ...], proposed: WorkCalendar, version: CalendarVersion) -> None:
    """New rows beside the old, which only learn what replaced them: every earlier version can still be read."""
    days = [change.on for change in changes]
    CalendarDay.objects.filter(on__in=days, replaced_by=None).update(replaced_by=version)
    rows = []
    for day in days:
        named = proposed.special.get(day)
        kind, name = (named[0].value, named[1]) if named else (CalendarDay.Kind.PLAIN.value, "")
        rows.append(CalendarDay(on=day, kind=kind, name=name[:30], version=version))
    try:
        with transaction.atomic():
            CalendarDay.objects.bulk_create(rows)
    except IntegrityError as error:
        raise Conflict(STALE) from error
