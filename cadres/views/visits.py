"""Announcing visits (cadre), declining them and quiet periods (firm). Recording a visit is `cases:visit_new`."""

from django.contrib import messages
from django.db.models import Count, Max, Q
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from cadres.enums import PlannedVisitState, Role
from cadres.forms.visits import DeclineForm, MoveForm, PlanForm, QuietForm
from cadres.models import PlannedVisit, QuietPeriod, User
from cadres.services import duties, over_visits, planning
from enterprises.models import Enterprise
from zhuqi import datewords
from zhuqi.kernel.access import for_roles
from zhuqi.kernel.attempts import attempt
from zhuqi.kernel.pagination import page_of

ENDED = ("CLOSED", "REFUSED", "MERGED")  # cases.enums stands above this app


@for_roles(Role.CADRE)
def my_firms(request):
    """The firms I look after, the longest unseen first, with what I have announced."""
    mine = request.user.assignments.filter(to_on__isnull=True).select_related("enterprise__region")
    roles = {row.enterprise_id: row for row in mine}
    firms = (
        Enterprise.objects.visible_to(request.user)
        .select_related("region")
        .annotate(
            last_contact_on=Max("visits__visited_on"),
            open_count=Count("cases", filter=~Q(cases__status__in=ENDED), distinct=True),
        )
    )
    words = request.GET.get("q", "")
    found = sorted(firms.matching(words), key=lambda firm: (str(firm.last_contact_on or ""), firm.name))
    planned = {}
    for row in (
        PlannedVisit.objects.visible_to(request.user)
        .filter(cadre=request.user, state=PlannedVisitState.PLANNED, planned_on__gte=timezone.localdate())
        .order_by("-planned_on")
    ):
        planned[row.enterprise_id] = row
    owed = {row.enterprise.pk for row in duties.duties_of(request.user, timezone.localdate()).missing}
    rows = [(firm, roles.get(firm.pk), planned.get(firm.pk), firm.pk in owed) for firm in found]
    return render(request, "cadres/firms.html", {"rows": rows, "words": words, "total": len(roles)})


@for_roles(Role.CADRE)
def plan_visit(request, pk):
    """Announce a visit. Cautions are shown once before it is saved; then it is the cadre's decision (R-14)."""
    firm = get_object_or_404(Enterprise.objects.visible_to(request.user).select_related("region"), pk=pk)
    form = PlanForm(request.POST or None)
    cautions = ()
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        on = said["planned_on"]
        cautions = over_visits.cautions(firm, actor=request.user, on=on)
        if _is_decided(cautions, form):
            planned = attempt(
                form,
                lambda: planning.plan_visit(
                    firm, actor=request.user, on=on, purpose=said["purpose"], at=timezone.now()
                ),
            )
            if planned is not None:
                day = datewords.md_in(on, timezone.localdate())
                messages.success(request, f"已预约 {day}走访{firm.name}，企业会收到通知。")
                return redirect("cadres:firms")
    context = {"firm": firm, "form": form, "cautions": cautions, "quiet": _quiet_ahead(firm)}
    return render(request, "cadres/plan_visit.html", context)


def _quiet_ahead(firm):
    return list(firm.quiet_periods.filter(to_on__gte=timezone.localdate()).order_by("from_on"))


@for_roles(Role.CADRE)
@require_POST
def joint_visit(request, pk):
    """Propose to go together."""
    firm = get_object_or_404(Enterprise.objects.visible_to(request.user), pk=pk)
    form = PlanForm({"planned_on": request.POST.get("planned_on"), "purpose": "-"})
    chosen = request.POST.get("colleague", "")
    colleague = User.objects.filter(pk=chosen).first() if chosen.isdecimal() else None
    if not form.is_valid() or colleague is None:
        raise Http404
    on = form.cleaned_data["planned_on"]
    planning.propose_joint_visit(firm, colleague, actor=request.user, on=on, at=timezone.now())
    messages.success(request, f"已向{colleague.name}提议联合走访，他会看到您的电话。")
    return redirect("cadres:plan_visit", pk)


