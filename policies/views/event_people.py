"""谁来参加：按条件邀请、报名、退出、签到、签到表（R-63）。"""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cadres.enums import Role
from enterprises.models import Enterprise
from policies.forms.events import FirmForm, InviteForm, SignUpForForm, SignUpForm
from policies.models import Participation
from policies.services import events as services
from policies.views.events import ORGANISERS, event_for, own_event
from zhuqi.kernel.access import for_roles
from zhuqi.kernel.attempts import attempt

SIGNERS = for_roles(Role.ENTERPRISE, Role.CADRE, Role.OFFICE, Role.UNIT)
SHOWN = 60


@ORGANISERS
def event_invite(request, pk):
    """先看邀到谁、几家，再发。"""
    event, at = own_event(request, pk), timezone.now()
    register = services.roll(event, request.user, today=timezone.localdate(at))
    form = InviteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        sent = attempt(
            form,
            lambda: services.invite(
                event, register, actor=request.user, at=at, expected=said["expected"], with_unknown=said["with_unknown"]
            ),
        )
        if sent is not None:
            messages.success(request, f"邀请了 {sent} 家，随每天一次的汇总告诉企业。")
            return redirect("policies:event", pk)
    return render(request, "policies/event_invite.html", _invite_context(request, event, register, form, at))


def _invite_context(request, event, register, form, at):
    found = services.invitees(event, register, at=at)
    names = services.firms_within(event, request.user).select_related("region")
    lists = {name: getattr(found, name) for name in ("fits", "unknown", "quiet")}
    shown = names.in_bulk([key for keys in lists.values() for key in keys[:SHOWN]])
    return {
        "event": event, "form": form, "conditions": event.conditions.all(), "invited_count": len(found.invited),
        "lists": {name: [shown[key] for key in keys[:SHOWN] if key in shown] for name, keys in lists.items()},
        "counts": {name: len(keys) for name, keys in lists.items()}, "both_count": len(found.fits) + len(found.unknown),
        "one_form": FirmForm(event=event, user=request.user), "is_open": event.state == "OPEN",
    }  # fmt: skip


@ORGANISERS
@require_POST
def event_invite_one(request, pk):
    """不管条件，另外邀请一家。"""
    event, at = own_event(request, pk), timezone.now()
    form = FirmForm(request.POST, event=event, user=request.user)
    if form.is_valid():
        firm = form.cleaned_data["firm"]
        if attempt(form, lambda: services.invite_one(event, firm, actor=request.user, at=at)) is not None:
            messages.success(request, f"邀请了{firm}。")
            return redirect("policies:event_invite", pk)
    register = services.roll(event, request.user, today=timezone.localdate(at))
    context = _invite_context(request, event, register, InviteForm(), at) | {"one_form": form}
    return render(request, "policies/event_invite.html", context, status=422)


@SIGNERS
@require_POST
def event_sign_up(request, pk):
    """报名，或改“想对接什么”。"""
    event = event_for(request, pk)
    is_named = "by_name" in request.POST and services.may_speak_for(request.user, event)
    firm = None if is_named else _firm(request)
    form = SignUpForForm(request.POST, event=event, user=request.user) if is_named else SignUpForm(request.POST)
    if form.is_valid():
        firm = form.cleaned_data["firm"] if is_named else firm
        said = form.cleaned_data["wish"] if form.data.get("wish") is not None else None
        part = attempt(form, lambda: services.sign_up(event, firm, actor=request.user, at=timezone.now(), wish=said))
        if part is not None:
            messages.success(request, _seated(request.user, part))
            return redirect("policies:event", pk)
    context = {"form": form, "event": event, "title": "报名", "button": "报名", "firm": firm, "is_named": is_named}
    return render(request, "policies/event_ask.html", context, status=422)


def _seated(user, part):
    seat = "已报名。" if part.is_coming else "名额满了，已进候补；有企业退出就按先后补上，到时告诉您。"
    return seat if user.role == Role.ENTERPRISE else f"{part.enterprise}：{seat}"


@SIGNERS
@require_POST
def event_withdraw(request, pk):
    """退出。"""
    event, firm = event_for(request, pk), _firm(request)
    services.withdraw(event, firm, actor=request.user, at=timezone.now())
    whose = "" if request.user.role == Role.ENTERPRISE else f"{firm}"
    messages.success(request, f"{whose}已退出，名额让给候补的企业。")
    return redirect("policies:event", pk)


def _firm(request):
    """替哪一家；企业是自己，看不到的企业不存在。"""
    if request.user.role == Role.ENTERPRISE:
        return get_object_or_404(Enterprise.objects.visible_to(request.user))
    asked = request.POST.get("firm", "")
    if not asked.isdecimal() or len(asked) > 18:
        raise Http404
    seen = (
        Enterprise.objects.active() if request.user.role == Role.UNIT else Enterprise.objects.visible_to(request.user)
    )
    return get_object_or_404(seen, pk=int(asked))


@ORGANISERS
@require_http_methods(["GET", "POST"])
def event_attendance(request, pk):
    """签到：手机上照名单勾，一次存一批。"""
    event = own_event(request, pk)
    rows = list(_listed(request, event))
    if request.method == "POST":
        among = {row.pk for row in rows} & _keys(request.POST.getlist("shown"))
        came = services.mark_attendance(
            event, among=among, came=among & _keys(request.POST.getlist("came")), actor=request.user, at=timezone.now()
        )
        messages.success(request, f"已存：到场 {came} 家，没来 {len(among) - came} 家。")
        return redirect("policies:event_attendance", pk)
    return render(request, "policies/event_attendance.html", _attendance_context(request, event, rows))


@ORGANISERS
@require_POST
def event_walk_in(request, pk):
    """没报名来了的。"""
    event = own_event(request, pk)
    form = FirmForm(request.POST, event=event, user=request.user)
    if form.is_valid():
        firm = form.cleaned_data["firm"]
        if attempt(form, lambda: services.walk_in(event, firm, actor=request.user, at=timezone.now())) is not None:
            messages.success(request, f"{firm}已登记到场。")
            return redirect("policies:event_attendance", pk)
    context = _attendance_context(request, event, list(_listed(request, event))) | {"form": form}
    return render(request, "policies/event_attendance.html", context, status=422)


@ORGANISERS
@require_GET
def event_sheet(request, pk):
    """打印的签到表。"""
    event = own_event(request, pk)
    rows = [row for row in _listed(request, event) if row.is_coming or row.attended]
    return render(request, "policies/event_sheet.html", {"event": event, "rows": rows, "blanks": range(5)})


def _listed(request, event):
    rows = Participation.objects.visible_to(request.user).filter(event=event).select_related("enterprise__region")
    listed = rows.exclude(signed_up_at=None, waiting_at=None, attended=None)
    return listed.order_by("enterprise__region__ordering", "enterprise__name")


def _attendance_context(request, event, rows):
    local_day = timezone.localtime(event.held_at).date()
    return {
        "event": event, "rows": rows, "form": FirmForm(event=event, user=request.user),
        "is_on": timezone.localdate() >= local_day and event.state in {"OPEN", "HELD"},
        "came_count": sum(1 for row in rows if row.attended),
    }  # fmt: skip


def _keys(values):
    return {int(value) for value in values if value.isdecimal() and len(value) < 19}
