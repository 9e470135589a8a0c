"""从数据里提出议程（R-55）：逾期、重大、共性、退单、需要协调、没答复的批示；只挑，不写。"""

from collections.abc import Iterable
from datetime import date

from django.db.models import F, OuterRef, Q, QuerySet, Subquery

from cadres.models import Unit
from cadres.services import settings
from cases.enums import OPEN, AgendaReason, IssueState, MeetingKind, MeetingState, Resolution, Status, Tier
from cases.models import AgendaItem, Case, Category, CommonIssue, Coordination, Instruction, Meeting, Objection
from cases.rules.agenda import REASONS, Candidate, choose
from cases.rules.workflow import OWED

TOPICS = {MeetingKind.PROJECT: "meeting_project", MeetingKind.INVESTMENT: "meeting_investment"}
FETCHED = 3  # so many times the limit, so that what stands under an earlier reason leaves enough
EARLIEST = F("next_due_on").asc(nulls_last=True)


def propose_agenda(meeting: Meeting, *, today: date) -> list[Candidate]:
    """这次会该议什么；已经在议程上的不再提。"""
    kind, most = MeetingKind(meeting.kind), int(settings.value("agenda_most"))
    cases = _topical(kind, cases_of(meeting.office))
    found = {reason: _candidates(reason, meeting, cases, today, most * FETCHED) for reason in REASONS[kind]}
    return choose(kind, found, most=most, taken=_taken(meeting))


def cases_of(office: Unit) -> QuerySet[Case]:
    """这个活动办的会管哪些案件：市活动办全市，县级只管由自己受理的（与调度台一致）。"""
    return Case.objects.all() if office.is_city_office else Case.objects.filter(office=office)


def _topical(kind: MeetingKind, cases: QuerySet[Case]) -> QuerySet[Case]:
    """项目建设、招商引资例会只看这几类†；一类也没认出来就都看。"""
    if kind not in TOPICS:
        return cases
    names = str(settings.value(TOPICS[kind])).replace("、", " ").split()
    wanted = Category.objects.filter(Q(name__in=names) | Q(parent__name__in=names))
    return cases.filter(category__in=wanted.values("pk")) if wanted.exists() else cases


def _taken(meeting: Meeting) -> set[tuple[str, int | str]]:
    rows = meeting.items.values_list("case", "issue", "title")
    return {("case", case) if case else ("issue", issue) if issue else ("topic", title) for case, issue, title in rows}


def _candidates(
    reason: AgendaReason, meeting: Meeting, cases: QuerySet[Case], today: date, most: int
) -> list[Candidate]:
    if reason == AgendaReason.CARRIED:
        return list(_carried(meeting))
    if reason == AgendaReason.COMMON:
        issues = CommonIssue.objects.filter(state__in=(IssueState.PROPOSED, IssueState.CONFIRMED))
        issues = issues if meeting.office.is_city_office else issues.filter(office=meeting.office)
        first = issues.order_by("proposed_at", "pk").values_list("pk", "title")[:most]
        return [Candidate(reason, title, issue=pk) for pk, title in first]
    rows = _ranked(reason, cases, today).values_list("pk", "title")[:most]
    return [Candidate(reason, title, case=pk) for pk, title in rows]


def _ranked(reason: AgendaReason, cases: QuerySet[Case], today: date) -> QuerySet[Case]:
    """一个缘由的案件，最该议的在前。"""
    match reason:
        case AgendaReason.OVERDUE:
            late = cases.filter(status__in=OWED, next_due_on__lt=today)
            return late.order_by("-level", "next_due_on", "pk")
        case AgendaReason.MAJOR:
            return cases.filter(status__in=OPEN, tier=Tier.MAJOR).order_by("-level", EARLIEST, "pk")
        case AgendaReason.UNDISPATCHED:
            return cases.filter(status=Status.ACCEPTED).order_by(EARLIEST, "pk")
        case AgendaReason.OBJECTION:
            objections = Objection.objects.filter(ruled_at__isnull=True, case=OuterRef("pk"))
            return cases.filter(status=Status.OBJECTED).order_by(Subquery(objections.values("filed_at")[:1]), "pk")
        case AgendaReason.COORDINATION:
            requests = Coordination.objects.filter(answered_at__isnull=True, case=OuterRef("pk"))
            return cases.filter(needs_coordination=True).order_by(Subquery(requests.values("asked_at")[:1]), "pk")
        case _:
            return cases.filter(pk__in=Instruction.objects.overdue(today).values("case")).order_by(EARLIEST, "pk")


def _carried(meeting: Meeting) -> Iterable[Candidate]:
    """同一种会上一次定了“下次再议”的；案件已经结束的不必再议。"""
    rows = Meeting.objects.filter(office=meeting.office, kind=meeting.kind, state=MeetingState.CLOSED)
    last = rows.exclude(pk=meeting.pk).order_by("-held_at", "-pk").first()
    if last is None:
        return
    items = AgendaItem.objects.filter(meeting=last, resolution=Resolution.LATER).select_related("case", "issue")
    for item in items.order_by("ordinal", "pk"):
        if item.case is None or item.case.is_open:
            yield Candidate(AgendaReason.CARRIED, item.title, case=item.case_id, issue=item.issue_id)
