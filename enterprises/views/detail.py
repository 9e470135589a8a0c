"""A firm on one page: basics, people, visits, problems, white list."""

from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from enterprises.forms import WhitelistForm
from enterprises.models import Enterprise
from enterprises.services.merged import merged_into
from enterprises.services.rights import may_keep
from enterprises.services.whitelist import whitelisted_now

CASES_SHOWN = VISITS_SHOWN = 10
BASICS_ONLY = "UNIT"  # a handling unit sees a firm's basics, not who visited it


def firm_detail(request, pk):
    """What this person may see of the firm; everything else does not exist for them."""
    seen = Enterprise.objects.visible_to(request.user)
    firm = seen.select_related("region", "chain", "cluster").filter(pk=pk).first()
    if firm is None:
        # An old link: what was merged away stands in the kept firm, for whoever sees that one.
        kept = get_object_or_404(seen, absorbed_merges__absorbed=pk, absorbed_merges__undone_at=None)
        return redirect("enterprises:detail", kept.pk)
    kept = merged_into(firm)
    cases = firm.cases.visible_to(request.user).select_related("lead", "category")
    context = {
        "firm": firm,
        "tags": firm.tags.all(),
        "contacts": firm.contacts.all(),
        "listings": firm.whitelistings.all(),
        "listed": whitelisted_now(firm, timezone.localdate()),
        "cases": cases.order_by("-reported_at")[:CASES_SHOWN],
        "case_count": cases.count(),
        "kept": kept,
        "may_keep": may_keep(request.user) and kept is None,
        "is_own": request.user.enterprise_id == firm.pk,
        "is_mine": False,
        "whitelist_form": WhitelistForm(initial={"from_on": timezone.localdate()}),
    }
    if request.user.role != BASICS_ONLY:
        context |= _company(request, firm)
    return render(request, "enterprises/detail.html", context)


def _company(request, firm):
    """Who looks after the firm and who came."""
    people = list(firm.assignments.select_related("cadre__unit"))
    current = sorted((row for row in people if row.to_on is None), key=lambda row: row.role != "LEAD")
    today = timezone.localdate()
    return {
        "people": current,
        "former": [row for row in people if row.to_on is not None][:5],
        "has_lead": any(row.role == "LEAD" for row in current),
        "is_mine": any(row.cadre_id == request.user.pk for row in current),
        "visits": firm.visits.select_related("cadre", "unit").prefetch_related("explanations__policy")[:VISITS_SHOWN],
        "planned": firm.planned_visits.filter(state="PLANNED", planned_on__gte=today).select_related("cadre"),
        "quiet": firm.quiet_periods.filter(to_on__gte=today).order_by("from_on"),
        "shows_company": True,
    }
