"""Keeping the books: entries, contacts, the white list."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_POST

from enterprises import services
from enterprises.forms import ContactForm, FirmForm, WhitelistForm
from enterprises.models import Contact, Enterprise, Whitelisting
from enterprises.services import FirmRecord
from enterprises.services.rights import KEEPER
from zhuqi.kernel.access import for_roles
from zhuqi.kernel.attempts import attempt

KEEPERS = for_roles(KEEPER)


def _firm(request, pk):
    return get_object_or_404(Enterprise.objects.visible_to(request.user).select_related("region"), pk=pk)


@KEEPERS
def firm_new(request):
    """Register a firm. A code that only warns is asked about once."""
    form = FirmForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid() and not form.warning():
        made = attempt(form, lambda: services.register(_record(form), actor=request.user, at=timezone.now()))
        if made is not None:
            messages.success(request, f"已登记“{made.name}”。接着添加联系人，再指定牵头干部。")
            return redirect("enterprises:detail", made.pk)
    return _edit_page(request, form)


@KEEPERS
def firm_edit(request, pk):
    """Change a firm's entry; a move to another county takes its problems along."""
    firm = _firm(request, pk)
    form = FirmForm(request.POST or None, user=request.user, instance=Enterprise.objects.get(pk=firm.pk))
    if request.method == "POST" and form.is_valid() and not form.warning():
        done = attempt(
            form,
            lambda: services.update(firm, _record(form), actor=request.user, at=timezone.now(), seen_at=_seen_at(form)),
        )
        if done is not None:
            messages.success(request, "已保存。")
            return redirect("enterprises:detail", firm.pk)
    return _edit_page(request, form, firm)


def _seen_at(form):
    return parse_datetime(form.cleaned_data["seen_at"]) if form.cleaned_data["seen_at"] else None


def _edit_page(request, form, firm=None):
    warning = form.warning() if form.is_bound and hasattr(form, "cleaned_data") else ""
    return render(request, "enterprises/edit.html", {"form": form, "firm": firm, "warning": warning})


def _record(form):
    said = form.cleaned_data
    names = ("name", "credit_code", "region", "address", "industry_code", "industry", "chain", "cluster")
    return FirmRecord(**{name: said[name] for name in names}, is_above_scale=said["is_above_scale"], tags=said["tags"])


@KEEPERS
@require_POST
def firm_strike(request, pk):
    """Off the books, or back on them; nothing is deleted."""
    firm = _firm(request, pk)
    back = request.POST.get("back") == "1"
    services.strike_off(firm, actor=request.user, at=timezone.now(), is_active=back)
    messages.success(request, f"“{firm.name}”已{'恢复在册' if back else '移出在册名单，历史都保留'}。")
    return redirect("enterprises:detail", pk)


def contact_edit(request, firm_pk, pk=None):
    """Add or change a contact: the office, or the firm itself."""
    firm = _firm(request, firm_pk)
    contact = get_object_or_404(firm.contacts, pk=pk) if pk else None
    services.contacts.demand_keeper(firm, request.user)
    form = ContactForm(request.POST or None, instance=contact)
    if request.method == "POST" and form.is_valid():
        said, at = form.cleaned_data, timezone.now()
        if contact is None:
            done = attempt(form, lambda: services.add_contact(firm, actor=request.user, at=at, **said))
        else:
            done = attempt(form, lambda: services.amend_contact(contact, actor=request.user, at=at, **said))
        if done is not None:
            messages.success(request, f"已保存联系人{done.name}。")
            return redirect("enterprises:detail", firm.pk)
    return render(request, "enterprises/contact_edit.html", {"form": form, "firm": firm, "contact": contact})


@require_POST
def contact_act(request, firm_pk, pk):
    """`do` = primary or remove."""
    contact = get_object_or_404(Contact.objects.visible_to(request.user), pk=pk, enterprise=firm_pk)
    at = timezone.now()
    if request.POST.get("do") == "primary":
        services.make_primary(contact, actor=request.user, at=at)
        messages.success(request, f"首要联系人现在是{contact.name}，评价链接发给他。")
    else:
        services.remove_contact(contact, actor=request.user, at=at)
        messages.success(request, f"已删除联系人{contact.name}。")
    return redirect("enterprises:detail", firm_pk)


@KEEPERS
def whitelist_add(request, pk):
    """On a list from a day on; an upgrade keeps the old row."""
    firm = _firm(request, pk)
    form = WhitelistForm(request.POST or None, initial={"from_on": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        done = attempt(
            form,
            lambda: services.whitelist(
                firm, said["level"], from_on=said["from_on"], document=said["document"], actor=request.user
            ),
        )
        if done is not None:
            messages.success(request, f"已列入{done.get_level_display()}，原来的认定留在历史里。")
            return redirect("enterprises:detail", pk)
    return render(request, "enterprises/whitelist.html", {"form": form, "firm": firm})


@KEEPERS
@require_POST
def whitelist_end(request, pk):
    """Off the list today."""
    row = get_object_or_404(Whitelisting.objects.visible_to(request.user).select_related("enterprise"), pk=pk)
    services.end_whitelisting(row, to_on=timezone.localdate(), actor=request.user)
    messages.success(request, f"已移出{row.get_level_display()}，历史保留。")
    return redirect("enterprises:detail", row.enterprise_id)
