"""一个月的事实（R-50、R-51）：从案件读出，按组织一件一条。查询条数固定，与案件多少无关。

一切以月末 24:00 为准：之后才发生的不算，所以哪天起草、补跑，得到的都一样。
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

from django.db.models import Max, Q
from django.utils import timezone

from cadres.calendar import WorkCalendar
from cases.enums import Action, Clock, LookBackResult, Status, TicketKind
from cases.models import CaseEvent, Deadline, Evaluation, LookBack, Objection, Pause, Submission, Ticket
from reports.queries.common_issues import common_facts
from reports.queries.organisations import Organisation
from reports.queries.proofs import Proof, false_proofs
from reports.scoring import CaseFacts
from zhuqi.datewords import day_of

# A term to resolve (docs/adr/0021): the first, the one after a 差评 or reopening, and the promised date of 挂账.
DUE_CLOCKS = frozenset({Clock.RESOLVE, Clock.REDO, Clock.SHELVED})
ENTRY_CLOCKS = {Clock.SIGN: "is_signed_on_time", Clock.FEEDBACK: "is_fed_back_on_time"}
REOPENINGS = frozenset({Action.REOPEN, Action.REVOKE})
MARK_OF_TICKET = {TicketKind.URGE: "urges", TicketKind.INQUIRY: "inquiries"}


@dataclass(frozen=True, slots=True)
class MonthSpan:
    """一个月：首日、末日，和两头的时刻 [since, until)。"""

    first: date
    last: date
    since: datetime
    until: datetime


def month_of(day: date) -> MonthSpan:
    """`day` 所在的月（北京时间）。"""
    first = day.replace(day=1)
    following = (first + timedelta(days=32)).replace(day=1)
    return MonthSpan(first, following - timedelta(days=1), midnight(first), midnight(following))


def midnight(day: date) -> datetime:
    """那天零点（北京时间）。"""
    return datetime.combine(day, time(), timezone.get_default_timezone())


class _Sheet:
    """正在填的一页：（案件，组织）→ 事实的各栏。"""

    def __init__(self, organisations: dict[int, Organisation]):
        self.organisations = organisations
        self.lines: dict[tuple[int, int], dict[str, Any]] = {}

    def line(self, case: int, unit: int | None, is_legal: Any) -> dict[str, Any]:
        """一条；不参加排名的单位给一张废纸。"""
        organisation = self.organisations.get(unit or 0)
        if organisation is None:
            return {}
        blank = {"case": case, "unit": organisation.unit, "group": str(organisation.group), "is_legal": bool(is_legal)}
        return self.lines.setdefault((case, organisation.unit), blank)

    def facts(self) -> list[CaseFacts]:
        """填好的。"""
        return [CaseFacts(**self.lines[key]) for key in sorted(self.lines)]


def month_facts(
    month: date, *, calendar: WorkCalendar, organisations: dict[int, Organisation], proven_by: datetime | None = None
) -> list[CaseFacts]:
    """这个月每件事对每个组织说了什么。

    `proven_by` 只在重做草稿时给出：到那时为止查实虚假的办结不再算办结（docs/adr/0022）；缺省到月末为止。
    """
    span, sheet = month_of(month), _Sheet(organisations)
    proofs = false_proofs(max(span.until, proven_by or span.until))
    _deadlines(sheet, span, calendar, proofs)
    _ratings(sheet, span)
    _closings(sheet, span)
    _marks(sheet, span, proofs)
    _look_backs(sheet, span)
    _shelved(sheet, span)
    common = due_deadlines(span).filter(case__issue_memberships__joined_at__isnull=False)
    common_facts(sheet.line, span, due=common.values_list("case", flat=True))
    return sheet.facts()


def due_deadlines(span: MonthSpan, rows: Any = Deadline.objects) -> Any:
    """这个月到期的办结类期限（作废的不算）；替人读时 `rows` 从 visible_to 来。"""
    return rows.filter(clock__in=DUE_CLOCKS, due_on__range=(span.first, span.last), voided_at__isnull=True).order_by()


def _deadlines(sheet: _Sheet, span: MonthSpan, calendar: WorkCalendar, proofs: Iterable[Proof]) -> None:
    rows = Deadline.objects.filter(
        clock__in=[*DUE_CLOCKS, *ENTRY_CLOCKS], due_on__range=(span.first, span.last), voided_at__isnull=True
    ).order_by("due_on", "pk")
    paused = set(
        Pause.objects.filter(Q(resumed_at__isnull=True) | Q(resumed_at__gte=span.until), paused_at__lt=span.until)
        .order_by().values_list("case", flat=True)
    )  # fmt: skip
    answers = answers_of(span)
    false = {(proof.case, proof.submission) for proof in proofs}
    for case, holder, clock, due_on, met_at, legal in rows.values_list(
        "case", "holder", "clock", "due_on", "met_at", "case__is_legal"
    ):
        met_on = day_of(met_at) if met_at and met_at < span.until else None
        if met_on is None and case in paused:
            continue  # its date is not known before it resumes
        line = sheet.line(case, holder, legal)
        is_kept = met_on is not None and met_on <= due_on
        if clock in ENTRY_CLOCKS:
            name = ENTRY_CLOCKS[Clock(clock)]
            line[name] = line.get(name, True) and is_kept
        else:
            line |= {
                "is_due": True,
                "is_on_time": line.get("is_on_time", True) and is_kept,
                "outcome": "",
                "workdays": None,
                "was_false": False,
            }
            if met_on is not None and case in answers:
                answer = answers[case]
                line["outcome"], line["workdays"] = _answered(answer, calendar)
                line["was_false"] = (case, answer.submission) in false


class Answer(NamedTuple):
    """一件到期的事，月末时算数的那次申报。"""

    submission: int
    outcome: str
    dispatched_at: datetime | None
    submitted_at: datetime


def answers_of(span: MonthSpan) -> dict[int, Answer]:
    """每件到期的事：月末前最后一次没被退回的申报。"""
    rows = (
        Submission.objects.filter(case__in=due_deadlines(span).values("case"), submitted_at__lt=span.until)
        .exclude(review__has_passed=False)
        .order_by("submitted_at", "pk")
        .values_list("case", "pk", "outcome", "case__dispatched_at", "submitted_at")
    )
    return {
        case: Answer(pk, outcome, dispatched_at, submitted_at)
        for case, pk, outcome, dispatched_at, submitted_at in rows
    }


def _answered(answer: Answer, calendar: WorkCalendar) -> tuple[str, int | None]:
    if answer.dispatched_at is None or answer.dispatched_at > answer.submitted_at:
        return answer.outcome, None
    return answer.outcome, calendar.workdays_between(day_of(answer.dispatched_at), day_of(answer.submitted_at))


def _ratings(sheet: _Sheet, span: MonthSpan) -> None:
    """本月评了的和到期没评的；同月评过两次的取低的：重办好了也不抹掉前一次。"""
    within = (span.since, span.until)
    rows = Evaluation.objects.filter(
        Q(rated_at__gte=within[0], rated_at__lt=within[1]) | Q(lapsed_at__gte=within[0], lapsed_at__lt=within[1])
    ).order_by()
    for case, lead, satisfaction, legal in rows.values_list("case", "case__lead", "satisfaction", "case__is_legal"):
        line = sheet.line(case, lead, legal)
        line["is_ratable"] = True
        if satisfaction is not None:
            line["rating"] = min(satisfaction, line.get("rating") or satisfaction)


def _closings(sheet: _Sheet, span: MonthSpan) -> None:
    events = CaseEvent.objects.filter(at__gte=span.since, at__lt=span.until).order_by()
    ended = events.filter(
        Q(kind__in=REOPENINGS) | Q(kind__in=[Action.RATE, Action.LAPSE_RATING], status_after=Status.CLOSED)
    )
    for case, kind, lead, legal in ended.values_list("case", "kind", "case__lead", "case__is_legal"):
        sheet.line(case, lead, legal)["was_reopened" if kind in REOPENINGS else "was_closed"] = True


def _marks(sheet: _Sheet, span: MonthSpan, proofs: Iterable[Proof]) -> None:
    within = {"gte": span.since, "lt": span.until}

    def during(name: str) -> dict[str, datetime]:
        return {f"{name}__{end}": at for end, at in within.items()}

    tickets = Ticket.objects.issued().filter(kind__in=MARK_OF_TICKET, **during("issued_at")).order_by()
    for case, kind, to_unit, lead, legal in tickets.values_list(
        "case", "kind", "to_unit", "case__lead", "case__is_legal"
    ):
        # A 问效建议单 goes to the supervisor; it is the lead's mark.
        _add(sheet.line(case, to_unit if kind == TicketKind.URGE else lead, legal), MARK_OF_TICKET[TicketKind(kind)])
    rejected = Objection.objects.filter(is_upheld=False, **during("ruled_at")).order_by()
    for case, unit, legal in rejected.values_list("case", "unit", "case__is_legal"):
        _add(sheet.line(case, unit, legal), "wrong_objections")
    for proof in proofs:
        # Once a closure, in the month it was first proven, however often it is proven.
        if span.since <= proof.at < span.until:
            _add(sheet.line(proof.case, proof.unit, proof.is_legal), "false_closures")


def _look_backs(sheet: _Sheet, span: MonthSpan) -> None:
    """本月看了的：属实才算通过，反弹和虚假不算，没联系上的还没看；同月看过两次的，两次都属实才算。"""
    rows = LookBack.objects.filter(checked_at__gte=span.since, checked_at__lt=span.until).order_by()
    for case, unit, lead, result, legal in rows.values_list("case", "unit", "case__lead", "result", "case__is_legal"):
        line = sheet.line(case, unit or lead, legal)
        line["look_back_passed"] = line.get("look_back_passed", True) and result == LookBackResult.REAL


def _add(line: dict[str, Any], name: str) -> None:
    line[name] = line.get(name, 0) + 1


def _shelved(sheet: _Sheet, span: MonthSpan) -> None:
    """月末还挂着的：最后一次挂账之后没有再申报。"""
    events = CaseEvent.objects.filter(kind=Action.SHELVE, at__lt=span.until).order_by()
    since: dict[int, datetime] = dict(events.values_list("case").annotate(last=Max("at")))
    again: dict[int, datetime] = defaultdict(lambda: span.since.replace(year=1970))
    again |= dict(
        Submission.objects.filter(case__in=events.values("case"), submitted_at__lt=span.until)
        .order_by().values_list("case").annotate(last=Max("submitted_at"))
    )  # fmt: skip
    held = {case: at for case, at in since.items() if again[case] < at}
    leads = events.values_list("case", "case__lead", "case__is_legal").distinct()
    for case, lead, legal in leads:
        if case in held:
            sheet.line(case, lead, legal)["shelved_days"] = (span.last - day_of(held[case])).days
