"""共性问题由人定（R-31）：确认、不作共性、增减的每个出口；抢先、重复、不归他的。"""

import pytest

from cadres.models import Notice
from cases.enums import Action, Nature
from cases.models import Case, CommonIssue, CommonIssueCase
from cases.services import perform
from cases.services.issues import add_case, confirm_issue, dismiss_issue, remove_case
from tests.cases import issues, situations, steps
from zhuqi.kernel.errors import Conflict, DomainError, InvalidInput, NotPermitted

pytestmark = pytest.mark.django_db


@pytest.fixture
def issue(city):
    return issues.proposed(city)


def confirm(city, issue, *, actor=None, **changed):
    return confirm_issue(issue, issues.confirmation(city, issue, **changed), actor=actor or city.clerk, at=city.at)


def state(issue):
    return CommonIssue.objects.get(pk=issue.pk).state


def natures(issue):
    return sorted(Case.objects.filter(issue_memberships__issue=issue).values_list("nature", flat=True))


def test_confirming_is_a_step_of_every_case_and_tells_the_lead(city, issue):
    told = confirm(city, issue)
    assert [one.is_done for one in told] == [True, True, True]
    assert (state(issue), natures(issue)) == ("CONFIRMED", ["COMMON"] * 3)
    for case in Case.objects.filter(nature=Nature.COMMON):
        event = case.events.order_by("pk").last()
        assert (event.kind, event.is_public, event.data["issue"]) == (Action.JOIN_COMMON, False, issue.pk)
    assert Notice.objects.filter(user=city.land_clerk, key=f"issue:{issue.pk}:confirmed").exists()


def test_who_is_not_ticked_leaves(city, issue):
    first, second, third = issues.pks(issue)
    confirm(city, issue, cases=[first, third])
    assert issues.pks(issue) == [first, third]
    assert Case.objects.get(pk=second).nature == Nature.SINGLE


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"title": "  "}, "title"), ({"title": "长" * 81}, "title"), ({"summary": "长" * 2001}, "summary"),
        ({"lead": None}, "lead"), ({"cases": []}, "cases"), ({"decision": "长" * 501}, "decision"),
    ],
)  # fmt: skip
def test_what_is_missing_is_named_and_nothing_changes(city, issue, changed, field):
    with pytest.raises(InvalidInput) as refusal:
        confirm(city, issue, **changed)
    assert set(refusal.value.errors) == {field}
    assert (state(issue), natures(issue)) == ("PROPOSED", ["SINGLE"] * 3)


def test_a_unit_that_cannot_handle_is_refused(city, issue):
    for unit in (city.supervision, city.leading_group):
        with pytest.raises(InvalidInput, match="能承办"):
            confirm(city, issue, lead=unit)
    city.land.is_active = False
    with pytest.raises(InvalidInput, match="能承办"):
        confirm(city, issue)


def test_one_case_is_common_to_nobody(city, issue):
    with pytest.raises(InvalidInput, match="至少留下两件"):
        confirm(city, issue, cases=issues.pks(issue)[:1])


def test_a_case_closed_meanwhile_is_told_and_the_rest_done(city, issue):
    first = issues.pks(issue)[0]
    Case.objects.filter(pk=first).update(status="CLOSED")
    told = confirm(city, issue)
    assert [one.is_done for one in told] == [False, True, True]
    assert "已销号" in told[0].problem
    assert list(issue.members.candidates().values_list("case", flat=True)) == [first]  # stays for reference


def test_with_fewer_than_two_left_everything_stays_as_it_was(city, issue):
    Case.objects.filter(pk__in=issues.pks(issue)[:2]).update(status="CLOSED")
    with pytest.raises(DomainError, match="至少要有两件"):
        confirm(city, issue)
    assert (state(issue), natures(issue)) == ("PROPOSED", ["SINGLE"] * 3)


def test_a_page_that_is_old_is_refused(city, issue):
    seen = issues.pks(issue)
    issues.alike(city, 1)
    from cases.services.issue_proposals import propose_issues

    propose_issues(at=city.at)
    with pytest.raises(Conflict, match="有增减"):
        confirm(city, issue, cases=seen, seen=seen)


def test_the_second_to_decide_is_told_who_was_first(city, issue):
    confirm(city, issue)
    with pytest.raises(Conflict, match="郑科员已经定为“批处理中”"):
        confirm(city, issue, actor=city.director, cases=[1, 2])
    with pytest.raises(Conflict, match="有增减"):
        confirm_issue(issue, issues.confirmation(city, issue, seen=issues.pks(issue)), actor=city.director, at=city.at)


@pytest.mark.parametrize("who", ["land_clerk", "leader", "supervisor", "other_county_clerk", "cadre", "firm_user"])
def test_only_its_office_decides(city, issue, who):
    for act in (
        lambda actor: confirm(city, issue, actor=actor),
        lambda actor: dismiss_issue(issue, "不是。", actor=actor, at=city.at),
        lambda actor: add_case(issue, steps.handling(city, city.at), actor=actor, at=city.at),
        lambda actor: remove_case(issue, Case.objects.first(), "", actor=actor, at=city.at),
    ):
        with pytest.raises(NotPermitted):
            act(city.people[who])
    assert state(issue) == "PROPOSED"


def test_a_county_decides_its_own(city, issue):
    assert all(one.is_done for one in confirm(city, issue, actor=city.county_clerk))


