"""企业查重与合并（R-10 – R-12）：像是同一家的名单、逐栏对照的预览、合并记录与撤销。"""

from dataclasses import dataclass

from django.contrib import messages
from django.db.models import Count, Max, Q
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cadres.enums import Role
from cadres.models import EnterpriseMerge
from cases.forms.merging import MergeFirms
from cases.rules.duplicates import SAID
from cases.services import firm_duplicates, firm_merging, firm_plan, firm_unmerging
from enterprises.credit_codes import normalise_credit_code
from enterprises.models import Enterprise
from zhuqi.kernel.access import for_roles
from zhuqi.kernel.attempts import attempt
from zhuqi.kernel.errors import DomainError
from zhuqi.kernel.pagination import page_of

FOUND_MOST = 20
OFFICE = for_roles(Role.OFFICE)


@dataclass(frozen=True, slots=True)
class Proposal:
    """名单上的一对：多用的一家在前，建议保留它。"""

    kept: Enterprise
    absorbed: Enterprise
    reasons: list[str]


@OFFICE
@require_GET
def duplicates(request):
    """像是同一家的，和合并过的。"""
    pairs = firm_duplicates.proposed(request.user)
    merges = EnterpriseMerge.objects.visible_to(request.user).select_related(
        "kept", "absorbed", "merged_by", "undone_by"
    )
    is_done = request.GET.get("tab") == "done"
    context = {
        "places": [
            {"label": "像是同一家", "url": "?", "count": len(pairs), "current": not is_done},
            {"label": "合并过的", "url": "?tab=done", "count": merges.count(), "current": is_done},
        ],
        "page": page_of(merges if is_done else pairs, request.GET.get("page")),
        "is_done": is_done,
        "may_merge": firm_plan.may_merge(request.user),
    }
    if not is_done:
        context["rows"] = _proposals(request.user, context["page"])
    return render(request, "cases/duplicates.html", context)


def _proposals(user, pairs):
    """这一页的两家各是什么：一次取齐。"""
    keys = {key for pair in pairs for key in (pair.one, pair.other)}
    firms = Enterprise.objects.visible_to(user).filter(pk__in=keys).select_related("region").in_bulk()
    counts = Enterprise.objects.filter(pk__in=keys).order_by()
    cases = dict(counts.annotate(n=Count("cases")).values_list("pk", "n"))
    last = dict(counts.annotate(day=Max("visits__visited_on")).values_list("pk", "day"))
    for key, firm in firms.items():
        firm.case_count, firm.last_visit = cases[key], last[key]
    rows = []
    for pair in pairs:
        one, other = firms[pair.one], firms[pair.other]
        if other.case_count > one.case_count:
            one, other = other, one
        rows.append(Proposal(one, other, [SAID[reason] for reason in pair.reasons]))
    return rows


@OFFICE
@require_POST
def duplicates_apart(request, pk, other):
    """看过了，不是同一家。"""
    one, another = _firm(request, pk), _firm(request, other)
    firm_duplicates.say_apart(one, another, actor=request.user, at=timezone.now())
    messages.success(request, f"“{one.name}”与“{another.name}”不是同一家，以后不再提出。")
    return redirect("cases:duplicates")


@OFFICE
@require_GET
def firm_merge_pick(request, pk):
    """与哪一家合并：按名称、信用代码或拼音首字母找。"""
    firm, words = _firm(request, pk), request.GET.get("q", "").strip()
    wanted = (
        Q(name__icontains=words) | Q(credit_code=normalise_credit_code(words)) | Q(pinyin__startswith=words.lower())
    )
    others = Enterprise.objects.visible_to(request.user).active().exclude(pk=pk).select_related("region")
    found = others.filter(wanted).order_by("name")[:FOUND_MOST] if words else []
    return render(request, "cases/firm_merge_pick.html", {"firm": firm, "q": words, "firms": found, "most": FOUND_MOST})


@OFFICE
@require_http_methods(["GET", "POST"])
def firm_merge(request, pk, other):
    """把 `other` 并进 `pk`：先看，主任再合。"""
    kept, absorbed = _firm(request, pk), _firm(request, other)
    try:
        plan = firm_plan.plan_merge(kept, absorbed, actor=request.user, is_looking=request.method == "GET")
    except DomainError as refusal:
        if request.method == "POST":
            raise
        # An old link to a pair that is one by now: say so on the list instead of an error page.
        messages.warning(request, refusal.message)
        return redirect("cases:duplicates")
    form = MergeFirms(request.POST or None, plan=plan)
    if form.is_valid():
        said = {"actor": request.user, "at": timezone.now(), "seal": form.cleaned_data["seal"]}
        merge = attempt(form, lambda: firm_merging.merge_firms(kept, absorbed, form.choices(), **said))
        if merge is not None:
            messages.success(request, f"已合并；“{merge.absorbed.name}”的都在“{merge.kept.name}”名下，并错了可以撤销。")
            return redirect("cases:firm_merged", merge.pk)
    context = {"plan": plan, "form": form, "may_merge": firm_plan.may_merge(request.user)}
    return render(request, "cases/firm_merge.html", context, status=422 if form.is_bound else 200)


@OFFICE
@require_GET
def firm_merged(request, pk):
    """一次合并：搬了什么，以后又有了什么，能不能撤销。"""
    merge = _merge(request, pk)
    context = {
        "merge": merge,
        "moved": firm_unmerging.moved_counts(merge),
        "may_merge": firm_plan.may_merge(request.user),
    }
    if merge.undone_at is None:
        context |= {"reasons": firm_unmerging.why_not(merge), "later": firm_unmerging.came_later(merge)}
    return render(request, "cases/firm_merged.html", context)


@OFFICE
@require_POST
def firm_unmerge(request, pk):
    """撤销。"""
    merge = _merge(request, pk)
    firm_unmerging.undo_merge(merge, actor=request.user, at=timezone.now())
    messages.success(request, "已撤销，两家各回各的样子。")
    return redirect("cases:firm_merged", pk)


def _firm(request, pk):
    return get_object_or_404(
        Enterprise.objects.visible_to(request.user).select_related("region", "chain", "cluster"), pk=pk
    )


def _merge(request, pk):
    """两家都看得到的才看得到这次合并。"""
    rows = EnterpriseMerge.objects.visible_to(request.user).select_related(
        "kept__region", "absorbed", "merged_by", "undone_by"
    )
    return get_object_or_404(rows, pk=pk)
