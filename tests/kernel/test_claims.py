"""后台的长活谁在做：开工、报进度、交出去、断了重排、断够了说做不成；对 `Job` 和 `PolicyImport` 一个样。"""

import errno
from datetime import UTC, datetime, timedelta

import pytest
from django.db import OperationalError

from cadres.models import Job
from policies.models import PolicyImport
from zhuqi.kernel.claims import LOST_AFTER, SupersededError, beat, carry_out, claim, lost, mine
from zhuqi.kernel.errors import InvalidInput

AT = datetime(2026, 11, 23, 9, tzinfo=UTC)
LATER = AT + LOST_AFTER + timedelta(seconds=1)
pytestmark = pytest.mark.django_db


@pytest.fixture(params=[Job, PolicyImport], ids=["job", "import"])
def row(request):
    """排着队的一份。"""
    kind = {"kind": "sheet:firms"} if request.param is Job else {"name": "a.csv"}
    return request.param.objects.create(**kind, state="QUEUED", created_at=AT, beat_at=AT)


def rows(row):
    return type(row).objects.all()


def test_only_one_begins_a_queued_one_and_only_that_one_goes_on(row):
    first = claim(rows(row), row.pk, at=AT, done_count=0)
    assert (first.state, first.attempts, first.beat_at) == ("RUNNING", 1, AT)
    assert claim(rows(row), row.pk, at=AT) is None
    beat(first, at=LATER, done_count=3)
    assert (first.done_count, rows(row).get().beat_at) == (3, LATER)
    rows(row).update(attempts=2)  # somebody else took it over
    with pytest.raises(SupersededError):
        beat(first, at=LATER, done_count=4)
    assert (rows(row).get().done_count, mine(first).exists()) == (3, False)


def test_what_stood_still_is_queued_once_and_given_up_after_so_many_attempts(row):
    given_up = []
    assert lost(rows(row), given_up.append, most=2, at=AT + LOST_AFTER) == []
    for attempt in (1, 2):
        assert claim(rows(row), row.pk, at=AT).attempts == attempt
        found = lost(rows(row), given_up.append, most=2, at=LATER)
        assert found == ([row.pk] if attempt == 1 else [])
        assert lost(rows(row), [].append, most=3, at=LATER) == ([] if attempt == 1 else [row.pk])
        rows(row).update(beat_at=AT)
    assert given_up == [row]


@pytest.mark.parametrize(
    ("fault", "told", "is_raised"),
    [
        (InvalidInput("表头不对。"), "表头不对。", False),
        (ZeroDivisionError(), "出了错", True),
        (OSError(errno.ENOSPC, "full"), "满了", True),
        (OSError(errno.EACCES, "no"), "出了错", True),
        (OperationalError(), None, True),
    ],
)
def test_who_waits_is_told_why_and_our_own_faults_go_on_up(row, fault, told, is_raised):
    heard = []

    def work():
        raise fault

    def go():
        return carry_out(row, work, heard.append, broken="出了错", full="满了")

    if is_raised:
        with pytest.raises(type(fault)):
            go()
    else:
        assert go() is True
    assert heard == ([told] if told else [])


def test_one_that_was_taken_over_says_nothing(row):
    def work():
        raise SupersededError

    heard = []
    assert carry_out(row, work, heard.append, broken="出了错", full="满了") is False
    assert heard == []
