"""台账怎么读（R-54）：先一句查询取下全部主键，再两千行一批按主键取值。

答应什么：有哪些行，是那一句查询时的样子，不漏也不重，次序与屏幕上一样——别人同时改状态、加新件都影响不到；
每一行的内容是读到它那一批时的样子。读到时已看不到的（并掉的企业、换了联系人）没有这一行，末行说明少了几行。
内存里只有一批行和全部主键（一百万行 8 MB）。不用一个长事务：SQLite 上那会挡住所有人写。
"""

from array import array
from collections.abc import Callable, Iterator
from typing import Any

from django.db.models import QuerySet

from reports.ledgers.ledger import Ledger, Line, Reader

BATCH = 2_000
KEYS_AT_ONCE = 10_000


def keys_of(rows: QuerySet[Any]) -> "array[int]":
    """全部主键，按屏幕上的次序。"""
    keys = array("q")
    keys.extend(pk for pk in rows.values_list("pk", flat=True).iterator(chunk_size=KEYS_AT_ONCE))
    return keys


def lines_of(
    ledger: Ledger,
    keys: "array[int]",
    reader: Reader,
    *,
    after_batch: Callable[[int, set[int]], None] = lambda *_: None,
) -> Iterator[Line]:
    """一行一行给；每批之后报读到第几个主键、这一批有哪些企业。"""
    for first in range(0, len(keys), BATCH):
        firms: set[int] = set()
        for line in ledger.lines(keys[first : first + BATCH], reader):
            if line.enterprise is not None:
                firms.add(line.enterprise)
            yield line
        after_batch(min(first + BATCH, len(keys)), firms)
