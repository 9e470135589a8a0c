"""共性问题的建议变成政策草稿（R-31 → R-60）：一个建议起草一份，写好来由，草稿归落实单位改。"""

from datetime import datetime

from django.db import transaction

from cadres.enums import Role
from cadres.models import User
from cases.models import CommonIssue
from policies.enums import PolicyLevel
from policies.models import Policy
from policies.services import Draft, draft_policy
from zhuqi.kernel.errors import Conflict, DomainError, NotPermitted

TAKEN = "这条建议已经起草过政策了，请打开那一份接着改。"


def may_draft(issue: CommonIssue, user: User) -> bool:
    """落实单位，或者市活动办。"""
    if user.role not in {Role.UNIT, Role.OFFICE} or user.unit_id is None:
        return False
    return user.unit_id == issue.proposal_unit_id or (user.role == Role.OFFICE and user.sees_everything)


@transaction.atomic
def draft_from(issue: CommonIssue, *, actor: User, at: datetime) -> Policy:
    """起草一份，从此互相看得到；一个建议一份。错误：NotPermitted、DomainError（还没有建议）、Conflict（起草过）。"""
    issue = CommonIssue.objects.select_related("proposal_unit__region").get(pk=issue.pk)
    if not may_draft(issue, actor):
        raise NotPermitted("政策由落实建议的单位或市活动办起草。")
    if not issue.proposal or issue.proposal_unit is None:
        raise DomainError("还没有写政策建议，没有可以起草的。")
    if issue.policy_id is not None:
        raise Conflict(TAKEN)
    policy = draft_policy(_draft(issue), actor=actor, at=at)
    if not CommonIssue.objects.filter(pk=issue.pk, policy__isnull=True).update(policy=policy):
        raise Conflict(TAKEN)
    return policy


def _draft(issue: CommonIssue) -> Draft:
    unit = issue.proposal_unit
    region = unit.region if unit is not None else None
    return Draft(
        title=f"关于解决“{issue.title}”的若干措施（起草稿）",
        issuer=unit.name if unit is not None else "",
        level=PolicyLevel.COUNTY if region is not None else PolicyLevel.CITY,
        region=region,
        unit=unit,
        body=_body(issue),
        source=f"共性问题“{issue.title}”",
    )


def _body(issue: CommonIssue) -> str:
    live = issue.members.live()
    firms = live.values("case__enterprise").distinct().count()
    parts = [
        "一、为什么要出",
        issue.summary or issue.title,
        f"{firms} 家企业提出了 {live.count()} 件相同的诉求。",
        *(["二、已经怎么办的", issue.account] if issue.account else []),
        f"{'三' if issue.account else '二'}、建议怎么办",
        issue.proposal,
        f"{'四' if issue.account else '三'}、适用范围、标准和申报办法",
        "（请起草单位补充：谁能享受、得多少、交什么、到哪里办、到什么时候。）",
    ]
    return "\n".join(parts)
