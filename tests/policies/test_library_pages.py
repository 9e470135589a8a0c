"""政策库的页面：查、看、录入、修订、发布、废止，各个岗位（R-60、R-62）。"""

from datetime import timedelta

import pytest
from django.urls import reverse

from policies.enums import PolicyState
from policies.models import Policy, PolicyCategory
from policies.services import abolish, draft_policy, publish
from tests.databases import READS_BACK
from tests.policies.test_library import DAY, draft, published

pytestmark = pytest.mark.django_db
LIST = "policies:list"


def page(client, user, name=LIST, *args, **asked):
    client.force_login(user)
    return client.get(reverse(name, args=args), asked)


def body(*args, **asked):
    return page(*args, **asked).content.decode()


def form_of(city, **more):
    said = {
        "title": "许昌市稳岗补贴办法", "issuer": "许昌市人民政府办公室", "level": "CITY", "body": "给予稳岗补贴。",
        "number": "示政办〔2026〕11号", "card": "不裁员就有补贴。", "unit": city.land.pk, "revision": 0,
        "c-TOTAL_FORMS": 2, "c-INITIAL_FORMS": 0, "c-0-field": "AGE", "c-0-operator": "AT_LEAST", "c-0-values": "2",
        "c-1-field": "", "c-1-operator": "", "c-1-values": "",
    }  # fmt: skip
    return said | more


def test_words_are_found_ranked_and_marked(client, city):
    published(city, title="说到别的", number="", body="正文里有稳岗二字")
    published(city, title="稳岗补贴办法", number="", body="别的话")
    said = body(client, city.firm_user, q="稳岗")
    assert "<mark>稳岗</mark>补贴办法" in said
    assert "正文里有<mark>稳岗</mark>二字" in said
    assert said.index("补贴办法") < said.index("说到别的")
    assert "2 份" in said


def test_only_valid_ones_unless_asked_and_the_others_are_marked(client, city):
    published(city, title="还有效的", number="")
    published(city, title="过期的", number="", expires_on=city.today - DAY)
    gone = published(city, title="废止的", number="")
    abolish(gone, actor=city.clerk, at=city.at, on=city.today, why="有新办法")
    said = body(client, city.cadre)
    assert "还有效的" in said
    assert "过期的" not in said
    assert "废止的" not in said
    said = body(client, city.cadre, valid="all")
    assert "已过期" in said
    assert "已废止" in said
    assert "不再执行：有新办法" in body(client, city.cadre, "policies:detail", gone.pk)


def test_facets_count_what_one_may_see_and_narrow(client, city):
    category = PolicyCategory.objects.create(name="用工人才")
    published(city, number="", category=category, published_on=city.today)
    published(city, number="", level="NATION")
    draft_policy(draft(city, number=""), actor=city.land_clerk, at=city.at)
    said = body(client, city.firm_user)
    assert "用工人才（1）" in said
    assert "国家（1）" in said
    assert f"{city.today.year}（1）" in said
    assert "1 份有效" in body(client, city.firm_user, level="NATION")
    assert "1 份有效" in body(client, city.firm_user, category=category.pk)
    assert "1 份有效" in body(client, city.firm_user, year=city.today.year)
    assert "没有查到" in body(client, city.firm_user, year=1999)
    assert page(client, city.firm_user, level="TOWN", year="x", category="x", page="x").status_code == 200


@pytest.mark.parametrize("asked", [{}, {"q": "技术"}])
def test_a_list_costs_the_same_at_one_and_three_rows(client, city, django_assert_num_queries, asked):
    published(city, number="")
    page(client, city.firm_user, **asked)
    with django_assert_num_queries(18 + READS_BACK if asked else 17):
        page(client, city.firm_user, **asked)
    published(city, number="")
    published(city, number="")
    page(client, city.firm_user, **asked)  # the counts of the facets are kept until a policy changes
    with django_assert_num_queries(18 + READS_BACK if asked else 17):
        page(client, city.firm_user, **asked)


