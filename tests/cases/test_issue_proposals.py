"""每晚提共性问题（R-31）：提一次、长大不翻番、不作共性的不再提、两处同时跑只有一个。"""

from datetime import timedelta

import pytest

from cadres.models import Notice
from cadres.services import settings
from cases.enums import Action, IssueState
from cases.models import Case, CommonIssue, CommonIssueCase
from cases.services import issue_proposals, perform
from cases.services.issue_proposals import propose_issues
from cases.services.issues import dismiss_issue, remove_case
from tests.cases import issues
from tests.cases.steps import DAY

pytestmark = pytest.mark.django_db
LAND = ("二期用地迟迟未批", "二期厂房用地规划调整迟迟未批，设备到货没有地方安装，请尽快审批。")


def test_three_firms_saying_the_same_are_proposed_with_why_they_are_alike(city):
    cases = issues.alike(city)
    found = propose_issues(at=city.at)
    (issue,) = CommonIssue.objects.all()
    assert (found.made, found.grown) == ([issue.pk], [])
    assert issues.pks(issue) == [case.pk for case in cases]
    assert (issue.state, issue.title, issue.category) == ("PROPOSED", "厂区变压器容量不足", city.categories["factor"])
    assert issue.office == city.county_office
    assert "厂区变压器容量不足" in issue.basis["words"]
    assert set(issue.members.values_list("likeness", flat=True)) <= set(range(45, 101))
    assert set(Notice.objects.filter(key=f"issue:{issue.pk}:proposed").values_list("user__username", flat=True)) == {
        "county_director", "county_clerk",
    }  # fmt: skip


def test_across_counties_it_is_the_city_offices(city):
    issues.alike(city, 2)
    issues.alike(city, 1, region="yuzhou")
    propose_issues(at=city.at)
    assert CommonIssue.objects.get().office == city.office


def test_run_again_changes_nothing(city):
    issue = issues.proposed(city)
    before = list(CommonIssueCase.objects.values())
    again = propose_issues(at=city.at + DAY)
    assert (again.made, again.grown) == ([], [])
    assert list(CommonIssueCase.objects.values()) == before
    assert Notice.objects.filter(key__startswith=f"issue:{issue.pk}").count() == 2


def test_a_fourth_case_makes_it_grow_not_double(city):
    issue = issues.proposed(city)
    fourth = issues.alike(city, 1, region="yuzhou")[0]
    found = propose_issues(at=city.at + DAY)
    assert (found.made, found.grown) == ([], [issue.pk])
    issue.refresh_from_db()
    assert fourth.pk in issues.pks(issue)
    assert issue.office == city.office


@pytest.mark.parametrize(
    "why", ["two firms only say it", "one firm thrice", "too old", "legal", "refused", "two are closed", "unlike"]
)
def test_what_is_not_proposed(city, why):
    at = city.at
    match why:
        case "two firms only say it":
            issues.alike(city, 2)
        case "one firm thrice":
            (user,) = issues.firms(city, 1)
            for n in range(3):
                issues.say(city, user, n)
        case "too old":
            issues.alike(city)
            at += timedelta(days=91)
        case "legal":
            issues.alike(city, category="legal")
        case "refused":
            first = issues.alike(city)[0]
            Case.objects.filter(pk=first.pk).update(status="REFUSED")
        case "two are closed":
            rows = issues.alike(city)
            Case.objects.filter(pk__in=[row.pk for row in rows[:2]]).update(status="CLOSED")
        case _:
            issues.alike(city, 2)
            issues.alike(city, 1, text=LAND)
    assert propose_issues(at=at).made == []


def test_the_numbers_are_the_offices_to_change(city):
    issues.alike(city, 2)
    settings.change("issue_cases", 2, actor=None, at=city.at)
    assert len(propose_issues(at=city.at).made) == 1


def test_a_closed_one_counts_and_shows_how_it_ended(city):
    rows = issues.alike(city)
    Case.objects.filter(pk=rows[0].pk).update(status="CLOSED")
    propose_issues(at=city.at)
    assert rows[0].pk in issues.pks(CommonIssue.objects.get())


