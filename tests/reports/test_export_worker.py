"""真的 Celery 工人做台账（R-54）：别人照常办事，一个半路被 kill -9，补上的那份还是完整的一份。"""

import os
import signal
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from cadres.models import Job, Setting
from cases.enums import Action
from cases.models import Case
from cases.services import perform
from reports.ledgers import LEDGERS
from reports.models import ExportedFirm
from reports.services import upkeep
from reports.services.exports import request_export
from tests.cases import steps
from tests.city import build_city
from tests.factories import CaseFactory
from tests.reports.books import read
from zhuqi.celery import app

MANY = 6_000
PATIENCE = 60
TELL_AGAIN = 15
State = Job.State
pytestmark = [pytest.mark.django_db(transaction=True)]


@pytest.fixture
def crowded():
    """一座城，六千件。"""
    city = build_city()
    cases = CaseFactory.build_batch(MANY, enterprise=city.firm, region=city.firm.region, office=city.office)
    Case.objects.bulk_create(cases, batch_size=500)
    return city


def wait_until(true, *, tell):
    """Wait; tell again every few seconds, as the make-up run does: the embedded broker may lose a message under load."""
    until = time.monotonic() + PATIENCE
    again = time.monotonic() + TELL_AGAIN
    while not true():
        assert time.monotonic() < until, "waited too long"
        if time.monotonic() > again:
            tell()
            again = time.monotonic() + TELL_AGAIN
        time.sleep(0.02)


AGAIN = 200


def kill(process):
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def made(job):
    """工人写的文件：在它自己的 media 里，不在这个测试的。"""
    return read(Path(settings.VAR_DIR) / "media" / str(job.file.name))


def test_a_worker_makes_a_big_one_while_others_go_on_working(client, start_worker, crowded):
    city, at = crowded, timezone.now()
    Setting.objects.create(key="ledger_direct_most", value=100, changed_at=at)
    start_worker()
    client.force_login(city.clerk)
    assert client.post(reverse("reports:ledger_export", args=["cases"])).status_code == 302
    job, worked = Job.objects.get(), 0
    while Job.objects.filter(pk=job.pk, state__in=(State.QUEUED, State.RUNNING)).exists():
        perform(steps.reported(city, at), Action.ACCEPT, actor=city.clerk, at=at)
        worked += 1
        if worked % AGAIN == 0:  # as the make-up run does when a message was lost
            app.send_task("reports.make_ledger", [job.pk])
    job.refresh_from_db()
    assert (job.state, job.attempts) == (State.DONE, 1)
    assert worked > 0
    numbers = [row["问题编号"] for row in made(job).rows]
    assert MANY <= len(numbers) == len(set(numbers)) <= MANY + worked
    assert client.get(reverse("reports:export", args=[job.pk])).content.decode().count("下载 XLSX") == 1


def test_a_worker_killed_half_way_is_made_up_for_by_the_next(start_worker, crowded):
    victim = start_worker()
    job, _ = request_export(LEDGERS["cases"], "", actor=crowded.clerk, at=timezone.now())

    def tell():
        app.send_task("reports.make_ledger", [job.pk])

    tell()
    wait_until(lambda: Job.objects.get(pk=job.pk).done_count >= 2_000, tell=tell)
    kill(victim)
    job.refresh_from_db()
    assert (job.state, job.file.name) == (State.RUNNING, "")
    again = upkeep.lost_exports(at=job.beat_at + timedelta(minutes=3))
    assert again == [job.pk]
    start_worker()
    for pk in [*again, *again]:  # told twice, done once
        app.send_task("reports.make_ledger", [pk])
    wait_until(lambda: Job.objects.get(pk=job.pk).state == State.DONE, tell=tell)
    job.refresh_from_db()
    assert (job.attempts, job.done_count, len(made(job).rows)) == (2, MANY, MANY)
    assert list(ExportedFirm.objects.values_list("job", "enterprise")) == [(job.pk, crowded.firm.pk)]
    assert upkeep.drop_old_files(at=timezone.now()) == 0
