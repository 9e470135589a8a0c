"""How alike two problems read (R-21, R-22, R-31), and which category a text points to. Pure: texts in, figures out.

Chinese is compared by overlapping pairs of characters: no dictionary, no segmentation to go wrong. Latin words and
figures stay whole, so that “12 亩” and “120 亩” are not alike by accident.
"""

import re
import unicodedata
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

Key = TypeVar("Key", bound=Hashable)

RUN = re.compile(r"[0-9]+(?:\.[0-9]+)?|[a-z]+|[\u3400-\u9fff]+")
# Words of every petition: they say that somebody asks, not what about.
EMPTY_WORDS = re.compile(
    r"企业|公司|问题|反映|希望|相关|有关|部门|目前|我们|我司|本公司|请求|请问|协调|解决|进行|情况|如何|怎么|为什么"
)
ALIKE = 0.24  # measured on the demo city's texts: below it pairs share only the category's common words


@dataclass(frozen=True, slots=True)
class Match:
    """One candidate and how alike it is, 0 – 1."""

    key: Hashable
    score: float


def grams(text: str) -> frozenset[str]:
    """The pairs of characters (and whole figures and Latin words) that stand for a text."""
    plain = EMPTY_WORDS.sub(" ", unicodedata.normalize("NFKC", text).lower())
    found: set[str] = set()
    for run in RUN.findall(plain):
        if run[0].isascii() or len(run) == 1:
            found.add(run)
        else:
            found.update(run[at : at + 2] for at in range(len(run) - 1))
    return frozenset(found)


def likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """Shared pairs over the mean of both (Dice), 0 – 1; a short title inside a long text still counts a little."""
    if not one or not other:
        return 0.0
    return 2 * len(one & other) / (len(one) + len(other))


def similarity(one: str, other: str) -> float:
    """How alike two texts are, 0 – 1."""
    return likeness(grams(one), grams(other))


def most_alike(
    text: str, candidates: Iterable[tuple[Hashable, str]], *, least: float = ALIKE, most: int = 5
) -> list[Match]:
    """The candidates at least `least` alike, most alike first, equal ones in the order given."""
    asked = grams(text)
    scored = [Match(key, likeness(asked, grams(candidate))) for key, candidate in candidates]
    return sorted((match for match in scored if match.score >= least), key=lambda match: -match.score)[:most]


def guess_category(text: str, categories: Sequence[tuple[Key, str]]) -> Key | None:
    """The category whose keywords the text names most; longer words weigh more. None when it names none.

    `categories`: (key, keywords separated by blanks), in their own order: the first of equals wins.
    """
    plain = unicodedata.normalize("NFKC", text).lower()
    best, weight = None, 0
    for key, keywords in categories:
        words = unicodedata.normalize("NFKC", keywords).lower().replace("，", " ").replace("、", " ").split()
        said = sum(len(word) * plain.count(word) for word in set(words))
        if said > weight:
            best, weight = key, said
    return best
