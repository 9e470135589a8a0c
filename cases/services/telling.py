"""通知：把账本里还没说的步骤说给有关的人，各一次（架构第 6 条）。"""

from collections.abc import Iterable
from datetime import datetime
from enum import Enum
from typing import Any

from django.db import transaction
from django.db.models import F, QuerySet
from django.urls import reverse

from cadres.enums import Role
from cadres.models import User
from cadres.services.notices import notify
from cases.enums import Action
from cases.models import Case, CaseEvent

BATCH = 200


class Party(Enum):
    """案件的各方。"""

    OFFICE = "活动办"
    OFFICE_HEAD = "活动办主任"
    LEAD = "主办单位"
    CO = "协办单位"
    TO_UNIT = "单据主送单位"
    FIRM = "企业"
    CADRE = "包联干部"
    LEADER = "分管领导"
    SUPERVISOR = "督查"
    INSTRUCTOR = "批示的领导"


P = Party
AUDIENCE: dict[str, tuple[Party, ...]] = {
    "open": (P.OFFICE,),
    Action.ACCEPT: (P.FIRM, P.CADRE),
    Action.REFUSE: (P.FIRM, P.CADRE),
    Action.MERGE: (P.FIRM, P.CADRE),
    Action.UNMERGE: (P.FIRM, P.CADRE),
    Action.SPLIT: (P.FIRM, P.CADRE),
    Action.PROPOSE: (P.LEADER,),
    Action.RETURN_DISPATCH: (P.OFFICE,),
    Action.DISPATCH: (P.LEAD, P.CO, P.FIRM, P.CADRE),
    Action.APPROVE_DISPATCH: (P.OFFICE, P.LEAD, P.CO, P.FIRM, P.CADRE),
    Action.SIGN: (P.FIRM, P.CADRE),
    Action.OBJECT: (P.OFFICE,),
    Action.UPHOLD: (P.TO_UNIT,),
    Action.REJECT: (P.LEAD,),
    Action.REPORT: (P.FIRM, P.CADRE),
    Action.ASK_EXTENSION: (P.OFFICE,),
    Action.GRANT_EXTENSION: (P.LEAD, P.FIRM, P.CADRE),
    Action.DENY_EXTENSION: (P.LEAD,),
    Action.PAUSE: (P.FIRM, P.CADRE),
    Action.SUPPLY: (P.LEAD,),
    Action.RESUME: (P.LEAD, P.FIRM, P.CADRE),
    Action.CO_REPLY: (P.LEAD,),
    Action.COORDINATE: (P.OFFICE,),
    Action.ARRANGE: (P.LEAD, P.CO),
    Action.SUBMIT: (P.OFFICE,),
    Action.PASS_REVIEW: (P.LEAD, P.FIRM, P.CADRE),
    Action.SHELVE: (P.LEAD, P.FIRM, P.CADRE),
    Action.RETURN_REVIEW: (P.LEAD,),
    Action.RATE: (P.OFFICE, P.LEAD, P.CADRE),
    Action.RATE_BAD: (P.OFFICE, P.LEAD, P.CADRE),
    Action.LAPSE_RATING: (P.LEAD, P.CADRE),
    Action.REOPEN: (P.OFFICE, P.LEAD, P.CADRE),
    Action.REVOKE: (P.OFFICE, P.LEAD, P.FIRM, P.CADRE),
    Action.URGE: (P.TO_UNIT, P.OFFICE),
    Action.ANSWER_URGE: (P.OFFICE,),
    Action.DRAFT_INQUIRY: (P.OFFICE_HEAD,),
    Action.APPROVE_INQUIRY_OFFICE: (P.LEADER,),
    Action.APPROVE_INQUIRY_LEADER: (P.SUPERVISOR, P.LEAD, P.OFFICE),
    Action.DROP_INQUIRY: (P.OFFICE_HEAD,),
    Action.ANSWER_INQUIRY: (P.SUPERVISOR, P.OFFICE),
    Action.RECORD_FINDING: (P.LEAD, P.OFFICE, P.LEADER),
    # The leader is told only of what others wrote down in his name: oneself is never told.
    Action.INSTRUCT: (P.LEAD, P.OFFICE, P.INSTRUCTOR),
    Action.ANSWER_INSTRUCTION: (P.INSTRUCTOR, P.OFFICE),
    Action.VOID_TICKET: (P.TO_UNIT,),
    Action.JOIN_COMMON: (P.LEAD,),
    Action.LEAVE_COMMON: (P.LEAD,),
    Action.RECORD_ARREARS: (P.OFFICE, P.LEAD, P.FIRM, P.CADRE),
    Action.RECORD_RECOVERY: (P.OFFICE, P.LEAD, P.FIRM, P.CADRE),
}
TONES: dict[str, str] = {
    Action.URGE: "near",
    Action.RATE_BAD: "near",
    Action.APPROVE_INQUIRY_LEADER: "late",
    Action.REOPEN: "near",
    Action.REVOKE: "near",
}
# What the firm wrote when rating is not for the unit's or cadre's eyes.
SILENT_NOTES = frozenset({Action.RATE, Action.RATE_BAD})


