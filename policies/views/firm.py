"""我能享受（R-61）：一家企业对着全部有效政策，三组；补填资料。"""

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from cadres.enums import Role
from enterprises.models import Enterprise
from enterprises.services.contacts import demand_keeper
from enterprises.services.figures import Figures, figures_of
from enterprises.services.merged import demand_unmerged
from policies.enums import Verdict
from policies.forms_firm import FiguresForm
from policies.models import Entitlement
from policies.services.eligibility import judged
from policies.services.figures import fill_in
from policies.services.profiles import profile_of
from policies.services.standings import Judged, lines_of
from zhuqi.kernel.access import for_roles
from zhuqi.kernel.attempts import attempt

SIZE = 20
TABS = (
    ("fits", Verdict.FITS, "可以享受"),
    ("one", Verdict.ONE_MISSING, "只差一个条件"),
    ("unknown", Verdict.UNKNOWN, "补了资料才知道"),
)


@for_roles(Role.ENTERPRISE)
def mine(request):
    """企业自己看。"""
    return _page(request, get_object_or_404(_firms(request), pk=request.user.enterprise_id))


def firm_policies(request, firm_pk):
    """替看得到的企业看。"""
    return _page(request, get_object_or_404(_firms(request), pk=firm_pk))


def _firms(request):
    return Enterprise.objects.visible_to(request.user).select_related("region")


def _page(request, firm):
    today = timezone.localdate()
    fits = judged(firm, today)
    chosen = next((each for each in TABS if each[0] == request.GET.get("tab")), TABS[0])
    # What can still be applied for comes first.
    shown = sorted((fit for fit in fits if fit.verdict == chosen[1]), key=lambda fit: fit.policy.is_closed_on(today))
    page = Paginator(shown, SIZE).get_page(request.GET.get("page"))
    mine_ = Entitlement.objects.filter(enterprise=firm, policy__in=[fit.policy.pk for fit in page])
    steps = {row.policy_id: row for row in mine_}
    profile = profile_of(firm, today)
    context = {
        "firm": firm,
        "is_own": request.user.enterprise_id == firm.pk,
        "tab": chosen[0],
        "groups": [
            {
                "label": label,
                "url": f"?tab={key}",
                "count": sum(fit.verdict == verdict for fit in fits),
                "current": key == chosen[0],
            }
            for key, verdict, label in TABS
        ],
        "page": page,
        "rows": [
            Judged(
                fit.policy,
                fit.verdict,
                lines_of(fit.match, profile),
                steps.get(fit.policy.pk),
                is_closed=fit.policy.is_closed_on(today),
            )
            for fit in page
        ],
        "unfilled": [name for name, value in _labelled(firm) if value is None],
        "may_fill": request.user.enterprise_id == firm.pk or request.user.role == Role.OFFICE,
    }
    return render(request, "policies/mine.html", context)


def _labelled(firm):
    names = {"established_on": "成立日期", "revenue": "上年营业收入", "staff_count": "从业人数"}
    return [(label, getattr(firm, name)) for name, label in names.items()]


def figures(request, firm_pk):
    """补填成立日期、营业收入、从业人数：企业自己或所在地活动办。"""
    firm = get_object_or_404(_firms(request), pk=firm_pk)
    demand_keeper(firm, request.user)
    demand_unmerged(firm)
    form = FiguresForm(request.POST or None, figures=figures_of(firm))
    if request.method == "POST" and form.is_valid():
        done = attempt(
            form,
            lambda: fill_in(
                firm, Figures(**form.figures()), seen=Figures(**form.seen()), actor=request.user, at=timezone.now()
            ),
        )
        if done is not None:
            messages.success(request, f"已保存：{'；'.join(done)}。" if done else "没有改动。")
            return redirect(_back(request, firm))
    return render(request, "policies/figures.html", {"form": form, "firm": firm, "back": _back(request, firm)})


def _back(request, firm):
    asked = request.GET.get("next", "")
    if url_has_allowed_host_and_scheme(asked, allowed_hosts=None):
        return asked
    own = request.user.enterprise_id == firm.pk
    return reverse("policies:mine") if own else reverse("policies:firm", args=[firm.pk])
