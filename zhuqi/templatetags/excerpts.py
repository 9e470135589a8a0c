"""Search hits shown where they stand: `{% excerpt text words 90 %}` (R-62)."""

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from zhuqi.kernel.bigrams import highlighted

register = template.Library()


@register.simple_tag
def excerpt(text: str, words: str, width: int | None = None) -> SafeString:
    """The text with what was asked for in `<mark>`; with a width only the part around the first hit."""
    parts = highlighted(" ".join(str(text).split()), words, width=width)
    marked = ((format_html("<mark>{}</mark>", said) if is_hit else said,) for said, is_hit in parts)
    return format_html_join("", "{}", marked)


@register.simple_tag
def excerpt_lines(text: str, words: str) -> SafeString:
    """A whole text, a paragraph a line, with what was asked for in `<mark>`."""
    lines = (line for line in str(text).splitlines() if line.strip())
    return format_html_join("", "<p>{}</p>", ((excerpt(line, words),) for line in lines))
