"""清欠台账（R-32）：欠多少、收回多少、还差多少，每个数点进去就是那几件；作废记错的回款。"""

from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from cases import services
from cases.enums import Action
from cases.forms.arrears import ArrearsFilter, VoidForm
from cases.models import Recovery
from cases.rules.workflow import is_theirs
from cases.services import debts
from cases.views.casepage import visible_case
from cases.views.listing import LEDGER_READERS
from zhuqi.kernel.attempts import attempt
from zhuqi.kernel.errors import NotPermitted
from zhuqi.kernel.pagination import page_of


@require_GET
def arrears(request):
    """台账：承办单位看自己办的，清欠联席成员看全市的。企业和干部没有这一页。"""
    user = request.user
    if user.role not in LEDGER_READERS:
        raise Http404
    chosen = ArrearsFilter(request.GET, user=user)
    cases = debts.narrowed(user, chosen.chosen)
    page = page_of(cases.select_related("enterprise", "region", "lead", "arrears"), request.GET.get("page"), size=50)
    context = {
        "filter": chosen,
        "page": page,
        "sums": debts.totals(cases),
        "regions": debts.by_region(user),
        "kinds": debts.by_kind(user),
        "months": debts.by_month(user),
        "is_group": user.is_in_arrears_group and not user.sees_everything,
    }
    return render(request, "cases/arrears.html", context)


def recovery_void(request, pk):
    """作废一笔记错的回款；看不到的就没有。"""
    recovery = get_object_or_404(Recovery.objects.visible_to(request.user).select_related("arrears"), pk=pk)
    case = get_object_or_404(visible_case(request.user), pk=recovery.case_id)
    if not is_theirs(Action.RECORD_RECOVERY, services.relation(request.user, case)):
        raise NotPermitted("回款由本案主办单位或活动办登记、作废。")
    form = VoidForm(request.POST or None, initial={"revision": case.revision})
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        done = attempt(
            form,
            lambda: services.perform(
                case, Action.RECORD_RECOVERY, actor=request.user, at=timezone.now(), void=recovery.pk, **said
            ),
        )
        if done is not None:
            return redirect("cases:detail", case.pk)
    status = 422 if form.errors else 200
    return render(
        request, "cases/recovery_void.html", {"form": form, "recovery": recovery, "case": case}, status=status
    )
