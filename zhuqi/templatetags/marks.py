"""Marks of state: icon, chip, count, ticket and due date. Each is an icon and a word, never colour alone (R-75)."""

from functools import lru_cache

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from zhuqi import datewords, icons

register = template.Library()

TONES = frozenset({"", "work", "near", "late", "done", "hold", "pause"})
COUNT_TONES = frozenset({"", "work", "near", "late"})
STATUS_MARKS = {  # status: tone, icon
    "REPORTED": ("", "clock"),
    "ACCEPTED": ("", "clock"),
    "DISPATCHED": ("", "clock"),
    "OBJECTED": ("", "arrow-back-up"),
    "HANDLING": ("work", "progress"),
    "PAUSED": ("pause", "player-pause"),
    "SUBMITTED": ("work", "clipboard-check"),
    "RATING": ("work", "star"),
    "SHELVED": ("hold", "archive"),
    "CLOSED": ("done", "circle-check"),
    "REFUSED": ("", "circle-x"),
    "MERGED": ("", "git-merge"),
}
LEVEL_MARKS = {  # level: tone, icon, word
    0: None,
    1: ("near", "bell-ringing", "催办"),
    2: ("late", "f-alert-octagon", "问效"),
}
ISSUE_MARKS = {  # state of a common issue: tone, icon
    "PROPOSED": ("", "clock"),
    "CONFIRMED": ("work", "progress"),
    "ANSWERED": ("done", "circle-check"),
    "DISMISSED": ("", "circle-x"),
}
STANDING_MARKS = {  # standing of a policy today: tone, icon
    "DRAFT": ("hold", "pencil"),
    "UPCOMING": ("near", "clock"),
    "VALID": ("done", "circle-check"),
    "EXPIRED": ("late", "clock"),
    "ABOLISHED": ("late", "x"),
}
TICKET_TONES = {"DISPATCH": "b", "URGE": "y", "INQUIRY": "r"}
DUE_STYLES = frozenset({"row", "line", "short"})


class UnknownMark(template.TemplateSyntaxError):
    """A template asked for an icon, tone or state that does not exist."""


def check(value, known, what):
    """Give the value back, or raise: a component fails loudly on a bad value."""
    if value not in known:
        message = f"unknown {what} {value!r}; there are: {', '.join(sorted(str(name) for name in known if name))}"
        raise UnknownMark(message)
    return value


@register.simple_tag
def icon(name):
    """One icon of the sprite, hidden from screen readers: the word stands beside it."""
    return _icon(name)


@lru_cache(maxsize=len(icons.KNOWN))
def _icon(name):
    check(name, icons.KNOWN, "icon")
    return format_html(
        '<svg class="ic" aria-hidden="true" focusable="false"><use href="{}#i-{}"/></svg>', static(icons.SPRITE), name
    )


@register.simple_tag
def chip(label, tone="", icon="", bare=False):  # noqa: FBT002 - a template writes bare=True
    """A state (tone) or a plain fact (no tone)."""
    return _chip(label if isinstance(label, SafeString) else str(label), str(tone), icon, bool(bare))


@lru_cache(maxsize=2048, typed=True)  # the same few hundred on every row of every list; typed: safe is not plain text
def _chip(label, tone, icon, bare):
    check(tone, TONES, "tone")
    classes = " ".join(filter(None, ("zq-chip", tone, "bare" if bare else "")))
    return format_html('<span class="{}">{}{}</span>', classes, icon_of(icon), label)


@register.simple_tag
def issue_chip(issue):
    """Where a common issue is (R-31)."""
    tone, name = ISSUE_MARKS[check(str(issue.state), ISSUE_MARKS, "state")]
    return chip(issue.get_state_display(), tone, name)


@register.simple_tag
def standing_chip(standing):
    """Whether a policy is in force today (R-62)."""
    return chip(standing.label, *STANDING_MARKS[check(str(standing.value), STANDING_MARKS, "standing")])


@register.simple_tag(takes_context=True)
def status_chip(context, case):
    """Where the case is, in the words for whoever reads the page (R-25: a firm does not see the offices' to and fro)."""
    check(str(case.status), STATUS_MARKS, "status")
    status, words = case.status_told(context.get("user"))
    return chip(words, *STATUS_MARKS[status])


@register.simple_tag(takes_context=True)
def status_words(context, case):
    """The same inside a sentence."""
    return case.status_told(context.get("user"))[1]


@register.simple_tag
def level_chip(case):
    """How late the case is; nothing when it is not."""
    mark = LEVEL_MARKS[check(int(case.level), LEVEL_MARKS, "level")]
    return chip(mark[2], mark[0], mark[1]) if mark else ""


@register.simple_tag
def count(number, tone=""):
    """The round number in tabs and queues."""
    check(tone, COUNT_TONES, "tone")
    return format_html('<span class="zq-cnt{}">{}</span>', f" {tone}" if tone else "", number)


@register.simple_tag
def ticket(slip):
    """A ticket inside a sentence: its kind in its colour, and its number."""
    tone = TICKET_TONES[check(str(slip.kind), TICKET_TONES, "ticket kind")]
    return format_html('<span class="zq-tk {}"><i>{}</i>{}</span>', tone, slip.get_kind_display(), slip.number)


@register.filter
def ticket_tone(kind):
    """`b`, `y` or `r`: the colour class of zq-sheet, zq-tk and zq-doc."""
    return TICKET_TONES[check(str(kind), TICKET_TONES, "ticket kind")]


@register.filter
def due_tone(due_on, today):
    """`late`, `near` or nothing."""
    return datewords.read_due(due_on, today=today).tone if due_on else ""


@register.filter
def due_words(due_on, today):
    """还剩 3 天, 今天到期, 逾期 3 天."""
    return datewords.read_due(due_on, today=today).words if due_on else ""


@register.simple_tag(takes_context=True)
def due(context, due_on, met_on=None, **options):
    """A deadline said as people say it, with the exact day beside it.

    Options: `style` row (11-26 周四), line (· 11-26（周四）前) or short (words only); `today` when it is not the page's
    day; `provisional` adds 暂定: a year whose calendar is not published (R-42). No date at all says 无期限.
    """
    style = check(options.get("style", "row"), DUE_STYLES, "style of due")
    if due_on is None:
        return mark_safe('<span class="zq-due"><span class="x">无期限</span></span>')
    today = options.get("today") or context["today"]
    met_on = datewords.day_of(met_on) if met_on else None
    said = datewords.read_due(due_on, today=today, met_on=met_on)
    exact = {"row": datewords.md_week(due_on), "line": f"· {datewords.md_paren(due_on)}前", "short": ""}[style]
    return format_html(
        '<span class="zq-due {}">{}<b>{}</b>{}{}</span>',
        said.tone,
        icon(said.icon),
        said.words,
        format_html('<span class="x">{}</span>', exact) if exact else "",
        format_html('<span class="x">{}</span>', "暂定") if options.get("provisional") else "",
    )


def icon_of(name):
    """The icon, or nothing when no name is given."""
    return icon(name) if name else ""
