"""The working calendar page. It lives here because changing a day moves deadlines (R-42)."""

from dataclasses import replace
from datetime import date

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from cadres.calendar import DayKind
from cadres.enums import Role
from cadres.models import CalendarDay, CalendarVersion, DoubleTenDay
from cadres.services import calendar as calendars
from cadres.services import duties
from cadres.services.settings import is_director
from cases.forms.calendar import DayForm, HeldOnForm, NoticeForm
from cases.models import Case
from cases.services import calendar_change
from cases.views.yeargrid import YearMarks, year_grid
from zhuqi.kernel.access import for_roles
from zhuqi.kernel.attempts import attempt
from zhuqi.kernel.errors import InvalidInput

KEEPERS = for_roles(Role.OFFICE, Role.SYSADMIN)
MOVES_SHOWN = 50
FIRST_YEAR, LAST_YEAR = 2020, 2060
KIND_NOW = {DayKind.HOLIDAY: CalendarDay.Kind.HOLIDAY, DayKind.MAKEUP: CalendarDay.Kind.MAKEUP}


def _rights(user):
    """Anybody of the city office works a change out and sees what would move; the director confirms it (ADR 0008)."""
    return {
        "may_change": is_director(user),
        "may_try": user.role == Role.SYSADMIN or bool(user.sees_everything),
    }


@KEEPERS
def calendar(request):
    """A year: days off, make-up days, 双十 days; what changed it last."""
    asked, today = request.GET.get("year", ""), timezone.localdate()
    year = int(asked) if asked.isdecimal() and FIRST_YEAR <= int(asked) <= LAST_YEAR else today.year
    now, rounds = calendars.calendar_at(), duties.rounds(year)
    context = {
        "year": year,
        "months": year_grid(year, now, YearMarks(today, {each.held_on for each in rounds})),
        "is_published": year in now.published_years,
        **_rights(request.user),
        "rounds": rounds,
        "by_hand": {row.nominal_on: row for row in DoubleTenDay.objects.filter(nominal_on__year=year)},
        "versions": CalendarVersion.objects.select_related("made_by")[:8],
    }
    return render(request, "cases/calendar.html", context)


@KEEPERS
def calendar_day(request, day):
    """One day: say what it becomes, see which deadlines would move, confirm."""
    now = calendars.calendar_at()
    initial = {"kind": KIND_NOW.get(now.kind(day), CalendarDay.Kind.PLAIN), "name": now.name(day), "seen": now.version}
    form = DayForm(request.POST or None, initial=initial)
    moves = None
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        if request.POST.get("step") == "confirm":
            done = attempt(
                form,
                lambda: calendar_change.adopt_day(
                    day,
                    said["kind"],
                    reason=said["reason"],
                    at=timezone.now(),
                    actor=request.user,
                    name=said["name"],
                    seen=said["seen"],
                ),
            )
            if done is not None:
                messages.success(request, f"{day:%Y-%m-%d} 已改，{len(done.moves)} 个期限随之移动，都记了旧新日期。")
                return redirect(f"{reverse('cases:calendar')}?year={day.year}")
        else:
            moves = attempt(form, lambda: calendar_change.preview_day_moves(day, said["kind"], name=said["name"]))
    context = {
        "day": day,
        "kind": now.kind(day),
        "name": now.name(day),
        "form": form,
    } | _rights(request.user)
    return render(request, "cases/calendar_day.html", context | _shown(request, moves))


@KEEPERS
def calendar_notice(request):
    """Paste the notice, look at the year and the deadlines that would move, confirm."""
    form = NoticeForm(request.POST or None)
    preview = None
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        preview = calendars.preview_notice(said["text"])
        if request.POST.get("step") == "confirm":
            seen = replace(preview, version=said["seen"] if said["seen"] is not None else preview.version)
            done = attempt(
                form,
                lambda: calendar_change.adopt_notice(
                    seen,
                    number=said["number"],
                    at=timezone.now(),
                    actor=request.user,
                    despite_problems=said["despite_problems"],
                ),
            )
            if done is not None:
                messages.success(
                    request, f"已按 {done.version.notice_number} 更新日历，{len(done.moves)} 个期限随之移动。"
                )
                return redirect(f"{reverse('cases:calendar')}?year={preview.notice.year}")
    context = {"form": form, "preview": preview} | _rights(request.user)
    if preview is not None and preview.notice.year is not None:
        marks = YearMarks(timezone.localdate(), changed={change.on for change in preview.changes})
        context["months"] = year_grid(preview.notice.year, preview.calendar, marks)
        context |= _shown(request, calendar_change.preview_notice_moves(preview))
    return render(request, "cases/calendar_notice.html", context)


def _shown(request, moves):
    """How many deadlines move, and those of cases this person may see (R-71: the administrator sees the number only)."""
    if moves is None:
        return {"moves": None}
    wanted = {move.deadline.case_id for move in moves}
    cases = Case.objects.visible_to(request.user).in_bulk(wanted)
    rows = [(move, cases[move.deadline.case_id]) for move in moves if move.deadline.case_id in cases]
    return {"moves": moves, "move_rows": rows[:MOVES_SHOWN]}


@KEEPERS
@require_POST
def double_ten_set(request):
    """The office sets one 双十 day by hand, or goes back to the rule (R-15)."""
    form = HeldOnForm(request.POST)
    if request.POST.get("do") == "restore":
        nominal = form["nominal_on"].value() or ""
        try:
            day = date.fromisoformat(nominal)
        except ValueError as error:
            raise Http404 from error
        duties.unset_by_hand(day, actor=request.user, at=timezone.now())
        messages.success(request, f"{day:%m-%d} 助企日已恢复按规则推定。")
        return redirect(f"{reverse('cases:calendar')}?year={day.year}")
    if not form.is_valid():
        raise InvalidInput("请选改到哪天，并写明原因。", form.errors)
    said = form.cleaned_data
    duties.set_by_hand(
        said["nominal_on"], said["held_on"], reason=said["reason"], actor=request.user, at=timezone.now()
    )
    messages.success(request, f"{said['nominal_on']:%m-%d} 助企日改在 {said['held_on']:%m-%d}。")
    return redirect(f"{reverse('cases:calendar')}?year={said['nominal_on'].year}")
