"""R-61: what policies ask for and only the firm knows well: when it was founded, its revenue, its staff."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from enterprises.models import Enterprise
from enterprises.services.changes import note_changes
from enterprises.services.contacts import demand_keeper
from zhuqi.kernel.errors import Conflict, InvalidInput

STALE = "这家企业的资料刚被别人改过，请核对下面的数再保存。"
OLDEST = date(1900, 1, 1)
REVENUE_MOST, STAFF_MOST = 100_000_000, 1_000_000


@dataclass(frozen=True, slots=True)
class Figures:
    """Empty is "not known". `revenue` is last year's, in 万元."""

    established_on: date | None = None
    revenue: int | None = None
    staff_count: int | None = None

    def columns(self) -> dict[str, Any]:
        """As kept on the firm."""
        return {name: getattr(self, name) for name in ("established_on", "revenue", "staff_count")}


def figures_of(firm: Enterprise) -> Figures:
    """What is on the books."""
    return Figures(firm.established_on, firm.revenue, firm.staff_count)


@transaction.atomic
def fill_in(firm: Enterprise, figures: Figures, *, seen: Figures, actor: Any, at: datetime) -> list[str]:
    """The firm itself or its office. Gives what changed in words. Raises Conflict when the books no longer say `seen`."""
    demand_keeper(firm, actor)
    _check(figures, timezone.localtime(at).date())
    same = Enterprise.objects.filter(pk=firm.pk, **seen.columns())
    if not same.update(**figures.columns(), updated_at=at):
        raise Conflict(STALE)
    changed = [
        f"{Enterprise._meta.get_field(name).verbose_name} {_said(was)} → {_said(now)}"  # type: ignore[union-attr]  # noqa: SLF001 - columns of ours
        for (name, was), now in zip(seen.columns().items(), figures.columns().values(), strict=True)
        if was != now
    ]
    if changed:
        note_changes([firm.pk])
    return changed


def _said(value: Any) -> str:
    return "未填" if value is None else str(value)


def _check(figures: Figures, today: date) -> None:
    errors: dict[str, list[str]] = {}
    if figures.established_on and not OLDEST <= figures.established_on <= today:
        errors["established_on"] = ["成立日期不能晚于今天，也不早于 1900 年。"]
    for name, most, unit in (("revenue", REVENUE_MOST, "亿元"), ("staff_count", STAFF_MOST, "万人")):
        value = getattr(figures, name)
        if value is not None and not 0 <= value <= most:
            errors[name] = [f"请填 0 到 {most // 10000} {unit}之间的整数。"]
    if errors:
        raise InvalidInput(next(iter(errors.values()))[0], errors)
