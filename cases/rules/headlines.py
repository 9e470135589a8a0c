"""A title made from the first words of a problem (R-13): nobody types the same thing twice. Pure."""

import re

MOST = 30
STOPS = re.compile(r"[。！？!?；;\n]")
PAUSES = re.compile(r"[，,、：: ]")
LEAST = 6


def headline(text: str, *, most: int = MOST) -> str:
    """The first sentence; a long one is cut at its last pause that leaves `most` characters or fewer."""
    first = next((part.strip() for part in STOPS.split(text) if part.strip()), "")
    if len(first) <= most:
        return first
    ends = [match.start() for match in PAUSES.finditer(first) if LEAST <= match.start() <= most]
    return first[: ends[-1]] if ends else f"{first[: most - 1]}…"
