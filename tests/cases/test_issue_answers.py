"""一次办理、答复每一家（R-31）：每件各是一步；不成的说明、其余照办；断了接着办；政策建议有主有期。"""

import pytest

from cadres.models import Notice
from cases.enums import Action, IssueState, Status
from cases.models import Attachment, Case, CommonIssue, CommonIssueCase, Submission
from cases.services import issue_answers, perform
from cases.services.issue_answers import Answer, answer_issue, report_issue
from cases.services.policy_proposals import finish_proposal, remind_proposals, write_proposal
from tests.cases import issues, steps
from tests.cases.steps import DAY
from zhuqi.kernel.errors import Conflict, DomainError, InvalidInput, NotPermitted

pytestmark = pytest.mark.django_db
WORDS = "园区变电站已增容，三家企业的专变同步改造，12 月起错峰用电。"


def answer(**changed):
    return Answer(**({"account": WORDS, "outcome": "A", "files": (steps.evidence(),)} | changed))


def give(city, issue, *, actor=None, at=None, **changed):
    return answer_issue(issue, answer(**changed), actor=actor or city.land_clerk, at=at or city.at)


def resume(city, issue):
    return answer_issue(issue, Answer(), actor=city.land_clerk, at=city.at + DAY)


@pytest.fixture
def issue(city):
    return issues.confirmed(city)


def cases(issue):
    return [Case.objects.get(pk=pk) for pk in issues.pks(issue)]


def test_one_account_is_submitted_for_every_case_with_its_own_files(city, issue):
    told = give(city, issue)
    assert [one.is_done for one in told] == [True, True, True]
    assert {case.status for case in cases(issue)} == {"SUBMITTED"}
    assert set(Submission.objects.values_list("account", flat=True)) == {WORDS}
    for case in cases(issue):
        event = case.events.get(kind=Action.SUBMIT)
        assert (event.is_public, event.note, event.data["issue"]) == (True, WORDS, issue.pk)
    papers = Attachment.objects.filter(is_evidence=True)
    assert papers.count() == len({paper.file.name for paper in papers}) == 3
    issue.refresh_from_db()
    assert (issue.state, issue.account, issue.answered_by) == (IssueState.ANSWERED, WORDS, city.land_clerk)


def test_no_firm_sees_another(city, issue):
    give(city, issue)
    first, second, _ = cases(issue)
    user = first.enterprise.users.get()
    assert set(Case.objects.visible_to(user)) == {first}
    assert not CommonIssue.objects.visible_to(user).exists()
    assert not CommonIssueCase.objects.visible_to(user).exclude(case=first).exists()
    assert second.enterprise.name not in " ".join(first.events.filter(is_public=True).values_list("note", flat=True))


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"account": " "}, "account"), ({"account": "长" * 4001}, "account"), ({"outcome": ""}, "outcome"),
        ({"outcome": "E"}, "outcome"), ({"outcome": "B"}, "promised_on"), ({"files": ()}, "files"),
    ],
)  # fmt: skip
def test_what_is_missing_is_named_and_nothing_changes(city, issue, changed, field):
    with pytest.raises(InvalidInput) as refusal:
        give(city, issue, **changed)
    assert set(refusal.value.errors) == {field}
    assert {case.status for case in cases(issue)} == {"HANDLING"}
    assert CommonIssue.objects.get().account == ""


def test_a_promise_goes_with_what_is_not_finished(city, issue):
    with pytest.raises(InvalidInput, match="今天以后"):
        give(city, issue, outcome="C", promised_on=city.today)
    give(city, issue, outcome="C", promised_on=city.today + 30 * DAY)
    assert {case.promised_on for case in cases(issue)} == {city.today + 30 * DAY}


@pytest.mark.parametrize("who", ["clerk", "labour_clerk", "leader", "firm_user", "cadre"])
def test_only_the_lead_answers(city, issue, who):
    for act in (
        lambda actor: give(city, issue, actor=actor),
        lambda actor: report_issue(issue, "在办。", actor=actor, at=city.at),
    ):
        with pytest.raises(NotPermitted):
            act(city.people[who])


