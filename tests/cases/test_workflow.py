"""流程表对照一张手写的表：状态 × 动作 × 角色 × 归属的全部组合（R-04、R-20）。

手写的表独立于 cases/rules/workflow.py，写的是规则本身；表改了这里就红。
"""

from itertools import product

import pytest

from cadres.enums import Role
from cases.enums import Action, Status
from cases.rules.workflow import TRANSITIONS, Relation, available, is_allowed, is_theirs

S = Status
IN_HAND = "DISPATCHED OBJECTED HANDLING PAUSED SUBMITTED RATING SHELVED"
ALL_BUT_START = "DISPATCHED OBJECTED HANDLING PAUSED SUBMITTED RATING SHELVED CLOSED"
EVERYWHERE = "REPORTED ACCEPTED REFUSED MERGED " + ALL_BUT_START

# 动作: (从哪些状态, 到哪里（- 为不动）, 谁)
# 谁: 办=本案活动办, 主任=活动办主任, 领导, 督查, 主=主办单位, 主责=主办负责人, 协=协办单位, 企=本企业, 干=看得到的干部, 系统
WRITTEN = {
    "accept": ("REPORTED", "ACCEPTED", "办 系统"),
    "refuse": ("REPORTED", "REFUSED", "办"),
    "merge": ("REPORTED ACCEPTED", "MERGED", "办"),
    "unmerge": ("MERGED", "-", "办"),
    "split": ("REPORTED ACCEPTED", "-", "办"),
    "classify": ("REPORTED ACCEPTED", "-", "办"),
    "propose": ("ACCEPTED", "-", "办"),
    "dispatch": ("ACCEPTED", "DISPATCHED", "办"),
    "approve_dispatch": ("ACCEPTED", "DISPATCHED", "领导"),
    "return_dispatch": ("ACCEPTED", "-", "领导"),
    "sign": ("DISPATCHED", "HANDLING", "主"),
    "object": ("DISPATCHED", "OBJECTED", "主责"),
    "uphold": ("OBJECTED", "ACCEPTED", "办"),
    "reject": ("OBJECTED", "DISPATCHED", "办"),
    "report": ("HANDLING SHELVED", "-", "主"),
    "ask_extension": ("HANDLING", "-", "主"),
    "grant_extension": ("HANDLING PAUSED", "-", "办"),
    "deny_extension": ("HANDLING PAUSED", "-", "办"),
    "pause": ("HANDLING", "PAUSED", "主"),
    "supply": ("PAUSED", "HANDLING", "企 干"),
    "resume": ("PAUSED", "HANDLING", "主 系统"),
    "co_reply": ("DISPATCHED OBJECTED HANDLING PAUSED SHELVED", "-", "协"),
    "coordinate": ("DISPATCHED HANDLING SHELVED", "-", "主"),
    "arrange": (IN_HAND, "-", "办"),
    "submit": ("HANDLING SHELVED", "SUBMITTED", "主"),
    "pass_review": ("SUBMITTED", "RATING", "办"),
    "shelve": ("SUBMITTED", "SHELVED", "办"),
    "return_review": ("SUBMITTED", "HANDLING", "办"),
    "rate": ("RATING", "CLOSED", "企"),
    "rate_bad": ("RATING", "HANDLING", "企"),
    "lapse_rating": ("RATING", "CLOSED", "系统"),
    "call_back": (IN_HAND, "-", "办"),
    "reopen": ("CLOSED", "HANDLING", "企"),
    "urge": ("DISPATCHED HANDLING SHELVED", "-", "办 系统"),
    "answer_urge": ("DISPATCHED OBJECTED HANDLING PAUSED SHELVED", "-", "主"),
    "draft_inquiry": ("DISPATCHED HANDLING PAUSED SHELVED SUBMITTED CLOSED", "-", "办 系统"),
    "approve_inquiry_office": (ALL_BUT_START, "-", "主任"),
    "approve_inquiry_leader": (ALL_BUT_START, "-", "领导"),
    "drop_inquiry": (ALL_BUT_START, "-", "主任 领导"),
    "answer_inquiry": (ALL_BUT_START, "-", "主"),
    "record_finding": (ALL_BUT_START, "-", "督查"),
    "instruct": ("REPORTED ACCEPTED " + ALL_BUT_START, "-", "领导"),
    "void_ticket": (IN_HAND, "-", "办"),
    # A leader is answered even when the case was refused or merged meanwhile.
    "answer_instruction": (EVERYWHERE, "-", "主 办"),
    "look_back": ("CLOSED", "-", "系统"),
    "revoke": ("CLOSED", "HANDLING", "办 系统"),
    "join_common": ("REPORTED ACCEPTED " + IN_HAND, "-", "办"),
    "leave_common": ("REPORTED ACCEPTED " + ALL_BUT_START, "-", "办"),
    "record_arrears": ("REPORTED ACCEPTED " + ALL_BUT_START, "-", "主 办"),
    "mark_gap": ("ACCEPTED " + ALL_BUT_START, "-", "主 办"),
    "record_recovery": ("REPORTED ACCEPTED " + ALL_BUT_START, "-", "主 办"),
    # What a meeting resolved is recorded wherever the case has gone since the agenda was frozen.
    "resolve_meeting": (EVERYWHERE, "-", "办"),
}

