"""真的 Redis、真的 Celery 工人（R-41）：两个一起接到「现在去看」，一个半路被 kill -9，单子还是那几张。"""

import os
import signal
import subprocess
import sys
import uuid
from datetime import timedelta

import pytest
from celery import Celery
from django.db import connection
from django.utils import timezone

from cases.enums import Action, TicketKind
from cases.models import EnforcementRun, Ticket
from cases.services import perform
from tests.cases.enforcing import PATIENCE, ROOT, environment, wait_until
from tests.cases.steps import accepted, plan
from tests.city import build_city

CASES = 30
pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def missed_city():
    """三十件早该签收的。"""
    city = build_city()
    at = timezone.now() - timedelta(days=20)
    for _ in range(CASES):
        perform(accepted(city, at), Action.DISPATCH, actor=city.clerk, at=at, plan=plan(city))
    return city


@pytest.fixture
def queue():
    """自己的一条队列，别人的工人接不到。"""
    return f"trial-{uuid.uuid4().hex[:12]}"


@pytest.fixture
def workers(queue, tmp_path):
    """起工人；完了都收走。"""
    made = []

    def start():
        name = f"{queue}-{len(made)}@test"
        command = [sys.executable, "-m", "celery", "-A", "zhuqi", "worker", "-P", "solo", "-Q", queue, "-n", name]
        log = (tmp_path / f"{name}.log").open("w")
        env = environment(connection) | {"VAR_DIR": str(tmp_path / "var")}
        process = subprocess.Popen(
            [*command, "--without-gossip", "--without-mingle", "-l", "INFO"], cwd=ROOT, env=env, stdout=log, stderr=log
        )
        made.append(process)
        wait_until(lambda: " ready." in (tmp_path / f"{name}.log").read_text())
        return process

    yield start
    for process in made:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
    for process in made:
        process.wait(PATIENCE)


def say_look_now(queue, times=1):
    broker = Celery(broker=os.environ["REDIS_URL"])
    broker.conf.broker_transport_options = {"global_keyprefix": "zhuqi-", "visibility_timeout": 3600}
    for _ in range(times):
        broker.send_task("cases.enforce_day", queue=queue)
    broker.close()


def finished():
    return EnforcementRun.objects.filter(slot__startswith="day:", finished_at__isnull=False).exists()


def urges():
    return Ticket.objects.filter(kind=TicketKind.URGE)


def check_once_each():
    assert urges().values("case").distinct().count() == urges().count() == CASES
    counted = sorted(int(number.split("〕")[1][:-1]) for number in urges().values_list("number", flat=True))
    assert counted == list(range(1, CASES + 1))


def test_two_workers_told_at_once_and_told_again_issue_each_ticket_once(missed_city, queue, workers):
    both = [workers(), workers()]
    say_look_now(queue, times=6)
    wait_until(finished)
    say_look_now(queue, times=2)
    wait_until(lambda: urges().count() == CASES)
    for process in both:
        process.send_signal(signal.SIGTERM)  # finishes what it is at
        process.wait(PATIENCE)
    assert urges().count() == CASES
    check_once_each()


def test_a_worker_killed_half_way_is_made_up_for_by_the_next(missed_city, queue, workers):
    victim = workers()
    say_look_now(queue)
    wait_until(lambda: urges().count() >= 3)
    victim.send_signal(signal.SIGKILL)
    victim.wait(PATIENCE)
    assert urges().count() <= CASES
    workers()
    say_look_now(queue, times=2)  # as beat does at the next quarter
    wait_until(finished)
    check_once_each()
