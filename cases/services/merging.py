"""并案与撤销并案（领域文档 §5）：两边的历史都原样在。"""

from cases.enums import ENDED, Action, Clock, Status
from cases.models import Case, Merge
from cases.services import clocks
from cases.services.steps import Step, handles, record
from zhuqi.kernel.errors import DomainError


@handles(Action.MERGE)
def merge(step: Step) -> None:
    """并到同一企业的另一件在办问题；本件的期限停，撤销时重新起算。"""
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
    Merge.objects.create(case=case, into=into, status_before=case.status, merged_at=step.at, merged_by=step.actor)
    clocks.void_clocks(case, at=step.at)
    step.changes["merged_into"] = into
    step.data["into"] = into.number
    record(into, Action.MERGE, actor=step.actor, at=step.at, data={"from": case.number}, before=into.status)


@handles(Action.UNMERGE)
def unmerge(step: Step) -> None:
    """撤销并案：回到并前的状态，受理或交办期限从今天重新起算。"""
    case = step.case
    row = case.merges.select_related("into").get(undone_at__isnull=True)
    row.undone_at, row.undone_by = step.at, step.actor
    row.save(update_fields=["undone_at", "undone_by"])
    step.target = Status(row.status_before)
    step.starts = (Clock.ACCEPT,) if step.target == Status.REPORTED else (Clock.DISPATCH,)
    step.changes["merged_into"] = None
    step.data["into"] = row.into.number
    record(row.into, Action.UNMERGE, actor=step.actor, at=step.at, data={"from": case.number}, before=row.into.status)
