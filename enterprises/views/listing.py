"""The list of firms: what each person may see of it (R-03)."""

from django.db.models import Count, Max, Q
from django.shortcuts import render
from django.utils import timezone

from enterprises.filters import listed_firms
from enterprises.models import Enterprise
from enterprises.services.rights import may_keep
from zhuqi.kernel.pagination import page_of

ENDED = ("CLOSED", "REFUSED", "MERGED")  # cases.enums stands above this app


def firm_list(request):
    """Search by name, initials or code; filters; 50 rows."""
    shown = listed_firms(request.user, request.GET, timezone.localdate())
    page = page_of(shown.rows, request.GET.get("page"), size=50)
    context = {
        "page": page,
        "rows": _rows(request, [firm.pk for firm in page], list(page)),
        "form": shown.form,
        "struck": request.GET.get("struck") == "1" and may_keep(request.user),
        "may_keep": may_keep(request.user),
        "filtered": any(request.GET.get(name) for name in shown.form.fields),
    }
    return render(request, "enterprises/list.html", context)


def _rows(request, keys, firms):
    """Lead cadre, list, open cases and last contact for the rows of the page: four queries, however many rows."""
    mine = Enterprise.objects.filter(pk__in=keys).order_by()
    visible = mine.model._meta.get_field("cases").related_model.objects.visible_to(request.user)  # noqa: SLF001 - cases stand above
    open_counts = dict(
        visible.filter(enterprise__in=keys)
        .filter(~Q(status__in=ENDED))
        .order_by()
        .values_list("enterprise")
        .annotate(count=Count("pk"))
    )
    last = dict(mine.annotate(day=Max("visits__visited_on")).values_list("pk", "day"))
    leads = dict(
        mine.filter(assignments__role="LEAD", assignments__to_on__isnull=True).values_list(
            "pk", "assignments__cadre__name"
        )
    )
    lists = {row.enterprise_id: row for row in _whitelistings(keys)}
    return [
        (firm, leads.get(firm.pk), lists.get(firm.pk), open_counts.get(firm.pk, 0), last.get(firm.pk)) for firm in firms
    ]


def _whitelistings(keys):
    part = Enterprise._meta.get_field("whitelistings").related_model.objects  # noqa: SLF001 - the reverse relation
    return part.filter(enterprise__in=keys, to_on__isnull=True)
