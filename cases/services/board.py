"""调度台的队列：每个队列一处定义，数和列表用的是同一条件（页面 4）。只读。"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import F, Func, IntegerField, Min, Q, QuerySet, Subquery
from django.utils import timezone

from cadres.models import User
from cadres.services import coverage
from cases.enums import Clock, IssueState, Status, TicketKind, TicketState
from cases.models import Case, CommonIssue, Coordination, Deadline, ExtensionRequest, Instruction, Ticket
from cases.services import clocks, due_work

ENFORCED_AT = time(9)


@dataclass(frozen=True, slots=True)
class Queue:
    """一个队列：叫什么、在哪一组、几时算急、最后一列是哪个期限、里面是哪些案件。"""

    key: str
    label: str
    group: str
    holds: Callable  # (today) -> Q on Case
    clock: str = ""
    due_label: str = "下一期限"
    tone: str = ""
    advice: str = ""
    dates: Callable | None = None  # (case keys) -> {case: day}, where the day is no clock's


def _status(status: str) -> Callable[[date], Q]:
    return lambda today: Q(status=status)


def _cases_of(rows: QuerySet[Any]) -> Q:
    return Q(pk__in=rows.order_by().values("case"))


def _drafts() -> QuerySet[Ticket]:
    return Ticket.objects.filter(state=TicketState.DRAFT)


def _day(today: date) -> tuple[datetime, datetime]:
    start = datetime.combine(today, time.min, timezone.get_current_timezone())
    return start, start + timedelta(days=1)


def _to_urge(today: date) -> Q:
    return _cases_of(due_work.missed_steps(next_run(today)))


def _instructed(today: date) -> Q:
    return _cases_of(Instruction.objects.waiting())


def _instructed_on(cases: list[int]) -> dict[int, date | None]:
    rows = Instruction.objects.waiting().filter(case__in=cases)
    return dict(rows.order_by(F("due_on").desc(nulls_first=True)).values_list("case", "due_on"))


def _on_directors_list(today: date) -> Q:
    """活动办自己漏的步骤，和过期没报的批示。"""
    return _cases_of(due_work.office_overdue(today)) | _cases_of(Instruction.objects.overdue(today))


def _issued_today(today: date) -> Q:
    return _cases_of(Ticket.objects.issued().filter(kind=TicketKind.URGE, issued_at__range=_day(today)))


QUEUES = (
    Queue("reported", "待受理", "", _status(Status.REPORTED), Clock.ACCEPT, "须受理", advice="企业和干部新提的问题会出现在这里。"),
    Queue("accepted", "待交办", "", _status(Status.ACCEPTED), Clock.DISPATCH, "须交办", advice="受理过的问题会在这里等您定主办单位。"),
    Queue("objected", "退单待裁定", "", _status(Status.OBJECTED), Clock.RULING, "须裁定", "near", "单位退回的交办单会在这里等裁定。"),
    Queue("submitted", "待审核", "", _status(Status.SUBMITTED), Clock.REVIEW, "须审核", advice="单位申报办结的会在这里等您核实。"),
    Queue(
        "extension", "延期待批", "", lambda today: _cases_of(ExtensionRequest.objects.filter(decided_at__isnull=True)),
        Clock.EXTENSION, "须答复", advice="单位申请延期的会在这里等您批。",
    ),
    Queue(
        "coordination", "需要协调", "", lambda today: _cases_of(Coordination.objects.filter(answered_at__isnull=True)),
        advice="单位请求会商的会在这里等您答复。",
    ),
    Queue("urges", "将发催办", "预警", _to_urge, tone="near", advice="到点没有漏掉的步骤，不会发催办单。"),
    Queue(
        "inquiry", "问效待批", "预警",
        lambda today: _cases_of(_drafts().filter(kind=TicketKind.INQUIRY, office_approved_at__isnull=True)),
        tone="late", advice="没有等主任同意的问效建议单。",
    ),
    Queue(
        "leader", "待领导批准", "预警",
        lambda today: _cases_of(_drafts().filter(Q(kind=TicketKind.DISPATCH) | Q(office_approved_at__isnull=False))),
        advice="报给领导的重大交办和问效建议单会在这里等批。",
    ),
    Queue(
        "overdue", "主任名单", "预警", _on_directors_list, due_label="本该",
        tone="late", advice="活动办自己的期限都没有漏，批示都按时报了。",
    ),
    Queue(
        "instruction", "批示待答复", "预警", _instructed, due_label="须报", advice="领导批示还没报办理情况的会在这里。",
        dates=_instructed_on,
    ),
    Queue(
        "call_back", "差评待回访", "预警", lambda today: _cases_of(Deadline.objects.running().filter(clock=Clock.CALL_BACK)),
        Clock.CALL_BACK, "须回访", "near", "企业给了差评的会在这里等回访。",
    ),
    Queue("urged", "已发催办", "今天", _issued_today, advice="今天还没有发出催办单。"),
    Queue("dispatched", "已交办", "今天", lambda today: Q(dispatched_at__range=_day(today)), advice="今天还没有签发交办单。"),
)  # fmt: skip
BY_KEY = {queue.key: queue for queue in QUEUES}
UNCOVERED = "uncovered"
ISSUES = "issues"
BEFORE_DISPATCH = frozenset({Clock.ACCEPT, Clock.DISPATCH})


def next_run(today: date) -> date:
    """下一次 09:00 到点执行是哪个工作日（今天的已经跑过）。"""
    return clocks.calendar_now().add_workdays(today, 1)


def mine(user: User) -> QuerySet[Case]:
    """这个活动办要管的案件：市活动办全市，县级只管由自己受理的。"""
    rows = Case.objects.visible_to(user)
    return rows if user.sees_everything else rows.filter(office=user.unit_id)


def issues_to_decide(user: User) -> QuerySet[CommonIssue]:
    """提给这个活动办、还没有定的共性问题（R-31）。"""
    rows = CommonIssue.objects.visible_to(user).filter(state=IssueState.PROPOSED)
    return rows if user.sees_everything else rows.filter(office=user.unit_id)


def cases_in(queue: Queue, user: User, *, today: date) -> QuerySet[Case]:
    """队列里的案件，到期早的在前。"""
    return mine(user).filter(queue.holds(today)).order_by(F("next_due_on").asc(nulls_last=True), "pk")


def counts(user: User, *, today: date) -> dict[str, int]:
    """每个队列几件：一条查询取全部，催办另一条（它数的是单，不是案）。"""
    wanted = {queue.key: _count(cases_in(queue, user, today=today)) for queue in QUEUES if queue.key != "urges"}
    wanted[UNCOVERED] = _count(coverage.uncovered(user))
    wanted[ISSUES] = _count(issues_to_decide(user))
    found: dict[str, Any] = dict(User.objects.filter(pk=user.pk).order_by().values(**wanted).get())
    return found | {"urges": urge_slips(None if user.sees_everything else mine(user), today=today).count()}


def _count(rows: QuerySet[Any]) -> Subquery:
    counted = Func(F("pk"), function="COUNT", output_field=IntegerField())
    return Subquery(rows.order_by().annotate(n=counted).values("n"))


def due_dates(queue: Queue, cases: Iterable[Case], *, today: date) -> dict[int, date | None]:
    """这一页每件在本队列里的期限：{案件主键: 日期}。"""
    if queue.dates:
        return dict(queue.dates([case.pk for case in cases]))
    if not queue.clock:
        return {case.pk: case.next_due_on for case in cases}
    rows = Deadline.objects.running().filter(case__in=[case.pk for case in cases], clock=queue.clock)
    return dict(rows.order_by("-due_on").values_list("case", "due_on"))


def urgent_count(queue: Queue, rows: QuerySet[Any], *, today: date) -> int:
    """今天到期或已过的有几件。"""
    if not queue.clock:
        return 0
    if queue.clock in BEFORE_DISPATCH:
        return rows.filter(next_due_on__lte=today).count()  # nothing else runs yet: the case's own index answers
    late = Deadline.objects.running().filter(
        clock=queue.clock, due_on__lte=today, case__in=rows.order_by().values("pk")
    )
    return late.values("case").distinct().count()


def urge_slips(cases: QuerySet[Case] | None, *, today: date) -> Any:
    """下一次 09:00 将发的催办单：一案一单位一张，最早漏的在前；只列键，一页再取内容。`cases` 为 None 是全市。"""
    rows = due_work.missed_steps(next_run(today)).order_by()
    if cases is not None:
        rows = rows.filter(case__in=cases.order_by().values("pk"))
    return rows.values("case", "holder").annotate(first_on=Min("due_on")).order_by("first_on", "case", "holder")


def urge_steps(slips: Iterable[dict[str, Any]], *, today: date) -> dict[tuple[int, int | None], list[Deadline]]:
    """这几张单各列哪些步骤：{(案件, 单位): [期限]}。"""
    rows = due_work.missed_steps(next_run(today)).filter(case__in=[slip["case"] for slip in slips])
    found: dict[tuple[int, int | None], list[Deadline]] = {}
    for row in rows.select_related("holder").order_by("due_on", "pk"):
        found.setdefault((row.case_id, row.holder_id), []).append(row)
    return found
