"""交办草稿：存、取、丢（页面 4）。草稿不是案件的一步，不动案件，也不进账本。"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from cadres.models import User
from cases.models import Case, DispatchDraft

TEXT_MOST, ROWS_MOST = 1000, 8


def keep(case: Case, said: Mapping[str, Any], *, actor: User, at: datetime) -> DispatchDraft:
    """存下抽屉里填的；再存就是换掉。太长的字和太多的行只留表单收得下的。"""
    kept = {
        name: [str(one)[:TEXT_MOST] for one in value[:ROWS_MOST]] if isinstance(value, list) else str(value)[:TEXT_MOST]
        for name, value in said.items()
    }
    draft, _ = DispatchDraft.objects.update_or_create(case=case, user=actor, defaults={"said": kept, "saved_at": at})
    return draft


def of(case: Case, actor: User) -> DispatchDraft | None:
    """这个人对这一件的草稿。"""
    return DispatchDraft.objects.filter(case=case, user=actor).first()


def discard(case: Case, *, actor: User) -> None:
    """不要了。"""
    DispatchDraft.objects.filter(case=case, user=actor).delete()


def clear(case: Case) -> None:
    """交办、报批以后谁的草稿都没用了。"""
    DispatchDraft.objects.filter(case=case).delete()
