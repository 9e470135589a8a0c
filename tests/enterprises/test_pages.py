"""The firms' books over HTTP: who sees what (R-03), entries, contacts, white list."""

import pytest
from django.urls import reverse

from cases.enums import Level, Status
from enterprises.models import Enterprise
from enterprises.views import keeping
from tests.factories import CaseFactory, EnterpriseFactory, VisitFactory, WhitelistingFactory, credit_code

CODE = credit_code(910_001)
SEES = {
    "director": {True, False},
    "leader": {True, False},
    "supervisor": {True, False},
    "county_clerk": {True},
    "other_county_clerk": {False},
    "cadre": {True},
    "other_cadre": {False},
    "firm_user": {True},
    "land_head": {True},
    "labour_head": set(),
    "lane_officer": set(),
    "sysadmin": set(),
    "secadmin": set(),
    "auditor": set(),
}


@pytest.mark.parametrize("who", SEES)
def test_list_and_detail_show_what_a_person_may_see(city, client, who):
    CaseFactory(enterprise=city.firm, lead=city.land, status=Status.HANDLING)
    client.force_login(getattr(city, who))
    page = client.get(reverse("enterprises:list")).content.decode()
    for firm, mine in ((city.firm, True), (city.other_firm, False)):
        expected = mine in SEES[who]
        assert (firm.name in page) == expected, (who, firm)
        status = client.get(reverse("enterprises:detail", args=[firm.pk])).status_code
        assert status == (200 if expected else 404), (who, firm)


def test_a_unit_sees_basics_and_its_own_cases_only(city, client):
    CaseFactory(enterprise=city.firm, lead=city.land, title="用地指标不够", status=Status.HANDLING)
    CaseFactory(enterprise=city.firm, lead=city.bank, title="贷款没批", status=Status.HANDLING)
    VisitFactory(enterprise=city.firm, cadre=city.cadre, note="内部的话")
    client.force_login(city.land_head)
    page = client.get(reverse("enterprises:detail", args=[city.firm.pk])).content.decode()
    assert "用地指标不够" in page
    assert "贷款没批" not in page
    assert "内部的话" not in page


def test_contacts_are_masked_except_for_the_firm_itself(city, client):
    phone = city.firm.contacts.get().phone
    client.force_login(city.director)
    page = client.get(reverse("enterprises:detail", args=[city.firm.pk])).content.decode()
    assert phone not in page
    assert f"{phone[:3]}****{phone[-4:]}" in page
    client.force_login(city.firm_user)
    assert phone in client.get(reverse("enterprises:detail", args=[city.firm.pk])).content.decode()


def test_filters(city, client):
    WhitelistingFactory(enterprise=city.firm, level="CITY")
    client.force_login(city.director)
    for query in ({"q": "xcyd"}, {"q": city.firm.credit_code[-6:]}, {"level": "CITY"}, {"region": city.firm.region.pk}):
        page = client.get(reverse("enterprises:list"), query).content.decode()
        assert city.firm.name in page, query
        assert city.other_firm.name not in page, query
    assert "没有符合的企业" in client.get(reverse("enterprises:list"), {"q": "不存在"}).content.decode()
    assert client.get(reverse("enterprises:list"), {"region": "abc", "page": "x"}).status_code == 200


def test_list_queries(city, client, django_assert_num_queries):
    client.force_login(city.director)
    client.get(reverse("enterprises:list"))
    for count in (1, 3):
        for firm in EnterpriseFactory.create_batch(count, region=city.regions["weidu"]):
            CaseFactory(enterprise=firm)
            WhitelistingFactory(enterprise=firm)
        with django_assert_num_queries(15):
            client.get(reverse("enterprises:list"))


def test_detail_queries(city, client, django_assert_num_queries):
    client.force_login(city.director)
    where = reverse("enterprises:detail", args=[city.firm.pk])
    client.get(where)
    for count in (1, 3):
        CaseFactory.create_batch(count, enterprise=city.firm, lead=city.land)
        VisitFactory.create_batch(count, enterprise=city.firm, cadre=city.cadre)
        with django_assert_num_queries(19):
            client.get(where)


def entry(city, **more):
    return {"name": "许昌新来重工有限公司", "credit_code": CODE, "region": city.regions["weidu"].pk} | more


def test_register_over_http(city, client):
    client.force_login(city.county_clerk)
    wrong = client.post(reverse("enterprises:new"), entry(city, credit_code=CODE[:-1] + "I"))
    assert "校验位" in wrong.content.decode() or "只能用数字" in wrong.content.decode()
    assert "许昌新来重工有限公司" in wrong.content.decode()
    answer = client.post(reverse("enterprises:new"), entry(city, credit_code=CODE.lower()))
    firm = Enterprise.objects.get(credit_code=CODE)
    assert answer["Location"] == reverse("enterprises:detail", args=[firm.pk])


