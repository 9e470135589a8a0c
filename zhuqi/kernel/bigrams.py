"""把中文切成能查的小片（R-62）：相邻两字一片，最后一字自成一片。纯函数。

字母和数字也一样切，所以“查得到”与逐字比对（LIKE）是同一回事：一个字、两个字、半个编号都查得到。
全角半角、大小写先归一；标点和空白断开，不参加比较。
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache

# A piece this long keeps every position a PostgreSQL tsvector can hold (16,383, 256 of one token);
# the overlap lets a phrase that straddles two pieces be found in one of them.
PIECE = 1500
OVERLAP = 60
LONGEST_WORD = OVERLAP
MOST_WORDS = 6
# An excerpt of a long text is looked for in so many characters around the first hit.
NEAR = 200

_BREAK = re.compile(r"[\W_]+")


def normalise(text: str) -> str:
    """全角转半角、小写，标点和空白都成一个空格。"""
    return _BREAK.sub(" ", unicodedata.normalize("NFKC", text).casefold()).strip()


def tokens(normal: str) -> list[str]:
    """归一过的文字 → 小片。每一段的最后一个字自成一片，单字也就查得到段尾。"""
    return [run[at : at + 2] for run in normal.split() for at in range(len(run))]


def pieces(normal: str) -> Iterator[str]:
    """长文切段，相邻两段有重叠。"""
    step = PIECE - OVERLAP
    for start in range(0, max(len(normal) - OVERLAP, 1), step):
        yield normal[start : start + PIECE]


def phrases(words: str) -> list[str]:
    """查的话 → 要同时有的几段；太长的截短，太多的不要。"""
    return list(_phrases(words))


@lru_cache(maxsize=256)  # one page asks for the same words in each of its rows
def _phrases(words: str) -> tuple[str, ...]:
    found = [run[:LONGEST_WORD] for run in normalise(words).split()]
    return tuple(dict.fromkeys(found))[:MOST_WORDS]


def phrase_tokens(phrase: str) -> list[str]:
    """一段要连着出现的小片；只有一个字时就是这个字，按开头去查。"""
    return [phrase[at : at + 2] for at in range(len(phrase) - 1)] or [phrase]


def highlighted(text: str, words: str, *, width: int | None = None) -> list[tuple[str, bool]]:
    """原文分成（文字，是否命中）的小段，拼起来就是原文；给了 `width` 就只取头一处命中前后这么多字。

    命中按字逐个归一后比，标点隔开的不算；没有命中时给开头。
    """
    wanted = phrases(words)
    if width is not None and len(text) > NEAR * 2 and (at := _first(text, wanted)) is not None:
        before = max(0, at - NEAR)
        parts = highlighted(text[before : before + NEAR * 2], words, width=width)
        return [("…", False), *parts[parts[0] == ("…", False) :]] if before else parts
    plain, places = _folded(text)
    spans = sorted(_spans(plain, places, wanted))
    start, end = 0, len(text)
    if width is not None:
        first = spans[0][0] if spans else 0
        start = max(0, min(first - width // 4, len(text) - width))
        end = min(len(text), start + width)
    return [
        *([("…", False)] if start else []),
        *_cut(text, spans, start, end),
        *([("…", False)] if end < len(text) else []),
    ]


def _first(text: str, wanted: list[str]) -> int | None:
    """长文里头一处大概在哪里；不逐字归一，快。没有就是没有照原样写着的（也许是全角的），那就只好全文归一。"""
    if not wanted:
        return 0
    low = text.lower()
    if len(low) != len(text):
        return None
    return min((at for phrase in wanted if (at := low.find(phrase)) >= 0), default=None)


def _folded(text: str) -> tuple[str, Sequence[int]]:
    """归一后的字，和每个字在原文的位置。"""
    signs = list(map(_folded_sign, text))
    plain = "".join(signs)
    if all(map((1).__eq__, map(len, signs))):
        return plain, range(len(text))  # nearly always: each sign became one sign
    return plain, [at for at, sign in enumerate(signs) for _ in sign]


@lru_cache(maxsize=8192)
def _folded_sign(sign: str) -> str:
    """一个字归一后的样子；常用的就那几千个。"""
    return "".join(" " if _BREAK.match(each) else each for each in unicodedata.normalize("NFKC", sign).casefold())


def _spans(plain: str, places: Sequence[int], wanted: list[str]) -> Iterator[tuple[int, int]]:
    for phrase in wanted:
        at = plain.find(phrase)
        while at >= 0:
            yield places[at], places[at + len(phrase) - 1] + 1
            at = plain.find(phrase, at + len(phrase))


def _cut(text: str, spans: list[tuple[int, int]], start: int, end: int) -> Iterator[tuple[str, bool]]:
    at = start
    for hit_from, hit_to in spans:
        first, last = max(hit_from, at), min(hit_to, end)
        if first >= last:
            continue
        if first > at:
            yield text[at:first], False
        yield text[first:last], True
        at = last
    if at < end:
        yield text[at:end], False
