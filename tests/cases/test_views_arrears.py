"""清欠的页面（R-32）：台账的数点得进去、分得清；登记、更正、作废从问题页走，填错的都回来。"""

from decimal import Decimal

import pytest
import time_machine
from django.urls import reverse

from cases.enums import Action
from cases.models import Arrears, Recovery
from cases.services import debts, perform
from tests.cases import situations
from tests.cases.steps import DAY
from tests.cases.test_arrears import pay
from tests.factories import CaseFactory

PAGE = reverse("cases:arrears")


@pytest.fixture(autouse=True)
def _now(city):
    with time_machine.travel(city.at, tick=False):
        yield


@pytest.fixture
def case(city):
    return situations.recorded(city)


def get(client, user, url=PAGE, **query):
    client.force_login(user)
    return client.get(url, query)


def words(answer):
    return answer.content.decode()


def test_the_sums_are_right_and_over_payment_does_not_help_another(client, city, case):
    pay(city, case, 300_000, city.today)
    other = situations.recorded(city)
    pay(city, other, 1_300_000, city.today, sure=True)
    sums = debts.totals(debts.narrowed(city.clerk, {}))
    assert (sums.count, sums.owed, sums.recovered) == (2, Decimal(2_400_000), Decimal(1_600_000))
    assert (sums.remaining, sums.settled_count, sums.share) == (Decimal(900_000), 1, 62)
    said = words(get(client, city.clerk))
    assert "240<small>万元" in said
    assert "90 万元" in said
    lines = debts.by_region(city.clerk)
    assert [(line.label, line.sums.remaining) for line in lines] == [("魏都区", Decimal(900_000))]
    assert [line.label for line in debts.by_kind(city.clerk)] == ["机关、事业单位"]
    assert debts.by_month(city.clerk) == [(city.today.replace(day=1), 2, Decimal(1_600_000))]


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ({}, 3), ({"state": "none"}, 1), ({"state": "due"}, 1), ({"state": "settled"}, 1), ({"kind": "PUBLIC"}, 2),
        ({"kind": "STATE"}, 0), ({"month": "2026-11"}, 1), ({"month": "2026-10"}, 0), ({"q": "住建局"}, 2),
        ({"q": "沅砥"}, 3), ({"q": "没有的"}, 0), ({"state": "x", "month": "2026-99", "region": "abc"}, 3),
    ],
)  # fmt: skip
def test_every_filter_finds_its_cases(client, city, case, query, count):
    settled = situations.recorded(city)
    pay(city, settled, 1_200_000, city.today)
    situations.owed_to(city)
    assert get(client, city.clerk, **query).context["page"].paginator.count == count


def test_a_region_narrows_and_a_unit_sees_only_its_own(client, city, case):
    CaseFactory(
        enterprise=city.other_firm, region=city.other_firm.region, office=city.office, lead=city.bank,
        category=city.categories["arrears"],
    )  # fmt: skip
    region = city.firm.region_id
    assert get(client, city.leader, region=region).context["page"].paginator.count == 1
    assert get(client, city.leader).context["page"].paginator.count == 2
    assert get(client, city.land_clerk).context["page"].paginator.count == 1
    assert get(client, city.labour_clerk).context["page"].paginator.count == 0
    city.labour.is_arrears_group = True
    city.labour.save()
    answer = get(client, city.labour_clerk)
    assert answer.context["page"].paginator.count == 2
    assert "清欠联席成员" in words(answer)


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_costs_the_same_for_one_row_and_three(client, city, rows, django_assert_num_queries):
    for _ in range(rows):
        pay(city, situations.recorded(city), 100, city.today)
    client.force_login(city.clerk)
    with django_assert_num_queries(18):
        client.get(PAGE)


def test_the_case_page_shows_what_is_owed_to_everybody_who_sees_it(client, city, case):
    pay(city, case, 300_000, city.today)
    url = reverse("cases:detail", args=[case.pk])
    for who in ("firm_user", "cadre", "land_clerk", "clerk", "leader", "supervisor", "lane_officer"):
        said = words(get(client, city.people[who], url)) if who != "lane_officer" else "示例县住建局"
        assert "示例县住建局" in said, who
    assert "登记回款" in words(get(client, city.land_clerk, url))
    assert reverse("cases:recovery_void", args=[Recovery.objects.get().pk]) in words(get(client, city.land_clerk, url))
    assert "/void" not in words(get(client, city.firm_user, url))
    assert "清欠联席" in words(get(client, city.clerk, url))


