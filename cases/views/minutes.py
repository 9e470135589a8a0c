"""纪要（R-55）：记、印发、落实、跟踪；议程和纪要的打印与 DOCX。"""

from django.contrib import messages
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from cadres.enums import Role
from cases import papers, queries
from cases.enums import MeetingState
from cases.forms.meetings import MinutesForm, ResultForm
from cases.models import AgendaItem, Case, Meeting
from cases.services import carrying_out, minutes
from cases.services.agenda_facts import changes_since, facts_of
from cases.services.meetings import demand_organiser
from zhuqi.kernel.access import for_roles
from zhuqi.kernel.errors import Conflict, DomainError, NotPermitted
from zhuqi.kernel.official_docx import official_docx
from zhuqi.kernel.pagination import page_of

READERS = (Role.OFFICE, Role.LEADER, Role.SUPERVISOR, Role.UNIT)
PAPERS = {"agenda": "议程", "minutes": "纪要"}


def visible_meeting(user, pk):
    """看得到的会；看不到就没有。"""
    rows = Meeting.objects.visible_to(user).select_related("office", "chair__unit", "closed_by", "frozen_by")
    return get_object_or_404(rows, pk=pk)


def _items(user, meeting):
    rows = AgendaItem.objects.visible_to(user).filter(meeting=meeting)
    return list(rows.select_related("case__lead", "issue", "unit", "event", "done_by").order_by("ordinal", "pk"))


# --- 记 -----------------------------------------------------------------------------------------------------------
def minutes_page(request, meeting, form=None, *, status=200):
    """左边是定稿时的情况和会前的变化，右边是怎么定。"""
    items = form.items if form else _items(request.user, meeting)
    form = form or MinutesForm(meeting=meeting, items=items)
    changed = changes_since(items, frozen_at=meeting.frozen_at, today=timezone.localdate())
    rows = [
        {"item": item, "parts": form.parts(item), "changes": changed.get(item.pk, []), "theirs": _theirs(form, item)}
        for item in items
    ]
    names = sorted({unit.name for unit in form.units.values()})
    context = {"meeting": meeting, "form": form, "rows": rows, "unit_names": names, "theirs": form.theirs,
               "done_count": sum(bool(item.resolution) for item in items)}  # fmt: skip
    return render(request, "cases/meeting_minutes.html", context, status=status)


def _theirs(form, item):
    return {name: form.theirs.get(f"{name}_{item.pk}", "") for name in ("resolution", "decision", "unit", "due_on")}


@require_POST
@for_roles(Role.OFFICE)
def meeting_minutes(request, pk):
    """存草稿，或者存了就印发；存不上的原样带回。"""
    meeting = visible_meeting(request.user, pk)
    demand_organiser(meeting, request.user)
    form = MinutesForm(request.POST, meeting=meeting, items=_items(request.user, meeting))
    if not form.is_valid():
        return minutes_page(request, meeting, form, status=422)
    how = {"actor": request.user, "at": timezone.now()}
    try:
        minutes.save_minutes(meeting, form.draft(), revision=form.cleaned_data["revision"], **how)
        if request.POST.get("do") == "close":
            minutes.close_meeting(meeting, **how)
    except Conflict as refusal:
        meeting = visible_meeting(request.user, pk)
        form.take_conflict(refusal, meeting)
        return minutes_page(request, meeting, form, status=409)
    except DomainError as refusal:
        form.take_refusal(refusal)
        return minutes_page(request, meeting, form, status=refusal.status)
    return _saved(request, meeting)


def _saved(request, meeting):
    if meeting.state != MeetingState.CLOSED:
        messages.success(request, "草稿已存。")
        return redirect("cases:meeting", meeting.pk)
    left = carrying_out.waiting_items(meeting).count()
    if left:
        messages.warning(request, f"纪要已印发；有 {left} 项没能落成，原因写在各项下面，改好条件可以再办。")
    else:
        messages.success(request, "纪要已印发，议定的事项都已落成。")
    return redirect("cases:meeting", meeting.pk)


# --- 看 -----------------------------------------------------------------------------------------------------------
def read_page(request, meeting):
    """只看：单位只看由自己落实的。"""
    user = request.user
    items = _items(user, meeting)
    if meeting.state == MeetingState.PLANNED:
        for item, facts in zip(items, facts_of(items, today=timezone.localdate()), strict=True):
            item.facts = facts
    changed = {}
    if meeting.state == MeetingState.FROZEN:
        changed = changes_since(items, frozen_at=meeting.frozen_at, today=timezone.localdate())
    seen = set(
        Case.objects.visible_to(user)
        .filter(pk__in=[i.case_id for i in items if i.case_id])
        .values_list("pk", flat=True)
    )
    is_own = user.role == Role.OFFICE and user.unit_id == meeting.office_id
    rows = [
        {"item": item, "changes": changed.get(item.pk, []), "is_open": item.case_id in seen,
         "may_report": may_report(item, user) and meeting.state == MeetingState.CLOSED}
        for item in items
    ]  # fmt: skip
    waiting = (
        [item for item in items if item.case_id and not item.event_id] if meeting.state == MeetingState.CLOSED else []
    )
    context = {"meeting": meeting, "rows": rows, "waiting": waiting, "is_organiser": is_own,
               "is_unit": user.role == Role.UNIT}  # fmt: skip
    return render(request, "cases/meeting_read.html", context)


