"""用表格报：下载、填回执、传回来，传几遍都一样（R-65）。"""

import io
from datetime import timedelta

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from python_calamine import CalamineWorkbook

from reports.models import FieldMap, ProvinceReport
from reports.services.province import link, outbox, sheet
from tests.reports.sending_up import signed
from zhuqi.kernel.errors import Conflict, NotPermitted

pytestmark = pytest.mark.django_db


@pytest.fixture
def queued(city):
    link.start(since=city.at - timedelta(days=1), actor=city.director, at=city.at)
    case = signed(city)
    outbox.drain(at=city.at)
    return case


def lines(content):
    return CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()


def marked(*rows):
    """省里填过的：（唯一键, 收没收, 回执, 原因）。"""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    page = book.add_worksheet()
    for number, row in enumerate(((sheet.KEY, sheet.TAKEN, sheet.RECEIPT, sheet.WHY), *rows)):
        page.write_row(number, 0, row)
    book.close()
    return SimpleUploadedFile("回执.xlsx", out.getvalue())


def test_what_waits_in_the_mapped_columns(city, queued):
    ProvinceReport.objects.filter(seq=1).update(facts=ProvinceReport.objects.get(seq=1).facts | {"title": "=1+1"})
    content, count = sheet.pending(actor=city.clerk, at=city.at)
    head, *rows = lines(content)
    assert count == len(rows) == 4
    assert len(head) == 8 + FieldMap.objects.filter(is_sent=True).count()
    assert [row[2] for row in rows] == [f"{queued.number}-{seq}" for seq in (1, 2, 3, 4)]
    assert rows[0][head.index("标题（title）")] == "'=1+1"
    assert rows[0][head.index("问题描述（content）")] == "联系 138****5678，第 1 件。"


def test_accepted_and_refused_row_by_row_and_twice(city, queued):
    keys = [f"{queued.number}-{seq}" for seq in (1, 2, 3, 4)]
    rows = [(keys[1], "否", "", "类别不对"), (keys[0], "是", "豫1", ""), (keys[2], "", "", "")]
    found = sheet.take_back(marked(*rows), actor=city.clerk, at=city.at)
    assert (found.accepted, found.refused, found.blank, found.wrong) == (1, 1, 1, [])
    first, second = ProvinceReport.objects.order_by("seq")[:2]
    assert (first.state, first.receipt_number, first.by_sheet) == ("SENT", "豫1", True)
    assert (second.state, second.last_said) == ("REFUSED", "省平台不收：类别不对")
    again = sheet.take_back(marked(*rows), actor=city.clerk, at=city.at)
    assert (again.accepted, again.refused, again.known) == (0, 0, 2)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (("别人的", "是", "豫1", ""), "没有“别人的”这个唯一键"),
        (("{}-1", "也许", "", ""), "只填是或否"),
        (("{}-1", "是", "", ""), "收下的要有"),
        (("{}-2", "是", "豫2", ""), "前面还有没收下的"),
    ],
)
def test_a_wrong_row_is_named_and_changes_nothing(city, queued, row, said):
    row = (row[0].format(queued.number), *row[1:])
    found = sheet.take_back(marked(row), actor=city.clerk, at=city.at)
    assert [number for number, _ in found.wrong] == [2]
    assert said in found.wrong[0][1]
    assert set(ProvinceReport.objects.values_list("state", flat=True)) == {"WAITING"}


def test_another_receipt_does_not_overwrite(city, queued):
    key = f"{queued.number}-1"
    sheet.take_back(marked((key, "是", "豫1", "")), actor=city.clerk, at=city.at)
    found = sheet.take_back(marked((key, "是", "豫9", "")), actor=city.clerk, at=city.at)
    assert "已有回执 豫1" in found.wrong[0][1]
    found = sheet.take_back(marked((key, "否", "", "")), actor=city.clerk, at=city.at)
    assert "不能再记成不收" in found.wrong[0][1]


def test_a_row_the_interface_is_sending_is_left(city, queued):
    ProvinceReport.objects.filter(seq=1).update(leased_until=city.at + timedelta(minutes=1))
    found = sheet.take_back(marked((f"{queued.number}-1", "是", "豫1", "")), actor=city.clerk, at=city.at)
    assert "正由接口在送" in found.wrong[0][1]


def test_not_beside_the_interface(city, queued, settings):
    settings.PROVINCE_URL = "http://127.0.0.1:1"
    with pytest.raises(Conflict, match="两头报"):
        sheet.pending(actor=city.clerk, at=city.at)
    link.pause(reason="省里升级", actor=city.clerk, at=city.at)
    assert sheet.pending(actor=city.clerk, at=city.at)[1] == 4
    with pytest.raises(NotPermitted):
        sheet.pending(actor=city.county_clerk, at=city.at)


def test_the_pages(client, city, queued):
    client.force_login(city.clerk)
    address = reverse("reports:province_receipts")
    assert "4 步待报" in client.get(address).content.decode()
    answer = client.post(address, {"file": marked((f"{queued.number}-1", "是", "豫1", ""))})
    assert "收下 1 行" in answer.content.decode()
    assert client.post(address, {"file": SimpleUploadedFile("x.txt", b"x")}).status_code == 422
    assert client.post(address).status_code == 422
    assert client.get(reverse("reports:province_sheet")).status_code == 200
