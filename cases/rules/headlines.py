"""A title made from the first words of a problem (R-13): nobody types the same thing twice. Pure."""

import re

MOST = 30
LEAST = 6
GREETING = re.compile(r"^(?:尊敬的)?(?:各位)?(?:领导|您|你|大家)们?好[，,。！!：:\s]*")
# A full stop of Latin script only where a sentence ends: 1.5 is one number.
STOPS = re.compile(r"[。！？!?；;\n]|\.(?=\s|$)")
# 1,300 and 10:30 are one number; a blank beside Latin words and figures belongs to them, one between two signs is a pause.
PAUSES = re.compile(r"[，：]|(?<!\d)[,:]|[,:](?!\d)|\u3000+|(?<=[\u4e00-\u9fff]) +(?=[\u4e00-\u9fff])")
LISTS = re.compile("、")
# What must not be torn apart: a word, a figure, a figure and the word before its unit.
UNBROKEN = re.compile(r"[A-Za-z0-9.,:%/+\-]+ ?$")


def headline(text: str, *, most: int = MOST) -> str:
    """The first sentence; a long one ends at its last pause within `most` characters, or between two whole words."""
    spoken = GREETING.sub("", text.strip()) or text
    first = next((part.strip() for part in STOPS.split(spoken) if part.strip()), "")
    if len(first) <= most:
        return first
    for pause in (PAUSES, LISTS):
        ends = [found.start() for found in pause.finditer(first) if LEAST <= found.start() <= most]
        if ends:
            return first[: ends[-1]].rstrip()
    return f"{_whole_words(first, most - 1)}…"


def _whole_words(text: str, most: int) -> str:
    torn = UNBROKEN.search(text[:most])
    return text[: torn.start() if torn and torn.start() >= LEAST else most].rstrip()
