"""查重与合并的页面：名单、对照、合并、撤销；谁看得到、谁能办、旧页面、别县的（R-03、R-11）。"""

import pytest
from django.urls import reverse

from cadres.models import EnterpriseMerge, FirmsApart
from cases.services.firm_merging import Choices, merge_firms
from cases.services.firm_plan import ABSORBED
from enterprises.models import Enterprise
from tests.cases import twins
from tests.factories import EnterpriseFactory

pytestmark = pytest.mark.django_db
LIST = reverse("cases:duplicates")
LIST_QUERIES = 14
DONE_QUERIES = 13


@pytest.fixture
def pair(city):
    return twins.build(city)


@pytest.fixture
def director(client, city):
    client.force_login(city.director)
    return client


def preview(pair, back=False):
    keys = [pair.absorbed.pk, pair.kept.pk] if back else [pair.kept.pk, pair.absorbed.pk]
    return reverse("cases:firm_merge", args=keys)


def filled(client, pair, **more):
    """What the page would send, as it stands."""
    form = client.get(preview(pair)).context["form"]
    return {name: form[name].value() or "" for name in form.fields} | more


def test_the_list_names_the_pair_why_and_which_to_keep(director, pair):
    page = director.get(LIST).content.decode()
    assert pair.kept.name in page
    assert "名称相同" in page
    # More problems stand under the later entry: it is the one to keep.
    assert reverse("cases:firm_merge", args=[pair.absorbed.pk, pair.kept.pk]) in page


def test_a_pair_found_not_to_be_one_is_not_proposed_again(director, pair):
    url = reverse("cases:duplicates_apart", args=[pair.absorbed.pk, pair.kept.pk])
    for _ in range(2):
        assert director.post(url).status_code == 302
    assert FirmsApart.objects.count() == 1
    assert "没有像是重复登记的" in director.get(LIST).content.decode()
    assert director.post(reverse("cases:duplicates_apart", args=[pair.kept.pk, pair.kept.pk])).status_code == 422


def test_the_preview_shows_both_sides_what_moves_and_what_clashes(director, pair):
    page = director.get(preview(pair)).content.decode()
    for said in (
        "示例路 2 号", "两位牵头干部：许干部、", "两位首要联系人", "何干部两家都在联系", "县级白名单较低或重复",
        "同一位干部两家都约了走访", "两家登记在不同的县", "账号里的通知", "1 位联系人两边都登记了",
    ):  # fmt: skip
        assert said in page


def test_merged_from_the_page_and_undone(director, city, pair):
    answer = director.post(
        preview(pair), filled(director, pair, use_address=ABSORBED, lead=ABSORBED, reason="同一执照")
    )
    merge = EnterpriseMerge.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, reverse("cases:firm_merged", args=[merge.pk]))
    pair.kept.refresh_from_db()
    assert (pair.kept.address, merge.reason) == ("示例路 2 号", "同一执照")
    page = director.get(answer["Location"]).content.decode()
    assert "撤销合并" in page
    assert pair.kept.name in director.get(f"{LIST}?tab=done").content.decode()
    answer = director.post(reverse("cases:firm_unmerge", args=[merge.pk]), follow=True)
    assert "已经撤销" in answer.content.decode()
    assert director.post(reverse("cases:firm_unmerge", args=[merge.pk])).status_code == 409


def test_a_double_click_merges_once_and_says_so(director, pair):
    said = filled(director, pair)
    assert director.post(preview(pair), said).status_code == 302
    answer = director.post(preview(pair), said)
    assert answer.status_code == 422
    assert "已并入" in answer.content.decode()
    assert EnterpriseMerge.objects.count() == 1


def test_an_old_link_to_a_merged_pair_leads_to_the_list_with_a_word(director, city, pair):
    merge_firms(*pair.fresh(), Choices(), actor=city.director, at=city.at)
    answer = director.get(preview(pair), follow=True)
    assert answer.redirect_chain[-1][0] == LIST
    assert "已并入" in answer.content.decode()
    answer = director.get(reverse("cases:firm_merge", args=[pair.kept.pk, pair.kept.pk]), follow=True)
    assert "这是同一家" in answer.content.decode()


def test_a_stale_preview_is_a_conflict(director, pair):
    said = filled(director, pair)
    pair.absorbed.assignments.filter(role="LEAD", to_on=None).delete()
    answer = director.post(preview(pair), said)
    assert answer.status_code == 409
    assert "核对新的预览" in answer.content.decode()


@pytest.mark.parametrize("wrong", [{"use_name": "both"}, {"lead": ""}, {"reason": "长" * 201}, {"seal": ""}])
def test_what_is_wrong_comes_back_with_the_page(director, pair, wrong):
    answer = director.post(preview(pair), filled(director, pair) | wrong)
    assert answer.status_code == 422
    assert not EnterpriseMerge.objects.exists()


