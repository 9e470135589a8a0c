"""两家同时抢最后一个名额、退出与候补碰在一起、同一步点了两次（架构第 5 条、R-63）。"""

from decimal import Decimal

import pytest

from policies.enums import EventState
from policies.models import EventResult, MatchEvent, Participation
from policies.services.events import (
    Outcome,
    cancel_event,
    hold_event,
    mark_attendance,
    record_follow_up,
    record_result,
    sign_up,
    withdraw,
)
from tests.cases.test_services_races import at_once, winners
from tests.city import build_city
from tests.policies.event_steps import HELD_AT, held, opened
from zhuqi.kernel.errors import Conflict, InvalidInput

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_last_seat_is_given_once():
    city = build_city()
    event = opened(city, seats=1)
    at_once(
        lambda: sign_up(event, city.firm, actor=city.firm_user, at=city.at),
        lambda: sign_up(event, city.other_firm, actor=city.other_firm_user, at=city.at),
    )
    assert sorted(part.standing for part in Participation.objects.all()) == ["候补", "报名"]
    assert MatchEvent.objects.get().seats_taken == 1


def test_one_firm_signed_up_twice_at_once_takes_one_seat():
    city = build_city()
    event = opened(city, seats=5)
    at_once(
        lambda: sign_up(event, city.firm, actor=city.firm_user, at=city.at),
        lambda: sign_up(event, city.firm, actor=city.cadre, at=city.at),
    )
    assert (Participation.objects.count(), MatchEvent.objects.get().seats_taken) == (1, 1)


def test_a_seat_given_back_while_another_signs_up_is_not_lost():
    city = build_city()
    event = opened(city, seats=1)
    sign_up(event, city.firm, actor=city.firm_user, at=city.at)
    at_once(
        lambda: withdraw(event, city.firm, actor=city.firm_user, at=city.at),
        lambda: sign_up(event, city.other_firm, actor=city.other_firm_user, at=city.at),
    )
    assert Participation.objects.get(enterprise=city.other_firm).is_coming
    assert MatchEvent.objects.get().seats_taken == 1


def test_held_or_cancelled_but_not_both():
    city = build_city()
    event = opened(city)
    results = at_once(
        lambda: hold_event(event, actor=city.bank_head, at=HELD_AT),
        lambda: cancel_event(event, actor=city.bank_head, at=HELD_AT, why="没人来"),
    )
    assert len(winners(results)) == 1
    now = MatchEvent.objects.get()
    assert (now.state == EventState.HELD) == (now.follow_ups.count() == 2)


def test_a_next_step_and_a_follow_up_clicked_twice_are_recorded_once():
    city = build_city()
    event = held(city)
    said = {"enterprise": city.firm, "happened_on": HELD_AT.date(), "amount": Decimal(9)}
    first = record_result(event, Outcome(stage="INTENT", **said), actor=city.bank_head, at=HELD_AT)

    def click():
        try:
            return record_result(
                event, Outcome(stage="SIGNED", follows=first, **said), actor=city.bank_head, at=HELD_AT
            )
        except InvalidInput as twice:
            raise Conflict(str(twice)) from twice

    assert len(winners(at_once(click, click))) == 1
    assert EventResult.objects.filter(stage="SIGNED").count() == 1
    row = event.follow_ups.first()
    tell = lambda: record_follow_up(row, actor=city.bank_head, at=HELD_AT, account="问过了")  # noqa: E731 - as above
    assert len(winners(at_once(tell, tell))) == 1


def test_two_payments_at_once_do_not_pass_the_contract_unsaid():
    city = build_city()
    event = held(city)
    said = {"enterprise": city.firm, "happened_on": HELD_AT.date()}
    signed = record_result(event, Outcome(stage="SIGNED", amount=Decimal(10), **said), actor=city.bank_head, at=HELD_AT)

    def pay(amount):
        try:
            outcome = Outcome(stage="DELIVERED", follows=signed, amount=Decimal(amount), **said)
            return record_result(event, outcome, actor=city.bank_head, at=HELD_AT)
        except InvalidInput as refused:
            raise Conflict(str(refused)) from refused

    assert len(winners(at_once(lambda: pay(6), lambda: pay(7)))) == 1


def test_absent_or_with_a_result_but_not_both():
    city = build_city()
    event = held(city)
    part = event.participations.get()

    def result():
        try:
            outcome = Outcome(city.firm, "INTENT", HELD_AT.date(), amount=Decimal(9))
            return record_result(event, outcome, actor=city.bank_head, at=HELD_AT)
        except InvalidInput as refused:
            raise Conflict(str(refused)) from refused

    def absent():
        try:
            return mark_attendance(event, among=[part.pk], came=[], actor=city.bank_head, at=HELD_AT)
        except InvalidInput as refused:
            raise Conflict(str(refused)) from refused

    assert len(winners(at_once(result, absent))) == 1
    part.refresh_from_db()
    assert part.attended == EventResult.objects.exists()
