"""共性问题与政策（R-51 的一项）：一个月里这一项对每个组织说了什么。读法见 docs/adr/0031-common-issues-in-the-score.md。"""

from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Any, Protocol

from django.db.models import Min, Q

from cases.models import CommonIssue, CommonIssueCase
from zhuqi.datewords import day_of


class Span(Protocol):
    """一个月的两头。"""

    @property
    def first(self) -> date:
        """首日。"""

    @property
    def last(self) -> date:
        """末日。"""

    @property
    def since(self) -> datetime:
        """从这一刻起。"""

    @property
    def until(self) -> datetime:
        """到这一刻为止（不含）。"""


Line = Callable[[int, int | None, Any], dict[str, Any]]


def common_facts(line: Line, span: Span, *, due: Iterable[int]) -> None:
    """填 `common_done`：统一答复按件记给统一办理的单位，政策建议记给落实的单位；同一件上两样都问到的，都成才算成。

    `line(案件, 单位, 是否涉法)` 给出那一行；`due` 是本月有办结类期限到期的案件。
    """
    for case, unit, answered_at, legal in _answers(span, set(due)):
        _mark(line(case, unit, legal), is_kept=answered_at is not None and answered_at < span.until)
    for case, unit, due_on, done_at, legal in _proposals(span):
        is_done = done_at is not None and done_at < span.until and day_of(done_at) <= due_on
        _mark(line(case, unit, legal), is_kept=is_done)


def _mark(row: dict[str, Any], *, is_kept: bool) -> None:
    row["common_done"] = row.get("common_done", True) and is_kept


def _answers(span: Span, due: set[int]) -> Iterable[tuple[int, int | None, datetime | None, bool]]:
    """本月答复到的，和本月到期、月末还没有答复到的；月末不在里面的不问。"""
    rows = CommonIssueCase.objects.filter(joined_at__lt=span.until).filter(
        Q(left_at__isnull=True) | Q(left_at__gte=span.until)
    )
    waiting = Q(answered_at__isnull=True) | Q(answered_at__gte=span.since)
    for case, unit, answered_at, legal in (
        rows.filter(waiting).order_by("pk").values_list("case", "issue__lead", "answered_at", "case__is_legal")
    ):
        if case in due or (answered_at is not None and answered_at < span.until):
            yield case, unit, answered_at, legal


def _proposals(span: Span) -> Iterable[tuple[int, int | None, date, datetime | None, bool]]:
    """本月到期的政策建议，落在这个共性问题最早的一件上。"""
    rows = CommonIssue.objects.filter(proposal_due_on__range=(span.first, span.last)).order_by("pk")
    firsts = rows.annotate(first=Min("members__case", filter=Q(members__joined_at__lt=span.until)))
    for case, unit, due_on, done_at in firsts.values_list(
        "first", "proposal_unit", "proposal_due_on", "proposal_done_at"
    ):
        if case is not None and due_on is not None:
            yield case, unit, due_on, done_at, False
