"""交办：方案、重大问题报批、签发交办单、作废重发；退单与裁定（R-22、R-24、R-25）。"""

from dataclasses import dataclass
from datetime import date
from typing import Any, Self

from cadres.enums import UnitKind
from cadres.models import Unit
from cases.enums import Action, Clock, Level, Nature, Status, TicketKind, TicketState, Tier
from cases.models import Case, Category, CoHandling, Deadline, Objection, RuleSet, Ticket
from cases.rules.deadlines import Reckoning
from cases.services import clocks, drafts, guards, tickets
from cases.services.intake import place_in_lane
from cases.services.steps import Step, handles, label_of
from zhuqi.kernel.errors import DomainError, InvalidInput

# An objection is ruled on, a submission reviewed, a rating awaited first; then there is nothing to take back.
TAKEN_BACK_FROM = frozenset({Status.DISPATCHED, Status.HANDLING, Status.PAUSED})
PART_MOST = 200
TERMS_ON_PAPER = (Clock.SIGN, Clock.FEEDBACK, Clock.RESOLVE)


@dataclass(frozen=True, slots=True)
class DispatchPlan:
    """交办方案：类别、级别、性质、主办、协办及分工、要求、规则（空为默认）。"""

    category: Any
    tier: str
    nature: str
    lead: Any
    co_handlers: tuple = ()
    requirements: str = ""
    rule_set: Any = None

    def as_data(self) -> dict[str, Any]:
        """存进拟稿，等领导批准时原样取出。"""
        return {
            "category": self.category.pk,
            "tier": self.tier,
            "nature": self.nature,
            "lead": self.lead.pk,
            "co_handlers": [[unit.pk, part] for unit, part in self.co_handlers],
            "requirements": self.requirements,
            "rule_set": self.rule_set.pk if self.rule_set else None,
        }

    @classmethod
    def from_data(cls, data: dict[str, Any]) -> Self:
        """`as_data` 的反向。"""
        return cls(
            category=Category.objects.get(pk=data["category"]),
            tier=data["tier"],
            nature=data["nature"],
            lead=Unit.objects.get(pk=data["lead"]),
            co_handlers=tuple((Unit.objects.get(pk=pk), part) for pk, part in data["co_handlers"]),
            requirements=data["requirements"],
            rule_set=RuleSet.objects.get(pk=data["rule_set"]) if data["rule_set"] else None,
        )


def check_plan(plan: DispatchPlan) -> None:
    """方案本身对不对；逐栏说明。"""
    errors = {}
    if plan.category is None or not plan.category.is_active:
        errors["category"] = ["请选择在用的类别。"]
    if plan.lead is None or not plan.lead.is_active or plan.lead.kind in {UnitKind.LEADING_GROUP, UnitKind.SUPERVISION}:
        errors["lead"] = ["请选择能承办的主办单位。"]
    if plan.tier not in Tier.values:
        errors["tier"] = ["请选择级别。"]
    if plan.nature not in Nature.values:
        errors["nature"] = ["请选择性质。"]
    helpers = _wrong_with_helpers(plan)
    if helpers:
        errors["co_handlers"] = [helpers]
    if errors:
        raise InvalidInput("交办方案还要改：" + "".join(words for said in errors.values() for words in said), errors)


def _wrong_with_helpers(plan: DispatchPlan) -> str:
    helpers = [unit.pk for unit, _ in plan.co_handlers]
    if plan.lead and plan.lead.pk in helpers:
        return "主办单位不能同时是协办单位。"
    if len(set(helpers)) != len(helpers):
        return "同一个协办单位填了两次。"
    if any(not part.strip() for _, part in plan.co_handlers):
        return "请写明每个协办单位的分工。"
    if any(len(part.strip()) > PART_MOST for _, part in plan.co_handlers):
        return f"每个协办单位的分工最多 {PART_MOST} 字。"
    return ""


@handles(Action.PROPOSE)
def propose(step: Step) -> None:
    """重大问题：先拟稿报分管领导（R-22）。"""
    plan = step.detail("plan", "交办方案")
    check_plan(plan)
    step.ticket = tickets.draft_ticket(
        step.case, TicketKind.DISPATCH, key=_next_key(step.case), office=step.actor.unit, to_unit=plan.lead,
        at=step.at, actor=step.actor, body={"plan": plan.as_data()},
    )  # fmt: skip
    step.data |= {"lead": plan.lead.name, "tier": Tier(plan.tier).label}
    drafts.clear(step.case)


