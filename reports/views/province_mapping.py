"""字段对照（R-65）：一张表，改一行前拿一件真的试。"""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from cadres.services.settings import demand_city_office
from cases.enums import Outcome, Source, Status, Tier
from cases.models import Case
from reports.forms.province import FieldMapForm
from reports.models import FieldMap
from reports.province.fields import LABELS
from reports.province.transforms import UnknownValueError, outward
from reports.services.province import mapping, outbox
from zhuqi.kernel.attempts import attempt

# What our codes mean, beside the table of codes: nobody keeps them in mind.
MEANINGS = {"status": Status.choices, "source": Source.choices, "tier": Tier.choices, "outcome": Outcome.choices}


@require_GET
def province_mapping(request):
    """整张表，旁边是一件真的换出来的样子。"""
    demand_city_office(request.user)
    case = _sample(request)
    rows = list(FieldMap.objects.order_by("ordering", "pk"))
    facts = outbox.About({case.pk}).facts(case, None) if case else {}
    for row in rows:
        row.label = LABELS.get(row.ours, row.ours)
        row.shown, row.problem = _tried(row, facts)
    asked = request.GET.get("case", "")[:24]
    return render(request, "reports/province_mapping.html", {"rows": rows, "case": case, "asked": asked})


def _sample(request):
    """问的那一件；没问或没有，就是最近的一件。"""
    cases = Case.objects.visible_to(request.user).select_related("enterprise", "region", "category__parent", "lead")
    asked = request.GET.get("case", "").strip()[:24].replace("\x00", "")
    return (cases.filter(number=asked).first() if asked else None) or cases.order_by("-reported_at", "-pk").first()


def _tried(row, facts):
    """（换出来的, 哪里对不上）。"""
    try:
        made = outward(row.transform, facts.get(row.ours), row.codes)
    except UnknownValueError as unknown:
        return "", str(unknown)
    return ("" if made is None else made), ("必填，现在是空的" if row.is_required and made is None else "")


def province_field(request, pk):
    """改一行：先试（看这一件换成什么），再存。"""
    demand_city_office(request.user)
    row = get_object_or_404(FieldMap, pk=pk)
    form = FieldMapForm(request.POST or None, initial=FieldMapForm.initial_of(row))
    case, shown = _sample(request), None
    if request.method == "POST" and form.is_valid():
        said = {name: value for name, value in form.cleaned_data.items() if name != "revision"}
        if "try" in request.POST:
            tried = attempt(form, lambda: FieldMap(ours=row.ours, **mapping.checked(row, said)))
            shown = _tried(tried, outbox.About({case.pk}).facts(case, None)) if tried and case else None
        elif _changed(request, form, row, said) is not None:
            return redirect("reports:province_mapping")
    meanings = [(code, words) for code, words in MEANINGS.get(row.ours, ()) if code in row.codes]
    context = {
        "meanings": meanings,
        "form": form,
        "row": row,
        "label": LABELS.get(row.ours, row.ours),
        "case": case,
        "shown": shown,
    }
    return render(request, "reports/province_field.html", context, status=422 if form.errors else 200)


def _changed(request, form, row, said):
    how = {"revision": form.cleaned_data["revision"], "actor": request.user, "at": timezone.now()}
    count = attempt(form, lambda: mapping.change(row, said, **how))
    if count is not None:
        again = f"因对照退回的 {count} 步随即再报。" if count else ""
        messages.success(request, f"已保存，以后写出的按新的。{again}")
    return count
