"""批示：领导在一件事上写的话，跟到有答复为止（页面 7、R-55）。它自己不会变成催办单。"""

from datetime import date

from cadres.models import User
from cadres.services import settings
from cases.enums import Action
from cases.models import Instruction
from cases.services import clocks, guards
from cases.services.steps import Step, handles, label_of
from zhuqi.kernel.errors import Conflict, DomainError, InvalidInput

TEXT_MOST, ANSWER_MOST = 1000, 2000
BY_MEETING = "会议议定"


def default_due_on(today: date) -> date:
    """没写哪天报的，过几个工作日†。"""
    return clocks.calendar_now().add_workdays(today, int(settings.value("instruction_days")))


@handles(Action.INSTRUCT)
def instruct(step: Step) -> None:
    """批示。会上议定的由 `minutes` 代记：批示是主持领导的，动手的是记录的人（ADR 0012）。"""
    leader: User = step.details.get("on_behalf_of") or step.actor
    due_on = step.details.get("due_on") or default_due_on(step.today)
    if due_on < step.today:
        message = f"要求 {due_on:%Y-%m-%d} 前报，这一天已经过去，请改成今天以后的日期。"
        raise InvalidInput(message, {"due_on": [message]})
    made = Instruction.objects.create(
        case=step.case, leader=leader, text=step.note[:TEXT_MOST], given_at=step.at, due_on=due_on,
        recorded_by=None if leader == step.actor else step.actor,
    )  # fmt: skip
    if made.recorded_by:
        step.signature = f"{label_of(leader)}（{BY_MEETING}，{made.recorded_by.name}记录）"
    step.data |= {"instruction": made.pk, "leader": leader.name, "due_on": due_on.isoformat()}


@handles(Action.ANSWER_INSTRUCTION)
def answer_instruction(step: Step) -> None:
    """报办理情况：答最早没答的那一条，或选定的一条；各答一次（比较并交换）。"""
    chosen = step.details.get("instruction") or oldest_waiting(step)
    if chosen.case_id != step.case.pk:
        raise DomainError("这条批示不在这件事上。")
    answered = Instruction.objects.filter(pk=chosen.pk, answered_at__isnull=True).update(
        answer=step.note[:ANSWER_MOST], answered_at=step.at, answered_by=step.actor
    )
    if not answered:
        raise Conflict("这条批示刚刚有人答复过，请看过再报。")
    step.data |= {
        "instruction": chosen.pk, "leader": chosen.leader.name, "given_on": clocks.local_day(chosen.given_at).isoformat(),
    }  # fmt: skip


def oldest_waiting(step: Step) -> Instruction:
    """本件最早没有答复的批示。"""
    rows = step.case.instructions.filter(answered_at__isnull=True).select_related("leader")
    return guards.still_there(rows.order_by("given_at", "pk").first())
