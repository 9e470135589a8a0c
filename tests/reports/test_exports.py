"""导出的服务（R-54、R-73）：一人一种同时一份，抢占、取消、中断重做、下载再查、过期删除、处处留痕。"""

import hashlib
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection, transaction

from cadres.models import AuditEntry, Job, Notice, Setting
from cadres.services import settings as defaults
from reports.ledgers import LEDGERS, reading
from reports.models import ExportedFirm
from reports.queries import exports as queries
from reports.services import exports, upkeep
from reports.services.exports import cancel_export, hand_over, request_export, run_export
from tests.factories import CaseFactory, EnterpriseFactory
from tests.reports.books import exported, read
from zhuqi.kernel.claims import claim
from zhuqi.kernel.errors import Conflict, InvalidInput, NotPermitted

State = Job.State
MINUTE = timedelta(minutes=1)


@pytest.fixture
def cases(city):
    """十件，三家企业。"""
    firms = [city.firm, city.other_firm, EnterpriseFactory(region=city.regions["weidu"])]
    return [CaseFactory(enterprise=firms[n % 3], office=city.office) for n in range(10)]


def asked(city, who="clerk", query="", at=None):
    job, _ = request_export(LEDGERS["cases"], query, actor=city.people[who], at=at or city.at)
    return job


def clock(city, minutes=0):
    return lambda: city.at + minutes * MINUTE


def stop_after(monkeypatch, city, act):
    """每批一件；第二批读完时发生 `act`。"""
    monkeypatch.setattr(reading, "BATCH", 1)
    beat = exports.beat

    def beating(job, *, at, **changes):
        if changes.get("done_count") == 2:
            act(job)
        beat(job, at=at, **changes)

    monkeypatch.setattr(exports, "beat", beating)


# --- asking and making ------------------------------------------------------------------------------------------------
def test_an_export_is_made_logged_and_remembered_firm_by_firm(city, cases):
    job = asked(city, query="flag=open")
    assert (job.state, job.total_count, job.slot) == (State.QUEUED, 10, f"ledger.cases:{city.clerk.pk}")
    done = run_export(job.pk, clock=clock(city))
    assert (done.state, done.done_count, done.slot, done.attempts) == (State.DONE, 10, None, 1)
    assert done.details["rows"] == len(read(done.file.path).rows) == 10
    assert done.details["sha256"] == hashlib.sha256(Path(done.file.path).read_bytes()).hexdigest()
    assert set(ExportedFirm.objects.values_list("enterprise", flat=True)) == {case.enterprise_id for case in cases}
    entry = AuditEntry.objects.get(act="导出台账")
    assert (entry.user, entry.target, entry.reason, entry.result) == (
        city.clerk, f"问题台账 第 {job.pk} 号", "情形 在办", "10 行",
    )  # fmt: skip
    assert not list((Path(done.file.path).parents[2] / "work").iterdir())


def test_a_second_click_gets_the_one_that_is_being_made(city, cases):
    job, is_new = request_export(LEDGERS["cases"], "", actor=city.clerk, at=city.at)
    again, is_second_new = request_export(LEDGERS["cases"], "flag=open", actor=city.clerk, at=city.at)
    assert (again, is_new, is_second_new) == (job, True, False)
    others = request_export(LEDGERS["enterprises"], "", actor=city.clerk, at=city.at)
    colleague = request_export(LEDGERS["cases"], "", actor=city.director, at=city.at)
    assert (others[1], colleague[1]) == (True, True)
    run_export(job.pk, clock=clock(city))
    assert request_export(LEDGERS["cases"], "", actor=city.clerk, at=city.at)[1]


def test_nothing_to_export_and_nobody_to_export_are_said(city, cases):
    with pytest.raises(InvalidInput, match="没有符合条件的"):
        asked(city, query="status=CLOSED")
    with pytest.raises(NotPermitted, match="您的岗位不能导出问题台账"):
        asked(city, who="firm_user")
    assert not Job.objects.exists()
    assert not AuditEntry.objects.exists()


def test_few_rows_are_direct_and_many_are_not(city, cases):
    job = asked(city)
    assert exports.is_direct(job)
    job.total_count = 5001
    assert not exports.is_direct(job)
    defaults.change("ledger_direct_most", 10_000, actor=city.director, at=city.at)
    assert exports.is_direct(job)


