"""共性问题由人定（R-31）：确认（谁留下、叫什么、谁统一办）、不作共性、增减诉求。每件进出各是一步，在各自的账本上。"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.urls import reverse

from cadres.enums import Role, UnitKind
from cadres.models import User
from cadres.services.notices import notify
from cases.enums import ENDED, Action, IssueState, Nature
from cases.models import Case, CommonIssue, CommonIssueCase
from cases.services.bulk import Told
from cases.services.steps import Step, handles, perform
from zhuqi.kernel.errors import Conflict, DomainError, InvalidInput, NotPermitted

LEAST = 2  # one case is not common to anybody
TITLE_MOST, SUMMARY_MOST, DECISION_MOST = 80, 2000, 500
NO_LEAD = frozenset({UnitKind.LEADING_GROUP, UnitKind.SUPERVISION})


@dataclass(frozen=True, slots=True)
class Confirmation:
    """确认成什么样：题目、共同的情况、统一由谁办、留下哪几件；`seen` 是页面上列的全部，多了少了都要再看。"""

    title: str
    summary: str
    lead: Any
    cases: Collection[int]
    seen: Collection[int] | None = None
    decision: str = ""


def demand_decider(issue: CommonIssue, actor: User) -> None:
    """共性问题由提给的那个活动办定，市活动办都可以定。错误：NotPermitted。"""
    if not is_decider(issue, actor):
        raise NotPermitted("共性问题由活动办确认；跨县（市、区）的由市活动办确认。")


def is_decider(issue: CommonIssue, actor: User) -> bool:
    """这个人能不能定。"""
    return actor.role == Role.OFFICE and (actor.sees_everything or actor.unit_id == issue.office_id)


@transaction.atomic
def confirm_issue(issue: CommonIssue, said: Confirmation, *, actor: User, at: datetime) -> list[Told]:
    """确认：留下的逐件列入，性质改为共性；没留下的移出。列不进的（已销号、已在别的共性问题里）逐件说明，其余照办。

    错误：NotPermitted、InvalidInput、Conflict（别人先定了、又有新的列入）、DomainError（列得进的不足两件）。
    """
    demand_decider(issue, actor)
    _check(said)
    rows = {row.case_id: row for row in issue.members.candidates().select_related("case")}
    if said.seen is not None and set(said.seen) != rows.keys():
        raise Conflict("列出的诉求刚刚有增减，请看过最新的再确认。")
    changes = {
        "state": IssueState.CONFIRMED, "title": said.title.strip(), "summary": said.summary.strip(), "lead": said.lead,
        "decision": said.decision.strip(), "decided_at": at, "decided_by": actor,
    }  # fmt: skip
    _decide(issue, IssueState.PROPOSED, changes)
    chosen = [row for pk, row in sorted(rows.items()) if pk in set(said.cases)]
    told = [_join(issue, row.case, actor=actor, at=at) for row in chosen]
    if sum(one.is_done for one in told) < LEAST:
        reasons = "".join(f"{one.case.number}：{one.problem}" for one in told if one.problem)
        raise DomainError(f"至少要有两件才是共性问题。{reasons}")
    left_out = [row.pk for pk, row in rows.items() if pk not in set(said.cases) and row.case.is_open]
    CommonIssueCase.objects.filter(pk__in=left_out, joined_at__isnull=True).update(left_at=at)
    _tell_lead(issue, said, at=at)
    return told


def _check(said: Confirmation) -> None:
    errors = {}
    if not said.title.strip() or len(said.title.strip()) > TITLE_MOST:
        errors["title"] = [f"请写题目，最多 {TITLE_MOST} 字。"]
    if len(said.summary.strip()) > SUMMARY_MOST:
        errors["summary"] = [f"共同的情况最多 {SUMMARY_MOST} 字。"]
    if len(said.decision.strip()) > DECISION_MOST:
        errors["decision"] = [f"确认意见最多 {DECISION_MOST} 字。"]
    if said.lead is None or not said.lead.is_active or said.lead.kind in NO_LEAD:
        errors["lead"] = ["请选择能承办的单位统一办理。"]
    if len(set(said.cases)) < LEAST:
        errors["cases"] = ["至少留下两件；只有一件的不是共性问题。"]
    if errors:
        raise InvalidInput("确认以前还要改：" + "".join(words for told in errors.values() for words in told), errors)


def _decide(issue: CommonIssue, state: str, changes: dict[str, Any]) -> None:
    """比较并交换：谁先定谁算。"""
    if not CommonIssue.objects.filter(pk=issue.pk, state=state).update(**changes):
        now = CommonIssue.objects.select_related("decided_by").get(pk=issue.pk)
        raise Conflict(f"{now.decided_by or '别人'}已经定为“{now.get_state_display()}”，请看过最新情况再办。")


def _join(issue: CommonIssue, case: Case, *, actor: User, at: datetime) -> Told:
    try:
        return Told(perform(case, Action.JOIN_COMMON, actor=actor, at=at, issue=issue))
    except DomainError as refusal:
        return Told(case, refusal.message, isinstance(refusal, Conflict))


@handles(Action.JOIN_COMMON)
def join(step: Step) -> None:
    """列入：一件同时只在一个共性问题里；涉法涉诉单列，不列入。"""
    asked = step.detail("issue", "列入哪个共性问题")
    issue = CommonIssue.objects.get(pk=asked.pk)
    demand_decider(issue, step.actor)
    if issue.state != IssueState.CONFIRMED:
        raise Conflict(f"这个共性问题现在是“{issue.get_state_display()}”，不能再列入。")
    if step.case.is_legal:
        raise DomainError("涉法涉诉单列办理，不列入共性问题。")
    live = step.case.issue_memberships.live().select_related("issue").first()
    if live is not None:
        where = "这个共性问题" if live.issue_id == issue.pk else f"共性问题“{live.issue.title}”"
        raise DomainError(f"这件已经在{where}里。")
    try:
        with transaction.atomic():
            CommonIssueCase.objects.update_or_create(
                issue=issue, case=step.case, defaults={"joined_at": step.at, "left_at": None, "answered_at": None}
            )
    except IntegrityError:
        raise Conflict("这件刚刚列入了别的共性问题，请刷新后再看。") from None
    step.changes["nature"] = Nature.COMMON
    step.data |= {"issue": issue.pk, "title": issue.title}


@handles(Action.LEAVE_COMMON)
def leave(step: Step) -> None:
    """移出：性质回到个性；已经统一答复过的照旧走它的审核、评价。"""
    row = step.case.issue_memberships.live().select_related("issue").first()
    if row is None:
        raise Conflict("这件不在任何共性问题里。")
    demand_decider(row.issue, step.actor)
    row.left_at = step.at
    row.save(update_fields=["left_at"])
    step.changes["nature"] = Nature.SINGLE
    step.data |= {"issue": row.issue_id, "title": row.issue.title}


@transaction.atomic
def dismiss_issue(issue: CommonIssue, reason: str, *, actor: User, at: datetime) -> None:
    """不作共性：写明理由，同样的几件不再提。已确认、还没有统一答复的也可以撤，各件移出。

    错误：NotPermitted、InvalidInput、Conflict。
    """
    demand_decider(issue, actor)
    reason = reason.strip()
    if not reason or len(reason) > DECISION_MOST:
        message = f"请写明为什么不作共性，最多 {DECISION_MOST} 字。"
        raise InvalidInput(message, {"decision": [message]})
    state = CommonIssue.objects.values_list("state", flat=True).get(pk=issue.pk)
    if state == IssueState.CONFIRMED and issue.account:
        raise DomainError("已经统一答复过，不能再撤；不合适的可以逐件移出。")
    changes = {"state": IssueState.DISMISSED, "decision": reason, "decided_at": at, "decided_by": actor}
    _decide(issue, state if state == IssueState.CONFIRMED else IssueState.PROPOSED, changes)
    for row in issue.members.live().select_related("case").order_by("pk"):
        if row.case.status in ENDED and row.case.closed_at is None:  # refused or merged since: nothing of it to move
            CommonIssueCase.objects.filter(pk=row.pk).update(left_at=at)
        else:
            perform(row.case, Action.LEAVE_COMMON, actor=actor, at=at, note=reason)


def add_case(issue: CommonIssue, case: Case, *, actor: User, at: datetime) -> Case:
    """手工添一件：没确认的先列为提出的，确认了的直接列入。"""
    demand_decider(issue, actor)
    state = CommonIssue.objects.values_list("state", flat=True).get(pk=issue.pk)
    if state == IssueState.CONFIRMED:
        return perform(case, Action.JOIN_COMMON, actor=actor, at=at, issue=issue)
    if state != IssueState.PROPOSED:
        raise Conflict("这个共性问题已经定了，不能再添。")
    if not case.is_open or case.is_legal:
        raise DomainError("只能添在办的、不是涉法涉诉的诉求。")
    row, is_new = CommonIssueCase.objects.get_or_create(issue=issue, case=case)
    if not is_new and not CommonIssueCase.objects.filter(pk=row.pk, left_at__isnull=False).update(left_at=None):
        raise DomainError("这件已经在里面了。")
    return case


@transaction.atomic
def remove_case(issue: CommonIssue, case: Case, note: str, *, actor: User, at: datetime) -> None:
    """移出一件；确认了的要写理由，剩下的不足两件就该不作共性。"""
    demand_decider(issue, actor)
    row = issue.members.filter(case=case, left_at__isnull=True).first()
    if row is None:
        raise Conflict("这件已经不在里面了。")
    others = issue.members.filter(left_at__isnull=True).exclude(pk=row.pk)
    if row.joined_at is None:
        CommonIssueCase.objects.filter(pk=row.pk, joined_at__isnull=True).update(left_at=at)
        return
    if others.live().count() < LEAST:
        raise DomainError("移出后不足两件，不成共性；都不是的请点“不作共性”。")
    perform(case, Action.LEAVE_COMMON, actor=actor, at=at, note=note)


def _tell_lead(issue: CommonIssue, said: Confirmation, *, at: datetime) -> None:
    notify(
        User.objects.filter(role=Role.UNIT, unit=said.lead),
        f"issue:{issue.pk}:confirmed",
        f"共性问题由贵单位统一办理：{said.title.strip()}",
        at=at,
        body="一次办理、一份答复，答复到每一家；各家各评各的。",
        url=reverse("cases:issue", args=[issue.pk]),
    )
