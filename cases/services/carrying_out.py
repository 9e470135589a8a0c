"""议定的事项落成单据、批示、会商答复（R-55）：一项一个事务，一项只落一次；办不成的写明原因，可以再办。"""

from datetime import datetime
from typing import Any

from django.db import transaction

from cadres.models import User
from cases.enums import Action, MeetingState, Resolution, Status
from cases.models import AgendaItem, Case, Meeting
from cases.services import guards
from cases.services.dispatch import DispatchPlan
from cases.services.meetings import demand_organiser, name_of
from cases.services.standing import relation
from cases.services.steps import Step, handles, perform, walk
from zhuqi.kernel.errors import DomainError

LATER_WORDS = "下次再议。"
TROUBLE_MOST = 300


def waiting_items(meeting: Meeting) -> Any:
    """印发了还没有落到案件上的：断在半路的，和办不成的。"""
    return meeting.items.filter(case__isnull=False, event__isnull=True)


def carry_out_all(meeting: Meeting, *, actor: User, at: datetime) -> int:
    """把还没落成的都落一遍；返回这一遍落成了几项。跑几遍、两个人一起跑，结果一样。"""
    demand_organiser(meeting, actor)
    if meeting.state != MeetingState.CLOSED:
        raise DomainError("纪要还没有印发。")
    rows = waiting_items(meeting).select_related("meeting__chair", "meeting__office", "unit", "case")
    return sum(carry_out(item, actor=actor, at=at) for item in rows.order_by("ordinal", "pk"))


def carry_out(item: AgendaItem, *, actor: User, at: datetime) -> bool:
    """落一项；落成为真。别人已经落了就什么也不做，规则不许的把原因留在这一项上。"""
    try:
        with transaction.atomic():
            # The first write takes the row: whoever comes second waits here, and then finds it done.
            if not _unsettled(item).update(trouble=""):
                return False
            _do(item, actor=actor, at=at)
            _record(item, actor=actor, at=at)
    except DomainError as refusal:
        _unsettled(item).update(trouble=refusal.message[:TROUBLE_MOST])
        return False
    return True


def record_only(item: AgendaItem, *, actor: User, at: datetime) -> bool:
    """办不成也不再办：只把会上议定的记进这一件的经过，原因一并写上。"""
    demand_organiser(item.meeting, actor)
    if item.meeting.state != MeetingState.CLOSED or not item.trouble:
        raise DomainError("只有没能落成的，才可以只作记录。")
    with transaction.atomic():
        if not _unsettled(item).update(trouble=item.trouble):
            return False
        _record(item, actor=actor, at=at, undone=item.trouble)
    return True


def _unsettled(item: AgendaItem) -> Any:
    return AgendaItem.objects.filter(pk=item.pk, event__isnull=True)


def _do(item: AgendaItem, *, actor: User, at: datetime) -> None:
    case = guards.still_there(item.case)
    match item.resolution:
        case Resolution.DISPATCH:
            _dispatch(item, case, actor=actor, at=at)
        case Resolution.URGE:
            perform(case, Action.URGE, actor=actor, at=at, note=item.decision)
        case Resolution.ARRANGE:
            perform(case, Action.ARRANGE, actor=actor, at=at, note=item.decision)
        case Resolution.INSTRUCT:
            _instruct(item, case, actor=actor, at=at)


def _dispatch(item: AgendaItem, case: Case, *, actor: User, at: datetime) -> None:
    """会上定由谁办：没受理的先受理；退单在等裁定的，定给别家就是成立，仍给原单位就是不成立（R-25）。"""
    unit = guards.still_there(item.unit)
    if case.status == Status.OBJECTED:
        if unit.pk == case.lead_id:
            perform(case, Action.REJECT, actor=actor, at=at, note=item.decision)
            return
        case = perform(case, Action.UPHOLD, actor=actor, at=at, note=item.decision)
    elif case.status == Status.REPORTED:
        case = perform(case, Action.ACCEPT, actor=actor, at=at)
    plan = DispatchPlan(case.category, case.tier, case.nature, unit, requirements=item.decision)
    # 重大的照样报领导批准：会上定了也不跳过这一步（R-22）。
    action = Action.PROPOSE if guards.needs_leader(case.tier) else Action.DISPATCH
    perform(case, action, actor=actor, at=at, plan=plan)


def _instruct(item: AgendaItem, case: Case, *, actor: User, at: datetime) -> None:
    """批示是主持领导的，动手的是记录的人：权看领导的，账记动手的（ADR 0012）。"""
    chair = item.meeting.chair
    if chair is None:
        raise DomainError("这次会没有主持的领导，不能落成批示。")
    details = {"on_behalf_of": chair, "due_on": item.due_on}
    walk(Step(case, Action.INSTRUCT, actor, at, note=item.decision, details=details), who=relation(chair, case))


def _record(item: AgendaItem, *, actor: User, at: datetime, undone: str = "") -> None:
    """每一项都在案件的经过里留一笔，议题指向这一笔。"""
    case = guards.still_there(item.case)
    note = item.decision or LATER_WORDS
    perform(
        case, Action.RESOLVE_MEETING, actor=actor, at=at, note=f"{note}（没能落成：{undone}）" if undone else note,
        agenda_item=item,
    )  # fmt: skip
    event = case.events.filter(kind=Action.RESOLVE_MEETING).order_by("-pk").first()
    AgendaItem.objects.filter(pk=item.pk).update(event=event)


@handles(Action.RESOLVE_MEETING)
def resolve_meeting(step: Step) -> None:
    """会议议定：哪次会、怎么定的、由谁、哪天前。"""
    item: AgendaItem | None = step.details.get("agenda_item")
    if item is None or item.case_id != step.case.pk:
        raise DomainError("会议议定从纪要里来，请在例会里印发。")
    step.data |= {
        "meeting": item.meeting_id, "meeting_label": name_of(item.meeting),
        "resolution": item.get_resolution_display(), "unit": str(item.unit) if item.unit else "",
        "due_on": item.due_on.isoformat() if item.due_on else "",
    }  # fmt: skip
