"""问效建议单：系统拟稿、主任同意、分管领导批准才签发，从不自动签发；书面说明、认定与处理（§6）。"""

from datetime import datetime

from django.db.models import Q
from django.utils import timezone

from cadres.enums import UnitKind
from cadres.models import Unit
from cases.enums import Action, Clock, Finding, InquiryCause, Level, Measure, TicketKind, TicketState
from cases.models import Case, InquiryResult, TicketReply
from cases.services import due_work, guards, tickets
from cases.services.steps import Step, chosen, handles, label_of, perform
from zhuqi.kernel.errors import DomainError

FINDING_OF = {
    InquiryCause.URGE_UNANSWERED: Finding.OVERDUE,
    InquiryCause.SECOND_URGE: Finding.OVERDUE,
    InquiryCause.TWO_UNDONE: Finding.OVERDUE,
    InquiryCause.SECOND_BAD_RATING: Finding.TWICE_UNSATISFIED,
    InquiryCause.FALSE_CLOSURE: Finding.FALSE_CLOSURE,
}


@handles(Action.DRAFT_INQUIRY)
def draft_inquiry(step: Step) -> None:
    """拟问效建议单：事由、事实、建议；一案同时最多一份拟稿。"""
    case = step.case
    cause = chosen(InquiryCause, step.details.get("cause") or InquiryCause.BY_HAND, "缘由")
    key = step.details.get("key") or f"INQUIRY:{cause}:{step.at.isoformat(timespec='seconds')}"
    step.ticket = tickets.draft_ticket(
        case, TicketKind.INQUIRY, key=key, office=case.office, to_unit=supervision_unit(), at=step.at,
        actor=step.actor, cause=cause,
        body={
            "facts": step.note,
            "finding": FINDING_OF.get(cause, ""),
            "suggestion": chosen(Measure, step.details.get("suggestion") or Measure.DEADLINE, "建议"),
        },
    )  # fmt: skip
    step.data["cause"] = cause.label


def propose_inquiry(case: Case, cause: InquiryCause, key: str, *, at: datetime, unit: Unit | None = None) -> bool:
    """到点自动拟一份；本案已有一份在走（拟稿或未认定）时不另拟，返回 False。`unit` 是问谁（空为主办）。"""
    if inquiry_in_hand(case) or case.tickets.filter(key=key).exists():
        return False
    facts = due_work.inquiry_facts(case, cause, unit=unit)
    perform(case, Action.DRAFT_INQUIRY, actor=None, at=at, note=facts, cause=cause, key=key)
    return True


def inquiry_in_hand(case: Case) -> bool:
    """本案有没有在走的问效：拟稿，或签发了还没认定。"""
    rows = case.tickets.filter(kind=TicketKind.INQUIRY)
    return rows.filter(Q(state=TicketState.DRAFT) | Q(state=TicketState.ISSUED, result__isnull=True)).exists()


def supervision_unit() -> Unit:
    """问效建议单送哪里：督查局。"""
    unit = Unit.objects.filter(kind=UnitKind.SUPERVISION, is_active=True).order_by("ordering", "pk").first()
    if unit is None:
        raise DomainError("还没有建立督查单位，问效建议单无处可送；请先在“设置 · 单位”里建立。")
    return unit


@handles(Action.APPROVE_INQUIRY_OFFICE)
def approve_by_office(step: Step) -> None:
    """主任同意（第一道）。"""
    ticket = guards.still_there(guards.draft(step.case, TicketKind.INQUIRY))
    ticket.office_approved_at, ticket.office_approved_by = step.at, step.actor
    ticket.save(update_fields=["office_approved_at", "office_approved_by"])
    step.ticket = ticket


@handles(Action.APPROVE_INQUIRY_LEADER)
def approve_by_leader(step: Step) -> None:
    """分管领导批准（第二道）即签发：取号、送督查、抄单位负责人，案件亮红灯。"""
    case = step.case
    ticket = guards.still_there(guards.draft(case, TicketKind.INQUIRY))
    ticket.leader_approved_at, ticket.leader_approved_by = step.at, step.actor
    draft = ticket.body
    tickets.issue(
        ticket,
        at=step.at,
        actor=step.actor,
        signer=f"{label_of(ticket.office_approved_by)}；{label_of(step.actor)}",
        copies=[case.lead] if case.lead else [],
        body=draft
        | {
            "lead": case.lead.name if case.lead else "",
            "chain": tickets.chain_numbers(case),
            "timeline": timeline_lines(case),
        },
    )
    step.ticket = ticket
    step.changes["level"] = Level.INQUIRY


def timeline_lines(case: Case) -> list[dict[str, str]]:
    """单面上的自动经过：日期、谁、做了什么（R-35）；谁去回头看的不写，单位看得到这张单（R-30）。"""
    return [
        {
            "on": timezone.localtime(row.at).strftime("%Y-%m-%d %H:%M"),
            "who": row.actor_label,
            "what": row.get_kind_display(),
        }
        for row in case.events.exclude(kind=Action.LOOK_BACK).order_by("at", "pk")
    ]


@handles(Action.DROP_INQUIRY)
def drop_inquiry(step: Step) -> None:
    """不予问效：拟稿留存，写明理由。"""
    ticket = guards.still_there(guards.draft(step.case, TicketKind.INQUIRY))
    ticket.state, ticket.void_reason = TicketState.DROPPED, step.note[:200]
    ticket.save(update_fields=["state", "void_reason"])
    step.ticket = ticket


@handles(Action.ANSWER_INQUIRY)
def answer_inquiry(step: Step) -> None:
    """书面说明（5 个工作日†内）。"""
    ticket = guards.still_there(guards.open_inquiry(step.case))
    TicketReply.objects.create(ticket=ticket, case=step.case, text=step.note, replied_at=step.at, replied_by=step.actor)
    step.ticket = ticket


@handles(Action.RECORD_FINDING)
def record_finding(step: Step) -> None:
    """督查认定与处理（R-35）：认定、事实、处理；限期办结的要写限期。"""
    measure = chosen(Measure, step.detail("measure", "处理意见"), "处理意见")
    finding = step.details.get("finding") or ""
    if measure != Measure.NONE and finding not in Finding.values:
        raise DomainError("请选择认定的情形；不予追究的可以不选。")
    due_on = step.details.get("measure_due_on")
    if measure == Measure.DEADLINE and (due_on is None or due_on <= step.today):
        raise DomainError("限期办结要写一个今天以后的限期。")
    ticket = guards.still_there(guards.unjudged_inquiry(step.case))
    InquiryResult.objects.create(
        ticket=ticket, case=step.case, finding=finding, facts=step.note, measure=measure,
        measure_due_on=due_on if measure == Measure.DEADLINE else None, recorded_at=step.at, recorded_by=step.actor,
    )  # fmt: skip
    step.ticket = ticket
    step.data |= {"finding": Finding(finding).label if finding else "", "measure": measure.label}
    if measure == Measure.DEADLINE and step.case.lead_id and step.case.is_open:
        step.starts, step.promised_on = (*step.starts, Clock.PROMISE), due_on
