"""活动办过以后：结果、作废、回访，一年的合计和每个数后面的行，种类（R-63）。"""

from urllib.parse import urlencode

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from cadres.enums import Role
from policies.enums import EventState, ResultKind, ResultStage
from policies.forms.events import FollowUpForm, KindForm, ResultForm, RowsFilter, VoidForm
from policies.models import EventFollowUp, EventKind, EventResult
from policies.rules.results import SAID
from policies.services import events as services
from policies.services.events.totals import attended_rows, result_rows, totals
from policies.views.events import ORGANISERS, own_event
from policies.views.eventwords import chains, figure_of, figure_words, left_words, stage_words, sums_of
from zhuqi.kernel.access import for_roles
from zhuqi.kernel.attempts import attempt
from zhuqi.kernel.pagination import page_of

COUNTERS = for_roles(Role.OFFICE, Role.UNIT, Role.LEADER, Role.SUPERVISOR)
OFFICE = for_roles(Role.OFFICE)
YEARS_SHOWN = 4


@ORGANISERS
def event_results(request, pk):
    """记结果；后一步从前一步旁边记起。"""
    event, today = own_event(request, pk), timezone.localdate()
    rows = EventResult.objects.visible_to(request.user).filter(event=event).select_related("enterprise", "recorded_by")
    asked = request.POST.get("follows") or request.GET.get("follows") or ""
    follows = rows.filter(pk=int(asked)).first() if asked.isdecimal() and len(asked) < 19 else None
    form = ResultForm(
        request.POST or None, event=event, follows=follows, today=today, is_lost=bool(asked and not follows)
    )
    if request.method == "POST" and form.is_valid():
        act = lambda: services.record_result(event, form.outcome(), actor=request.user, at=timezone.now())  # noqa: E731 - one call, twice named
        if attempt(form, act) is not None:
            messages.success(request, "已记下。")
            return redirect("policies:event_results", pk)
    live = [row for row in rows if not row.voided_at]
    context = {
        "event": event, "form": form, "follows": follows, "is_held": event.state == EventState.HELD,
        "chains": chains(live), "sums": sums_of(rows.counted()),
        "voided": [(row, stage_words(row), figure_of(row)) for row in rows if row.voided_at],
        "left": left_words(follows, [row for row in live if row.follows_id == follows.pk]) if follows else "",
    }  # fmt: skip
    return render(request, "policies/event_results.html", context)


@ORGANISERS
def event_result_void(request, pk):
    """作废一个结果，写明原因。"""
    result = get_object_or_404(
        EventResult.objects.visible_to(request.user).select_related("event", "enterprise"), pk=pk
    )
    services.demand_organiser(request.user, result.event)
    form = VoidForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        if (
            attempt(form, lambda: services.void_result(result, actor=request.user, at=timezone.now(), **said))
            is not None
        ):
            messages.success(request, "已作废，留着备查，不再计数。")
            return redirect("policies:event_results", result.event_id)
    context = {
        "form": form, "event": result.event, "title": "作废这个结果", "button": "作废",
        "told": f"{result.enterprise}　{stage_words(result)}　{figure_of(result)}",
        "back": reverse("policies:event_results", args=[result.event_id]),
    }  # fmt: skip
    return render(request, "policies/event_ask.html", context)


@COUNTERS
@require_GET
def event_follow_ups(request):
    """到日子的、快到的、做过的回访。"""
    rows = EventFollowUp.objects.visible_to(request.user).select_related("event__unit", "event__kind", "done_by")
    tab = request.GET.get("tab", "due")
    if tab == "done":
        rows = rows.filter(done_at__isnull=False).order_by("-done_at", "-pk")
    else:
        tab, rows = "due", rows.waiting().order_by("due_on", "pk")
    tabs = [
        {"label": label, "url": f"?tab={key}", "current": key == tab, "count": None}
        for key, label in (("due", "还没回访"), ("done", "回访过"))
    ]
    own = services.may_organise(request.user)
    context = {"page": page_of(rows, request.GET.get("page")), "tab": tab, "views": tabs, "may_organise": own}
    return render(request, "policies/event_follow_ups.html", context)


