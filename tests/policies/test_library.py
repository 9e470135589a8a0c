"""政策库的写入口，从每个出口走一遍（R-60）。"""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from policies.enums import ConditionField, Operator, PolicyState, Standing
from policies.models import Policy
from policies.rules.matching import Condition
from policies.services import Draft, abolish, conditions_of, draft_policy, publish, publish_blocker, revise
from policies.services.index import POLICIES
from zhuqi.kernel.errors import Conflict, InvalidInput, NotPermitted

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
AGED = Condition(ConditionField.AGE, Operator.AT_LEAST, (3,))


def draft(city, **more):
    said = {
        "title": "许昌市支持企业技术改造若干措施",
        "issuer": "许昌市人民政府办公室",
        "level": "CITY",
        "body": "一、对技术改造设备投资给予补助。",
        "number": "示政办〔2026〕9号",
        "card": "设备投资满 500 万元，补 8%。",
        "unit": city.land,
        "conditions": (AGED,),
    }
    return Draft(**(said | more))


def published(city, **more):
    return publish(
        draft_policy(draft(city, **more), actor=city.land_clerk, at=city.at), actor=city.land_clerk, at=city.at
    )


def test_a_draft_is_published_and_keeps_its_first_version(city):
    policy = published(city)
    assert (policy.state, policy.version) == (PolicyState.PUBLISHED, 1)
    version = policy.versions.get()
    assert (version.version, version.note, version.data["title"]) == (1, "发布", policy.title)
    assert version.data["conditions"] == [["AGE", "AT_LEAST", [3]]]
    assert conditions_of(policy) == (AGED,)
    assert POLICIES.find("技术改造").pks == [policy.pk]


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"title": " "}, "title"),
        ({"title": "题" * 201}, "title"),
        ({"issuer": ""}, "issuer"),
        ({"level": "TOWN"}, "level"),
        ({"level": "COUNTY"}, "region"),
        ({"body": ""}, "body"),
        ({"body": "长" * 300_001}, "body"),
        ({"card": "卡" * 201}, "card"),
        ({"effective_on": date(2026, 5, 1), "expires_on": date(2026, 4, 30)}, "expires_on"),
        ({"published_on": date(2026, 5, 1), "guide_until_on": date(2026, 4, 30)}, "guide_until_on"),
    ],
)
def test_bad_input_is_named_and_changes_nothing(city, changed, field):
    with pytest.raises(InvalidInput) as refused:
        draft_policy(draft(city, **changed), actor=city.land_clerk, at=city.at)
    assert list(refused.value.errors) == [field]
    assert not Policy.objects.exists()


def test_the_same_number_is_not_entered_twice(city):
    first = draft_policy(draft(city), actor=city.land_clerk, at=city.at)
    with pytest.raises(InvalidInput, match="已经在库里"):
        draft_policy(draft(city, title="另一份"), actor=city.land_clerk, at=city.at)
    other = draft_policy(draft(city, number="示政办〔2026〕10号"), actor=city.land_clerk, at=city.at)
    with pytest.raises(InvalidInput, match="已经在库里"):
        revise(other, draft(city), actor=city.land_clerk, at=city.at)
    revise(first, draft(city, title="自己的文号不算重"), actor=city.land_clerk, at=city.at)
    for _ in range(2):
        draft_policy(draft(city, number=""), actor=city.land_clerk, at=city.at)


@pytest.mark.parametrize(
    "number", ["示政办[2026]9号", "示政办（2026）9号", "示政办〔2026〕第9号", "示政办 〔２０２６〕 09 号"]
)
def test_a_number_written_with_other_brackets_is_the_same_number(city, number):
    draft_policy(draft(city, number="示政办〔2026〕9号"), actor=city.land_clerk, at=city.at)
    with pytest.raises(InvalidInput, match="已经在库里"):
        draft_policy(draft(city, title="另一份", number=number), actor=city.land_clerk, at=city.at)
    assert Policy.objects.get().number == "示政办〔2026〕9号"


def test_a_county_policy_for_another_county_is_not_published(city):
    elsewhere = Condition(ConditionField.REGION, Operator.IN, (city.regions["yuzhou"].name,))
    policy = draft_policy(
        draft(city, level="COUNTY", region=city.regions["weidu"], conditions=(elsewhere,)), actor=city.clerk, at=city.at
    )
    with pytest.raises(InvalidInput, match="不可能同时成立"):
        publish(policy, actor=city.clerk, at=city.at)


@pytest.mark.parametrize("wrong", ["card", "never", "unknown"])
def test_a_published_policy_is_not_revised_into_what_could_not_be_published(city, wrong):
    policy = published(city)
    never = (AGED, Condition(ConditionField.AGE, Operator.AT_MOST, (2,)))
    unknown = (Condition(ConditionField.TAG, Operator.IN, ("没有的标签",)),)
    changed = {"card": {"card": ""}, "never": {"conditions": never}, "unknown": {"conditions": unknown}}[wrong]
    with pytest.raises(InvalidInput):
        revise(policy, draft(city, **changed), actor=city.land_clerk, at=city.at)
    policy.refresh_from_db()
    assert (policy.version, policy.card, policy.versions.count()) == (1, draft(city).card, 1)


@pytest.mark.parametrize("who", ["cadre", "firm_user", "leader", "supervisor"])
def test_who_does_not_publish_policies_is_refused(city, who):
    with pytest.raises(NotPermitted):
        draft_policy(draft(city), actor=getattr(city, who), at=city.at)