def test_each_that_cannot_be_answered_says_why_and_the_rest_is_done(city):
    issue = issues.confirmed(city, 6)
    paused, objected, other, done, unsigned, _ = cases(issue)
    perform(paused, Action.PAUSE, actor=city.land_clerk, at=city.at, note="请补负荷表。")
    Case.objects.filter(pk=objected.pk).update(status="ACCEPTED")
    Case.objects.filter(pk=other.pk).update(lead=city.labour)
    perform(
        done,
        Action.SUBMIT,
        actor=city.land_clerk,
        at=city.at,
        note="已单独办好。",
        outcome="A",
        files=[steps.evidence()],
    )
    Case.objects.filter(pk=unsigned.pk).update(status="DISPATCHED")
    told = {one.case.pk: one.problem for one in give(city, issue)}
    assert "等企业补充" in told[paused.pk]
    assert "还没有交办" in told[objected.pk]
    assert "市人社局主办" in told[other.pk]
    assert [told[case.pk] for case in (done, unsigned)] == ["", ""]
    note = done.events.get(kind="note")
    assert (note.note, note.is_public) == (WORDS, True)
    assert Case.objects.get(pk=unsigned.pk).status == "SUBMITTED"
    issue.refresh_from_db()
    assert issue.state == IssueState.CONFIRMED
    assert issue.members.waiting().count() == 3


def test_what_was_left_is_resumed_with_the_same_words_and_papers(city, issue):
    first = cases(issue)[0]
    perform(first, Action.PAUSE, actor=city.land_clerk, at=city.at, note="请补负荷表。")
    give(city, issue)
    with pytest.raises(DomainError, match="一件也答复不到"):
        resume(city, issue)
    perform(first, Action.RESUME, actor=city.land_clerk, at=city.at)
    assert [one.problem for one in resume(city, issue)] == [""]
    submission = first.submissions.get()
    assert submission.account == WORDS
    assert first.attachments.filter(is_evidence=True).count() == 1
    assert CommonIssue.objects.get(pk=issue.pk).state == IssueState.ANSWERED
    with pytest.raises(Conflict, match="都已经答复过"):
        resume(city, issue)


def test_a_second_account_is_refused_and_sending_it_twice_submits_once(city, issue):
    paused = cases(issue)[0]
    perform(paused, Action.PAUSE, actor=city.land_clerk, at=city.at, note="请补负荷表。")
    give(city, issue)
    perform(paused, Action.RESUME, actor=city.land_clerk, at=city.at)
    with pytest.raises(Conflict, match="已经写过"):
        give(city, issue, account="换一种说法。")
    give(city, issue)  # the same words again: goes on
    assert Submission.objects.count() == 3


def test_two_write_at_once_and_one_account_stands(city, issue, monkeypatch):
    real = issue_answers._check

    def beaten(*args, **more):
        CommonIssue.objects.filter(pk=issue.pk).update(account="别人的。", outcome="A")
        return real(*args, **more)

    with monkeypatch.context() as patch:
        patch.setattr(issue_answers, "_check", beaten)
        with pytest.raises(Conflict, match="刚刚有人写过"):
            give(city, issue)
    assert Submission.objects.count() == 0


def test_two_workers_answer_each_case_once(city, issue, monkeypatch):
    real, turns = issue_answers._take, []

    def taken(row, *, at):
        turns.append(row)
        if len(turns) == 1:
            CommonIssueCase.objects.filter(pk=row.pk).update(answered_at=at)
        real(row, at=at)

    with monkeypatch.context() as patch:
        patch.setattr(issue_answers, "_take", taken)
        told = give(city, issue)
    assert [one.is_done for one in told] == [False, True, True]
    assert told[0].is_stale
    assert Submission.objects.count() == 2


def test_a_crash_half_way_loses_nothing_and_the_rest_is_done_later(city, issue, monkeypatch):
    real, turns = issue_answers._step, []

    def cut(*args, **more):
        turns.append(1)
        if len(turns) == 2:
            raise KeyboardInterrupt
        return real(*args, **more)

    with monkeypatch.context() as patch:
        patch.setattr(issue_answers, "_step", cut)
        with pytest.raises(KeyboardInterrupt):
            give(city, issue)
    assert Submission.objects.count() == 1
    assert issue.members.waiting().count() == 2
    resume(city, issue)
    assert Submission.objects.count() == 3
    assert CommonIssue.objects.get(pk=issue.pk).state == IssueState.ANSWERED


def test_nothing_is_answered_before_it_is_confirmed(city):
    issue = issues.proposed(city)
    CommonIssue.objects.filter(pk=issue.pk).update(lead=city.land)
    issue.refresh_from_db()
    with pytest.raises(Conflict, match="待确认"):
        give(city, issue)


def test_nothing_is_written_when_not_one_can_be_answered(city):
    issue = issues.confirmed(city, in_hand=False)
    with pytest.raises(DomainError, match="还没有交办"):
        give(city, issue)
    assert CommonIssue.objects.get().account == ""