def test_a_big_one_tells_its_person_when_it_is_ready(city, cases):
    exported("cases", city.clerk, at=city.at)
    assert not Notice.objects.exists()  # a direct one is in the browser already
    Setting.objects.create(key="ledger_direct_most", value=9, changed_at=city.at)
    done = exported("cases", city.clerk, at=city.at)
    notice = Notice.objects.get(user=city.clerk)
    assert (notice.title, notice.url) == ("问题台账做好了，共 10 行", f"/reports/exports/{done.pk}")


def test_progress_is_told_batch_by_batch(city, cases, monkeypatch):
    monkeypatch.setattr(reading, "BATCH", 4)
    told = []
    beat = exports.beat
    monkeypatch.setattr(
        exports,
        "beat",
        lambda job, *, at, **changes: (told.append(changes.get("done_count")), beat(job, at=at, **changes)),
    )
    exported("cases", city.clerk, at=city.at)
    assert told == [None, 4, 8, 10, 10]


# --- one writer -------------------------------------------------------------------------------------------------------
def test_a_job_taken_by_one_worker_is_nothing_to_another(city, cases):
    job = asked(city)
    assert claim(exports.exports(), job.pk, at=city.at) is not None
    assert claim(exports.exports(), job.pk, at=city.at) is None
    assert run_export(job.pk, clock=clock(city)) is None
    assert run_export(job.pk + 1000, clock=clock(city)) is None


def test_cancelled_half_way_nothing_remains(city, cases, monkeypatch):
    job = asked(city)
    stop_after(monkeypatch, city, lambda job: cancel_export(job, actor=city.clerk, at=city.at))
    assert run_export(job.pk, clock=clock(city)) is None
    job.refresh_from_db()
    assert (job.state, job.slot, job.file.name) == (State.CANCELLED, None, "")
    assert not ExportedFirm.objects.exists()
    assert AuditEntry.objects.filter(act="取消导出").exists()
    with pytest.raises(Conflict, match="不用取消"):
        cancel_export(job, actor=city.clerk, at=city.at)
    assert asked(city).pk != job.pk


def test_cancelled_before_it_began_it_never_begins(city, cases):
    job = asked(city)
    with pytest.raises(NotPermitted):
        cancel_export(job, actor=city.director, at=city.at)
    cancel_export(job, actor=city.clerk, at=city.at)
    assert run_export(job.pk, clock=clock(city)) is None


def test_a_worker_thought_dead_that_comes_back_leaves_the_new_one_alone(city, cases, monkeypatch):
    job = asked(city)

    def taken_over(old):
        upkeep.lost_exports(at=city.at + 3 * MINUTE)
        assert claim(exports.exports(), old.pk, at=city.at + 3 * MINUTE).attempts == 2

    stop_after(monkeypatch, city, taken_over)
    assert run_export(job.pk, clock=clock(city)) is None
    job.refresh_from_db()
    assert (job.state, job.attempts, job.file.name) == (State.RUNNING, 2, "")


def test_what_fails_says_so_and_frees_the_place(city, cases, monkeypatch):
    job = asked(city)
    monkeypatch.setattr(reading, "BATCH", 1)

    def broken(*_):
        raise OSError(28, "No space left on device")

    stop_after(monkeypatch, city, broken)
    with pytest.raises(OSError, match="No space"):
        run_export(job.pk, clock=clock(city))
    job.refresh_from_db()
    assert (job.state, job.slot, job.details["failure"]) == (State.FAILED, None, exports.FULL)
    assert Notice.objects.get(user=city.clerk).title == "问题台账没有做成"
    assert not ExportedFirm.objects.exists()


def test_a_post_changed_meanwhile_ends_it(city, cases):
    job = asked(city)
    city.clerk.unit = city.county_office
    city.clerk.save()
    done = run_export(job.pk, clock=clock(city))
    assert (done.state, done.details["failure"]) == (State.FAILED, "申请以后您的岗位变了，请重新导出。")


