"""Which two entries are likely one firm registered twice (R-10, R-11). Pure: faces of firms in, pairs with reasons out.

Whoever registers by hand or by sheet writes 有限责任公司 for 有限公司, （许昌） without brackets, a homophone, or a code with a
slip in it. Each of these is one reason; a pair may have several. A person decides, never this module.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations

from cases.rules.similarity import grams, likeness

NAME, SOUND, CODE, PHONE, NEAR = "name", "sound", "code", "phone", "near"
SAID = {NAME: "名称相同", CODE: "机构代码相同", SOUND: "读音相同", PHONE: "联系电话相同", NEAR: "名称相近"}
WEIGHTS = {NAME: 8, CODE: 8, SOUND: 4, NEAR: 2, PHONE: 1}
SIGNS = re.compile(r"[^0-9a-z\u3400-\u9fff]")
LEGAL_FORM = re.compile(r"((有限责任|股份有限|有限)?(总)?公司|厂|合作社|中心)$")
PLACE = re.compile(r"^(?:[\u3400-\u9fff]{2,3}?[省市县区])+")
NEARLY = 0.75  # of the pairs of characters in both plain names
RARE = 3  # firms that share a pair of characters: more, and it is a trade or a place, not a firm's own word
# A book-keeper's phone stands beside many firms; shared by more than this it says nothing.
PHONE_MOST = 3
ORGANISATION = slice(8, 17)  # GB 32100: characters 9 – 17 are the old organisation code with its mod-11 check


@dataclass(frozen=True, slots=True)
class Face:
    """What a firm shows of itself: key, name, credit code, phones of its contacts."""

    key: int
    name: str
    code: str = ""
    phones: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class Pair:
    """Two entries that look like one firm: `one` < `other`, and why, strongest reason first."""

    one: int
    other: int
    reasons: tuple[str, ...]

    @property
    def weight(self) -> int:
        """How much speaks for it."""
        return sum(WEIGHTS[reason] for reason in self.reasons)


def plain_name(name: str) -> str:
    """A name without what people write one way or another: width, blanks, brackets, 市 and 县, the legal form."""
    bare = SIGNS.sub("", unicodedata.normalize("NFKC", name).lower())
    short = LEGAL_FORM.sub("", bare) or bare
    places = PLACE.match(short)
    if places and len(places[0]) < len(short):
        short = re.sub("[省市县区]", "", places[0]) + short[places.end() :]
    return short


def likely_pairs(faces: Iterable[Face], *, sound: Callable[[str], str]) -> list[Pair]:
    """All pairs with at least one reason, most likely first. `sound` reads a text aloud (full pinyin)."""
    firms = {face.key: face for face in faces}
    plain = {key: plain_name(face.name) for key, face in firms.items()}
    found: dict[tuple[int, int], set[str]] = defaultdict(set)
    for reason, pair in _all(firms, plain, sound):
        found[pair].add(reason)
    pairs = [Pair(*pair, tuple(reason for reason in SAID if reason in reasons)) for pair, reasons in found.items()]
    return sorted(pairs, key=lambda pair: (-pair.weight, pair.one, pair.other))


def _all(
    firms: dict[int, Face], plain: dict[int, str], sound: Callable[[str], str]
) -> Iterator[tuple[str, tuple[int, int]]]:
    yield from ((NAME, pair) for pair in _sharing((text, key) for key, text in plain.items()))
    codes = ((face.code[ORGANISATION], key) for key, face in firms.items())
    yield from ((CODE, pair) for pair in _sharing(codes))
    alike = _sharing((sound(text), key) for key, text in plain.items())
    yield from ((SOUND, (one, other)) for one, other in alike if plain[one] != plain[other])
    phones = ((phone, key) for key, face in firms.items() for phone in set(face.phones))
    yield from ((PHONE, pair) for pair in _sharing(phones, most=PHONE_MOST))
    yield from ((NEAR, pair) for pair in _near(plain))


def _sharing(entries: Iterable[tuple[Hashable, int]], *, most: int = 0) -> Iterator[tuple[int, int]]:
    """Pairs of keys under one value; empty values say nothing, nor do those of more than `most` keys."""
    groups: dict[Hashable, list[int]] = defaultdict(list)
    for value, key in entries:
        if value:
            groups[value].append(key)
    for keys in groups.values():
        if not most or len(keys) <= most:
            yield from combinations(sorted(keys), 2)


def _near(plain: dict[int, str]) -> Iterator[tuple[int, int]]:
    """Names nearly the same that share a rare pair of characters; never all against all."""
    pieces = {key: grams(text) for key, text in plain.items()}
    met = set(_sharing(((piece, key) for key, owned in pieces.items() for piece in owned), most=RARE))
    for one, other in met:
        if plain[one] != plain[other] and likeness(pieces[one], pieces[other]) >= NEARLY:
            yield one, other
