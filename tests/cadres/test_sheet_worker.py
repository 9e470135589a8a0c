"""真的 Celery 工人写一份表（R-12）：写到一半被 kill -9，下一个接着写，一行不丢、一行不重。"""

import os
import shutil
import signal
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.test import override_settings
from django.utils import timezone

from cadres.models import Job, SheetBatch
from cadres.services import sheet_imports, sheet_upkeep
from cadres.services.sheet_jobs import BATCH, WRITE
from enterprises.models import Enterprise, FirmChange
from enterprises.services.index import FIRMS
from tests.city import build_city
from tests.factories import EnterpriseFactory, credit_code
from tests.reports.test_export_worker import wait_until
from tests.sheets import checked, marked
from zhuqi.celery import app

HEAD = ["企业名称", "统一社会信用代码", "县（市、区）", "地址"]
PARTS = 5  # every fifth row changes a firm that is there, so every batch has both
FIRMS_THERE, FIRMS_NEW = 800, 800 * (PARTS - 1)
ROWS = FIRMS_THERE + FIRMS_NEW
State = Job.State
pytestmark = [pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _empty_index(transactional_db):
    """The index is no model: emptying the tables after the test leaves it as it is."""
    yield
    FIRMS.drop(Enterprise.objects.values_list("pk", flat=True))


def rows_of(city):
    """四行新的、一行改已有的，一直到底；最后一行是坏的。"""
    codes = iter([credit_code(800_000 + number) for number in range(ROWS)])
    there = EnterpriseFactory.build_batch(FIRMS_THERE, region=city.firm.region)
    rows = []
    for number, firm in enumerate(there):
        names = [f"许昌导入{number}之{part}机械有限公司" for part in range(1, PARTS)]
        rows += [[name, next(codes), "魏都区", "示例路 8 号"] for name in names]
        firm.credit_code = next(codes)
        rows.append(["", firm.credit_code, "", "新址 9 号"])
    Enterprise.objects.bulk_create(there)
    return rows


def kill_half_way(worker, job, tell):
    """写了几批以后杀掉，给出那时的样子。"""
    tell()
    wait_until(lambda: Job.objects.get(pk=job.pk).done_count >= BATCH, tell=tell)
    os.killpg(worker.pid, signal.SIGKILL)
    worker.wait()
    return Job.objects.get(pk=job.pk)


def check_half(half):
    """写进去的正好是记下的那几批。"""
    assert (half.state, half.attempts) == (State.RUNNING, 2)  # the check was the first
    assert BATCH <= half.done_count < ROWS
    assert SheetBatch.objects.filter(job=half, results__isnull=False).count() * BATCH == half.done_count
    written = Enterprise.objects.filter(name__startswith="许昌导入").count(), changed().count()
    assert written == (half.done_count * (PARTS - 1) // PARTS, half.done_count // PARTS)


def changed():
    return Enterprise.objects.filter(address="新址 9 号")


def test_a_worker_killed_half_way_is_followed_by_the_next_where_it_stopped(start_worker):
    city, at = build_city(), timezone.now()
    rows = rows_of(city)
    job = checked("firms", [HEAD, *rows, ["坏公司", "123", "魏都区", ""]], actor=city.clerk, at=at)
    sheet_imports.confirm(job, actor=city.clerk, at=at)
    media = Path(settings.VAR_DIR) / "media"  # where the workers look
    there = media / str(job.file.name)
    there.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(job.file.path, there)

    def tell():
        app.send_task("cadres.run_sheet", [job.pk])

    half = kill_half_way(start_worker(), job, tell)
    check_half(half)
    assert sheet_upkeep.lost_sheets(at=half.beat_at + timedelta(minutes=3)) == [job.pk]
    start_worker()
    tell()
    tell()  # told twice, done once
    wait_until(lambda: Job.objects.get(pk=job.pk).state == State.DONE, tell=tell)
    job.refresh_from_db()
    assert (job.attempts, job.slot, job.details["left_count"]) == (3, None, 0)
    assert job.details["written"] == {"N": FIRMS_NEW, "C": FIRMS_THERE}
    made = Enterprise.objects.filter(name__startswith="许昌导入").values_list("name", "credit_code")
    assert sorted(made) == sorted((name, code) for name, code, *_ in rows if name)
    assert sorted(changed().values_list("credit_code", flat=True)) == sorted(row[1] for row in rows if not row[0])
    firms = set(Enterprise.objects.filter(credit_code__in=[row[1] for row in rows]).values_list("pk", flat=True))
    noted = FirmChange.objects.filter(firm_key__in=firms).values_list("firm_key", flat=True)
    assert Counter(noted) == dict.fromkeys(firms, 1)
    assert not firms & set(FIRMS.verify())
    with override_settings(MEDIA_ROOT=media):
        results = Counter(row["结果"] for row in marked(job, WRITE).rows)
    assert results == {"已新增": FIRMS_NEW, "已改动": FIRMS_THERE, "没有写入": 1}
