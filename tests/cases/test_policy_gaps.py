"""卡在政策上（R-31）：谁认定、谁看得到、按类别数、成了共性问题的建议起草成政策。"""

import pytest
import time_machine
from django.urls import reverse

from cases.enums import Action, Outcome, PolicyGap
from cases.models import Case, Category, CommonIssue
from cases.services import perform
from cases.services import policy_gaps as gaps
from cases.services.policy_drafts import draft_from
from cases.services.policy_proposals import write_proposal
from policies.enums import PolicyState
from policies.models import Policy
from tests.cases import issues, steps
from zhuqi.kernel.errors import Conflict, DomainError, NotPermitted

pytestmark = pytest.mark.django_db
PAGE = "cases:policy_gaps"


@pytest.fixture(autouse=True)
def _now(city):
    with time_machine.travel(city.at, tick=False):
        yield


def mark(city, case, gap=PolicyGap.NONE_YET, actor=None, note="实施细则没有出台。"):
    return perform(case, Action.MARK_GAP, actor=actor or city.land_clerk, at=city.at, policy_gap=gap, note=note)


def body(client, user, **asked):
    client.force_login(user)
    return client.get(reverse(PAGE), asked).content.decode()


def test_marking_is_a_step_the_firm_does_not_read(city):
    case = mark(city, steps.handling(city, city.at))
    assert Case.objects.get(pk=case.pk).policy_gap == PolicyGap.NONE_YET
    event = case.events.get(kind=Action.MARK_GAP)
    assert (event.data["gap"], event.note, event.is_public) == ("没有政策可依", "实施细则没有出台。", False)


def test_it_may_be_changed_and_taken_back_but_not_said_twice(city):
    case = mark(city, steps.handling(city, city.at))
    with pytest.raises(DomainError, match="已经认定"):
        mark(city, case)
    mark(city, case, PolicyGap.CLASH, actor=city.clerk)
    mark(city, case, "", note="问清楚了，不是政策的原因。")
    assert Case.objects.get(pk=case.pk).policy_gap == ""
    assert not gaps.marked(city.clerk).exists()


def test_the_tick_at_submitting_marks_it_too(city):
    case = steps.handling(city, city.at)
    perform(
        case, Action.SUBMIT, actor=city.land_clerk, at=city.at, note="政策不允许，已解释。", outcome="D",
        files=[steps.evidence()], policy_gap="BAR",
    )  # fmt: skip
    assert Case.objects.get(pk=case.pk).policy_gap == PolicyGap.BAR
    (event,) = gaps.reasons([case]).values()
    assert (event.kind, event.data["gap"]) == (Action.SUBMIT, "门槛够不着")


def test_an_unknown_kind_at_submitting_is_refused(city):
    case = steps.handling(city, city.at)
    with pytest.raises(DomainError):
        perform(
            case, Action.SUBMIT, actor=city.land_clerk, at=city.at, note="办了。", outcome="A",
            files=[steps.evidence()], policy_gap="WHO",
        )  # fmt: skip
    assert Case.objects.get(pk=case.pk).status == "HANDLING"


def test_what_may_be_one_is_the_policy_category_and_what_policy_forbids(city):
    top = Category.objects.create(code="POLICY", name="政策兑现")
    leaf = Category.objects.create(code="POLICY.SUBSIDY", name="奖补资金", parent=top)
    paid, told, other, done = (steps.handling(city, city.at) for _ in range(4))
    Case.objects.filter(pk=paid.pk).update(category=leaf)
    Case.objects.filter(pk=told.pk).update(outcome=Outcome.EXPLAINED)
    Case.objects.filter(pk=done.pk).update(category=top, policy_gap=PolicyGap.UNPAID)
    assert set(gaps.suspected(city.clerk)) == {paid, told}
    assert set(gaps.marked(city.clerk)) == {done}
    assert other not in gaps.suspected(city.clerk)


def test_everyone_sees_only_their_own(client, city):
    case = mark(city, steps.handling(city, city.at))
    for person, sees in (
        (city.clerk, True), (city.county_clerk, True), (city.land_clerk, True), (city.leader, True),
        (city.other_county_clerk, False), (city.labour_clerk, False),
    ):  # fmt: skip
        assert (case.number in body(client, person)) is sees
    for person in (city.firm_user, city.cadre, city.sysadmin):
        client.force_login(person)
        assert client.get(reverse(PAGE)).status_code == 404