@for_roles(Role.CADRE)
def planned_move(request, pk):
    """改时间：与预约一样，去之前要看的先给看一次（R-14）。"""
    rows = PlannedVisit.objects.visible_to(request.user).select_related("enterprise__region")
    planned = get_object_or_404(rows, pk=pk)
    planning.demand_movable(planned, request.user)
    firm, form, cautions = planned.enterprise, MoveForm(request.POST or None), ()
    if request.method == "POST" and form.is_valid():
        on = form.cleaned_data["planned_on"]
        cautions = over_visits.cautions(firm, actor=request.user, on=on)
        if _is_decided(cautions, form):
            moved = attempt(form, lambda: planning.move_planned(planned, actor=request.user, on=on, at=timezone.now()))
            if moved is not None:
                day = datewords.md_in(on, timezone.localdate())
                messages.success(request, f"已改到 {day}走访{firm.name}，企业会收到通知。")
                return redirect("cadres:firms")
    context = {"firm": firm, "form": form, "cautions": cautions, "quiet": _quiet_ahead(firm), "planned": planned}
    return render(request, "cadres/plan_visit.html", context)


def _is_decided(cautions, form):
    """去之前要看的看过了，还是这一天；宁静期不由干部决定，服务会拦下。"""
    said = form.cleaned_data
    return all(caution.kind == "quiet" for caution in cautions) or said["confirmed"] == f"{said['planned_on']:%Y-%m-%d}"


@for_roles(Role.CADRE)
@require_POST
def planned_cancel(request, pk):
    """Not going after all."""
    planned = get_object_or_404(PlannedVisit.objects.visible_to(request.user), pk=pk)
    planning.cancel_planned(planned, actor=request.user, at=timezone.now())
    messages.success(request, "已取消，企业会收到通知。")
    return redirect("cadres:firms")


@for_roles(Role.ENTERPRISE)
def firm_visits(request):
    """The firm's own page: who comes when, who came, and when nobody should."""
    firm = get_object_or_404(Enterprise.objects.visible_to(request.user), pk=request.user.enterprise_id)
    form = QuietForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        made = attempt(
            form,
            lambda: planning.set_quiet(
                firm,
                actor=request.user,
                period=(said["from_on"], said["to_on"]),
                at=timezone.now(),
                reason=said["reason"],
            ),
        )
        if made is not None:
            messages.success(request, "宁静期已设好，联系您的干部会看到。")
            return redirect("cadres:firm_visits")
    today = timezone.localdate()
    planned = firm.planned_visits.select_related("cadre__unit").filter(planned_on__gte=today)
    context = {
        "form": form,
        "coming": planned.filter(state=PlannedVisitState.PLANNED),
        "declined": planned.filter(state=PlannedVisitState.DECLINED),
        "quiet": firm.quiet_periods.filter(to_on__gte=today).order_by("from_on"),
        "page": page_of(
            firm.visits.select_related("cadre", "unit").prefetch_related("explanations__policy"),
            request.GET.get("page"),
        ),
    }
    return render(request, "cadres/firm_visits.html", context)


@for_roles(Role.ENTERPRISE)
@require_POST
def planned_decline(request, pk):
    """这次不用来."""
    planned = get_object_or_404(
        PlannedVisit.objects.visible_to(request.user).select_related("enterprise", "cadre"), pk=pk
    )
    form = DeclineForm(request.POST)
    answer = form.cleaned_data["answer"] if form.is_valid() else ""
    planning.decline_planned(planned, actor=request.user, answer=answer, at=timezone.now())
    messages.success(request, f"已告诉{planned.cadre.name}这次不用来。")
    return redirect("cadres:firm_visits")


@for_roles(Role.ENTERPRISE)
@require_POST
def quiet_end(request, pk):
    """Take a quiet period back."""
    quiet = get_object_or_404(QuietPeriod.objects.visible_to(request.user), pk=pk)
    planning.end_quiet(quiet, actor=request.user)
    messages.success(request, "已取消这段宁静期。")
    return redirect("cadres:firm_visits")
