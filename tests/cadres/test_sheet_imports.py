"""表格导入的引擎（R-12、R-74）：检查、确认、写入、取消、过期；断了接着做，重导什么也不多；谁先改了不盖掉。"""

from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.storage import default_storage

from cadres.models import AuditEntry, Job, Notice, SheetBatch
from cadres.services import sheet_imports, sheet_jobs, sheet_upkeep
from cadres.services.sheet_jobs import CHECK, WRITE
from enterprises.models import Enterprise
from tests.factories import credit_code
from tests.sheets import checked, imported, marked, opened, outcomes, upload, workbook
from zhuqi.kernel.errors import Conflict, InvalidInput, NotPermitted
from zhuqi.kernel.sheets.kinds import Outcome, kind_of

State = Job.State
HEAD = ["企业名称", "统一社会信用代码", "县（市、区）", "地址"]
DAY = timedelta(days=1)


def row(number, name="", region="魏都区", address="示例路 8 号"):
    return [name or f"许昌导入{number}号机械有限公司", credit_code(920_000 + number), region, address]


def rows(count, first=0):
    return [HEAD, *(row(number) for number in range(first, first + count))]


@pytest.fixture
def small(monkeypatch):
    """每批两行。"""
    monkeypatch.setattr(sheet_jobs, "BATCH", 2)
    monkeypatch.setattr(sheet_jobs.chunks, "__defaults__", (2,))


def check(city, lines, **options):
    return checked("firms", lines, actor=city.clerk, at=city.at, **options)


def confirm(city, job, at=None):
    sheet_imports.confirm(job, actor=city.clerk, at=at or city.at)
    return job


def run(city, job, minutes=0):
    at = city.at + timedelta(minutes=minutes)
    return sheet_imports.run_sheet(job.pk, clock=lambda: at)


# --- checking ---------------------------------------------------------------------------------------------------------
def test_a_sheet_is_checked_row_by_row_and_nothing_is_written(city):
    known = [city.firm.name, city.firm.credit_code, "魏都区", city.firm.address]
    changed = [city.other_firm.name, city.other_firm.credit_code, "禹州市", "新址 9 号"]
    before = Enterprise.objects.count()
    job = check(city, [HEAD, row(1), known, changed, ["坏公司", "123", "魏都区", ""]])
    assert (job.state, job.slot, job.total_count) == (State.CHECKED, None, 4)
    assert {number: outcome for number, (outcome, _why) in outcomes(job).items()} == {2: "N", 3: "S", 4: "C", 5: "B"}
    assert job.details["counts"] == {"N": 1, "S": 1, "C": 1, "B": 1}
    assert job.details["shown"]["C"][0]["changes"] == [["地址", city.other_firm.address, "新址 9 号"]]
    assert Enterprise.objects.count() == before


def test_the_marked_workbook_has_the_persons_own_rows_with_result_field_and_reason(city):
    job = check(city, [HEAD, row(1), ["坏公司", "=1+1", "火星", ""]])
    book = marked(job, CHECK)
    assert book.heads == ["原来的行号", *HEAD, "结果", "哪一栏", "原因"]
    first, second = book.rows
    assert (first["原来的行号"], first["企业名称"], first["结果"], first["原因"]) == (2, row(1)[0], "新增", "")
    assert (second["结果"], second["哪一栏"]) == ("不能导入", "县（市、区）")
    assert "没有“火星”这一项" in second["原因"]


def test_the_marked_workbook_mended_can_be_sent_again(city):
    job = check(city, [HEAD, [*row(1)[:2], "火星", ""]])
    with default_storage.open(job.details["marked"][CHECK], "rb") as stored:
        content = stored.read()
    again = sheet_imports.open_sheet(kind_of("firms"), upload(content), actor=city.clerk, at=city.at)
    again = run(city, again)
    assert outcomes(again) == {3: outcomes(job)[2]}
    assert again.details["table"]["unknown"] == []


@pytest.mark.parametrize(
    ("lines", "whole"),
    [([HEAD, *([["x", "1", "魏都区", ""]] * 3)], 3), ([HEAD, ["a", "1", "", ""]], 1)],
)
def test_a_sheet_of_bad_rows_only_is_over_after_the_check(city, lines, whole):
    job = check(city, lines)
    assert (job.state, job.details["counts"]) == (State.DONE, {"B": whole})
    assert len(marked(job, CHECK).rows) == whole


