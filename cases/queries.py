"""案件的读法：相似、判例、经过、单据、收件箱。每一句都从 `visible_to` 开始（R-03）。"""

from datetime import timedelta

from django.db.models import Count, F, Min, OuterRef, Prefetch, Q, Subquery
from django.db.models.functions import Left

from cadres.enums import Role
from cases.enums import OFFICE_CLOCKS, OPEN, Action, Clock, MeetingState, Resolution, Status, TicketKind, TicketState
from cases.models import AgendaItem, Attachment, Case, CaseEvent, Coordination, Deadline, Instruction, Objection, Ticket
from cases.rules.similarity import most_alike

SIMILAR_POOL = 150
READ_MOST = 160  # what a problem is about stands in its first sentences
DRAFT_READERS = frozenset({Role.OFFICE, Role.LEADER})
LOOK_BACK_READERS = frozenset({Role.OFFICE, Role.LEADER, Role.SUPERVISOR})
# The firm sees that its problem was handed on, not what passes between office and unit.
FIRM_TICKETS = frozenset({TicketKind.DISPATCH})
# One case's rating, as it was given: the unit and the cadre see only totals.
RATERS = frozenset({Role.OFFICE, Role.LEADER, Role.SUPERVISOR, Role.ENTERPRISE})
# What the firm is told: who owes it what, not how the office keeps its own house.
FIRM_CLOCKS = frozenset(
    {Clock.SIGN, Clock.FEEDBACK, Clock.RESOLVE, Clock.REDO, Clock.SUPPLY, Clock.RATE, Clock.SHELVED}
)
OWN_HOUSE = frozenset({Role.OFFICE, Role.LEADER, Role.SUPERVISOR})
NEAR = timedelta(days=2)
PROGRESS = (Clock.FEEDBACK, Clock.DOUBLE_TEN)
TABS = ("sign", "feedback", "near", "late", "helping", "urged", "inquiry")


def similar_cases(asked, user, *, most=3):
    """与一段话或一件案子最像的几件（R-22）；只在看得到的里面找，先同类后同企业所在区域的近期件。"""
    cases = Case.objects.visible_to(user).exclude(status=Status.MERGED)
    text = asked
    if isinstance(asked, Case):
        text = f"{asked.title} {asked.description}"
        cases = cases.exclude(pk=asked.pk).filter(is_legal=asked.is_legal)
        if asked.category_id:
            cases = cases.filter(category=asked.category_id)
    told = Left("description", READ_MOST)
    pool = cases.order_by("-reported_at", "-pk").values_list("pk", "title", told)[:SIMILAR_POOL]
    found = most_alike(
        text[: READ_MOST * 2], [(pk, f"{title} {description}") for pk, title, description in pool], most=most
    )
    rows = (
        Case.objects.visible_to(user)
        .select_related("region", "category", "lead")
        .in_bulk([match.key for match in found])
    )
    return [rows[match.key] for match in found]


def precedents(user, *, category=None, q=""):
    """责任判例：裁定过的退单，新的在前（R-25）。`category` 连同它的上下级。"""
    rows = Objection.objects.visible_to(user).filter(ruled_at__isnull=False)
    if category is not None:
        family = Q(case__category=category) | Q(case__category__parent=category)
        if category.parent_id:
            family |= Q(case__category=category.parent_id)
        rows = rows.filter(family)
    for word in q.split():
        rows = rows.filter(
            Q(ground__icontains=word)
            | Q(ruling__icontains=word)
            | Q(case__title__icontains=word)
            | Q(case__number__iexact=word)
            | Q(unit__name__icontains=word)
            | Q(proper_unit__name__icontains=word)
        )
    return rows.select_related(
        "case__category__parent", "case__region", "unit", "proper_unit", "ruled_by__unit"
    ).order_by("-ruled_at", "-pk")


def coordinations(user):
    """请求会商的事：承办单位看本单位提的，其余看得到案件就看得到；没答复的在前（R-36）。"""
    rows = Coordination.objects.visible_to(user)
    if user.role == Role.UNIT:
        rows = rows.filter(unit=user.unit_id)
    waiting_first = F("answered_at").desc(nulls_first=True)
    return rows.select_related("case__enterprise", "case__region", "unit", "asked_by", "answered_by__unit").order_by(
        waiting_first, "-asked_at", "-pk"
    )


def instructions(user):
    """批示：领导看自己批的，承办单位看主办件上的，活动办和督查看得到案件就看得到。"""
    rows = Instruction.objects.visible_to(user)
    if user.role == Role.LEADER:
        rows = rows.filter(leader=user)
    elif user.role == Role.UNIT:
        rows = rows.filter(case__lead=user.unit_id)
    return rows.select_related("case__enterprise", "case__lead", "leader", "answered_by__unit")


def decisions(user, *, today):
    """印发过的纪要里议定的事项（R-55）：在办、过期、没落成、已落实。单位只看由自己落实的。

    对着一件诉求的，那一件办结就是落实；不对着哪一件的，填报了落实情况就是落实。
    """
    rows = AgendaItem.objects.visible_to(user).filter(meeting__state=MeetingState.CLOSED)
    rows = rows.exclude(resolution=Resolution.LATER).order_by("-meeting__held_at", "-meeting", "ordinal")
    troubled = Q(event__isnull=True, case__isnull=False)
    topic = Q(case__isnull=True, done_at__isnull=True) & (Q(unit__isnull=False) | Q(due_on__isnull=False))
    going = (Q(case__status__in=OPEN) & ~troubled) | topic
    return {
        "open": rows.filter(going),
        "late": rows.filter(going, due_on__lt=today),
        "troubled": rows.filter(troubled),
        "done": rows.exclude(going).exclude(troubled),
    }


