"""对接活动的页面：列表、一场、登记、修改、开始报名、取消、办过（R-63）。"""

from django.contrib import messages
from django.db.models import Count, Q
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from cadres.enums import Role
from policies.enums import EventState
from policies.forms import ConditionFormSet, condition_rows
from policies.forms.events import CancelForm, EventFilter, EventForm, SignUpForForm, SignUpForm
from policies.models import EventFollowUp, EventResult, MatchEvent, Participation
from policies.services import events as services
from policies.views.eventwords import figure_of, list_tabs, stage_words
from zhuqi.kernel.access import for_roles
from zhuqi.kernel.attempts import attempt, attempt_kept
from zhuqi.kernel.errors import Conflict
from zhuqi.kernel.pagination import page_of

READERS = for_roles(Role.ENTERPRISE, Role.CADRE, Role.UNIT, Role.OFFICE, Role.LEADER, Role.SUPERVISOR)
ORGANISERS = for_roles(Role.OFFICE, Role.UNIT)
TABS = {"ahead": "即将举办", "past": "已举办", "mine": "本单位的", "gone": "已取消"}
FIRM_PAST = 10
PARTS_MOST, RESULTS_MOST = 200, 12


def event_for(request, pk):
    """看得到的一场；看不到就没有。"""
    rows = MatchEvent.objects.visible_to(request.user).for_list().select_related("made_by")
    return get_object_or_404(rows, pk=pk)


def own_event(request, pk):
    """归他办的一场；看得到、不归他是 403。"""
    event = event_for(request, pk)
    services.demand_organiser(request.user, event)
    return event


@READERS
@require_GET
def event_list(request):
    """企业看到请我的、我报的、能报的；别人看到即将、已办、本单位的、取消的。"""
    if request.user.role == Role.ENTERPRISE:
        return _firm_page(request)
    user, at = request.user, timezone.now()
    may_organise = services.may_organise(user)
    tab = request.GET.get("tab", "ahead")
    tab = tab if tab in TABS and (tab != "mine" or may_organise) else "ahead"
    form, visible = EventFilter(request.GET), MatchEvent.objects.visible_to(user)
    rows = form.narrow(_tab_rows(visible, tab, user))
    came = Count("participations", filter=Q(participations__attended=True))
    page = page_of(rows.for_list().annotate(came_count=came), request.GET.get("page"))
    due = EventFollowUp.objects.visible_to(user).waiting().filter(due_on__lte=timezone.localdate(at))
    context = {
        "form": form, "tab": tab, "page": page, "views": list_tabs(TABS, tab, request.GET, may_organise=may_organise),
        "is_filtered": any(request.GET.get(name) for name in form.fields), "may_organise": may_organise,
        "due_count": due.count(), "may_total": user.role != Role.CADRE, "is_city_office": services.is_city_office(user),
        "may_export": user.role in {Role.OFFICE, Role.UNIT, Role.LEADER, Role.SUPERVISOR}, "at": at,
    }  # fmt: skip
    return render(request, "policies/events.html", context)


def _tab_rows(visible, tab, user):
    if tab == "mine":
        return visible.filter(unit=user.unit_id).order_by("-held_at", "-pk")
    if tab == "past":
        return visible.filter(state=EventState.HELD).order_by("-held_at", "-pk")
    if tab == "gone":
        return visible.filter(state=EventState.CANCELLED).order_by("-held_at", "-pk")
    return visible.filter(state__in=(EventState.DRAFT, EventState.OPEN)).order_by("held_at", "pk")


def _firm_page(request):
    """我的对接活动：报了名的、请了我的、还能报的，办过的。"""
    user, at = request.user, timezone.now()
    visible = MatchEvent.objects.visible_to(user).for_list()
    firm = user.enterprise
    county = {None, firm.region_id, firm.region.parent_id}
    mine = {part.event_id: part for part in Participation.objects.visible_to(user)}
    ahead = list(visible.filter(state=EventState.OPEN, held_at__gt=at).order_by("held_at", "pk")[:100])
    groups = {"mine": [], "invited": [], "open": []}
    for event in ahead:
        part = mine.get(event.pk)
        if part is None and event.region_id not in county:
            continue
        name = (
            "open"
            if part is None
            else "mine"
            if part.is_coming or part.is_waiting
            else "invited"
            if part.invited_at and not part.withdrawn_at
            else "open"
        )
        groups[name].append((event, part))
    known = visible.filter(pk__in=[key for key, part in mine.items() if part.signed_up_at or part.attended])
    past = known.exclude(pk__in=[event.pk for event in ahead])[:FIRM_PAST]
    context = {**groups, "past": [(event, mine[event.pk]) for event in past]}
    return render(request, "policies/events_firm.html", context)