def test_the_same_firm_twice_in_a_sheet_counts_once(city):
    job = check(city, [HEAD, row(1), row(1), row(2), [*row(3)[:1], row(2)[1], "魏都区", ""], [row(2)[0], *row(4)[1:]]])
    found = outcomes(job)
    assert [found[number][0] for number in range(2, 7)] == ["N", "B", "N", "B", "B"]
    assert found[3][1] == "与第 2 行重复（统一社会信用代码相同），只认第 2 行。"
    assert found[6][1] == "与第 4 行重复（企业名称相同），只认第 4 行。"


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("名单.csv", b"a,b", "请上传 Excel 表格"),
        ("名单.xlsx", b"not a package", "只能上传"),
        ("名单.xlsx", b"", "空文件"),
        ("照片.xlsx", b"\xff\xd8\xff", "文件名以"),
    ],
)
def test_what_is_no_sheet_is_refused_at_the_door(city, name, content, why):
    with pytest.raises(InvalidInput, match=why):
        sheet_imports.open_sheet(kind_of("firms"), upload(content, name), actor=city.clerk, at=city.at)
    assert not Job.objects.exists()


def test_a_sheet_without_the_head_says_so_and_frees_the_place(city):
    job = check(city, [["随便", "写的"], ["a", "b"]])
    assert (job.state, job.slot) == (State.FAILED, None)
    assert "没有找到表头" in job.details["failure"]


def test_one_of_a_kind_at_a_time(city):
    opened("firms", rows(1), actor=city.clerk, at=city.at)
    with pytest.raises(Conflict, match="正在检查或导入"):
        opened("firms", rows(1), actor=city.clerk, at=city.at)
    assert opened("firms", rows(1), actor=city.director, at=city.at)


def test_who_may_not_import_is_refused(city):
    with pytest.raises(NotPermitted):
        opened("firms", rows(1), actor=city.land_clerk, at=city.at)


def test_who_changed_post_since_the_upload_is_stopped(city):
    job = opened("firms", rows(1), actor=city.clerk, at=city.at)
    city.clerk.unit = city.county_office
    city.clerk.save()
    done = run(city, job)
    assert (done.state, done.details["failure"]) == (State.FAILED, "上传以后您的岗位变了，请重新上传。")


# --- writing ----------------------------------------------------------------------------------------------------------
def test_only_the_good_rows_are_written_and_the_result_says_so(city, small):
    job = imported("firms", [*rows(5), ["坏公司", "123", "魏都区", ""]], actor=city.clerk, at=city.at)
    assert (job.state, job.details["written"]) == (State.DONE, {"N": 5, "C": 0})
    assert Enterprise.objects.filter(name__startswith="许昌导入").count() == 5
    results = [line["结果"] for line in marked(job, WRITE).rows]
    assert results == ["已新增"] * 5 + ["没有写入"]
    said = {entry.act: entry.result for entry in AuditEntry.objects.filter(user=city.clerk)}
    assert said == {"上传导入表": "成功", "确认导入企业": "新增 5 改动 0"}


def test_the_same_sheet_again_changes_nothing(city, small):
    imported("firms", rows(5), actor=city.clerk, at=city.at)
    again = check(city, rows(5))
    assert (again.state, again.details["counts"]) == (State.DONE, {"S": 5})


def test_a_confirmed_one_cannot_be_confirmed_twice(city):
    job = confirm(city, check(city, rows(1)))
    with pytest.raises(Conflict, match="已经开始导入"):
        confirm(city, job)
    run(city, job)
    assert run(city, job) is None


def test_a_row_changed_by_somebody_since_the_check_is_not_written_over(city):
    lines = [HEAD, [city.firm.name, city.firm.credit_code, "魏都区", "甲路"], row(1), row(2)]
    job = check(city, lines)
    Enterprise.objects.filter(pk=city.firm.pk).update(address="别人改的")
    taken = imported("firms", [HEAD, row(1)], actor=city.director, at=city.at)
    other = imported("firms", [HEAD, row(2, address="别的路")], actor=city.director, at=city.at)
    assert (taken.details["written"]["N"], other.details["written"]["N"]) == (1, 1)
    done = run(city, confirm(city, job))
    assert (done.details["written"], done.details["left_count"]) == ({"N": 0, "C": 0}, 3)
    assert [line["原因"] for line in marked(done, WRITE).rows] == [
        "检查以后被别人改过，这一行没有写入；请把它重新上传核对。",
        "检查以后已经有人改成这样，没有再写。",
        "检查以后被别人改过，这一行没有写入；请把它重新上传核对。",
    ]
    city.firm.refresh_from_db()
    assert city.firm.address == "别人改的"


