"""Search hits shown where they stand: `{% excerpt text words 90 %}` (R-62)."""

import re
from html import escape  # Django's own asks each time whether the text is lazy; a list has hundreds of pieces

from django import template
from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe

from zhuqi.kernel.bigrams import highlighted

_SPACES = re.compile(r"\s+")

register = template.Library()


@register.simple_tag
def excerpt(text: str, words: str, width: int | None = None) -> SafeString:
    """The text with what was asked for in `<mark>`; with a width only the part around the first hit."""
    parts = highlighted(str(text).strip(), words, width=width)
    marked = "".join(f"<mark>{escape(said)}</mark>" if is_hit else escape(said) for said, is_hit in parts)
    return mark_safe(_SPACES.sub(" ", marked))  # noqa: S308 - each piece is escaped above


@register.simple_tag
def excerpt_lines(text: str, words: str) -> SafeString:
    """A whole text, a paragraph a line, with what was asked for in `<mark>`."""
    lines = (line for line in str(text).splitlines() if line.strip())
    return format_html_join("", "<p>{}</p>", ((excerpt(line, words),) for line in lines))
