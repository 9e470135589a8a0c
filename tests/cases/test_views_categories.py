"""类别（页面 10、R-22）：两级树，增、改、停、挪，都记日志。"""

import pytest
from django.urls import reverse

from cadres.models import AuditEntry
from cases.models import Category
from cases.services import categories as service
from tests.cases.steps import accepted, instant
from tests.factories import CategoryFactory
from zhuqi.kernel.errors import InvalidInput

pytestmark = pytest.mark.django_db
AT = instant("2026-11-23 10:00")
URL = reverse("cases:categories")


@pytest.fixture
def office(client, city):
    client.force_login(city.director)
    return client


def said(**more):
    return {"name": "厂房租赁", "task_force": "", "default_lead": "", "keywords": "厂房 租赁", **more}


@pytest.mark.parametrize("who", ["county_director", "leader", "land_head", "cadre", "firm_user", "sysadmin"])
def test_only_the_city_office_keeps_them(client, city, who):
    client.force_login(getattr(city, who))
    top = city.categories["factor"]
    assert client.get(URL).status_code == 403
    assert client.post(reverse("cases:category", args=[top.pk]), said()).status_code == 403
    assert client.post(reverse("cases:category_switch", args=[top.pk]), {"to": "off"}).status_code == 403
    assert client.post(reverse("cases:category_move", args=[top.pk]), {"to": "up"}).status_code == 403


def test_the_tree_shows_both_levels_with_their_cases(office, city):
    case = accepted(city, AT)
    case.category = city.categories["land"]
    case.save()
    page = office.get(URL).content.decode()
    assert "要素保障" in page
    assert "用地指标" in page


def test_a_second_level_is_added_below_its_first(office, city):
    top = city.categories["factor"]
    office.post(f"{reverse('cases:category_new')}?parent={top.pk}", said())
    made = Category.objects.get(name="厂房租赁")
    assert (made.parent, made.keywords) == (top, "厂房 租赁")
    assert AuditEntry.objects.filter(act="新增类别", target="要素保障 / 厂房租赁").exists()


def test_a_twin_on_the_same_level_is_refused(office, city):
    top = city.categories["factor"]
    answer = office.post(f"{reverse('cases:category_new')}?parent={top.pk}", said(name="用地指标"))
    assert answer.status_code == 422
    assert "已有“用地指标”" in answer.content.decode()


def test_a_change_is_logged_old_to_new(office, city):
    land = city.categories["land"]
    change = said(name="用地指标", default_lead=city.labour.pk, task_force=land.task_force_id)
    office.post(reverse("cases:category", args=[land.pk]), change)
    land.refresh_from_db()
    assert land.default_lead == city.labour
    assert "市自然资源局 → 市人社局" in AuditEntry.objects.get(act="修改类别").reason


def test_a_second_level_keeps_its_legal_mark(office, city):
    child = CategoryFactory(code="LEGAL.1", name="诉讼", parent=city.categories["legal"], is_legal=True)
    office.post(reverse("cases:category", args=[child.pk]), said(name="诉讼执行"))
    child.refresh_from_db()
    assert (child.name, child.is_legal) == ("诉讼执行", True)


def test_switching_a_first_level_off_takes_its_second_along(office, city):
    top, land = city.categories["factor"], city.categories["land"]
    office.post(reverse("cases:category_switch", args=[top.pk]), {"to": "off"})
    land.refresh_from_db()
    assert not land.is_active
    answer = office.post(reverse("cases:category_switch", args=[land.pk]), {"to": "on"})
    assert answer.status_code == 422


def test_moving_changes_the_order(office, city):
    order = list(Category.objects.filter(parent=None).values_list("pk", flat=True))
    office.post(reverse("cases:category_move", args=[order[1]]), {"to": "up"})
    assert list(Category.objects.filter(parent=None).values_list("pk", flat=True))[:2] == [order[1], order[0]]


def test_a_third_level_and_a_wrong_task_force_are_refused(city):
    with pytest.raises(InvalidInput):
        service.add_category({"name": "三级"}, parent=city.categories["land"], actor=city.director, at=AT)
    with pytest.raises(InvalidInput):
        service.add_category({"name": "新类", "task_force": city.land}, parent=None, actor=city.director, at=AT)


@pytest.mark.parametrize(("more", "queries"), [(0, 9), (3, 9)])
def test_the_tree_costs_the_same_however_many(office, city, django_assert_num_queries, more, queries):
    for n in range(more):
        CategoryFactory(parent=city.categories["factor"], task_force=city.task_forces["factor"], name=f"第{n}小类")
    office.get(URL)
    with django_assert_num_queries(queries):
        office.get(URL)
