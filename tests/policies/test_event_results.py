"""对接结果：三步分开、接着记、作废不删（R-63）。"""

from datetime import timedelta
from decimal import Decimal

import pytest

from policies.enums import ResultKind, ResultStage
from policies.models import EventResult
from policies.rules.results import AMOUNT_MOST, BEFORE, HEADS_MOST, SAID, exceeds, wrong_figure
from policies.services.events import Outcome, delivered_of, mark_attendance, next_stage, record_result, void_result
from tests.policies.event_steps import DAY, HELD_AT, held, kind, opened
from zhuqi.kernel.errors import Conflict, InvalidInput, NotPermitted

pytestmark = pytest.mark.django_db
LATER = HELD_AT + 40 * DAY
ON = HELD_AT.date()
WAN = Decimal(10_000)


def record(city, event, stage="INTENT", *, at=LATER, actor=None, **more):
    said = {"enterprise": city.firm, "stage": stage, "happened_on": ON, "amount": 500 * WAN} | more
    return record_result(event, Outcome(**said), actor=actor or city.bank_head, at=at)


def test_each_stage_follows_the_one_before(city):
    event = held(city)
    intent = record(city, event)
    signed = record(city, event, "SIGNED", amount=300 * WAN, follows=intent, happened_on=ON + 5 * DAY)
    drawn = record(city, event, "DELIVERED", amount=200 * WAN, follows=signed, happened_on=ON + 20 * DAY)
    assert [row.stage for row in (intent, signed, drawn)] == list(ResultStage.values)
    assert [next_stage(row) for row in (intent, signed, drawn)] == ["SIGNED", "DELIVERED", None]
    assert {row.kind for row in (intent, signed, drawn)} == {"CREDIT"}


def test_signed_on_the_spot_needs_no_intent_but_delivered_needs_signed(city):
    event = held(city)
    signed = record(city, event, "SIGNED")
    with pytest.raises(InvalidInput, match="先记签约") as refused:
        record(city, event, "DELIVERED")
    assert list(refused.value.errors) == ["follows"]
    intent = record(city, event)
    for stage, before in (("DELIVERED", intent), ("SIGNED", signed), ("INTENT", signed)):
        with pytest.raises(InvalidInput, match="不能跳着接"):
            record(city, event, stage, follows=before)


def test_more_delivered_than_signed_says_why(city):
    event = held(city)
    signed = record(city, event, "SIGNED", amount=100 * WAN)
    with pytest.raises(InvalidInput, match="比签约的多"):
        record(city, event, "DELIVERED", amount=101 * WAN, follows=signed)
    more = record(city, event, "DELIVERED", amount=101 * WAN, follows=signed, note="追加了一笔")
    assert more.amount == 101 * WAN


def test_one_contract_is_delivered_in_parts_up_to_its_sum(city):
    event = held(city)
    intent = record(city, event)
    signed = record(city, event, "SIGNED", amount=100 * WAN, follows=intent)
    first = record(city, event, "DELIVERED", amount=60 * WAN, follows=signed)
    with pytest.raises(InvalidInput, match="加起来比签约的多") as refused:
        record(city, event, "DELIVERED", amount=41 * WAN, follows=signed)
    assert list(refused.value.errors) == ["note"]
    record(city, event, "DELIVERED", amount=40 * WAN, follows=signed)
    assert delivered_of(signed) == (100 * WAN, 0)
    record(city, event, "DELIVERED", amount=5 * WAN, follows=signed, note="追加订单")
    void_result(first, actor=city.bank_head, at=LATER, reason="没到账")
    assert delivered_of(signed) == (45 * WAN, 0)
    record(city, event, "DELIVERED", amount=55 * WAN, follows=signed)
    with pytest.raises(InvalidInput, match="先作废后面"):
        void_result(signed, actor=city.bank_head, at=LATER, reason="记错了")


def test_one_intent_becomes_several_contracts_even_above_it(city):
    event = held(city)
    intent = record(city, event, amount=100 * WAN)
    for wan in (80, 90):
        assert record(city, event, "SIGNED", amount=wan * WAN, follows=intent).follows == intent


def test_the_same_line_twice_is_one_line_unless_said_otherwise(city):
    event = held(city)
    record(city, event)
    with pytest.raises(InvalidInput, match="样样相同") as refused:
        record(city, event)
    assert list(refused.value.errors) == ["note"]
    record(city, event, note="第二笔")
    assert EventResult.objects.count() == 2


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"amount": None}, "amount"),
        ({"amount": Decimal(0)}, "amount"),
        ({"amount": AMOUNT_MOST + 1}, "amount"),
        ({"heads": 3}, "heads"),
        ({"happened_on": ON - DAY}, "happened_on"),
        ({"happened_on": LATER.date() + DAY}, "happened_on"),
        ({"partner": "对" * 101}, "partner"),
        ({"note": "说" * 301}, "note"),
        ({"enterprise": "other"}, "enterprise"),
    ],
)
def test_bad_input_is_named_and_nothing_is_recorded(city, changed, field):
    event = held(city)
    changed = {"enterprise": city.other_firm} if changed == {"enterprise": "other"} else changed
    with pytest.raises(InvalidInput) as refused:
        record(city, event, **changed)
    assert list(refused.value.errors) == [field]
    assert not EventResult.objects.exists()