def test_dismissing_says_why(city, issue):
    for reason in ("", "  ", "长" * 501):
        with pytest.raises(InvalidInput, match="为什么"):
            dismiss_issue(issue, reason, actor=city.clerk, at=city.at)
    dismiss_issue(issue, "各家原因不同。", actor=city.clerk, at=city.at)
    with pytest.raises(Conflict, match="不作共性"):
        dismiss_issue(issue, "再来一次。", actor=city.clerk, at=city.at)
    with pytest.raises(Conflict):
        confirm(city, issue)


def test_a_confirmed_one_is_taken_back_before_the_answer_only(city, issue):
    confirm(city, issue)
    refused = issues.pks(issue)[0]
    Case.objects.filter(pk=refused).update(status="REFUSED")
    dismiss_issue(issue, "配网已统一改造，不用批处理。", actor=city.clerk, at=city.at)
    assert (state(issue), issues.pks(issue)) == ("DISMISSED", [])
    assert natures(issue) == ["COMMON", "SINGLE", "SINGLE"]  # the refused one is left alone
    again = issues.proposed_by_hand(city)
    CommonIssue.objects.filter(pk=again.pk).update(state="CONFIRMED", account="已答复。")
    with pytest.raises(DomainError, match="已经统一答复过"):
        dismiss_issue(again.__class__.objects.get(pk=again.pk), "撤。", actor=city.clerk, at=city.at)


def test_adding_and_taking_out_by_hand_before_it_is_confirmed(city, issue):
    case = steps.handling(city, city.at)
    add_case(issue, case, actor=city.clerk, at=city.at)
    with pytest.raises(DomainError, match="已经在里面"):
        add_case(issue, case, actor=city.clerk, at=city.at)
    remove_case(issue, case, "", actor=city.clerk, at=city.at)
    with pytest.raises(Conflict, match="不在里面"):
        remove_case(issue, case, "", actor=city.clerk, at=city.at)
    add_case(issue, case, actor=city.clerk, at=city.at)
    assert case.pk in issues.pks(issue)
    with pytest.raises(DomainError, match="在办的"):
        add_case(issue, situations.closed(city), actor=city.clerk, at=city.at)


def test_adding_and_taking_out_after_it_is_confirmed_are_steps(city, issue):
    confirm(city, issue)
    case = steps.handling(city, city.at)
    add_case(issue, case, actor=city.clerk, at=city.at)
    assert Case.objects.get(pk=case.pk).nature == Nature.COMMON
    with pytest.raises(DomainError, match="已经在这个共性问题里"):
        add_case(issue, case, actor=city.clerk, at=city.at)
    with pytest.raises(DomainError, match="请写明"):
        remove_case(issue, case, "", actor=city.clerk, at=city.at)
    assert case.pk in issues.pks(issue)
    remove_case(issue, case, "情况与别家不同。", actor=city.clerk, at=city.at)
    assert Case.objects.get(pk=case.pk).nature == Nature.SINGLE
    remove_case(issue, Case.objects.get(pk=issues.pks(issue)[0]), "不同。", actor=city.clerk, at=city.at)
    with pytest.raises(DomainError, match="不足两件"):
        remove_case(issue, Case.objects.get(pk=issues.pks(issue)[0]), "不同。", actor=city.clerk, at=city.at)


def test_a_case_is_in_one_common_issue_at_a_time(city, issue):
    confirm(city, issue)
    case = Case.objects.get(pk=issues.pks(issue)[0])
    with pytest.raises(DomainError, match=f"共性问题“{issue.title}”里"):
        perform(case, Action.JOIN_COMMON, actor=city.clerk, at=city.at, issue=situations.common_issue(city))


def test_the_database_keeps_one_membership_when_two_join_at_once(city, issue, monkeypatch):
    case = steps.handling(city, city.at)
    other = situations.common_issue(city)
    real = CommonIssueCase.objects.update_or_create

    def beaten(**more):
        CommonIssueCase.objects.create(issue=issue, case=case, joined_at=city.at)
        return real(**more)

    with monkeypatch.context() as patch:
        patch.setattr(CommonIssueCase.objects, "update_or_create", beaten)
        with pytest.raises(Conflict, match="刚刚列入了别的"):
            perform(case, Action.JOIN_COMMON, actor=city.clerk, at=city.at, issue=other)
    assert Case.objects.get(pk=case.pk).nature == Nature.SINGLE


def test_legal_cases_and_decided_issues_take_nobody(city, issue):
    legal = steps.handling(city, city.at, category=city.categories["legal"])
    with pytest.raises(DomainError, match="涉法涉诉单列"):
        perform(legal, Action.JOIN_COMMON, actor=city.clerk, at=city.at, issue=situations.common_issue(city))
    with pytest.raises(Conflict, match="待确认"):
        perform(steps.handling(city, city.at), Action.JOIN_COMMON, actor=city.clerk, at=city.at, issue=issue)
    dismiss_issue(issue, "不是。", actor=city.clerk, at=city.at)
    with pytest.raises(Conflict, match="已经定了"):
        add_case(issue, steps.handling(city, city.at), actor=city.clerk, at=city.at)


def test_leaving_without_being_in_is_a_conflict(city):
    with pytest.raises(Conflict, match="不在任何共性问题里"):
        perform(steps.handling(city, city.at), Action.LEAVE_COMMON, actor=city.clerk, at=city.at, note="移出。")