def test_facets_are_counted_anew_once_a_policy_changed(client, city):
    policy = published(city, number="")
    assert "1 份有效" in body(client, city.firm_user)
    later = city.at + timedelta(minutes=1)
    abolish(policy, actor=city.land_clerk, at=later, on=city.today, why="到期")
    assert "市（1）" not in body(client, city.firm_user)


def test_a_draft_does_not_exist_for_others(client, city):
    hidden = draft_policy(draft(city), actor=city.land_clerk, at=city.at)
    for name in ("detail", "edit"):
        assert page(client, city.labour_clerk, f"policies:{name}", hidden.pk).status_code == 404
    assert page(client, city.firm_user, "policies:detail", hidden.pk).status_code == 404
    assert page(client, city.land_clerk, "policies:detail", hidden.pk).status_code == 200
    assert hidden.title in body(client, city.land_clerk, "policies:drafts")


def test_entering_publishing_revising_and_abolishing(client, city):
    client.force_login(city.land_clerk)
    client.post(reverse("policies:new"), form_of(city))
    policy = Policy.objects.get()
    assert (policy.state, policy.conditions.get().values) == (PolicyState.DRAFT, [2])
    client.post(reverse("policies:publish", args=[policy.pk]))
    changed = form_of(city, card="新的明白卡", note="改写明白卡", **{"c-INITIAL_FORMS": 1, "c-0-values": "3"})
    client.post(reverse("policies:edit", args=[policy.pk]), changed)
    policy.refresh_from_db()
    assert (policy.version, policy.card, policy.conditions.get().values) == (2, "新的明白卡", [3])
    assert "不裁员就有补贴" in body(client, city.firm_user, "policies:version", policy.pk, 1)
    assert "只作对照" in body(client, city.firm_user, "policies:version", policy.pk, 1)
    client.force_login(city.land_clerk)
    client.post(reverse("policies:abolish", args=[policy.pk]), {"on": city.today, "why": "到期"})
    policy.refresh_from_db()
    assert policy.state == PolicyState.ABOLISHED


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"title": ""}, "标题"),
        ({"level": "COUNTY"}, "县级政策要选"),
        ({"c-0-operator": "PREFIX"}, "只能用"),
        ({"c-0-field": ""}, "请选看企业的哪一项"),
        ({"c-0-values": ""}, "请写跟什么比"),
        ({"c-0-values": "三"}, "整数"),
        ({"c-0-values": "-3"}, "整数"),
        ({"c-0-field": "TAG", "c-0-operator": "IN", "c-0-values": "没有的标签"}, "没有这样的企业标签"),
        ({"c-0-field": "INDUSTRY", "c-0-operator": "PREFIX", "c-0-values": "Z99"}, "没有这样的行业代码"),
        ({"c-TOTAL_FORMS": "x"}, ""),
        ({"published_on": "2026-13-01"}, "日期"),
    ],
)
def test_wrong_input_comes_back_filled_in(client, city, wrong, said):
    client.force_login(city.land_clerk)
    answer = client.post(reverse("policies:new"), form_of(city, **wrong))
    assert answer.status_code == 200
    assert said in answer.content.decode()
    assert "给予稳岗补贴。" in answer.content.decode()
    assert not Policy.objects.exists()


def test_scripts_in_a_text_are_only_text(client, city):
    policy = published(city, body="<script>alert(1)</script> 稳岗", title="<b>题</b>")
    for asked in ({}, {"q": "稳岗"}):
        said = body(client, city.firm_user, "policies:detail", policy.pk, **asked)
        assert "<script>alert" not in said
        assert "<b>题</b>" not in said


@pytest.mark.parametrize("who", ["cadre", "firm_user", "leader", "supervisor"])
@pytest.mark.parametrize("name", ["new", "drafts"])
def test_pages_of_publishers_are_not_for_others(client, city, who, name):
    assert page(client, getattr(city, who), f"policies:{name}").status_code == 403