def test_the_absorbed_firms_page_points_to_the_kept_one(director, client, city, pair):
    merge_firms(*pair.fresh(), Choices(), actor=city.director, at=city.at)
    page = director.get(reverse("enterprises:detail", args=[pair.absorbed.pk])).content.decode()
    assert "已并入另一家" in page
    assert reverse("enterprises:detail", args=[pair.kept.pk]) in page
    assert "恢复在册" not in page
    assert "修改资料" not in page
    client.force_login(pair.user)
    answer = client.get(reverse("enterprises:detail", args=[pair.absorbed.pk]))
    assert (answer.status_code, answer["Location"]) == (302, reverse("enterprises:detail", args=[pair.kept.pk]))
    client.force_login(city.other_firm_user)
    assert client.get(reverse("enterprises:detail", args=[pair.absorbed.pk])).status_code == 404


def test_reasons_against_undoing_stand_on_the_page_instead_of_the_button(director, city, pair):
    merge = merge_firms(*pair.fresh(), Choices({"address": ABSORBED}), actor=city.director, at=city.at)
    Enterprise.objects.filter(pk=pair.kept.pk).update(address="又改过")
    page = director.get(reverse("cases:firm_merged", args=[merge.pk])).content.decode()
    assert "现在不能撤销" in page
    assert "企业 1 条在合并后又改过" in page
    assert reverse("cases:firm_unmerge", args=[merge.pk]) not in page


def test_a_clerk_looks_the_head_merges(client, city, pair):
    client.force_login(city.director)
    said = filled(client, pair)
    client.force_login(city.clerk)
    assert "请主任合并" in client.get(preview(pair)).content.decode()
    assert client.post(preview(pair), said).status_code == 403
    merge = merge_firms(*pair.fresh(), Choices(), actor=city.director, at=city.at)
    assert "撤销由主任办理" in client.get(reverse("cases:firm_merged", args=[merge.pk])).content.decode()
    assert client.post(reverse("cases:firm_unmerge", args=[merge.pk])).status_code == 403


def test_another_countys_office_finds_nothing_of_it(client, city, pair):
    merge = merge_firms(*pair.fresh(), Choices(), actor=city.director, at=city.at)
    client.force_login(city.other_county_clerk)
    assert client.get(preview(pair)).status_code == 404
    assert client.get(reverse("cases:firm_merge", args=[city.other_firm.pk, pair.kept.pk])).status_code == 404
    assert client.get(reverse("cases:firm_merged", args=[merge.pk])).status_code == 404
    assert client.post(reverse("cases:firm_unmerge", args=[merge.pk])).status_code == 404
    assert client.post(reverse("cases:duplicates_apart", args=[city.other_firm.pk, pair.kept.pk])).status_code == 404
    assert pair.kept.name not in client.get(LIST).content.decode()
    assert pair.absorbed.name not in client.get(f"{LIST}?tab=done").content.decode()


@pytest.mark.parametrize("who", ["cadre", "firm_user", "land_clerk", "leader", "supervisor", "sysadmin"])
def test_other_roles_have_no_such_pages(client, city, pair, who):
    client.force_login(city.people[who])
    for url in (LIST, preview(pair), reverse("cases:firm_merge_pick", args=[pair.kept.pk])):
        assert client.get(url).status_code == 403


def test_the_other_firm_is_found_by_name_code_or_initials(director, pair):
    url = reverse("cases:firm_merge_pick", args=[pair.kept.pk])
    for words in ("（沅砥）", pair.absorbed.credit_code.lower(), "xcydjmjx"):
        page = director.get(url, {"q": words}).content.decode()
        assert preview(pair) in page
        assert preview(pair, back=True) not in page
    assert "没有找到" in director.get(url, {"q": "没有这一家"}).content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_the_lists_take_the_same_queries_for_one_and_three_pairs(director, city, count, django_assert_num_queries):
    made = []
    for n in range(count):
        firms = [EnterpriseFactory(name=f"禹州{'甲乙丙'[n]}{form}") for form in ("瓷业有限公司", "瓷业有限责任公司")]
        made.append(firms)
    director.get(LIST)
    with django_assert_num_queries(LIST_QUERIES):
        assert len(director.get(LIST).context["rows"]) == count
    for kept, absorbed in made:
        merge_firms(kept, absorbed, Choices(), actor=city.director, at=city.at)
    with django_assert_num_queries(DONE_QUERIES):
        assert len(director.get(f"{LIST}?tab=done").context["page"]) == count
