"""R-11: an entry that was merged into another one takes nothing new; its code is not free."""

from typing import Any

from enterprises.models import Enterprise
from zhuqi.kernel.errors import Conflict, DomainError


def merged_into(firm: Enterprise) -> Enterprise | None:
    """The firm that took this entry's place now, if it was merged."""
    if firm.is_active:
        return None
    merges: Any = firm.merges  # cadres.EnterpriseMerge stands above this app
    live = merges.filter(undone_at=None).select_related("kept__region").first()
    return live.kept if live is not None else None


def demand_unmerged(firm: Enterprise) -> None:
    """Raise DomainError when the entry was merged: everything about the firm is done at the other one."""
    kept = merged_into(firm)
    if kept is not None:
        raise DomainError(f"“{firm.name}”已并入“{kept.name}”，请到那一家办理；并错了先撤销合并。")


def hold(firm: Enterprise) -> None:
    """Keep the entry on the books until this transaction ends: what is written under it now, a merge takes along.

    Raises Conflict when it has just been struck off or merged.
    """
    if not Enterprise.objects.filter(pk=firm.pk, is_active=True).update(is_active=True):
        raise Conflict(f"“{firm.name}”刚被移出在册或并入另一家，请刷新后再办。")
