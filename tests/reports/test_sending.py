"""引擎：租约、退避、次序（R-65）。"""

import random
from datetime import timedelta

import pytest

from reports.enums import SendState
from reports.models import ProvinceReport
from reports.services import sending
from reports.services.province import outbox
from reports.services.sending import Result, Verdict
from tests.reports.sending_up import signed

LONG = timedelta(minutes=3)


@pytest.fixture
def queued(city, linked):
    signed(city)
    outbox.drain(at=city.at)
    return city


def heads(at):
    return list(ProvinceReport.objects.all().due(at).values_list("seq", flat=True))


@pytest.mark.django_db
def test_only_the_first_of_a_lane_is_due(queued):
    assert heads(queued.at) == [1]
    ProvinceReport.objects.filter(seq=1).update(state=SendState.SENT)
    assert heads(queued.at) == [2]
    ProvinceReport.objects.filter(seq=2).update(state=SendState.REFUSED)
    assert heads(queued.at) == []
    ProvinceReport.objects.filter(seq=2).update(state=SendState.DROPPED)
    assert heads(queued.at) == [3]


@pytest.mark.django_db
def test_two_workers_one_lease(queued):
    mine, theirs = ProvinceReport.objects.get(seq=1), ProvinceReport.objects.get(seq=1)
    assert sending.claim(mine, at=queued.at)
    assert not sending.claim(theirs, at=queued.at)
    assert heads(queued.at + timedelta(minutes=1)) == []


@pytest.mark.django_db
def test_a_killed_workers_row_is_taken_again_and_its_late_word_does_not_count(queued):
    slow, next_one = ProvinceReport.objects.get(seq=1), ProvinceReport.objects.get(seq=1)
    sending.claim(slow, at=queued.at)
    next_one.refresh_from_db()
    assert heads(queued.at + LONG) == [1]
    assert sending.claim(next_one, at=queued.at + LONG)
    refused = Verdict(Result.REFUSED, "不收")
    assert not sending.settle(slow, refused, at=queued.at + LONG, rng=random.Random(1))
    assert sending.settle(next_one, Verdict(Result.DELIVERED), at=queued.at + LONG, rng=random.Random(1))
    assert ProvinceReport.objects.get(seq=1).state == SendState.SENT


@pytest.mark.django_db
def test_a_step_taken_off_meanwhile_is_not_claimed(queued):
    row = ProvinceReport.objects.get(seq=1)
    ProvinceReport.objects.filter(seq=1).update(state=SendState.SENT)
    assert not sending.claim(row, at=queued.at)


def test_waits_double_to_a_quarter_of_an_hour_with_some_chance_in_it():
    calm = type("Calm", (), {"random": lambda self: 0.0})()
    wild = type("Wild", (), {"random": lambda self: 1.0})()
    assert [sending.wait_after(n, calm).total_seconds() for n in (1, 2, 3, 5, 6, 99)] == [30, 60, 120, 480, 900, 900]
    assert sending.wait_after(1, wild).total_seconds() == 37.5
