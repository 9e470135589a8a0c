"""成批导入的页面（R-62）：上传、检查、开始、逐行结果、下载。"""

import io

import pytest
from django.urls import reverse
from python_calamine import CalamineWorkbook

from policies.enums import ImportState
from policies.models import Policy, PolicyImport
from policies.services.importing import open_import, run_import, start_import
from policies.tasks import restart_imports
from policies.tasks import run_import as run_task
from policies.views import importing
from tests.policies.test_importing import PAPERS, as_csv, row, uploaded

pytestmark = pytest.mark.django_db


def batch_of(city):
    """市自然资源局上传、还没开始的一份。"""
    return open_import(uploaded(as_csv([row(PAPERS[0])])), actor=city.land_clerk, at=city.at)


def url(name, *args):
    return reverse(f"policies:{name}", args=args)


def done_batch(city, rows):
    batch = open_import(uploaded(as_csv(rows)), actor=city.clerk, at=city.at)
    start_import(batch, actor=city.clerk, at=city.at, publishes=True, revises=False)
    return run_import(batch.pk, clock=lambda: city.at)


def test_uploading_looking_starting_and_reading_the_rows(client, city):
    client.force_login(city.clerk)
    answer = client.post(
        url("imports"), {"file": uploaded(as_csv([row(PAPERS[0]), row(PAPERS[1], 正文="")]))}, follow=True
    )
    said = answer.content.decode()
    batch = PolicyImport.objects.get()
    assert "还没有导入。" in said
    assert "备注栏" in said
    assert "请贴上全文" in said
    client.post(url("import_start", batch.pk), {"publishes": "on"})
    batch.refresh_from_db()
    assert batch.state == ImportState.QUEUED
    assert "可以离开这一页" in client.get(url("import", batch.pk)).content.decode()
    run_task(batch.pk)
    restart_imports()
    said = client.get(url("import", batch.pk)).content.decode()
    assert "逐行结果" in said
    assert PAPERS[0].title in said
    only = client.get(url("import", batch.pk), {"outcome": "BAD"}).content.decode()
    assert "请贴上全文" in only
    assert url("detail", Policy.objects.get().pk) not in only
    assert batch.name in client.get(url("imports")).content.decode()


@pytest.mark.parametrize(("sent", "said"), [(None, "这一栏"), (b"", "空文件"), ("甲,乙\n".encode(), "没有找到表头")])
def test_a_bad_upload_comes_back_in_words(client, city, sent, said):
    client.force_login(city.land_clerk)
    data = {} if sent is None else {"file": uploaded(sent)}
    answer = client.post(url("imports"), data)
    assert answer.status_code == 200
    assert said in answer.content.decode() or sent is None
    assert not PolicyImport.objects.exists()


def csv_report(client, batch):
    answer = client.get(url("import_report", batch.pk, "csv"))
    return b"".join(answer.streaming_content).decode("utf-8-sig")


def test_reports_are_guarded_against_formulas(client, city):
    batch = done_batch(city, [row(PAPERS[0], 政策名称="=1+1 的通知")])
    client.force_login(city.clerk)
    text = csv_report(client, batch)
    assert "'=1+1 的通知" in text
    book = client.get(url("import_report", batch.pk, "xlsx")).content
    lines = CalamineWorkbook.from_filelike(io.BytesIO(book)).get_sheet_by_index(0).to_python()
    assert lines[1][:3] == [2, "新增", "'=1+1 的通知"]


def test_the_csv_has_every_row_and_a_workbook_cut_short_says_so(client, city, monkeypatch):
    monkeypatch.setattr(importing, "XLSX_MOST", 1)
    batch = done_batch(city, [row(paper) for paper in PAPERS[:2]])
    client.force_login(city.clerk)
    assert [line.split(",")[:2] for line in csv_report(client, batch).splitlines()] == [
        ["行", "结果"],
        ["2", "新增"],
        ["3", "新增"],
    ]
    book = client.get(url("import_report", batch.pk, "xlsx")).content
    lines = CalamineWorkbook.from_filelike(io.BytesIO(book)).get_sheet_by_index(0).to_python()
    assert [line[0] for line in lines] == ["行", "", 2]
    assert lines[1][1:3] == ["只列前 1 行", "共 2 行，全部的请下载 CSV"]


def test_the_template_can_be_filled_in_and_imported(client, city):
    client.force_login(city.clerk)
    content = client.get(url("import_sheet")).content
    batch = open_import(uploaded(content, "模板.xlsx"), actor=city.clerk, at=city.at)
    assert (batch.total_count, batch.checked["counts"], batch.checked["unknown"]) == (1, {"ADDED": 1}, [])


def test_a_second_start_is_a_conflict_and_nonsense_breaks_nothing(client, city):
    batch = batch_of(city)
    client.force_login(city.land_clerk)
    client.post(url("import_start", batch.pk))
    assert client.post(url("import_start", batch.pk)).status_code == 409
    assert client.post(url("import_cancel", batch.pk)).status_code == 302
    assert client.post(url("import_cancel", batch.pk)).status_code == 409
    assert client.get(url("import", batch.pk), {"outcome": "x\x00", "page": "x"}).status_code == 200


@pytest.mark.parametrize("count", [1, 3])
def test_the_rows_cost_the_same_at_one_and_three(client, city, django_assert_num_queries, count):
    batch = done_batch(city, [row(paper) for paper in PAPERS[:count]])
    client.force_login(city.clerk)
    client.get(url("import", batch.pk))
    with django_assert_num_queries(11):
        client.get(url("import", batch.pk))
