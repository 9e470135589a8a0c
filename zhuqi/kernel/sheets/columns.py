"""一栏：叫什么、别人还叫它什么、里面是什么，怎么从一格变成值（R-74）。"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from zhuqi.kernel.sheets import typed
from zhuqi.kernel.sheets.typed import Unreadable

NAMED_MOST = 12


class Cell(StrEnum):
    """一格里是什么。"""

    TEXT = "文字"
    CODE = "代码"
    DATE = "日期"
    CHOICE = "选项"
    YES = "是或否"
    NUMBER = "整数"
    PHONE = "电话"
    LIST = "几个，顿号隔开"


@dataclass(frozen=True, slots=True)
class Options:
    """下拉里有什么，各是什么意思；`also` 是下拉里没有、但认得的说法（简称、代码）。"""

    meanings: Mapping[str, Any]
    also: Mapping[str, Any] = field(default_factory=dict)

    def meaning(self, said: str) -> Any:
        """这个说法的意思；没有的话说有哪些。"""
        for known in (self.meanings, self.also):
            if said in known:
                return known[said]
        names = list(self.meanings)
        listed = "、".join(names[:NAMED_MOST]) + ("……" if len(names) > NAMED_MOST else "")
        raise Unreadable(f"没有“{said[:30]}”这一项" + (f"，可以填：{listed}。" if names else "，系统里还没有可选的。"))


NONE = Options({})


@dataclass(frozen=True, slots=True)
class Column:
    """表里的一栏。`needed` 是没有这一栏就认不出这张表；`unit` 写在数的后面；`most` 是最多几个字、最大的数。"""

    key: str
    heading: str
    cell: Cell = Cell.TEXT
    synonyms: tuple[str, ...] = ()
    needed: bool = False
    hint: str = ""
    example: str = ""
    width: int = 16
    most: int = 0
    unit: str = ""
    yes: frozenset[str] = frozenset()
    no: frozenset[str] = frozenset()
    options: Callable[[Any], Options] | None = None

    def names(self) -> Iterable[str]:
        """表头上认得的各种叫法。"""
        return (self.heading, *self.synonyms)

    def value(self, cell: object, options: Options = NONE) -> Any:
        """这一格的值。错误：Unreadable，说明怎么写。"""
        readers: dict[Cell, Callable[[], Any]] = {
            Cell.TEXT: lambda: typed.as_text(cell, most=self.most),
            Cell.CODE: lambda: self._short(typed.as_code(cell)),
            Cell.DATE: lambda: typed.as_day(cell),
            Cell.CHOICE: lambda: options.meaning(typed.as_text(cell)),
            Cell.YES: lambda: typed.as_yes(cell, yes=self.yes, no=self.no),
            Cell.NUMBER: lambda: typed.as_number(cell, unit=self.unit, most=self.most or typed.NUMBER_MOST),
            Cell.PHONE: lambda: typed.as_phone(cell),
            Cell.LIST: lambda: self._each(typed.as_parts(cell), options),
        }
        return readers[self.cell]()

    def _short(self, code: str) -> str:
        if self.most and len(code) > self.most:
            raise Unreadable(f"有 {len(code)} 个字，最多 {self.most} 个。")
        return code

    def _each(self, parts: list[str], options: Options) -> tuple[Any, ...]:
        return tuple(options.meaning(part) for part in parts) if self.options else tuple(parts)
