"""能用表格导入的种类（R-12）：哪个应用的东西，那个应用自己登记；导入的引擎只认这里。

一行有四种结局：新增、有改动、没有变化、不能导入。`judge` 只看不写；`write` 在事务里写刚判过、和给人看过的一样的行。
"""

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from zhuqi.kernel.sheets.columns import Column

SAID_MOST = 200


class Outcome(StrEnum):
    """一行的结局；值存进库里，短。"""

    NEW = "N"
    CHANGED = "C"
    SAME = "S"
    BAD = "B"

    @property
    def label(self) -> str:
        """给人看的说法。"""
        return LABELS[self]


LABELS = {
    Outcome.NEW: "新增",
    Outcome.CHANGED: "有改动",
    Outcome.SAME: "没有变化",
    Outcome.BAD: "不能导入",
}
WRITTEN = (Outcome.NEW, Outcome.CHANGED)


@dataclass(frozen=True, slots=True)
class Entry:
    """认好了的一行：行号，和各栏的值（空格子、没有的栏不在里面）。"""

    number: int
    values: Mapping[str, Any]

    def get(self, key: str, default: Any = None) -> Any:
        """一栏的值；没填就是 `default`。"""
        return self.values.get(key, default)


@dataclass(frozen=True, slots=True)
class Fault:
    """哪一栏（栏目的 key，空为整行）、为什么不行。"""

    key: str
    reason: str


@dataclass(frozen=True, slots=True)
class Change:
    """一处改动：栏目、原来、现在。"""

    heading: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """一行的判断。`remark` 是提醒，不妨碍导入；`about` 是给写的人的（如主键），不存、不给人看。"""

    outcome: Outcome
    faults: tuple[Fault, ...] = ()
    changes: tuple[Change, ...] = ()
    remark: str = ""
    about: Any = field(default=None, compare=False)

    @property
    def digest(self) -> str:
        """看过的改动的指纹：导入时再判一次，对不上就是中间有人改过。"""
        if not self.changes:
            return ""
        said = "\x1f".join(f"{one.heading}\x1e{one.old}\x1e{one.new}" for one in self.changes)
        return hashlib.blake2b(said.encode(), digest_size=8).hexdigest()


def bad(key: str, reason: str) -> Verdict:
    """不能导入，因为一栏。"""
    return Verdict(Outcome.BAD, (Fault(key, reason),))


NEW = Verdict(Outcome.NEW)
SAME = Verdict(Outcome.SAME)


@dataclass(frozen=True, slots=True)
class Scope:
    """谁、哪一天在导。`keys` 是这一份表里所有的关键字（按 `SheetKind.key`）到行号。"""

    actor: Any
    today: date
    keys: Mapping[tuple[Any, ...], int] = field(default_factory=dict)


class SheetKind(ABC):
    """一种能导的东西；各应用写一个子类，登记一个。少写了一样，登记的时候就出错。"""

    key: str
    label: str
    icon: str
    about: str
    roles: frozenset[str]
    back: str  # the address name of the list it fills
    identity: tuple[str, ...]  # columns that say which row it is; the same twice in one file is refused
    distinct: tuple[str, ...] = ()  # further columns that must not repeat in one file
    looks_around: bool = False  # whether `judge` asks what else is in the file (`Scope.keys`)
    notes: tuple[str, ...] = ()  # said on the page and in the template

    @abstractmethod
    def columns(self, actor: Any) -> tuple[Column, ...]:
        """有哪些栏。"""

    def prefilled(self, actor: Any) -> Iterable[Mapping[str, Any]]:
        """模板里预先填好的行；没有就只给一行示例。"""
        return ()

    @abstractmethod
    def judge(self, entries: Sequence[Entry], scope: Scope) -> list[Verdict]:
        """一批行各是什么结局，次序照旧；只看，不写。"""

    @abstractmethod
    def write(self, rows: Sequence[tuple[Entry, Verdict]], scope: Scope, at: datetime) -> dict[int, str]:
        """写这些新增的和有改动的；写不成的，按行号给原因。在事务里调用。"""


_KINDS: dict[str, SheetKind] = {}


def registers(kind: SheetKind) -> SheetKind:
    """登记一种；同一个 key 登记两次是写错了。"""
    if kind.key in _KINDS:
        message = f"sheet kind {kind.key!r} registered twice"
        raise ValueError(message)
    _KINDS[kind.key] = kind
    return kind


def kind_of(key: str) -> SheetKind | None:
    """这个 key 的种类；没有就是 None。"""
    return _KINDS.get(key)


def kinds_for(actor: Any) -> list[SheetKind]:
    """这个人导得了的，按登记的次序。"""
    role = getattr(actor, "role", "")
    return [kind for kind in _KINDS.values() if role in kind.roles]


def differences(pairs: Iterable[tuple[Column, Any, Any]], said: Mapping[str, Mapping[Any, str]]) -> tuple[Change, ...]:
    """（栏、原来、填的）里不一样的；`said` 是选项栏的值到说法。"""
    changes = []
    for column, old, new in pairs:
        if old != new:
            names = said.get(column.key, {})
            changes.append(Change(column.heading, _shown(old, names), _shown(new, names)))
    return tuple(changes)


def _shown(value: Any, names: Mapping[Any, str]) -> str:
    if isinstance(value, tuple | set | frozenset | list):
        return "、".join(sorted(_shown(each, names) for each in value)) or "（空）"
    if isinstance(value, bool):
        return "是" if value else "否"
    if value is None or value == "":
        return "（空）"
    return names.get(value, str(value))[:SAID_MOST]
