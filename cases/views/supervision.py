"""问效与暗访（页面 9）：督查的收件箱、一页证据、认定；领导和主任的待批；暗访的安排与记录。"""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from cadres.enums import Role
from cases import queries
from cases.enums import Action, TicketKind
from cases.forms.supervision import SpotCheckPlan, SpotCheckRecord
from cases.models import Case, SpotCheck
from cases.services import spot_checks as checks
from cases.views import evidence
from cases.views.acting import action_of, status_of, try_action
from cases.views.casepage import visible_case
from zhuqi.kernel.errors import DomainError, InvalidInput, NotPermitted
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


@require_GET
def spot_checks(request):
    """暗访：计划的在前，查过的在后。"""
    checks.demand_supervisor(request.user)
    rows = SpotCheck.objects.visible_to(request.user).select_related(
        "case__enterprise", "unit", "made_by", "checked_by"
    )
    is_done = request.GET.get("tab") == "done"
    planned, done = rows.filter(checked_at__isnull=True), rows.filter(checked_at__isnull=False)
    places = [
        {"label": "待查", "url": "?", "count": planned.count(), "current": not is_done},
        {"label": "查过的", "url": "?tab=done", "count": done.count(), "current": is_done},
    ]
    page = page_of(
        done.order_by("-checked_at") if is_done else planned.order_by("planned_on", "pk"), request.GET.get("page")
    )
    return render(request, "cases/spot_checks.html", {"places": places, "page": page, "is_done": is_done})


def spot_check_new(request):
    """安排一次；从问题页、证据页来时编号已填。"""
    checks.demand_supervisor(request.user)
    known = (
        Case.objects.visible_to(request.user).filter(pk=request.GET.get("case") or 0).first()
        if _number(request)
        else None
    )
    initial = {"number": known.number if known else "", "planned_on": timezone.localdate()}
    form = SpotCheckPlan(request.POST or None, user=request.user, initial=initial)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        made = _taken(form, lambda: checks.plan_check(
            form.case, planned_on=said["planned_on"], purpose=said["purpose"], actor=request.user, at=timezone.now()
        ))  # fmt: skip
        if made:
            messages.success(request, f"已安排 {made.planned_on:%m-%d} 暗访 {form.case.number}。")
            return redirect("cases:spot_checks")
    return render(
        request, "cases/spot_checks_new.html", {"form": form, "case": known}, status=422 if form.errors else 200
    )


def _number(request):
    return (request.GET.get("case") or "").isdecimal()


def spot_check(request, pk):
    """一次暗访：没查的填记录，查过的看记录。"""
    checks.demand_supervisor(request.user)
    rows = SpotCheck.objects.visible_to(request.user).select_related(
        "case__enterprise", "case__lead", "unit", "checked_by"
    )
    check = get_object_or_404(rows, pk=pk)
    form = SpotCheckRecord(request.POST or None)
    if request.method == "POST" and form.is_valid():
        done = _taken(
            form, lambda: checks.record_check(check, actor=request.user, at=timezone.now(), **form.cleaned_data)
        )
        if done:
            messages.success(
                request, "已记录。" if done.is_true else "已记录；与申报不符，已拟问效建议单送活动办主任。"
            )
            return redirect("cases:spot_check", pk)
    check.refresh_from_db(fields=["checked_at", "is_true", "seen", "checked_by"])
    context = {"check": check, "form": form, "submission": check.case.submissions.first()}
    return render(
        request,
        "cases/spot_checks_one.html",
        context,
        status=getattr(form, "refused_status", 422) if form.errors else 200,
    )


def _taken(form, act):
    """办成了给结果；规则不许的写回表单。"""
    try:
        return act()
    except NotPermitted:
        raise
    except DomainError as refusal:
        for name, said in (refusal.errors if isinstance(refusal, InvalidInput) else {}).items():
            form.add_error(name if name in form.fields else None, said)
        if not form.errors:
            form.add_error(None, refusal.message)
        form.refused_status = refusal.status
        return None
