"""问题列表、责任判例、搜索。"""

import pytest
import time_machine
from django.urls import reverse

from cases.enums import Action, Level, Status
from cases.services import perform
from cases.views import listing
from tests.cases import situations
from tests.cases.steps import DAY, dispatched
from tests.databases import READS_BACK
from tests.factories import CaseFactory, EnterpriseFactory
from tests.policies.test_library import published


@pytest.fixture(autouse=True)
def _now(city):
    with time_machine.travel(city.at, tick=False):
        yield


def listed(client, user, **query):
    """列出来的标题。"""
    client.force_login(user)
    answer = client.get(reverse("cases:list"), query)
    assert answer.status_code == 200
    return [case.title for case in answer.context["page"]]


def make(city, title, **more):
    return CaseFactory(enterprise=city.firm, office=city.office, title=title, **more)


def test_everybody_lists_only_what_they_may_see(client, city):
    make(city, "本企业的", lead=city.land)
    CaseFactory(enterprise=city.other_firm, office=city.office, title="别家的", lead=city.labour)
    assert set(listed(client, city.clerk)) == {"本企业的", "别家的"}
    for who in ("county_clerk", "land_clerk", "cadre", "firm_user"):
        assert listed(client, city.people[who]) == ["本企业的"], who
    for who in ("sysadmin", "secadmin", "auditor"):
        assert listed(client, city.people[who]) == [], who


FLAGGED = [
    ("open", {"status": Status.HANDLING}, {"status": Status.CLOSED}),
    ("ended", {"status": Status.CLOSED}, {"status": Status.HANDLING}),
    (
        "overdue",
        {"status": Status.HANDLING, "next_due_on": "2026-11-22"},
        {"status": Status.HANDLING, "next_due_on": "2026-11-23"},
    ),
    (
        "near",
        {"status": Status.HANDLING, "next_due_on": "2026-11-25"},
        {"status": Status.HANDLING, "next_due_on": "2026-11-26"},
    ),
    ("urged", {"urge_count": 1}, {}),
    ("inquiry", {"level": Level.INQUIRY}, {"level": Level.URGED}),
    ("bad", {"bad_rating_count": 1}, {}),
    ("reopened", {"reopened_count": 1}, {}),
    ("coordination", {"needs_coordination": True, "status": Status.HANDLING}, {}),
    ("legal", {"is_legal": True}, {}),
]


@pytest.mark.parametrize(("flag", "inside", "outside"), FLAGGED)
def test_each_flag_narrows(client, city, flag, inside, outside):
    make(city, "在内", **inside)
    make(city, "在外", **outside)
    assert listed(client, city.clerk, flag=flag) == ["在内"]


def test_shelved_over_sixty_days(client, city):
    make(city, "久的", status=Status.SHELVED, submitted_at=city.at - 61 * DAY)
    make(city, "新的", status=Status.SHELVED, submitted_at=city.at - 59 * DAY)
    assert listed(client, city.clerk, flag="shelved60") == ["久的"]


def test_filters_add_up_and_stay_in_the_address(client, city):
    make(
        city,
        "甲",
        status=Status.HANDLING,
        lead=city.land,
        category=city.categories["land"],
        tier="MAJOR",
        source="VISIT",
    )
    make(city, "乙", status=Status.HANDLING, lead=city.labour, category=city.categories["labour"])
    query = {
        "status": "HANDLING", "unit": city.land.pk, "region": city.regions["weidu"].pk, "tier": "MAJOR", "source": "VISIT",
        "category": city.categories["factor"].pk, "level": "0", "month": "2026-11", "due": "",
    }  # fmt: skip
    assert listed(client, city.clerk, **query) == ["甲"]
    page = client.get(reverse("cases:list"), query).content.decode()
    assert "month=2026-11" in page
    assert f'<option value="{city.land.pk}" selected>' in page