def tell_all(*, at: datetime) -> int:
    """发件箱清空为止；返回说了几步。中途断了下次接着说，不重说。"""
    told, after = 0, 0
    while True:
        batch = list(_waiting().filter(pk__gt=after)[:BATCH])
        if not batch:
            return told
        for event in batch:
            after = event.pk
            told += tell(event, at=at)


def _waiting() -> QuerySet[CaseEvent]:
    return (
        CaseEvent.objects.untold()
        .order_by("pk")
        .select_related("case__enterprise", "case__office", "case__lane", "ticket__to_unit")
    )


def tell(event: CaseEvent, *, at: datetime) -> int:
    """说一步：通知与「已说」同一事务；另一个进程先说了就什么也不做。"""
    with transaction.atomic():
        if not CaseEvent.objects.untold().filter(pk=event.pk).update(told_at=at):
            return 0
        people = audience(event)
        if people:
            notify(
                people,
                f"case-event:{event.pk}",
                f"{event.get_kind_display()}：{event.case.title}",
                at=at,
                body=_body(event),
                url=reverse("cases:detail", args=[event.case_id]),
                tone=TONES.get(event.kind, "work"),
            )
        return 1


def _body(event: CaseEvent) -> str:
    note = "" if event.kind in SILENT_NOTES else event.note
    return f"{event.case.enterprise.name} · {event.case.number}" + (f"：{note}" if note else "")


def audience(event: CaseEvent) -> list[User]:
    """这一步该告诉谁（去掉动手的人自己）。"""
    wanted = AUDIENCE.get(event.kind, ())
    people = {user.pk: user for party in wanted for user in _members(party, event)}
    return [user for pk, user in people.items() if pk != event.actor_id]


def _members(party: Party, event: CaseEvent) -> Iterable[User]:
    """一方有哪些人：角色加归属的一个条件；分管领导另算。"""
    case = event.case
    active = User.objects.filter(is_active=True)
    if party is Party.LEADER:
        return _leaders(case, active)
    office: dict[str, Any] = {"role": Role.OFFICE, "unit": case.office_id}
    unit: dict[str, Any] = {"role": Role.UNIT}
    conditions: dict[str, Any] | None = {
        Party.OFFICE: office,
        Party.OFFICE_HEAD: office | {"is_head": True},
        Party.LEAD: unit | {"unit": case.lead_id} if case.lead_id else None,
        Party.CO: unit | {"unit__co_handlings__case": case},
        Party.TO_UNIT: unit | {"unit": event.ticket.to_unit_id} if event.ticket else None,
        Party.FIRM: {"role": Role.ENTERPRISE, "enterprise": case.enterprise_id},
        Party.CADRE: {
            "role": Role.CADRE, "assignments__enterprise": case.enterprise_id, "assignments__to_on__isnull": True,
        },
        Party.INSTRUCTOR: {"instructions": event.data["instruction"]} if event.data.get("instruction") else None,
        Party.SUPERVISOR: {"role": Role.SUPERVISOR, "unit__region__isnull": True},
    }[party]  # fmt: skip
    return active.filter(**conditions).distinct() if conditions else ()


def _leaders(case: Case, active: QuerySet[User]) -> Iterable[User]:
    """分管这条线的领导；没有专人分管的，是本级的领导。"""
    leaders = active.filter(role=Role.LEADER)
    in_lane = list(leaders.filter(unit=case.lane_id)) if case.lane_id else []
    # A county without a leader of its own is the city leaders' concern: a 重大 proposal must reach somebody.
    return in_lane or list(leaders.filter(unit__region=case.office.region_id)) or leaders.filter(unit__region=None)


def forget_before(instant: datetime) -> int:
    """把这一时刻以前的都当作说过：补录历史时不再逐条通知。返回几步。"""
    return CaseEvent.objects.untold().filter(at__lt=instant).update(told_at=F("at"))
