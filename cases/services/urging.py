"""催办单（R-36、R-41）：漏了步骤就催，同一天漏的并成一张，一案同时最多一张没答复的。"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import IntegrityError
from django.db.models import QuerySet

from cadres.models import Unit
from cases.enums import UNIT_CLOCKS, Action, Clock, InquiryCause, Level, TicketKind
from cases.models import Case, Deadline, Ticket, TicketReply
from cases.services import clocks, due_work, guards, inquiry, tickets
from cases.services.steps import Step, handles
from zhuqi.kernel.errors import Conflict, DomainError

SYSTEM_SIGNER = "到点自动签发"
SECOND = 2


@handles(Action.URGE)
def urge(step: Step) -> None:
    """签发催办单。自动的列出漏掉的步骤；手工的写事由，也带上已漏的步骤。"""
    case = step.case
    missed = step.details.get("missed")
    if missed is None:
        missed = list(unurged(case, today=step.today))
    unit: Unit = guards.still_there(step.details.get("to_unit") or case.lead)
    key = f"URGE:{unit.pk}:{step.details.get('slot') or step.at.isoformat(timespec='seconds')}"
    ticket = tickets.new_ticket(
        case, TicketKind.URGE, key=key, office=case.office, to_unit=unit, at=step.at, actor=step.actor
    )
    signer = step.actor.unit.name if step.actor else f"{case.office.name}（{SYSTEM_SIGNER}）"
    try:
        tickets.issue(ticket, at=step.at, actor=step.actor, signer=signer, body=_face(step, ticket, missed))
    except IntegrityError:
        raise Conflict("这张催办单已经发出。") from None
    _mark(missed, ticket)
    clocks.open_clock(case, Clock.URGE_REPLY, at=step.at, holder=unit, ticket=ticket)
    step.starts, step.ticket = (), ticket
    _propose_inquiry_after(step, ticket, unit)
    step.changes |= {"urge_count": case.urge_count + 1, "level": max(case.level, Level.URGED)}
    step.data |= {"missed": ticket.body["missed"], "ordinal": ticket.ordinal, "to_unit": unit.name}


def _face(step: Step, ticket: Ticket, missed: Sequence[Deadline]) -> dict[str, Any]:
    """催办单自己的格子（R-35）：交办单号、第几次、逾期几天、事由、答复期限。"""
    dispatched = [row for row in tickets.chain_of(step.case) if row.is_live(TicketKind.DISPATCH)]
    answer_by = clocks.reckon(clocks.rule_of(step.case), Clock.URGE_REPLY, step.case.tier, step.today)
    return {
        "dispatch_number": dispatched[-1].number if dispatched else "",
        "ordinal": ticket.ordinal,
        "reason": step.note,
        "missed": [
            {
                "clock": row.get_clock_display(),
                "due_on": row.due_on.isoformat(),
                "days_late": (step.today - row.due_on).days,
            }
            for row in missed
        ],
        "deadlines": [
            {
                "clock": Clock.URGE_REPLY.label,
                "due_on": answer_by.due_on.isoformat(),
                "is_provisional": answer_by.provisional,
                "moved": answer_by.why_moved,
            }
        ],
    }


def _propose_inquiry_after(step: Step, ticket: Ticket, unit: Unit) -> None:
    """同一单位第二次被催，或两个办结期限都没做到：随即拟问效建议单（§6），自动催的、手工催的都一样。"""
    case = step.case
    earlier = [row for row in tickets.chain_of(case) if row.is_live(TicketKind.URGE) and row.to_unit_id == unit.pk]
    urges = len({row.pk for row in earlier} | {ticket.pk})
    cause = None
    if urges >= SECOND:
        cause, key = InquiryCause.SECOND_URGE, f"INQUIRY:SECOND_URGE:{unit.pk}:{urges}"
    elif _was_redone(case) and due_work.undone_count(case, step.today) >= SECOND:
        cause, key = InquiryCause.TWO_UNDONE, f"INQUIRY:TWO_UNDONE:{case.reopened_count + case.bad_rating_count}"
    if cause:
        step.then.append(lambda: inquiry.propose_inquiry(case, cause, key, at=step.at, unit=unit))


def _was_redone(case: Case) -> bool:
    """只有差评重办或重新打开过的，才可能有第二个办结期限。"""
    return bool(case.bad_rating_count + case.reopened_count)


def _mark(missed: Sequence[Deadline], ticket: Ticket) -> None:
    """这些步骤由这张单催：比较并交换，别的进程先催了就全部作罢。"""
    pks = [row.pk for row in missed]
    marked = Deadline.objects.running().filter(pk__in=pks, urged_by__isnull=True).update(urged_by=ticket)
    if marked != len(pks):
        raise Conflict("这些步骤刚刚被催过或已经补做。")


def unurged(case: Case, *, today: date, unit: Unit | None = None) -> QuerySet[Deadline]:
    """本案漏了、还没催过的步骤（主办的，或某个协办单位的）。"""
    rows = Deadline.objects.missed(today=today).filter(case=case, clock__in=UNIT_CLOCKS, urged_by__isnull=True)
    return rows.filter(holder=unit or case.lead_id).order_by("due_on", "pk")


@handles(Action.ANSWER_URGE)
def answer_urge(step: Step) -> None:
    """书面答复催办：原因与新承诺日期；承诺也是期限（R-36）。"""
    promised_on = step.detail("promised_on", "承诺哪天办成")
    if promised_on <= step.today:
        raise DomainError("承诺日期要在今天以后。")
    rows = guards.running(step.case, Clock.URGE_REPLY).filter(holder=step.case.lead_id).select_related("ticket")
    # An older one that ran out unanswered is answered by the same words: both are met, both carry the reply.
    for row in rows.order_by("pk"):
        TicketReply.objects.create(
            ticket=guards.still_there(row.ticket), case=step.case, text=step.note, promised_on=promised_on,
            replied_at=step.at, replied_by=step.actor,
        )  # fmt: skip
        step.ticket = row.ticket
    # A newer promise replaces the unit's older one, never the date a supervisor has set (限期办结).
    guards.running(step.case, Clock.PROMISE).filter(ticket__kind=TicketKind.URGE).update(voided_at=step.at)
    step.promised_on = promised_on
    step.data["promised_on"] = promised_on.isoformat()
