"""Filters for dates, money and shares; loaded together with everything else by `{% load ui %}`."""

from django import template
from django.utils.html import format_html

from zhuqi import datewords

register = template.Library()

WAN = 10_000
FEW = 5


def _blank_is_blank(say):
    def filtered(value):
        return say(value) if value else ""

    return filtered


for _name in ("md", "weekday", "md_week", "md_paren", "spoken", "spoken_paren", "document", "document_week"):
    register.filter(_name, _blank_is_blank(getattr(datewords, _name)))


@register.filter
def hm(value):
    """10:41, in the city's time."""
    return f"{datewords.local(value):%H:%M}" if value else ""


@register.filter
def md_hm(value):
    """11-20 16:40."""
    return f"{datewords.local(value):%m-%d %H:%M}" if value else ""


@register.filter
def ago(value, today):
    """今天, 昨天, 11-20 …: `{{ visit.on|ago:today }}`."""
    return datewords.ago(value, today) if value else ""


@register.filter
def md_in(value, today):
    """11-23（周一）, with the year when it is another one: `{{ planned.planned_on|md_in:today }}`."""
    return datewords.md_in(value, today) if value else ""


@register.filter
def spoken_in(value, today):
    """11 月 27 日（周五）, with the year when it is another one."""
    return datewords.spoken_in(value, today) if value else ""


@register.filter
def wan(value):
    """元 → 万元 for people: 1300000 → `130 万元`, 8600 → `8600 元`."""
    if value is None or value == "":
        return ""
    amount = float(value)
    if abs(amount) < WAN:
        return f"{amount:,.2f}".rstrip("0").rstrip(".") + " 元"
    return f"{amount / WAN:,.2f}".rstrip("0").rstrip(".") + " 万元"


@register.filter
def wan_number(value):
    """The figure of `wan` alone, for large print: `130`; its unit is `wan_unit`."""
    return wan(value or 0).partition(" ")[0]


@register.filter
def wan_unit(value):
    """万元 or 元."""
    return wan(value or 0).partition(" ")[2]


@register.simple_tag
def remaining(owed, paid):
    """What is still owed, never below nothing."""
    return wan(max(owed - paid, 0))


@register.filter
def filesize_zh(value):
    """820 KB, 1.2 MB."""
    size = int(value or 0)
    return f"{size / 1024 / 1024:.1f} MB" if size >= 1024 * 1024 else f"{max(1, round(size / 1024))} KB"


@register.simple_tag
def percent(part, whole, few=FEW):
    """A share never stands alone: 87% 53/61; under `few` cases no percentage at all (R-50)."""
    if not whole:
        return format_html('<span class="zq-pct"><span class="n">{}</span></span>', "0 件")
    if whole < few:
        return format_html('<span class="zq-pct">不足 {} 件 <span class="n">{}/{}</span></span>', few, part, whole)
    share = round(part * 100 / whole)
    return format_html('<span class="zq-pct"><b>{}%</b> <span class="n">{}/{}</span></span>', share, part, whole)
