"""Units and the prefixes of their tickets."""

from django.contrib import messages
from django.db.models import Count, Q
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from cadres.enums import Role, UnitKind
from cadres.forms.people import PrefixForm, UnitFilter, UnitForm
from cadres.models import Unit
from cadres.services import units as services
from zhuqi.kernel.access import for_roles
from zhuqi.kernel.attempts import attempt
from zhuqi.kernel.pagination import page_of


@for_roles(Role.SYSADMIN, Role.OFFICE)
def units(request):
    """The tree of units as a list."""
    form = UnitFilter(request.GET)
    rows = Unit.objects.select_related("parent", "region").annotate(
        people_count=Count("users", filter=Q(users__is_active=True))
    )
    said = form.cleaned_data if form.is_valid() else {}
    for word in said.get("q", "").split():
        rows = rows.filter(Q(name__icontains=word) | Q(short_name__icontains=word) | Q(code__icontains=word))
    if said.get("kind"):
        rows = rows.filter(kind=said["kind"])
    page = page_of(rows.order_by("-is_active", "ordering", "code"), request.GET.get("page"), size=50)
    return render(request, "cadres/units.html", {"page": page, "form": form})


@for_roles(Role.SYSADMIN)
def unit_edit(request, pk=None):
    """A new unit, or an old one changed."""
    unit = get_object_or_404(Unit, pk=pk) if pk else None
    form = UnitForm(request.POST or None, instance=unit)
    if request.method == "POST" and form.is_valid():
        changed = form.save(commit=False)
        done = attempt(form, lambda: services.save_unit(changed, actor=request.user, at=timezone.now()))
        if done is not None:
            messages.success(request, f"已保存“{done.name}”。")
            return redirect("cadres:units")
    return render(request, "cadres/unit_edit.html", {"form": form, "unit": unit})


@for_roles(Role.OFFICE)
def numbering(request, pk=None):
    """Each activity office's 代字, with a number as it would print (R-34)."""
    offices = Unit.objects.filter(kind=UnitKind.OFFICE, is_active=True)
    office = get_object_or_404(offices, pk=pk) if pk else None
    form = PrefixForm(request.POST or None)
    if request.method == "POST" and office is not None and form.is_valid():
        prefix = form.cleaned_data["ticket_prefix"]

        def act():
            services.set_prefix(office, prefix, actor=request.user, at=timezone.now())
            return True

        if attempt(form, act):
            messages.success(request, f"{office.name}的代字改为“{prefix}”，从下一张单起用。")
            return redirect("cadres:numbering")
    context = {"offices": offices, "changed": office, "form": form, "year": timezone.localdate().year}
    return render(request, "cadres/numbering.html", context)