def test_only_an_event_held_has_results_and_only_its_host_records_them(city):
    with pytest.raises(Conflict, match="办过以后"):
        record(city, opened(city))
    event = held(city)
    for who in (city.land_clerk, city.cadre, city.leader, city.firm_user):
        with pytest.raises(NotPermitted):
            record(city, event, actor=who)
    assert record(city, event, actor=city.clerk).recorded_by == city.clerk


def test_a_void_result_stays_and_the_chain_can_go_on(city):
    event = held(city)
    intent = record(city, event)
    signed = record(city, event, "SIGNED", follows=intent)
    with pytest.raises(InvalidInput, match="样样相同"):
        record(city, event, "SIGNED", follows=intent)
    with pytest.raises(InvalidInput, match="先作废后面"):
        void_result(intent, actor=city.bank_head, at=LATER, reason="记错了")
    for reason in ("", "因" * 201):
        with pytest.raises(InvalidInput):
            void_result(signed, actor=city.bank_head, at=LATER, reason=reason)
    with pytest.raises(NotPermitted):
        void_result(signed, actor=city.land_clerk, at=LATER, reason="不归他")
    gone = void_result(signed, actor=city.bank_head, at=LATER, reason="多写了一个零")
    assert (gone.void_reason, gone.voided_by, EventResult.objects.counted().count()) == (
        "多写了一个零",
        city.bank_head,
        1,
    )
    with pytest.raises(Conflict):
        void_result(signed, actor=city.bank_head, at=LATER, reason="再作废")
    assert record(city, event, "SIGNED", amount=50 * WAN, follows=intent).follows == intent
    void_result(EventResult.objects.counted().get(stage="SIGNED"), actor=city.bank_head, at=LATER, reason="再错")
    void_result(intent, actor=city.bank_head, at=LATER, reason="整条不算")
    with pytest.raises(Conflict):
        record(city, event, "SIGNED", follows=intent)


def test_a_result_does_not_follow_another_firms_or_events(city):
    event, other = held(city, city.firm, city.other_firm), held(city)
    before = record(city, other)
    with pytest.raises(InvalidInput, match="不是这场活动"):
        record(city, event, "SIGNED", follows=before)
    with pytest.raises(InvalidInput, match="不是这场活动"):
        record(city, event, "SIGNED", follows=record(city, event), enterprise=city.other_firm)
    late = record(city, event, happened_on=ON + 9 * DAY)
    with pytest.raises(InvalidInput, match="早于前一步"):
        record(city, event, "SIGNED", follows=late)


def test_who_has_results_cannot_be_marked_absent(city):
    event = held(city)
    record(city, event)
    part = event.participations.get()
    with pytest.raises(InvalidInput, match=city.firm.name):
        mark_attendance(event, among=[part.pk], came=[], actor=city.bank_head, at=LATER)
    part.refresh_from_db()
    assert part.attended


def test_jobs_and_agreements_count_heads(city):
    jobs = held(city, kind=kind("用工对接", "JOBS"))
    posts = record(city, jobs, amount=None, heads=30)
    assert (
        record(city, jobs, "SIGNED", amount=None, heads=12, follows=posts, happened_on=ON + timedelta(days=2)).heads
        == 12
    )
    with pytest.raises(InvalidInput, match="不记金额"):
        record(city, jobs, heads=3)
    deals = held(city, kind=kind("产学研对接", "AGREEMENT"))
    assert record(city, deals, "SIGNED", heads=1).amount == 500 * WAN


# --- 规矩，不碰数据库 -------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("measure", list(ResultKind))
@pytest.mark.parametrize("amount", [None, Decimal(-1), Decimal(0), Decimal(1), AMOUNT_MOST, AMOUNT_MOST + 1])
@pytest.mark.parametrize("heads", [None, 0, 1, HEADS_MOST, HEADS_MOST + 1])
def test_every_figure_against_the_table(measure, amount, heads):
    good_amount = amount is not None and 0 < amount <= AMOUNT_MOST
    good_heads = heads is not None and 0 < heads <= HEADS_MOST
    expected = {
        "SALES": good_amount and heads is None,
        "CREDIT": good_amount and heads is None,
        "JOBS": good_heads and amount is None,
        "AGREEMENT": good_heads and (amount is None or good_amount),
    }[measure]
    assert (wrong_figure(measure, amount, heads) is None) == expected


def test_every_stage_of_every_measure_has_a_word_and_a_predecessor():
    assert all(set(words) == set(ResultStage) for words in SAID.values())
    assert set(SAID) == set(ResultKind)
    assert set(BEFORE) == set(ResultStage) - {ResultStage.INTENT}
    assert [exceeds(1, 2, already=1), exceeds(2, 2, already=1)] == [False, True]
    assert [exceeds(2, 1), exceeds(1, 1), exceeds(None, 1), exceeds(1, None)] == [True, False, False, False]
