"""在谁手里多少天（页面 7）：各单位拿了多少个工作日，中位、九成和件数；点开是那些件。"""

from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from cadres.models import Unit
from cadres.services.calendar import calendar_at
from cases.models import Case
from reports.holding import Side
from reports.queries import holding as figures
from reports.views.cockpit import number_in, reader_of
from reports.views.months import month_choice
from zhuqi.kernel.pagination import page_of
from zhuqi.templatetags.datesaid import FEW

DRAWN = 12
ON_COCKPIT = 6
SIDES = {Side.LEAD: "主办单位", Side.OFFICE: "活动办", Side.FIRM: "企业"}


@require_GET
def holding(request):
    """一行一个单位；驾驶舱上只要前几个主办单位。"""
    user, today = reader_of(request), timezone.localdate()
    month, months = month_choice(request, today)
    lines = figures.held_lines(user, month, at=timezone.now(), calendar=calendar_at())
    rows = [_row(line, month) for line in lines]
    leads = [row for row in rows if row["of"].side == Side.LEAD]
    context = {
        "month": month,
        "months": months,
        "is_now": month == today.replace(day=1),
        "sides": [
            {"words": words, "rows": [row for row in rows if row["of"].side == side]} for side, words in SIDES.items()
        ],
        "rows": rows,
        "chart": _chart(leads),
    }
    if request.htmx and request.htmx.target == "held":
        longest = max((row["of"].spread.p90 for row in leads[:ON_COCKPIT]), default=0)
        return render(
            request, "reports/_cockpit_held.html", {"leads": leads[:ON_COCKPIT], "longest": longest, **context}
        )
    return render(request, "reports/holding.html", context)


def _row(line, month):
    asked = {"month": f"{month:%Y-%m}", "side": line.side.value, "unit": line.unit or 0}
    return {"of": line, "url": f"{reverse('reports:holding_cases')}?{urlencode(asked)}"}


def _chart(rows):
    drawn = [row for row in rows if row["of"].spread.count >= FEW][:DRAWN]
    urls = [row["url"] for row in drawn]
    return {
        "labels": [f"{row['of'].name}（{row['of'].spread.count} 件）" for row in drawn],
        "groups": [
            {"name": "中位", "data": [row["of"].spread.median for row in drawn], "urls": urls},
            {"name": "九成不超过", "data": [row["of"].spread.p90 for row in drawn], "urls": urls},
        ],
    }


@require_GET
def holding_cases(request):
    """一个单位一个月里拿过的件，拿得久的在前。"""
    user, today = reader_of(request), timezone.localdate()
    month, _ = month_choice(request, today)
    asked = request.GET.get("side", "")
    side, unit = Side(asked) if asked in list(Side) else Side.LEAD, number_in(request, "unit") or None
    days = figures.held_days(user, month, at=timezone.now(), calendar=calendar_at()).get((side, unit), {})
    page = page_of(sorted(days, key=lambda pk: (-days[pk], pk)), request.GET.get("page"), size=50)
    cases = Case.objects.visible_to(user).for_list().in_bulk(list(page.object_list))
    name = next(
        (str(each) for each in Unit.objects.filter(pk=unit)), SIDES[side] if side == Side.FIRM else figures.UNNAMED
    )
    context = {
        "page": page,
        "rows": [{"case": cases[pk], "days": days[pk]} for pk in page],
        "name": name,
        "month": month,
        "is_now": month == today.replace(day=1),
    }
    return render(request, "reports/holding_cases.html", context)
