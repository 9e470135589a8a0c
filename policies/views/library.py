"""政策库的页面：查、看、录入、修订、发布、废止（R-60、R-62）。"""

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from cadres.enums import Role
from policies import queries, services
from policies.enums import PolicyState, Standing
from policies.forms import AbolishForm, AttachForm, ConditionFormSet, PolicyFilter, PolicyForm, condition_rows
from policies.models import Policy
from policies.services.entitlements import application_blocker, view
from policies.services.index import POLICIES
from policies.services.standings import judge
from policies.views import attachments
from zhuqi.kernel.access import for_roles
from zhuqi.kernel.attempts import attempt, attempt_kept
from zhuqi.kernel.pagination import page_of

PUBLISHERS = for_roles(Role.OFFICE, Role.UNIT)
SIZE = 20


@require_GET
def policy_list(request):
    """查政策：不写字就是最近的在前；写了就是相关的在前，命中标出来。"""
    user, today = request.user, timezone.localdate()
    form = PolicyFilter(request.GET)
    words = (request.GET.get("q") or "").strip()[:60]
    visible = Policy.objects.visible_to(user)
    is_capped = False
    if words:
        found = POLICIES.find(words, among=form.narrow(visible, today=today))
        counted, is_capped = queries.facets_of(found.pks), found.is_capped
        page = Paginator(found.pks, SIZE).get_page(request.GET.get("page"))
        rows = queries.ordered(visible.only(*queries.LINE), page.object_list)
    else:
        chosen = form.narrow(visible, today=today)
        page = page_of(chosen.for_list(), request.GET.get("page"), size=SIZE)
        rows = list(page)
        counted = queries.facets(chosen)
    context = {
        "form": form,
        "words": words,
        "page": page,
        "rows": [(policy, policy.standing(today)) for policy in rows],
        "facets": counted,
        "is_capped": is_capped,
        "is_filtered": any(request.GET.get(name) for name in form.fields),
        "may_publish": services.may_publish(user),
        "draft_count": visible.filter(state=PolicyState.DRAFT).count() if services.may_publish(user) else 0,
    }
    return render(request, "policies/list.html", context)


@PUBLISHERS
@require_GET
def policy_drafts(request):
    """还没发布的。"""
    rows = Policy.objects.visible_to(request.user).filter(state=PolicyState.DRAFT).for_list().order_by("-changed_at")
    return render(request, "policies/drafts.html", {"page": page_of(rows, request.GET.get("page"), size=SIZE)})


@require_GET
def policy_detail(request, pk):
    """一份政策：明白卡、怎么办、适用条件、全文、各版本。"""
    policy = _policy(request, pk)
    today = timezone.localdate()
    context = {
        "policy": policy,
        "standing": policy.standing(today),
        "conditions": policy.conditions.all(),
        "attachments": policy.attachments.current(),
        "attach_form": AttachForm(),
        "versions": policy.versions.select_related("made_by__unit"),
        "issues": policy.issues.visible_to(request.user).filter(policy=policy),
        "told": queries.told(policy, request.user),
        "abolishes": policy.abolishes.all(),
        "words": (request.GET.get("q") or "")[:60],
        "may_edit": services.may_edit(request.user, policy),
        "blocker": services.publish_blocker(policy) if policy.state == PolicyState.DRAFT else "",
        "abolish_form": AbolishForm(initial={"on": today}),
        **_own(request, policy, today),
        "is_due_soon": bool(policy.guide_until_on and 0 <= (policy.guide_until_on - today).days <= 15),
    }
    return render(request, "policies/detail.html", context)


def _own(request, policy, today):
    """企业看有效的政策：逐条结论，能不能申请；看过记一笔（R-61）。"""
    firm = request.user.enterprise if request.user.role == Role.ENTERPRISE else None
    if firm is None or policy.standing(today) != Standing.VALID:
        return {}
    view(policy, firm, actor=request.user, at=timezone.now())
    judged = judge(policy, firm, today)
    return {"firm": firm, "judged": judged, "cannot_apply": application_blocker(policy, today)}


