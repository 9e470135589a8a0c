"""申请、收回、兑现、不予兑现，和一项政策的适用企业名单（R-61）。"""

from django.contrib import messages
from django.db.models import Q
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from cadres.enums import Role
from enterprises.models import Enterprise
from policies import services
from policies.forms_firm import DecideForm, FirmsFilter
from policies.models import Entitlement, Policy
from policies.rules import bitmap
from policies.rules.matching import match
from policies.services import entitlements
from policies.services.matching import LISTS
from policies.services.profiles import asked_of, read_profiles
from policies.services.standings import judge, lines_of
from zhuqi.kernel.access import for_roles
from zhuqi.kernel.attempts import attempt
from zhuqi.kernel.errors import InvalidInput
from zhuqi.kernel.pagination import page_of

SIZE = 25
WORDS = {
    "fits": "可以享受",
    "one_missing": "差一个条件",
    "unknown": "缺资料",
    "applied": "申请待答复",
    "granted": "已兑现",
    "refused": "不予兑现",
}
READERS = for_roles(Role.OFFICE, Role.UNIT, Role.CADRE, Role.LEADER, Role.SUPERVISOR)


def _policy(request, pk):
    rows = Policy.objects.visible_to(request.user).select_related("region", "unit", "category")
    return get_object_or_404(rows, pk=pk)


def _steps(request, policy):
    return Entitlement.objects.visible_to(request.user).filter(policy=policy)


def _firm(request, policy, firm_pk):
    """看得到的企业，或者在这项政策里有步骤的。"""
    own = Enterprise.objects.visible_to(request.user).order_by().values("pk")
    stepped = _steps(request, policy).order_by().values("enterprise")
    rows = Enterprise.objects.filter(Q(pk__in=own) | Q(pk__in=stepped)).select_related("region")
    return get_object_or_404(rows, pk=firm_pk)


@for_roles(Role.ENTERPRISE)
@require_POST
def policy_apply(request, pk):
    """我要申请。"""
    policy = _policy(request, pk)
    firm = get_object_or_404(Enterprise.objects.visible_to(request.user), pk=request.user.enterprise_id)
    entitlements.apply(policy, firm, actor=request.user, at=timezone.now())
    messages.success(request, "已申请，受理单位看得到了；答复以前可以收回。")
    return redirect("policies:detail", pk)


@for_roles(Role.ENTERPRISE)
@require_POST
def policy_withdraw(request, pk):
    """收回申请。"""
    policy = _policy(request, pk)
    firm = get_object_or_404(Enterprise.objects.visible_to(request.user), pk=request.user.enterprise_id)
    entitlements.withdraw(policy, firm, actor=request.user, at=timezone.now())
    messages.success(request, "申请已收回。")
    return redirect("policies:detail", pk)


@READERS
@require_GET
def policy_firms(request, pk):
    """适用企业：各种结论几家，一页一页看。"""
    policy, today = _policy(request, pk), timezone.localdate()
    form = FirmsFilter(request.GET, user=request.user)
    lists = _lists(request, policy, form.chosen_region())
    tab = request.GET.get("tab") if request.GET.get("tab") in lists else "fits"
    keys = lists[tab]
    firms = Enterprise.objects.filter(pk__among=bitmap.keys(keys)).select_related("region").order_by("name")
    page = page_of(firms, request.GET.get("page"), size=SIZE)
    context = {
        "policy": policy,
        "standing": policy.standing(today),
        "form": form,
        "tab": tab,
        "groups": _tabs(lists, tab, form.chosen_region()),
        "page": page,
        "rows": _rows(policy, list(page), today, _steps(request, policy)),
        "matched_at": getattr(getattr(policy, "eligibility", None), "matched_at", None),
        "may_decide": services.may_edit(request.user, policy),
    }
    return render(request, "policies/firms.html", context)


def _lists(request, policy, region):
    """每一种结论、每一步各是哪几家，都是位图。三句查询。"""
    seen = Enterprise.objects.visible_to(request.user).filter(is_active=True)
    steps = _steps(request, policy)
    if region is not None:
        seen, steps = seen.filter(region=region), steps.filter(enterprise__region=region)
    mask = bitmap.of(seen.order_by().values_list("pk", flat=True))
    row = getattr(policy, "eligibility", None)
    lists = {name: bitmap.unpacked(getattr(row, name)) & mask if row else 0 for name in LISTS}
    found = {"applied": [], "granted": [], "refused": []}
    for key, applied, granted, refused in steps.values_list("enterprise", "applied_at", "granted_at", "refused_at"):
        name = "granted" if granted else "refused" if refused else "applied" if applied else ""
        if name:
            found[name].append(key)
    return lists | {name: bitmap.of(keys) for name, keys in found.items()}


def _tabs(lists, tab, region):
    more = f"&region={region.pk}" if region else ""
    return [
        {"label": label, "url": f"?tab={name}{more}", "count": lists[name].bit_count(), "current": name == tab}
        for name, label in WORDS.items()
    ]


def _rows(policy, firms, today, steps):
    """这一页每家：差哪一条、走到哪一步。"""
    keys = [firm.pk for firm in firms]
    asked = asked_of([policy])[policy.pk]
    profiles = {each.key: each for each in read_profiles(today, among=Enterprise.objects.filter(pk__in=keys))}
    mine = {row.enterprise_id: row for row in steps.filter(enterprise__in=keys)}
    rows = []
    for firm in firms:
        lines = lines_of(match(asked, profiles[firm.pk]), profiles[firm.pk])
        rows.append((firm, [line for line in lines if line.answer != "PASSED"], mine.get(firm.pk)))
    return rows


def policy_firm(request, pk, firm_pk):
    """一家企业在一项政策里：逐条结论、每一步；受理单位在这里记兑现。"""
    policy = _policy(request, pk)
    firm = _firm(request, policy, firm_pk)
    may_decide = services.may_edit(request.user, policy)
    form = DecideForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        done = attempt(form, lambda: _act(request, policy, firm, form.cleaned_data))
        if done is not None:
            messages.success(request, "已记下，企业收到了答复。")
            return redirect("policies:firm_step", pk, firm_pk)
    context = {"policy": policy, "firm": firm, "form": form, "may_decide": may_decide}
    context |= {"standing": policy.standing(timezone.localdate()), "judged": judge(policy, firm, timezone.localdate())}
    return render(request, "policies/firm_step.html", context)


def _act(request, policy, firm, said):
    who = {"actor": request.user, "at": timezone.now()}
    match request.POST.get("do"):
        case "grant":
            return entitlements.grant(policy, firm, amount=said["amount"], **who)
        case "refuse":
            return entitlements.refuse(policy, firm, why=said["why"], **who)
        case "back":
            return entitlements.take_back(policy, firm, **who)
    raise InvalidInput("请选兑现还是不予兑现。")
