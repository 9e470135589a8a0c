"""共性问题从哪里来（R-31）：每晚把近期相似的诉求聚成组，提给活动办确认。跑两遍、两处同时跑，提出的都一样。"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.db.models.functions import Left
from django.urls import reverse

from cadres.enums import Role, UnitKind
from cadres.models import Unit, User
from cadres.services import settings
from cadres.services.notices import notify
from cases.enums import OPEN, IssueState, Status
from cases.models import Case, CommonIssue, CommonIssueCase
from cases.rules.clusters import Cluster, Told, clusters, shared_words
from zhuqi.kernel.errors import DomainError

READ_MOST = 160  # what a problem is about stands in its first sentences
OUT = (Status.REFUSED, Status.MERGED)
OPEN_LEAST = 2  # what is closed tells how it ended; without two in hand there is nothing to handle together
FIELDS = (
    "pk", "enterprise", "title", "told", "status", "office", "category", "category__parent", "enterprise__chain",
)  # fmt: skip


@dataclass(slots=True)
class Proposed:
    """一次提出的结果：新提的、加了新诉求的。"""

    made: list[int] = field(default_factory=list)
    grown: list[int] = field(default_factory=list)


@dataclass(slots=True)
class _Known:
    """一组诉求已经在哪些共性问题里：{(共性问题, 状态): 诉求}。"""

    by_issue: Mapping[tuple[int, str], set[int]]

    def of(self, *states: str) -> list[tuple[int, set[int]]]:
        """在这几种状态里的，同一组里占得多的在前，一样多的先提出的在前。"""
        found = [(issue, cases) for (issue, state), cases in self.by_issue.items() if state in states]
        return sorted(found, key=lambda one: (-len(one[1]), one[0]))


def propose_issues(*, at: datetime) -> Proposed:
    """近 `similar_days` 天里相似的：新的提出来；已提出的加上后来的；正在批处理的列为候选；不作共性的不再提，除非明显多了。

    涉法涉诉单列，不聚。读一次全部、每组一个事务，断了下次接着来。
    """
    said = settings.values("similar_days", "issue_cases", "issue_firms", "issue_likeness")
    rows = _recent(at - timedelta(days=int(said["similar_days"])))
    least = int(said["issue_cases"])
    groups = clusters(
        map(_told, rows.values()), least=int(said["issue_likeness"]) / 100, cases=least, firms=int(said["issue_firms"])
    )
    outcome = Proposed()
    for group in groups:
        _settle(group, rows, outcome, least=least, firms=int(said["issue_firms"]), at=at)
    return outcome


def _recent(since: datetime) -> dict[int, dict[str, Any]]:
    cases = Case.objects.filter(reported_at__gte=since, is_legal=False).exclude(status__in=OUT).order_by()
    return {row["pk"]: row for row in cases.annotate(told=Left("description", READ_MOST)).values(*FIELDS)}


def _told(row: dict[str, Any]) -> Told:
    top = row["category__parent"] or row["category"]
    return Told(row["pk"], row["enterprise"], f"{row['title']} {row['told']}", top, row["enterprise__chain"])


def _settle(  # noqa: PLR0913 - the facts of one group
    group: Cluster, rows: Mapping[int, dict[str, Any]], outcome: Proposed, *, least: int, firms: int, at: datetime
) -> None:
    known = _known(group.members)
    waiting, running = known.of(IssueState.PROPOSED), known.of(IssueState.CONFIRMED)
    if waiting or running:
        issue = (waiting or running)[0][0]
        if _grow(issue, group, rows):
            outcome.grown.append(issue)
        return
    dismissed = set().union(*(cases for _, cases in known.of(IssueState.DISMISSED)))
    answered = set().union(*(cases for _, cases in known.of(IssueState.ANSWERED)))
    free = {pk: rows[pk] for pk in group.members if pk not in answered}
    if dismissed and len(free.keys() - dismissed) < least:
        return  # nothing clearly new since the office said no
    if len(free) < least or len({row["enterprise"] for row in free.values()}) < firms or _open_count(free) < OPEN_LEAST:
        return
    made = _make(group, free, at=at)
    if made is not None:
        outcome.made.append(made)


def _open_count(rows: Mapping[int, dict[str, Any]]) -> int:
    """还在办的有几件：都办完了的没有什么可以批处理。"""
    return sum(row["status"] in OPEN for row in rows.values())


def _known(cases: Iterable[int]) -> _Known:
    """移出过的也算见过；列入了正在批处理、已答复的才算占着。"""
    rows = CommonIssueCase.objects.filter(case__in=list(cases)).exclude(
        Q(issue__state__in=(IssueState.CONFIRMED, IssueState.ANSWERED)) & Q(joined_at__isnull=True)
    )
    found: dict[tuple[int, str], set[int]] = defaultdict(set)
    for issue, state, case in rows.order_by().values_list("issue", "issue__state", "case"):
        found[issue, state].add(case)
    return _Known(found)


@transaction.atomic
def _grow(issue_pk: int, group: Cluster, rows: Mapping[int, dict[str, Any]]) -> bool:
    """后来的加进去：提出的直接多几件，正在批处理的列为候选，由人定。别处占着的不动。"""
    issue = CommonIssue.objects.get(pk=issue_pk)
    have = set(issue.members.values_list("case", flat=True))
    taken = CommonIssueCase.objects.live().filter(case__in=list(group.members)).exclude(issue=issue)
    fresh = sorted(group.members.keys() - have - set(taken.values_list("case", flat=True)))
    if issue.state == IssueState.CONFIRMED:
        fresh = [pk for pk in fresh if rows[pk]["status"] in OPEN]
    if not fresh:
        return False
    _enter(issue, fresh, group)
    now = have | set(fresh)
    basis = issue.basis | _basis({pk: rows[pk] for pk in sorted(now) if pk in rows})
    office = _office([*issue.members.values_list("case__office", flat=True)])
    CommonIssue.objects.filter(pk=issue.pk, state=issue.state).update(basis=basis, office=office)
    return True


def _make(group: Cluster, free: Mapping[int, dict[str, Any]], *, at: datetime) -> int | None:
    """新提一个；另一个进程刚提过的，什么也不做：提交了的看得见，没提交的撞在同一个来由上。"""
    head = f"FIRST:{group.first.key}"
    first = free.get(group.first.key) or free[min(free)]
    try:
        with transaction.atomic():
            if _known(free).of(IssueState.PROPOSED):
                return None
            turn = CommonIssue.objects.filter(Q(key=head) | Q(key__startswith=f"{head}:")).count()
            issue = CommonIssue.objects.create(
                title=first["title"], summary=first["told"], key=f"{head}:{turn}" if turn else head,
                basis=_basis(free), category_id=_same(free, "category__parent", "category"),
                chain_id=_same(free, "enterprise__chain"), office=_office([row["office"] for row in free.values()]),
                proposed_at=at,
            )  # fmt: skip
            _enter(issue, sorted(free), group)
            _tell(issue, len(free), at=at)
    except IntegrityError:
        return None
    return issue.pk


def _enter(issue: CommonIssue, cases: Iterable[int], group: Cluster) -> None:
    CommonIssueCase.objects.bulk_create(
        [CommonIssueCase(issue=issue, case_id=pk, likeness=group.members[pk]) for pk in cases], ignore_conflicts=True
    )


def _basis(rows: Mapping[int, dict[str, Any]]) -> dict[str, Any]:
    return {"words": list(shared_words([f"{row['title']} {row['told']}" for row in rows.values()]))}


def _same(rows: Mapping[int, dict[str, Any]], *names: str) -> int | None:
    """全都一样的那个值；不一样的没有。"""
    found = {next((row[name] for name in names if row[name]), None) for row in rows.values()}
    return found.pop() if len(found) == 1 else None


def _office(offices: list[int]) -> Unit:
    """都是一个县的由县里定；跨县的由市活动办定。"""
    if len(set(offices)) == 1:
        return Unit.objects.get(pk=offices[0])
    city = Unit.objects.filter(kind=UnitKind.OFFICE, region__isnull=True, is_active=True).order_by("pk").first()
    if city is None:
        raise DomainError("还没有建立市活动办，不能提出跨县的共性问题。")
    return city


def _tell(issue: CommonIssue, count: int, *, at: datetime) -> None:
    notify(
        User.objects.filter(role=Role.OFFICE, unit=issue.office),
        f"issue:{issue.pk}:proposed",
        f"{count} 件相似的诉求，是不是共性问题：{issue.title}",
        at=at,
        body="确认以后由一个单位统一办理，答复每一家；不是的写明理由，不再提。",
        url=reverse("cases:issue", args=[issue.pk]),
    )
