"""应享尽享的五步（R-61）：合计、按县（市、区）、按政策；点政策、点县（市、区）看到企业。"""

from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from cadres.enums import Role
from enterprises.models import Enterprise
from policies.models import Policy
from policies.queries_funnel import (
    firms_listed_for,
    of_firms,
    policies_of,
    ranked,
    regions_of,
    unlisted,
    visible_funnel,
)
from zhuqi.kernel.access import for_roles
from zhuqi.kernel.pagination import page_of

SIZE = 25
ORDERS = {
    "eligible": "应享多的",
    "untold": "没告知多的",
    "waiting": "申请没兑现多的",
    "amount": "兑现金额大的",
}
READERS = for_roles(Role.OFFICE, Role.LEADER, Role.UNIT, Role.SUPERVISOR)


@READERS
@require_GET
def funnel_page(request):
    """每一步几家次、占前一步多少。"""
    order = request.GET.get("by") if request.GET.get("by") in ORDERS else "eligible"
    sums = visible_funnel(request.user, today=timezone.localdate())
    page = Paginator(ranked(sums.by_policy, order), SIZE).get_page(request.GET.get("page"))
    titles = Policy.objects.visible_to(request.user).in_bulk([key for key, _ in page])
    names = regions_of(request.user).in_bulk(list(sums.by_region))
    whole = sums.whole
    counts = [whole.eligible, whole.told, whole.viewed, whole.applied, whole.granted]
    labels = ("应享", "已告知", "看过", "申请", "兑现")
    context = {
        "whole": whole,
        "steps": list(zip(labels, counts, [counts[0], *counts[:-1]], strict=True)),
        "page": page,
        "orders": [
            {"label": label, "url": f"?by={key}#policies", "current": key == order} for key, label in ORDERS.items()
        ],
        "policies": [(titles[key], each) for key, each in page if key in titles],
        "regions": [(names[key], each) for key, each in ranked(sums.by_region) if key in names],
    }
    return render(request, "policies/funnel.html", context)


@READERS
@require_GET
def funnel_firms(request, region_pk):
    """一个县（市、区）的企业：各有几项可以享受，走到哪一步。"""
    user = request.user
    region = get_object_or_404(regions_of(user), pk=region_pk)
    words = (request.GET.get("q") or "").replace("\0", "").strip()[:60]
    firms = firms_listed_for(user).filter(region=region, is_active=True).matching(words).order_by("name", "pk")
    page = page_of(firms, request.GET.get("page"), size=SIZE)
    keys = [firm.pk for firm in page]
    found = of_firms(policies_of(user), keys, today=timezone.localdate())
    seen = set(Enterprise.objects.visible_to(user).filter(pk__in=keys).order_by().values_list("pk", flat=True))
    rows = [(firm, found[firm.pk], firm.pk in seen) for firm in page]
    rest = None if words else unlisted(user, region, today=timezone.localdate())
    context = {"region": region, "page": page, "rows": rows, "words": words, "rest": rest}
    return render(request, "policies/funnel_firms.html", context)
