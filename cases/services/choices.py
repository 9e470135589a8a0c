"""这个人现在能对这件事做什么、不能做什么以及为什么：按钮从这里来。"""

from dataclasses import dataclass
from datetime import date

from cadres.models import User
from cases.enums import Action, Status, Tier
from cases.models import Case
from cases.rules.workflow import TRANSITIONS, is_theirs
from cases.services import guards
from cases.services.standing import relation

# 从自己的页面走，不是问题页上的一个按钮：评价、回头看、共性、会议。
BY_OWN_PAGE = frozenset(
    {
        Action.RATE_BAD, Action.LAPSE_RATING, Action.LOOK_BACK, Action.REVOKE, Action.JOIN_COMMON, Action.LEAVE_COMMON,
        Action.RESOLVE_MEETING,
    }
)  # fmt: skip
# 不能办时也值得说明为什么的动作；其余不能办就不出现。
WORTH_SAYING = frozenset(
    {
        Action.OBJECT, Action.ASK_EXTENSION, Action.PAUSE, Action.REOPEN, Action.DISPATCH, Action.PASS_REVIEW,
        Action.SHELVE, Action.COORDINATE, Action.URGE, Action.DRAFT_INQUIRY, Action.APPROVE_INQUIRY_OFFICE,
        Action.APPROVE_INQUIRY_LEADER,
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Option:
    """一个动作：能办，或不能办的原因。"""

    action: Action
    label: str
    is_allowed: bool
    reason: str = ""


def options(case: Case, user: User, *, today: date) -> list[Option]:
    """按流程表次序列出；先能办的，再说明不能办的。"""
    who = relation(user, case)
    able, unable = [], []
    for action, row in TRANSITIONS.items():
        if action in BY_OWN_PAGE or not is_theirs(action, who) or case.status not in row.sources:
            continue
        if _is_other_door(case, action):
            continue
        reason = guards.blocker(case, action, today=today)
        if not reason:
            able.append(Option(action, action.label, is_allowed=True))
        elif action in WORTH_SAYING:
            unable.append(Option(action, action.label, is_allowed=False, reason=reason))
    if any(option.action == Action.DRAFT_INQUIRY for option in unable):
        able, unable = _escalated(able, unable)
    return able + unable


def refusal_now(case: Case, action: Action, user: User, *, today: date) -> str:
    """这一步这个人现在为什么办不成（一句话）；能办时为空串。旧链接、旧页面都用它，不给只会失败的按钮。"""
    row = TRANSITIONS[action]
    if not is_theirs(action, relation(user, case)):
        return f"「{action.label}」现在不归您办理。"
    if case.status not in row.sources:
        return f"这件事现在是“{case.status_told(user)[1]}”，不能{action.label}。"
    return guards.blocker(case, action, today=today)


def _escalated(able: list[Option], unable: list[Option]) -> tuple[list[Option], list[Option]]:
    """问效已在拟稿：不再给出手工催办，免得红黄两张单撞在一起；到点自动的照走（R-36）。"""
    kept = [option for option in able if option.action != Action.URGE]
    if len(kept) < len(able):
        reason = "问效建议单已在拟稿，等批准或不予问效后再定。"
        unable = [*unable, Option(Action.URGE, Action.URGE.label, is_allowed=False, reason=reason)]
    return kept, unable


def _is_other_door(case: Case, action: Action) -> bool:
    """重大问题走「报领导批准」，其余直接「交办」：只给一扇门。"""
    if case.status != Status.ACCEPTED:
        return False
    return action == (Action.DISPATCH if case.tier == Tier.MAJOR else Action.PROPOSE)
