"""表格导入的页面（R-12）：每一步说清走到哪里、该做什么；填错的说原因；别人的不存在。"""

import io

import pytest
from django.urls import reverse
from python_calamine import CalamineWorkbook

from cadres.models import AuditEntry, Job
from cadres.services import sheet_imports
from enterprises.models import Enterprise
from tests.factories import credit_code
from tests.sheets import checked, imported, opened, upload, workbook
from zhuqi.kernel.sheets.kinds import kind_of

HEAD = ["企业名称", "统一社会信用代码", "县（市、区）", "备注"]
GOOD = ["许昌导入机械有限公司", credit_code(930_001), "魏都区"]
BAD = ["坏公司", "9.11E+17", "魏都区"]


def send(client, lines, key="firms", **options):
    return client.post(
        reverse("cadres:sheet_new", args=[key]), {"file": upload(workbook(lines), **options)}, follow=True
    )


def text(answer):
    return answer.content.decode()


def test_a_small_sheet_is_shown_at_once_confirmed_and_written(city, client):
    client.force_login(city.clerk)
    page = send(client, [HEAD, GOOD, BAD])
    job = Job.objects.get()
    said = text(page)
    assert page.redirect_chain == [(reverse("cadres:sheet", args=[job.pk]), 302)]
    assert "检查完了，还没有写入" in said
    assert "只导能导的 1 行" in said
    assert "后几位已经丢了" in said
    assert "不认得、没有读的栏：</b>备注" in said
    assert not Enterprise.objects.filter(credit_code=GOOD[1]).exists()
    new = text(client.get(reverse("cadres:sheet", args=[job.pk]), {"show": "N"}))
    assert GOOD[0] in new
    done = client.post(reverse("cadres:sheet_confirm", args=[job.pk]), follow=True)
    assert "新增 1 行，改动 0 行；没有写入 1 行" in text(done)
    assert Enterprise.objects.filter(credit_code=GOOD[1]).exists()
    again = send(client, [HEAD, GOOD])
    assert "表里的和系统里的一样，什么也没有改" in text(again)


def test_a_big_sheet_waits_for_the_background_and_the_page_asks_again(city, client, monkeypatch):
    monkeypatch.setattr(sheet_imports, "DIRECT_BYTES", 0)
    client.force_login(city.clerk)
    page = text(send(client, [HEAD, GOOD]))
    assert 'hx-trigger="every 2s"' in page
    job = Job.objects.get()
    assert job.state == Job.State.DONE or "等后台开始" in page or job.state == Job.State.CHECKED


def test_the_fragment_asked_for_has_no_page_around_it(city, client):
    job = opened("firms", [HEAD, GOOD], actor=city.clerk, at=city.at)
    client.force_login(city.clerk)
    part = text(client.get(reverse("cadres:sheet", args=[job.pk]), headers={"HX-Request": "true"}))
    assert f'id="sheet-{job.pk}-state"' in part
    assert "<html" not in part


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("名单.csv", b"a,b", "请上传 Excel 表格"),
        ("名单.xlsx", b"PK\x03\x04x", "损坏"),
        ("名单.xlsx", b"", "这是一个空文件"),
    ],
)
def test_a_file_that_is_no_sheet_comes_back_with_the_reason(city, client, name, content, said):
    client.force_login(city.clerk)
    page = client.post(reverse("cadres:sheet_new", args=["firms"]), {"file": upload(content, name)})
    assert page.status_code == 422
    assert said in text(page)


def test_a_sheet_with_the_wrong_head_says_what_is_missing(city, client):
    client.force_login(city.clerk)
    assert "没有找到表头" in text(send(client, [["随便"], ["写的"]]))


def test_cancelling_says_that_nothing_was_written(city, client):
    client.force_login(city.clerk)
    job = checked("firms", [HEAD, GOOD], actor=city.clerk, at=city.at)
    page = client.post(reverse("cadres:sheet_cancel", args=[job.pk]), follow=True)
    assert "已取消，什么也没有写入" in text(page)
    assert "什么也没有写入" in text(client.get(reverse("cadres:sheet", args=[job.pk])))
    assert client.post(reverse("cadres:sheet_cancel", args=[job.pk])).status_code == 409
    assert client.post(reverse("cadres:sheet_confirm", args=[job.pk])).status_code == 409


def test_somebody_elses_import_does_not_exist(city, client):
    job = checked("firms", [HEAD, GOOD], actor=city.clerk, at=city.at)
    client.force_login(city.director)
    for name in ("sheet", "sheet_marked"):
        args = [job.pk, "check"] if name == "sheet_marked" else [job.pk]
        assert client.get(reverse(f"cadres:{name}", args=args)).status_code == 404
    assert GOOD[0] not in text(client.get(reverse("cadres:sheets")))


def test_the_marked_workbook_is_an_attachment_and_logged(city, client):
    job = imported("firms", [HEAD, GOOD], actor=city.clerk, at=city.at)
    client.force_login(city.clerk)
    for which, name in (("check", "检查"), ("write", "结果")):
        answer = client.get(reverse("cadres:sheet_marked", args=[job.pk, which]))
        content = b"".join(answer.streaming_content)
        assert content.startswith(b"PK")
        assert "attachment" in answer["Content-Disposition"]
        assert AuditEntry.objects.filter(act="下载导入表", reason=name).count() == 1
    assert client.get(reverse("cadres:sheet_marked", args=[job.pk, "other"])).status_code == 404


def test_the_template_has_drop_downs_a_sample_and_hints_and_can_be_sent_back(city, client):
    client.force_login(city.county_clerk)
    content = client.get(reverse("cadres:sheet_template", args=["firms"])).content
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    assert book.sheet_names == ["企业", "填写说明", "选项"]
    options = book.get_sheet_by_name("选项").to_python()
    assert [line[0] for line in options] == ["县（市、区）", "魏都区", "东城区"]  # a county's own only
    assert AuditEntry.objects.get(act="下载导入模板").target == "企业"
    page = client.post(reverse("cadres:sheet_new", args=["firms"]), {"file": upload(content)}, follow=True)
    assert "只有示例行" in text(page)


@pytest.mark.parametrize("name", ["sheet_new", "sheet_template"])
def test_a_kind_that_is_none_does_not_exist(city, client, name):
    client.force_login(city.clerk)
    assert client.get(reverse(f"cadres:{name}", args=["nothing"])).status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_the_same_whatever_its_length(city, client, django_assert_num_queries, count):
    for number in range(count):
        checked(
            "firms",
            [HEAD, [f"许昌导入{number}公司", credit_code(930_010 + number), "魏都区"]],
            actor=city.clerk,
            at=city.at,
        )
    client.force_login(city.clerk)
    client.get(reverse("cadres:sheets"))
    with django_assert_num_queries(8):
        page = text(client.get(reverse("cadres:sheets")))
    assert page.count("等您确认") == count
    assert kind_of("firms").label in page
