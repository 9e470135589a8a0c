"""省平台不好的时候（R-65）：停一天、答得不像样、钟不对、交办来两遍。页面说得清，一步不丢，一步不多。"""

import json
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from cases.models import Case
from reports.enums import SendState
from reports.models import HandedDown, ProvinceLink, ProvinceReport
from reports.province import client as province_client
from reports.services import sending
from reports.services.province import handed_down
from reports.tasks import pull_handed_down
from tests.reports.sending_up import arrived, one_round, signed, states
from tests.reports.test_handed_down import item, pulled
from tests.reports.test_reconciling import reconciled

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def shown(browser, name, user):
    browser.force_login(user)
    answer = browser.get(reverse(f"reports:{name}"), {"tab": "waiting"})
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_day_without_the_province_loses_nothing(client, city, linked):
    cases = [signed(city, number) for number in range(3)]
    linked.faults(down=True)
    for hours in range(0, 25, 4):
        one_round(later=hours * HOUR)
    assert states() == {SendState.WAITING: 12}
    said = shown(client, "province", city.clerk)
    assert "已中断" in said
    assert "连不上对方，或连接中断" in said
    assert "12 步" in said
    assert city.clerk.notices.filter(title__contains="省平台连不上").count() == 1  # once, not once an hour
    linked.faults(skew=25 * 3600)
    one_round(later=25 * HOUR)
    assert arrived(linked.store) == {case.number: [1, 2, 3, 4] for case in cases}
    assert "正常" in shown(client, "province", city.clerk)
    linked.faults(skew=26 * 3600)
    assert reconciled(later=26 * HOUR).is_even


WRONG = {
    "page": "没有签名，不算数",
    "moved": "没有签名，不算数",
    "huge": "应答太长，没有收",
    "wrong": "应答的签名不对",
    "garbage": "应答不是约定的 JSON",
    "error": "省平台答 500",
    "lost": "连不上对方，或连接中断",
}


@pytest.mark.parametrize("fault", WRONG)
def test_an_answer_that_is_none_is_asked_for_again(client, city, linked, fault):
    case = signed(city)
    linked.faults(**{fault: 1})
    assert one_round().delivered == 0
    row = ProvinceReport.objects.get(seq=1)
    assert (row.state, row.receipt_number) == (SendState.WAITING, "")
    assert WRONG[fault] in row.last_said
    assert WRONG[fault] in shown(client, "province", city.clerk)
    linked.faults(skew=3600)
    one_round(later=HOUR)
    assert arrived(linked.store) == {case.number: [1, 2, 3, 4]}


def test_too_slow_an_answer_is_none_and_its_late_work_changes_nothing(city, linked, monkeypatch):
    case = signed(city)
    linked.faults(slow=1, slow_for=0.6)
    with monkeypatch.context() as impatient:
        impatient.setattr(province_client, "READ_SECONDS", 0.2)
        one_round()
    assert ProvinceReport.objects.get(seq=1).last_said == "对方没有在时限内应答"
    linked.faults(skew=3600)
    one_round(later=HOUR)
    assert arrived(linked.store) == {case.number: [1, 2, 3, 4]}


def test_a_step_stuck_on_the_way_cannot_overtake_or_double(city, linked):
    case = signed(city)
    linked.faults(late=1, late_for=0.5)
    one_round()
    assert arrived(linked.store) == {}  # it is somewhere, and nothing behind it has been sent
    assert list(ProvinceReport.objects.filter(attempts__gt=0).values_list("seq", flat=True)) == [1]
    linked.faults(skew=3600)
    one_round(later=HOUR)
    assert arrived(linked.store) == {case.number: [1, 2, 3, 4]}
    assert reconciled(later=HOUR).is_even


@pytest.mark.parametrize("skew", [-3600, 3600])
def test_a_wrong_clock_is_said_and_nothing_is_refused_for_it(client, city, linked, skew):
    signed(city)
    linked.faults(skew=skew)
    one_round()
    assert states() == {SendState.WAITING: 4}
    assert "时钟" in shown(client, "province", city.clerk)
    linked.faults()
    ProvinceReport.objects.update(next_at=timezone.now())
    assert one_round().delivered == 4


def test_another_content_under_a_known_key_is_refused_not_swapped(city, linked):
    case = signed(city)
    one_round()
    row = ProvinceReport.objects.get(seq=4)
    ProvinceReport.objects.filter(pk=row.pk).update(
        body=json.dumps({**json.loads(row.body), "at": "2020-01-01T00:00:00Z"})
    )
    sending.again(ProvinceReport.objects.filter(pk=row.pk), at=timezone.now())
    one_round()
    row.refresh_from_db()
    assert row.state == SendState.REFUSED
    assert "同一个键，内容不同" in row.last_said
    assert arrived(linked.store) == {case.number: [1, 2, 3, 4]}


def test_the_tasks_say_so_when_what_is_handed_down_is_not_as_agreed(client, city, linked):
    linked.faults(page=1)
    pull_handed_down()
    assert "没有签名" in ProvinceLink.objects.get().failure
    assert "已中断" in shown(client, "province", city.clerk)


def test_a_nul_in_an_answer_is_taken_out():
    """PostgreSQL keeps no NUL: one in a signed answer must not hold up everything behind it."""
    assert province_client._facts(b'{"a": ["x\\u0000", {"b\\u0000": 1}]}') == {"a": ["x", {"b": 1}]}


def test_handed_down_again_with_another_firm_changes_no_case(client, city, linked):
    linked.store.hand_down(item(city))
    assert pulled() == 1
    linked.store.hand_down(item(city, uscc="91411000MA44BBBB2X", category="没有的类别"))
    assert pulled() == 0
    row = HandedDown.objects.get()
    assert (Case.objects.count(), row.case.enterprise) == (1, city.firm)
    assert {each["field"] for each in row.differences} == {"uscc", "category"}
    assert "没有改已登记的" in shown(client, "handed", city.clerk)


@pytest.mark.parametrize(
    "fields",
    [
        {"title": ["甲"], "content": {"乙": 1}},
        {"title": "甲" * 500, "content": "乙" * 50_000},
        {"title": "甲\x00乙", "content": "丙\x00"},
        {"title": None, "content": None},
        {"uscc": {"a": 1}},
        {"uscc": "\x00"},
        {"category": ["04"]},
        {"category": {"04": 1}},
    ],
)
def test_fields_of_any_shape_break_nothing_and_hold_up_nothing(client, city, linked, fields):
    linked.store.hand_down(item(city, number="怪〔2026〕1号", **fields))
    linked.store.hand_down(item(city, number="好〔2026〕2号"))
    pulled()
    strange, good = (HandedDown.objects.get(number__startswith=word) for word in "怪好")
    assert good.case
    assert strange.case or strange.trouble
    assert "怪〔2026〕1号" in shown(client, "handed", city.clerk)
    assert handed_down.take(item(city, number="好〔2026〕2号"), at=timezone.now()) is False