@pytest.mark.parametrize("query", [
    {"status": "NOPE"}, {"month": "2026-13"}, {"unit": "999999"}, {"due": "明天"}, {"page": "九"}, {"page": "-1"}, {"level": "x"}, {"region": "a"},
])  # fmt: skip
def test_a_wrong_condition_is_as_if_not_given(client, city, query):
    make(city, "甲")
    assert listed(client, city.clerk, **query) == ["甲"]


def test_month_by_closing(client, city):
    make(city, "上月销", status=Status.CLOSED, closed_at=city.at - 30 * DAY)
    make(city, "本月销", status=Status.CLOSED, closed_at=city.at)
    assert listed(client, city.clerk, month="2026-10", by="closed") == ["上月销"]


def test_due_gives_what_falls_due_by_then(client, city):
    make(city, "先到", status=Status.HANDLING, next_due_on="2026-11-24")
    make(city, "后到", status=Status.HANDLING, next_due_on="2026-11-30")
    assert listed(client, city.clerk, due="2026-11-25") == ["先到"]
    assert listed(client, city.clerk, sort="due") == ["先到", "后到"]


def test_words_find_number_title_description_and_firm(client, city):
    case = make(city, "变压器增容", description="一期 800 千伏安。")
    make(city, "招工难")
    assert listed(client, city.clerk, q="器增") == ["变压器增容"]
    assert listed(client, city.clerk, q=case.number) == ["变压器增容"]
    assert len(listed(client, city.clerk, q="沅砥精密")) == 2
    assert listed(client, city.clerk, q="沅砥 变压器增容") == ["变压器增容"]
    assert listed(client, city.clerk, q="千伏") == ["变压器增容"]
    assert listed(client, city.clerk, q="，") == []
    assert listed(client, city.clerk, q="没有的词") == []


def test_who_was_rated_badly_is_not_for_units_to_filter(client, city):
    make(city, "差评件", lead=city.land, bad_rating_count=1)
    make(city, "别的件", lead=city.land)
    assert len(listed(client, city.land_clerk, flag="bad")) == 2


def test_counting_stops_early(client, city, monkeypatch):
    monkeypatch.setattr(listing, "COUNTED_MOST", 3)
    monkeypatch.setattr(listing, "SIZE", 2)
    for n in range(5):
        make(city, f"第{n}")
    client.force_login(city.clerk)
    page = client.get(reverse("cases:list")).content.decode()
    assert "多于 <b>3</b> 件" in page
    assert len(listed(client, city.clerk, page=9)) == 1


def test_an_empty_list_says_what_to_do(client, city):
    client.force_login(city.clerk)
    assert "放宽一两个条件" in client.get(reverse("cases:list")).content.decode()


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_asks_the_same_number_of_questions(client, city, rows, django_assert_num_queries):
    for n in range(rows):
        make(city, f"第{n}", lead=city.land, category=city.categories["land"])
    client.force_login(city.clerk)
    client.get(reverse("cases:list"))
    with django_assert_num_queries(12):
        client.get(reverse("cases:list"))


def ruled(city):
    return perform(
        situations.objected(city), Action.REJECT, actor=city.clerk, at=city.at, note="零星用地归自然资源部门。"
    )


def test_precedents_are_searchable_within_sight(client, city):
    ruled(city)
    client.force_login(city.clerk)
    address = reverse("cases:precedents")
    assert "由市自然资源局主办" in client.get(address, {"q": "零星用地"}).content.decode()
    assert "由市自然资源局主办" in client.get(address, {"category": city.categories["factor"].pk}).content.decode()
    assert "还没有这样的判例" in client.get(address, {"q": "没有的"}).content.decode()
    assert "还没有这样的判例" in client.get(address, {"category": city.categories["labour"].pk}).content.decode()
    client.force_login(city.other_county_clerk)
    assert "由市自然资源局主办" not in client.get(address).content.decode()


