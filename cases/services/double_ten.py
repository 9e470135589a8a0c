"""双十日对案件的要求（R-15、R-41）：该报进展的开一行期限，到 24:00 没报就是漏了，次个工作日 09:00 催办。"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from cadres.models import Unit
from cadres.services.duties import rounds
from cases.enums import Action, Clock, Status
from cases.models import Case, CaseEvent, Deadline, EnforcementRun
from cases.services import clocks

DAY = timedelta(days=1)
LOOK_BACK = 40 * DAY
PROGRESS = (Action.REPORT, Action.SUBMIT)
UNRESOLVED = (Status.DISPATCHED, Status.OBJECTED, Status.HANDLING)


def held_days(first: date, last: date) -> list[tuple[date, date]]:
    """[first, last] 里实际举行的双十日，及各自的前一个。"""
    held = sorted({each.held_on for year in range(first.year - 1, last.year + 1) for each in rounds(year)})
    return [(day, before) for before, day in pairwise(held) if first <= day <= last]


def open_rows(day: date, before: date, *, at: datetime) -> int:
    """双十日 `day` 的欠账：首次反馈已到期、上个双十日以来没报过进展的在办件；以及此前受理还没交办的。

    每件一行，唯一键保证再跑一遍不会多。返回新开的行数。
    """
    opened = set(
        Deadline.objects.filter(clock=Clock.DOUBLE_TEN, due_on=day, voided_at=None).values_list("case", flat=True)
    )
    owing = [(case, holder) for case, holder in _owing(day, before) if case.pk not in opened]
    version = clocks.calendar_now().version or None
    for batch in batched(owing):
        Deadline.objects.bulk_create(
            [
                Deadline(
                    case=case, clock=Clock.DOUBLE_TEN, holder=holder, started_on=before, promised_on=day, due_on=day,
                    rule_set_id=case.rule_set_id, calendar_version_id=version,
                )
                for case, holder in batch
            ],
            ignore_conflicts=True,  # another process may be opening the same rows: the unique key decides
        )  # fmt: skip
        cases = Case.objects.filter(pk__in=[case.pk for case, _ in batch])
        sooner = cases.filter(Q(next_due_on__isnull=True) | Q(next_due_on__gt=day))
        sooner.update(next_due_on=day, next_clock=Clock.DOUBLE_TEN)
    _meet_what_was_reported(day, before, at=at)
    return len(owing)


def batched(rows: Sequence[Any], size: int = 500) -> Iterator[Sequence[Any]]:
    """一批一批地给。"""
    for first in range(0, len(rows), size):
        yield rows[first : first + size]


def _meet_what_was_reported(day: date, before: date, *, at: datetime) -> None:
    """开行的那一刻正好报了进展的，也算报了；收口晚了、24:00 之后才报的，按补做算，与准时收口的结果一样。"""
    rows = Deadline.objects.running().filter(clock=Clock.DOUBLE_TEN, due_on=day)
    since = CaseEvent.objects.filter(case=OuterRef("case"), kind__in=PROGRESS, at__gte=_start(before + DAY), at__lte=at)
    rows.filter(Exists(since)).update(met_at=at)


def _reported(case: Any, day: date, before: date) -> QuerySet[CaseEvent]:
    return CaseEvent.objects.filter(
        case=case, kind__in=PROGRESS, at__gte=_start(before + DAY), at__lt=_start(day + DAY)
    )


def _owing(day: date, before: date) -> Iterator[tuple[Case, Unit | None]]:
    reported = _reported(OuterRef("pk"), day, before)
    feedback_due = Deadline.objects.filter(case=OuterRef("pk"), clock=Clock.FEEDBACK, due_on__lte=day, voided_at=None)
    units = Case.objects.filter(status__in=UNRESOLVED, dispatched_at__lt=_start(day + DAY), lead__isnull=False)
    for case in units.filter(Exists(feedback_due), ~Exists(reported)).select_related("lead").order_by("pk"):
        yield case, case.lead
    offices = Case.objects.filter(status=Status.ACCEPTED, accepted_at__lt=_start(day))
    for case in offices.select_related("office").order_by("pk"):
        yield case, case.office


def _start(day: date) -> datetime:
    """这一天北京时间零点。"""
    return datetime.combine(day, time.min, tzinfo=timezone.get_default_timezone())


def close(day: date, before: date, *, at: datetime) -> None:
    """24:00 收口：没开过的补开，记下这一天已收。再收一次什么也不变。"""
    slot, _ = EnforcementRun.objects.get_or_create(slot=f"double-ten:{day.isoformat()}", defaults={"started_at": at})
    if slot.finished_at:
        return
    made = open_rows(day, before, at=at)
    EnforcementRun.objects.filter(pk=slot.pk).update(finished_at=at, counts={"late_rows": made})


def open_rows_up_to(last: date, *, at: datetime) -> None:
    """把到 `last` 为止还没收口的双十日都收了（漏跑的补上）。"""
    done = EnforcementRun.objects.filter(slot__startswith="double-ten:", finished_at__isnull=False)
    closed = done.order_by("-slot").values_list("slot", flat=True).first()
    first = last - LOOK_BACK if closed is None else datetime.strptime(closed, "double-ten:%Y-%m-%d").date() + DAY  # noqa: DTZ007 - a bare day
    days = held_days(max(first, last - LOOK_BACK), last)
    # A city that begins today owes nothing for days before it began.
    for day, before in days if closed else days[-1:]:
        close(day, before, at=at)
