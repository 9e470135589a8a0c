"""Which problems say the same (R-31): clusters of similar texts within a category or an industry chain. Pure.

Cases are read oldest first. Each joins the cluster whose *first* case it resembles most, or starts one of its own. So
the order of the input does not matter, every member can be compared with one case a person can read, and a newer case
never moves an older one: a proposal grows, it is not shuffled.

Never everything against everything: a case is compared only with first cases that share enough of its rarer pairs of
characters (prefix filtering: exact, nothing above the threshold is missed).
"""

import re
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from math import ceil

from cases.rules.similarity import grams, likeness

WORDS_MOST = 8
SHARED_BY = 0.6  # of the members
CHINESE = re.compile(r"[\u3400-\u9fff]+|[0-9]+(?:\.[0-9]+)?|[A-Za-z]+")


@dataclass(frozen=True, slots=True)
class Told:
    """One problem: its key (older ones sort first), whose it is, what it says, and where it may find its like."""

    key: int
    firm: int
    text: str
    category: Hashable | None = None
    chain: Hashable | None = None


@dataclass(slots=True)
class Cluster:
    """The first case and those like it, each with its likeness to the first in percent."""

    first: Told
    members: dict[int, int] = field(default_factory=dict)
    firms: set[int] = field(default_factory=set)


def clusters(told: Iterable[Told], *, least: float, cases: int = 3, firms: int = 2) -> list[Cluster]:
    """Clusters of at least so many cases from so many firms, oldest first. `least`: likeness 0 – 1."""
    rows = sorted(told, key=lambda row: row.key)
    sets = [grams(row.text) for row in rows]
    search = _Search(sets, least)
    found: list[Cluster] = []
    for at, row in enumerate(rows):
        near = search.nearest(at, _blocks(row))
        if near is None:
            search.add(at, _blocks(row), len(found))
            found.append(Cluster(row, {row.key: 100}, {row.firm}))
        else:
            place, score = near
            found[place].members[row.key] = round(score * 100)
            found[place].firms.add(row.firm)
    return [one for one in found if len(one.members) >= cases and len(one.firms) >= firms]


def _blocks(row: Told) -> tuple[Hashable, ...]:
    named = (("category", row.category), ("chain", row.chain))
    return tuple(name for name in named if name[1] is not None)


class _Search:
    """First cases by the rarer of their pairs, block by block."""

    def __init__(self, sets: Sequence[frozenset[str]], least: float) -> None:
        self.sets, self.least = sets, least
        known = Counter(gram for each in sets for gram in each)
        order = {gram: n for n, gram in enumerate(sorted(known, key=lambda gram: (known[gram], gram)))}
        self.prefixes = [sorted(map(order.__getitem__, each))[: self._length(len(each))] for each in sets]
        self.postings: dict[Hashable, dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
        self.clusters: dict[int, int] = {}

    def _length(self, size: int) -> int:
        """So many of the rarest that two alike sets must share one: |x| − ⌈t ÷ (2 − t) · |x|⌉ + 1."""
        return size - ceil(self.least / (2 - self.least) * size - 1e-9) + 1 if size else 0

    def add(self, at: int, blocks: Iterable[Hashable], cluster: int) -> None:
        """A first case others may join."""
        self.clusters[at] = cluster
        for block in blocks:
            for gram in self.prefixes[at]:
                self.postings[block][gram].append(at)

    def nearest(self, at: int, blocks: Iterable[Hashable]) -> tuple[int, float] | None:
        """The cluster whose first case is most alike, the older of equals; None below the threshold."""
        shared: Counter[int] = Counter()
        for block in blocks:
            index, here = self.postings[block], Counter[int]()
            for gram in self.prefixes[at]:
                if gram in index:
                    here.update(index[gram])
            shared |= here
        best, near = self.least, None
        for other in sorted(shared):
            if not self._may_reach(at, other, shared[other], best):
                continue
            score = likeness(self.sets[at], self.sets[other])
            if score > best or (near is None and score >= best):
                best, near = score, other
        return None if near is None else (self.clusters[near], best)

    def _may_reach(self, one: int, other: int, shared: int, least: float) -> bool:
        sizes = len(self.sets[one]), len(self.sets[other])
        rest = max(sizes[0] - len(self.prefixes[one]), sizes[1] - len(self.prefixes[other]))
        return shared + rest >= least / 2 * sum(sizes) - 1e-9


def shared_words(texts: Sequence[str]) -> tuple[str, ...]:
    """What most of the texts say, in the first one's words, longest first: why they are alike, for a person."""
    if not texts:
        return ()
    said = Counter(gram for text in texts for gram in grams(text))
    common = {gram for gram, n in said.items() if n >= max(2, SHARED_BY * len(texts))}
    words = dict.fromkeys(word for run in CHINESE.findall(texts[0]) for word in _runs(run, common))
    return tuple(sorted(words, key=lambda word: -len(word))[:WORDS_MOST])


def _runs(run: str, common: set[str]) -> Iterable[str]:
    """Stretches of a run of characters all of whose pairs are common."""
    if run[0].isascii():
        if len(run) > 1 and run.lower() in common:
            yield run
        return
    start = None
    for at in range(len(run)):
        if run[at : at + 2] in common and at + 1 < len(run):
            start = at if start is None else start
        elif start is not None:
            yield run[start : at + 1]
            start = None


def marked(text: str, words: Iterable[str]) -> list[tuple[str, bool]]:
    """A text in pieces: (piece, whether it is one of the words); longer words first. For highlighting."""
    known = sorted({word for word in words if word}, key=lambda word: (-len(word), word))
    if not known:
        return [(text, False)]
    pieces = re.split("(" + "|".join(map(re.escape, known)) + ")", text)
    return [(piece, n % 2 == 1) for n, piece in enumerate(pieces) if piece]
