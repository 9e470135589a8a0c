"""省平台的几页（R-65）。"""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from cadres.models import AuditEntry
from reports.models import FieldMap, HandedDown, ProvinceLink, ProvinceReport, Reconciliation
from reports.services.province import link, outbox
from tests.reports.sending_up import signed

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client, city):
    with time_machine.travel(city.at + timedelta(hours=2), tick=False):
        client.force_login(city.director)
        yield client


@pytest.fixture
def started(city):
    """开通了，没有接口；一件走了四步，第二步被退回。"""
    link.start(since=city.at - timedelta(days=1), actor=city.director, at=city.at)
    case = signed(city)
    outbox.drain(at=city.at)
    ProvinceReport.objects.filter(seq=1).update(state="SENT", receipt_number="豫1", receipt_at=city.at, sent_at=city.at)
    ProvinceReport.objects.filter(seq=2).update(state="REFUSED", last_said="没有发出：类别对不上", attempts=1)
    return case


def page(client, name, *args, **query):
    answer = client.get(reverse(f"reports:{name}", args=args), query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_off_says_how_to_switch_on(desk):
    said = page(desk, "province")
    assert "未开通" in said
    assert "PROVINCE_URL" in said


def test_the_director_starts_it_from_a_day(desk, city):
    answer = desk.post(reverse("reports:province_start"), {"since": "2026-11-20"})
    assert answer.status_code == 302
    assert f"{ProvinceLink.objects.get().since:%Y-%m-%d %H:%M}" == "2026-11-19 16:00"
    assert AuditEntry.objects.filter(act="开通省平台报送", user=city.director).exists()
    assert FieldMap.objects.count() > 15


@pytest.mark.parametrize("since", ["", "2027-01-01", "2020-01-01", "昨天", "\x00"])
def test_a_day_that_will_not_do_comes_back(desk, since):
    answer = desk.post(reverse("reports:province_start"), {"since": since})
    assert answer.status_code == 422
    assert not ProvinceLink.objects.exists()


def test_at_a_glance(desk, started):
    said = page(desk, "province")
    assert "未接通，用表格报" in said
    assert "没有发出：类别对不上" in said
    assert "待发" in page(desk, "province", tab="waiting")
    assert "豫1" in page(desk, "province", tab="sent")


@pytest.mark.parametrize("query", [{"tab": "\x00", "page": "x"}, {"tab": "nothing", "page": "-1"}])
def test_nonsense_in_the_address_is_the_first_tab(desk, started, query):
    assert "类别对不上" in page(desk, "province", **query)


def test_pause_needs_a_reason_and_resume_takes_it_back(desk, started):
    assert desk.post(reverse("reports:province_pause"), {"reason": " "}).status_code == 422
    assert desk.post(reverse("reports:province_pause"), {"reason": "省里升级"}).status_code == 302
    assert "省里升级" in page(desk, "province")
    assert desk.post(reverse("reports:province_pause"), {"reason": "再来"}).status_code == 409
    assert desk.post(reverse("reports:province_resume")).status_code == 302
    assert desk.post(reverse("reports:province_resume")).status_code == 409


def test_send_again(desk, started):
    row = ProvinceReport.objects.get(seq=2)
    assert desk.post(reverse("reports:province_resend", args=[row.pk])).status_code == 302
    row.refresh_from_db()
    assert row.state == "WAITING"
    ProvinceReport.objects.filter(seq=2).update(state="REFUSED")
    assert desk.post(reverse("reports:province_resend_all")).status_code == 302
    assert not ProvinceReport.objects.filter(state="REFUSED").exists()


def test_the_mapping_is_shown_on_a_real_case(desk, started):
    said = page(desk, "province_mapping", case=started.number)
    assert started.enterprise.credit_code in said
    assert "类别（一级）" in said
    assert "没有 许2020 这一件" in page(desk, "province_mapping", case="许2020")
    assert page(desk, "province_mapping", case="\x00")


def form_of(row, **more):
    codes = "\n".join(f"{ours}={theirs}" for ours, theirs in row.codes.items())
    said = {
        "theirs": row.theirs,
        "transform": row.transform,
        "codes": codes,
        "is_required": "on",
        "is_sent": "on",
        "revision": row.revision,
    }
    return said | more


def test_a_line_is_tried_then_changed_and_logged(desk, started):
    row = FieldMap.objects.get(ours="source")
    address = reverse("reports:province_field", args=[row.pk]) + f"?case={started.number}"
    tried = desk.post(address, form_of(row, codes="VISIT=77", **{"try": "1"})).content.decode()
    assert "这一件对不上" in tried
    row.refresh_from_db()
    assert row.revision == 0
    tried = desk.post(address, form_of(row, codes="ENTERPRISE=77", **{"try": "1"})).content.decode()
    assert "会报成：77" in tried
    assert desk.post(address, form_of(row, codes="ENTERPRISE=77")).status_code == 302
    row.refresh_from_db()
    assert (row.codes, row.revision) == ({"ENTERPRISE": "77"}, 1)
    assert AuditEntry.objects.filter(act="改字段对照").exists()
    assert desk.post(address, form_of(row, codes="ENTERPRISE=78", revision=0)).status_code == 409


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"theirs": "title"}, "已经给了另一项"),
        ({"theirs": "来源"}, "只用字母"),
        ({"codes": ""}, "就要填代码表"),
        ({"codes": "甲"}, "第 1 行要写成"),
        ({"codes": "A=1\nA=2"}, "第 2 行的“A”前面已经有了"),
        ({"is_sent": ""}, "不能不报"),
        ({"transform": "magic"}, ""),
    ],
)
def test_a_line_that_will_not_do_says_where(desk, started, wrong, said):
    row = FieldMap.objects.get(ours="source")
    answer = desk.post(reverse("reports:province_field", args=[row.pk]), form_of(row, **wrong))
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert FieldMap.objects.get(pk=row.pk).revision == 0


