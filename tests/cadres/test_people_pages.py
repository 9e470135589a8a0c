"""R-71 over HTTP: one administrator opens accounts, the other grants; stale and double clicks are refused in words."""

from django.urls import reverse

from cadres.models import Unit, User
from tests.factories import UserFactory


def test_account_is_opened_granted_and_used(city, client):
    client.force_login(city.sysadmin)
    answer = client.post(
        reverse("cadres:person_new"),
        {"username": "wangfang", "name": "王芳", "unit": city.land.pk, "post": "科员", "phone": "13800001111"},
    )
    who = User.objects.get(username="wangfang")
    password = answer.context["password"]
    assert password in answer.content.decode()
    client.force_login(city.secadmin)
    assert "1 个账号等待授权" in client.get(reverse("cadres:people")).content.decode()
    client.post(reverse("cadres:person_grant", args=[who.pk]), {"role": "UNIT"})
    who.refresh_from_db()
    assert who.role == "UNIT"
    assert who.check_password(password)


def test_account_name_taken_comes_back_filled_in(city, client):
    client.force_login(city.sysadmin)
    answer = client.post(reverse("cadres:person_new"), {"username": "cadre", "name": "王芳"})
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "王芳" in page
    assert 'name="username"' in page


def test_account_of_a_firm_by_its_code(city, client):
    client.force_login(city.sysadmin)
    fields = {"username": "firm9", "name": "周厂长"}
    answer = client.post(reverse("cadres:person_new"), fields | {"firm_code": "91410000000"})
    assert "没有找到这个代码的企业" in answer.content.decode()
    client.post(reverse("cadres:person_new"), fields | {"firm_code": city.firm.credit_code.lower()})
    assert User.objects.get(username="firm9").enterprise == city.firm


def test_wrong_role_for_the_unit_is_said_beside_the_field(city, client):
    client.force_login(city.secadmin)
    answer = client.post(reverse("cadres:person_grant", args=[city.cadre.pk]), {"role": "OFFICE"})
    assert "须在活动办任职" in answer.content.decode()


def test_who_opens_accounts_does_not_grant_and_the_other_way_round(city, client):
    client.force_login(city.sysadmin)
    assert client.post(reverse("cadres:person_grant", args=[city.cadre.pk]), {"role": ""}).status_code == 403
    client.force_login(city.secadmin)
    for name in ("person_amend", "person_reset", "person_unlock", "person_deactivate", "person_reactivate"):
        assert client.post(reverse(f"cadres:{name}", args=[city.cadre.pk])).status_code == 403


def test_nobody_resets_their_own_account_here(city, client):
    client.force_login(city.sysadmin)
    assert client.post(reverse("cadres:person_reset", args=[city.sysadmin.pk])).status_code == 403


def test_deactivating_twice_is_a_conflict_in_words(city, client):
    client.force_login(city.sysadmin)
    where = reverse("cadres:person_deactivate", args=[city.cadre.pk])
    assert client.post(where, {"reason": ""}).status_code == 422
    assert client.post(where, {"reason": "退休"}).status_code == 302
    answer = client.post(where, {"reason": "退休"})
    assert answer.status_code == 409
    assert "已经停用" in answer.content.decode()
    assert client.post(reverse("cadres:person_reactivate", args=[city.cadre.pk])).status_code == 302


def test_moving_a_person_says_that_the_grant_is_gone(city, client):
    client.force_login(city.sysadmin)
    answer = client.post(
        reverse("cadres:person_amend", args=[city.county_clerk.pk]),
        {"name": "陈科员", "unit": city.land.pk, "post": "", "phone": ""},
        follow=True,
    )
    assert "原授权已收回" in answer.content.decode()


def test_people_are_found_by_name_unit_and_state(city, client):
    client.force_login(city.sysadmin)
    page = client.get(reverse("cadres:people"), {"q": "自然资源 局长"}).content.decode()
    assert "卫局长" in page
    assert "沈局长" not in page
    assert "没有找到" in client.get(reverse("cadres:people"), {"q": "不存在"}).content.decode()
    assert "没有找到" in client.get(reverse("cadres:people"), {"state": "off"}).content.decode()


def test_people_list_queries(city, client, django_assert_num_queries):
    client.force_login(city.sysadmin)
    client.get(reverse("cadres:people"))
    for count in (1, 3):
        UserFactory.create_batch(count, unit=city.land)
        with django_assert_num_queries(9):
            client.get(reverse("cadres:people"))


def unit_fields(**more):
    fields = {"code": "XJ", "name": "市新局", "short_name": "", "kind": "DEPARTMENT", "ordering": 0, "is_active": "on"}
    return fields | more


def test_unit_is_made_and_changed(city, client):
    client.force_login(city.sysadmin)
    client.post(reverse("cadres:unit_new"), unit_fields())
    unit = Unit.objects.get(code="XJ")
    client.post(reverse("cadres:unit_edit", args=[unit.pk]), unit_fields(name="市更新局"))
    unit.refresh_from_db()
    assert unit.name == "市更新局"


def test_unit_refusals_are_said_beside_the_field(city, client):
    client.force_login(city.sysadmin)
    where = reverse("cadres:unit_edit", args=[city.office.pk])
    fields = unit_fields(code="SHDB", name="市万人助企活动办", kind="OFFICE")
    assert "下级" in client.post(where, fields | {"parent": city.county_office.pk}).content.decode()
    del fields["is_active"]
    assert "还有 2 个在用账号" in client.post(where, fields).content.decode()
    assert Unit.objects.get(pk=city.office.pk).is_active


def test_prefix_is_changed_by_the_city_director_only(city, client):
    where = reverse("cadres:numbering_change", args=[city.county_office.pk])
    client.force_login(city.county_director)
    assert client.post(where, {"ticket_prefix": "新助企"}).status_code == 403
    client.force_login(city.director)
    assert "已由别的活动办使用" in client.post(where, {"ticket_prefix": "许助企"}).content.decode()
    assert "汉字" in client.post(where, {"ticket_prefix": "ABC"}).content.decode()
    client.post(where, {"ticket_prefix": "新助企"})
    city.county_office.refresh_from_db()
    assert city.county_office.ticket_prefix == "新助企"


def test_defaults_are_changed_by_the_city_director_only(city, client):
    from cadres.services import settings

    fields = dict(settings.values()) | {"over_visit_month": 6}
    client.force_login(city.clerk)
    assert client.get(reverse("cadres:defaults")).status_code == 200
    assert client.post(reverse("cadres:defaults"), fields).status_code == 403
    client.force_login(city.director)
    assert client.post(reverse("cadres:defaults"), fields).status_code == 302
    assert settings.value("over_visit_month") == 6
    wrong = client.post(reverse("cadres:defaults"), fields | {"over_visit_month": 0})
    assert wrong.status_code == 200
    assert settings.value("over_visit_month") == 6


def test_log_is_searched(city, client):
    client.force_login(city.sysadmin)
    client.post(reverse("cadres:person_reset", args=[city.cadre.pk]))
    client.force_login(city.auditor)
    assert "重置密码" in client.get(reverse("cadres:audit_log"), {"q": "重置 许干部"}).content.decode()
    assert "没有找到记录" in client.get(reverse("cadres:audit_log"), {"q": "不存在"}).content.decode()
