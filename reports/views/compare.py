"""比一比（页面 7）：单位、地区、类别并排，一个月的办结率和按时率都带件数，每个数点开是它的清单。"""

from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from reports.links import case_list
from reports.queries import compare as figures
from reports.views.cockpit import reader_of
from reports.views.months import month_choice

DRAWN = 15
SERIES = (("按时办结", "kept"), ("逾期才办结", "answered_late"), ("没有办结", "undone"))


@require_GET
def compare(request):
    """一行一个单位（地区、类别）。"""
    user, today = reader_of(request), timezone.localdate()
    by = request.GET.get("by", "unit")
    by = by if by in figures.BY else "unit"
    month, months = month_choice(request, today)
    lines = [_line(each, by, month) for each in figures.compared(user, by, month, today=today)]
    place = "全市" if user.sees_everything else user.unit.region.name
    is_now = month == today.replace(day=1)
    if not is_now:
        lines = [line for line in lines if line["of"].due]
    context = {
        "by": by,
        "head": figures.BY[by],
        "month": month,
        "months": months,
        "is_now": is_now,
        "lines": lines,
        "place": place,
        "whole": figures.total([line["of"] for line in lines], place),
        "adds_up": by != "unit",
        "chart": _chart([line for line in lines if line["of"].due]),
        "kinds": [
            {
                "label": label,
                "url": f"?{urlencode({'by': key, 'month': f'{month:%Y-%m}'})}",
                "count": None,
                "current": key == by,
            }
            for key, label in figures.BY.items()
        ],
    }
    return render(request, "reports/compare.html", context)


def _line(line, by, month):
    due = reverse("reports:cockpit_cases", args=["due"])
    asked = {by: line.key or 0, "month": f"{month:%Y-%m}"}
    return {
        "of": line,
        "answered_late": line.late - line.undone,
        "open_url": _open_url(line, by, "open"),
        "overdue_url": _open_url(line, by, "overdue"),
        "due_url": f"{due}?{urlencode(asked)}",
        **{f"{key}_url": f"{due}?{urlencode(asked | {'only': key})}" for _, key in SERIES},
    }


def _open_url(line, by, flag):
    if line.key is not None:
        return case_list(flag=flag, **{by: line.key})
    key = "unled" if by == "unit" else "unsorted"
    return f"{reverse('reports:cockpit_cases', args=[key])}?{urlencode({'status': flag})}"


def _chart(lines):
    """应办结多的在上；每一截点开是它的清单。"""
    drawn = sorted(lines, key=lambda line: -line["of"].due)[:DRAWN]

    def number(line, key):
        return line[key] if key == "answered_late" else getattr(line["of"], key)

    return {
        "labels": [f"{line['of'].name}（{line['of'].due} 件）" for line in drawn],
        "stacks": [
            {
                "name": words,
                "data": [number(line, key) for line in drawn],
                "urls": [line[f"{key}_url"] for line in drawn],
            }
            for words, key in SERIES
        ],
    }
