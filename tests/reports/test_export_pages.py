"""台账与导出的页面（R-54、R-73）：直接下载、后台进度、取消、连点两下、登记、查一家企业。"""

import io
from urllib.parse import unquote

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from python_calamine import CalamineWorkbook

from cadres.models import AuditEntry, Job, Setting
from reports.ledgers import LEDGERS
from reports.services.exports import request_export, run_export
from tests.factories import CaseFactory
from tests.reports.books import exported

State = Job.State


@pytest.fixture(autouse=True)
def _now(city):
    with time_machine.travel(city.at, tick=False):
        yield


@pytest.fixture
def cases(city):
    return [CaseFactory(enterprise=city.firm, office=city.office) for _ in range(3)]


@pytest.fixture
def few_are_many(city):
    """两行以上就算多。"""
    Setting.objects.create(key="ledger_direct_most", value=2, changed_at=city.at)


def press(client, key="cases", query=""):
    address = reverse("reports:ledger_export", args=[key])
    return client.post(f"{address}?{query}" if query else address)


def test_a_small_ledger_is_downloaded_at_once(client, city, cases):
    client.force_login(city.clerk)
    answer = press(client, query="flag=open&page=2")
    assert answer.status_code == 200
    assert "问题台账20261123-1000.xlsx" in unquote(answer["Content-Disposition"])
    content = b"".join(answer.streaming_content)
    grid = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    assert len(grid) == 3 + len(cases) + 1
    assert "条件：情形 在办" in grid[1][0]
    assert set(AuditEntry.objects.values_list("act", "address")) == {
        ("导出台账", "127.0.0.1"),
        ("下载台账", "127.0.0.1"),
    }


def test_a_big_one_is_made_behind_and_fetched_from_its_page(client, city, cases, few_are_many):
    client.force_login(city.clerk)
    answer = press(client)
    job = Job.objects.get()
    page = reverse("reports:export", args=[job.pk])
    assert (answer.status_code, answer["Location"], job.state) == (302, page, State.QUEUED)
    text = client.get(page).content.decode()
    assert 'hx-trigger="every 2s"' in text
    assert "X-Poll" in text
    assert client.get(reverse("reports:export_file", args=[job.pk])).status_code == 409
    run_export(job.pk, clock=lambda: city.at)
    text = client.get(page, headers={"HX-Request": "true", "X-Poll": "1"}).content.decode()
    assert "下载 XLSX" in text
    assert "<html" not in text
    assert "hx-trigger" not in text
    answer = client.get(reverse("reports:export_file", args=[job.pk]))
    assert b"".join(answer.streaming_content)[:2] == b"PK"
    assert client.get(reverse("cadres:notices")).content.decode().count("问题台账做好了，共 3 行") == 1


def test_two_clicks_make_one(client, city, cases, few_are_many):
    client.force_login(city.clerk)
    first, second = press(client), press(client)
    assert first["Location"] == second["Location"]
    assert Job.objects.count() == 1
    assert "有一份正在做" in client.get(second["Location"]).content.decode()


def test_it_can_be_cancelled_once(client, city, cases, few_are_many):
    client.force_login(city.clerk)
    press(client)
    job = Job.objects.get()
    address = reverse("reports:export_cancel", args=[job.pk])
    assert client.post(address)["Location"] == reverse("reports:ledgers")
    assert client.post(address).status_code == 409
    assert "已取消" in client.get(reverse("reports:export", args=[job.pk])).content.decode()


def test_what_failed_says_why(client, city, cases, few_are_many):
    client.force_login(city.clerk)
    press(client)
    Job.objects.update(state=State.FAILED, slot=None, details={"failure": "做了 3 次都半路中断。"})
    assert (
        "做了 3 次都半路中断。" in client.get(reverse("reports:export", args=[Job.objects.get().pk])).content.decode()
    )


def test_nothing_to_export_is_said_in_words(client, city):
    client.force_login(city.clerk)
    answer = press(client)
    assert answer.status_code == 422
    assert "没有符合条件的" in answer.content.decode()


def test_what_is_not_ones_own_does_not_exist(client, city, cases):
    job = exported("cases", city.clerk, at=city.at)
    client.force_login(city.director)
    for name in ("export", "export_file"):
        assert client.get(reverse(f"reports:{name}", args=[job.pk])).status_code == 404
    assert client.post(reverse("reports:export_cancel", args=[job.pk])).status_code == 404
    client.force_login(city.cadre)
    for key in ("tickets", "assignments", "nothing"):
        assert client.get(reverse("reports:ledger", args=[key])).status_code == 404
        assert press(client, key).status_code == 404


