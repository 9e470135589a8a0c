"""两个真进程一起跑、kill -9 断在半路（R-41）：单子都只有那几张，号不断不重。"""

import time

import pytest
from django.db import connection

from cases.enums import Action, TicketKind
from cases.models import Case, CaseEvent, EnforcementRun, Ticket
from cases.services import perform
from tests.cases import enforcing
from tests.cases.steps import accepted, instant, plan, reported
from tests.city import build_city

AT = instant("2026-11-25 09:00")
CASES = 30

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def full_city():
    """三十件没签收、三件没受理。"""
    city = build_city()
    for _ in range(CASES):
        case = accepted(city, city.at)
        perform(
            case, Action.DISPATCH, actor=city.clerk, at=city.at, plan=plan(city, co_handlers=((city.labour, "核对"),))
        )
    for _ in range(3):
        reported(city, city.at)
    return city


@pytest.fixture
def go(tmp_path):
    return tmp_path / "go"


def ready(go, count):
    enforcing.wait_until(lambda: len(list(go.parent.glob("go.*"))) >= count)


def finish(process):
    said, _ = process.communicate(timeout=enforcing.PATIENCE)
    assert process.returncode == 0, said


def check_once_each():
    urges = Ticket.objects.filter(kind=TicketKind.URGE)
    assert sorted(urges.values_list("number", flat=True)) == sorted(
        f"许助企催〔2026〕{n}号" for n in range(1, CASES + 1)
    )
    assert urges.values("case").distinct().count() == CASES
    assert CaseEvent.objects.filter(kind=Action.URGE).count() == CASES
    assert CaseEvent.objects.filter(kind=Action.ACCEPT, actor=None).count() == 3
    assert set(Case.objects.values_list("urge_count", flat=True)) == {0, 1}
    assert EnforcementRun.objects.get(slot="day:2026-11-25").finished_at is not None


def test_two_processes_at_once_give_the_same_tickets_once(full_city, go):
    both = [enforcing.start(AT, go, connection) for _ in range(2)]
    ready(go, 2)
    go.touch()
    for process in both:
        finish(process)
    assert Ticket.objects.filter(kind=TicketKind.URGE).count() == CASES
    check_once_each()


def test_killed_half_way_the_next_two_finish_the_same_tickets_once(full_city, go):
    victim = enforcing.start(AT, go, connection)
    ready(go, 1)
    go.touch()
    enforcing.wait_until(lambda: Ticket.objects.filter(kind=TicketKind.URGE).count() >= 3)
    enforcing.kill(victim)
    time.sleep(0.05)
    done = Ticket.objects.filter(kind=TicketKind.URGE).count()
    assert 3 <= done <= CASES
    both = [enforcing.start(AT, go, connection) for _ in range(2)]
    for process in both:
        finish(process)
    check_once_each()