def test_a_row_that_became_wrong_since_the_check_is_left_with_the_reason(city):
    job = check(city, [HEAD, [city.firm.name, city.firm.credit_code, "魏都区", "甲路"]])
    Enterprise.objects.filter(pk=city.firm.pk).update(is_active=False)
    done = run(city, confirm(city, job))
    assert done.details["left_count"] == 1
    assert "检查以后情况变了" in done.details["left"][0]["faults"][0][2]


# --- breaking off -----------------------------------------------------------------------------------------------------
def test_a_write_broken_off_goes_on_where_it_stood(city, small, monkeypatch):
    job = confirm(city, check(city, rows(7)))
    write, calls = type(kind_of("firms")).write, []

    def breaking(self, some, scope, at):
        calls.append(len(some))
        if len(calls) == 3:
            raise RuntimeError("killed")
        return write(self, some, scope, at)

    monkeypatch.setattr(sheet_imports, "end_sheet", lambda *_a, **_k: True)  # a killed process says nothing
    monkeypatch.setattr(type(kind_of("firms")), "write", breaking)
    with pytest.raises(RuntimeError):
        run(city, job)
    job.refresh_from_db()
    assert (job.state, job.done_count, SheetBatch.objects.filter(results__isnull=False).count()) == (
        State.RUNNING,
        4,
        2,
    )
    assert Enterprise.objects.filter(name__startswith="许昌导入").count() == 4
    later = city.at + timedelta(minutes=3)
    assert sheet_upkeep.lost_sheets(at=later) == [job.pk]
    assert sheet_upkeep.lost_sheets(at=later) == []
    done = run(city, job, minutes=3)
    assert (done.state, done.details["written"], sum(calls)) == (State.DONE, {"N": 7, "C": 0}, 9)
    assert Enterprise.objects.filter(name__startswith="许昌导入").count() == 7


def test_who_was_given_up_for_lost_stops_at_the_next_batch(city, small, monkeypatch):
    job = confirm(city, check(city, rows(5)))
    write = type(kind_of("firms")).write

    def taken_over(self, some, scope, at):
        done = write(self, some, scope, at)
        Job.objects.filter(pk=job.pk, done_count=4).update(attempts=99)
        return done

    monkeypatch.setattr(type(kind_of("firms")), "write", taken_over)
    assert run(city, job) is None
    assert Enterprise.objects.filter(name__startswith="许昌导入").count() == 4


def test_a_cancelled_write_keeps_what_was_written(city, small, monkeypatch):
    job = confirm(city, check(city, rows(5)))
    write = type(kind_of("firms")).write

    def cancelling(self, some, scope, at):
        done = write(self, some, scope, at)
        if Job.objects.filter(pk=job.pk, done_count=4).exists():
            sheet_imports.cancel(job, actor=city.clerk, at=at)
        return done

    monkeypatch.setattr(type(kind_of("firms")), "write", cancelling)
    assert run(city, job) is None
    job.refresh_from_db()
    assert (job.state, job.slot, job.details["written"]) == (State.CANCELLED, None, {"N": 2, "C": 0})
    assert Enterprise.objects.filter(name__startswith="许昌导入").count() == 4
    with pytest.raises(Conflict, match="不用取消"):
        sheet_imports.cancel(job, actor=city.clerk, at=city.at)


def test_after_six_attempts_it_is_given_up_with_the_reason(city):
    job = opened("firms", rows(1), actor=city.clerk, at=city.at)
    Job.objects.filter(pk=job.pk).update(state=State.RUNNING, attempts=sheet_upkeep.ATTEMPTS_MOST)
    assert sheet_upkeep.lost_sheets(at=city.at + timedelta(minutes=3)) == []
    job.refresh_from_db()
    assert (job.state, job.slot) == (State.FAILED, None)
    assert "半路中断" in job.details["failure"]
    assert Notice.objects.get(user=city.clerk).title == "企业导入没有做成"


