"""两处登记都走过的同一项政策、同一场活动（R-61、R-63）：唯一约束只许一行，走到的步子并到保留的那一行，一步也不少、一家不数两遍。

并掉的那一行留在原处；改了什么都在账上，撤销时倒着改回去。
"""

from typing import Any

from cases.services.firm_ledger import Ledger
from enterprises.models import Enterprise
from policies.models import Entitlement, Participation

STEPS = ("told_at", "viewed_at", "applied_at")
DECIDED = ("granted_at", "amount", "refused_at", "refused_why", "decided_by_id")
SEAT = ("signed_up_at", "signed_up_by_id", "waiting_at", "withdrawn_at", "wish")


def fold_twins(kept: Enterprise, absorbed: Enterprise, ledger: Ledger) -> None:
    """应享尽享的各步、对接活动的报名和到场。"""
    for mine, other in _pairs(Entitlement, "policy_id", kept, absorbed):
        _set(ledger, mine, _steps(mine, other) | _decision(mine, other))
    for mine, other in _pairs(Participation, "event_id", kept, absorbed):
        came = mine.attended or other.attended
        seat = _seat(mine, other)
        _set(ledger, mine, seat | {"attended": came, "invited_at": mine.invited_at or other.invited_at})
        # The seat went along; two seats of one firm are for the host to settle, who sees both.
        gone = {"signed_up_at": None, "waiting_at": None} if seat else {}
        _set(ledger, other, gone | {"attended": None})


def _pairs(model: Any, column: str, kept: Enterprise, absorbed: Enterprise) -> list[tuple[Any, Any]]:
    theirs = {getattr(row, column): row for row in model.objects.filter(enterprise=absorbed)}
    mine = model.objects.filter(enterprise=kept, **{f"{column}__in": list(theirs)}).order_by("pk")
    return [(row, theirs[getattr(row, column)]) for row in mine]


def _steps(mine: Entitlement, other: Entitlement) -> dict[str, Any]:
    """每一步只记第一次：早的那一天。"""
    days = {name: (getattr(mine, name), getattr(other, name)) for name in STEPS}
    return {name: min(filter(None, pair), default=None) for name, pair in days.items()}


def _decision(mine: Entitlement, other: Entitlement) -> dict[str, Any]:
    """都兑现了的两笔钱相加；只有一边兑现、或只有一边有答复的，用那一边的。"""
    if mine.granted_at and other.granted_at:
        sums = [each.amount for each in (mine, other) if each.amount is not None]
        return {"amount": str(sum(sums)) if sums else None}
    is_theirs = other.granted_at or (other.refused_at and not (mine.granted_at or mine.refused_at))
    if not is_theirs:
        return {}
    said = {name: getattr(other, name) for name in DECIDED}
    return said | {"amount": None if other.amount is None else str(other.amount)}


def _seat(mine: Participation, other: Participation) -> dict[str, Any]:
    """只有并掉的一家报了名（或在候补）：座位跟过来，名额不多不少。"""
    if mine.is_coming or mine.is_waiting or not (other.is_coming or other.is_waiting):
        return {}
    return {name: getattr(other, name) for name in SEAT}


def _set(ledger: Ledger, row: Any, wanted: dict[str, Any]) -> None:
    was = {name: getattr(row, name) for name in wanted}
    was |= {"amount": str(was["amount"])} if was.get("amount") is not None else {}
    now = {name: value for name, value in wanted.items() if value != was[name]}
    if now:
        ledger.change(type(row), [row.pk], {name: was[name] for name in now}, now)
