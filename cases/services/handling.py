"""办理中：签收、进展、延期、暂停、补充、协办、协调（R-26、R-36）。"""

from cases.enums import Action, Clock, Status
from cases.models import Case, Coordination, ExtensionRequest, Pause
from cases.rules.deadlines import Reckoning
from cases.services import clocks, guards
from cases.services.steps import Step, handles
from cases.services.tickets import latest_dispatch
from zhuqi.kernel.errors import DomainError


@handles(Action.SIGN)
def sign(step: Step) -> None:
    """签收：记谁签的；时限从签发算，签得晚不多给（R-24）。"""
    step.ticket = latest_dispatch(step.case)


@handles(Action.ASK_EXTENSION)
def ask_extension(step: Step) -> None:
    """申请延期：一次、到期 1 个工作日前、不超过上限（R-26）。`days` 按规则的单位算：自然日或工作日。"""
    asked = str(step.detail("days", "要延几天"))
    most = clocks.amount(step.case, "EXTENSION_MOST")
    if not asked.isdecimal() or not 1 <= int(asked) <= most:
        raise DomainError(f"延期可以是 1 到 {clocks.limit_said(step.case, 'EXTENSION_MOST')}。")
    deadline = guards.still_there(guards.main_deadline(step.case))
    days = int(asked)
    new = clocks.explain(deadline, extra_days=days)
    ExtensionRequest.objects.create(
        case=step.case, days=days, reason=step.note[:500], old_due_on=deadline.due_on, new_due_on=new.due_on,
        asked_at=step.at, asked_by=step.actor,
    )  # fmt: skip
    step.data |= {"days": days, "old_due_on": deadline.due_on.isoformat(), "new_due_on": new.due_on.isoformat()}


def preview_extension(case: Case, days: int) -> Reckoning | None:
    """延 `days` 天以后是哪天、为什么；没有可延的期限为 None。"""
    deadline = guards.main_deadline(case)
    return clocks.explain(deadline, extra_days=days) if deadline else None


def _decide(step: Step, *, is_granted: bool) -> ExtensionRequest:
    request = step.case.extensions.get(decided_at__isnull=True)
    request.is_granted, request.answer = is_granted, step.note[:300]
    request.decided_at, request.decided_by = step.at, step.actor
    request.save(update_fields=["is_granted", "answer", "decided_at", "decided_by"])
    step.data |= {"days": request.days, "reason": request.reason}
    return request


@handles(Action.GRANT_EXTENSION)
def grant_extension(step: Step) -> None:
    """同意延期：期限后移、企业被告知为什么（R-26）。"""
    request = _decide(step, is_granted=True)
    deadline = guards.main_deadline(step.case)
    if deadline is None:
        raise DomainError("办结期限已经了结，不用再批延期。")
    moved = clocks.extend(deadline, request.days, at=step.at, actor=step.actor)
    step.changes["was_extended"] = True
    step.data |= {"old_due_on": request.old_due_on.isoformat(), "new_due_on": moved.due_on.isoformat()}
    # The firm reads why, whether or not the office added a word of its own.
    step.note = f"办结期限延到 {moved.due_on:%Y-%m-%d}。理由：{request.reason}" + (
        f"。{step.note}" if step.note else ""
    )


@handles(Action.DENY_EXTENSION)
def deny_extension(step: Step) -> None:
    """不同意延期：期限照旧。"""
    _decide(step, is_granted=False)


@handles(Action.PAUSE)
def pause(step: Step) -> None:
    """请企业补充：一次、至多 5 个工作日，停的时间以后原样补回（R-26）。"""
    Pause.objects.create(case=step.case, paused_at=step.at, from_on=step.today, reason=step.note[:300])
    step.changes["pause_count"] = step.case.pause_count + 1
    # A paused case owes no progress on the 双十 day it is paused on; one missed before stays missed.
    guards.running(step.case, Clock.DOUBLE_TEN).filter(due_on__gte=step.today).update(voided_at=step.at)


@handles(Action.SUPPLY, Action.RESUME)
def resume(step: Step) -> None:
    """企业补齐、单位恢复或到限自动恢复：停的天数补回每个在走的期限（R-26）。

    最多补到限期为止：谁来恢复、恢复得多晚，都不多给。
    """
    row = step.case.pauses.get(resumed_at__isnull=True)
    # The pause's own first day is one of its days, so ending on the limit's last day gives back exactly the limit.
    limit = guards.running(step.case, Clock.SUPPLY).first()
    row.resumed_at, row.to_on = step.at, min(step.today, limit.due_on) if limit else step.today
    row.supplied = step.note[:2000] if step.action == Action.SUPPLY else ""
    row.save(update_fields=["resumed_at", "to_on", "supplied"])
    clocks.give_back(row, at=step.at, actor=step.actor)
    step.data |= {"from_on": row.from_on.isoformat(), "to_on": row.to_on.isoformat(), "by_limit": step.actor is None}


@handles(Action.CO_REPLY)
def co_reply(step: Step) -> None:
    """协办意见：各回各的（R-26）。"""
    row = step.case.co_handlings.get(unit=step.actor.unit_id)
    row.opinion, row.replied_at, row.replied_by = step.note[:2000], step.at, step.actor
    row.save(update_fields=["opinion", "replied_at", "replied_by"])


@handles(Action.COORDINATE)
def coordinate(step: Step) -> None:
    """需要协调：请办公室会商，不等失败（R-36）。"""
    Coordination.objects.create(
        case=step.case,
        unit=guards.still_there(step.case.lead),
        matter=step.note[:500],
        asked_at=step.at,
        asked_by=step.actor,
    )
    step.changes["needs_coordination"] = True


@handles(Action.ARRANGE)
def arrange(step: Step) -> None:
    """会商答复。"""
    row = step.case.coordinations.get(answered_at__isnull=True)
    row.answer, row.answered_at, row.answered_by = step.note[:2000], step.at, step.actor
    row.save(update_fields=["answer", "answered_at", "answered_by"])
    step.changes["needs_coordination"] = False


@handles(Action.REPORT)
def report(step: Step) -> None:
    """报进展：满足首次反馈，也满足本期双十进展（R-41）。"""
    step.data["is_first"] = guards.running(step.case, Clock.FEEDBACK).exists()
    if step.case.status == Status.SHELVED:
        step.data["is_shelved"] = True