def test_search_groups_and_keeps_to_ones_sight(client, city):
    case = make(city, "变压器增容", lead=city.land)
    client.force_login(city.clerk)
    search = reverse("search")
    assert client.get(search, {"q": case.number})["Location"] == reverse("cases:detail", args=[case.pk])
    said = client.get(search, {"q": "沅砥"}).content.decode()
    assert "变压器增容" in said
    assert city.firm.credit_code in said
    assert city.firm.credit_code in client.get(search, {"q": city.firm.credit_code[-6:]}).content.decode()
    assert city.firm.name in client.get(search, {"q": city.firm.pinyin[:4]}).content.decode()
    said = client.get(search, {"q": "夏季"}).content.decode()
    assert "<mark>夏季</mark>多次跳闸" in said
    assert "问题 <b>1</b> 件" in said
    client.force_login(city.other_cadre)
    assert "没有找到" in client.get(search, {"q": "沅砥"}).content.decode()
    assert client.get(search, {"q": case.number}).status_code == 200


def test_search_finds_policies_in_force_and_points_to_the_library_for_the_rest(client, city):
    policy = published(city, title="稳岗补贴办法", number="示政办〔2026〕7号", body="不裁员的给予补贴。")
    published(city, title="旧的稳岗办法", number="", body="已经过期。", expires_on=city.today - DAY)
    for who in (city.firm_user, city.cadre, city.clerk):
        client.force_login(who)
        said = client.get(reverse("search"), {"q": "稳岗"}).content.decode()
        assert "政策 <b>1</b> 份" in said
        assert reverse("policies:detail", args=[policy.pk]) in said
        assert "旧的" not in said
        assert reverse("policies:detail", args=[policy.pk]) in client.get(reverse("search"), {"q": "〔2026〕7号"}).text
    assert "valid=all" in client.get(reverse("search"), {"q": "已经过期"}).text
    client.force_login(city.sysadmin)
    assert "政策 <b>0</b> 份" in client.get(reverse("search"), {"q": "稳岗"}).text


def test_a_ticket_number_opens_the_ticket(client, city):
    ticket = dispatched(city, city.at).tickets.get()
    search = reverse("search")
    client.force_login(city.clerk)
    assert client.get(search, {"q": ticket.number})["Location"] == reverse("cases:ticket", args=[ticket.pk])
    client.force_login(city.labour_clerk)
    assert client.get(search, {"q": ticket.number}).status_code == 200


def test_search_costs_the_same_at_one_and_three_rows(client, city, django_assert_num_queries):
    client.force_login(city.clerk)
    client.get(reverse("search"), {"q": "变压器"})  # notes the session once a minute
    for _ in range(2):
        make(city, "变压器增容", lead=city.land)
        published(city, number="", body="变压器增容的补助。")
        with django_assert_num_queries(16 + 3 * READS_BACK):
            client.get(reverse("search"), {"q": "变压器"})
        make(city, "变压器增容", lead=city.land)


@pytest.mark.parametrize("words", ["", "   ", "%", "_", "'; --", "〔2026〕12号", "x" * 500])
def test_search_takes_any_words(client, city, words):
    EnterpriseFactory()
    client.force_login(city.clerk)
    assert client.get(reverse("search"), {"q": words}).status_code == 200


def test_coordination_lists_what_waits_and_what_was_settled(client, city):
    case = situations.coordinated(city)
    client.force_login(city.land_clerk)
    address = reverse("cases:coordination")
    assert "要与住建一起看现场。" in client.get(address).content.decode()
    client.force_login(city.clerk)
    assert "会商答复" in client.get(address).content.decode()
    situations.act(city, case, Action.ARRANGE)
    client.force_login(city.land_clerk)
    assert "定于周四看现场。" in client.get(address).content.decode()
    client.force_login(city.labour_clerk)
    assert "还没有请求过会商" in client.get(address).content.decode()
    for who in ("firm_user", "cadre", "auditor"):
        client.force_login(city.people[who])
        assert client.get(address).status_code == 404, who