# --- made up for ------------------------------------------------------------------------------------------------------
def test_a_killed_worker_is_made_up_for_three_times_and_then_it_is_said(city, cases):
    job = asked(city)
    for attempt in (1, 2, 3):
        at = city.at + attempt * 5 * MINUTE
        assert claim(exports.exports(), job.pk, at=at).attempts == attempt
        assert upkeep.lost_exports(at=at + MINUTE) == []
        again = upkeep.lost_exports(at=at + 3 * MINUTE)
        assert again == ([job.pk] if attempt < 3 else [])
        assert upkeep.lost_exports(at=at + 3 * MINUTE) == []
    job.refresh_from_db()
    assert (job.state, job.slot, job.details["failure"]) == (State.FAILED, None, upkeep.GAVE_UP)


def test_a_lost_message_is_sent_again_and_the_export_is_whole(city, cases):
    job = asked(city)
    ExportedFirm.objects.create(job=job, enterprise=EnterpriseFactory())  # of an attempt that broke off
    assert upkeep.lost_exports(at=city.at + 3 * MINUTE) == [job.pk]
    done = run_export(job.pk, clock=clock(city, 4))
    assert (done.state, done.attempts, done.done_count) == (State.DONE, 1, 10)
    assert ExportedFirm.objects.count() == 3


def test_old_files_go_and_the_register_stays(city, cases):
    done = exported("cases", city.clerk, at=city.at)
    path = Path(done.file.path)
    stray = path.parents[2] / "work" / "99-1"
    stray.mkdir(parents=True)
    assert upkeep.drop_old_files(at=city.at + timedelta(days=6)) == 0
    assert path.exists()
    assert upkeep.drop_old_files(at=city.at + timedelta(days=7, minutes=1)) == 1
    assert not path.exists()
    assert not stray.exists()
    done.refresh_from_db()
    assert (done.state, done.file.name, done.firms.count()) == (State.DONE, "", 3)
    with pytest.raises(Conflict, match="文件已按保存期删除"):
        hand_over(done, actor=city.clerk, at=city.at)


# --- handing over -----------------------------------------------------------------------------------------------------
def test_each_download_is_logged_with_rows_and_hash(city, cases):
    done = exported("cases", city.clerk, at=city.at)
    for _ in range(2):
        hand_over(done, actor=city.clerk, at=city.at)
    entries = AuditEntry.objects.filter(act="下载台账")
    assert {entry.result for entry in entries} == {f"10 行 {done.details['sha256'][:16]}"}
    assert queries.download_counts([done]) == {f"问题台账 第 {done.pk} 号": 2}


def test_only_the_requester_downloads_and_only_while_it_is_still_theirs(city, cases):
    done = exported("cases", city.cadre, at=city.at)
    with pytest.raises(NotPermitted, match="只有申请的人"):
        hand_over(done, actor=city.director, at=city.at)
    assert hand_over(done, actor=city.cadre, at=city.at)
    city.firm.assignments.update(to_on=city.today)
    with pytest.raises(NotPermitted, match="能看到的范围变了"):
        hand_over(done, actor=city.cadre, at=city.at)


def test_an_unfinished_one_is_not_handed_over(city, cases):
    with pytest.raises(Conflict, match="还没有做完"):
        hand_over(asked(city), actor=city.clerk, at=city.at)


# --- where a firm went ------------------------------------------------------------------------------------------------
def test_one_can_ask_which_exports_held_a_firm(city, cases):
    whole = exported("cases", city.clerk, at=city.at)
    part = exported("cases", city.county_clerk, at=city.at)
    asked(city)  # not made: holds nobody
    assert list(queries.exports_with(city.firm)) == [part, whole]
    assert list(queries.exports_with(city.other_firm)) == [whole]


def test_the_auditor_names_the_firm_exactly_the_director_searches(city):
    assert list(queries.firms_asked(city.auditor, "沅砥")) == []
    assert list(queries.firms_asked(city.auditor, " 许昌沅砥精密机械有限公司 ")) == [city.firm]
    assert list(queries.firms_asked(city.auditor, city.firm.credit_code.lower())) == [city.firm]
    assert list(queries.firms_asked(city.director, "沅砥")) == [city.firm]
    assert list(queries.firms_asked(city.director, "")) == []


def test_the_database_itself_refuses_a_second_in_the_same_slot(city, cases):
    job = asked(city)
    assert connection.vendor in {"sqlite", "postgresql"}
    with pytest.raises(Exception, match=r"(?i)unique"), transaction.atomic():
        Job.objects.create(kind=job.kind, slot=job.slot, created_at=city.at)
