"""问题列表与责任判例：筛选在网址里，翻页不数全表。"""

from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import cached_property
from django.views.decorators.http import require_GET

from cadres.enums import Role
from cases import queries
from cases.enums import Clock, IssueState
from cases.filters import listed_cases
from cases.models import Category, CommonIssue
from cases.queries import FIRM_CLOCKS
from zhuqi.kernel.pagination import page_of

SIZE = 50
COUNTED_MOST = 2000
LEDGER_READERS = frozenset({Role.UNIT, Role.OFFICE, Role.LEADER, Role.SUPERVISOR})


class CappedPaginator(Paginator):
    """数到两千为止：谁也不会翻到第四十页以后，一百万行也不该为此等一秒。"""

    @cached_property
    def count(self):
        """至多 COUNTED_MOST。"""
        return self.object_list.order_by()[:COUNTED_MOST].count()

    @property
    def is_capped(self):
        """还有更多没数。"""
        return self.count >= COUNTED_MOST


def capped_page(rows, number):
    """要的那一页；写错的页码给第一页或最后一页。"""
    return CappedPaginator(rows, SIZE).get_page(number)


@require_GET
def case_list(request):
    """问题。"""
    user = request.user
    shown = listed_cases(user, request.GET, timezone.localdate())
    page = capped_page(queries.with_slip(shown.rows), request.GET.get("page"))
    context = {
        "filter": shown.form,
        "page": page,
        "shortcuts": _shortcuts(request, user),
        "is_firm": user.role == Role.ENTERPRISE,
        "firm_clocks": FIRM_CLOCKS | {Clock.ACCEPT},
        "reads_ledgers": user.role in LEDGER_READERS,
    }
    part = request.htmx and request.htmx.target == "case-list"
    return render(request, "cases/_list.html" if part else "cases/list.html", context)


def _shortcuts(request, user):
    """常用的几种情形，点一下就筛。"""
    current = request.GET.get("flag", "") if not request.GET.get("status") else None
    chosen = [("", "全部"), ("open", "在办"), ("overdue", "已逾期"), ("near", "将到期"), ("ended", "已结束")]
    kept = request.GET.copy()
    for name in ("flag", "status", "page"):
        kept.pop(name, None)
    tail = f"&{kept.urlencode()}" if kept else ""
    return [
        {"label": label, "url": f"?flag={flag}{tail}", "count": None, "current": flag == current}
        for flag, label in chosen
    ]


@require_GET
def precedents(request):
    """责任判例：查以前怎么裁定的（R-25）。"""
    category = (
        Category.objects.filter(pk=request.GET.get("category") or 0).first()
        if request.GET.get("category", "").isdecimal()
        else None
    )
    rows = queries.precedents(request.user, category=category, q=request.GET.get("q", "")[:60])
    context = {
        "page": page_of(rows, request.GET.get("page")),
        "category": category,
        "categories": Category.objects.filter(is_active=True, parent=None),
        "q": request.GET.get("q", ""),
    }
    return render(request, "cases/precedents.html", context)


@require_GET
def coordination(request):
    """协调：请活动办会商的事，和会商定了什么（R-36）。企业和干部没有这一页。"""
    if request.user.role not in {Role.UNIT, Role.OFFICE, Role.LEADER, Role.SUPERVISOR}:
        raise Http404
    rows = queries.coordinations(request.user)
    waiting_count = rows.filter(answered_at__isnull=True).count()
    context = {
        "page": page_of(rows, request.GET.get("page")),
        "waiting_count": waiting_count,
        "issue_count": CommonIssue.objects.visible_to(request.user).filter(state=IssueState.CONFIRMED).count(),
        "is_unit": request.user.role == Role.UNIT,
        "may_consult": request.user.role == Role.OFFICE and waiting_count > 0,
    }
    return render(request, "cases/coordination.html", context)
