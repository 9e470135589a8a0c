"""坏的文件（R-62、R-74）：从页面上传，每一种都有一句中文，读得成的都进库，从不出错页。"""

import io
import zipfile

import pytest
from django.conf import settings
from django.urls import reverse

from policies.enums import ImportState
from policies.models import Policy, PolicyImport
from policies.services import importing
from policies.services.importing import run_import, start_import
from policies.services.index import POLICIES
from tests.policies.test_importing import HEAD, PAPERS, as_csv, outcomes, row, uploaded
from zhuqi.kernel.spreadsheets import write_rows

pytestmark = pytest.mark.django_db
GOOD = [row(paper) for paper in PAPERS[:3]]


def package(**parts):
    """一个像 Excel 的包。"""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in {"[Content_Types].xml": b"<x/>", "xl/workbook.xml": b"<x/>", **parts}.items():
            made.writestr(name, content)
    return out.getvalue()


def uploading(client, city, content, name):
    """像人一样上传；退回就给出说的话，收下就给出那一份。"""
    client.force_login(city.clerk)
    answer = client.post(reverse("policies:imports"), {"file": uploaded(content, name)}, follow=True)
    assert answer.status_code in {200, 422}, answer.status_code
    return answer.content.decode(), PolicyImport.objects.order_by("-pk").first()


def imported(city, batch):
    start_import(batch, actor=city.clerk, at=city.at, publishes=True, revises=False)
    return run_import(batch.pk, clock=lambda: city.at)


