"""登记问题（活动办）：先选企业，再记事（R-21）。"""

from django.contrib import messages
from django.db.models import Q
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cadres.enums import Role
from cases import queries, services
from cases.enums import Source
from cases.forms.register import RegisterForm
from cases.models import Case
from cases.views.alike import endings
from enterprises.credit_codes import normalise_credit_code
from enterprises.models import Enterprise
from zhuqi.kernel.access import for_roles
from zhuqi.kernel.attempts import attempt

FOUND_MOST = 20
OPEN_SHOWN = 5
TEXT_LEAST = 5


@for_roles(Role.OFFICE)
@require_GET
def register_firm(request):
    """替哪家企业登记：按名称、信用代码或拼音首字母找。"""
    words = request.GET.get("firm", "").strip()
    firms = Enterprise.objects.visible_to(request.user).active().select_related("region")
    wanted = (
        Q(name__icontains=words) | Q(credit_code=normalise_credit_code(words)) | Q(pinyin__startswith=words.lower())
    )
    found = firms.filter(wanted).order_by("name")[:FOUND_MOST] if words else []
    return render(request, "cases/register_firm.html", {"q": words, "firms": found, "most": FOUND_MOST})


@for_roles(Role.OFFICE)
@require_POST
def register_alike(request, pk):
    """边写边提示：别家相似的怎么办的（R-31）。"""
    get_object_or_404(Enterprise.objects.visible_to(request.user).active(), pk=pk)
    text = f"{request.POST.get('title', '')} {request.POST.get('description', '')}".strip()
    found = endings(queries.similar_cases(text, request.user)) if len(text) >= TEXT_LEAST else []
    return render(request, "cases/_register_alike.html", {"similar": found})


@for_roles(Role.OFFICE)
@require_http_methods(["GET", "POST"])
def register(request, pk):
    """替这家企业登记一个问题；双击只得一件。"""
    firm = get_object_or_404(Enterprise.objects.visible_to(request.user).active(), pk=pk)
    form = RegisterForm(request.POST or None, request.FILES or None, initial={"source": Source.OFFICE})
    if form.is_valid():
        report, files, at = form.report(firm), form.cleaned_data["files"], timezone.now()
        case = attempt(form, lambda: services.report_problem(report, actor=request.user, at=at, files=files))
        if case is not None:
            messages.success(request, f"已登记，编号 {case.number}，在“待受理”里。")
            return redirect("cases:detail", case.pk)
    open_cases = Case.objects.visible_to(request.user).open().filter(enterprise=firm).select_related("lead")
    context = {"form": form, "firm": firm, "open_cases": open_cases[:OPEN_SHOWN]}
    return render(request, "cases/register.html", context, status=422 if form.is_bound else 200)
