"""省平台（R-65）：一眼看清通不通、待发多少；退回的说原因、可再报；暂停、恢复、对账、交办、表格。"""

from datetime import datetime, time

from celery import current_app
from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from cadres.services.settings import demand_city_office, demand_director, is_director
from cases.models import Case
from reports.enums import SendState
from reports.forms.province import PauseForm, ReceiptsForm, StartForm
from reports.models import HandedDown, ProvinceReport, Reconciliation
from reports.province.fields import LABELS, STEPS
from reports.services.province import handed_down, link, mapping, reconciling, sheet
from zhuqi.kernel.attempts import attempt
from zhuqi.kernel.errors import Conflict
from zhuqi.kernel.pagination import page_of
from zhuqi.kernel.spreadsheets import as_download

TABS = {
    "refused": ("被退回", SendState.REFUSED),
    "waiting": ("待发", SendState.WAITING),
    "sent": ("已送达", SendState.SENT),
}


@require_GET
def province(request):
    """通不通、待发多少、退回的。"""
    demand_city_office(request.user)
    standing = link.standing()
    if standing.link is None:
        return _off(request, StartForm(initial={"since": timezone.localdate()}), standing)
    tab = request.GET.get("tab", "refused")
    tab = tab if tab in TABS else "refused"
    rows = ProvinceReport.objects.visible_to(request.user).filter(state=TABS[tab][1])
    rows = rows.select_related("case__enterprise").order_by("-pk" if tab == "sent" else "pk")
    page = page_of(rows, request.GET.get("page"), size=50)
    for row in page:
        row.step_said = STEPS.get(row.facts.get("step"), "更正")
    context = {
        "standing": standing, "places": _tabs(tab, standing), "tab": tab, "page": page, "pause_form": PauseForm(),
        "pause_url": reverse("reports:province_pause"),
    }  # fmt: skip
    return render(request, "reports/province.html", context)


def _off(request, form, standing):
    context = {"form": form, "standing": standing, "may_start": is_director(request.user)}
    return render(request, "reports/province_off.html", context, status=422 if form.errors else 200)


def _tabs(current, standing):
    here = reverse("reports:province")
    counts = {"refused": standing.refused, "waiting": standing.waiting, "sent": standing.sent}
    tones = {"refused": "late" if standing.refused else "", "waiting": "", "sent": ""}
    return [
        {"label": TABS[key][0], "url": f"{here}?tab={key}", "count": counts[key], "tone": tones[key], "current": key == current}
        for key in TABS
    ]  # fmt: skip


@require_POST
def province_start(request):
    """开通。"""
    demand_city_office(request.user)
    demand_director(request.user, "省平台报送")
    form = StartForm(request.POST)
    if form.is_valid():
        day = timezone.make_aware(datetime.combine(form.cleaned_data["since"], time.min))
        if attempt(form, lambda: link.start(since=day, actor=request.user, at=timezone.now())):
            messages.success(request, "已开通，步骤开始排队。")
            return redirect("reports:province")
    return _off(request, form, link.standing())


@require_POST
def province_pause(request):
    """暂停。"""
    demand_city_office(request.user)
    link.pause(reason=request.POST.get("reason", ""), actor=request.user, at=timezone.now())
    messages.success(request, "已暂停：照常排队，不再往外送。")
    return redirect("reports:province")


@require_POST
def province_resume(request):
    """恢复。"""
    link.resume(actor=request.user, at=timezone.now())
    messages.success(request, "已恢复：积下的按次序接着送。")
    return redirect("reports:province")


@require_POST
def province_resend(request, pk):
    """再报一步。"""
    demand_city_office(request.user)
    row = get_object_or_404(ProvinceReport.objects.visible_to(request.user), pk=pk)
    link.resend(row, actor=request.user, at=timezone.now())
    messages.success(request, "已排进去，一分钟内再报；省平台不会多收。")
    return redirect("reports:province")


@require_POST
def province_resend_all(request):
    """退回的全部再报。"""
    count = link.resend_refused(actor=request.user, at=timezone.now())
    messages.success(request, f"{count} 步已排进去，一分钟内再报。")
    return redirect("reports:province")


@require_GET
def reconciliations(request):
    """对账的历次。"""
    demand_city_office(request.user)
    page = page_of(Reconciliation.objects.visible_to(request.user), request.GET.get("page"), size=25)
    return render(request, "reports/reconciliations.html", {"page": page, "standing": link.standing()})


@require_POST
def reconcile_now(request):
    """现在对一次：在后台对。"""
    demand_city_office(request.user)
    standing = link.standing()
    if not standing.is_configured or standing.link is None or standing.link.paused_at:
        raise Conflict("没有接通或已暂停，对不了账。")
    current_app.send_task("reports.reconcile_province")
    messages.success(request, "开始对账了，过一会儿刷新看结果。")
    return redirect("reports:reconciliations")


@require_GET
def reconciliation(request, pk):
    """一次对账：差在哪里。"""
    demand_city_office(request.user)
    run = get_object_or_404(Reconciliation.objects.visible_to(request.user), pk=pk)
    titles = dict(
        Case.objects.visible_to(request.user)
        .filter(pk__in=[one["case"] for one in run.details])
        .values_list("pk", "title")
    )
    labels = mapping.labels()
    details = [
        one | {"title": titles.get(one["case"], ""), "fields": [each | {"label": labels.get(each["name"], "")} for each in one["fields"]]}
        for one in run.details
    ]  # fmt: skip
    return render(request, "reports/reconciliation.html", {"run": run, "details": details})


@require_POST
def reconciliation_mend(request, pk, case):
    """补报这一件。"""
    demand_city_office(request.user)
    run = get_object_or_404(Reconciliation.objects.visible_to(request.user), pk=pk)
    found = get_object_or_404(Case.objects.visible_to(request.user), pk=case)
    said = reconciling.mend(run, found, actor=request.user, at=timezone.now())
    messages.success(request, f"{found.number}：{said}。")
    return redirect("reports:reconciliation", pk)


@require_GET
def handed(request):
    """省平台交办下来的。"""
    demand_city_office(request.user)
    rows = HandedDown.objects.visible_to(request.user).select_related("case__enterprise")
    page = page_of(rows, request.GET.get("page"), size=25)
    return render(request, "reports/handed_down.html", {"page": page, "standing": link.standing(), "labels": LABELS})


@require_POST
def handed_again(request, pk):
    """补登了企业，重新登记。"""
    demand_city_office(request.user)
    row = get_object_or_404(HandedDown.objects.visible_to(request.user), pk=pk)
    handed_down.try_again(row, actor=request.user, at=timezone.now())
    messages.success(request, f"{row.number} 已登记，进了待受理。")
    return redirect("reports:handed")


@require_GET
def province_sheet(request):
    """待报的表格。"""
    content, _ = sheet.pending(actor=request.user, at=timezone.now())
    return as_download(content, f"报省平台{timezone.localtime():%Y%m%d-%H%M}.xlsx")


def province_receipts(request):
    """传回省里填过的表格。"""
    demand_city_office(request.user)
    form = ReceiptsForm(request.POST, request.FILES) if request.method == "POST" else ReceiptsForm()
    found = None
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        found = attempt(form, lambda: sheet.take_back(file, actor=request.user, at=timezone.now()))
    context = {"form": form, "found": found, "standing": link.standing()}
    return render(request, "reports/province_receipts.html", context, status=422 if form.errors else 200)
