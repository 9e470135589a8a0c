"""走访讲政策：提示讲哪几项、讲了的记在走访上、讲过就是告知（R-13、R-60、R-61）。"""

import pytest
import time_machine
from django.urls import reverse

from cadres.services.visits import VisitEntry
from cases.services.visiting import Heard, save_visit
from enterprises.models import Tag
from policies.enums import ConditionField, Operator
from policies.models import Entitlement, Explanation
from policies.rules.matching import Condition
from policies.services import abolish
from policies.services.explaining import EXPLAINED_MOST, explain, last_told, searched, suggestions
from reports.ledgers import LEDGERS
from reports.ledgers.ledger import Reader
from tests.factories.people import VisitFactory
from tests.policies.test_library import DAY, published
from zhuqi.kernel.errors import InvalidInput, NotPermitted

pytestmark = pytest.mark.django_db
REVENUE = Condition(ConditionField.REVENUE, Operator.AT_LEAST, (2000,))


@pytest.fixture(autouse=True)
def _now(city):
    with time_machine.travel(city.at, tick=False):
        yield


def made(city, title, *, fits=None, days=200, **more):
    """一项政策；`fits`：适合这家、不适合，None 是缺资料、不知道。"""
    elsewhere = Condition(ConditionField.REGION, Operator.IN, (city.other_firm.region.name,))
    tag, _ = Tag.objects.get_or_create(name="没有的标签")
    tagged = Condition(ConditionField.TAG, Operator.IN, (tag.name,))
    conditions = {True: (), False: (elsewhere, tagged), None: (REVENUE,)}[fits]
    on = city.today - days * DAY
    return published(city, title=title, number="", published_on=on, conditions=conditions, **more)


def visited(city, *policies, **more):
    said = {"enterprise": city.firm, "visited_on": city.today, "topic": "POLICY", "token": "t"} | more
    entry = VisitEntry(policy_keys=tuple(policy.pk for policy in policies), **said)
    return save_visit(entry, actor=city.cadre, at=city.at).visit


def test_what_fits_comes_first_then_what_is_new_and_what_is_unfit_never(city):
    made(city, "旧而不知道的")
    made(city, "新的", days=5)
    made(city, "适合的", fits=True)
    made(city, "新而不适合的", fits=False, days=5)
    made(city, "过期的", fits=True, expires_on=city.today - DAY)
    made(city, "又新又适合的", fits=True, days=5)
    told = made(city, "讲过的", fits=True)
    visited(city, told)
    found = suggestions(city.firm, today=city.today)
    assert [one.policy.title for one in found] == ["又新又适合的", "适合的", "新的", "讲过的"]
    assert [one.told_on for one in found] == [None, None, None, city.today]


def test_any_valid_one_is_found_by_its_words(city):
    made(city, "冷链物流补助")
    made(city, "冷链旧办法", expires_on=city.today - DAY)
    assert [one.policy.title for one in searched("冷链", city.firm, today=city.today)] == ["冷链物流补助"]
    assert searched(" \x00", city.firm, today=city.today) == []


def test_a_visit_and_what_was_explained_are_saved_together_once_and_count_as_told(city):
    one, two = made(city, "甲"), made(city, "乙")
    visit = visited(city, one, two)
    visited(city, one, two)
    rows = Explanation.objects.order_by("policy__title")
    assert {(row.visit, row.enterprise, row.explained_by, row.explained_at) for row in rows} == {
        (visit, city.firm, city.cadre, city.at)
    }
    assert rows.count() == 2
    told = Entitlement.objects.filter(enterprise=city.firm, told_at=city.at)
    assert set(told.values_list("policy", flat=True)) == {one.pk, two.pk}


def test_explained_again_keeps_the_first_time_it_was_told(city):
    one = made(city, "甲")
    visited(city, one)
    entry = VisitEntry(city.firm, city.today, topic="POLICY", token="u", policy_keys=(one.pk,))
    save_visit(entry, actor=city.cadre, at=city.at + DAY)
    assert Entitlement.objects.get().told_at == city.at
    assert Explanation.objects.count() == 2
    assert [row.policy for row in last_told(city.firm, city.cadre)] == [one]


def test_one_abolished_meanwhile_refuses_the_whole_visit(city):
    one = made(city, "甲")
    abolish(one, actor=city.clerk, at=city.at, on=city.today, why="有新办法")
    with pytest.raises(InvalidInput) as refused:
        visited(city, one)
    assert list(refused.value.errors) == ["explained"]
    assert not city.firm.visits.exists()


def test_too_many_and_someone_elses_visit_are_refused(city):
    visit = VisitFactory(enterprise=city.firm, cadre=city.cadre)
    with pytest.raises(NotPermitted):
        explain(visit, [], actor=city.other_cadre, at=city.at)
    keys = [made(city, f"第 {n} 项").pk for n in range(EXPLAINED_MOST + 1)]
    with pytest.raises(InvalidInput, match="最多"):
        explain(visit, keys, actor=city.cadre, at=city.at)


def test_a_policy_visit_needs_a_policy_or_a_word(city):
    with pytest.raises(InvalidInput, match="讲了哪项政策"):
        visited(city)
    assert visited(city, made(city, "甲")).topic == "POLICY"


