"""省里交办：按编号只登记一次，对不上的说出来，办理情况答回去（R-65）。"""

import pytest
from django.urls import reverse
from django.utils import timezone

from cases.enums import Action, Source, Status
from cases.models import Case
from cases.services import Report, perform, report_problem
from reports.models import FieldMap, HandedDown, ProvinceLink
from reports.province.client import ProvinceClient
from reports.services.province import handed_down, reporting
from tests.factories import EnterpriseFactory
from tests.reports.sending_up import one_round
from zhuqi.kernel.errors import Conflict, DomainError, NotPermitted

pytestmark = pytest.mark.django_db


def item(city, number="豫企〔2026〕7号", **fields):
    said = {
        "uscc": city.firm.credit_code,
        "ent_name": city.firm.name,
        "title": "蒸汽管网未通",
        "content": "园区三期没有蒸汽。",
    }
    return {"province_number": number, "fields": said | fields}


def pulled():
    client = ProvinceClient(reporting.account(), timezone.now)
    try:
        return handed_down.pull(client, at=timezone.now())
    finally:
        client.close()


def test_a_case_arrives_with_its_number_and_is_answered_back(city, linked):
    linked.store.hand_down(item(city))
    assert pulled() == 1
    case = Case.objects.get()
    assert (case.source, case.status, case.title, case.reported_by) == (
        Source.PROVINCE,
        Status.REPORTED,
        "蒸汽管网未通",
        None,
    )
    assert case.events.get().data["province_number"] == "豫企〔2026〕7号"
    perform(case, Action.ACCEPT, actor=city.clerk, at=timezone.now())
    one_round()
    answered = [linked.store.body_of(f"{case.number}-{seq}") for seq in (1, 2)]
    assert [(said["step"], said["province_number"]) for said in answered] == [
        ("open", "豫企〔2026〕7号"),
        ("accept", "豫企〔2026〕7号"),
    ]


def test_twice_is_once_and_other_content_is_kept_apart(city, linked):
    linked.store.hand_down(item(city))
    linked.store.hand_down(item(city))
    linked.store.hand_down(item(city, title="改过的标题"))
    assert pulled() == 1
    assert pulled() == 0
    ProvinceLink.objects.update(handed_after="")  # from the start again: nothing new
    assert pulled() == 0
    row = HandedDown.objects.get()
    assert (Case.objects.count(), row.case.title, row.times) == (1, "蒸汽管网未通", 6)
    assert [(each["field"], each["after"]) for each in row.differences] == [("title", "改过的标题")]


def test_a_firm_we_do_not_know_waits_with_what_is_missing(city, linked):
    linked.store.hand_down(item(city, uscc="91411000MA44BBBB2X", ent_name="新来的公司"))
    assert pulled() == 0
    row = HandedDown.objects.get()
    assert row.trouble.startswith("没有登记过这家企业：新来的公司")
    with pytest.raises(DomainError, match="没有登记过"):
        handed_down.try_again(row, actor=city.clerk, at=timezone.now())
    EnterpriseFactory(credit_code="91411000MA44BBBB2X", region=city.firm.region)
    handed_down.try_again(row, actor=city.clerk, at=timezone.now())
    row.refresh_from_db()
    assert row.case
    with pytest.raises(Conflict):
        handed_down.try_again(row, actor=city.clerk, at=timezone.now())
    with pytest.raises(NotPermitted):
        handed_down.try_again(row, actor=city.county_clerk, at=timezone.now())


def test_a_category_is_read_backwards_or_left_open(city, linked):
    FieldMap.objects.filter(ours="category").update(codes={city.categories["labour"].code: "04"})
    linked.store.hand_down(item(city, number="甲1", category="04"))
    linked.store.hand_down(item(city, number="甲2", category="99"))
    assert pulled() == 2
    first, second = (HandedDown.objects.get(number=number) for number in ("甲1", "甲2"))
    assert (first.case.category, first.trouble) == (city.categories["labour"], "")
    assert second.case.category is None
    assert "“99”在代码表里没有对应的" in second.trouble


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"province_number": 7, "fields": {}},
        {"province_number": "", "fields": {}},
        {"province_number": "甲" * 60, "fields": {}},
        {"province_number": "甲\x07", "fields": {}},
        {"province_number": "甲", "fields": "x"},
    ],
)
def test_what_is_not_as_agreed_is_left(city, linked, wrong):
    linked.store.hand_down(wrong)
    assert pulled() == 0
    assert not HandedDown.objects.exists()


def test_the_number_is_on_the_case_page_for_those_who_handle_it(client, city, linked):
    linked.store.hand_down(item(city))
    pulled()
    case = Case.objects.get()
    for user, is_shown in ((city.clerk, True), (city.leader, True), (city.cadre, True), (city.firm_user, False)):
        client.force_login(user)
        said = client.get(reverse("cases:detail", args=[case.pk])).content.decode()
        assert "由省平台交办" in said
        assert ("豫企〔2026〕7号" in said) is is_shown, user
    client.force_login(city.labour_clerk)
    assert client.get(reverse("cases:detail", args=[case.pk])).status_code == 404


def test_nobody_but_the_province_reports_without_a_person(city):
    report = Report(city.firm, "标题", "内容", Source.OFFICE)
    with pytest.raises(NotPermitted):
        report_problem(report, actor=None, at=city.at)
