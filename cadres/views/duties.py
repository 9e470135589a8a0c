"""双十: the office's list of firms nobody contacted (R-15). No deduction, nobody is ranked."""

from django.shortcuts import render
from django.utils import timezone

from cadres.enums import Role
from cadres.forms.coverage import FirmFilter
from cadres.services import duties
from enterprises.models import Enterprise
from zhuqi.kernel.access import for_roles
from zhuqi.kernel.pagination import page_of


@for_roles(Role.OFFICE, Role.LEADER)
def gaps(request):
    """The round whose list is out (or, `?round=now`, the one that is running)."""
    today = timezone.localdate()
    running = request.GET.get("round") == "now"
    of = duties.round_at(today) if running else duties.last_listed_round(today)
    form = FirmFilter(request.GET, user=request.user)
    missing = duties.gaps(request.user, of)
    total = missing.order_by().values("pk").distinct().count()
    rows = form.narrow(missing).order_by("region__ordering", "last_contact_on", "name")
    page = page_of(rows, request.GET.get("page"), size=50)
    leads = duties.lead_names(list(page))
    context = {
        "of": of,
        "running": running,
        "form": form,
        "page": page,
        "rows": [(firm, leads.get(firm.pk)) for firm in page],
        "total": total,
        "firms": Enterprise.objects.visible_to(request.user).active().count(),
        "switch": [
            {"label": "上一个助企日", "url": "?", "count": None, "current": not running},
            {"label": "这一个助企日", "url": "?round=now", "count": None, "current": running},
        ],
    }
    return render(request, "cadres/gaps.html", context)
