"""回头看（R-30）：名单、一次的记录、改派、电话；抽取的种子与分层。"""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from cadres.enums import Role
from cases.forms.look_backs import LookBackRecord, Reassign
from cases.models import Case, LookBack, LookBackDraw
from cases.services import look_back_draws as draws
from cases.services import look_backs as services
from cases.views.look_back_lists import LISTS, draw_layers, places, rows_in
from zhuqi.kernel.access import for_roles
from zhuqi.kernel.errors import DomainError, InvalidInput, NotPermitted
from zhuqi.kernel.htmx import is_fragment
from zhuqi.kernel.pagination import page_of

JUDGES = (Role.OFFICE, Role.LEADER, Role.SUPERVISOR)
ROLES = (Role.CADRE, *JUDGES)
WITH_CASE = (
    "draw", "unit", "case__enterprise", "case__region", "case__category", "assignee__unit", "checked_by__unit",
)  # fmt: skip


@for_roles(*ROLES)
@require_GET
def look_backs(request):
    """名单：要我看的在前；干部只有自己的。"""
    today = timezone.localdate()
    found = places(request.user, today=today)
    asked = request.GET.get("tab")
    known = [place["key"] for place in found]
    first = next((place["key"] for place in found if place["count"]), known[0])
    key = asked if asked in known else first
    for place in found:
        place["current"] = place["key"] == key
    rows = rows_in(key, request.user, today=today).select_related(*WITH_CASE)
    page = page_of(rows, request.GET.get("page"), size=25)
    context = {"places": found, "page": page, "list": LISTS[key], "key": key, "is_judge": request.user.role in JUDGES}
    return render(request, "cases/look_backs.html", context)


def _visible(request, pk):
    """看得到的一次；没到日子、也不是派给他的，干部看不到。"""
    return get_object_or_404(LookBack.objects.visible_to(request.user).select_related(*WITH_CASE), pk=pk)


@for_roles(*ROLES)
def look_back(request, pk):
    """一次回头看：派给我的填记录，别人的看记录。"""
    row = _visible(request, pk)
    form = LookBackRecord(request.POST or None, initial={"tries": row.tries}) if _is_mine(row, request.user) else None
    if request.method == "POST":
        if form is None:
            # Moved away, cancelled or recorded since the page was read: what was typed is given back (409).
            return _stale(request, row, LookBackRecord(request.POST))
        if form.is_valid() and _taken(
            form, lambda: services.record(
                row, form.seen(), tries=form.cleaned_data["tries"], actor=request.user, at=timezone.now()
            )
        ):  # fmt: skip
            messages.success(request, _said(form.cleaned_data["result"]))
            return redirect("cases:look_back", pk)
        row = _visible(request, pk)
    status = getattr(form, "refused_status", 422) if form is not None and form.errors else 200
    return _page(request, row, form=form, status=status)


def _is_mine(row, user):
    return row.assignee_id == user.pk and not row.checked_at and not row.cancelled_at


def _stale(request, row, form):
    if row.assignee_id != request.user.pk:
        raise NotPermitted("这次回头看没有派给您。")
    form.add_error(None, services.TAKEN)
    return _page(request, row, stale=form, status=409)


def _said(result):
    return {
        "REAL": "已记录：属实。",
        "RELAPSED": "已记录；问题又出现，已退回原单位继续办理。",
        "FALSE": "已记录；销号已撤销，退回重办，并拟了问效建议单送活动办主任。",
        "UNREACHED": "已记录；到约好的那天再提醒您。",
    }[result]


def _page(request, row, *, form=None, stale=None, reassign=None, status=200):  # noqa: PLR0913 - the page's parts
    user = request.user
    is_open = not row.checked_at and not row.cancelled_at
    may_move = user.role == Role.OFFICE and user.is_head and user.sees_everything
    submission = row.case.submissions.filter(submitted_at__lte=row.closed_at).order_by("-submitted_at", "-pk").first()
    context = {
        "row": row,
        "form": form,
        "stale": stale,
        "submission": submission,
        "contacts": services.contacts(row) if form is not None else [],
        "is_judge": user.role in JUDGES,
        "sees_case": user.role in JUDGES and Case.objects.visible_to(user).filter(pk=row.case_id).exists(),
        "is_open": is_open,
        "reassign": reassign or (Reassign() if may_move and is_open and row.due_on <= timezone.localdate() else None),
    }
    return render(request, "cases/look_back.html", context, status=status)


@for_roles(Role.OFFICE)
@require_POST
def look_back_reassign(request, pk):
    """改派：系统另选一人。"""
    row = _visible(request, pk)
    services.demand_director(request.user)
    form = Reassign(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    if form.errors or not _taken(
        form, lambda: services.reassign(row, reason=reason, actor=request.user, at=timezone.now())
    ):
        row = _visible(request, pk)
        return _page(request, row, reassign=form, status=getattr(form, "refused_status", 422))
    messages.success(request, f"已改派，由{row.assignee.unit or ''}{row.assignee}去看。")
    return redirect("cases:look_back", pk)


@for_roles(*ROLES)
@require_POST
def look_back_phone(request, pk, contact):
    """联系人的号码：给正要去看的人，记入审计（R-73）。"""
    row = _visible(request, pk)
    found = services.reveal(row, contact, by=request, at=timezone.now())
    if found is None:
        raise Http404
    template = "cases/_look_back_phone.html" if is_fragment(request) else "cases/look_back_phone.html"
    return render(request, template, {"contact": found, "row": row})


@for_roles(*JUDGES)
@require_GET
def look_back_draws(request):
    """各月的抽取；抽中谁，被看的一方看不到，县里的也不看。"""
    page = page_of(LookBackDraw.objects.visible_to(request.user), request.GET.get("page"), size=25)
    if not request.user.sees_everything:
        raise NotPermitted("抽取的名单由市活动办、市领导和督查看。")
    rows = [(draw, *_sizes(draw)) for draw in page]
    return render(request, "cases/look_back_draws.html", {"page": page, "rows": rows})


def _sizes(draw):
    rest = sum(len(each["numbers"]) for each in draw.strata)
    return len(draw.must), rest, sum(len(each["drawn"]) for each in draw.strata)


@for_roles(*JUDGES)
@require_GET
def look_back_draw(request, pk):
    """一个月怎么抽的：种子、必看、每层几件抽几件；当场照种子重抽一遍。"""
    draw = get_object_or_404(LookBackDraw.objects.visible_to(request.user), pk=pk)
    must, rest, drawn = _sizes(draw)
    context = {
        "draw": draw, "must_count": must, "rest_count": rest, "drawn_count": drawn, **draw_layers(draw),
        "wrong": draws.verify(draw),
    }  # fmt: skip
    return render(request, "cases/look_back_draw.html", context)


def _taken(form, act):
    """办成了给结果；规则不许的写回表单，填过的都在。"""
    try:
        return act()
    except NotPermitted:
        raise
    except DomainError as refusal:
        for name, said in (refusal.errors if isinstance(refusal, InvalidInput) else {}).items():
            form.add_error(name if name in form.fields else None, said)
        if not form.errors:
            form.add_error(None, refusal.message)
        form.refused_status = refusal.status
        return None
