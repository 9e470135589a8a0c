"""成批办理：一件一个事务，一件不成不连累别的；每件怎样了都说清（页面 4）。"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cadres.models import User
from cases.enums import Action
from cases.models import Case
from cases.services.steps import perform
from zhuqi.kernel.errors import Conflict, DomainError


@dataclass(frozen=True, slots=True)
class Told:
    """一件的结果：办成了，或者为什么没有。"""

    case: Case
    problem: str = ""
    is_stale: bool = False

    @property
    def is_done(self) -> bool:
        """办成了。"""
        return not self.problem


def perform_each(
    picked: Iterable[tuple[Case, int | str | None]], action: Action, *, actor: User | None, at: datetime, **details: Any
) -> list[Told]:
    """对每一件走同一步。`picked`：(案件, 页面上的修订号) 的序列；返回同样次序的 `Told`。"""
    return [_one(case, action, actor=actor, at=at, revision=revision, **details) for case, revision in picked]


def _one(case: Case, action: Action, **how: Any) -> Told:
    try:
        return Told(perform(case, action, **how))
    except DomainError as refusal:
        return Told(case, refusal.message, isinstance(refusal, Conflict))
