"""真的 Celery 工人导入政策（R-62）：半路被 kill -9，下一个接着做，一份不少、一份不多。"""

import os
import shutil
import signal
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone

from policies.enums import ImportState
from policies.models import Policy, PolicyImport, PolicyVersion
from policies.services.importing import BATCH, lost_imports, open_import, start_import
from policies.services.index import POLICIES
from reports.demo.papers import papers
from tests.city import build_city
from tests.policies.test_importing import as_csv, row, uploaded
from tests.reports.test_export_worker import wait_until
from zhuqi.celery import app

PAPERS = [paper for paper in papers(12, 2_000, today=date(2026, 11, 23)) if paper.level != "COUNTY"][: BATCH * 3 - 100]
pytestmark = [pytest.mark.django_db(transaction=True)]


def test_a_worker_killed_half_way_is_followed_by_the_next_where_it_stopped(start_worker):
    city, at = build_city(), timezone.now()
    batch = open_import(uploaded(as_csv([row(paper) for paper in PAPERS])), actor=city.clerk, at=at)
    there = Path(settings.VAR_DIR) / "media" / str(batch.file.name)  # where the worker looks
    there.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(batch.file.path, there)
    start_import(batch, actor=city.clerk, at=at, publishes=True, revises=False)

    def now():
        return PolicyImport.objects.get(pk=batch.pk)

    def tell():
        app.send_task("policies.run_import", [batch.pk])

    victim = start_worker()
    tell()
    wait_until(lambda: now().done_count >= BATCH, tell=tell)
    os.killpg(victim.pid, signal.SIGKILL)
    victim.wait()
    batch = now()
    assert (batch.state, batch.rows.count()) == (ImportState.RUNNING, batch.done_count)
    assert BATCH <= batch.done_count < len(PAPERS)
    assert list(lost_imports(at=batch.beat_at + timedelta(minutes=3))) == [batch.pk]
    start_worker()
    tell()
    tell()  # told twice, done once
    wait_until(lambda: now().state == ImportState.DONE, tell=tell)
    done = now()
    assert (done.attempts, done.done_count, done.rows.count()) == (2, len(PAPERS), len(PAPERS))
    made = {policy.number: (policy.title, "".join(policy.body.split())) for policy in Policy.objects.all()}
    assert made == {paper.number: (paper.title, "".join(paper.body.split())) for paper in PAPERS}
    assert Policy.objects.count() == len(PAPERS)
    assert PolicyVersion.objects.count() == Policy.objects.exclude(state="DRAFT").count()
    assert POLICIES.verify() == []
