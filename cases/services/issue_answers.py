"""一次办理、答复每一家（R-31）：统一办理的单位写一份，它主办的每一件各走自己的一步；断了、有不成的，接着办。"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import uuid4

from django.core.files.base import ContentFile
from django.db import transaction

from cadres.enums import Role
from cadres.models import User
from cases.enums import FINAL_OUTCOMES, Action, IssueState, Outcome, Status
from cases.models import Attachment, Case, CommonIssue, CommonIssueCase
from cases.services.bulk import Told
from cases.services.clocks import local_day
from cases.services.steps import perform, record
from zhuqi.kernel.errors import Conflict, DomainError, InvalidInput, NotPermitted
from zhuqi.kernel.uploads import Upload

ACCOUNT_MOST = 4000
IN_HAND = frozenset({Status.DISPATCHED, Status.HANDLING, Status.SHELVED})
# Answered on its own already: the common answer is added for the firm to read, nothing is submitted anew.
PAST = frozenset({Status.SUBMITTED, Status.RATING, Status.CLOSED})
NOT_NOW = {
    Status.REPORTED: "还没有受理、交办。",
    Status.ACCEPTED: "还没有交办。",
    Status.OBJECTED: "退单还没有裁定。",
    Status.PAUSED: "正在等企业补充，恢复办理后再答复。",
}


@dataclass(frozen=True, slots=True)
class Answer:
    """统一的答复：办理情况、结果、承诺日期、佐证。"""

    account: str = ""
    outcome: str = ""
    promised_on: Any = None
    files: Sequence[Upload] = ()


def demand_lead(issue: CommonIssue, actor: User) -> None:
    """只有统一办理的单位能答复（R-04）。错误：NotPermitted。"""
    if actor.role != Role.UNIT or actor.unit_id is None or actor.unit_id != issue.lead_id:
        raise NotPermitted("统一答复由负责批处理的单位写。")


def trouble(case: Case, lead_id: int | None) -> str:
    """这一件现在为什么答复不到；可以时为空串。"""
    if case.status in NOT_NOW:
        return NOT_NOW[Status(case.status)]
    if case.lead_id != lead_id:
        return f"由{case.lead or '别的单位'}主办，要先收回交办单，改交统一办理的单位。"
    return "" if case.status in IN_HAND | PAST else f"现在是“{case.get_status_display()}”，不用答复。"


def answer_issue(issue: CommonIssue, answer: Answer, *, actor: User, at: datetime) -> list[Told]:
    """写下统一答复，逐件申报（每件一个事务）；写过的接着办没答复到的，用同一份答复和佐证。

    错误：NotPermitted、InvalidInput、Conflict（别人先写了）、DomainError（一件也答复不到）。
    """
    demand_lead(issue, actor)
    issue = CommonIssue.objects.get(pk=issue.pk)
    if issue.state not in {IssueState.CONFIRMED, IssueState.ANSWERED}:
        raise Conflict(f"这个共性问题现在是“{issue.get_state_display()}”，不能答复。")
    rows = list(issue.members.waiting().select_related("case__lead").order_by("pk"))
    if not any(not trouble(row.case, issue.lead_id) for row in rows):
        _demand_some(rows, issue)
        return []
    issue, answer = _write(issue, answer, actor=actor, at=at)
    told = [_answer_one(issue, row, answer, actor=actor, at=at) for row in rows]
    _finish(issue)
    return told


def _demand_some(rows: list[CommonIssueCase], issue: CommonIssue) -> None:
    if not rows and issue.account:
        raise Conflict("每一家都已经答复过了。")
    reasons = "".join(f"{row.case.number}：{trouble(row.case, issue.lead_id)}" for row in rows)
    raise DomainError(f"现在一件也答复不到。{reasons}")


def _write(issue: CommonIssue, answer: Answer, *, actor: User, at: datetime) -> tuple[CommonIssue, Answer]:
    """第一次写下；写过的取写过的。比较并交换，两个人同时写只有一份。"""
    if issue.account:
        if answer.account.strip() not in {"", issue.account}:
            raise Conflict("统一答复已经写过，各家看到的是同一份；没答复到的请点“接着办”。")
        return issue, Answer(issue.account, issue.outcome, issue.promised_on, tuple(answer.files) or _evidence(issue))
    _check(answer, today=local_day(at))
    promised_on = answer.promised_on if answer.outcome not in FINAL_OUTCOMES else None
    changes = {
        "account": answer.account.strip(), "outcome": answer.outcome, "promised_on": promised_on, "answered_at": at,
        "answered_by": actor,
    }  # fmt: skip
    if not CommonIssue.objects.filter(pk=issue.pk, state=IssueState.CONFIRMED, account="").update(**changes):
        raise Conflict("统一答复刚刚有人写过，请看过再办。")
    issue.refresh_from_db()
    return issue, Answer(issue.account, issue.outcome, promised_on, tuple(answer.files))


def _check(answer: Answer, *, today: date) -> None:
    errors = {}
    if not answer.account.strip() or len(answer.account.strip()) > ACCOUNT_MOST:
        errors["account"] = [f"请写明怎么统一办理的，最多 {ACCOUNT_MOST} 字。"]
    if answer.outcome not in Outcome.values:
        errors["outcome"] = ["请选择办理结果。"]
    elif answer.outcome not in FINAL_OUTCOMES and (answer.promised_on is None or answer.promised_on <= today):
        errors["promised_on"] = ["正在解决或列入计划的，请写今天以后哪天办成。"]
    if not answer.files:
        errors["files"] = ["请至少附一件佐证（照片、文件或截图）。"]
    if errors:
        raise InvalidInput("统一答复还缺：" + "".join(words for told in errors.values() for words in told), errors)


def _answer_one(issue: CommonIssue, row: CommonIssueCase, answer: Answer, *, actor: User, at: datetime) -> Told:
    """一件一个事务：先占住这一格，再走它自己的一步；不成的整件退回，下次再来。"""
    case = row.case
    try:
        with transaction.atomic():
            _take(row, at=at)
            case = Case.objects.select_related("lead").get(pk=case.pk)
            _demand_ready(case, issue)
            return Told(_step(issue, case, answer, actor=actor, at=at))
    except DomainError as refusal:
        return Told(case, refusal.message, isinstance(refusal, Conflict))


def _take(row: CommonIssueCase, *, at: datetime) -> None:
    if not CommonIssueCase.objects.live().filter(pk=row.pk, answered_at__isnull=True).update(answered_at=at):
        raise Conflict("刚刚已经答复过，或已移出。")


def _demand_ready(case: Case, issue: CommonIssue) -> None:
    problem = trouble(case, issue.lead_id)
    if problem:
        raise DomainError(problem)


def _step(issue: CommonIssue, case: Case, answer: Answer, *, actor: User, at: datetime) -> Case:
    if case.status in PAST:
        record(case, "note", actor=actor, at=at, note=answer.account, data={"issue": issue.pk})
        return case
    if case.status == Status.DISPATCHED:
        case = perform(case, Action.SIGN, actor=actor, at=at)
    return perform(
        case, Action.SUBMIT, actor=actor, at=at, note=answer.account, outcome=answer.outcome,
        promised_on=answer.promised_on, files=[_copy(one) for one in answer.files], issue=issue.pk,
    )  # fmt: skip


def _finish(issue: CommonIssue) -> None:
    """每一家都答复到了，才是“已统一答复”。"""
    if not issue.members.waiting().exists():
        CommonIssue.objects.filter(pk=issue.pk, state=IssueState.CONFIRMED).update(state=IssueState.ANSWERED)


def _copy(paper: Upload) -> Upload:
    """每件各存一份：一件的附件不牵着另一件。"""
    paper.content.seek(0)
    suffix = (paper.content.name or "").rpartition(".")[2]
    content = ContentFile(paper.content.read(), name=f"{uuid4().hex}.{suffix}")
    return Upload(content, paper.original_name, paper.content_type, paper.size, paper.sha256)


def _evidence(issue: CommonIssue) -> tuple[Upload, ...]:
    """接着办的用第一次附的佐证。"""
    done = issue.members.live().filter(answered_at__isnull=False).order_by("pk")
    for case in done.values_list("case", flat=True):
        papers = Attachment.objects.filter(case=case, event__kind=Action.SUBMIT, event__data__issue=issue.pk)
        if papers.exists():
            return tuple(map(_reread, papers.order_by("pk")))
    return ()


def _reread(paper: Attachment) -> Upload:
    with paper.file.open("rb") as stored:
        content = ContentFile(stored.read(), name=paper.file.name)
    return Upload(content, paper.original_name, paper.content_type, paper.size, paper.sha256)


def report_issue(issue: CommonIssue, note: str, *, actor: User, at: datetime) -> list[Told]:
    """还没有办结的时候，一句进展报到每一件（各是一步，企业都看得到）。"""
    demand_lead(issue, actor)
    note = note.strip()
    if not note or len(note) > ACCOUNT_MOST:
        message = f"请写明进展，最多 {ACCOUNT_MOST} 字。"
        raise InvalidInput(message, {"note": [message]})
    rows = issue.members.waiting().filter(case__lead=issue.lead_id).select_related("case").order_by("pk")
    told = [_report_one(row.case, note, actor=actor, at=at) for row in rows if row.case.status in IN_HAND]
    if not told:
        raise DomainError("没有由贵单位主办、正在办理的诉求，报不出进展。")
    return told


def _report_one(case: Case, note: str, *, actor: User, at: datetime) -> Told:
    try:
        with transaction.atomic():
            if case.status == Status.DISPATCHED:
                case = perform(case, Action.SIGN, actor=actor, at=at)
            return Told(perform(case, Action.REPORT, actor=actor, at=at, note=note))
    except DomainError as refusal:
        return Told(case, refusal.message, isinstance(refusal, Conflict))