@COUNTERS
def event_follow_up(request, pk):
    """看一次回访，没记的记上。"""
    row = get_object_or_404(
        EventFollowUp.objects.visible_to(request.user).select_related("event__kind", "done_by"), pk=pk
    )
    form = FollowUpForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        done = attempt(form, lambda: services.record_follow_up(row, actor=request.user, at=timezone.now(), **said))
        if done is not None:
            messages.success(request, "回访记下了。有新的签约、到位，接着记在结果里。")
            return redirect("policies:event_follow_up", pk)
    results = (
        EventResult.objects.visible_to(request.user).filter(event=row.event).counted().select_related("enterprise")
    )
    context = {
        "row": row, "event": row.event, "form": form, "may_edit": services.may_edit(request.user, row.event),
        "results": [(each, stage_words(each), figure_of(each)) for each in results],
    }  # fmt: skip
    return render(request, "policies/event_follow_up.html", context)


@COUNTERS
@require_GET
def event_totals(request):
    """一年的合计；每个数点开是那些行。"""
    this = timezone.localdate().year
    asked = request.GET.get("year", "")
    year = int(asked) if asked.isdecimal() and len(asked) == 4 and 2000 <= int(asked) <= this + 1 else this
    measure = request.GET.get("measure")
    measure = measure if measure in ResultKind.values else ResultKind.SALES.value
    found = totals(request.user, year)
    context = {
        "year": year, "totals": found, "host": request.user.unit_id if request.user.role == Role.UNIT else "", "years": range(this, this - YEARS_SHOWN, -1), "measure": measure,
        "heads": [_head(found.whole, kind, year) for kind in ResultKind],
        "kinds": [(line, _cells(line, line.measure, {"kind": line.key, "year": year})) for line in found.kinds],
        "regions": [(line, _cells(line, measure, {"region": line.key, "year": year})) for line in found.regions],
        "stages": [SAID[ResultKind(measure)][stage] for stage in ResultStage],
        "views": [
            {"label": kind.label, "url": f"?year={year}&measure={kind.value}#h-r", "current": kind == measure, "count": None}
            for kind in ResultKind
        ],
    }  # fmt: skip
    return render(request, "policies/event_totals.html", context)


def _cells(line, measure, asked):
    """三步各一格：（数，地址）；没有数就没有地址。"""
    cells = []
    for stage in ResultStage:
        figure = line.figures.get((measure, stage))
        words = figure_words(measure, *figure) if figure else ""
        cells.append((words, _rows_url(what="results", measure=measure, stage=stage.value, **asked) if words else ""))
    return cells


def _head(whole, kind, year):
    cells = _cells(whole, kind, {"year": year})
    return kind.label, [(SAID[kind][stage], *cell) for stage, cell in zip(ResultStage, cells, strict=True)]


def _rows_url(**asked):
    return f"{reverse('policies:event_rows')}?{urlencode(asked)}"


@COUNTERS
@require_GET
def event_rows(request):
    """一个数后面的那些行。"""
    form = RowsFilter(request.GET)
    if not form.is_valid():
        return redirect("policies:event_totals")
    said = form.cleaned_data
    is_results = said["what"] == "results"
    rows = (result_rows if is_results else attended_rows)(request.user, said["year"])
    names = {"event__kind": "kind", "enterprise__region": "region"} | (
        {"kind": "measure", "stage": "stage"} if is_results else {}
    )
    rows = rows.filter(**{column: said[name] for column, name in names.items() if said[name]})
    rows = rows.select_related("enterprise__region", "event__kind").order_by(
        "-event__held_at", "enterprise__name", "pk"
    )
    page = page_of(rows, request.GET.get("page"))
    context = {
        "said": said, "is_results": is_results, "page": page, "sums": sums_of(rows) if is_results else [],
        "stage": SAID[ResultKind(said["measure"])][ResultStage(said["stage"])] if said["measure"] and said["stage"] else "",
        "lines": [(row, stage_words(row), figure_of(row)) if is_results else (row, "", "") for row in page],
    }  # fmt: skip
    return render(request, "policies/event_rows.html", context)


@OFFICE
def event_kinds(request):
    """种类：市活动办增改。"""
    return _kind_page(request, None)


@OFFICE
def event_kind(request, pk):
    """改一类。"""
    return _kind_page(request, get_object_or_404(EventKind, pk=pk))


def _kind_page(request, kind):
    services.demand_city_office(request.user)
    names = ("name", "measure", "ordering", "is_active")
    form = KindForm(request.POST or None, initial={name: getattr(kind, name) for name in names} if kind else None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data | {"ordering": form.cleaned_data["ordering"] or 0}
        if attempt(form, lambda: services.save_kind(kind, actor=request.user, **said)) is not None:
            messages.success(request, "已保存。")
            return redirect("policies:event_kinds")
    kinds = EventKind.objects.order_by("ordering", "name")
    return render(request, "policies/event_kinds.html", {"form": form, "kind": kind, "kinds": kinds})