@handles(Action.DISPATCH)
def dispatch(step: Step) -> None:
    """签发交办单，时限从签发起算，不等签收（R-24）。"""
    plan = step.detail("plan", "交办方案")
    check_plan(plan)
    if guards.needs_leader(plan.tier):
        raise DomainError("重大问题要先报分管领导批准，请点“报领导批准”。")
    ticket = tickets.draft_ticket(
        step.case, TicketKind.DISPATCH, key=_next_key(step.case), office=step.actor.unit, to_unit=plan.lead,
        at=step.at, actor=step.actor,
    )  # fmt: skip
    _send(step, ticket, plan, signer=step.actor.unit.name)
    drafts.clear(step.case)


@handles(Action.APPROVE_DISPATCH)
def approve_dispatch(step: Step) -> None:
    """分管领导批准即签发，签发人是领导（R-22、§6）。"""
    ticket = guards.still_there(guards.draft(step.case, TicketKind.DISPATCH))
    plan = DispatchPlan.from_data(ticket.body["plan"])
    check_plan(plan)
    ticket.leader_approved_at, ticket.leader_approved_by = step.at, step.actor
    _send(step, ticket, plan, signer=label_of(step.actor))


@handles(Action.RETURN_DISPATCH)
def return_dispatch(step: Step) -> None:
    """领导退回方案：草稿不予签发，仍待交办，办公室的期限照走。"""
    ticket = guards.still_there(guards.draft(step.case, TicketKind.DISPATCH))
    ticket.state = TicketState.DROPPED
    ticket.void_reason = step.note[:200]
    ticket.save(update_fields=["state", "void_reason"])


def _next_key(case: Case) -> str:
    return f"DISPATCH:{case.tickets.filter(kind=TicketKind.DISPATCH).count() + 1}"


def _send(step: Step, ticket: Ticket, plan: DispatchPlan, *, signer: str) -> None:
    case = step.case
    place_in_lane(case, plan.category)
    case.tier, case.nature, case.lead = plan.tier, plan.nature, plan.lead
    case.rule_set = plan.rule_set or clocks.default_rule()
    step.changes |= {
        "category": case.category, "lane": case.lane, "is_legal": case.is_legal, "tier": case.tier,
        "nature": case.nature, "lead": case.lead, "rule_set": case.rule_set, "office": ticket.office,
        "dispatched_at": step.at,
    }  # fmt: skip
    case.office = ticket.office
    step.ticket, step.starts = ticket, ()
    rows = [clocks.open_clock(case, clock, at=step.at, ticket=ticket) for clock in TERMS_ON_PAPER]
    helpers = _name_helpers(step, plan)
    tickets.issue(
        ticket,
        at=step.at,
        actor=step.actor,
        signer=signer,
        copies=[unit for unit, _ in plan.co_handlers],
        body={
            "requirements": plan.requirements,
            "rule": str(case.rule_set),
            "deadlines": tickets.deadline_lines(row for row in rows if row),
            "co_handlers": helpers,
        },
    )
    step.data |= {"lead": plan.lead.name, "co_handlers": [unit.name for unit, _ in plan.co_handlers]}


def _name_helpers(step: Step, plan: DispatchPlan) -> list[dict[str, str]]:
    """协办各有分工与自己的期限（R-26）；重新交办时旧的协办关系撤下。"""
    case = step.case
    CoHandling.objects.filter(case=case).exclude(unit__in=[unit for unit, _ in plan.co_handlers]).delete()
    lines = []
    for unit, part in plan.co_handlers:
        CoHandling.objects.update_or_create(
            case=case, unit=unit,
            defaults={"part": part.strip(), "opinion": "", "replied_at": None, "replied_by": None},
        )  # fmt: skip
        row = clocks.open_clock(case, Clock.CO_REPLY, at=step.at, ticket=step.ticket, holder=unit)
        lines.append({"unit": unit.name, "part": part.strip(), "due_on": row.due_on.isoformat() if row else ""})
    return lines


@handles(Action.OBJECT)
def object_(step: Step) -> None:
    """退单：一次、一个工作日内、写法律依据与应办单位、负责人签字；时限照走（R-25）。"""
    proper = step.detail("proper_unit", "应由哪个单位办理")
    if proper.pk == step.case.lead_id:
        raise DomainError("应由哪个单位办理，不能还是本单位。")
    Objection.objects.create(
        case=step.case, ticket=guards.still_there(tickets.latest_dispatch(step.case)),
        unit=guards.still_there(step.case.lead), ground=step.note, proper_unit=proper, signed_by=step.actor, filed_at=step.at,
    )  # fmt: skip
    step.changes["objection_count"] = step.case.objection_count + 1
    step.data["proper_unit"] = proper.name