def test_reconciliations_and_what_differs(desk, started, city):
    assert "还没有对过账" in page(desk, "reconciliations")
    field = {"name": "title", "ours": "甲", "theirs": "乙"}
    one = {
        "case": started.pk,
        "number": started.number,
        "missing": [1],
        "doubled": [3],
        "disordered": [2],
        "fields": [field],
    }
    run = Reconciliation.objects.create(
        state="DONE",
        since=city.at,
        until=city.at,
        started_at=city.at,
        finished_at=city.at,
        missing_count=1,
        details=[one],
    )
    assert "有差" in page(desk, "reconciliations")
    said = page(desk, "reconciliation", run.pk)
    assert "少第 1 步" in said
    assert "我们“甲”，省平台“乙”" in said
    assert desk.post(reverse("reports:reconciliation_mend", args=[run.pk, started.pk])).status_code == 302
    assert ProvinceReport.objects.get(seq=1).state == "WAITING"
    assert ProvinceReport.objects.get(seq=5).facts["step"] == "correct"
    assert desk.post(reverse("reports:reconcile_now")).status_code == 409  # not connected


def test_handed_down_says_what_is_missing(desk, city, started):
    HandedDown.objects.create(
        number="豫企〔2026〕1号", fields={}, trouble="没有登记过这家企业", received_at=city.at, last_at=city.at,
        differences=[{"at": "", "field": "title", "before": None, "after": "乙"}],
    )  # fmt: skip
    said = page(desk, "handed")
    assert "没有登记过这家企业" in said
    assert "“空” → “乙”" in said


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_the_same_number_of_questions(desk, city, count, django_assert_num_queries):
    link.start(since=city.at - timedelta(days=1), actor=city.director, at=city.at)
    for number in range(count):
        signed(city, number)
    outbox.drain(at=city.at)
    desk.get(reverse("reports:province"))
    with django_assert_num_queries(QUESTIONS):
        desk.get(reverse("reports:province"), {"tab": "waiting"})


QUESTIONS = 14
