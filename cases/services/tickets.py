"""三单的开具与作废（R-33 – R-35）：内容在签发时定格，之后只会作废。"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from cadres.models import Unit, User
from cases.enums import Clock, TicketKind, TicketState
from cases.models import Case, Deadline, Ticket
from cases.services import clocks
from cases.services.numbering import ticket_number
from cases.services.reckoning import reckon_row
from zhuqi.kernel.errors import DomainError


def chain_of(case: Case) -> list[Ticket]:
    """本案签发过的单（含作废），按先后；成批执行时由预取给出，不再查。"""
    return sorted((row for row in case.tickets.all() if row.issued_at), key=lambda row: row.pk)


def draft_ticket(  # noqa: PLR0913 - a document has this many parts
    case: Case,
    kind: str,
    *,
    key: str,
    office: Unit,
    to_unit: Unit,
    at: datetime,
    actor: User | None,
    body: dict[str, Any] | None = None,
    cause: str = "",
) -> Ticket:
    """拟一张单（不取号）；同一来由只有一张（唯一键）。接在本案上一张单后面。"""
    ticket = new_ticket(case, kind, key=key, office=office, to_unit=to_unit, at=at, actor=actor, body=body, cause=cause)
    ticket.save(force_insert=True)
    return ticket


def new_ticket(  # noqa: PLR0913 - as above
    case: Case,
    kind: str,
    *,
    key: str,
    office: Unit,
    to_unit: Unit,
    at: datetime,
    actor: User | None,
    body: dict[str, Any] | None = None,
    cause: str = "",
) -> Ticket:
    """还没入库的一张单；拟稿存它，直接签发的由 `issue` 一次写成。"""
    chain = chain_of(case)
    return Ticket(
        case=case,
        kind=kind,
        key=key,
        office=office,
        to_unit=to_unit,
        previous=chain[-1] if chain else None,
        ordinal=sum(row.kind == kind for row in chain) + 1,
        cause=cause,
        body=body or {},
        drafted_at=at,
        drafted_by=actor,
    )


def issue(  # noqa: PLR0913 - as above
    ticket: Ticket, *, at: datetime, actor: User | None, signer: str, body: dict[str, Any], copies: Sequence[Unit] = ()
) -> Ticket:
    """签发：取号、定格单面、记签发人。取号与签发在同一事务里（R-34）。"""
    ticket.number = ticket_number(ticket.office, ticket.kind, at)
    ticket.state = TicketState.ISSUED
    ticket.issued_at = at
    ticket.issued_by = actor
    ticket.signer = signer
    ticket.body = face(ticket, copies, at=at) | body
    ticket.save()
    ticket.seal()
    # A run that fetched the case's tickets beforehand would hang the next one on the wrong link of the chain.
    getattr(ticket.case, "_prefetched_objects_cache", {}).pop("tickets", None)
    if copies:
        ticket.copies.set(copies)
    return ticket


def face(ticket: Ticket, copies: Sequence[Unit], *, at: datetime) -> dict[str, Any]:
    """每张单都有的格子（R-35），定格成文字：以后企业改名、单位改名都不影响已发的单。"""
    case = ticket.case
    firm = case.enterprise
    return {
        "case_number": case.number,
        "title": case.title,
        "summary": case.description,
        "enterprise": firm.name,
        "credit_code": firm.credit_code,
        "region": firm.region.name,
        "issuer": ticket.office.name,
        "to_unit": ticket.to_unit.name,
        "copies": [unit.name for unit in copies],
        "issued_on": clocks.local_day(at).isoformat(),
        "category": case.category.name if case.category else "",
        "tier": case.get_tier_display(),
        "nature": case.get_nature_display(),
        "lane": case.lane.name if case.lane else "",
        "previous": ticket.previous.number if ticket.previous else "",
    }


def deadline_lines(deadlines: Iterable[Deadline]) -> list[dict[str, Any]]:
    """单面上的时限：哪一项、哪天止、为什么顺延；和单面一起定格，日历以后再改也不动它（R-33、R-43）。"""
    calendar = clocks.calendar_now()
    return [
        {
            "clock": Clock(row.clock).label,
            "due_on": row.due_on.isoformat(),
            "is_provisional": row.is_provisional,
            "moved": reckon_row(row, calendar, ()).why_moved,
        }
        for row in deadlines
    ]


def chain_numbers(case: Case) -> list[dict[str, Any]]:
    """一事一链：本案已签发各单的编号，按先后（R-33、R-35）。"""
    rows = case.tickets.filter(state__in=(TicketState.ISSUED, TicketState.VOID)).order_by("issued_at", "pk")
    return [
        {
            "kind": row.get_kind_display(),
            "number": row.number,
            "issued_on": clocks.local_day(row.issued_at).isoformat() if row.issued_at else "",
            "is_void": row.state == TicketState.VOID,
        }
        for row in rows
    ]


def void(ticket: Ticket, *, at: datetime, actor: User | None, reason: str) -> None:
    """作废：编号保留，名下在走的期限一并停止（R-33）。"""
    if ticket.state != TicketState.ISSUED:
        raise DomainError("只有已签发、未作废的单据可以作废。")
    ticket.state = TicketState.VOID
    ticket.voided_at = at
    ticket.voided_by = actor
    ticket.void_reason = reason
    ticket.save(update_fields=["state", "voided_at", "voided_by", "void_reason"])
    clocks.void_clocks(ticket.case, at=at, ticket=ticket)


def latest_dispatch(case: Case) -> Ticket | None:
    """本案现行的交办单。"""
    return case.tickets.issued().filter(kind=TicketKind.DISPATCH).order_by("pk").last()