def test_doubtful_code_is_asked_about_once(city, client, monkeypatch):
    from enterprises import forms
    from enterprises.credit_codes import CodeCheck

    monkeypatch.setattr(forms, "check_credit_code", lambda _code: CodeCheck(warning="老企业可能如此。"))
    client.force_login(city.clerk)
    assert "请再核一遍" in client.post(reverse("enterprises:new"), entry(city)).content.decode()
    assert not Enterprise.objects.filter(credit_code=CODE).exists()
    assert client.post(reverse("enterprises:new"), entry(city, code_checked=CODE)).status_code == 302


def test_edit_and_stale_page(city, client):
    client.force_login(city.clerk)
    where = reverse("enterprises:edit", args=[city.firm.pk])
    seen = client.get(where).context["form"].initial["seen_at"]
    fields = entry(city, name=city.firm.name, credit_code=city.firm.credit_code, seen_at=seen)
    assert client.post(where, fields | {"address": "新址 8 号"}).status_code == 302
    stale = client.post(where, fields | {"address": "旧页上填的 9 号"})
    assert stale.status_code == 409
    assert "旧页上填的 9 号" in stale.content.decode()


@pytest.mark.parametrize("name", ["edit", "strike", "whitelist_add"])
def test_books_are_kept_by_the_office_of_the_region(city, client, name):
    where = reverse(f"enterprises:{name}", args=[city.firm.pk])
    for who, status in (("cadre", 403), ("firm_user", 403), ("leader", 403), ("other_county_clerk", 404)):
        client.force_login(getattr(city, who))
        assert client.post(where).status_code == status, who


def test_strike_off_and_back(city, client):
    client.force_login(city.clerk)
    where = reverse("enterprises:strike", args=[city.firm.pk])
    assert client.post(where).status_code == 302
    assert client.post(where).status_code == 409
    assert city.firm.name in client.get(reverse("enterprises:list"), {"struck": "1"}).content.decode()
    assert client.post(where, {"back": "1"}).status_code == 302


def test_contacts_over_http(city, client):
    client.force_login(city.firm_user)
    new = reverse("enterprises:contact_new", args=[city.firm.pk])
    assert "手机号" in client.post(new, {"name": "李四", "phone": "12"}).content.decode()
    assert client.post(new, {"name": "李四", "phone": "13712345678"}).status_code == 302
    other = city.firm.contacts.get(name="李四")
    act = reverse("enterprises:contact_act", args=[city.firm.pk, other.pk])
    assert client.post(act, {"do": "primary"}).status_code == 302
    assert client.post(act, {"do": "remove"}).status_code == 422
    edit = reverse("enterprises:contact_edit", args=[city.firm.pk, other.pk])
    assert client.post(edit, {"name": "李四光", "phone": "13712345678"}).status_code == 302
    assert city.firm.contacts.filter(name="李四光", is_primary=True).exists()
    client.force_login(city.cadre)
    assert client.post(new, {"name": "王五", "phone": "13712345678"}).status_code == 403
    client.force_login(city.other_firm_user)
    assert client.post(new, {"name": "王五", "phone": "13712345678"}).status_code == 404


def test_whitelist_over_http(city, client):
    client.force_login(city.clerk)
    where = reverse("enterprises:whitelist_add", args=[city.firm.pk])
    county = {"level": "COUNTY", "from_on": "2025-03-01", "document": "许助企〔2025〕3号"}
    assert client.post(where, county).status_code == 302
    assert "已经在县级白名单" in client.post(where, county).content.decode()
    assert client.post(where, county | {"level": "CITY", "from_on": "2026-03-01"}).status_code == 302
    row = city.firm.whitelistings.get(level="CITY")
    assert client.post(reverse("enterprises:whitelist_end", args=[row.pk])).status_code == 302
    assert city.firm.whitelistings.count() == 2


def test_entering_a_firm_is_the_offices(city, client):
    client.force_login(city.cadre)
    assert client.get(reverse("enterprises:new")).status_code == 403
    assert keeping.KEEPER == "OFFICE"


def test_the_firm_does_not_read_what_passes_between_office_and_unit(city, client):
    """催办 and 问效 are between offices and units (R-33); the office reads them on the same page."""
    case = CaseFactory(enterprise=city.firm, lead=city.land, status=Status.PAUSED, level=Level.URGED)
    for who, page, is_told in (
        ("firm_user", reverse("enterprises:detail", args=[city.firm.pk]), False),
        ("firm_user", reverse("cases:act", args=[case.pk, "supply"]), False),
        ("clerk", reverse("enterprises:detail", args=[city.firm.pk]), True),
    ):
        client.force_login(getattr(city, who))
        answer = client.get(page)
        assert answer.status_code == 200
        assert ("催办</span>" in answer.content.decode()) == is_told, (who, page)
