"""The day strip (R-43): one square per day of a reckoning, the legend of what occurs, and the rule in words."""

from collections.abc import Iterable
from datetime import date, timedelta

from django import template
from django.template.loader import render_to_string

from cadres.calendar import DayKind
from zhuqi import datewords

register = template.Library()

MOST_DAYS = 45
HEAD_LEAST = 5
CLASSES = {DayKind.WORKDAY: "wd", DayKind.WEEKEND: "we", DayKind.HOLIDAY: "hol", DayKind.MAKEUP: "adj"}
LETTERS = {DayKind.HOLIDAY: "休", DayKind.MAKEUP: "班"}
KIND_WORDS = {DayKind.WEEKEND: "周末", DayKind.HOLIDAY: "节假日", DayKind.MAKEUP: "调休上班"}


@register.simple_tag(takes_context=True)
def strip(context, reckoning, missed=False, marks=None, **options):  # noqa: FBT002 - template call
    """Options: `why=False` and `legend=False` leave these parts out; `today` when it is not the page's day.

    `marks` maps further dates to one letter (签, 反), as in the dispatch drawer; `missed` paints the last day red.
    """
    today = options.get("today") or context.get("today")
    head, gap, tail = _folded(reckoning.days)
    squares = [_square(day, n, marks or {}, today) for n, day in enumerate(head)]
    rest = [_square(day, n, marks or {}, today) for n, day in enumerate(tail)]
    return render_to_string(
        "ui/strip.html",
        {
            "head": squares,
            "gap": gap,
            "tail": rest,
            "missed": missed,
            "first": reckoning.days[0].date.isoweekday(),
            "from": datewords.md(reckoning.days[0].date),
            "to": datewords.md(reckoning.due_on),
            "legend": _legend(reckoning.days) if options.get("legend", True) else (),
            "phrases": reckoning.phrases if options.get("why", True) else (),
        },
    )


def _folded(days):
    """All days, or over 45 of them the first and the last weeks; the tail begins on a Monday, so weeks line up."""
    if len(days) <= MOST_DAYS:
        return days, 0, ()
    head_end = _sunday(days[0].date)
    if (head_end - days[0].date).days < HEAD_LEAST:
        head_end += timedelta(7)
    last = days[-1].date
    tail_start = last - timedelta(last.weekday() + (7 if last.weekday() < HEAD_LEAST - 1 else 0))
    head = [day for day in days if day.date <= head_end]
    tail = [day for day in days if day.date >= tail_start]
    return head, len(days) - len(head) - len(tail), tail


def _sunday(day: date) -> date:
    return day + timedelta(6 - day.weekday())


def _square(day, position: int, marks, today):
    letter = marks.get(day.date, "")
    extra = {"start": "zero", "last": "last"}.get(day.role, "mk" if letter else "")
    classes = [CLASSES[day.kind], extra, "pause" if day.paused else "", "today" if day.date == today else ""]
    opens_month = position == 0 or day.date.day == 1
    return {
        "classes": " ".join(filter(None, classes)),
        "month": day.date.month if opens_month else "",
        "week": datewords.WEEKDAYS[day.date.weekday()],
        "day": day.date.day,
        "letter": _letter(day, letter),
        "title": _title(day),
    }


def _letter(day, mark: str) -> str:
    if day.role:
        return {"start": "起", "last": "止"}[day.role]
    return mark or ("停" if day.paused else LETTERS.get(day.kind, ""))


def _title(day) -> str:
    words = [datewords.md_week(day.date)]
    if day.role == "start":
        words.append("起算日，不计入")
    elif day.paused:
        words.append("暂停，不计")
    else:
        words.append(f"第 {day.number} 天" if day.counted else "不计")
        words.append(day.name or KIND_WORDS.get(day.kind, ""))
    return " ".join(filter(None, words))


def _legend(days) -> Iterable[tuple[str, str]]:
    """Only what occurs; whether days off count is told by the days themselves."""
    rows = [("", "计入")]
    for kind in (DayKind.WEEKEND, DayKind.HOLIDAY):
        of_kind = [day for day in days if day.kind == kind and not day.paused and not day.role]
        if of_kind:
            said = "照计" if any(day.counted for day in of_kind) else "不计"
            rows.append((CLASSES[kind], f"{KIND_WORDS[kind]}，{said}"))
    if any(day.kind == DayKind.MAKEUP for day in days):
        rows.append(("adj", "调休上班"))
    if any(day.paused for day in days):
        rows.append(("pause", "暂停，不计"))
    return rows
