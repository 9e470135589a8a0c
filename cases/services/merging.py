"""并案与撤销并案（领域文档 §5）：两边的历史都原样在。"""

from django.db.models import F

from cases.enums import ENDED, Action, Clock, Status
from cases.models import Case, Merge
from cases.services import clocks
from cases.services.steps import Step, handles, record
from zhuqi.kernel.errors import Conflict, DomainError


@handles(Action.MERGE)
def merge(step: Step) -> None:
    """并到同一企业的另一件在办问题；本件的期限停下，停了哪几个记着，撤销时原样接着走。"""
    case, asked = step.case, step.detail("into", "要并到哪一件")
    if asked.pk == case.pk:
        raise DomainError("不能并到自己。")
    # Read anew: the form's copy may be older than its closure.
    into = Case.objects.visible_to(step.actor).filter(pk=asked.pk).first()
    if into is None:
        raise DomainError("没有这件问题。")
    if into.enterprise_id != case.enterprise_id:
        raise DomainError("只能并同一企业的问题；不同企业的相似问题请列为共性问题。")
    if into.status in ENDED:
        raise DomainError(f"{into.number} 已经结束，不能并入。")
    claim(into)
    Merge.objects.create(case=case, into=into, status_before=case.status, merged_at=step.at, merged_by=step.actor)
    stopped = clocks.stop_all(case, at=step.at)
    step.changes["merged_into"] = into
    step.data |= {"into": into.number, "stopped": stopped}
    record(into, Action.MERGE, actor=step.actor, at=step.at, data={"from": case.number}, before=into.status)


@handles(Action.UNMERGE)
def unmerge(step: Step) -> None:
    """撤销并案：回到并前的状态，停下的期限照原来的日期接着走，两边都和没并过一样。"""
    case = step.case
    row = case.merges.select_related("into").get(undone_at__isnull=True)
    row.undone_at, row.undone_by = step.at, step.actor
    row.save(update_fields=["undone_at", "undone_by"])
    claim(row.into)
    step.target = Status(row.status_before)
    stopped = stopped_by(row)
    if stopped is None:
        # Merged before the stopped clocks were written down: there is nothing to give back, so a new one starts.
        step.starts = (Clock.ACCEPT,) if step.target == Status.REPORTED else (Clock.DISPATCH,)
    else:
        clocks.go_on(case, stopped, stopped_at=row.merged_at, at=step.at, actor=step.actor)
    step.changes["merged_into"] = None
    step.data["into"] = row.into.number
    record(row.into, Action.UNMERGE, actor=step.actor, at=step.at, data={"from": case.number}, before=row.into.status)


def claim(into: Case) -> None:
    """另一件也比较并交换：两件互相并、并入时刚好结束，都只成一个。"""
    if not Case.objects.filter(pk=into.pk, revision=into.revision).update(revision=F("revision") + 1):
        raise Conflict(f"{into.number} 刚被别人办过，请看过最新情况再办。")


def stopped_by(row: Merge) -> list[int] | None:
    """这一次并案停下的期限；早先没有记的为 None。"""
    event = row.case.events.filter(kind=Action.MERGE, at=row.merged_at, data__has_key="into").order_by("-pk").first()
    return event.data.get("stopped") if event else None
