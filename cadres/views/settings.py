"""设置: the hub, the defaults, the log."""

from django.contrib import messages
from django.db.models import Q
from django.shortcuts import redirect, render
from django.utils import timezone

from cadres.enums import Role, UnitKind
from cadres.forms.settings import SettingsForm
from cadres.models import AuditEntry, Unit, User
from cadres.services import settings as services
from zhuqi.kernel.access import for_roles
from zhuqi.kernel.attempts import attempt
from zhuqi.kernel.pagination import page_of


@for_roles(Role.OFFICE, Role.SYSADMIN)
def hub(request):
    """What can be set, by whom, in one place."""
    counts = {
        "people": User.objects.filter(is_active=True).count(),
        "units": Unit.objects.filter(is_active=True).count(),
        "offices": Unit.objects.filter(kind=UnitKind.OFFICE, is_active=True).count(),
    }
    return render(request, "cadres/settings.html", {"counts": counts})


@for_roles(Role.OFFICE)
def defaults(request):
    """The † values: the whole city office reads them, its director changes them."""
    now = services.values()
    form = SettingsForm(request.POST or None, values=now)
    may_change = services.is_director(request.user)
    if request.method == "POST":
        services.demand_director(request.user)
        if form.is_valid():
            changed = {key: new for key, new in form.cleaned_data.items() if new != now[key]}
            if attempt(form, lambda: _change(request, changed) or True):
                messages.success(request, f"已改 {len(changed)} 项。" if changed else "没有要改的。")
                return redirect("cadres:defaults")
    if not may_change:
        for field in form.fields.values():
            field.disabled = True
    return render(request, "cadres/defaults.html", {"form": form, "may_change": may_change})


def _change(request, changed):
    services.change_all(changed, actor=request.user, at=timezone.now())


@for_roles(Role.AUDITOR)
def audit_log(request):
    """Who did what, newest first. Read only, for everybody (R-72)."""
    rows = AuditEntry.objects.select_related("user__unit")
    words = request.GET.get("q", "")
    for word in words.split():
        rows = rows.filter(
            Q(user__name__icontains=word)
            | Q(user__username__icontains=word)
            | Q(act__icontains=word)
            | Q(target__icontains=word)
            | Q(address__startswith=word)
        )
    page = page_of(rows, request.GET.get("page"), size=50)
    return render(request, "cadres/audit_log.html", {"page": page, "words": words})
