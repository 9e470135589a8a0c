"""R-15: 双十工作日. What the header says, what a cadre owes, and who was not contacted. Deducts nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Max, QuerySet

from cadres import calendar as days
from cadres.enums import AssignmentRole, DayShift
from cadres.models import Assignment, DoubleTenDay, User, Visit
from cadres.services import audit, settings
from cadres.services.calendar import calendar_at
from enterprises.models import Enterprise
from zhuqi.kernel.errors import InvalidInput

KNOBS = ("double_ten_shift", "contact_days_before", "contact_days_after", "duty_reminder_days", "gap_list_days")


@dataclass(frozen=True, slots=True)
class Round:
    """One 双十 day with the days on which a contact counts, first and last included."""

    nominal_on: date
    held_on: date
    opens_on: date
    closes_on: date
    reminded_on: date
    listed_on: date
    provisional: bool

    def is_open(self, today: date) -> bool:
        """Whether a contact made `today` counts."""
        return self.opens_on <= today <= self.closes_on


@dataclass(frozen=True, slots=True)
class DoubleTenState:
    """For the header: the next day, how many working days until then, and the window open now, if one is."""

    day: date
    workdays_left: int
    provisional: bool
    current: Round | None


@dataclass(frozen=True, slots=True)
class Duty:
    """One firm of a cadre in one round; `contact` is the visit that counts, `last_on` the last one of all."""

    enterprise: Enterprise
    contact: Visit | None
    last: Visit | None


@dataclass(frozen=True, slots=True)
class Duties:
    """What a cadre owes in the round that is open, or else in the next."""

    round: Round
    is_open: bool
    rows: tuple[Duty, ...]

    @property
    def contacted(self) -> tuple[Duty, ...]:
        """Firms already contacted in the window."""
        return tuple(row for row in self.rows if row.contact is not None)

    @property
    def missing(self) -> tuple[Duty, ...]:
        """Firms still to contact, the longest unseen first."""
        rows = [row for row in self.rows if row.contact is None]
        return tuple(sorted(rows, key=lambda row: row.last.visited_on if row.last else date.min))


def rounds(year: int) -> tuple[Round, ...]:
    """All 24 rounds of a year, as the calendar, the settings and the office's own dates have them."""
    return _rounds([year])


def double_ten_state(today: date) -> DoubleTenState:
    """What the header of every page says; three small queries and the calendar's own."""
    calendar, by_hand, knobs = calendar_at(), _by_hand(), settings.values(*KNOBS)
    shift = DayShift(str(knobs["double_ten_shift"]))
    ahead = days.next_double_ten(today, calendar, shift, by_hand=by_hand)
    behind = days.previous_double_ten(today, calendar, shift, by_hand=by_hand)
    both = (_round(behind, calendar, knobs), _round(ahead, calendar, knobs))
    open_rounds = [each for each in both if each.is_open(today)]
    return DoubleTenState(
        day=ahead.held_on,
        workdays_left=calendar.workdays_between(today, ahead.held_on),
        provisional=ahead.provisional,
        current=open_rounds[0] if open_rounds else None,
    )


def round_at(today: date) -> Round:
    """The round whose window is open, or else the next one."""
    near = [each for each in _around(today) if each.closes_on >= today]
    return min(near, key=lambda each: each.held_on)


def last_listed_round(today: date) -> Round:
    """The latest round whose list of gaps is out."""
    return max((each for each in _around(today) if each.listed_on <= today), key=lambda each: each.held_on)


def duties_of(cadre: User, today: date) -> Duties:
    """Which of the firms `cadre` leads or assists now were contacted in the window, and which not; two queries more."""
    now = round_at(today)
    firms = Enterprise.objects.filter(
        assignments__cadre=cadre, assignments__to_on__isnull=True, is_active=True
    ).select_related("region")
    return _duties(list(firms), now, today)


def _duties(firms: list[Enterprise], now: Round, today: date) -> Duties:
    contacts, last = _contacts(firms, now), _last_visits(firms)
    rows = tuple(Duty(firm, contacts.get(firm.pk), last.get(firm.pk)) for firm in firms)
    return Duties(now, now.is_open(today), rows)


