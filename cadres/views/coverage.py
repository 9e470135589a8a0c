"""Who looks after which firm (R-12): one firm, those and those without a lead."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from cadres.enums import Role
from cadres.forms.coverage import AssistantForm, FirmFilter, LeadForm
from cadres.forms.people import ReasonForm
from cadres.models import Assignment
from cadres.services import coverage
from enterprises.models import Enterprise
from zhuqi.kernel.access import for_roles
from zhuqi.kernel.attempts import attempt
from zhuqi.kernel.pagination import page_of


def _firm(request, pk):
    return get_object_or_404(Enterprise.objects.visible_to(request.user).select_related("region"), pk=pk)


@for_roles(Role.OFFICE)
def firm_coverage(request, pk):
    """A firm's people now and before; change the lead."""
    firm = _firm(request, pk)
    lead = coverage.current_lead(firm)
    form = LeadForm(request.POST or None, initial={"seen": lead.pk if lead else None})
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        made = attempt(
            form,
            lambda: coverage.assign_lead(
                firm, said["cadre"], actor=request.user, at=timezone.now(), seen=said["seen"], note=said["note"]
            ),
        )
        if made is not None:
            messages.success(request, f"{firm.name}的牵头干部现在是{made.cadre.name}。")
            return redirect("cadres:firm_coverage", pk)
    return _coverage_page(request, firm, form=form, more=AssistantForm())


def _coverage_page(request, firm, **forms):
    rows = firm.assignments.select_related("cadre__unit").order_by("to_on", "role", "-from_on")
    current = [row for row in rows if row.to_on is None]
    past = sorted((row for row in rows if row.to_on is not None), key=lambda row: (row.to_on, row.pk), reverse=True)
    lead = next((row for row in current if row.role == "LEAD"), None)
    context = {"firm": firm, "current": current, "past": past, "lead": lead, **forms}
    return render(request, "cadres/firm_coverage.html", context)


@for_roles(Role.OFFICE)
@require_POST
def assistant_add(request, pk):
    """An assistant, or the city leader who follows the firm."""
    firm = _firm(request, pk)
    form = AssistantForm(request.POST)
    if form.is_valid():
        said = form.cleaned_data
        made = attempt(
            form,
            lambda: coverage.add_assistant(
                firm, said["cadre"], actor=request.user, at=timezone.now(), role=said["role"]
            ),
        )
        if made is not None:
            messages.success(request, f"已增加{made.get_role_display()}{made.cadre.name}。")
            return redirect("cadres:firm_coverage", pk)
    lead = coverage.current_lead(firm)
    return _coverage_page(request, firm, form=LeadForm(initial={"seen": lead.pk if lead else None}), more=form)


@for_roles(Role.OFFICE)
@require_POST
def assignment_end(request, pk):
    """End one, with the reason."""
    row = get_object_or_404(Assignment.objects.visible_to(request.user).select_related("enterprise", "cadre"), pk=pk)
    form = ReasonForm(request.POST)
    note = form.cleaned_data["reason"] if form.is_valid() else ""
    coverage.end_assignment(row, actor=request.user, at=timezone.now(), note=note)
    messages.success(request, f"已解除{row.cadre.name}与{row.enterprise.name}的联系。")
    return redirect("cadres:firm_coverage", row.enterprise_id)


@for_roles(Role.OFFICE)
def uncovered(request):
    """Firms without a lead cadre: the office's debt."""
    form = FirmFilter(request.GET, user=request.user)
    firms = form.narrow(coverage.uncovered(request.user)).for_list().order_by("region__ordering", "name")
    page = page_of(firms, request.GET.get("page"), size=50)
    last = _last_leads([firm.pk for firm in page])
    rows = [(firm, last.get(firm.pk)) for firm in page]
    total = coverage.uncovered(request.user).count()
    return render(request, "cadres/uncovered.html", {"page": page, "rows": rows, "form": form, "total": total})


def _last_leads(firms):
    ended = Assignment.objects.filter(enterprise__in=firms, role="LEAD", to_on__isnull=False)
    return {row.enterprise_id: row for row in ended.select_related("cadre").order_by("to_on", "pk")}