def test_the_page_counts_by_category_and_kind_and_narrows(client, city):
    one, two = mark(city, steps.handling(city, city.at)), steps.handling(city, city.at)
    mark(city, two, PolicyGap.BAR, note="亩均税收要求太高。")
    said = body(client, city.clerk)
    assert "2 件" in said
    assert "没有政策可依 1" in said
    assert "亩均税收要求太高" in said
    top = one.category.parent_id or one.category_id
    said = body(client, city.clerk, category=str(top), kind="BAR")
    assert two.number in said
    assert one.number not in said
    assert "还没有认定" in body(client, city.clerk, tab="suspected") or "没有等着认定的" in body(
        client, city.clerk, tab="suspected"
    )


@pytest.mark.parametrize(
    "asked", [{"category": "x"}, {"category": "9" * 40}, {"kind": "\x00"}, {"tab": "no"}, {"page": "z"}]
)
def test_bad_queries_are_read_as_none(client, city, asked):
    case = mark(city, steps.handling(city, city.at))
    assert case.number in body(client, city.clerk, **asked)


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_asks_the_same_for_one_and_three(client, city, django_assert_num_queries, count):
    for _ in range(count):
        mark(city, steps.handling(city, city.at))
    client.force_login(city.clerk)
    with django_assert_num_queries(18):
        client.get(reverse(PAGE))


# --- 起草成政策 ------------------------------------------------------------------------------------------------------
@pytest.fixture
def issue(city):
    found = issues.confirmed(city)
    write_proposal(
        found,
        "出台园区变压器增容补助办法。",
        unit=city.land,
        due_on=city.today + 30 * steps.DAY,
        actor=city.clerk,
        at=city.at,
    )
    return CommonIssue.objects.get(pk=found.pk)


@pytest.mark.parametrize("who", ["land_clerk", "clerk"])
def test_the_proposal_becomes_a_draft_with_its_reasons_once(city, issue, who):
    policy = draft_from(issue, actor=city.people[who], at=city.at)
    assert (policy.state, policy.unit, policy.made_by) == (PolicyState.DRAFT, city.land, city.people[who])
    assert issue.title in policy.title
    assert "3 家企业提出了 3 件相同的诉求。" in policy.body
    assert issue.proposal in policy.body
    assert CommonIssue.objects.get(pk=issue.pk).policy == policy
    with pytest.raises(Conflict, match="起草过"):
        draft_from(issue, actor=city.people[who], at=city.at)
    assert Policy.objects.count() == 1


@pytest.mark.parametrize("who", ["labour_clerk", "county_clerk", "leader", "firm_user"])
def test_others_do_not_draft(city, issue, who):
    with pytest.raises(NotPermitted):
        draft_from(issue, actor=city.people[who], at=city.at)


def test_without_a_proposal_there_is_nothing_to_draft(city, issue):
    CommonIssue.objects.filter(pk=issue.pk).update(proposal="")
    with pytest.raises(DomainError, match="还没有写政策建议"):
        draft_from(issue, actor=city.clerk, at=city.at)


def test_one_click_on_the_issue_and_both_sides_point_at_each_other(client, city, issue):
    url = reverse("cases:issue", args=[issue.pk])
    client.force_login(city.land_clerk)
    assert "起草成政策" in client.get(url).content.decode()
    answer = client.post(reverse("cases:issue_act", args=[issue.pk, "draft"]), follow=True)
    policy = Policy.objects.get()
    said = answer.content.decode()
    assert "政策起草中" in said
    assert reverse("policies:detail", args=[policy.pk]) in said
    assert "从共性问题来" in client.get(reverse("policies:detail", args=[policy.pk])).content.decode()
    assert client.post(reverse("cases:issue_act", args=[issue.pk, "draft"])).status_code == 409
    client.force_login(city.labour_clerk)
    assert client.post(reverse("cases:issue_act", args=[issue.pk, "draft"])).status_code in {403, 404}


def test_the_page_shows_what_became_of_the_common_issue(client, city, issue):
    case = issue.members.order_by("pk").first().case
    Case.objects.filter(pk=case.pk).update(policy_gap=PolicyGap.NONE_YET)
    assert "有建议，没起草" in body(client, city.clerk)
    draft_from(issue, actor=city.clerk, at=city.at)
    assert "政策起草中" in body(client, city.clerk)
