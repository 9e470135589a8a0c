"""查实的虚假办结（R-30、R-51）：回头看、暗访、问效认定三处，同一次申报只算最早查实的那一处。"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q

from cases.enums import Finding, LookBackResult
from cases.models import InquiryResult, LookBack, SpotCheck, Submission
from cases.services.false_closures import LOOK_BACK_KEY, SPOT_KEY

# A 问效 proposed because of a proof only confirms it.
CONFIRMS = Q(ticket__key__startswith=LOOK_BACK_KEY) | Q(ticket__key__startswith=SPOT_KEY)


@dataclass(frozen=True, slots=True)
class Proof:
    """一次虚假办结：哪件、哪次申报、算谁的、最早何时查实。"""

    case: int
    submission: int | None
    unit: int | None
    is_legal: bool
    at: datetime


def false_proofs(until: datetime) -> list[Proof]:
    """`until` 以前查实的，早的在前；同一次申报一条。查询条数固定。"""
    found = sorted(_all(until), key=lambda row: row[-1])
    submitted: dict[int, list[tuple[datetime, int]]] = {}
    rows = Submission.objects.filter(case__in={case for case, *_ in found}).order_by("submitted_at", "pk")
    for case, pk, at in rows.values_list("case", "pk", "submitted_at"):
        submitted.setdefault(case, []).append((at, pk))
    proofs: dict[tuple[int, int | None], Proof] = {}
    for case, unit, is_legal, about, at in found:
        judged = max((row for row in submitted.get(case, ()) if row[0] <= about), default=(about, None))[1]
        proofs.setdefault((case, judged), Proof(case, judged, unit, is_legal, at))
    return list(proofs.values())


def _all(until: datetime) -> Iterable[tuple[int, int | None, bool, datetime, datetime]]:
    """（案件、单位、涉法涉诉、看的是何时的办结、何时查实）。"""
    looked = LookBack.objects.filter(result=LookBackResult.FALSE, checked_at__lt=until).order_by()
    yield from _rows(looked, "unit", "closed_at", "checked_at")
    spotted = SpotCheck.objects.filter(is_true=False, checked_at__lt=until).order_by()
    yield from _rows(spotted, "unit", "checked_at", "checked_at")
    judged = InquiryResult.objects.filter(finding=Finding.FALSE_CLOSURE, recorded_at__lt=until).exclude(CONFIRMS)
    yield from _rows(judged.order_by(), "case__lead", "ticket__drafted_at", "recorded_at")


def _rows(rows: Any, unit: str, about: str, at: str) -> Iterable[tuple[int, int | None, bool, datetime, datetime]]:
    for case, of, lead, is_legal, judged_at, proven_at in rows.values_list(
        "case", unit, "case__lead", "case__is_legal", about, at
    ):
        yield case, of or lead, is_legal, judged_at, proven_at
