"""到点执行（R-41）：每个工作日 09:00 一次，一案一个事务；跑两遍、跑晚了、两个进程一起跑、半路断电，单子都只有那几张。"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Any

from django.db import transaction
from django.utils import timezone

from cases.enums import Action, InquiryCause, TicketKind
from cases.models import Case, Deadline, EnforcementRun, Ticket
from cases.services import clocks, double_ten, due_work
from cases.services.inquiry import propose_inquiry
from cases.services.steps import Step, perform, walk
from cases.services.urging import unurged
from zhuqi.kernel.errors import Conflict

RUN_AT = time(9, 0)
DAY = timedelta(days=1)
# How far back a first run, or one after a long silence, looks for slots to make up.
MAKE_UP_DAYS = 40
# So many cases are read at once; each is still its own transaction.
CHUNK = 200


class EnforcementFailed(RuntimeError):
    """有案件没处理成；其余的都已提交，下一次会再试这些。"""


@dataclass
class Outcome:
    """一次执行的结果：各做了几件、哪些没成。"""

    counts: Counter = field(default_factory=Counter)
    failures: list = field(default_factory=list)

    def attempt(self, what: str, case_number: str, work: Callable[[], Any]) -> None:
        """做一件；别的进程先做了不算失败；真失败记下来，继续做下一件。"""
        try:
            done = work()
        except Conflict:
            self.counts["taken"] += 1
        except Exception as error:  # noqa: BLE001 - one broken case must not stop the others; raised together at the end
            self.failures.append({"what": what, "case": case_number, "error": f"{type(error).__name__}: {error}"})
        else:
            if done is not False:
                self.counts[what] += 1


def enforce(*, at: datetime) -> dict[date, Outcome]:
    """把到 `at` 为止该跑而没跑完的时点按先后跑完；返回各时点的结果。

    错误：EnforcementFailed（有案件没处理成，其余已提交）。
    """
    results = {}
    for day in due_slots(at=at):
        results[day] = run_slot(day, at=at)
    failures = [failure for outcome in results.values() for failure in outcome.failures]
    if failures:
        raise EnforcementFailed(f"{len(failures)} 件没有处理成，例如 {failures[0]}")
    return results


def due_slots(*, at: datetime) -> list[date]:
    """该跑的时点：从上次跑完之后到现在，每个工作日 09:00 一个（漏了的补上）。"""
    calendar = clocks.calendar_now()
    local = timezone.localtime(at)
    last = local.date() if local.time() >= RUN_AT else local.date() - DAY
    done = EnforcementRun.objects.filter(slot__startswith="day:", finished_at__isnull=False).order_by("-slot").first()
    first = last - MAKE_UP_DAYS * DAY
    if done:
        first = max(first, datetime.strptime(done.slot, "day:%Y-%m-%d").date() + DAY)  # noqa: DTZ007 - a bare day
    else:
        first = calendar.previous_workday(last)
    return [first + n * DAY for n in range((last - first).days + 1) if calendar.is_workday(first + n * DAY)]


def run_slot(day: date, *, at: datetime) -> Outcome:
    """跑一个时点。先恢复、受理、销号，再问效，最后催办；判断以当天为准，签发时间是真实时间。"""
    run, _ = EnforcementRun.objects.get_or_create(slot=f"day:{day.isoformat()}", defaults={"started_at": at})
    outcome = Outcome()
    clocks.catch_up_with_calendar(at=at)
    double_ten.open_rows_up_to(day - DAY, at=at)
    _resume_pauses(day, at, outcome)
    _accept_silence(day, at, outcome)
    _lapse_ratings(day, at, outcome)
    _draft_inquiries(day, at, outcome)
    _issue_urges(day, at, outcome)
    finished = None if outcome.failures else at
    # A slot another process has finished stays finished, with what that process counted.
    EnforcementRun.objects.filter(pk=run.pk, finished_at__isnull=True).update(
        finished_at=finished, counts=dict(outcome.counts), failures=outcome.failures
    )
    return outcome


def _resume_pauses(day: date, at: datetime, outcome: Outcome) -> None:
    for row in due_work.pauses_over(day):
        outcome.attempt("resumed", row.case.number, _Later(row.case, Action.RESUME, at))


def _accept_silence(day: date, at: datetime, outcome: Outcome) -> None:
    for row in due_work.silent_reports(day):
        outcome.attempt("accepted", row.case.number, _Later(row.case, Action.ACCEPT, at))


def _lapse_ratings(day: date, at: datetime, outcome: Outcome) -> None:
    for row in due_work.ratings_over(day):
        outcome.attempt("lapsed", row.case.number, _Later(row.case, Action.LAPSE_RATING, at))


@dataclass(frozen=True)
class _Later:
    """一步自动动作，等轮到它那个事务时再做。"""

    case: Case
    action: Action
    at: datetime

    def __call__(self) -> None:
        perform(self.case, self.action, actor=None, at=self.at)


def _draft_inquiries(day: date, at: datetime, outcome: Outcome) -> None:
    for row in due_work.expired_urges(day):
        outcome.attempt("inquiry", row.case.number, partial(_inquire_expired, row, at))
    for case in due_work.twice_bad(day):
        key = f"INQUIRY:SECOND_BAD:{case.bad_rating_count}"
        outcome.attempt(
            "inquiry", case.number, partial(propose_inquiry, case, InquiryCause.SECOND_BAD_RATING, key, at=at)
        )


def _inquire_expired(row: Deadline, at: datetime) -> bool:
    """催办到期没人答：拟问效；同一份催办只算一次（handled_at 比较并交换）。"""
    with transaction.atomic():
        if not due_work.mark_handled(row, at=at):
            raise Conflict("已由另一个进程处理。")
        key = f"INQUIRY:URGE:{row.ticket_id}"
        return propose_inquiry(row.case, InquiryCause.URGE_UNANSWERED, key, at=at, unit=row.holder)


def _issue_urges(day: date, at: datetime, outcome: Outcome) -> None:
    before = _drafts(at)
    batches = due_work.urges_due(day)
    for first in range(0, len(batches), CHUNK):
        chunk = batches[first : first + CHUNK]
        cases = due_work.cases_for_urging([batch.case.pk for batch in chunk])
        for batch in chunk:
            outcome.attempt("urged", batch.case.number, _Urging(batch, cases[batch.case.pk], day, at))
    drafted = _drafts(at) - before
    if drafted:
        outcome.counts["inquiry"] += drafted


def _drafts(at: datetime) -> int:
    """这一遍自动拟了几份问效建议单。"""
    return Ticket.objects.filter(kind=TicketKind.INQUIRY, drafted_at=at, drafted_by=None).count()


@dataclass(frozen=True)
class _Urging:
    """签发一张催办单，等轮到它那个事务时再做。"""

    batch: due_work.UrgeBatch
    case: Case
    day: date
    at: datetime

    def __call__(self) -> None:
        try:
            walk(self._step(self.case, self.batch.rows, is_selected=True))
        except Conflict:
            # Somebody acted on the case meanwhile: look again; what is still missed is still urged today.
            rows = tuple(unurged(self.case, today=self.day, unit=self.batch.unit))
            if not rows:
                raise
            walk(self._step(self.case, rows))

    def _step(self, case: Case, rows: tuple[Deadline, ...], *, is_selected: bool = False) -> Step:
        batch = replace(self.batch, rows=rows)
        details = {"missed": rows, "to_unit": batch.unit, "slot": self.day.isoformat()}
        return Step(
            case, Action.URGE, None, self.at, note=batch.words(self.day), details=details, is_selected=is_selected
        )