REFUSED = {
    "空.csv": (b"", "空文件"),
    "只有表头.csv": (as_csv([]), "没有内容"),
    "只有表头.xlsx": (write_rows(HEAD, []), "没有内容"),
    "二进制.csv": (bytes(range(256)) * 400, "没有找到表头"),
    "全是零.csv": (b"\x00" * 5_000, "没有找到表头"),
    "其实是表格.csv": (write_rows(HEAD, GOOD), "内容却是 Excel"),
    "半个UTF16.csv": (b"\xff\xfe\x00", "没有找到表头"),
    "有宏.xlsm": (package(**{"xl/vbaProject.bin": b"x"}), "只能导入"),
    "改名的宏.xlsx": (package(**{"xl/vbaProject.bin": b"x"}), "有宏"),
    "炸弹.xlsx": (package(**{"xl/sheet.xml": b"0" * (201 * 1024 * 1024)}), "解压后过大"),
    "坏的.xlsx": (package()[:60], "损坏"),
    "不是表.xlsx": (package(), "打不开"),
    "数组.json": (b'[{"a": 1},\n{"a": 2}]', "JSON 数组"),
    "没有扩展名": (as_csv(GOOD), "只能导入"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_file_that_is_no_use_is_sent_back_in_words_and_not_kept(client, city, name):
    content, said = REFUSED[name]
    page, batch = uploading(client, city, content, name)
    assert said in page
    assert batch is None
    assert not [one for one in (settings.MEDIA_ROOT / "imports").rglob("*") if one.is_file()]


def utf16(rows):
    return "\r\n".join("\t".join(cell.replace("\n", " ") for cell in one) for one in [HEAD, *rows]).encode("utf-16")


TAKEN = {
    "gbk.csv": as_csv(GOOD, encoding="gbk"),
    "bom.csv": as_csv(GOOD, encoding="utf-8-sig"),
    "utf16.csv": utf16(GOOD),
    "nul.csv": as_csv(GOOD).replace(b"\n", b"\x00\n", 1),
    "大标题.csv": "全市政策一览表,,,,,,,\n".encode() + as_csv(GOOD),
    "大写.CSV": as_csv(GOOD),
    "../../逃.csv": as_csv(GOOD),
    "名" * 150 + ".csv": as_csv(GOOD),
}


@pytest.mark.parametrize("name", TAKEN, ids=lambda name: name[:12])
def test_a_file_that_is_only_odd_goes_in_whole(client, city, name):
    page, batch = uploading(client, city, TAKEN[name], name)
    assert "还没有导入。" in page
    assert outcomes(imported(city, batch)) == ["ADDED"] * 3
    assert Policy.objects.count() == 3
    assert POLICIES.verify() == []


ROWS = {
    "脚本": ({"正文": "<p>一、<script>alert(1)</script><img src=x onerror=alert(2)>给予补助。</p>"}, "ADDED"),
    "公式": ({"政策名称": '=HYPERLINK("http://x","点我")', "正文": "=1+1 是公式"}, "ADDED"),
    "零字节": ({"政策名称": "题\x00目", "正文": "正\x00文\x07有控制字符"}, "ADDED"),
    "半个表情": ({"政策名称": "题目\ud83d".encode("utf-8", "replace").decode(), "正文": "有🎈也行"}, "ADDED"),
    "三十万字": ({"正文": "长" * 300_001}, "BAD"),
    "二十万字": ({"正文": "第一条　给予补助。" * 20_000}, "ADDED"),
    "日期": ({"印发日期": "9999999999"}, "BAD"),
    "零年": ({"印发日期": "0000-00-00"}, "BAD"),
    "少了几列": ({"正文": "", "摘要": "", "备注栏": ""}, "BAD"),
}


@pytest.mark.parametrize("case", ROWS)
def test_one_odd_row_never_takes_the_others_with_it(client, city, case):
    changed, wanted = ROWS[case]
    _, batch = uploading(client, city, as_csv([GOOD[0], row(PAPERS[1], **changed), GOOD[2]]), "一行.csv")
    done = imported(city, batch)
    assert (done.state, outcomes(done)) == (ImportState.DONE, ["ADDED", wanted, "ADDED"])
    for page in (reverse("policies:import", args=[batch.pk]), reverse("policies:imports"), reverse("policies:list")):
        assert b"<script>alert" not in client.get(page).content
    for policy in Policy.objects.all():
        said = client.get(reverse("policies:detail", args=[policy.pk]))
        assert said.status_code == 200
        assert b"onerror=" not in said.content
    for form in ("csv", "xlsx"):
        report = client.get(reverse("policies:import_report", args=[batch.pk, form]))
        assert report.status_code == 200
        content = report.getvalue()
        assert b"\n=HYPER" not in content
        assert b",=HYPER" not in content


def test_numbers_twice_in_the_file_are_taken_once_and_said(client, city):
    rows = [GOOD[0], row(PAPERS[1], 发文字号=GOOD[0][1]), GOOD[2], GOOD[2]]
    _, batch = uploading(client, city, as_csv(rows), "重号.csv")
    done = imported(city, batch)
    assert outcomes(done) == ["ADDED", "NUMBER", "ADDED", "NUMBER"]
    assert "与本文件第 2 行同文号" in done.rows.get(number=3).remark


def test_a_quote_that_is_never_closed_spoils_the_end_and_says_so(client, city):
    content = as_csv(GOOD[:2]) + f'坏的一行,"没有配对的引号{"长" * 10}\n'.encode() + as_csv(GOOD[2:], head=GOOD[2])
    _, batch = uploading(client, city, content, "引号.csv")
    done = imported(city, batch)
    assert (done.state, outcomes(done)[:2]) == (ImportState.DONE, ["ADDED", "ADDED"])
    assert done.rows.get(number=4).outcome == "BAD"


def test_a_hundred_thousand_rows_are_checked_and_none_is_lost(client, city, monkeypatch):
    short = [
        ["题", f"许示〔2026〕{n}号", "许昌市政府", "市", "2026-1-1", "短文。", "卡", ""] for n in range(1, 100_001)
    ]
    page, batch = uploading(client, city, as_csv(short), "十万.csv")
    assert (batch.total_count, batch.checked["counts"]) == (100_000, {"ADDED": 100_000})
    assert "100000" in page.replace(",", "")
    monkeypatch.setattr(importing, "BATCH", 100)
    start_import(batch, actor=city.clerk, at=city.at, publishes=True, revises=False)

    def stop(now):
        if now.done_count >= 300:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_import(batch.pk, clock=lambda: city.at, say=stop)
    assert Policy.objects.count() == batch.rows.count() == 300