@handles(Action.UPHOLD)
def uphold(step: Step) -> None:
    """退单成立：交办单作废、它的期限全停，回到待交办；记派单单位的错（R-25）。"""
    objection = _rule(step, is_upheld=True)
    tickets.void(objection.ticket, at=step.at, actor=step.actor, reason=f"退单成立：{step.note}"[:200])
    clocks.void_clocks(
        step.case, at=step.at, clocks=[Clock.CO_REPLY, Clock.URGE_REPLY, Clock.PROMISE, Clock.DOUBLE_TEN]
    )
    step.ticket = objection.ticket
    step.changes |= {"dispatched_at": None, "objection_count": 0}
    _back_to_the_office(step)


def _back_to_the_office(step: Step) -> None:
    """没有主办了：协办撤下，前一家没了结的申请、暂停、问效拟稿一并了结，不带给下一家。"""
    case = step.case
    step.changes["lead"] = None
    CoHandling.objects.filter(case=case).delete()
    case.extensions.filter(decided_at__isnull=True).update(
        is_granted=False, answer="交办单已作废，不再审批。", decided_at=step.at, decided_by=step.actor
    )
    case.pauses.filter(resumed_at__isnull=True).update(resumed_at=step.at, to_on=step.today)
    case.tickets.filter(kind=TicketKind.INQUIRY, state=TicketState.DRAFT).update(
        state=TicketState.DROPPED, void_reason="交办单已作废，不再问效。"
    )


@handles(Action.REJECT)
def reject(step: Step) -> None:
    """退单不成立：裁定为终局，照旧办理，期限一直在走（R-25）。"""
    step.ticket = _rule(step, is_upheld=False).ticket


def _rule(step: Step, *, is_upheld: bool) -> Objection:
    objection = step.case.objections.select_related("ticket").get(ruled_at__isnull=True)
    objection.is_upheld = is_upheld
    objection.ruling, objection.ruled_at, objection.ruled_by = step.note[:1000], step.at, step.actor
    objection.save(update_fields=["is_upheld", "ruling", "ruled_at", "ruled_by"])
    step.data |= {"unit": objection.unit.name, "proper_unit": objection.proper_unit.name}
    return objection


@handles(Action.VOID_TICKET)
def void_ticket(step: Step) -> None:
    """作废一张写错的单（R-33）。作废交办单即收回，回到待交办重新发。"""
    ticket = step.detail("ticket", "要作废的单据")
    if ticket.case_id != step.case.pk:
        raise DomainError("这张单据不属于这件事。")
    if ticket.kind == TicketKind.DISPATCH and step.case.status not in TAKEN_BACK_FROM:
        raise DomainError(f"这件事现在是“{step.case.get_status_display()}”，交办单不能再收回。")
    tickets.void(ticket, at=step.at, actor=step.actor, reason=step.note[:200])
    step.ticket = ticket
    if ticket.kind == TicketKind.URGE:
        # What it listed counts as not urged; if it is still undone, the next run urges it anew.
        Deadline.objects.running().filter(urged_by=ticket).update(urged_by=None)
        step.changes["urge_count"] = max(step.case.urge_count - 1, 0)
    if ticket.kind == TicketKind.INQUIRY:
        others = step.case.tickets.issued().filter(kind=TicketKind.INQUIRY).exclude(pk=ticket.pk)
        step.changes["level"] = step.case.level if others.exists() else Level.URGED
    if ticket.kind == TicketKind.DISPATCH:
        step.target = Status.ACCEPTED
        step.starts = (Clock.DISPATCH,)
        step.changes["dispatched_at"] = None
        clocks.void_clocks(step.case, at=step.at)
        _back_to_the_office(step)


def preview_terms(plan: DispatchPlan, *, today: date, case: Case) -> list[tuple[Clock, Reckoning]]:
    """抽屉里的预览：如果今天交办，各项时限落在哪天、为什么（R-43）。"""
    rule = plan.rule_set or clocks.default_rule()
    category = plan.category
    is_legal = bool(category and (category.is_legal or (category.parent and category.parent.is_legal)))
    wanted = [clock for clock in TERMS_ON_PAPER if not (is_legal and clock == Clock.RESOLVE)]
    if plan.co_handlers:
        wanted.append(Clock.CO_REPLY)
    return [(clock, clocks.reckon(rule, clock, plan.tier, today)) for clock in wanted]
