"""匹配存下来的结果：与一对一对地问一样，改一处等于全部重算，半路被杀也不丢（R-61）。"""

import random
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from enterprises.models import Enterprise, FirmChange, Tag
from enterprises.services import end_whitelisting, strike_off, whitelist
from enterprises.services.changes import note_changes
from policies.enums import ConditionField, Operator, Verdict
from policies.models import Eligibility, Policy
from policies.rules import bitmap
from policies.rules.matching import Condition, contradiction, match
from policies.services import abolish, draft_policy, matching, publish, revise
from policies.services.profiles import asked_of, read_profiles, register
from policies.tasks import match as match_task
from tests.factories import EnterpriseFactory
from tests.policies.test_library import draft, published
from zhuqi.kernel.errors import Conflict

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
F, Op = ConditionField, Operator
POOL = (
    Condition(F.REGION, Op.IN, ("魏都区",)), Condition(F.REGION, Op.NOT_IN, ("禹州市",)), Condition(F.STAFF, Op.AT_MOST, (50,)),
    Condition(F.STAFF, Op.AT_LEAST, (20,)), Condition(F.AGE, Op.AT_LEAST, (3,)), Condition(F.REVENUE, Op.AT_MOST, (2000,)),
    Condition(F.ABOVE_SCALE, Op.YES), Condition(F.ABOVE_SCALE, Op.NO), Condition(F.TAG, Op.IN, ("高新技术",)),
    Condition(F.TAG, Op.NOT_IN, ("高新技术",)), Condition(F.WHITELIST, Op.IN, ("市级白名单",)), Condition(F.INDUSTRY, Op.PREFIX, ("35",)),
)  # fmt: skip
LISTED = (Verdict.FITS, Verdict.ONE_MISSING, Verdict.UNKNOWN)


def stored():
    return {
        row.policy_id: [bitmap.keys(bitmap.unpacked(getattr(row, name))) for name in matching.LISTS]
        for row in Eligibility.objects.all()
    }


def by_hand(today):
    """一对一对地问。"""
    policies = list(Policy.objects.matchable(today).select_related("region"))
    asked, firms = asked_of(policies), list(read_profiles(today))
    return {
        policy.pk: [[firm.key for firm in firms if match(asked[policy.pk], firm).verdict == each] for each in LISTED]
        for policy in policies
    }


def firms_and_policies(city, rng, firms=6, policies=5):
    tag = Tag.objects.get_or_create(name="高新技术")[0]
    for _ in range(firms):
        change(EnterpriseFactory(region=rng.choice(list(city.regions.values()))), rng, tag)
    for _ in range(policies):
        published(city, number="", conditions=drawn(rng, rng.randrange(4)))


def drawn(rng, count):
    """这么多个条件，互不矛盾。"""
    while contradiction(found := tuple(rng.sample(POOL, count))):
        pass
    return found


def change(firm, rng, tag):
    Enterprise.objects.filter(pk=firm.pk).update(
        staff_count=rng.choice([None, 10, 20, 50, 51]), revenue=rng.choice([None, 0, 2000, 2001]),
        established_on=rng.choice([None, date(2020, 1, 1), date(2025, 1, 1)]), is_above_scale=rng.random() < 0.5,
        industry_code=rng.choice(["", "C3525", "3525", "I65"]), is_active=rng.random() < 0.9,
    )  # fmt: skip
    firm.tags.set([tag] if rng.random() < 0.5 else [])
    note_changes([firm.pk])


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10**6))
def test_what_is_kept_is_what_asking_one_by_one_gives_after_any_changes(city, seed):
    rng = random.Random(seed)
    firms_and_policies(city, rng)
    matching.match_all(at=city.at)
    assert stored() == by_hand(city.today)
    tag = Tag.objects.get(name="高新技术")
    for _ in range(3):
        change(rng.choice(Enterprise.objects.all()), rng, tag)
        policy = rng.choice(Policy.objects.all())
        revise(policy, draft(city, number="", conditions=drawn(rng, 2)), actor=city.clerk, at=city.at)
        published(city, number="", conditions=(rng.choice(POOL),))
        matching.match_all(at=city.at)
        assert stored() == by_hand(city.today)
    tomorrow = city.at + timedelta(days=400)
    matching.match_all(at=tomorrow)
    assert stored() == by_hand(tomorrow.date())


def test_one_changed_firm_moves_only_its_own_bits_and_rows(city):
    small = published(city, number="", conditions=(Condition(F.STAFF, Op.AT_MOST, (50,)),))
    other = published(city, number="", conditions=(Condition(F.ABOVE_SCALE, Op.YES),))
    assert matching.match_all(at=city.at).policies == 2
    before = dict(Eligibility.objects.values_list("policy", "revision"))
    Enterprise.objects.filter(pk=city.firm.pk).update(staff_count=10)
    note_changes([city.firm.pk])
    assert matching.match_all(at=city.at) == matching.Done(1, 0)
    after = dict(Eligibility.objects.values_list("policy", "revision"))
    assert (after[small.pk] - before[small.pk], after[other.pk] - before[other.pk]) == (1, 0)
    assert stored() == by_hand(city.today)


def test_run_again_nothing_is_done(city):
    published(city)
    matching.match_all(at=city.at)
    assert matching.match_all(at=city.at) == matching.Done(0, 0)


@pytest.mark.usefixtures("city")
def test_the_task_does_the_same():
    note_changes([1])
    assert match_task() == {"firms": 1, "policies": 0}