def test_progress_goes_to_every_case_the_lead_has_in_hand(city, issue):
    waits = cases(issue)[0]
    Case.objects.filter(pk=waits.pk).update(status="DISPATCHED")
    told = report_issue(issue, "已到现场测负荷。", actor=city.land_clerk, at=city.at)
    assert [one.is_done for one in told] == [True, True, True]
    assert all(case.events.filter(kind=Action.REPORT, note="已到现场测负荷。").exists() for case in cases(issue))
    for note in ("", " ", "长" * 4001):
        with pytest.raises(InvalidInput, match="写明进展"):
            report_issue(issue, note, actor=city.land_clerk, at=city.at)
    Case.objects.update(status=Status.PAUSED)
    with pytest.raises(DomainError, match="报不出进展"):
        report_issue(issue, "再报一次。", actor=city.land_clerk, at=city.at)


# --- 政策建议 ---------------------------------------------------------------------------------------------------------
TEXT = "建议出台园区企业用电增容补助办法。"


def propose(city, issue, *, actor=None, at=None, **changed):
    said = {"text": TEXT, "unit": city.labour, "due_on": city.today + 30 * DAY} | changed
    text = said.pop("text")
    write_proposal(issue, text, actor=actor or city.clerk, at=at or city.at, **said)


def test_a_proposal_has_an_owner_and_a_date_and_the_owner_is_told(city, issue):
    propose(city, issue)
    issue.refresh_from_db()
    assert (issue.proposal, issue.proposal_unit, issue.proposal_due_on) == (TEXT, city.labour, city.today + 30 * DAY)
    assert Notice.objects.filter(user=city.labour_clerk, title__contains="12-23 前落实").exists()
    assert CommonIssue.objects.visible_to(city.labour_clerk).get() == issue
    assert not CommonIssueCase.objects.visible_to(city.labour_clerk).exists()


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"text": " "}, "proposal"),
        ({"text": "长" * 2001}, "proposal"),
        ({"unit": None}, "unit"),
        ({"due_on": None}, "due_on"),
    ],
)
def test_what_a_proposal_lacks_is_named(city, issue, changed, field):
    with pytest.raises(InvalidInput) as refusal:
        propose(city, issue, **changed)
    assert set(refusal.value.errors) == {field}


def test_a_date_that_is_past_or_today_or_already_missed_is_refused(city, issue):
    with pytest.raises(InvalidInput, match="今天以后"):
        propose(city, issue, due_on=city.today)
    propose(city, issue)
    with pytest.raises(InvalidInput, match="不能再改"):
        propose(city, issue, at=city.at + 31 * DAY, due_on=city.today + 60 * DAY)


def test_before_confirming_and_after_the_result_nothing_is_proposed(city, issue):
    waiting = issues.proposed_by_hand(city)
    with pytest.raises(Conflict, match="还没有确认"):
        propose(city, waiting)
    propose(city, issue)
    finish_proposal(issue, "许政办〔2026〕9号已印发。", actor=city.labour_clerk, at=city.at + DAY)
    with pytest.raises(Conflict, match="已经落实"):
        propose(city, issue, text="再改。")


@pytest.mark.parametrize("who", ["land_clerk", "leader", "other_county_clerk", "cadre"])
def test_only_the_office_proposes_and_only_the_owner_or_it_finishes(city, issue, who):
    with pytest.raises(NotPermitted):
        propose(city, issue, actor=city.people[who])
    propose(city, issue)
    with pytest.raises(NotPermitted):
        finish_proposal(issue, "好了。", actor=city.people[who], at=city.at)


def test_the_result_is_written_once(city, issue):
    with pytest.raises(DomainError, match="还没有写政策建议"):
        finish_proposal(issue, "好了。", actor=city.clerk, at=city.at)
    propose(city, issue)
    for result in ("", "长" * 501):
        with pytest.raises(InvalidInput, match="怎么落实"):
            finish_proposal(issue, result, actor=city.labour_clerk, at=city.at)
    finish_proposal(issue, "已印发。", actor=city.labour_clerk, at=city.at)
    with pytest.raises(Conflict, match="已经写过结果"):
        finish_proposal(issue, "又一次。", actor=city.clerk, at=city.at)
    assert Notice.objects.filter(user=city.county_clerk, title__startswith="政策建议已落实").exists()


def test_an_overdue_one_is_told_once_a_date(city, issue):
    propose(city, issue)
    assert remind_proposals(at=city.at + 30 * DAY) == 0  # the day itself is not over
    assert remind_proposals(at=city.at + 31 * DAY) > 0
    assert remind_proposals(at=city.at + 32 * DAY) == 0
    assert Notice.objects.filter(user=city.labour_clerk, title__contains="还没有落实").count() == 1