def test_other_categories_have_neither_block_nor_button(client, city):
    from tests.cases import steps

    case = steps.handling(city, city.at)
    said = words(get(client, city.land_clerk, reverse("cases:detail", args=[case.pk])))
    assert "登记欠款" not in said
    assert "h-arrears" not in said


def act(client, user, case, action, **data):
    client.force_login(user)
    case.refresh_from_db()
    return client.post(reverse("cases:act", args=[case.pk, action]), {"revision": case.revision, **data})


def test_amounts_are_typed_as_people_write_them(client, city):
    case = situations.owed_to(city)
    data = {"debtor": "示例投资公司", "debtor_kind": "STATE", "owed": "１亿2,300万元"}
    assert act(client, city.land_clerk, case, Action.RECORD_ARREARS, **data).status_code == 302
    assert Arrears.objects.get().owed == Decimal(123_000_000)
    form = words(get(client, city.land_clerk, reverse("cases:act", args=[case.pk, Action.RECORD_ARREARS])))
    assert 'value="123000000"' in form
    assert "示例投资公司" in form


def test_what_was_typed_wrong_comes_back(client, city):
    case = situations.owed_to(city)
    answer = act(client, city.land_clerk, case, Action.RECORD_ARREARS, debtor="甲", debtor_kind="", owed="3万5")
    assert answer.status_code == 422
    assert "两种读法" in words(answer)
    assert 'value="3万5"' in words(answer)
    assert "请选择欠款方性质" in words(answer)


def test_a_doubt_is_ticked_for_this_amount_only(client, city, case):
    data = {"amount": "200万", "received_on": "2026-11-23"}
    asked = act(client, city.land_clerk, case, Action.RECORD_RECOVERY, **data)
    assert asked.status_code == 422
    assert "比欠款多 80 万元" in words(asked)
    assert 'value="200万|2026-11-23"' in words(asked)
    ticked = {"sure": "200万|2026-11-23"}
    other = act(client, city.land_clerk, case, Action.RECORD_RECOVERY, **data | {"amount": "300万"}, **ticked)
    assert other.status_code == 422
    assert Recovery.objects.count() == 0
    assert act(client, city.land_clerk, case, Action.RECORD_RECOVERY, **data, **ticked).status_code == 302
    assert Recovery.objects.get().amount == Decimal(2_000_000)


def test_voiding_asks_why_and_happens_once(client, city, case):
    pay(city, case, 100, city.today)
    row = Recovery.objects.get()
    url = reverse("cases:recovery_void", args=[row.pk])
    assert "到账 100 元" in words(get(client, city.land_clerk, url))
    assert client.post(url, {"note": ""}).status_code == 422
    case.refresh_from_db()
    data = {"note": "记错了。", "revision": case.revision}
    assert client.post(url, data).status_code == 302
    assert client.post(url, data).status_code == 409
    assert "已经作废" in words(client.get(url))
    assert "已作废" in words(get(client, city.firm_user, reverse("cases:detail", args=[case.pk])))


def test_only_the_lead_and_the_office_void(client, city, case):
    pay(city, case, 100, city.today)
    url = reverse("cases:recovery_void", args=[Recovery.objects.get().pk])
    assert get(client, city.firm_user, url).status_code == 403
    assert get(client, city.labour_clerk, url).status_code == 404
    assert get(client, city.clerk, url).status_code == 200


def test_a_refused_case_is_not_counted(client, city):
    case = CaseFactory(enterprise=city.firm, office=city.office, category=city.categories["arrears"], status="REFUSED")
    assert get(client, city.clerk).context["page"].paginator.count == 0
    assert case.reported_at.date() == city.today - 3 * DAY


def test_the_recovery_is_told_to_the_firm(client, city, case):
    from cadres.models import Notice
    from cases.services.telling import tell_all

    perform(case, Action.RECORD_RECOVERY, actor=city.land_clerk, at=city.at, amount=Decimal(9), received_on=city.today)
    tell_all(at=city.at)
    assert Notice.objects.filter(user=city.firm_user, title__startswith="登记回款").exists()
