"""The beat table, and a real worker process on the broker this run is about."""

import time
from zoneinfo import ZoneInfo

import pytest
from celery.schedules import crontab

from zhuqi.celery import app


def test_every_entry_of_the_beat_table_is_a_task():
    app.loader.import_default_modules()
    assert {entry["task"] for entry in app.conf.beat_schedule.values()} <= set(app.tasks)


def test_times_are_shanghai_times():
    assert app.timezone == ZoneInfo("Asia/Shanghai")
    daily = app.conf.beat_schedule["enforce-day"]["schedule"]
    assert (daily.hour, daily.minute) == ({9}, {0})


def test_the_make_up_run_never_comes_before_the_days_own():
    make_up = app.conf.beat_schedule["enforce-day-make-up"]["schedule"]
    assert isinstance(make_up, crontab)
    assert min(make_up.hour) == 9
    assert min(make_up.minute) > 0


def test_no_message_outlives_the_next_of_its_kind():
    assert all(entry["options"]["expires"] <= 24 * 3600 for entry in app.conf.beat_schedule.values())


@pytest.mark.django_db(transaction=True)
def test_a_real_worker_takes_a_message(start_worker, tmp_path):
    start_worker()
    app.send_task("cases.notify")
    until = time.monotonic() + 60
    while b"cases.notify" not in done(tmp_path) and time.monotonic() < until:
        time.sleep(5)
        app.send_task("cases.notify")  # as beat does every minute
    assert b"cases.notify" in done(tmp_path)


def done(tmp_path) -> bytes:
    return b"".join(line for line in (tmp_path / "worker-1.log").read_bytes().splitlines() if b"succeeded" in line)
