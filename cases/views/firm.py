"""我的诉求（企业）：谁在帮我、我的问题带日期的承诺、走访；报一个问题（页面 2）。"""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cadres.enums import AssignmentRole, PlannedVisitState, Role
from cadres.models import Assignment, PlannedVisit, QuietPeriod, Visit
from cases import services
from cases.enums import ENDED, Status
from cases.forms.report import ReportForm
from cases.models import Case
from cases.rules.similarity import most_alike
from cases.services.reckoning import window_end
from cases.views.alike import endings
from cases.views.promises import for_promises, promises
from enterprises.models import Enterprise
from zhuqi import datewords
from zhuqi.kernel.access import for_roles
from zhuqi.kernel.attempts import attempt

ENDED_SHOWN = 3
VISITS_SHOWN = 3
TEXT_LEAST = 5


def _firm_of(request):
    firms = Enterprise.objects.visible_to(request.user).select_related("region__parent")
    return get_object_or_404(firms, pk=request.user.enterprise_id)


@for_roles(Role.ENTERPRISE)
@require_GET
def firm_home(request):
    """我的诉求。"""
    firm, today = _firm_of(request), timezone.localdate()
    mine = Case.objects.visible_to(request.user)
    ended = mine.filter(status__in=ENDED).select_related("lead", "rule_set").order_by("-closed_at", "-reported_at")
    context = {
        "firm": firm,
        "rows": promises(for_promises(mine.open()), today=today),
        "ended": [(case, _reopen_until(case, today)) for case in ended[:ENDED_SHOWN]],
        "ended_count": ended.count(),
    }
    return render(request, "cases/firm_home.html", context | _who_helps(firm) | _visits(request.user, today))


def _reopen_until(case, today):
    """还能重新打开的最后一天；不能了为空（R-29）。"""
    if case.status != Status.CLOSED or not case.closed_at:
        return None
    last_on = window_end(case, "REOPEN_WINDOW", since_on=datewords.day_of(case.closed_at))
    return last_on if last_on >= today else None


def _who_helps(firm):
    """牵头干部和受理我的活动办。"""
    rows = Assignment.objects.filter(enterprise=firm, to_on__isnull=True).select_related("cadre__unit")
    lead = next((row.cadre for row in rows if row.role == AssignmentRole.LEAD), None)
    return {"cadre": lead, "office": services.office_for(firm.region)}


def _visits(user, today):
    planned = PlannedVisit.objects.visible_to(user).filter(state=PlannedVisitState.PLANNED, planned_on__gte=today)
    return {
        "planned": planned.select_related("cadre__unit"),
        "visits": Visit.objects.visible_to(user).select_related("cadre", "unit")[:VISITS_SHOWN],
        "quiet": QuietPeriod.objects.visible_to(user).filter(to_on__gte=today).order_by("from_on"),
    }


@for_roles(Role.ENTERPRISE)
@require_http_methods(["GET", "POST"])
def report_problem(request):
    """报一个问题；双击只得一件。"""
    firm = _firm_of(request)
    form = ReportForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        case = attempt(
            form,
            lambda: services.report_problem(
                form.report(firm), actor=request.user, at=timezone.now(), files=form.cleaned_data["files"]
            ),
        )
        if case is not None:
            messages.success(request, _said(case))
            return redirect("cases:detail", case.pk)
    context = {"form": form, "firm": firm, "alike": _alike(request, form["title"].value(), form["description"].value())}
    return render(request, "cases/report_problem.html", context, status=422 if form.is_bound else 200)


def _said(case):
    when = (
        f"{case.office} {datewords.spoken_paren(case.next_due_on)}前受理"
        if case.next_due_on
        else f"{case.office}会受理"
    )
    return f"已提交，编号 {case.number}。{when}，受理后 3 个工作日内确定承办单位。"


@for_roles(Role.ENTERPRISE)
@require_POST
def report_alike(request):
    """边写边提示：像您报过的哪一件。"""
    alike = _alike(request, request.POST.get("title", ""), request.POST.get("description", ""))
    return render(request, "cases/_report_alike.html", {"alike": alike})


def _alike(request, title, description):
    text = f"{title or ''} {description or ''}".strip()
    if len(text) < TEXT_LEAST:
        return None
    pool = Case.objects.visible_to(request.user).exclude(status=Status.MERGED)
    found = most_alike(
        text, [(pk, f"{head} {said}") for pk, head, said in pool.values_list("pk", "title", "description")], most=1
    )
    alike = pool.select_related("lead").filter(pk=found[0].key).first() if found else None
    if alike is not None:
        alike.ending = endings([alike], request.user)[0][1]
    return alike
