"""办结申报、审核四勾、挂账、重新打开（R-27、R-29）。"""

from dataclasses import asdict, dataclass

from cases.enums import FINAL_OUTCOMES, Action, Clock, Level, Outcome, PolicyGap
from cases.models import Case, Review, Submission
from cases.services import clocks, guards
from cases.services.rating import invite
from cases.services.steps import Step, chosen, handles
from zhuqi.kernel.errors import DomainError, InvalidInput


@dataclass(frozen=True, slots=True)
class Ticks:
    """审核四勾（R-27）：解决了？答复了？单位联系企业了？企业同意？"""

    is_solved: bool = False
    is_answered: bool = False
    has_contacted: bool = False
    firm_agrees: bool = False


@handles(Action.SUBMIT)
def submit(step: Step) -> None:
    """办结申报：结果代码、办理情况、至少一件佐证；B、C 要写承诺日期（R-27）。"""
    outcome = chosen(Outcome, step.detail("outcome", "办理结果"), "办理结果")
    promised_on = step.details.get("promised_on") if outcome not in FINAL_OUTCOMES else None
    errors = {}
    if not step.files:
        errors["files"] = ["请至少附一件佐证（照片、文件或截图）。"]
    if outcome not in FINAL_OUTCOMES and promised_on is None:
        errors["promised_on"] = ["正在解决或列入计划的，请写承诺哪天办成。"]
    if promised_on and promised_on <= step.today:
        errors["promised_on"] = ["承诺日期要在今天以后。"]
    if errors:
        raise InvalidInput("办结申报还缺：" + "".join(words for said in errors.values() for words in said), errors)
    Submission.objects.create(
        case=step.case, outcome=outcome, account=step.note, promised_on=promised_on,
        submitted_at=step.at, submitted_by=step.actor,
    )  # fmt: skip
    # An open 延期申请 has nothing left to extend; the office is no longer asked (its clock is met with it).
    step.case.extensions.filter(decided_at__isnull=True).update(
        is_granted=False, answer="已办结申报，不再审批。", decided_at=step.at, decided_by=step.actor
    )
    clocks.meet(step.case, (Clock.EXTENSION,), at=step.at)
    # Done is the best answer to a 催办单.
    clocks.meet(step.case, (Clock.URGE_REPLY,), at=step.at, holder=step.case.lead)
    gap = step.details.get("policy_gap") or ""
    if gap:
        step.changes["policy_gap"] = chosen(PolicyGap, gap, "卡在政策上吗")
        step.data["gap"] = PolicyGap(gap).label  # for those who propose policies
    step.changes |= {"outcome": outcome, "submitted_at": step.at, "promised_on": promised_on}
    if step.details.get("issue"):
        step.data["issue"] = step.details["issue"]  # answered together with others
    step.data |= {"outcome": outcome.label, "promised_on": promised_on.isoformat() if promised_on else ""}


def _review(step: Step, *, has_passed: bool) -> Submission:
    ticks = step.details.get("ticks") or Ticks()
    submission = guards.still_there(step.case.submissions.order_by("pk").last())
    if has_passed:
        _check_ticks(step.case, ticks)
    Review.objects.create(
        case=step.case, submission=submission, has_passed=has_passed, note=step.note[:500],
        reviewed_at=step.at, reviewed_by=step.actor, **asdict(ticks),
    )  # fmt: skip
    step.data |= asdict(ticks)
    return submission


def _check_ticks(case: Case, ticks: Ticks) -> None:
    missing = []
    if case.outcome == Outcome.SOLVED and not ticks.is_solved:
        missing.append("问题已解决")
    if not ticks.is_answered:
        missing.append("已答复企业")
    if not ticks.has_contacted:
        missing.append("单位联系过企业")
    if case.outcome == Outcome.SOLVED and not ticks.firm_agrees:
        missing.append("企业同意")
    if missing:
        raise InvalidInput(
            f"还有没核实的：{'、'.join(missing)}。核实不了请退回重办。", {"ticks": [f"请核实：{'、'.join(missing)}。"]}
        )


@handles(Action.PASS_REVIEW)
def pass_review(step: Step) -> None:
    """A、D 审核通过，转企业评价（R-27、R-28）。"""
    submission = _review(step, has_passed=True)
    step.changes["level"] = Level.NONE
    invite(step.case, submission, at=step.at)


@handles(Action.SHELVE)
def shelve(step: Step) -> None:
    """B、C 挂账：承诺日期是一个期限，到期没再申报就催办（R-27）。"""
    submission = _review(step, has_passed=True)
    if submission.promised_on and submission.promised_on < step.today:
        raise DomainError(f"单位承诺的 {submission.promised_on:%m-%d} 已经过去，请退回，由单位另报承诺日期。")
    step.promised_on = submission.promised_on
    step.changes |= {"was_shelved": True, "level": Level.NONE, "promised_on": submission.promised_on}


@handles(Action.RETURN_REVIEW)
def return_review(step: Step) -> None:
    """审核退回：没有办结，原来的办结期限接着算，写下缺什么。"""
    _review(step, has_passed=False)
    for clock in (Clock.RESOLVE, Clock.REDO, Clock.SHELVED, Clock.PROMISE):
        clocks.unmeet(step.case, clock, at=guards.still_there(step.case.submitted_at))
    step.changes |= {"outcome": "", "submitted_at": None}


@handles(Action.REOPEN, Action.REVOKE)
def reopen(step: Step) -> None:
    """企业 90 天内可以重新打开，回头看、暗访查明的撤销销号；仍由原单位办（R-29、R-30）。"""
    step.changes |= {
        "reopened_count": step.case.reopened_count + 1, "closed_at": None, "outcome": "", "submitted_at": None,
    }  # fmt: skip
