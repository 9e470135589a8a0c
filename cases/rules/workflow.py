"""办理流程是一张表（领域文档 §5、§6）：按钮、接口提示、权限测试、文档都从这里来。

纯数据与纯函数：不碰数据库、不读时钟。
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from typing import Any

from cadres.enums import Role
from cases.enums import OPEN, Action, Clock, Status


class Holder(Enum):
    """谁的事：角色之外还要看归属（R-04）。"""

    ANYONE = "看得到这件事的该角色"
    OFFICE = "本案的活动办或市活动办"
    LEAD = "本案主办单位"
    LEAD_HEAD = "本案主办单位负责人"
    CO = "本案协办单位"
    LEAD_OR_OFFICE = "本案主办单位或活动办"
    OFFICE_HEAD = "活动办主任"
    FIRM = "本案企业"
    FIRM_SIDE = "本案企业或其包联干部"
    SYSTEM = "到点自动"


@dataclass(frozen=True, slots=True)
class Relation:
    """一个人与一件案子的关系；由服务查出，规则只看这几个真假。"""

    role: Role | None
    is_visible: bool = False
    is_office: bool = False
    is_lead: bool = False
    is_co: bool = False
    is_head: bool = False
    is_firm: bool = False
    is_system: bool = False


@dataclass(frozen=True, slots=True)
class Transition:
    """一步：从哪些状态、谁、到哪里、开哪些钟、了结哪些钟。`target` 为空表示状态不动。"""

    action: Action
    sources: frozenset[Status]
    target: Status | None
    roles: frozenset[Role]
    holder: Holder
    starts: tuple[Clock, ...] = ()
    meets: tuple[Clock, ...] = ()
    needs_note: bool = False
    by_system: bool = False

    def lands_on(self, status: Status) -> Status:
        """做完以后的状态。"""
        return self.target or status


S, R, H, C = Status, Role, Holder, Clock
_UNIT = frozenset({R.UNIT})
_OFFICE = frozenset({R.OFFICE})
_LEADER = frozenset({R.LEADER})
_SUPERVISOR = frozenset({R.SUPERVISOR})
_FIRM = frozenset({R.ENTERPRISE})
_NOBODY: frozenset[Role] = frozenset()
# The unit still owes work here; 催办 and 问效 make sense only in these.
OWED = frozenset({S.DISPATCHED, S.HANDLING, S.SHELVED})
_IN_HAND = frozenset({S.DISPATCHED, S.OBJECTED, S.HANDLING, S.PAUSED, S.SUBMITTED, S.RATING, S.SHELVED})


def _t(
    action: Action,
    sources: Iterable[Status],
    target: Status | None,
    roles: frozenset[Role],
    holder: Holder,
    **more: Any,
) -> Transition:
    return Transition(action, frozenset(sources), target, roles, holder, **more)


# One transition a row: it is read as a table.
# fmt: off
_ROWS = (
    # 受理与交办
    _t(Action.ACCEPT, {S.REPORTED}, S.ACCEPTED, _OFFICE, H.OFFICE, starts=(C.DISPATCH,), meets=(C.ACCEPT,), by_system=True),
    _t(Action.REFUSE, {S.REPORTED}, S.REFUSED, _OFFICE, H.OFFICE, meets=(C.ACCEPT,), needs_note=True),
    _t(Action.MERGE, {S.REPORTED, S.ACCEPTED}, S.MERGED, _OFFICE, H.OFFICE),
    _t(Action.UNMERGE, {S.MERGED}, None, _OFFICE, H.OFFICE),
    _t(Action.SPLIT, {S.REPORTED, S.ACCEPTED}, None, _OFFICE, H.OFFICE),
    _t(Action.CLASSIFY, {S.REPORTED, S.ACCEPTED}, None, _OFFICE, H.OFFICE),
    _t(Action.PROPOSE, {S.ACCEPTED}, None, _OFFICE, H.OFFICE),
    _t(
        Action.DISPATCH, {S.ACCEPTED}, S.DISPATCHED, _OFFICE, H.OFFICE,
        starts=(C.SIGN, C.FEEDBACK, C.RESOLVE), meets=(C.DISPATCH, C.DOUBLE_TEN),
    ),
    _t(
        Action.APPROVE_DISPATCH, {S.ACCEPTED}, S.DISPATCHED, _LEADER, H.ANYONE,
        starts=(C.SIGN, C.FEEDBACK, C.RESOLVE), meets=(C.DISPATCH, C.DOUBLE_TEN),
    ),
    _t(Action.RETURN_DISPATCH, {S.ACCEPTED}, None, _LEADER, H.ANYONE, needs_note=True),
    # 签收与退单
    _t(Action.SIGN, {S.DISPATCHED}, S.HANDLING, _UNIT, H.LEAD, meets=(C.SIGN,)),
    _t(Action.OBJECT, {S.DISPATCHED}, S.OBJECTED, _UNIT, H.LEAD_HEAD, starts=(C.RULING,), needs_note=True),
    _t(Action.UPHOLD, {S.OBJECTED}, S.ACCEPTED, _OFFICE, H.OFFICE, starts=(C.DISPATCH,), meets=(C.RULING,), needs_note=True),
    _t(Action.REJECT, {S.OBJECTED}, S.DISPATCHED, _OFFICE, H.OFFICE, meets=(C.RULING,), needs_note=True),
    # 办理
    _t(Action.REPORT, {S.HANDLING, S.SHELVED}, None, _UNIT, H.LEAD, meets=(C.FEEDBACK, C.DOUBLE_TEN), needs_note=True),
    _t(Action.ASK_EXTENSION, {S.HANDLING}, None, _UNIT, H.LEAD, starts=(C.EXTENSION,), needs_note=True),
    _t(Action.GRANT_EXTENSION, {S.HANDLING, S.PAUSED}, None, _OFFICE, H.OFFICE, meets=(C.EXTENSION,)),
    _t(Action.DENY_EXTENSION, {S.HANDLING, S.PAUSED}, None, _OFFICE, H.OFFICE, meets=(C.EXTENSION,), needs_note=True),
    _t(Action.PAUSE, {S.HANDLING}, S.PAUSED, _UNIT, H.LEAD, starts=(C.SUPPLY,), needs_note=True),
    _t(
        Action.SUPPLY, {S.PAUSED}, S.HANDLING, frozenset({R.ENTERPRISE, R.CADRE}), H.FIRM_SIDE,
        meets=(C.SUPPLY,), needs_note=True,
    ),
    _t(Action.RESUME, {S.PAUSED}, S.HANDLING, _UNIT, H.LEAD, meets=(C.SUPPLY,), by_system=True),
    _t(
        Action.CO_REPLY, {S.DISPATCHED, S.OBJECTED, S.HANDLING, S.PAUSED, S.SHELVED}, None, _UNIT, H.CO,
        meets=(C.CO_REPLY,), needs_note=True,
    ),
    _t(Action.COORDINATE, {S.DISPATCHED, S.HANDLING, S.SHELVED}, None, _UNIT, H.LEAD, needs_note=True),
    _t(Action.ARRANGE, _IN_HAND, None, _OFFICE, H.OFFICE, needs_note=True),
    # 办结、审核、评价
    _t(
        Action.SUBMIT, {S.HANDLING, S.SHELVED}, S.SUBMITTED, _UNIT, H.LEAD, starts=(C.REVIEW,),
        meets=(C.FEEDBACK, C.DOUBLE_TEN, C.RESOLVE, C.REDO, C.PROMISE, C.SHELVED), needs_note=True,
    ),
    _t(Action.PASS_REVIEW, {S.SUBMITTED}, S.RATING, _OFFICE, H.OFFICE, starts=(C.RATE,), meets=(C.REVIEW,)),
    _t(Action.SHELVE, {S.SUBMITTED}, S.SHELVED, _OFFICE, H.OFFICE, starts=(C.SHELVED,), meets=(C.REVIEW,)),
    _t(Action.RETURN_REVIEW, {S.SUBMITTED}, S.HANDLING, _OFFICE, H.OFFICE, meets=(C.REVIEW,), needs_note=True),
    _t(Action.RATE, {S.RATING}, S.CLOSED, _FIRM, H.FIRM, meets=(C.RATE,)),
    _t(Action.RATE_BAD, {S.RATING}, S.HANDLING, _FIRM, H.FIRM, starts=(C.CALL_BACK, C.REDO), meets=(C.RATE,)),
    _t(Action.LAPSE_RATING, {S.RATING}, S.CLOSED, _NOBODY, H.SYSTEM, meets=(C.RATE,), by_system=True),
    _t(Action.CALL_BACK, OPEN - {S.REPORTED, S.ACCEPTED}, None, _OFFICE, H.OFFICE, meets=(C.CALL_BACK,), needs_note=True),
    _t(Action.REOPEN, {S.CLOSED}, S.HANDLING, _FIRM, H.FIRM, starts=(C.REDO,), needs_note=True),
    # 催办、问效、批示
    _t(Action.URGE, OWED, None, _OFFICE, H.OFFICE, starts=(C.URGE_REPLY,), needs_note=True, by_system=True),
    _t(
        Action.ANSWER_URGE, {S.DISPATCHED, S.OBJECTED, S.HANDLING, S.PAUSED, S.SHELVED}, None, _UNIT, H.LEAD,
        starts=(C.PROMISE,), meets=(C.URGE_REPLY,), needs_note=True,
    ),
    _t(Action.DRAFT_INQUIRY, OWED | {S.PAUSED, S.SUBMITTED, S.CLOSED}, None, _OFFICE, H.OFFICE, needs_note=True, by_system=True),
    _t(Action.APPROVE_INQUIRY_OFFICE, _IN_HAND | {S.CLOSED}, None, _OFFICE, H.OFFICE_HEAD),
    _t(Action.APPROVE_INQUIRY_LEADER, _IN_HAND | {S.CLOSED}, None, _LEADER, H.ANYONE, starts=(C.INQUIRY_REPLY,)),
    _t(
        Action.DROP_INQUIRY, _IN_HAND | {S.CLOSED}, None, frozenset({R.OFFICE, R.LEADER}), H.OFFICE_HEAD, needs_note=True
    ),
    _t(
        Action.ANSWER_INQUIRY, _IN_HAND | {S.CLOSED}, None, _UNIT, H.LEAD, meets=(C.INQUIRY_REPLY,), needs_note=True
    ),
    _t(Action.RECORD_FINDING, _IN_HAND | {S.CLOSED}, None, _SUPERVISOR, H.ANYONE, needs_note=True),
    _t(Action.INSTRUCT, OPEN | {S.CLOSED}, None, _LEADER, H.ANYONE, needs_note=True),
    _t(
        Action.ANSWER_INSTRUCTION, frozenset(Status), None, frozenset({R.UNIT, R.OFFICE}), H.LEAD_OR_OFFICE, needs_note=True
    ),
    _t(Action.VOID_TICKET, _IN_HAND, None, _OFFICE, H.OFFICE, needs_note=True),
    # 回头看、共性、清欠、会议
    _t(Action.LOOK_BACK, {S.CLOSED}, None, _NOBODY, H.SYSTEM, needs_note=True, by_system=True),
    _t(Action.REVOKE, {S.CLOSED}, S.HANDLING, _OFFICE, H.OFFICE, starts=(C.REDO,), needs_note=True, by_system=True),
    _t(Action.JOIN_COMMON, OPEN, None, _OFFICE, H.OFFICE),
    _t(Action.LEAVE_COMMON, OPEN | {S.CLOSED}, None, _OFFICE, H.OFFICE, needs_note=True),
    _t(Action.RECORD_ARREARS, OPEN | {S.CLOSED}, None, frozenset({R.UNIT, R.OFFICE}), H.LEAD_OR_OFFICE),
    _t(Action.RECORD_RECOVERY, OPEN | {S.CLOSED}, None, frozenset({R.UNIT, R.OFFICE}), H.LEAD_OR_OFFICE),
    _t(Action.MARK_GAP, _IN_HAND | {S.ACCEPTED, S.CLOSED}, None, frozenset({R.UNIT, R.OFFICE}), H.LEAD_OR_OFFICE, needs_note=True),
    _t(Action.RESOLVE_MEETING, frozenset(Status), None, _OFFICE, H.OFFICE, needs_note=True),
)
# fmt: on
TRANSITIONS: dict[Action, Transition] = {row.action: row for row in _ROWS}


def _holds(holder: Holder, who: Relation) -> bool:
    """归属这一半对不对；角色那一半在表里。"""
    return {
        Holder.ANYONE: True,
        Holder.FIRM_SIDE: True,
        Holder.OFFICE: who.is_office,
        Holder.OFFICE_HEAD: who.role == R.LEADER or (who.is_office and who.is_head),
        Holder.LEAD: who.is_lead,
        Holder.LEAD_OR_OFFICE: who.is_office if who.role == R.OFFICE else who.is_lead,
        Holder.LEAD_HEAD: who.is_lead and who.is_head,
        Holder.CO: who.is_co,
        Holder.FIRM: who.is_firm,
        Holder.SYSTEM: False,
    }[holder]


def is_theirs(action: Action, who: Relation) -> bool:
    """这件事归不归他做（不看状态）：角色 + 归属（R-04）。看不到的人一律不行。"""
    row = TRANSITIONS[action]
    if who.is_system:
        return row.by_system
    return who.is_visible and who.role in row.roles and _holds(row.holder, who)


def is_allowed(action: Action, status: Status, who: Relation) -> bool:
    """现在能不能做：状态对、人也对。"""
    return status in TRANSITIONS[action].sources and is_theirs(action, who)


def available(status: Status, who: Relation) -> tuple[Action, ...]:
    """按表的次序列出现在能做的动作。"""
    return tuple(action for action in TRANSITIONS if is_allowed(action, status, who))