def test_a_visit_with_problems_may_explain_as_well(city):
    entry = VisitEntry(city.firm, city.today, token="t", policy_keys=(made(city, "甲").pk,))
    saved = save_visit(entry, [Heard("二期边角地规划卡住了")], actor=city.cadre, at=city.at)
    assert (len(saved.opened), saved.visit.explanations.count()) == (1, 1)


# --- 走访单 ----------------------------------------------------------------------------------------------------------
def form(**more):
    said = {"mode": "ON_SITE", "day": "today", "topic": "POLICY", "token": "t", "problems-count": "0"}
    return said | more


def test_the_form_offers_searches_without_a_script_and_saves(client, city):
    fits, other = made(city, "技改补助", fits=True), made(city, "冷链物流补助")
    url = reverse("cases:visit_new", args=[city.firm.pk])
    client.force_login(city.cadre)
    said = client.get(url, {"topic": "POLICY"}).content.decode()
    assert "技改补助" in said
    assert "冷链" not in said
    said = client.post(url, form(find="1", policy_q="冷链", explained=[fits.pk])).content.decode()
    assert f'value="{fits.pk}" checked' in said
    assert f'value="{other.pk}">' in said
    answer = client.post(url, form(explained=[fits.pk, other.pk], confirmed="x"), follow=True)
    assert "讲了 2 项政策" in answer.content.decode()
    assert Explanation.objects.count() == 2


def test_the_form_keeps_what_was_ticked_and_says_what_is_gone(client, city):
    fits, gone = made(city, "技改补助", fits=True), made(city, "要废止的")
    abolish(gone, actor=city.clerk, at=city.at, on=city.today, why="有新办法")
    client.force_login(city.cadre)
    url = reverse("cases:visit_new", args=[city.firm.pk])
    for bad in (gone.pk, "x", "9" * 30, "1\x00"):
        answer = client.post(url, form(explained=[fits.pk, bad]))
        assert answer.status_code == 422
        assert f'value="{fits.pk}" checked' in answer.content.decode()
        assert "请重新勾选" in answer.content.decode()
    assert not Explanation.objects.exists()


def test_searching_in_place_keeps_the_ticked_and_is_only_for_ones_own_firm(client, city):
    one, other = made(city, "冷链物流补助"), made(city, "稳岗补贴")
    url = reverse("cases:visit_policies", args=[city.firm.pk])
    client.force_login(city.cadre)
    said = client.get(url, {"policy_q": "冷链", "explained": [other.pk]}).content.decode()
    assert f'value="{other.pk}" checked' in said
    assert f'value="{one.pk}">' in said
    assert "没有找到" in client.get(url, {"policy_q": "没有的"}).content.decode()
    client.force_login(city.other_cadre)
    assert client.get(url, {"policy_q": "冷链"}).status_code == 404


# --- 看得到的地方 ----------------------------------------------------------------------------------------------------
def test_it_shows_on_the_firm_the_brief_the_firms_own_page_and_the_policy(client, city):
    policy, fresh = made(city, "技改补助", fits=True), made(city, "新出的贴息", fits=True, days=3)
    visited(city, policy)
    for person, name, args in (
        (city.cadre, "enterprises:detail", [city.firm.pk]),
        (city.firm_user, "cadres:firm_visits", []),
        (city.cadre, "cases:brief", [city.firm.pk]),
    ):
        client.force_login(person)
        assert "技改补助" in client.get(reverse(name, args=args)).content.decode()
    said = client.get(reverse("cases:brief", args=[city.firm.pk])).content.decode() if person else ""
    assert "上次讲过：" in said
    assert fresh.title in said


def test_the_policy_counts_by_unit_and_names_only_what_one_may_see(client, city):
    policy = made(city, "技改补助")
    visited(city, policy)
    url = reverse("policies:detail", args=[policy.pk])
    for person, counts, names in (
        (city.clerk, True, True), (city.cadre, True, True), (city.land_clerk, True, True),
        (city.other_cadre, True, False), (city.labour_clerk, True, False), (city.other_firm_user, False, False),
    ):  # fmt: skip
        client.force_login(person)
        said = client.get(url).content.decode()
        assert ("走访中讲给了谁" in said) is counts
        assert (str(city.firm) in said) is names


def test_the_ledger_of_visits_lists_the_titles_beside_the_free_words(city):
    visit = visited(city, made(city, "技改补助"), policies_explained="口头说了年报")
    line = next(iter(LEDGERS["visits"].lines([visit.pk], Reader(city.clerk, today=city.today))))
    assert "技改补助；口头说了年报" in line.values


@pytest.mark.parametrize("count", [1, 3])
def test_the_brief_asks_the_same_however_many_policies(client, city, django_assert_num_queries, count):
    for n in range(count):
        visited(city, made(city, f"讲过 {n}", fits=True), token=f"t{n}")
        made(city, f"没讲 {n}", fits=True)
    client.force_login(city.cadre)
    with django_assert_num_queries(40):
        client.get(reverse("cases:brief", args=[city.firm.pk]))
