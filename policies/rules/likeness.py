"""全文像不像（R-62）：64 位近似指纹，改几个字指纹只差几位；再逐片比对才算数。纯函数。

指纹由相邻两字的片合成（simhash）。库里的文件用词相近，所以指纹只用来找候选，像不像由 `overlap` 定。
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import lru_cache

from zhuqi.kernel.bigrams import normalise

BITS = 64
LANE = 20  # bits to count a bit's votes in: more than the longest text has pieces
MASK = (1 << LANE) - 1
# Two fingerprints at most so many bits apart agree in one of BANDS bands: that is where candidates are looked for.
APART_MOST = 5
BANDS = APART_MOST + 1
SHINGLE = 4
ALIKE = 0.9
SHORTEST = 60  # below, a few common words make everything alike
_SPREAD = [sum(1 << (LANE * bit) for bit in range(8) if byte >> bit & 1) for byte in range(256)]


def squeezed(body: str) -> str:
    """只留要比的字：标点、空白、全半角、大小写都不算。"""
    return normalise(body).replace(" ", "")


@lru_cache(maxsize=200_000)
def _votes(piece: str) -> int:
    digest = hashlib.blake2b(piece.encode(), digest_size=8).digest()
    return sum(_SPREAD[byte] << (LANE * 8 * place) for place, byte in enumerate(digest))


def likeness(plain: str) -> str:
    """归一的全文 → 16 位十六进制的近似指纹；太短的不算，给空串。"""
    if len(plain) < SHORTEST:
        return ""
    pieces = {plain[at : at + 3] for at in range(len(plain) - 2)}
    votes, half = sum(map(_votes, pieces)), len(pieces) / 2
    return f"{sum(1 << bit for bit in range(BITS) if votes >> (LANE * bit) & MASK > half):016x}"


def apart(one: str, other: str) -> int:
    """两个指纹差几位。"""
    return (int(one, 16) ^ int(other, 16)).bit_count()


def bands(mark: int) -> Iterator[tuple[int, int]]:
    """一个指纹分几段，作查找的键：差得不多的两个，至少有一段一样。"""
    for band in range(BANDS):
        low, high = BITS * band // BANDS, BITS * (band + 1) // BANDS
        yield band, mark >> low & ((1 << (high - low)) - 1)


class Neighbours:
    """已有的指纹，按段放好；找差得不多的不必逐份比。"""

    def __init__(self) -> None:
        self._by_band = defaultdict[tuple[int, int], list[tuple[int, int]]](list)

    def add(self, key: int, mark: str) -> None:
        """放进一份；没有指纹的（太短）不放。"""
        if mark:
            value = int(mark, 16)
            for band in bands(value):
                self._by_band[band].append((value, key))

    def near(self, mark: str) -> set[int]:
        """差不超过 APART_MOST 位的那些。"""
        if not mark:
            return set()
        value = int(mark, 16)
        return {
            key
            for band in bands(value)
            for other, key in self._by_band.get(band, ())
            if (value ^ other).bit_count() <= APART_MOST
        }


def overlap(one: str, other: str) -> float:
    """两份归一的全文有多少四字片相同，0 – 1。"""
    mine, theirs = _shingles(one), _shingles(other)
    return len(mine & theirs) / max(len(mine | theirs), 1)


def _shingles(plain: str) -> frozenset[str]:
    return frozenset(plain[at : at + SHINGLE] for at in range(max(len(plain) - SHINGLE + 1, 1)))


def alike(plain: str, others: Iterable[tuple[int, str]]) -> int | None:
    """候选（主键，归一的全文）里最像的一份；都不够像就是 None。"""
    best = max(((overlap(plain, text), pk) for pk, text in others), default=(0.0, 0))
    return best[1] if best[0] >= ALIKE else None
