"""每个动作一个能办成的局面：案件、谁来办、要填什么。给「每个动作都试一遍」的测试用。"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Any

from cases.enums import Action, Measure, MeetingKind, Outcome, Tier
from cases.models import AgendaItem, CommonIssue
from cases.services import Rating, perform, rate
from tests.cases import sessions, steps
from tests.cases.steps import ALL_TICKS, DAY, evidence, plan

OWED = {"debtor": "示例县住建局", "debtor_kind": "PUBLIC", "owed": Decimal(1_200_000), "basis": "2025-06 结算单"}


@dataclass(frozen=True)
class Situation:
    """`prepare(city)` 得到案件；`actor` 是 city 上的名字，空为到点自动；`details(city, case)` 是表单。"""

    prepare: Callable[[Any], Any]
    actor: str
    note: str = ""
    details: Callable[[Any, Any], dict] = field(default=lambda city, case: {})
    # What does not go through perform(): the firm rates by link.
    by_link: int = 0
    # Minutes after city.at, so that what was prepared lies before.
    later: timedelta = timedelta(minutes=30)


def at_present(make, **more):
    """用 steps 里的一步走到那个状态。"""
    return lambda city: make(city, city.at, **more)


def proposed(city):
    return perform(
        steps.accepted(city, city.at), Action.PROPOSE, actor=city.clerk, at=city.at, plan=plan(city, tier=Tier.MAJOR)
    )


def merged(city):
    into = steps.accepted(city, city.at)
    return perform(steps.reported(city, city.at), Action.MERGE, actor=city.clerk, at=city.at, into=into)


def objected(city):
    return perform(
        steps.dispatched(city, city.at), Action.OBJECT, actor=city.land_head, at=city.at,
        note="依据三定方案，用工属人社部门职责。", proper_unit=city.labour,
    )  # fmt: skip


def asked(city):
    case = steps.handling(city, city.at)
    return perform(case, Action.ASK_EXTENSION, actor=city.land_clerk, at=city.at, note="等省厅批复。", days=10)


def paused(city):
    return perform(
        steps.handling(city, city.at), Action.PAUSE, actor=city.land_clerk, at=city.at, note="请补环评批复。"
    )


def helped(city):
    return steps.handling(city, city.at, co_handlers=((city.labour, "核对用工人数"),))


def coordinated(city):
    case = steps.handling(city, city.at)
    return perform(case, Action.COORDINATE, actor=city.land_clerk, at=city.at, note="要与住建一起看现场。")


def planned(city):
    return steps.submitted(city, city.at, Outcome.PLANNED, promised_on=city.today + 30 * DAY)


def shelved(city):
    return perform(planned(city), Action.SHELVE, actor=city.clerk, at=city.at, ticks=ALL_TICKS)


def badly_rated(city):
    case = steps.rating(city, city.at)
    return rate(case.evaluations.get(), Rating(1), at=city.at)


def closed(city):
    case = steps.rating(city, city.at)
    return rate(case.evaluations.get(), Rating(5), at=city.at)


def urged(city):
    return perform(steps.handling(city, city.at), Action.URGE, actor=city.clerk, at=city.at, note="企业来电催问。")


def drafted(city):
    return perform(urged(city), Action.DRAFT_INQUIRY, actor=city.clerk, at=city.at, note="催了不动。")


def agreed(city):
    return perform(drafted(city), Action.APPROVE_INQUIRY_OFFICE, actor=city.director, at=city.at)


def inquired(city):
    return perform(agreed(city), Action.APPROVE_INQUIRY_LEADER, actor=city.leader, at=city.at)


def instructed(city):
    return perform(steps.handling(city, city.at), Action.INSTRUCT, actor=city.leader, at=city.at, note="请抓紧。")


def owed_to(city, at=None):
    """账款清欠的一件，办理中。"""
    return steps.handling(city, at or city.at, category=city.categories["arrears"])


def recorded(city):
    """登记过欠款 120 万元。"""
    return perform(owed_to(city), Action.RECORD_ARREARS, actor=city.land_clerk, at=city.at, **OWED)


def common_issue(city):
    """一个批处理中的共性问题，市自然资源局统一办。"""
    known = {
        "state": "CONFIRMED",
        "title": "边角地规划调整慢",
        "office": city.office,
        "lead": city.land,
        "proposed_at": city.at,
    }
    return CommonIssue.objects.get_or_create(key="FIRST:0", defaults=known)[0]


def joined(city):
    """列入了共性问题的一件。"""
    case = steps.handling(city, city.at)
    return perform(case, Action.JOIN_COMMON, actor=city.clerk, at=city.at, issue=common_issue(city))


def on_the_agenda(city, case):
    """What a meeting resolves stands on its agenda."""
    item = AgendaItem.objects.filter(case=case).first()
    return {"agenda_item": item or sessions.planned(city, MeetingKind.CONSULT, cases=[case]).items.get()}


S = Situation
SITUATIONS = {
    Action.ACCEPT: S(at_present(steps.reported), "clerk"),
    Action.REFUSE: S(at_present(steps.reported), "clerk", "属民事合同纠纷，请走诉讼。"),
    Action.MERGE: S(
        at_present(steps.reported), "clerk", details=lambda city, case: {"into": steps.accepted(city, city.at)}
    ),
    Action.UNMERGE: S(merged, "clerk"),
    Action.SPLIT: S(
        at_present(steps.accepted), "clerk", details=lambda city, case: {"parts": [("用电", "缺 800 千伏安。"), ("用水", "管径不够。")]}
    ),
    Action.CLASSIFY: S(
        at_present(steps.accepted), "clerk",
        details=lambda city, case: {"category": city.categories["labour"], "tier": "COMPLEX", "nature": "COMMON"},
    ),
    Action.PROPOSE: S(
        at_present(steps.accepted), "clerk", details=lambda city, case: {"plan": plan(city, tier=Tier.MAJOR)}
    ),
    Action.DISPATCH: S(at_present(steps.accepted), "clerk", details=lambda city, case: {"plan": plan(city)}),
    Action.APPROVE_DISPATCH: S(proposed, "leader"),
    Action.RETURN_DISPATCH: S(proposed, "leader", "换由住建局主办。"),
    Action.SIGN: S(at_present(steps.dispatched), "land_clerk"),
    Action.OBJECT: S(
        at_present(steps.dispatched), "land_head", "依据三定方案，用工属人社部门职责。",
        details=lambda city, case: {"proper_unit": city.labour},
    ),
    Action.UPHOLD: S(objected, "clerk", "确属人社部门职责。"),
    Action.REJECT: S(objected, "clerk", "用地在前，仍由自然资源部门主办。"),
    Action.REPORT: S(at_present(steps.handling), "land_clerk", "已到现场量图。"),
    Action.ASK_EXTENSION: S(at_present(steps.handling), "land_clerk", "等省厅批复。", details=lambda city, case: {"days": 10}),
    Action.GRANT_EXTENSION: S(asked, "clerk"),
    Action.DENY_EXTENSION: S(asked, "clerk", "可以先办一部分。"),
    Action.PAUSE: S(at_present(steps.handling), "land_clerk", "请补环评批复。"),
    Action.SUPPLY: S(paused, "firm_user", "已补环评批复复印件。"),
    Action.RESUME: S(paused, "land_clerk"),
    Action.CO_REPLY: S(helped, "labour_clerk", "用工 120 人属实。"),
    Action.COORDINATE: S(at_present(steps.handling), "land_clerk", "要与住建一起看现场。"),
    Action.ARRANGE: S(coordinated, "clerk", "定于周四看现场。"),
    Action.SUBMIT: S(
        at_present(steps.handling), "land_clerk", "已办好。",
        details=lambda city, case: {"outcome": "A", "files": [evidence()]},
    ),
    Action.PASS_REVIEW: S(at_present(steps.submitted), "clerk", details=lambda city, case: {"ticks": ALL_TICKS}),
    Action.SHELVE: S(planned, "clerk", details=lambda city, case: {"ticks": ALL_TICKS}),
    Action.RETURN_REVIEW: S(at_present(steps.submitted), "clerk", "企业说还没通电。"),
    Action.RATE: S(at_present(steps.rating), "firm_user", by_link=5),
    Action.RATE_BAD: S(at_present(steps.rating), "firm_user", by_link=1),
    Action.LAPSE_RATING: S(at_present(steps.rating), ""),
    Action.CALL_BACK: S(badly_rated, "clerk", "企业说答复慢。"),
    Action.REOPEN: S(closed, "firm_user", "又停电了。"),
    Action.URGE: S(at_present(steps.handling), "clerk", "企业来电催问。"),
    Action.ANSWER_URGE: S(
        urged, "land_clerk", "图纸在审。", details=lambda city, case: {"promised_on": city.today + 7 * DAY}
    ),
    Action.DRAFT_INQUIRY: S(urged, "clerk", "催了不动。"),
    Action.APPROVE_INQUIRY_OFFICE: S(drafted, "director"),
    Action.APPROVE_INQUIRY_LEADER: S(agreed, "leader"),
    Action.DROP_INQUIRY: S(drafted, "director", "已经补办。"),
    Action.ANSWER_INQUIRY: S(inquired, "land_clerk", "因图纸返工。"),
    Action.RECORD_FINDING: S(
        inquired, "supervisor", "查明确未按期。", details=lambda city, case: {"measure": Measure.TALK, "finding": "OVERDUE"}
    ),
    Action.INSTRUCT: S(at_present(steps.handling), "leader", "请抓紧。"),
    Action.VOID_TICKET: S(
        at_present(steps.dispatched), "clerk", "主送写错了。", details=lambda city, case: {"ticket": case.tickets.get()}
    ),
    Action.ANSWER_INSTRUCTION: S(instructed, "land_clerk", "已约企业周三看现场。"),
    Action.LOOK_BACK: S(closed, "", "电话问过企业，用电正常。"),
    Action.REVOKE: S(closed, "clerk", "企业说一直没有通电。"),
    Action.JOIN_COMMON: S(at_present(steps.handling), "clerk", details=lambda city, case: {"issue": common_issue(city)}),
    Action.LEAVE_COMMON: S(joined, "clerk", "情况与别家不同。"),
    Action.RECORD_ARREARS: S(owed_to, "land_clerk", details=lambda city, case: OWED),
    Action.RECORD_RECOVERY: S(
        recorded, "land_clerk",
        details=lambda city, case: {"amount": Decimal(200_000), "received_on": city.today},
    ),
    Action.MARK_GAP: S(
        at_present(steps.handling), "land_clerk", "实施细则没有出台。", details=lambda city, case: {"policy_gap": "NONE_YET"}
    ),
    Action.RESOLVE_MEETING: S(at_present(steps.handling), "clerk", "周五前拿出方案。", details=on_the_agenda),
}  # fmt: skip


def act(city, case, action, **changed):
    """照局面做这一步；`changed` 换掉其中几样（actor、note、revision……）。"""
    said = SITUATIONS[action]
    at = changed.pop("at", city.at + said.later)
    actor = changed.pop("actor", getattr(city, said.actor) if said.actor else None)
    if said.by_link and "revision" not in changed and actor == city.firm_user:
        return rate(case.evaluations.get(rated_at=None), Rating(said.by_link), at=at, actor=actor)
    words = {"note": said.note, **said.details(city, case), **changed}
    return perform(case, action, actor=actor, at=at, **words)
