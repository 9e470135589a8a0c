"""账本里还没送的步骤（架构第 6 条）：按次序读，晚落库的一步也不漏。"""

from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from cases.models import CaseEvent
from reports.province.fields import STEPS

# Numbers are taken before a transaction commits: a step may appear a little behind what has been read already.
BEHIND = 2_000


def unread(sent: QuerySet[Any], *, after: int, since: datetime, kinds: Any = None) -> QuerySet[CaseEvent]:
    """还没送的步骤，按账本次序；`sent` 是已入列的行（带 event），`after` 是上次读到哪里（-1：全部再看一遍）。"""
    rows = CaseEvent.objects.filter(kind__in=list(STEPS if kinds is None else kinds), at__gte=since)
    if after > BEHIND:
        rows = rows.filter(pk__gt=after - BEHIND)
    taken = sent.filter(event=OuterRef("pk"))
    return rows.filter(~Exists(taken)).order_by("pk")
