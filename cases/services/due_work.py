"""到某天 09:00 该做什么（R-41）：执行、预演、调度台的「明日将发」用的是同一批查询。"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from cadres.models import Unit, User
from cases.enums import ENDED, OFFICE_CLOCKS, UNIT_CLOCKS, Action, Clock, InquiryCause, Status, TicketKind
from cases.models import Case, Deadline
from cases.rules.workflow import OWED, TRANSITIONS
from cases.services import clocks

SECOND = 2


@dataclass(frozen=True)
class UrgeBatch:
    """一案一单位同一天漏的步骤，合成一张催办单（R-36）。"""

    case: Case
    unit: Unit
    rows: tuple[Deadline, ...]

    def words(self, today: date) -> str:
        """事由：哪几步、限哪天、逾期几天。"""
        steps = "；".join(
            f"{row.get_clock_display()}限 {row.due_on:%m-%d}，逾期 {(today - row.due_on).days} 天" for row in self.rows
        )
        return f"以下事项到期未办：{steps}。"


def _missed(today: date, clock: Clock, status: str) -> QuerySet[Deadline]:
    rows = Deadline.objects.missed(today=today).filter(clock=clock, case__status=status, handled_at__isnull=True)
    return rows.select_related("case").order_by("pk")


def silent_reports(today: date) -> QuerySet[Deadline]:
    """没人受理、到期即受理的（R-21）。"""
    return _missed(today, Clock.ACCEPT, Status.REPORTED)


def pauses_over(today: date) -> QuerySet[Deadline]:
    """补充期到限、要恢复的（R-26）。"""
    return _missed(today, Clock.SUPPLY, Status.PAUSED)


def ratings_over(today: date) -> QuerySet[Deadline]:
    """评价期满没评、按未评销号的（R-28）。"""
    return _missed(today, Clock.RATE, Status.RATING)


def expired_urges(today: date) -> QuerySet[Deadline]:
    """答复期满没人答的催办单。"""
    # While the case is paused the term of an answer stands still with the others.
    sources = TRANSITIONS[Action.DRAFT_INQUIRY].sources - ENDED - {Status.PAUSED}
    rows = Deadline.objects.missed(today=today).filter(
        clock=Clock.URGE_REPLY, case__status__in=sources, handled_at__isnull=True
    )
    return rows.select_related("case", "ticket", "holder").order_by("pk")


def mark_handled(row: Deadline, *, at: datetime) -> bool:
    """这条到期已经处理：比较并交换，只有一个进程得到 True。"""
    return bool(Deadline.objects.filter(pk=row.pk, handled_at__isnull=True).update(handled_at=at))


def twice_bad(today: date) -> QuerySet[Case]:
    """两次差评还没为此问效的（R-29）。"""
    asked = Case.objects.filter(
        pk=OuterRef("pk"), tickets__kind=TicketKind.INQUIRY, tickets__cause=InquiryCause.SECOND_BAD_RATING
    )
    rows = Case.objects.filter(bad_rating_count__gte=SECOND, status__in=TRANSITIONS[Action.DRAFT_INQUIRY].sources)
    return rows.filter(~Exists(asked)).order_by("pk")


def undone_count(case: Case, today: date) -> int:
    """本案有几个办结（重办）期限没按期做到：两次即「两次交办未办结」。"""
    rows = Deadline.objects.filter(
        case=case, clock__in=(Clock.RESOLVE, Clock.REDO), due_on__lt=today, voided_at__isnull=True
    )
    return rows.filter(urged_by__isnull=False).count()


def missed_steps(today: date) -> QuerySet[Deadline]:
    """单位漏了、还没催的步骤；暂停与退单待裁定的不催，恢复后不会漏（R-25、R-26）。

    有一张还在答复期内的催办单时也先不催（R-36）。
    """
    waiting = Deadline.objects.running().filter(
        case=OuterRef("case"), holder=OuterRef("holder"), clock=Clock.URGE_REPLY, due_on__gte=today
    )
    rows = Deadline.objects.missed(today=today).filter(
        clock__in=UNIT_CLOCKS, urged_by__isnull=True, holder__isnull=False, case__status__in=OWED
    )
    return rows.filter(~Exists(waiting))


def urges_due(today: date, *, user: User | None = None) -> list[UrgeBatch]:
    """该发的催办单，按案件与单位合并；给了 `user` 只看他看得到的。"""
    rows = missed_steps(today).select_related("case__enterprise", "holder").order_by("case_id", "due_on", "pk")
    if user is not None:
        rows = rows.filter(case__in=Case.objects.visible_to(user).order_by().values("pk"))
    grouped = defaultdict(list)
    for row in rows:
        grouped[row.case_id, row.holder_id].append(row)
    return [UrgeBatch(batch[0].case, unit, tuple(batch)) for batch in grouped.values() if (unit := batch[0].holder)]


def cases_for_urging(pks: list[int]) -> dict[int, Case]:
    """催办要读的案件，一批取齐：单面上的各栏、已发的各张单。"""
    rows = Case.objects.select_related("enterprise__region", "lead", "office", "rule_set", "category", "lane")
    return {case.pk: case for case in rows.prefetch_related("tickets").filter(pk__in=pks)}


def urge_count(today: date, *, user: User) -> int:
    """调度台上「明日 09:00 将发催办」的数：不取行，只数（案件、单位）对。"""
    rows = missed_steps(today).order_by()
    if not user.sees_everything:
        rows = rows.filter(case__in=Case.objects.visible_to(user).order_by().values("pk"))
    return rows.values("case", "holder").annotate(n=Count("pk")).count()


def office_overdue(today: date) -> QuerySet[Deadline]:
    """活动办自己漏的：受理后没交办、没裁定、没审批、没审核、没回访，站在主任名单上（R-21）。"""
    late = Q(clock__in=OFFICE_CLOCKS) | Q(clock=Clock.DOUBLE_TEN, case__status=Status.ACCEPTED)
    return (
        Deadline.objects.missed(today=today)
        .filter(late)
        .select_related("case__enterprise", "holder")
        .order_by("due_on", "pk")
    )


def inquiry_facts(case: Case, cause: InquiryCause, *, unit: Unit | None = None) -> str:
    """拟稿里的事实：为什么问效，账本上有什么说什么。"""
    urges = case.tickets.filter(kind=TicketKind.URGE, issued_at__isnull=False).order_by("issued_at")
    listed = (
        "、".join(f"{row.number}（{clocks.local_day(row.issued_at):%m-%d}）" for row in urges if row.issued_at) or "无"
    )
    asked = unit or case.lead
    lead = asked.name if asked else "承办单位"
    said = {
        InquiryCause.URGE_UNANSWERED: f"{lead}收到催办单后，在答复期内没有补办，也没有书面答复。",
        InquiryCause.SECOND_URGE: f"{lead}对同一问题被第二次催办。",
        InquiryCause.SECOND_BAD_RATING: "企业对同一问题两次评价为不满意。",
        InquiryCause.TWO_UNDONE: f"{lead}两次没有在期限内办结同一问题。",
        InquiryCause.FALSE_CLOSURE: "回访发现申报办结与实际不符。",
    }.get(cause, "")
    return f"{said}已发催办单：{listed}。累计催办 {urges.count()} 次。"
