"""问效页的材料：收件箱的格、一行、一页证据（三单、经过、漏掉的期限、答复、评价）、该谁定。"""

from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.urls import reverse

from cadres.enums import Role
from cases import queries, services
from cases.enums import Action, Clock, TicketKind, TicketState
from cases.forms.actions import form_for
from cases.forms.wording import wording
from cases.models import Deadline, Evaluation, Ticket
from cases.queries import deadlines_of
from cases.services import clocks, guards
from cases.services.dispatch import DispatchPlan
from cases.views import casepage
from cases.views.sheets import TITLES, TOGETHER
from cases.views.story import told
from zhuqi.kernel.errors import DomainError

UNISSUED = frozenset({TicketState.DRAFT, TicketState.DROPPED})
LATE_MOST = 8
ISSUED = Q(kind=TicketKind.INQUIRY, state=TicketState.ISSUED)
OFFICE_TURN = Q(kind=TicketKind.INQUIRY, state=TicketState.DRAFT, office_approved_at__isnull=True)
LEADER_TURN = Q(state=TicketState.DRAFT) & (
    Q(kind=TicketKind.DISPATCH) | Q(kind=TicketKind.INQUIRY, office_approved_at__isnull=False)
)
PLACES = {
    "judge": ("待认定", ISSUED & Q(result__isnull=True, reply__isnull=False)),
    "answer": ("待书面说明", ISSUED & Q(result__isnull=True, reply__isnull=True)),
    "leader": ("待我批准", LEADER_TURN),
    "waiting_leader": ("待领导批准", LEADER_TURN & Q(kind=TicketKind.INQUIRY)),
    "office": ("待主任同意", OFFICE_TURN),
    "done": ("已认定", ISSUED & Q(result__isnull=False)),
    "dropped": ("不予问效", Q(kind=TicketKind.INQUIRY, state=TicketState.DROPPED)),
}
OF_ROLE = {
    Role.SUPERVISOR: ("judge", "answer", "done"),
    Role.LEADER: ("leader", "office", "judge", "answer", "done"),
    Role.OFFICE: ("office", "waiting_leader", "judge", "answer", "done", "dropped"),
}
DECIDES = (
    Action.RECORD_FINDING, Action.APPROVE_INQUIRY_LEADER, Action.APPROVE_INQUIRY_OFFICE, Action.APPROVE_DISPATCH,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """收件箱一行。"""

    ticket: Any
    due: Any = None
    is_late: bool = False


def tickets_in(key, user):
    """一格里的单；急的（先签发、先拟的）在前。"""
    rows = queries.tickets(user).filter(PLACES[key][1])
    return rows.order_by("-issued_at", "-pk") if key in {"done", "dropped"} else rows.order_by("issued_at", "pk")


def places(user):
    """这个角色的几格与件数；督查另有“有人要求给好评”。"""
    found = [_place(key, user) for key in OF_ROLE[user.role]]
    if user.role == Role.SUPERVISOR:
        n = pressured(user).count()
        found.append({"key": "pressured", "label": "有人要求给好评", "count": n, "url": "?tab=pressured"})
    return found


def _place(key, user):
    return {"key": key, "label": PLACES[key][0], "count": tickets_in(key, user).count(), "url": f"?tab={key}"}


def marked(found, key):
    """打开的那一格。"""
    return [place | {"current": place["key"] == key, "tone": ""} for place in found]


def pressured(user):
    """企业说有人要求给好评的：只到督查（R-28）。"""
    rows = Evaluation.objects.visible_to(user) if user.role == Role.SUPERVISOR else Evaluation.objects.none()
    return (
        rows.filter(was_pressured=True)
        .select_related("case__enterprise", "case__lead", "case__region")
        .order_by("-rated_at")
    )


def rows(page, key):
    """一页的行：带上书面说明的期限。"""
    if key == "pressured":
        return list(page.object_list)
    due = {
        row.ticket_id: row
        for row in Deadline.objects.filter(
            ticket__in=[ticket.pk for ticket in page.object_list], clock=Clock.INQUIRY_REPLY
        )
    }
    return [Row(ticket, due.get(ticket.pk)) for ticket in page.object_list]


def dossier(request, ticket, *, today):
    """一页证据。"""
    user, case = request.user, ticket.case
    events = list(queries.timeline(case, user))
    found = {
        "ticket": ticket, "case": case, "story": told(events, user),
        "chain": casepage.chain_of(case, user, events=events, rows=deadlines_of(case)), "people": casepage.people_of(case, user, events=events),
        "late": missed(case), "ratings": casepage.ratings_of(case, user), "replies": _replies(case),
        "result": getattr(ticket, "result", None), "reply": getattr(ticket, "reply", None),
        "reply_due": Deadline.objects.filter(ticket=ticket, clock=Clock.INQUIRY_REPLY).first(),
        "checks": list(case.spot_checks.select_related("checked_by")) if user.role == Role.SUPERVISOR else [],
    }  # fmt: skip
    if ticket.kind == TicketKind.DISPATCH and ticket.body.get("plan"):
        found |= _plan(ticket, today)
    return found


def missed(case):
    """漏过的期限：每个带日格与说明；晚做的也算（R-43）。"""
    rows = Deadline.objects.filter(case=case, urged_by__isnull=False).select_related("rule_set", "holder", "urged_by")
    shown = list(rows.prefetch_related("changes").order_by("due_on", "pk")[:LATE_MOST])
    for row in shown:
        row.case = case
    return [(row, clocks.explain(row)) for row in shown]


def _replies(case):
    return list(case.ticket_replies.select_related("ticket", "replied_by__unit").order_by("replied_at"))


def _plan(ticket, today):
    """等批的交办方案，和今天批准的话各项时限。"""
    plan = DispatchPlan.from_data(ticket.body["plan"])
    try:
        terms = services.preview_terms(plan, today=today, case=ticket.case)
    except DomainError:
        terms = []
    return {"plan": plan, "terms": terms}


def decision_form(ticket, user, *, today):
    """现在轮到这个人定什么；轮不到为 None。"""
    able = {one.action for one in services.options(ticket.case, user, today=today) if one.is_allowed}
    wanted = next((action for action in DECIDES if action in able and _is_about(action, ticket)), None)
    if wanted is None:
        return None
    group = next((set_ for set_ in TOGETHER if wanted in set_), (wanted,))
    form = form_for(group[0])(case=ticket.case, user=user)
    if wanted == Action.RECORD_FINDING:
        # What the ticket proposes stands filled in; the supervisor decides.
        form.initial |= {"finding": ticket.body.get("finding"), "measure": ticket.body.get("suggestion")}
    return form


def _is_about(action, ticket):
    case = ticket.case
    if action == Action.RECORD_FINDING:
        found = guards.unjudged_inquiry(case)
    else:
        kind = TicketKind.DISPATCH if action == Action.APPROVE_DISPATCH else TicketKind.INQUIRY
        found = guards.draft(case, kind)
    return found is not None and found.pk == ticket.pk


def answers(ticket, form, request):
    """表单底下的按钮：定的在前，退的在后。"""
    if form is None:
        return {"form": None, "answers": []}
    if form.is_over:
        return {"form": None, "answers": [], "over": form}
    group = [set_ for set_ in TOGETHER if form.action in set_] or [(form.action,)]
    role_first = {Role.LEADER: Action.APPROVE_INQUIRY_LEADER, Role.OFFICE: Action.APPROVE_INQUIRY_OFFICE}
    chosen = next((set_ for set_ in group if role_first.get(request.user.role) in set_), group[0])
    buttons = [
        {"label": wording(action).button, "url": reverse("cases:decide", args=[ticket.pk, action.value])}
        for action in reversed(chosen)
    ]  # fmt: skip
    return {"form": form, "answers": buttons, "form_title": TITLES.get(form.action, form.said.title)}


def approvals_count(user):
    """领导还有几件要批：驾驶舱上的数。"""
    return Ticket.objects.visible_to(user).filter(LEADER_TURN).count() if user.role == Role.LEADER else 0
