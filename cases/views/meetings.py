"""例会（R-55）：一月一览、筹备、议程。"""

import calendar
from datetime import date, timedelta

from django.contrib import messages
from django.db.models import Count, Q
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from cadres.enums import Role
from cases.enums import MeetingKind, MeetingState, Resolution
from cases.forms.meetings import AddItemForm, MeetingForm
from cases.forms.triage import picked_cases
from cases.models import AgendaItem, Coordination, Meeting
from cases.services import meetings as services
from cases.services.agenda_facts import facts_of
from cases.views.minutes import READERS, minutes_page, read_page, visible_meeting
from zhuqi.kernel.access import for_roles
from zhuqi.kernel.errors import DomainError, NotPermitted

YEARS = range(2000, 2100)
DID = {"up": "", "down": "", "remove": "已从议程上拿掉。"}


def is_organiser(user, meeting):
    """召集这次会的活动办的人。"""
    return user.role == Role.OFFICE and user.unit_id == meeting.office_id


# --- 一月一览 -----------------------------------------------------------------------------------------------------
@require_GET
@for_roles(*READERS)
def meetings(request):
    """接下来的会，和这个月的一览。"""
    user, today = request.user, timezone.localdate()
    first = _month(request.GET.get("month"), today)
    rows = Meeting.objects.visible_to(user).select_related("office", "chair")
    start, end = _bounds(first)
    inside = rows.filter(held_at__gte=start, held_at__lt=end)
    counted = inside.annotate(item_count=Count("items")).order_by("held_at", "pk")
    held = list(counted)
    items = AgendaItem.objects.visible_to(user).filter(meeting__state=MeetingState.CLOSED)
    of_month = items.filter(meeting__held_at__gte=start, meeting__held_at__lt=end)
    ahead = rows.filter(state__in=(MeetingState.PLANNED, MeetingState.FROZEN), held_at__gte=_bounds(today)[0])
    context = {
        "month": first, "earlier": first - timedelta(days=1), "later": end.date(), "held": held,
        "weeks": _weeks(first, held), "ahead": list(ahead.order_by("held_at", "pk")[:5]) if user.role != Role.UNIT else [],
        "counts": _counts(of_month), "waiting_count": _waiting(user), "may_plan": user.role == Role.OFFICE,
    }  # fmt: skip
    return render(request, "cases/meetings.html", context)


def _month(asked, today):
    try:
        first = date.fromisoformat(f"{asked}-01")
    except ValueError:
        first = today
    # A year nobody means would leave the calendar.
    return (first if first.year in YEARS else today).replace(day=1)


def _bounds(day):
    first = day.replace(day=1)
    after = (first + timedelta(days=31)).replace(day=1)
    return tuple(
        timezone.make_aware(timezone.datetime.combine(each, timezone.datetime.min.time())) for each in (first, after)
    )


def _weeks(first, held):
    """月历：周一到周日，每天有哪几次会。"""
    by_day = {}
    for meeting in held:
        by_day.setdefault(timezone.localtime(meeting.held_at).date(), []).append(meeting)
    weeks = calendar.Calendar().monthdatescalendar(first.year, first.month)
    return [[(day, day.month == first.month, by_day.get(day, [])) for day in week] for week in weeks]


def _counts(items):
    """这个月议定的：各几项。"""
    asked = {one.name.lower(): Count("pk", filter=Q(resolution=one)) for one in Resolution}
    return items.order_by().aggregate(all=Count("pk"), troubled=Count("pk", filter=~Q(trouble="")), **asked)


def _waiting(user):
    if user.role == Role.UNIT:
        return 0
    return Coordination.objects.visible_to(user).filter(answered_at__isnull=True).count()


# --- 筹备 ---------------------------------------------------------------------------------------------------------
@for_roles(Role.OFFICE)
def meeting_new(request):
    """筹备一次会；从协调页选了几件来的，就是会商。"""
    picks = request.POST if request.method == "POST" else request.GET
    picked = [case for case, _ in picked_cases(picks, request.user)]
    initial = {"kind": MeetingKind.CONSULT if picked else MeetingKind.SERVICE}
    form = MeetingForm(request.POST if "held_on" in request.POST else None, user=request.user, initial=initial)
    if form.is_bound and form.is_valid():
        how = {"actor": request.user, "at": timezone.now(), "cases": picked}
        made = _taken(form, lambda: services.plan_meeting(form.plan(), **how))
        if made:
            messages.success(request, f"{services.name_of(made)}已筹备，议程提了 {made.items.count()} 项。")
            return redirect("cases:meeting", made.pk)
    return _form_page(request, form, picked=picked)