OWNERSHIPS = [
    dict(zip(("is_visible", "is_office", "is_lead", "is_co", "is_head", "is_firm"), flags, strict=True))
    for flags in product((False, True), repeat=6)
]


def who_is(role, own):
    """手写表里的身份，由角色和归属推出；看不到的人什么身份也没有。"""
    if not own["is_visible"]:
        return set()
    names = {
        Role.OFFICE: {"办"} if own["is_office"] else set(),
        Role.UNIT: ({"主"} if own["is_lead"] else set()) | ({"协"} if own["is_co"] else set()),
        Role.ENTERPRISE: {"企"} if own["is_firm"] else set(),
        Role.CADRE: {"干"},
        Role.LEADER: {"领导"},
        Role.SUPERVISOR: {"督查"},
    }.get(role, set())
    if own["is_head"] and "办" in names:
        names = names | {"主任"}
    if own["is_head"] and "主" in names:
        names = names | {"主责"}
    # 企业补充只看角色与可见：可见的企业用户就是本企业。
    return names | ({"企补"} if role == Role.ENTERPRISE else set())


def may(action, role, own):
    """按手写的表，这个人能不能做。"""
    wanted = set(WRITTEN[action][2].split())
    if action == "supply":
        wanted |= {"企补"}
    return bool(wanted & who_is(role, own))


def test_every_action_is_written_down():
    assert set(WRITTEN) == {action.value for action in Action}
    assert set(TRANSITIONS) == set(Action)


@pytest.mark.parametrize("action", list(Action))
def test_sources_and_target_are_as_written(action):
    sources, target, _ = WRITTEN[action]
    row = TRANSITIONS[action]
    assert row.sources == {Status(name) for name in sources.split()}
    assert row.target == (None if target == "-" else Status(target))


@pytest.mark.parametrize("role", list(Role))
def test_the_full_product_of_status_action_role_and_ownership(role):
    wrong = [
        (status, action, own)
        for status, action, own in product(Status, Action, OWNERSHIPS)
        if is_allowed(action, status, Relation(role=role, **own))
        != (status in WRITTEN[action][0].split() and may(action, role, own))
    ]
    assert wrong == []


@pytest.mark.parametrize("action", list(Action))
def test_the_system_may_do_only_what_is_written(action):
    assert is_theirs(action, Relation(role=None, is_system=True)) == ("系统" in WRITTEN[action][2].split())


@pytest.mark.parametrize("role", [Role.SYSADMIN, Role.SECADMIN, Role.AUDITOR])
def test_the_three_administrators_may_do_nothing_to_a_case(role):
    everything = dict.fromkeys(("is_visible", "is_office", "is_lead", "is_co", "is_head", "is_firm"), True)
    assert all(available(status, Relation(role=role, **everything)) == () for status in Status)


def test_a_supervisor_only_records_findings():
    own = {"is_visible": True}
    assert available(Status.HANDLING, Relation(role=Role.SUPERVISOR, **own)) == (Action.RECORD_FINDING,)
