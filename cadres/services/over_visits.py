"""R-14: what to say before going to a firm once more: two units in a week, too often in a month, a quiet period."""

from dataclasses import dataclass
from datetime import date, timedelta

from cadres.enums import PlannedVisitState, VisitMode
from cadres.models import User
from cadres.services import settings
from enterprises.models import Enterprise


@dataclass(frozen=True, slots=True)
class Caution:
    """One thing to know before going: `kind` units, month or quiet; the colleagues a joint visit could be made with."""

    kind: str
    message: str
    colleagues: tuple[User, ...] = ()


def cautions(enterprise: Enterprise, *, actor: User, on: date, mode: str = VisitMode.ON_SITE) -> tuple[Caution, ...]:
    """What to say before a visit on `on` is saved or planned (R-14). Only visits in person burden a firm."""
    if mode != VisitMode.ON_SITE:
        return ()
    found = (quiet_on(enterprise, on), _other_units(enterprise, actor, on), _this_month(enterprise, on))
    return tuple(caution for caution in found if caution is not None)


def quiet_on(enterprise: Enterprise, on: date) -> Caution | None:
    """The quiet period that lies over `on`, if any."""
    quiet = enterprise.quiet_periods.filter(from_on__lte=on, to_on__gte=on).first()
    if quiet is None:
        return None
    why = f"（{quiet.reason}）" if quiet.reason else ""
    return Caution("quiet", f"企业 {quiet.from_on:%m-%d} 至 {quiet.to_on:%m-%d} 是宁静期{why}，谢绝上门。")


def _other_units(enterprise: Enterprise, actor: User, on: date) -> Caution | None:
    """Visits made and announced by other units within the window, the coming ones too: these can still be joined."""
    reach = timedelta(days=int(settings.value("over_visit_days")) - 1)
    made = enterprise.visits.filter(mode=VisitMode.ON_SITE, visited_on__range=(on - reach, on + reach))
    coming = enterprise.planned_visits.filter(
        state=PlannedVisitState.PLANNED, planned_on__range=(on - reach, on + reach)
    )
    rows = [
        (each.unit or each.cadre.unit, each.visited_on, each.cadre)
        for each in made.select_related("unit", "cadre__unit")
    ]
    rows += [(each.cadre.unit, each.planned_on, each.cadre) for each in coming.select_related("cadre__unit")]
    others = {unit.pk: (unit, day) for unit, day, _ in rows if unit is not None and unit.pk != actor.unit_id}
    if not others or len(others) + 1 < int(settings.value("over_visit_units")):
        return None
    said = "、".join(f"{unit}（{day:%m-%d}）" for unit, day in others.values())
    colleagues = {cadre.pk: cadre for unit, _, cadre in rows if unit is not None and unit.pk != actor.unit_id}
    days = reach.days + 1
    return Caution("units", f"{days} 天内{said}也走访这家企业，建议联合走访。", tuple(colleagues.values()))


def _this_month(enterprise: Enterprise, on: date) -> Caution | None:
    most = int(settings.value("over_visit_month"))
    count = enterprise.visits.filter(
        mode=VisitMode.ON_SITE, visited_on__year=on.year, visited_on__month=on.month
    ).count()
    if count < most:
        return None
    return Caution("month", f"{on.month} 月已上门走访这家企业 {count} 次，再去就超过 {most} 次，建议改用电话或视频。")
