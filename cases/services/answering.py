"""催办是否已被满足（R-36）：漏掉的步骤都补做了，就算答复。"""

from datetime import datetime

from cases.enums import Clock, Level
from cases.models import Case, Deadline


def settle_urges(case: Case, *, at: datetime) -> None:
    """补做了所列各步的催办单即告满足；没有别的欠账时黄灯熄灭。红灯要到审核通过才熄。"""
    if not case.urge_count and case.level == Level.NONE:
        return  # never urged: nothing to settle, as for nearly every step
    waiting = Deadline.objects.running().filter(case=case, clock=Clock.URGE_REPLY).select_related("ticket")
    for reply in waiting:
        listed = Deadline.objects.filter(urged_by=reply.ticket)
        # A 催办单 by hand that lists no step waits for the written answer, or for the whole thing to be done.
        if listed.exists() and not listed.running().exists():
            Deadline.objects.filter(pk=reply.pk, met_at__isnull=True).update(met_at=at)
    if case.level == Level.URGED and not _still_owes(case):
        case.level = Level.NONE
        Case.objects.filter(pk=case.pk).update(level=Level.NONE)


def _still_owes(case: Case) -> bool:
    running = Deadline.objects.running().filter(case=case)
    return running.filter(urged_by__isnull=False).exists() or running.filter(clock=Clock.URGE_REPLY).exists()
