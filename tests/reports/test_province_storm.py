"""三百步穿过所有的毛病，一个报送进程半路被 kill -9：对账少 0、多 0、乱序 0（R-65）。"""

import os
import signal
import subprocess
import sys
import time
from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone

from reports.enums import SendState
from reports.models import ProvinceReport
from reports.services import sending
from tests.reports.sending_up import arrived, one_round, signed
from tests.reports.test_reconciling import reconciled

CASES, STEPS = 75, 300
TROUBLE = {"error": 0.1, "lost": 0.1, "wrong": 0.05, "garbage": 0.05, "replay": 0.05, "delay": 0.002}
PATIENCE = 90
ENOUGH = 40
pytestmark = [pytest.mark.django_db(transaction=True)]

WORKER = """
import random, django
django.setup()
from datetime import timedelta
from django.utils import timezone
from reports.services.province import reporting
while True:
    reporting.report_upward(clock=timezone.now, rng=random.Random(), until=timezone.now() + timedelta(seconds=50))
"""


def start_reporting(env, province):
    """一个真的进程，一直报。"""
    said = {
        **env, "PROVINCE_URL": province.url, "PROVINCE_KEY_ID": "xuchang", "PROVINCE_SECRET": settings.PROVINCE_SECRET,
    }  # fmt: skip
    return subprocess.Popen([sys.executable, "-c", WORKER], cwd=settings.BASE_DIR, env=said, start_new_session=True)


def wait_until(true):
    until = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < until, "waited too long"
        time.sleep(0.05)


def test_three_hundred_steps_through_faults_and_a_killed_worker(city, linked, live_env):
    for number in range(CASES):
        signed(city, number)
    linked.faults(**TROUBLE)
    victim = start_reporting(live_env, linked)
    wait_until(lambda: len(linked.store.all()) >= ENOUGH)
    os.killpg(victim.pid, signal.SIGKILL)
    victim.wait()
    # What it held is leased: nobody touches that before the lease has run out.
    later = sending.LEASE + timedelta(seconds=1)
    for _ in range(200):
        linked.faults(**TROUBLE, skew=later.total_seconds())
        one_round(later=later)
        if not ProvinceReport.objects.open().exists():
            break
        ProvinceReport.objects.filter(state=SendState.WAITING, leased_until=None).update(next_at=timezone.now())
    assert set(ProvinceReport.objects.values_list("state", flat=True)) == {SendState.SENT}
    linked.faults(skew=later.total_seconds())
    assert list(arrived(linked.store).values()) == [[1, 2, 3, 4]] * CASES
    run = reconciled(later=later)
    assert (run.sent_count, run.received_count) == (STEPS, STEPS)
    assert (run.missing_count, run.doubled_count, run.disordered_count, run.differing_count) == (0, 0, 0, 0)