@for_roles(Role.OFFICE)
def meeting_edit(request, pk):
    """改时间、地点、主持。"""
    meeting = visible_meeting(request.user, pk)
    services.demand_organiser(meeting, request.user)
    if meeting.state != MeetingState.PLANNED:
        return redirect("cases:meeting", pk)
    form = MeetingForm(request.POST or None, user=request.user, initial=MeetingForm.initial_of(meeting))
    if form.is_bound and form.is_valid():
        how = {"actor": request.user, "at": timezone.now(), "revision": _revision(request)}
        if _taken(form, lambda: services.change_meeting(meeting, form.plan(), **how)):
            messages.success(request, "已改。")
            return redirect("cases:meeting", pk)
    return _form_page(request, form, meeting=meeting)


def _form_page(request, form, **more):
    status = getattr(form, "refused_status", 422) if form.errors else 200
    return render(request, "cases/meeting_form.html", {"form": form, **more}, status=status)


def _revision(request):
    said = request.POST.get("revision", "")
    return said if said.isdecimal() else None


def _taken(form, act):
    """办成了给结果；规则不许的写回表单，填过的都在。"""
    try:
        return act()
    except NotPermitted:
        raise
    except DomainError as refusal:
        errors = {name: said for name, said in getattr(refusal, "errors", {}).items() if name in form.fields}
        for name, said in (errors or {None: [refusal.message]}).items():
            form.add_error(name, said)
        form.refused_status = refusal.status
        return None


# --- 一次会 -------------------------------------------------------------------------------------------------------
@require_GET
@for_roles(*READERS)
def meeting(request, pk):
    """走到哪一步给哪一页：筹备时编议程，定稿后记纪要，其余的人和印发以后只看。"""
    row = visible_meeting(request.user, pk)
    if is_organiser(request.user, row):
        if row.state == MeetingState.PLANNED:
            return _agenda_page(request, row)
        if row.state == MeetingState.FROZEN:
            return minutes_page(request, row)
    return read_page(request, row)


def _agenda_page(request, row, form=None, *, status=200):
    items = list(row.items.select_related("case", "issue"))
    for item, facts in zip(items, facts_of(items, today=timezone.localdate()), strict=True):
        item.facts = facts
    form = form or AddItemForm(user=request.user)
    return render(request, "cases/meeting_agenda.html", {"meeting": row, "items": items, "form": form}, status=status)


@require_POST
@for_roles(Role.OFFICE)
def meeting_agenda(request, pk):
    """编议程：添、再提、移、拿掉。"""
    row, do = visible_meeting(request.user, pk), request.POST.get("do", "")
    services.demand_organiser(row, request.user)
    how = {"actor": request.user, "at": timezone.now(), "revision": _revision(request)}
    if do == "add":
        return _add(request, row, how)
    try:
        said = _edit(request, row, do, how)
    except NotPermitted:
        raise
    except DomainError as refusal:
        messages.error(request, refusal.message)
        return redirect("cases:meeting", pk)
    if said:
        messages.success(request, said)
    return redirect("cases:meeting", pk)


def _edit(request, row, do, how):
    if do == "propose":
        added = services.propose_more(row, **how)
        return f"又提了 {added} 项。" if added else "没有新的可提。"
    asked = request.POST.get("item", "")
    item = row.items.filter(pk=asked).first() if asked.isdecimal() else None
    if item is None or do not in DID:
        raise Http404
    item.meeting = row
    if do == "remove":
        services.remove_item(item, **how)
    else:
        services.move_item(item, do, **how)
    return DID[do]


def _add(request, row, how):
    form = AddItemForm(request.POST, user=request.user)
    if form.is_valid():
        what, case = form.cleaned_data["what"], form.case
        add, thing = (services.add_case, case) if case else (services.add_topic, what)
        if _taken(form, lambda: add(row, thing, **how) or True):
            messages.success(request, f"已添上：{case.title if case else what}。")
            return redirect("cases:meeting", row.pk)
    return _agenda_page(
        request, visible_meeting(request.user, row.pk), form, status=getattr(form, "refused_status", 422)
    )


@require_POST
@for_roles(Role.OFFICE)
def meeting_freeze(request, pk):
    """议程定稿。"""
    row = visible_meeting(request.user, pk)
    return _stepped(
        request, row, services.freeze_agenda, "议程已定稿，当时的情况已经定格；会上照着议，随时可以记纪要。"
    )


@require_POST
@for_roles(Role.OFFICE)
def meeting_cancel(request, pk):
    """不开了。"""
    return _stepped(request, visible_meeting(request.user, pk), services.cancel_meeting, "这次会已取消。")


def _stepped(request, row, act, said):
    try:
        act(row, actor=request.user, at=timezone.now(), revision=_revision(request))
    except NotPermitted:
        raise
    except DomainError as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, said)
    return redirect("cases:meeting", row.pk)
