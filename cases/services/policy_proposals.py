"""共性问题变成政策建议（R-31）：建议什么、由谁、哪天前落实；落实了写结果，过期的说出来。"""

from datetime import date, datetime
from typing import Any

from django.urls import reverse

from cadres.enums import Role
from cadres.models import Unit, User
from cadres.services.notices import notify
from cases.enums import IssueState
from cases.models import CommonIssue
from cases.services.clocks import local_day
from cases.services.issues import NO_LEAD, demand_decider, is_decider
from zhuqi.kernel.errors import Conflict, DomainError, InvalidInput, NotPermitted

PROPOSAL_MOST, RESULT_MOST = 2000, 500
SETTLED = (IssueState.CONFIRMED, IssueState.ANSWERED)


def write_proposal(  # noqa: PLR0913 - what a proposal is made of
    issue: CommonIssue, text: str, *, unit: Unit | None, due_on: date | None, actor: User, at: datetime
) -> None:
    """写下或改写政策建议；落实了的不再改。错误：NotPermitted、InvalidInput、DomainError、Conflict。"""
    demand_decider(issue, actor)
    text = text.strip()
    errors = {}
    if not text or len(text) > PROPOSAL_MOST:
        errors["proposal"] = [f"请写明建议什么，最多 {PROPOSAL_MOST} 字。"]
    if unit is None or not unit.is_active or unit.kind in NO_LEAD:
        errors["unit"] = ["请选择由哪个单位落实。"]
    if due_on is None or due_on <= local_day(at):
        errors["due_on"] = ["请写今天以后的落实期限。"]
    if CommonIssue.objects.owed(local_day(at)).filter(pk=issue.pk).exists():
        errors["due_on"] = ["原来的期限已经过去，不能再改；落实以后写结果。"]
    if errors:
        raise InvalidInput("政策建议还要改：" + "".join(words for told in errors.values() for words in told), errors)
    owner: Any = unit
    changed = CommonIssue.objects.filter(pk=issue.pk, state__in=SETTLED, proposal_done_at__isnull=True).update(
        proposal=text, proposal_unit=unit, proposal_due_on=due_on
    )
    if not changed:
        raise Conflict("这个共性问题还没有确认，或者建议已经落实，不能再改。")
    _tell(
        issue, f"政策建议请贵单位 {due_on:%m-%d} 前落实：{issue.title}", f"proposal:{due_on}:{owner.pk}", owner, at=at
    )


def finish_proposal(issue: CommonIssue, result: str, *, actor: User, at: datetime) -> None:
    """落实了：由落实单位或活动办写结果，一次为限。"""
    issue = CommonIssue.objects.get(pk=issue.pk)
    is_owner = actor.role in {Role.UNIT, Role.OFFICE} and actor.unit_id == issue.proposal_unit_id is not None
    if not (is_owner or is_decider(issue, actor)):
        raise NotPermitted("政策建议由落实的单位或活动办写结果。")
    result = result.strip()
    if not result or len(result) > RESULT_MOST:
        message = f"请写明怎么落实的（文号、做法），最多 {RESULT_MOST} 字。"
        raise InvalidInput(message, {"result": [message]})
    if not issue.proposal:
        raise DomainError("还没有写政策建议。")
    done = CommonIssue.objects.filter(pk=issue.pk, proposal_done_at__isnull=True)
    if not done.update(proposal_done_at=at, proposal_result=result):
        raise Conflict("这条建议已经写过结果。")
    _tell(issue, f"政策建议已落实：{issue.title}", "proposal-done", issue.office, at=at)


def remind_proposals(*, at: datetime) -> int:
    """过期没落实的，告诉落实单位和活动办，每个期限一次；返回发了几条。"""
    told = 0
    for issue in CommonIssue.objects.owed(local_day(at)).select_related("proposal_unit", "office").order_by("pk"):
        due_on, unit = issue.proposal_due_on, issue.proposal_unit
        for each in (unit, issue.office):
            if each is not None and due_on is not None:
                title = f"政策建议 {due_on:%m-%d} 已到期，还没有落实：{issue.title}"
                told += _tell(issue, title, f"proposal-late:{due_on}", each, at=at, tone="late")
    return told


def _tell(issue: CommonIssue, title: str, key: str, unit: Unit, *, at: datetime, **more: str) -> int:
    people = User.objects.filter(role__in=[Role.UNIT, Role.OFFICE], unit=unit)
    url = reverse("cases:issue", args=[issue.pk])
    return notify(people, f"issue:{issue.pk}:{key}", title, at=at, url=url, **more)
