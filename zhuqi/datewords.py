"""Dates as people say them: 还剩 2 天 · 11-25（周三）前. Pure; the day of reading is always an argument."""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

WEEKDAYS = "一二三四五六日"
NEAR_DAYS = 2
TONE_ICONS = {"": "clock", "near": "clock-exclamation", "late": "f-alert-octagon", "done": "circle-check"}


def local(value: date | datetime) -> date | datetime:
    """An instant in the city's time; a date stays as it is."""
    if isinstance(value, datetime) and timezone.is_aware(value):
        return timezone.localtime(value)
    return value


def day_of(value: date | datetime) -> date:
    """The calendar day of a date or an instant."""
    value = local(value)
    return value.date() if isinstance(value, datetime) else value


def md(value: date | datetime) -> str:
    """11-23."""
    return f"{local(value):%m-%d}"


def weekday(value: date | datetime) -> str:
    """周一."""
    return "周" + WEEKDAYS[local(value).weekday()]


def md_week(value: date | datetime) -> str:
    """11-23 周一: in a row of a table."""
    return f"{md(value)} {weekday(value)}"


def md_paren(value: date | datetime) -> str:
    """11-23（周一）: in a sentence."""
    return f"{md(value)}（{weekday(value)}）"


def spoken(value: date | datetime) -> str:
    """11 月 23 日: to the enterprise."""
    value = local(value)
    return f"{value.month} 月 {value.day} 日"


def spoken_paren(value: date | datetime) -> str:
    """11 月 27 日（周五）."""
    return f"{spoken(value)}（{weekday(value)}）"


def md_in(value: date | datetime, today: date) -> str:
    """11-23（周一）; with the year when it is another one: 2027-01-05（周二）."""
    return md_paren(value) if day_of(value).year == today.year else f"{day_of(value):%Y}-{md_paren(value)}"


def spoken_in(value: date | datetime, today: date) -> str:
    """11 月 27 日（周五）; with the year when it is another one: 2027 年 1 月 5 日（周二）."""
    said = spoken_paren(value)
    return said if day_of(value).year == today.year else f"{day_of(value).year} 年 {said}"


def document(value: date | datetime) -> str:
    """2026年9月18日: printed documents, no padding, no blanks."""
    value = local(value)
    return f"{value.year}年{value.month}月{value.day}日"


def document_week(value: date | datetime) -> str:
    """2026年9月18日（周五）."""
    return f"{document(value)}（{weekday(value)}）"


def ago(value: date | datetime, today: date) -> str:
    """今天, 昨天, 前天, 11-20, or with the year when it is another one."""
    day = day_of(value)
    near = {0: "今天", 1: "昨天", 2: "前天"}.get((today - day).days)
    return near or (md(day) if day.year == today.year else f"{day:%Y-%m-%d}")


@dataclass(frozen=True, slots=True)
class Due:
    """How a deadline reads: tone (near, late, done or plain), icon, words and the exact day."""

    tone: str
    icon: str
    words: str
    day: date


def read_due(due_on: date, *, today: date, met_on: date | None = None) -> Due:
    """A deadline ends at 24:00 of `due_on`: missed only when `today` is later (R-40)."""
    if met_on is not None:
        late = (met_on - due_on).days
        if late > 0:
            return Due("late", TONE_ICONS["late"], f"逾期 {late} 天完成", due_on)
        return Due("done", TONE_ICONS["done"], "按时", due_on)
    left = (due_on - today).days
    if left < 0:
        return Due("late", TONE_ICONS["late"], f"逾期 {-left} 天", due_on)
    tone = "near" if left <= NEAR_DAYS else ""
    return Due(tone, TONE_ICONS[tone], f"还剩 {left} 天" if left else "今天到期", due_on)