def _policy(request, pk):
    rows = Policy.objects.visible_to(request.user).select_related("category", "region", "unit", "abolished_by")
    return get_object_or_404(rows, pk=pk)


@require_GET
def policy_version(request, pk, version):
    """发布过的某一版，原样。"""
    policy = _policy(request, pk)
    row = get_object_or_404(policy.versions.select_related("made_by__unit"), version=version)
    papers = policy.attachments.filter(pk__in=[pk for pk, *_ in row.data.get("attachments", [])])
    context = {
        "policy": policy,
        "row": row,
        "data": row.data,
        "attachments": [one for one in papers if attachments.may_open(request.user, one)],
        "removed": [one.original_name for one in papers if not attachments.may_open(request.user, one)],
    }
    return render(request, "policies/version.html", context)


@PUBLISHERS
def policy_new(request):
    """录入一份。"""
    form = PolicyForm(request.POST or None, user=request.user)
    rows = ConditionFormSet(request.POST or None, prefix="c")
    if request.method == "POST" and _is_whole(form, rows):
        draft, how = _draft(form, rows), {"actor": request.user, "at": timezone.now()}
        again = services.drafted_just_now(draft, **how)
        made = again or attempt(form, lambda: services.draft_policy(draft, **how))
        if made is not None:
            messages.success(request, "已存为草稿。核对无误后发布，企业才看得到。")
            return redirect("policies:detail", made.pk)
    return render(request, "policies/edit.html", {"form": form, "rows": rows, "policy": None})


@PUBLISHERS
def policy_edit(request, pk):
    """修订：草稿直接改，发布过的成为新的一版。"""
    policy = _policy(request, pk)
    services.demand_keeper(request.user, policy)
    form = PolicyForm(request.POST or None, user=request.user, instance=Policy.objects.get(pk=policy.pk))
    initial = condition_rows(services.conditions_of(policy))
    rows = ConditionFormSet(request.POST or None, prefix="c", initial=initial)
    if request.method == "POST" and _is_whole(form, rows):
        said = form.cleaned_data
        done = attempt_kept(
            form,
            lambda: services.revise(
                policy,
                _draft(form, rows),
                actor=request.user,
                at=timezone.now(),
                revision=said["revision"],
                note=said["note"],
            ),
            revision=lambda: _policy(request, pk).revision,
        )
        if done is not None:
            messages.success(
                request, "已保存。" if done.state == PolicyState.DRAFT else f"已修订为第 {done.version} 版。"
            )
            return redirect("policies:detail", policy.pk)
    context = {"form": form, "rows": rows, "policy": policy}
    return render(request, "policies/edit.html", context, status=409 if getattr(form, "overtaken", False) else 200)


def _is_whole(form, rows):
    """两张表都要查，错一次说全。"""
    return all([form.is_valid(), rows.is_valid()])


def _draft(form, rows):
    said = {name: form.cleaned_data[name] for name in PolicyForm.Meta.fields}
    conditions = [row.cleaned_data["condition"] for row in rows if row.cleaned_data.get("condition")]
    return services.Draft(**said, conditions=tuple(conditions))


@PUBLISHERS
@require_POST
def policy_publish(request, pk):
    """发布。"""
    policy = services.publish(_policy(request, pk), actor=request.user, at=timezone.now())
    messages.success(request, f"“{policy.title}”已发布。")
    return redirect("policies:detail", pk)


@PUBLISHERS
@require_POST
def policy_abolish(request, pk):
    """废止。"""
    policy = _policy(request, pk)
    services.demand_keeper(request.user, policy)
    form = AbolishForm(request.POST)
    if form.is_valid():
        done = attempt(
            form, lambda: services.abolish(policy, actor=request.user, at=timezone.now(), **form.cleaned_data)
        )
        if done is not None:
            messages.success(request, f"“{policy.title}”已废止，库里保留并标明。")
            return redirect("policies:detail", pk)
    return render(request, "policies/abolish.html", {"form": form, "policy": policy}, status=422)