def test_another_units_published_policy_is_not_edited(client, city):
    policy = published(city)
    assert page(client, city.labour_clerk, "policies:edit", policy.pk).status_code == 403
    client.force_login(city.labour_clerk)
    assert client.post(reverse("policies:abolish", args=[policy.pk]), {"on": city.today, "why": "x"}).status_code == 403


def test_a_stale_page_is_a_conflict_and_a_bad_abolition_comes_back(client, city):
    policy = published(city)
    client.force_login(city.land_clerk)
    edit = reverse("policies:edit", args=[policy.pk])
    changed = form_of(city, number=policy.number)
    client.post(edit, changed)
    assert client.post(edit, changed).status_code == 409
    answer = client.post(
        reverse("policies:abolish", args=[policy.pk]), {"on": city.today + 99 * DAY, "why": "预先废止"}
    )
    assert (answer.status_code, "预先废止" in answer.content.decode()) == (422, True)
    assert client.post(reverse("policies:publish", args=[policy.pk])).status_code == 409


def test_what_was_typed_on_a_stale_page_comes_back_and_may_be_saved_on_top(client, city):
    policy = published(city)
    client.force_login(city.land_clerk)
    edit = reverse("policies:edit", args=[policy.pk])
    client.post(edit, form_of(city, number=policy.number, card="别人先存的"))
    mine = form_of(city, number=policy.number, card="我写了半天的明白卡")
    answer = client.post(edit, mine)
    said = answer.content.decode()
    assert answer.status_code == 409
    assert "我写了半天的明白卡" in said
    assert "刚被别人改过" in said
    assert 'name="revision" value="1"' in said
    assert client.post(edit, mine | {"revision": 1}).status_code == 302
    assert Policy.objects.get(pk=policy.pk).card == "我写了半天的明白卡"


@pytest.mark.parametrize(
    ("name", "typed", "kept"),
    [("REVENUE", "2 亿", 20_000), ("REVENUE", "2,000", 2000), ("REVENUE", "2000万元", 2000), ("STAFF", "1,200 人", 1200),
     ("AGE", "３年", 3)],
)  # fmt: skip
def test_a_number_in_a_condition_is_read_as_people_type_it(client, city, name, typed, kept):
    client.force_login(city.land_clerk)
    said = {"c-0-field": name, "c-0-values": typed}
    assert client.post(reverse("policies:new"), form_of(city, **said)).status_code == 302
    assert Policy.objects.get().conditions.get().values == [kept]


@pytest.mark.parametrize(
    ("name", "typed", "said"),
    [("REVENUE", "2亿左右", "金额看不懂"), ("REVENUE", "3500元", "以万元计"), ("STAFF", "100万人", "请填一个"),
     ("AGE", "三", "请填一个"), ("STAFF", "9" * 11, "不超过 10 亿")],
)  # fmt: skip
def test_a_number_in_a_condition_that_is_none_comes_back(client, city, name, typed, said):
    client.force_login(city.land_clerk)
    answer = client.post(reverse("policies:new"), form_of(city, **{"c-0-field": name, "c-0-values": typed}))
    assert said in answer.content.decode()
    assert not Policy.objects.exists()


def test_saving_the_same_draft_twice_keeps_one(client, city):
    client.force_login(city.land_clerk)
    said = form_of(city, number="")
    first = client.post(reverse("policies:new"), said)
    again = client.post(reverse("policies:new"), said)
    assert (first.status_code, again.url) == (302, first.url)
    assert Policy.objects.count() == 1
    client.post(reverse("policies:new"), said | {"c-0-values": "3"})
    assert Policy.objects.count() == 2


def test_an_empty_library_says_what_to_do(client, city):
    assert "录入第一份" in body(client, city.land_clerk)
    assert "还没有发布的政策" in body(client, city.firm_user)
    publish(draft_policy(draft(city), actor=city.land_clerk, at=city.at), actor=city.land_clerk, at=city.at)
    assert "没有草稿" in body(client, city.land_clerk, "policies:drafts")
