"""Changing the calendar and moving what depends on it is one act: both happen, or neither (R-42)."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from cadres.models import CalendarVersion, User
from cadres.services import calendar as calendars
from cases.services.clocks import DeadlineMove, preview_recompute, recompute_open_deadlines


@dataclass(frozen=True, slots=True)
class CalendarChange:
    """A change that was made: the new version and the deadlines it moved."""

    version: CalendarVersion
    moves: tuple[DeadlineMove, ...]


def preview_notice_moves(preview: calendars.NoticePreview) -> list[DeadlineMove]:
    """Which running deadlines the pasted notice would move."""
    return preview_recompute(preview.calendar)


def preview_day_moves(on: date, kind: str, *, name: str = "") -> list[DeadlineMove]:
    """Which running deadlines one changed day would move."""
    return preview_recompute(calendars.with_day(on, kind, name=name))


@transaction.atomic
def adopt_notice(
    preview: calendars.NoticePreview, *, number: str, at: datetime, actor: User | None, despite_problems: bool = False
) -> CalendarChange:
    """Confirm a previewed notice and move the running deadlines. Errors as `confirm_notice`."""
    version = calendars.confirm_notice(preview, number=number, at=at, actor=actor, despite_problems=despite_problems)
    return _moved(version, at=at, actor=actor)


@transaction.atomic
def adopt_day(  # noqa: PLR0913 - the fields of one form
    on: date, kind: str, *, reason: str, at: datetime, actor: User | None, name: str = "", seen: int | None = None
) -> CalendarChange:
    """Change one day by hand and move the running deadlines. Errors as `change_day`."""
    version = calendars.change_day(on, kind, reason=reason, at=at, actor=actor, name=name, seen=seen)
    return _moved(version, at=at, actor=actor)


def _moved(version: CalendarVersion, *, at: datetime, actor: User | None) -> CalendarChange:
    moves = recompute_open_deadlines(at=at, actor=actor, calendar=calendars.calendar_at(version.pk))
    return CalendarChange(version, tuple(moves))
