"""Parts of a page: note, empty state, tabs, pagination, files, phone, dialog, drawer, bar."""

from urllib.parse import urlsplit

from django import template
from django.template.loader import render_to_string
from django.utils.html import format_html

from zhuqi.kernel.masking import masked
from zhuqi.templatetags.datesaid import FEW
from zhuqi.templatetags.marks import COUNT_TONES, check, icon_of

register = template.Library()

NOTE_ICONS = {
    "": "info-circle",
    "near": "clock-exclamation",
    "late": "f-alert-octagon",
    "err": "alert-circle",
    "done": "circle-check",
    "quiet": "info-circle",
}
BAR_CLASSES = {"c": "cb", "g": "cb g", "w": "wb", "p": "pb"}
WINDOW = 2


@register.simple_block_tag
def note(content, tone="", title="", icon=None):
    """One message in place. `err` is announced at once; red (`late`) is for overdue only."""
    check(tone, NOTE_ICONS, "tone of note")
    return format_html(
        '<div class="zq-note{}"{}>{}<div>{}{}</div></div>',
        f" {tone}" if tone else "",
        format_html(' role="{}"', "alert") if tone == "err" else "",
        icon_of(NOTE_ICONS[tone] if icon is None else icon),
        format_html("<b>{}</b>", title) if title else "",
        content,
    )


@register.simple_block_tag
def empty(content, icon, title, text="", card=True):  # noqa: FBT002 - a template writes card=False
    """What is so, what comes next, one or two buttons (the content)."""
    return format_html(
        '<section class="{}">{}<h2>{}</h2>{}{}</section>',
        "zq-card zq-empty" if card else "zq-empty",
        icon_of(icon),
        title,
        format_html("<p>{}</p>", text) if text else "",
        format_html('<div class="row-x">{}</div>', content) if content.strip() else "",
    )


@register.simple_tag
def tabset(tabs, label):
    """Tabs with counts. Each is a dict: label, url, count (or None), tone, current; the string "-" pushes right."""
    for tab in tabs:
        if tab != "-":
            check(tab.get("tone", ""), COUNT_TONES, "tone of count")
    return render_to_string("ui/tabset.html", {"tabs": tabs, "label": label})


@register.simple_tag(takes_context=True)
def pagination(context, page, param="page", target=""):
    """Page links that keep the filters; with `target` (a css selector) htmx swaps only that part."""
    paginator = page.paginator
    numbers = _numbers(page.number, paginator.num_pages)
    query = context["request"].GET.copy()
    query.pop(param, None)
    return render_to_string(
        "ui/pagination.html",
        {"page": page, "numbers": numbers, "kept": query.urlencode(), "param": param, "target": target},
    )


def _numbers(number: int, last: int) -> list[int]:
    """First, last and those around the page shown; 0 stands for a gap."""
    shown = sorted({1, last, *range(max(1, number - WINDOW), min(last, number + WINDOW) + 1)})
    numbers: list[int] = []
    for n in shown:
        if numbers and n > numbers[-1] + 1:
            numbers.append(0)
        numbers.append(n)
    return numbers


@register.simple_tag
def files(attachments):
    """File chips: name and size; each opens after the visibility check behind its address."""
    return render_to_string("ui/files.html", {"files": attachments})


@register.simple_tag(takes_context=True)
def phone(context, number, reveal_url=""):
    """138****1234; with `reveal_url` a small form asks why before the number is shown and logged (R-73)."""
    shown = masked(number or "")
    return render_to_string("ui/phone.html", {"masked": shown, "reveal_url": reveal_url}, context.get("request"))


@register.simple_tag
def bar(part, whole, kind="c", few=FEW):
    """Bar, percent and n in one cell; too few cases are counted, not compared."""
    shape = BAR_CLASSES[check(kind, BAR_CLASSES, "kind of bar")]
    share = round(part * 100 / whole) if whole else 0
    return render_to_string(
        "ui/bar.html", {"part": part, "whole": whole, "share": share, "few": few, "is_few": whole < few, "shape": shape}
    )


@register.simple_tag
def meter(share, kind="c"):
    """Only the bar, 0 – 100."""
    shape = BAR_CLASSES[check(kind, BAR_CLASSES, "kind of bar")]
    return render_to_string("ui/meter.html", {"share": max(0, min(100, round(share or 0))), "shape": shape})


@register.simple_block_tag(takes_context=True)
def dialog(context, content, key, title, action="", button="确定", danger=False):  # noqa: FBT002, PLR0913 - template call
    """A form over the page. `<button data-dialog="key">` opens it; without JavaScript it stands open in the page."""
    return render_to_string(
        "ui/dialog.html",
        {"content": content, "key": key, "title": title, "action": action, "button": button, "danger": danger},
        context.get("request"),
    )


@register.simple_block_tag
def drawer(content, title, key, close_url, over=""):
    """Work over a list: head with a way back, content, the page behind is inert; Esc goes to `close_url`."""
    return render_to_string(
        "ui/drawer.html", {"content": content, "title": title, "key": key, "close_url": close_url, "over": over}
    )


@register.filter
def prose(typed):
    """Of what a form carried, the texts a person wrote; codes and choices are not worth giving back on paper."""
    return [value for _, value in typed or () if not value.isascii() or " " in value.strip()]


@register.filter
def own_path(address, request):
    """The path of an address of ours; anything foreign becomes the first page."""
    parts = urlsplit(address or "")
    if parts.netloc != request.get_host():
        return "/"
    return f"{parts.path}?{parts.query}" if parts.query else parts.path or "/"