def test_what_was_dismissed_is_not_proposed_again_until_it_has_clearly_grown(city):
    issue = issues.proposed(city)
    dismiss_issue(issue, "各家配电原因不同。", actor=city.clerk, at=city.at)
    assert propose_issues(at=city.at + DAY).made == []
    issues.alike(city, 2)
    assert propose_issues(at=city.at + DAY).made == []
    issues.alike(city, 1)
    (pk,) = propose_issues(at=city.at + DAY).made
    assert len(issues.pks(CommonIssue.objects.get(pk=pk))) == 6
    assert propose_issues(at=city.at + 2 * DAY).made == []


def test_a_case_taken_out_by_hand_is_not_put_back(city):
    issue = issues.proposed(city)
    case = Case.objects.get(pk=issues.pks(issue)[-1])
    remove_case(issue, case, "", actor=city.clerk, at=city.at)
    propose_issues(at=city.at + DAY)
    assert case.pk not in issues.pks(issue)


def test_a_late_comer_to_a_confirmed_one_waits_as_a_candidate(city):
    issue = issues.confirmed(city)
    late = issues.alike(city, 1)[0]
    found = propose_issues(at=city.at + DAY)
    assert (found.made, found.grown) == ([], [issue.pk])
    assert list(issue.members.candidates().values_list("case", flat=True)) == [late.pk]
    late.refresh_from_db()
    assert late.nature == "SINGLE"


def test_after_the_answer_the_next_three_are_a_new_proposal(city):
    issue = issues.confirmed(city)
    CommonIssue.objects.filter(pk=issue.pk).update(state=IssueState.ANSWERED)
    issues.alike(city, 2)
    assert propose_issues(at=city.at).made == []
    issues.alike(city, 1)
    (pk,) = propose_issues(at=city.at).made
    fresh = CommonIssue.objects.get(pk=pk)
    assert len(issues.pks(fresh)) == 3
    assert set(issues.pks(fresh)).isdisjoint(issues.pks(issue))


def test_a_case_in_another_common_issue_is_left_there(city):
    issue = issues.confirmed(city)
    other = issues.proposed_by_hand(city)
    case = Case.objects.get(pk=issues.pks(issue)[0])
    issues.alike(city, 2)
    propose_issues(at=city.at)
    assert case.pk not in issues.pks(other)


def test_two_workers_propose_one(city, monkeypatch):
    """慢的那个按旧的情形去提：撞在同一个来由上，或看见已经提了。"""
    issues.alike(city)
    real, turns = issue_proposals._known, []

    def as_it_was(cases):
        turns.append(1)
        if len(turns) == 1:  # the slow one has read; the fast one does it all
            propose_issues(at=city.at)
            return issue_proposals._Known({})
        return real(cases)

    with monkeypatch.context() as patch:
        patch.setattr(issue_proposals, "_known", as_it_was)
        found = propose_issues(at=city.at)
    assert found.made == []
    assert CommonIssue.objects.count() == 1


def test_the_unique_key_is_the_last_guard(city, monkeypatch):
    issue = issues.proposed(city)
    with monkeypatch.context() as patch:
        patch.setattr(issue_proposals, "_known", lambda cases: issue_proposals._Known({}))
        patch.setattr(CommonIssue.objects.none().__class__, "count", lambda self: 0)
        assert propose_issues(at=city.at).made == []
    assert CommonIssue.objects.get().pk == issue.pk


def test_a_broken_run_goes_on_where_it_stopped(city, monkeypatch):
    issues.alike(city)
    issues.alike(city, text=LAND)
    real, calls = issue_proposals._make, []

    def cut(*args, **more):
        calls.append(1)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return real(*args, **more)

    with monkeypatch.context() as patch:
        patch.setattr(issue_proposals, "_make", cut)
        with pytest.raises(KeyboardInterrupt):
            propose_issues(at=city.at)
    assert len(propose_issues(at=city.at).made) == 1
    assert CommonIssue.objects.count() == 2


def test_a_split_case_of_the_same_firm_does_not_make_two_firms(city):
    (user,) = issues.firms(city, 1)
    case = issues.say(city, user)
    perform(case, Action.SPLIT, actor=city.clerk, at=city.at, parts=[issues.TEXT, issues.TEXT])
    assert propose_issues(at=city.at).made == []


def test_the_nightly_task_says_what_it_did(city):
    from cases.tasks import propose_issues as task

    issues.alike(city)
    Case.objects.update(reported_at=city.at)
    import time_machine

    with time_machine.travel(city.at, tick=False):
        assert task() == {"made": [CommonIssue.objects.get().pk], "grown": [], "late": 0}
        assert task() == {"made": [], "grown": [], "late": 0}
