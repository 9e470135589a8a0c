"""暗访（页面 9）：督查安排和记录，领导看得到；别的角色不知道有这一页。"""

from django.contrib import messages
from django.db.models import Count, Q
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from cadres.enums import Role
from cases import queries
from cases.forms.supervision import SpotCheckPlan, SpotCheckRecord
from cases.models import Case, SpotCheck
from cases.services import spot_checks as checks
from cases.services.false_closures import SPOT_KEY
from zhuqi.kernel.errors import DomainError, InvalidInput, NotPermitted
from zhuqi.kernel.pagination import page_of

TABS = {
    "planned": ("待查", Q(checked_at__isnull=True)),
    "done": ("查过的", Q(checked_at__isnull=False)),
    "false": ("不一致", Q(is_true=False)),
}


def demand_reader(user):
    """暗访的名单督查和领导看。"""
    if user.role not in {Role.SUPERVISOR, Role.LEADER}:
        raise NotPermitted("暗访由督查安排和记录，领导查看。")


@require_GET
def spot_checks(request):
    """暗访：计划的在前，查过的在后，不一致的单列，连同后来怎么办的。"""
    demand_reader(request.user)
    asked = request.GET.get("tab")
    key = asked if asked in TABS else "planned"
    rows = SpotCheck.objects.visible_to(request.user)
    counts = rows.aggregate(**{name: Count("pk", filter=holds) for name, (_, holds) in TABS.items()})
    places = [
        {"label": label, "url": f"?tab={name}", "count": counts[name], "current": name == key}
        for name, (label, _) in TABS.items()
    ]
    shown = rows.filter(TABS[key][1]).select_related(
        "case__enterprise", "case__region", "unit", "made_by", "checked_by"
    )
    page = page_of(
        shown.order_by("planned_on", "pk") if key == "planned" else shown.order_by("-checked_at"),
        request.GET.get("page"),
    )
    context = {"places": places, "page": page, "is_done": key != "planned", "rows": _with_tickets(page, request.user)}
    return render(request, "cases/spot_checks.html", context)


def _with_tickets(page, user):
    """每次暗访和由它拟的问效建议单；拟稿督查还看不到。"""
    keys = [f"{SPOT_KEY}{check.pk}" for check in page if check.is_true is False]
    found = {ticket.key: ticket for ticket in queries.tickets(user).filter(key__in=keys)}
    return [(check, found.get(f"{SPOT_KEY}{check.pk}")) for check in page]


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
    """一次暗访：没查的督查填记录，查过的看记录；领导只看。"""
    demand_reader(request.user)
    rows = SpotCheck.objects.visible_to(request.user).select_related(
        "case__enterprise", "case__lead", "unit", "checked_by"
    )
    check = get_object_or_404(rows, pk=pk)
    form = SpotCheckRecord(request.POST or None)
    if request.method == "POST":
        checks.demand_supervisor(request.user)
    if request.method == "POST" and form.is_valid():
        done = _taken(
            form, lambda: checks.record_check(check, actor=request.user, at=timezone.now(), **form.cleaned_data)
        )
        if done:
            messages.success(
                request,
                "已记录。"
                if done.is_true
                else "已记录；与申报不符，已销号的撤销销号、退回重办，并拟问效建议单送活动办主任。",
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