def timeline(case, user):
    """一件事的经过，新的在前；企业只看公开的（R-03），办的人看不到谁回头看过（R-30）。

    案件本身已经过了 `visible_to`，它的行随它。
    """
    events = CaseEvent.objects.filter(case=case)
    if user.role not in LOOK_BACK_READERS:
        events = events.exclude(kind=Action.LOOK_BACK)
    files = Attachment.objects.order_by("pk")
    if user.role == Role.ENTERPRISE:
        events, files = events.filter(is_public=True), files.filter(is_public=True)
    return (
        events.select_related("ticket", "unit", "actor__unit")
        .prefetch_related(Prefetch("attachments", files))
        .order_by("-at", "-pk")
    )


def deadlines_of(case):
    """本案（已经过了 `visible_to`）没作废的期限，一次取齐；时限条、单据链、下一期限都从这里挑。"""
    rows = list(
        Deadline.objects.filter(case=case, voided_at__isnull=True)
        .select_related("rule_set", "holder")
        .prefetch_related("changes")
        .order_by("started_on", "pk")
    )
    for row in rows:
        row.case = case
    return rows


def is_clock_told(row, user):
    """这个期限告不告诉这个人：企业只听与它有关的，活动办自己的期限只在活动办、领导、督查之间。"""
    if user.role == Role.ENTERPRISE:
        return row.clock in FIRM_CLOCKS or (row.clock == Clock.ACCEPT and row.met_at is None)
    if row.clock in OFFICE_CLOCKS | {Clock.ACCEPT}:
        return user.role in OWN_HOUSE
    return True


def told_deadlines(user):
    """看得到的案件里告诉这个人的期限；与 `is_clock_told` 同一条。"""
    rows = Deadline.objects.visible_to(user).filter(voided_at__isnull=True)
    if user.role == Role.ENTERPRISE:
        return rows.filter(Q(clock__in=FIRM_CLOCKS) | Q(clock=Clock.ACCEPT, met_at__isnull=True))
    return rows if user.role in OWN_HOUSE else rows.exclude(clock__in=OFFICE_CLOCKS | {Clock.ACCEPT})


def attachments(user):
    """看得到的附件；企业只看公开的（R-74）。"""
    rows = Attachment.objects.visible_to(user)
    return rows.filter(is_public=True) if user.role == Role.ENTERPRISE else rows


def tickets(user):
    """看得到的单：拟稿与不予签发的只有活动办和领导看得到，企业只看交办单。"""
    return _readable(Ticket.objects.visible_to(user), user)


def tickets_of(case, user):
    """一件看得到的案子里，这个人看得到的单。"""
    return _readable(case.tickets.all(), user)


def _readable(rows, user):
    if user.role == Role.ENTERPRISE:
        return rows.filter(kind__in=FIRM_TICKETS, state=TicketState.ISSUED)
    if user.role in DRAFT_READERS:
        return rows
    return rows.filter(state__in=(TicketState.ISSUED, TicketState.VOID))


def owed(unit):
    """一个单位在走的期限；暂停中的和退单待裁定的，别的事先等着。"""
    rows = Deadline.objects.running().filter(holder=unit)
    return rows.exclude(case__status=Status.PAUSED)


def owed_in(tab, unit, *, today):
    """收件箱的一格：哪些期限属于它。"""
    return owed(unit).filter(_tab(tab, today))


def _tab(tab, today):
    match tab:
        case "sign":
            return Q(clock=Clock.SIGN, case__status=Status.DISPATCHED)
        case "feedback":
            return Q(clock__in=PROGRESS) & ~Q(case__status__in=(Status.DISPATCHED, Status.OBJECTED))
        case "near":
            return Q(due_on__gte=today, due_on__lte=today + NEAR)
        case "late":
            return Q(due_on__lt=today)
        case "helping":
            return Q(clock=Clock.CO_REPLY)
        case "urged":
            return Q(clock=Clock.URGE_REPLY)
        case _:
            return Q(clock=Clock.INQUIRY_REPLY)


def inbox_counts(unit, *, today):
    """各格件数，和今天之前要办的件数，一句聚合。"""
    due = Q(due_on__lte=today)
    counts = {tab: Count("case", filter=_tab(tab, today), distinct=True) for tab in TABS}
    today_counts = {
        "due_sign": Count("case", filter=_tab("sign", today) & due, distinct=True),
        "due_feedback": Count("case", filter=_tab("feedback", today) & due, distinct=True),
        "due_all": Count("case", filter=due, distinct=True),
        "first_inquiry": Min("due_on", filter=Q(clock=Clock.INQUIRY_REPLY)),
    }
    return owed(unit).aggregate(**counts, **today_counts)


def inbox_cases(tab, user, *, today):
    """收件箱一格里的案件，急的在前；带着最急的那个期限和现行交办单。"""
    rows = owed_in(tab, user.unit_id, today=today)
    first = rows.filter(case=OuterRef("pk")).order_by("due_on", "pk")
    return (
        with_slip(Case.objects.visible_to(user).filter(pk__in=rows.values("case")))
        .annotate(
            owed_on=Subquery(first.values("due_on")[:1]),
            owed_clock=Subquery(first.values("clock")[:1]),
            owed_provisional=Subquery(first.values("is_provisional")[:1]),
        )
        .order_by("owed_on", "pk")
    )


def with_slip(cases):
    """列表要的外键，和现行交办单的编号。"""
    slips = Ticket.objects.issued().filter(case=OuterRef("pk"), kind=TicketKind.DISPATCH).order_by("-pk")
    return cases.for_list().annotate(slip_number=Subquery(slips.values("number")[:1]))
