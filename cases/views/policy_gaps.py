"""卡在政策上的问题（R-31）：专项工作小组看本组的，活动办、领导看范围内的；从数字到每一件，从建议到政策草稿。"""

from django.http import Http404
from django.shortcuts import render
from django.views.decorators.http import require_GET

from cadres.enums import Role, UnitKind
from cases.enums import PolicyGap
from cases.models import Category
from cases.services import policy_gaps as gaps
from cases.views.listing import LEDGER_READERS
from zhuqi.kernel.pagination import page_of

KEY_DIGITS = 10
TABS = (("marked", "已认定", gaps.marked), ("suspected", "可能是", gaps.suspected))


@require_GET
def policy_gaps(request):
    """两栏：认定了的、可能是的；按类别和种类筛。"""
    user, asked = request.user, request.GET
    if user.role not in LEDGER_READERS:
        raise Http404
    tab = asked.get("tab") if asked.get("tab") == "suspected" else "marked"
    found = {key: read(user) for key, _, read in TABS}
    category, kind = _category(asked.get("category", "")), asked.get("kind", "")
    chosen = _within(found[tab], category, kind)
    page = page_of(_listed(chosen), asked.get("page"))
    told = gaps.reasons(page.object_list)
    context = {
        "tab": tab,
        "places": [
            {"label": label, "url": f"?tab={key}", "count": found[key].count(), "current": key == tab}
            for key, label, _ in TABS
        ],
        "groups": gaps.by_category(found[tab]),
        "kinds": PolicyGap.choices if tab == "marked" else (),
        "category": category,
        "kind": kind if kind in PolicyGap.values else "",
        "page": page,
        "rows": [(case, told.get(case.pk)) for case in page],
        "firm_count": chosen.order_by().values("enterprise").distinct().count(),
        "issues": gaps.issues_of(found["marked"], user)[:20] if tab == "marked" else (),
        "lane": user.unit if user.role == Role.UNIT and user.unit and user.unit.kind == UnitKind.TASK_FORCE else None,
    }
    return render(request, "cases/policy_gaps.html", context)


def _category(key):
    """筛哪个一级类别；写坏的当没写。"""
    return Category.objects.filter(pk=key).first() if key.isdecimal() and len(key) < KEY_DIGITS else None


def _within(rows, category, kind):
    if category is not None:
        rows = rows.filter(category__in=[category.pk, *category.children.values_list("pk", flat=True)])
    return rows.filter(policy_gap=kind) if kind in PolicyGap.values else rows


def _listed(rows):
    return rows.select_related("enterprise", "region", "lead", "category").order_by("-reported_at", "-pk")
