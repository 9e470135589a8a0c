"""The one list of icons. `manage.py build_icons` makes the sprite from it; `{% icon %}` refuses anything else.

To use another Tabler icon add its file name here (`f-` in front: the filled set) and run `manage.py build_icons`.
"""

import re
from pathlib import Path

SPRITE = "build/icons.svg"
SYMBOL = '<symbol id="i-{name}" viewBox="0 0 24 24" {paint}>{body}</symbol>'
OUTLINE = 'fill="none" stroke="currentColor" stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round"'
FILLED = 'fill="currentColor" stroke="none"'

ICONS = (
    "adjustments", "alert-circle", "alert-triangle", "archive", "arrow-back-up", "arrow-down", "arrow-left",
    "arrow-right", "arrow-up", "arrows-exchange", "arrows-sort", "ban", "bell", "bell-ringing", "bolt", "book-2",
    "briefcase", "building", "building-community", "building-factory-2", "calculator", "calendar", "calendar-check",
    "calendar-event", "calendar-off", "calendar-plus", "calendar-time", "camera", "category", "chart-bar", "check",
    "checks", "chevron-down", "chevron-left", "chevron-right", "chevron-up", "circle", "circle-check",
    "circle-dashed", "circle-x", "clipboard-check", "clipboard-list", "clock", "clock-exclamation", "clock-pause",
    "copy", "device-floppy", "device-mobile", "device-tv", "dots", "download", "edit", "external-link", "eye",
    "eye-off", "f-alert-octagon", "file-alert", "file-check", "file-download", "file-pencil", "file-text", "filter",
    "flag-3", "folder", "gauge", "gavel", "git-merge", "hand-stop", "heart-handshake", "help-circle", "history",
    "home", "hourglass", "inbox", "info-circle", "key", "keyboard", "layout-board", "link", "list-check",
    "list-details", "lock", "login", "logout", "map-2", "map-pin", "menu-2", "message-2", "message-plus",
    "message-report", "messages", "minus", "mood-cry", "mood-happy", "mood-neutral", "mood-sad", "mood-smile", "moon",
    "news", "notes", "paperclip", "pencil", "pencil-plus", "phone", "photo", "player-pause", "player-play", "plus",
    "printer", "progress", "qrcode", "refresh", "report-analytics", "rotate-clockwise", "scale", "search", "send",
    "server-off", "settings", "shield-check", "sitemap", "speakerphone", "stack-2", "star", "table", "table-export",
    "tag", "text-size", "thumb-up", "tool", "trash", "trophy", "upload", "user", "user-check", "user-off", "user-plus",
    "user-search", "users", "users-group", "video", "walk", "wallet", "wifi-off", "x",
)  # fmt: skip
KNOWN = frozenset(ICONS)


def sprite_from(icons_dir: Path) -> str:
    """All listed icons as one SVG document of symbols; a name Tabler does not have raises FileNotFoundError."""
    symbols = "\n".join(_symbol(icons_dir, name) for name in ICONS)
    return f'<svg xmlns="http://www.w3.org/2000/svg">\n{symbols}\n</svg>\n'


def _symbol(icons_dir: Path, name: str) -> str:
    filled = name.startswith("f-")
    source = icons_dir / ("filled" if filled else "outline") / f"{name.removeprefix('f-')}.svg"
    inner = re.sub(r"<!--.*?-->|^.*?<svg.*?>|</svg>\s*$", "", source.read_text(encoding="utf-8"), flags=re.DOTALL)
    body = "".join(line.strip() for line in inner.splitlines() if 'd="M0 0h24v24H0z"' not in line)
    return SYMBOL.format(name=name, paint=FILLED if filled else OUTLINE, body=body)
