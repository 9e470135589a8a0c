"""The one writer of deadlines: opened, met, stopped, extended, given back, recomputed (R-24, R-26, R-40 – R-44)."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from cadres.calendar import WorkCalendar
from cadres.models import Unit, User
from cases.enums import ENDED, OFFICE_CLOCKS, PAUSABLE_CLOCKS, UNIT_CLOCKS, Clock, Status
from cases.models import Case, Deadline, DeadlineChange, Pause, Ticket
from cases.rules.deadlines import Reckoning
from cases.services.reckoning import (
    FIXED_CLOCKS,
    amount,
    calendar_now,
    default_rule,
    explain,
    limit_said,
    reckon,
    reckon_all,
    reckon_row,
    rule_of,
    term_of,
    window_end,
)
from zhuqi.kernel.errors import Conflict, InvalidInput

__all__ = [
    "DeadlineMove",
    "amount",
    "calendar_now",
    "catch_up_with_calendar",
    "default_rule",
    "explain",
    "extend",
    "give_back",
    "go_on",
    "limit_said",
    "local_day",
    "meet",
    "next_due",
    "open_clock",
    "preview_recompute",
    "reckon",
    "reckon_all",
    "recompute_open_deadlines",
    "refresh_next_due",
    "stop_all",
    "unmeet",
    "void_clocks",
    "window_end",
]

BATCH = 500
UNIT_HELD = UNIT_CLOCKS | {Clock.URGE_REPLY, Clock.INQUIRY_REPLY}
OFFICE_HELD = OFFICE_CLOCKS | {Clock.ACCEPT}
# By when the thing itself is to be done: the 涉法涉诉 lane has none of these.
RESOLVE_TYPE = frozenset({Clock.RESOLVE, Clock.REDO})


@dataclass(frozen=True, slots=True)
class DeadlineMove:
    """One deadline that a calendar change moves, or would move."""

    deadline: Deadline
    old_due_on: date
    new_due_on: date


def local_day(at: datetime) -> date:
    """The business day of an instant: the local date in Asia/Shanghai."""
    return timezone.localtime(at).date()


def open_clock(  # noqa: PLR0913 - the facts of one row
    case: Case,
    clock: Clock,
    *,
    at: datetime,
    ticket: Ticket | None = None,
    holder: Unit | None = None,
    promised_on: date | None = None,
) -> Deadline | None:
    """Start a clock today (the day is not counted). `promised_on` makes an agreed date the deadline.

    None where there is nothing to keep to: 涉法涉诉 has no resolve deadline (R-23), or the rule-set gives no term.
    """
    clock = Clock(clock)
    if clock in RESOLVE_TYPE and case.is_legal:
        return None
    rule = rule_of(case)
    term = None if promised_on else term_of(rule, clock, case.tier)
    if promised_on is None and term is None:
        return None
    today = local_day(at)
    if promised_on is not None and promised_on < today:
        message = f"约定日期 {promised_on:%Y-%m-%d} 已经过去，请填今天以后的日期。"
        raise InvalidInput(message, {"promised_on": [message]})
    calendar = calendar_now()
    row = Deadline(
        case=case,
        ticket=ticket,
        clock=clock,
        holder=holder or _holder(case, clock),
        started_on=today,
        term=str(term) if term else "",
        promised_on=promised_on,
        rule_set=rule,
        calendar_version_id=calendar.version or None,
    )
    found = reckon_row(row, calendar, ())
    row.due_on, row.is_provisional = found.due_on, found.provisional
    row.save(force_insert=True)
    return row


def _holder(case: Case, clock: Clock) -> Unit | None:
    """Who owes it: the lead unit, the office, or the firm (nobody in the units' lists)."""
    if clock in UNIT_HELD:
        return case.lead
    return case.office if clock in OFFICE_HELD else None


def meet(case: Case, clocks: Collection[Clock], *, at: datetime, holder: Unit | None = None) -> int:
    """These running clocks of the case were kept (or done late) at `at`; with `holder`, only that unit's."""
    if not clocks:
        return 0
    rows = _running(case, clocks)
    return (rows.filter(holder=holder) if holder else rows).update(met_at=at)


def unmeet(case: Case, clock: Clock, *, at: datetime) -> int:
    """What was met at exactly `at` runs again, with the date it had: the step that met it did not stand."""
    return Deadline.objects.filter(case=case, clock=clock, met_at=at, voided_at=None).update(met_at=None)


def void_clocks(
    case: Case, *, at: datetime, clocks: Collection[Clock] | None = None, ticket: Ticket | None = None
) -> int:
    """Stop running clocks without their having been met: all, only these, or only a ticket's."""
    rows = _running(case, clocks)
    return (rows.filter(ticket=ticket) if ticket else rows).update(voided_at=at)


def stop_all(case: Case, *, at: datetime) -> list[int]:
    """Stop every running clock of the case; gives the keys of the rows, for `go_on`."""
    rows = list(_running(case, None).order_by("pk").values_list("pk", flat=True))
    void_clocks(case, at=at)
    return rows


def go_on(case: Case, rows: Collection[int], *, stopped_at: datetime, at: datetime, actor: User | None) -> None:
    """Let the rows that `stop_all` stopped at `stopped_at` run again, with the dates they had.

    A calendar changed meanwhile moves them as it moved the running ones, and the move is logged (R-42).
    """
    Deadline.objects.filter(pk__in=rows, case=case, voided_at=stopped_at, met_at=None).update(voided_at=None)
    calendar, pauses = calendar_now(), list(Pause.objects.filter(case=case))
    for row in _running(case, None).filter(pk__in=rows).select_related("rule_set", "case"):
        move = _recompute(row, calendar, pauses)
        if move:
            _change(move, "CALENDAR", at=at, actor=actor).save()


def _running(case: Case, clocks: Collection[Clock] | None) -> QuerySet[Deadline]:
    rows = Deadline.objects.running().filter(case=case)
    return rows if clocks is None else rows.filter(clock__in=list(clocks))


def next_due(case: Case) -> tuple[date | None, str]:
    """The case's next deadline: last day and clock. While it is paused only clocks that still run count (R-26)."""
    rows = Deadline.objects.running().filter(case=case).order_by("due_on", "pk")
    if case.status == Status.PAUSED:
        rows = rows.exclude(clock__in=PAUSABLE_CLOCKS)
    found = None if case.status in ENDED else rows.values_list("due_on", "clock").first()
    return found or (None, "")


def refresh_next_due(case: Case) -> None:
    """Keep the next deadline beside the case, for lists."""
    due_on, clock = next_due(case)
    if (case.next_due_on, case.next_clock) != (due_on, clock):
        case.next_due_on, case.next_clock = due_on, clock
        Case.objects.filter(pk=case.pk).update(next_due_on=due_on, next_clock=clock)


@transaction.atomic
def extend(deadline: Deadline, days: int, *, at: datetime, actor: User | None, note: str = "") -> Deadline:
    """Grant `days` more, in the unit the term counts in (R-26), and log the move.

    Raises Conflict when the deadline was met, stopped or moved meanwhile.
    """
    if days < 1:
        message = "延期至少 1 天。"
        raise InvalidInput(message, {"days": [message]})
    calendar = calendar_now()
    found = reckon_row(deadline, calendar, list(deadline.case.pauses.all()), extra_days=days)
    old = deadline.due_on
    if not _move(deadline, found, calendar, extended_days=deadline.extended_days + days):
        message = "这个期限刚被别人办结或改动，请刷新后再看。"
        raise Conflict(message)
    log = _change(DeadlineMove(deadline, old, found.due_on), "EXTENSION", at=at, actor=actor)
    log.note = note[:200] or f"延期 {days} {'个工作日' if found.term.counts_workdays else '天'}"
    log.save()
    return deadline


@transaction.atomic
def give_back(pause: Pause, *, at: datetime, actor: User | None) -> list[DeadlineMove]:
    """Give a finished pause back to every running deadline of its case, exactly, and log each move (R-26)."""
    calendar = calendar_now()
    pauses = list(Pause.objects.filter(case=pause.case_id))
    rows = Deadline.objects.running().filter(case=pause.case_id, clock__in=PAUSABLE_CLOCKS - FIXED_CLOCKS)
    moves = []
    for row in rows.select_related("rule_set", "case"):
        move = _recompute(row, calendar, pauses)
        if move:
            moves.append(move)
            log = _change(move, "PAUSE", at=at, actor=actor)
            log.note = f"{pause.from_on:%m-%d} 起暂停，{pause.to_on:%m-%d} 恢复" if pause.to_on else ""
            log.save()
    return moves


def preview_recompute(calendar: WorkCalendar) -> list[DeadlineMove]:
    """Which running deadlines of open cases `calendar` would move; nothing is written (R-42)."""
    moves = []
    for row, pauses in _open_rows():
        found = reckon_row(row, calendar, pauses)
        if found.due_on != row.due_on:
            moves.append(DeadlineMove(row, row.due_on, found.due_on))
    return moves


@transaction.atomic
def recompute_open_deadlines(*, at: datetime, actor: User | None, calendar: WorkCalendar) -> list[DeadlineMove]:
    """Work out every running deadline of every open case by `calendar`; log each move; closed cases do not move.

    Doing it again moves nothing.
    """
    moves, unmoved = [], []
    for row, pauses in _open_rows():
        move = _recompute(row, calendar, pauses)
        if move:
            moves.append(move)
        elif row.calendar_version_id != (calendar.version or None):
            unmoved.append(row.pk)
    for start in range(0, len(unmoved), BATCH):
        # The date stands, but its strip is to be read by the new calendar.
        Deadline.objects.filter(pk__in=unmoved[start : start + BATCH]).update(
            calendar_version_id=calendar.version or None
        )
    logs = [_change(move, "CALENDAR", at=at, actor=actor) for move in moves]
    DeadlineChange.objects.bulk_create(logs, batch_size=BATCH)
    for case in {move.deadline.case_id: move.deadline.case for move in moves}.values():
        refresh_next_due(case)
    return moves


def catch_up_with_calendar(*, at: datetime) -> list[DeadlineMove]:
    """Recompute only what was opened under another version, as by a step that ran while the calendar changed (R-42)."""
    calendar = calendar_now()
    rows = Deadline.objects.running().exclude(calendar_version=calendar.version or None)
    if not rows.exclude(case__status__in=ENDED).exists():
        return []
    return recompute_open_deadlines(at=at, actor=None, calendar=calendar)


def _open_rows() -> Iterator[tuple[Deadline, list[Pause]]]:
    """Running deadlines of open cases, each with its case's pauses, a batch at a time."""
    rows = Deadline.objects.running().exclude(case__status__in=ENDED).order_by("pk").select_related("case", "rule_set")
    last = 0
    while batch := list(rows.filter(pk__gt=last)[:BATCH]):
        pauses: dict[int, list[Pause]] = defaultdict(list)
        for pause in Pause.objects.filter(case__in={row.case_id for row in batch}):
            pauses[pause.case_id].append(pause)
        for row in batch:
            yield row, pauses[row.case_id]
        last = batch[-1].pk


def _recompute(row: Deadline, calendar: WorkCalendar, pauses: list[Pause]) -> DeadlineMove | None:
    found, old = reckon_row(row, calendar, pauses), row.due_on
    if (found.due_on, found.provisional) == (row.due_on, row.is_provisional):
        return None
    if not _move(row, found, calendar) or found.due_on == old:
        return None
    return DeadlineMove(row, old, found.due_on)


def _move(row: Deadline, found: Reckoning, calendar: WorkCalendar, **more: int) -> bool:
    """Compare-and-set: only a row still running with the date it was read with."""
    values = {
        "due_on": found.due_on,
        "is_provisional": found.provisional,
        "calendar_version_id": calendar.version or None,
        **more,
    }
    same = Deadline.objects.running().filter(pk=row.pk, due_on=row.due_on, extended_days=row.extended_days)
    if not same.update(**values):
        return False
    for name, value in values.items():
        setattr(row, name, value)
    return True


def _change(move: DeadlineMove, cause: str, *, at: datetime, actor: User | None) -> DeadlineChange:
    return DeadlineChange(
        deadline=move.deadline,
        old_due_on=move.old_due_on,
        new_due_on=move.new_due_on,
        cause=cause,
        calendar_version_id=move.deadline.calendar_version_id,
        changed_at=at,
        changed_by=actor,
    )