def test_a_fault_of_ours_is_told_and_the_place_is_free(city, monkeypatch):
    monkeypatch.setattr(type(kind_of("firms")), "judge", lambda *_a: 1 / 0)
    job = opened("firms", rows(1), actor=city.clerk, at=city.at)
    with pytest.raises(ZeroDivisionError):
        run(city, job)
    job.refresh_from_db()
    assert (job.state, job.slot, job.details["failure"]) == (State.FAILED, None, sheet_imports.BROKEN)


# --- afterwards -------------------------------------------------------------------------------------------------------
def test_only_the_person_who_sent_it_may_go_on_with_it(city):
    job = check(city, rows(1))
    for act in (sheet_imports.confirm, sheet_imports.cancel):
        with pytest.raises(NotPermitted):
            act(job, actor=city.director, at=city.at)
    with pytest.raises(NotPermitted):
        sheet_imports.hand_over(job, CHECK, actor=city.director, at=city.at)


def test_a_download_is_logged(city):
    job = check(city, rows(1))
    assert sheet_imports.hand_over(job, CHECK, actor=city.clerk, at=city.at) == job.details["marked"][CHECK]
    assert AuditEntry.objects.get(act="下载导入表").target == f"企业导入 第 {job.pk} 号"
    with pytest.raises(Conflict):
        sheet_imports.hand_over(job, WRITE, actor=city.clerk, at=city.at)


def test_old_files_go_and_the_counts_stay(city):
    done = imported("firms", rows(2), actor=city.clerk, at=city.at)
    waiting = check(city, rows(3, first=10))
    names = [done.file.name, *done.details["marked"].values(), waiting.file.name]
    assert sheet_upkeep.drop_old_sheets(at=city.at + 6 * DAY) == 0
    assert sheet_upkeep.drop_old_sheets(at=city.at + 8 * DAY) == 2
    assert sheet_upkeep.drop_old_sheets(at=city.at + 8 * DAY) == 0
    for job in (done, waiting):
        job.refresh_from_db()
    assert (done.state, done.file.name, done.details["written"]) == (State.DONE, "", {"N": 2, "C": 0})
    assert (waiting.state, "shown" in waiting.details) == (State.CANCELLED, False)
    assert not SheetBatch.objects.exists()
    assert not [name for name in names if default_storage.exists(name)]
    assert not list(Path(default_storage.path(sheet_jobs.WORK)).glob("*"))


@pytest.mark.parametrize("lacking", ["finished_at", "beat_at"])
def test_a_row_without_the_hour_of_its_end_is_cleared_like_the_others(city, lacking):
    done = imported("firms", rows(2), actor=city.clerk, at=city.at)
    names = [done.file.name, *done.details["marked"].values()]
    Job.objects.filter(pk=done.pk).update(**{lacking: None})
    assert sheet_upkeep.drop_old_sheets(at=city.at + 6 * DAY) == 0
    assert sheet_upkeep.drop_old_sheets(at=city.at + 8 * DAY) == 1
    assert not [name for name in names if default_storage.exists(name)]


def test_outcomes_are_said_in_words():
    assert [outcome.label for outcome in Outcome] == ["新增", "有改动", "没有变化", "不能导入"]


def test_a_package_with_macros_is_refused(city):
    import io
    import zipfile

    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook(rows(1)))) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name))
        new.writestr("xl/vbaProject.bin", b"x")
    with pytest.raises(InvalidInput, match="文件里有宏"):
        sheet_imports.open_sheet(kind_of("firms"), upload(out.getvalue()), actor=city.clerk, at=city.at)


def test_a_bomb_of_a_gigabyte_is_refused(city):
    import io
    import zipfile

    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook(rows(1)))) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, old.read(name))
        with new.open("xl/worksheets/sheet9.xml", "w") as part:
            for _ in range(1024):
                part.write(bytes(1024 * 1024))
    with pytest.raises(InvalidInput, match="解压后过大"):
        sheet_imports.open_sheet(kind_of("firms"), upload(out.getvalue()), actor=city.clerk, at=city.at)