def test_policies_come_and_go_with_their_days_and_their_state(city):
    later = published(city, number="", effective_on=city.today + DAY)
    short = published(city, number="", expires_on=city.today)
    gone = published(city, number="")
    waiting = draft_policy(draft(city, number=""), actor=city.land_clerk, at=city.at)
    matching.match_all(at=city.at)
    assert stored().keys() == {short.pk, gone.pk}
    abolish(gone, actor=city.clerk, at=city.at, on=city.today, why="有新办法")
    publish(waiting, actor=city.land_clerk, at=city.at)
    matching.match_all(at=city.at)
    assert stored().keys() == {short.pk, waiting.pk}
    matching.match_all(at=city.at + DAY)
    assert stored().keys() == {later.pk, waiting.pk}


def test_a_worker_killed_between_two_hundreds_is_made_up(city, monkeypatch):
    for _ in range(5):
        published(city, number="")
    monkeypatch.setattr(matching, "POLICIES_AT_ONCE", 2)
    whole, calls = matching._match, []

    def dying(rows, firms, when):
        calls.append(len(rows))
        if len(calls) == 2:
            raise KeyboardInterrupt
        return whole(rows, firms, when)

    monkeypatch.setattr(matching, "_match", dying)
    with pytest.raises(KeyboardInterrupt):
        matching.match_all(at=city.at)
    assert Eligibility.objects.filter(matched_on=city.today).count() == 2
    monkeypatch.setattr(matching, "_match", whole)
    assert matching.match_all(at=city.at).policies == 3
    assert stored() == by_hand(city.today)


def test_a_worker_killed_over_a_firm_leaves_its_note(city, monkeypatch):
    published(city, number="", conditions=(Condition(F.ABOVE_SCALE, Op.YES),))
    matching.match_all(at=city.at)
    Enterprise.objects.filter(pk=city.firm.pk).update(is_above_scale=True)
    note_changes([city.firm.pk])
    monkeypatch.setattr(matching, "_write", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt()))
    with pytest.raises(KeyboardInterrupt):
        matching.match_all(at=city.at)
    assert FirmChange.objects.count() == 1
    monkeypatch.undo()
    matching.match_all(at=city.at)
    assert (FirmChange.objects.count(), stored()) == (0, by_hand(city.today))


def test_a_result_from_an_older_register_does_not_overwrite_a_newer_one(city, monkeypatch):
    """一个进程读了名册，企业这时改了、另一个进程已经算过：前一个写不进去。"""
    policy = published(city, number="", conditions=(Condition(F.ABOVE_SCALE, Op.YES),))
    matching.list_policies(city.today)
    read = register

    def overtaken(today, *, among=None):
        firms = read(today, among=among)
        if among is None:
            monkeypatch.setattr(matching, "register", read)
            Enterprise.objects.filter(pk=city.firm.pk).update(is_above_scale=True)
            note_changes([city.firm.pk])
            matching.match_changed_firms(city.today)
        return firms

    monkeypatch.setattr(matching, "register", overtaken)
    assert matching.match_stale_policies(city.today, at=city.at) == 0
    matching.match_all(at=city.at)
    assert city.firm.pk in stored()[policy.pk][0]


def test_two_workers_over_one_firm_do_not_both_write(city, monkeypatch):
    published(city, number="", conditions=(Condition(F.ABOVE_SCALE, Op.YES),))
    matching.match_all(at=city.at)
    Enterprise.objects.filter(pk=city.firm.pk).update(is_above_scale=True)
    note_changes([city.firm.pk])
    read = register

    def overtaken(today, *, among=None):
        Eligibility.objects.update(revision=99)
        return read(today, among=among)

    monkeypatch.setattr(matching, "register", overtaken)
    with pytest.raises(Conflict, match="另一个进程"):
        matching.match_all(at=city.at)
    monkeypatch.undo()
    assert FirmChange.objects.count() == 1
    matching.match_all(at=city.at)
    assert stored() == by_hand(city.today)


def test_services_of_the_books_leave_a_note(city):
    listing = whitelist(city.firm, "CITY", from_on=city.today, document="许助企〔2026〕8号", actor=city.clerk)
    end_whitelisting(listing, to_on=city.today, actor=city.clerk)
    strike_off(city.other_firm, actor=city.clerk, at=city.at)
    assert list(FirmChange.objects.values_list("firm_key", flat=True)) == [
        city.firm.pk, city.firm.pk, city.other_firm.pk,
    ]  # fmt: skip


def test_a_tag_or_county_that_changes_its_name_is_matched_anew_at_once(city):
    tag = Tag.objects.get_or_create(name="高新技术")[0]
    city.firm.tags.set([tag])
    wants = Condition(F.TAG, Op.IN, ("高新技术",))
    policy = published(city, number="", conditions=(wants,))
    matching.match_all(at=city.at)
    assert stored()[policy.pk][0] == [city.firm.pk]
    Tag.objects.filter(pk=tag.pk).update(name="高新技术企业")
    matching.match_all(at=city.at)
    assert stored() == by_hand(city.today)
    assert city.firm.pk not in stored()[policy.pk][0]
    Tag.objects.filter(pk=tag.pk).update(name="高新技术")
    region = city.regions["zone"]
    type(region).objects.filter(pk=region.pk).update(parent=city.regions["yuzhou"])
    assert matching.match_all(at=city.at).policies == 1
    assert stored()[policy.pk][0] == [city.firm.pk]
    assert matching.match_all(at=city.at).policies == 0


def test_the_number_of_queries_does_not_grow(city, django_assert_num_queries):
    published(city, number="")
    matching.match_all(at=city.at)
    note_changes([city.firm.pk])
    with django_assert_num_queries(25):
        matching.match_all(at=city.at)
    for _ in range(2):
        published(city, number="")
    matching.match_all(at=city.at)
    note_changes([city.firm.pk])
    with django_assert_num_queries(25):
        matching.match_all(at=city.at)
