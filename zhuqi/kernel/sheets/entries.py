"""从一行行格子到认好的一行行值：每一格认一遍，表里自己重复的找出来（R-74）。"""

from collections.abc import Iterable, Sequence
from typing import Any

from zhuqi.kernel.sheets.columns import NONE, Cell, Options
from zhuqi.kernel.sheets.kinds import Entry, Fault, SheetKind
from zhuqi.kernel.sheets.reading import Line
from zhuqi.kernel.sheets.typed import Unreadable, text_of

FAULTS_MOST = 6
REMEMBERED = frozenset({Cell.CHOICE, Cell.YES, Cell.LIST, Cell.DATE, Cell.NUMBER})
REMEMBERED_MOST = 20_000


class Reader:
    """一种表的一次读法：选项只查一遍，写法一样的格子只认一遍。"""

    def __init__(self, kind: SheetKind, actor: Any) -> None:
        self.kind = kind
        self.columns = {column.key: column for column in kind.columns(actor)}
        self.options: dict[str, Options] = {
            key: column.options(actor) if column.options else NONE for key, column in self.columns.items()
        }
        self._seen: dict[tuple[str, type, Any], Any] = {}

    def entry(self, line: Line) -> tuple[Entry, tuple[Fault, ...]]:
        """一行的值，和看不懂的格子（每一处都说）。"""
        values, faults = {}, []
        for key, cell in line.cells.items():
            if isinstance(cell, str) and not cell.strip():
                continue
            try:
                value = self._value(key, cell)
            except Unreadable as wrong:
                faults.append(Fault(key, wrong.message))
                continue
            if value not in ("", None):
                values[key] = value
        faults += [
            Fault(key, f"没有填{self.columns[key].heading}。")
            for key in self.kind.identity
            if key not in values and not any(fault.key == key for fault in faults)
        ]
        return Entry(line.number, values), tuple(faults[:FAULTS_MOST])

    def _value(self, key: str, cell: Any) -> Any:
        column = self.columns[key]
        if column.cell not in REMEMBERED:
            return column.value(cell, self.options[key])
        mark = (key, type(cell), cell)
        if mark not in self._seen:
            if len(self._seen) >= REMEMBERED_MOST:
                self._seen.clear()
            self._seen[mark] = column.value(cell, self.options[key])
        return self._seen[mark]

    def shown(self, line: Line) -> dict[str, str]:
        """这一行原样的文字，给人看。"""
        return {key: text_of(cell) for key, cell in line.cells.items()}


def identity_of(kind: SheetKind, entry: Entry) -> tuple[Any, ...]:
    """这一行的关键字。"""
    return tuple(entry.get(key) for key in kind.identity)


def doubles(kind: SheetKind, reader: Reader, entries: Iterable[Entry]) -> tuple[dict[int, Fault], dict[Any, int]]:
    """表里自己重复的：行号 → 与第几行重复（头一行算数）；以及所有关键字在第几行。"""
    groups: Sequence[tuple[str, ...]] = (kind.identity, *((key,) for key in kind.distinct))
    seen: list[dict[Any, int]] = [{} for _ in groups]
    found: dict[int, Fault] = {}
    for entry in entries:
        for group, first in zip(groups, seen, strict=True):
            mark = tuple(entry.get(key) for key in group)
            if None in mark and group != kind.identity:
                continue
            earlier = first.setdefault(mark, entry.number)
            if earlier != entry.number and entry.number not in found:
                said = "、".join(reader.columns[key].heading for key in group)
                found[entry.number] = Fault(group[-1], f"与第 {earlier} 行重复（{said}相同），只认第 {earlier} 行。")
    return found, seen[0]