def may_report(item, user):
    """没有对着哪一件的、还没填报的，由落实的单位或召集的活动办填。"""
    if item.case_id or item.done_at or item.resolution == "LATER" or not (item.unit_id or item.due_on):
        return False
    is_unit = user.role == Role.UNIT and user.unit_id == item.unit_id
    return is_unit or (user.role == Role.OFFICE and user.unit_id == item.meeting.office_id)


@require_POST
@for_roles(Role.OFFICE)
def meeting_carry(request, pk):
    """没落成的再办一遍；或者只作记录。"""
    meeting, how = visible_meeting(request.user, pk), {"actor": request.user, "at": timezone.now()}
    demand_organiser(meeting, request.user)
    asked = request.POST.get("item", "")
    try:
        if asked.isdecimal():
            item = get_object_or_404(AgendaItem.objects.visible_to(request.user).select_related(
                "meeting__office", "meeting__chair", "unit", "case"), pk=asked, meeting=meeting)  # fmt: skip
            act = carrying_out.record_only if request.POST.get("do") == "record" else carrying_out.carry_out
            done = act(item, **how)
        else:
            done = minutes.finish(meeting, **how)
    except NotPermitted:
        raise
    except DomainError as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, "已落成。") if done else messages.warning(
            request, "还是没能落成，原因写在那一项下面。"
        )
    return redirect("cases:meeting", pk)


@for_roles(Role.OFFICE, Role.UNIT)
def agenda_result(request, pk):
    """填报落实情况。"""
    rows = AgendaItem.objects.visible_to(request.user).select_related("meeting__office", "unit")
    item = get_object_or_404(rows, pk=pk)
    if not may_report(item, request.user) and not item.done_at:
        raise NotPermitted("这一项不归您填报。")
    form = ResultForm(request.POST or None)
    if form.is_bound and form.is_valid():
        try:
            minutes.report_result(item, form.cleaned_data["result"], actor=request.user, at=timezone.now())
        except NotPermitted:
            raise
        except DomainError as refusal:
            form.add_error(None, refusal.message)
            form.refused_status = refusal.status
        else:
            messages.success(request, "落实情况已填报。")
            return redirect("cases:decisions")
    status = getattr(form, "refused_status", 422) if form.errors else 200
    return render(request, "cases/agenda_result.html", {"item": item, "form": form}, status=status)


# --- 议定事项 -----------------------------------------------------------------------------------------------------
@require_GET
@for_roles(*READERS)
def decisions(request):
    """以前议定的都办得怎样了。"""
    today = timezone.localdate()
    parts = queries.decisions(request.user, today=today)
    labels = {"open": ("在办", ""), "late": ("过期", "late"), "troubled": ("没落成", "near"), "done": ("已落实", "")}
    tab = request.GET.get("tab") if request.GET.get("tab") in labels else "open"
    kinds = []
    for key, (label, tone) in labels.items():
        count = parts[key].order_by().count()
        kinds.append({"label": label, "url": f"?tab={key}", "count": count, "current": key == tab,
                      "tone": tone if count else ""})  # fmt: skip
    rows = parts[tab].select_related("meeting__office", "case__lead", "unit", "done_by")
    page = page_of(rows, request.GET.get("page"), size=50)
    seen = set(
        Case.objects.visible_to(request.user)
        .filter(pk__in=[row.case_id for row in page if row.case_id])
        .values_list("pk", flat=True)
    )
    for row in page:
        row.is_seen, row.may_report = row.case_id in seen, may_report(row, request.user)
    return render(request, "cases/decisions.html", {"kinds": kinds, "tab": tab, "page": page})


# --- 打印与 DOCX --------------------------------------------------------------------------------------------------
def _paper(request, pk, kind):
    meeting = visible_meeting(request.user, pk)
    if kind not in PAPERS or (kind == "minutes" and meeting.state not in {MeetingState.FROZEN, MeetingState.CLOSED}):
        raise Http404
    items = _items(request.user, meeting)
    if meeting.state == MeetingState.PLANNED:
        for item, facts in zip(items, facts_of(items, today=timezone.localdate()), strict=True):
            item.facts = facts
    make = papers.agenda_paper if kind == "agenda" else papers.minutes_paper
    return meeting, make(meeting, items)


@require_GET
@for_roles(*READERS)
def meeting_paper(request, pk, kind):
    """和 DOCX 同一份字，屏幕上看、浏览器里打。"""
    meeting, paper = _paper(request, pk, kind)
    return render(
        request, "cases/meeting_paper.html", {"meeting": meeting, "paper": paper, "kind": kind, "name": PAPERS[kind]}
    )


@require_GET
@for_roles(*READERS)
def meeting_docx(request, pk, kind):
    """GB/T 9704-2012 版式的 DOCX（R-53）。"""
    meeting, paper = _paper(request, pk, kind)
    name = f"{timezone.localtime(meeting.held_at):%Y-%m-%d} {meeting.get_kind_display()}{PAPERS[kind]}.docx"
    return FileResponse(papers.stream(official_docx(paper)), as_attachment=True, filename=name)
