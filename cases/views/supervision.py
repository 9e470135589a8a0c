"""问效（页面 9）：督查的收件箱、一页证据、认定；领导和主任的待批。暗访见 spot_checks.py。"""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from cadres.enums import Role
from cases import queries
from cases.enums import Action, TicketKind
from cases.views import evidence
from cases.views.acting import action_of, status_of, try_action
from cases.views.casepage import visible_case
from zhuqi.kernel.errors import NotPermitted
from zhuqi.kernel.pagination import page_of

JUDGES = frozenset({Role.SUPERVISOR, Role.LEADER, Role.OFFICE})
DECISIONS = frozenset(
    {
        Action.APPROVE_DISPATCH, Action.RETURN_DISPATCH, Action.APPROVE_INQUIRY_OFFICE, Action.APPROVE_INQUIRY_LEADER,
        Action.DROP_INQUIRY, Action.RECORD_FINDING,
    }
)  # fmt: skip


def demand_judge(user):
    """问效由督查认定，主任、领导批准。"""
    if user.role not in JUDGES:
        raise NotPermitted("问效由督查、领导和活动办主任办理。")


@require_GET
def supervision(request):
    """收件箱：待我办的在前，再是在走的、办过的。"""
    demand_judge(request.user)
    places = evidence.places(request.user)
    asked = request.GET.get("tab")
    key = asked if asked in {place["key"] for place in places} else places[0]["key"]
    context = {"places": evidence.marked(places, key), "tab": key, "mine_count": places[0]["count"]}
    if key == "pressured":
        rows = evidence.pressured(request.user)
    else:
        rows = evidence.tickets_in(key, request.user).select_related(
            "case__enterprise", "case__lead", "case__region", "office"
        )
    page = page_of(rows, request.GET.get("page"), size=25)
    return render(request, "cases/supervision.html", context | {"page": page, "rows": evidence.rows(page, key)})


def dossier(request, pk):
    """一张单的全部材料在一页；能认定、能批的人在这里办。"""
    demand_judge(request.user)
    ticket = _ticket(request.user, pk)
    return _dossier(request, ticket, evidence.decision_form(ticket, request.user, today=timezone.localdate()))


def decide(request, pk, action):
    """认定、同意、批准、退回。"""
    demand_judge(request.user)
    ticket, action = _ticket(request.user, pk), action_of(action)
    if action not in DECISIONS:
        raise Http404
    if request.method != "POST":
        return redirect("cases:dossier", pk)
    form, case = try_action(request, ticket.case, action)
    if form is not None:
        ticket.case = case
        return _dossier(request, ticket, form, status=status_of(form))
    messages.success(request, f"{case.number}：已{action.label}。")
    # An approved 重大 plan is a ticket now and has its own page; what was judged stays here.
    return redirect("cases:dossier", pk) if ticket.kind == TicketKind.INQUIRY else redirect("cases:supervision")


def _ticket(user, pk):
    """问效建议单的各种状态，和等批的交办拟稿；看不到就没有。"""
    ticket = get_object_or_404(queries.tickets(user).select_related("office", "to_unit", "drafted_by"), pk=pk)
    if ticket.kind == TicketKind.URGE or (ticket.kind == TicketKind.DISPATCH and ticket.state not in evidence.UNISSUED):
        raise Http404
    ticket.case = get_object_or_404(visible_case(user), pk=ticket.case_id)
    return ticket


def _dossier(request, ticket, form, *, status=200):
    context = evidence.dossier(request, ticket, today=timezone.localdate())
    return render(
        request, "cases/supervision_dossier.html", context | evidence.answers(ticket, form, request), status=status
    )