def test_another_unit_may_not_touch_it_but_the_city_office_may(city):
    policy = draft_policy(draft(city), actor=city.land_clerk, at=city.at)
    with pytest.raises(NotPermitted):
        revise(policy, draft(city), actor=city.labour_clerk, at=city.at)
    with pytest.raises(NotPermitted):
        publish(policy, actor=city.labour_clerk, at=city.at)
    assert publish(policy, actor=city.clerk, at=city.at).state == PolicyState.PUBLISHED


def test_without_a_card_or_with_contradictory_conditions_it_is_not_published(city):
    bare = draft_policy(draft(city, card=""), actor=city.land_clerk, at=city.at)
    never = (AGED, Condition(ConditionField.AGE, Operator.AT_MOST, (2,)))
    with pytest.raises(InvalidInput, match="明白卡"):
        publish(bare, actor=city.land_clerk, at=city.at)
    revise(bare, draft(city, conditions=never), actor=city.land_clerk, at=city.at)
    assert "不可能同时成立" in publish_blocker(Policy.objects.get(pk=bare.pk))
    national = draft_policy(draft(city, card="", level="NATION", number=""), actor=city.land_clerk, at=city.at)
    assert publish_blocker(national) == ""


def test_a_published_policy_is_revised_into_a_new_version(city):
    policy = published(city)
    later = revise(
        policy, draft(city, body="二、补助提高到 10%。"), actor=city.land_clerk, at=city.at + DAY, note="提高补助"
    )
    assert (later.version, later.versions.count(), later.state) == (2, 2, PolicyState.PUBLISHED)
    assert [row.data["body"] for row in later.versions.all()] == [
        "二、补助提高到 10%。",
        "一、对技术改造设备投资给予补助。",
    ]
    assert POLICIES.find("设备投资给予").pks == []
    assert POLICIES.find("提高到").pks == [policy.pk]


def test_a_stale_page_a_second_publication_and_a_second_abolition_are_conflicts(city):
    policy = published(city)
    revise(policy, draft(city, card="新卡"), actor=city.land_clerk, at=city.at, revision=0)
    with pytest.raises(Conflict, match="别人改过"):
        revise(policy, draft(city, card="旧页面"), actor=city.land_clerk, at=city.at, revision=0)
    with pytest.raises(Conflict):
        publish(policy, actor=city.land_clerk, at=city.at)
    abolish(policy, actor=city.land_clerk, at=city.at, on=city.today, why="被新办法代替")
    with pytest.raises(Conflict):
        abolish(policy, actor=city.land_clerk, at=city.at, on=city.today, why="再废一次")
    with pytest.raises(Conflict, match="已经废止"):
        revise(policy, draft(city), actor=city.land_clerk, at=city.at)
    assert Policy.objects.get(pk=policy.pk).card == "新卡"


@pytest.mark.parametrize("wrong", [{"why": "  "}, {"on": "tomorrow"}, {"by": "itself"}])
def test_an_abolition_says_why_since_when_and_by_what(city, wrong):
    policy = published(city)
    said = {"on": city.today, "why": "被新办法代替", "by": None} | wrong
    said |= {"on": city.today + DAY} if said["on"] == "tomorrow" else {}
    said |= {"by": policy} if said["by"] == "itself" else {}
    with pytest.raises(InvalidInput):
        abolish(policy, actor=city.land_clerk, at=city.at, **said)
    assert Policy.objects.get(pk=policy.pk).state == PolicyState.PUBLISHED


@pytest.mark.parametrize(
    ("dates", "standing"),
    [
        ({}, Standing.VALID),
        ({"effective_on": 1}, Standing.UPCOMING),
        ({"effective_on": 0}, Standing.VALID),
        ({"expires_on": 0}, Standing.VALID),
        ({"expires_on": -1}, Standing.EXPIRED),
    ],
)
def test_standing_follows_from_the_dates_and_the_list_agrees(city, dates, standing):
    said = {name: city.today + days * DAY for name, days in dates.items()}
    policy = published(city, **said)
    assert policy.standing(city.today) == standing
    assert Policy.objects.valid_on(city.today).exists() == (standing == Standing.VALID)


def test_drafts_and_abolished_are_never_valid(city):
    policy = draft_policy(draft(city), actor=city.land_clerk, at=city.at)
    assert policy.standing(city.today) == Standing.DRAFT
    publish(policy, actor=city.land_clerk, at=city.at)
    gone = abolish(policy, actor=city.land_clerk, at=city.at, on=city.today, why="被新办法代替")
    assert gone.standing(city.today) == Standing.ABOLISHED
    assert not Policy.objects.valid_on(city.today).exists()


@pytest.mark.parametrize(
    ("who", "drafts"),
    [
        ("land_clerk", True), ("clerk", True), ("labour_clerk", False), ("county_clerk", False), ("cadre", False),
        ("firm_user", False), ("leader", False), ("supervisor", False),
    ],
)  # fmt: skip
def test_who_sees_drafts_and_who_sees_what_is_published(city, who, drafts):
    open_one = published(city)
    hidden = draft_policy(draft(city, number=""), actor=city.land_clerk, at=city.at)
    seen = set(Policy.objects.visible_to(getattr(city, who)).values_list("pk", flat=True))
    assert seen == {open_one.pk} | ({hidden.pk} if drafts else set())
    assert open_one.versions.model.objects.visible_to(getattr(city, who)).count() == 1


def test_a_rolled_back_draft_leaves_no_trace(city):
    with pytest.raises(InvalidInput):
        draft_policy(replace(draft(city), body=" "), actor=city.land_clerk, at=city.at)
    assert POLICIES.verify() == []