def test_lists_carry_their_filters_to_the_ledger(client, city, cases):
    client.force_login(city.clerk)
    page = client.get(reverse("cases:list"), {"flag": "open", "q": "供电"}).content.decode()
    assert 'action="/reports/ledgers/cases/export?flag=open&amp;q=%E4%BE%9B%E7%94%B5"' in page
    page = client.get(reverse("enterprises:list"), {"q": "yd"}).content.decode()
    assert 'action="/reports/ledgers/enterprises/export?q=yd"' in page
    client.force_login(city.firm_user)
    assert "导出台账" not in client.get(reverse("cases:list")).content.decode()


@pytest.mark.parametrize("key", LEDGERS)
def test_a_ledger_page_shows_rows_and_takes_conditions(client, city, cases, key):
    client.force_login(city.clerk)
    answer = client.get(reverse("reports:ledger", args=[key]), {"q": "沅砥", "page": "9"})
    assert answer.status_code == 200
    assert answer.context["words"].endswith("沅砥")
    assert (
        client.get(reverse("reports:ledger", args=[key]), {"q": "没有这样的"}).content.decode().count("没有符合条件的")
        >= 1
    )


@pytest.mark.parametrize("count", [1, 3])
def test_the_ledger_page_costs_the_same_for_one_and_three(client, city, count):
    for _ in range(count):
        CaseFactory(enterprise=city.firm, office=city.office)
    client.force_login(city.clerk)
    client.get(reverse("reports:ledger", args=["cases"]))
    with CaptureQueriesContext(connection) as spent:
        client.get(reverse("reports:ledger", args=["cases"]))
    assert len(spent) == 25


# --- the register -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("who", ["director", "auditor"])
def test_the_register_lists_every_export(client, city, cases, who):
    job = exported("cases", city.clerk, at=city.at, query="flag=open")
    client.force_login(city.clerk)
    client.get(reverse("reports:export_file", args=[job.pk]))
    client.force_login(city.people[who])
    page = client.get(reverse("reports:exports")).content.decode()
    for said in ("郑科员", "市活动办", "情形 在办", "1 次", job.details["sha256"][:12]):
        assert said in page
    assert "没有找到" in client.get(reverse("reports:exports"), {"q": "查无此人"}).content.decode()
    assert cases[0].title not in page


@pytest.mark.parametrize("count", [1, 3])
def test_the_register_costs_the_same_for_one_and_three(client, city, cases, count):
    for _ in range(count):
        exported("cases", city.clerk, at=city.at)
    client.force_login(city.auditor)
    client.get(reverse("reports:exports"))
    with CaptureQueriesContext(connection) as spent:
        client.get(reverse("reports:exports"))
    assert len(spent) == 9


def test_asking_for_a_firm_finds_its_exports_and_is_logged(client, city, cases):
    exported("cases", city.clerk, at=city.at)
    client.force_login(city.auditor)
    page = client.get(reverse("reports:exported_firms"), {"q": city.firm.name}).content.decode()
    assert "在 1 次导出里" in page
    assert AuditEntry.objects.filter(act="查企业导出", target=city.firm.name, user=city.auditor).count() == 1
    assert "没有这家企业" in client.get(reverse("reports:exported_firms"), {"q": "沅砥"}).content.decode()
    assert (
        "没有导出过这家企业"
        in client.get(reverse("reports:exported_firms"), {"q": city.other_firm.name}).content.decode()
    )


def test_the_director_chooses_among_several(client, city):
    client.force_login(city.director)
    page = client.get(reverse("reports:exported_firms"), {"q": "有限公司"}).content.decode()
    assert city.firm.name in page
    assert city.other_firm.name in page
    assert "选一家" in page


def test_the_hub_shows_ones_own_exports(client, city, cases):
    exported("cases", city.clerk, at=city.at)
    request_export(LEDGERS["enterprises"], "", actor=city.director, at=city.at)
    client.force_login(city.clerk)
    answer = client.get(reverse("reports:ledgers"))
    assert [one.ledger.key for one in answer.context["recent"]] == ["cases"]
    assert "已做好" in answer.content.decode()