def gaps(user: User, of: Round) -> QuerySet[Enterprise]:
    """Firms `user` may see that nobody contacted in the round: the county office's list, by region and cadre."""
    contacted = Visit.objects.filter(visited_on__range=(of.opens_on, of.closes_on)).values("enterprise")
    firms = Enterprise.objects.visible_to(user).active().exclude(pk__in=contacted)
    return firms.annotate(last_contact_on=Max("visits__visited_on")).select_related("region")


def lead_names(firms: list[Enterprise]) -> dict[int, User]:
    """The lead cadre of each firm on a page, in one query."""
    rows = Assignment.objects.filter(enterprise__in=firms, role=AssignmentRole.LEAD, to_on__isnull=True).select_related(
        "cadre__unit"
    )
    return {row.enterprise_id: row.cadre for row in rows}


@transaction.atomic
def set_by_hand(nominal_on: date, held_on: date, *, reason: str, actor: User, at: datetime) -> DoubleTenDay:
    """The office sets the day of one round by hand (R-15)."""
    settings.demand_director(actor, "助企日")
    errors = {}
    if nominal_on.day not in days.DOUBLE_TEN_NOMINAL:
        errors["nominal_on"] = ["只能调整 10 日或 20 日的助企日。"]
    if abs((held_on - nominal_on).days) > 15:
        errors["held_on"] = ["调整后的日子应在原定日子前后 15 天以内。"]
    if not reason.strip():
        errors["reason"] = ["请写明调整原因。"]
    if errors:
        raise InvalidInput(next(iter(errors.values()))[0], errors)
    row, _ = DoubleTenDay.objects.update_or_create(
        nominal_on=nominal_on,
        defaults={"held_on": held_on, "reason": reason.strip()[:200], "set_by": actor, "set_at": at},
    )
    audit.record(actor, "调整助企日", target=f"{nominal_on} → {held_on}", reason=reason.strip(), at=at)
    return row


def unset_by_hand(nominal_on: date, *, actor: User, at: datetime) -> None:
    """Back to the rule."""
    settings.demand_director(actor, "助企日")
    DoubleTenDay.objects.filter(nominal_on=nominal_on).delete()
    audit.record(actor, "恢复助企日", target=str(nominal_on), at=at)


def _around(today: date) -> list[Round]:
    return list(_rounds(sorted({(today - timedelta(40)).year, (today + timedelta(40)).year})))


def _rounds(years: list[int]) -> tuple[Round, ...]:
    calendar, by_hand, knobs = calendar_at(), _by_hand(), settings.values(*KNOBS)
    shift = DayShift(str(knobs["double_ten_shift"]))
    found = [each for year in years for each in days.double_ten_days(year, calendar, shift, by_hand=by_hand)]
    return tuple(_round(each, calendar, knobs) for each in found)


def _by_hand() -> dict[date, date]:
    return dict(DoubleTenDay.objects.values_list("nominal_on", "held_on"))


def _round(each: days.DoubleTen, calendar: days.WorkCalendar, knobs: Mapping[str, int | str]) -> Round:
    before, after = int(knobs["contact_days_before"]), int(knobs["contact_days_after"])
    opens, closes = days.contact_window(each.held_on, calendar, before, after)
    return Round(
        nominal_on=each.nominal_on,
        held_on=each.held_on,
        opens_on=opens,
        closes_on=closes,
        reminded_on=calendar.add_workdays(each.held_on, -int(knobs["duty_reminder_days"])),
        listed_on=calendar.add_workdays(each.held_on, int(knobs["gap_list_days"])),
        provisional=each.provisional,
    )


def _contacts(firms: list[Enterprise], of: Round) -> dict[int, Visit]:
    """The latest contact of each firm inside the window; whoever made it, in whatever mode (R-15)."""
    made = Visit.objects.filter(enterprise__in=firms, visited_on__range=(of.opens_on, of.closes_on))
    return {visit.enterprise_id: visit for visit in made.order_by("visited_on", "pk")}


def _last_visits(firms: list[Enterprise]) -> dict[int, Visit]:
    latest = Visit.objects.filter(enterprise__in=firms).values("enterprise").annotate(day=Max("visited_on"))
    wanted = {row["enterprise"]: row["day"] for row in latest}
    visits = Visit.objects.filter(enterprise__in=firms, visited_on__in=set(wanted.values())).order_by("pk")
    return {visit.enterprise_id: visit for visit in visits if wanted.get(visit.enterprise_id) == visit.visited_on}
