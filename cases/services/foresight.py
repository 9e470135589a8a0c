"""预演（R-41）：到某一时刻会受理、恢复、销号、催办、拟问效哪些。

真跑一遍再整个撤回，所以列出的就是真跑会做的，一件不多、一件不少；什么也不改，也不占号。
"""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max, QuerySet

from cases.enums import Action, InquiryCause
from cases.models import CaseEvent
from cases.services.enforcement import due_slots, run_slot
from cases.services.numbering import rehearsing

WORDS = {
    Action.RESUME: "恢复办理",
    Action.ACCEPT: "自动受理",
    Action.LAPSE_RATING: "未评销号",
    Action.URGE: "催办单",
    Action.DRAFT_INQUIRY: "拟问效建议单",
}
FAILED = "处理不成"


def foresee(*, at: datetime) -> list[dict[str, str]]:
    """到 `at` 该跑的各个时点会做的事，按执行的次序；处理不成的也列出原因。"""
    with transaction.atomic(), rehearsing():
        last = CaseEvent.objects.aggregate(last=Max("pk"))["last"] or 0
        outcomes = [run_slot(day, at=at) for day in due_slots(at=at)]
        items = [_item(event) for event in _done_after(last, at)]
        transaction.set_rollback(True)
    return items + [_failure(each) for outcome in outcomes for each in outcome.failures]


def _done_after(last: int, at: datetime) -> QuerySet[CaseEvent]:
    rows = CaseEvent.objects.filter(pk__gt=last, at=at, actor=None, kind__in=WORDS).order_by("pk")
    return rows.select_related("case__enterprise", "case__office", "ticket__to_unit")


def _item(event: CaseEvent) -> dict[str, str]:
    case = event.case
    to = case.office.name if event.kind == Action.ACCEPT else case.enterprise.name
    why = event.note
    if event.ticket:
        to = event.ticket.to_unit.name
    if event.ticket and event.kind == Action.DRAFT_INQUIRY:
        why = f"{InquiryCause(event.ticket.cause).label}：{event.note}"
    return {"what": WORDS[Action(event.kind)], "case": case.number, "title": case.title, "to": to, "why": why}


def _failure(failure: dict[str, Any]) -> dict[str, str]:
    return {"what": FAILED, "case": failure["case"], "title": "", "to": "", "why": failure["error"]}
