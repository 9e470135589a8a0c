"""一个共性问题的页面：为什么像、里面有哪几件、这个人能办什么。"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from cadres.enums import Role
from cases.enums import IssueState, Status
from cases.forms import issues as forms
from cases.models import CommonIssueCase
from cases.rules.clusters import marked
from cases.services import issue_answers as answers
from cases.services import issues as services
from cases.services import policy_drafts
from cases.services import policy_proposals as proposals
from cases.services.reckoning import calendar_now
from cases.views.alike import ending
from policies.models import Policy
from zhuqi.kernel.errors import NotPermitted

TOLD_MOST = 90  # characters of a case's own words


@dataclass(frozen=True, slots=True)
class Step:
    """一步：谁能办、哪张表、怎么办、办成了说什么。`act` 返回逐件的结果，不逐件的给空表。"""

    demand: Callable[..., None]
    form: Any
    act: Callable[..., Any]
    done: str


def _demand_owner(issue, actor):
    is_owner = actor.role in {Role.UNIT, Role.OFFICE} and actor.unit_id == issue.proposal_unit_id is not None
    if not (is_owner or services.is_decider(issue, actor)):
        raise NotPermitted("政策建议由落实的单位或活动办写结果。")


def _confirm(issue, form, **who):
    return services.confirm_issue(issue, form.confirmation(), **who)


def _dismiss(issue, form, **who):
    services.dismiss_issue(issue, form.cleaned_data["decision"], **who)
    return []


def _add(issue, form, **who):
    services.add_case(issue, form.cleaned_data["number"], **who)
    return []


def _remove(issue, form, **who):
    services.remove_case(issue, form.cleaned_data["case"], form.cleaned_data["note"], **who)
    return []


def _answer(issue, form, **who):
    return answers.answer_issue(issue, form.answer(), **who)


def _resume(issue, form, **who):
    return answers.answer_issue(issue, answers.Answer(), **who)


def _report(issue, form, **who):
    return answers.report_issue(issue, form.cleaned_data["note"], **who)


def _propose(issue, form, **who):
    said = form.cleaned_data
    proposals.write_proposal(issue, said["proposal"], unit=said["unit"], due_on=said["due_on"], **who)
    return []


def _draft(issue, form, **who):
    policy_drafts.draft_from(issue, **who)
    return []


def _demand_drafter(issue, actor):
    if not policy_drafts.may_draft(issue, actor):
        raise NotPermitted("政策由落实建议的单位或市活动办起草。")


def _finish(issue, form, **who):
    proposals.finish_proposal(issue, form.cleaned_data["result"], **who)
    return []


STEPS = {
    "confirm": Step(services.demand_decider, forms.ConfirmForm, _confirm, "已确认，列入"),
    "dismiss": Step(services.demand_decider, forms.DismissForm, _dismiss, "已定为不作共性"),
    "add": Step(services.demand_decider, forms.AddForm, _add, "已添上"),
    "remove": Step(services.demand_decider, forms.RemoveForm, _remove, "已移出"),
    "answer": Step(answers.demand_lead, forms.AnswerForm, _answer, "统一答复已写下，申报"),
    "resume": Step(answers.demand_lead, forms.IssueForm, _resume, "接着答复了"),
    "report": Step(answers.demand_lead, forms.ProgressForm, _report, "进展报到"),
    "propose": Step(services.demand_decider, forms.ProposalForm, _propose, "政策建议已写下"),
    "draft": Step(_demand_drafter, forms.IssueForm, _draft, "政策草稿已起草，改好后发布"),
    "finish": Step(_demand_owner, forms.ResultForm, _finish, "结果已记下"),
}


@dataclass(frozen=True, slots=True)
class Member:
    """表里的一行：诉求、像几成、原话（像的词标出来）、怎么收的场、现在为什么答复不到。"""

    row: Any
    case: Any
    title: list[tuple[str, bool]]
    told: list[tuple[str, bool]]
    ending: str
    trouble: str = ""


def members_of(issue, user):
    """看得到的那几件；另有几件看不到只给数（R-03）。"""
    rows = CommonIssueCase.objects.visible_to(user).filter(issue=issue, left_at__isnull=True)
    rows = rows.select_related("case__enterprise", "case__region", "case__lead").order_by("case")
    words, calendar = issue.basis.get("words", ()), calendar_now()
    found = [_member(row, issue, words, calendar) for row in rows]
    total = issue.members.filter(left_at__isnull=True).count()
    return found, total - len(found)


def _member(row, issue, words, calendar):
    case = row.case
    told = case.description if len(case.description) <= TOLD_MOST else f"{case.description[:TOLD_MOST]}…"
    waits = row.joined_at and not row.answered_at and issue.state == IssueState.CONFIRMED
    return Member(
        row, case, marked(case.title, words), marked(told, words), ending(case, calendar),
        answers.trouble(case, issue.lead_id) if waits else "",
    )  # fmt: skip


def context(issue, user, *, today, form=None, do=""):
    """一页要的全部。"""
    members, hidden_count = members_of(issue, user)
    joined = [one for one in members if one.row.joined_at]
    candidates = [one for one in members if not one.row.joined_at]
    may = _may(issue, user)
    made = {name: step.form(issue=issue, user=user) for name, step in STEPS.items() if name in may and name != do}
    if form is not None:
        made[do] = form
    return {
        "issue": issue, "members": members if issue.state == IssueState.PROPOSED else joined, "forms": made,
        "candidates": [] if issue.state == IssueState.PROPOSED else candidates, "hidden_count": hidden_count,
        "words": issue.basis.get("words", ()), "ticked": _ticked(form, do, members),
        "firm_count": len({one.case.enterprise_id for one in members}),
        "waiting_count": issue.members.waiting().count(), "answered_count": sum(bool(one.row.answered_at) for one in joined),
        "dispatch_url": _dispatch_url(joined) if "confirm" in may or "add" in may else "",
        "is_late": bool(issue.proposal_due_on and not issue.proposal_done_at and issue.proposal_due_on < today),
        "do": do,
        "policy": Policy.objects.visible_to(user).filter(pk=issue.policy_id).first() if issue.policy_id else None,
    }  # fmt: skip


def _ticked(form, do, members):
    """没交之前都勾着；交错了回来，原来勾哪几件还是哪几件。"""
    if do == "confirm" and form is not None:
        return {int(pk) for pk in form.data.getlist("cases") if pk.isdecimal()}
    return {one.case.pk for one in members}


def _may(issue, user):
    """这个人现在能办哪几步。"""
    may = set()
    is_running = issue.state in {IssueState.CONFIRMED, IssueState.ANSWERED}
    if services.is_decider(issue, user):
        may |= {"confirm"} if issue.state == IssueState.PROPOSED else set()
        may |= {"add", "remove"} if issue.state in {IssueState.PROPOSED, IssueState.CONFIRMED} else set()
        may |= {"dismiss"} if issue.state == IssueState.PROPOSED or (is_running and not issue.account) else set()
        may |= {"propose"} if is_running and not issue.proposal_done_at else set()
    if user.role == Role.UNIT and user.unit_id == issue.lead_id and issue.state == IssueState.CONFIRMED:
        may |= {"resume"} if issue.account else {"answer", "report"}
    if issue.proposal and issue.policy_id is None and policy_drafts.may_draft(issue, user):
        may.add("draft")
    is_owner = user.unit_id is not None and user.unit_id == issue.proposal_unit_id
    if issue.proposal and not issue.proposal_done_at and (is_owner or services.is_decider(issue, user)):
        may.add("finish")
    return may


def _dispatch_url(joined):
    """还没交办的几件，一起交给统一办理的单位。"""
    waiting = [one.case for one in joined if one.case.status == Status.ACCEPTED]
    picks = "&".join(f"pick={case.pk}:{case.revision}" for case in waiting)
    return f"{reverse('cases:dispatch_many')}?{picks}" if waiting else ""