@READERS
@require_GET
def event_detail(request, pk):
    """一场活动；按各人该看的给。"""
    event, user, at = event_for(request, pk), request.user, timezone.now()
    may_edit = services.may_edit(user, event)
    parts = Participation.objects.visible_to(user).filter(event=event)
    results = EventResult.objects.visible_to(user).filter(event=event).counted()
    context = {
        "event": event, "may_edit": may_edit, "conditions": event.conditions.all(),
        "blocker": services.opening_blocker(event, at=at) if event.state == EventState.DRAFT else "",
        "at": at, "is_over": event.held_at <= at, "is_on": timezone.localdate(at) >= timezone.localtime(event.held_at).date(),
        "counts": parts.aggregate(
            invited=Count("pk", filter=Q(invited_at__isnull=False)),
            coming=Count("pk", filter=Q(signed_up_at__isnull=False, withdrawn_at=None)),
            waiting=Count("pk", filter=Q(waiting_at__isnull=False, withdrawn_at=None)),
            came=Count("pk", filter=Q(attended=True)),
        ),
        "parts": parts.select_related("enterprise__region").exclude(signed_up_at=None, waiting_at=None, attended=None)[:PARTS_MOST],
        "results": [(row, stage_words(row), figure_of(row)) for row in results.select_related("enterprise")[:RESULTS_MOST]],
        "follow_ups": EventFollowUp.objects.visible_to(user).filter(event=event).select_related("done_by"),
        "cancel_form": CancelForm(), "parts_most": PARTS_MOST, "results_count": results.count(), **_sign_up_context(event, user, parts, at),
    }  # fmt: skip
    return render(request, "policies/event.html", context)


def _sign_up_context(event, user, parts, at):
    """谁能在这一页报名：企业一家，干部是包联的几家，主办单位和活动办写名称。"""
    if event.state != EventState.OPEN or event.held_at <= at:
        return {"firms": []}
    is_late = bool(event.sign_up_until_on and timezone.localdate(at) > event.sign_up_until_on)
    if user.role not in {Role.ENTERPRISE, Role.CADRE}:
        may_speak = services.may_speak_for(user, event)
        form = SignUpForForm(event=event, user=user, auto_id="id_for_%s") if may_speak and not is_late else None
        return {"firms": [], "may_speak": may_speak, "speak_form": form}
    mine = {part.enterprise_id: part for part in parts}
    rows = [
        (
            firm,
            part := mine.get(firm.pk),
            SignUpForm(initial={"wish": part.wish if part else ""}, auto_id=f"id_{firm.pk}_%s"),
        )
        for firm in services.firms_signed_up_by(user, event).order_by("name")[:60]
    ]
    return {"firms": rows, "is_late": is_late}


@ORGANISERS
def event_new(request):
    """登记一场，先存在筹备里。"""
    form = EventForm(request.POST or None, user=request.user)
    rows = ConditionFormSet(request.POST or None, prefix="c")
    if request.method == "POST" and all([form.is_valid(), rows.is_valid()]):
        draft, how = form.draft(rows), {"actor": request.user, "at": timezone.now()}
        again = services.drafted_just_now(draft, **how)
        made = again or attempt(form, lambda: services.draft_event(draft, **how))
        if made is not None:
            messages.success(request, "已登记，先在筹备里；核对后开始报名，企业才看得到。")
            return redirect("policies:event", made.pk)
    return render(request, "policies/event_edit.html", {"form": form, "rows": rows, "event": None})


@ORGANISERS
def event_edit(request, pk):
    """改一场；已在报名的改了时间地点，报了名的当时收到通知。"""
    event = own_event(request, pk)
    if event.state not in {EventState.DRAFT, EventState.OPEN}:
        raise Conflict(f"这场活动{event.get_state_display()}，不能再改。")
    form = EventForm(request.POST or None, user=request.user, event=event)
    rows = ConditionFormSet(request.POST or None, prefix="c", initial=condition_rows(services.conditions_of(event)))
    if request.method == "POST" and all([form.is_valid(), rows.is_valid()]):
        done = attempt_kept(
            form,
            lambda: services.edit_event(
                event, form.draft(rows), actor=request.user, at=timezone.now(), revision=form.cleaned_data["revision"]
            ),
            revision=lambda: own_event(request, pk).revision,
        )
        if done is not None:
            messages.success(request, "已保存。")
            return redirect("policies:event", pk)
    context = {"form": form, "rows": rows, "event": event}
    return render(
        request, "policies/event_edit.html", context, status=409 if getattr(form, "overtaken", False) else 200
    )


@ORGANISERS
@require_POST
def event_open(request, pk):
    """开始报名。"""
    services.open_event(own_event(request, pk), actor=request.user, at=timezone.now())
    messages.success(request, "已开始报名，企业看得到了。接着按条件邀请。")
    return redirect("policies:event_invite", pk)


@ORGANISERS
@require_POST
def event_hold(request, pk):
    """办过了。"""
    services.hold_event(own_event(request, pk), actor=request.user, at=timezone.now())
    messages.success(request, "已登记为办过；30 天、90 天的回访排好了。接着记结果。")
    return redirect("policies:event", pk)


@ORGANISERS
@require_POST
def event_cancel(request, pk):
    """取消，写明原因。"""
    event = own_event(request, pk)
    form = CancelForm(request.POST)
    if form.is_valid():
        done = attempt(
            form, lambda: services.cancel_event(event, actor=request.user, at=timezone.now(), **form.cleaned_data)
        )
        if done is not None:
            messages.success(request, "已取消，报了名的企业都收到了通知；名单留着。")
            return redirect("policies:event", pk)
    context = {
        "form": form,
        "title": "取消这场活动",
        "button": "取消活动",
        "back": reverse("policies:event", args=[pk]),
    }
    return render(request, "policies/event_ask.html", {**context, "event": event}, status=422)
