"""Deadline rows: opened, met, stopped, extended, given back, moved by the calendar, explained (R-24, R-26, R-40 – R-44)."""

from datetime import timedelta

import pytest

from cadres.services import calendar as calendars
from cases.enums import Clock, Status
from cases.models import Deadline, DeadlineChange
from cases.services import clocks
from tests.cases.clockwork import at, day, pause
from zhuqi.kernel.errors import Conflict, InvalidInput


def test_clock_starts_at_issue_under_the_cases_own_rule(case):
    rows = {
        clock: clocks.open_clock(case, clock, at=at("2026-02-13"))
        for clock in (Clock.SIGN, Clock.FEEDBACK, Clock.RESOLVE)
    }
    assert {clock: row.due_on for clock, row in rows.items()} == {
        Clock.SIGN: day("2026-02-14"),
        Clock.FEEDBACK: day("2026-02-24"),
        Clock.RESOLVE: day("2026-03-13"),
    }
    resolve = rows[Clock.RESOLVE]
    assert (resolve.term, resolve.holder, resolve.rule_set.code, resolve.is_provisional) == (
        "1m",
        case.lead,
        "13710",
        False,
    )
    assert resolve.calendar_version_id == calendars.calendar_at().version


@pytest.mark.parametrize(("hour", "due_on"), [(0, "2026-11-24"), (23, "2026-11-24")])
def test_business_day_is_the_local_date(case, hour, due_on):
    moment = at("2026-11-23", hour).astimezone(tz=None)
    assert clocks.open_clock(case, Clock.SIGN, at=moment).due_on == day(due_on)


@pytest.mark.parametrize(
    ("clock", "holder"),
    [
        (Clock.SIGN, "land"),
        (Clock.URGE_REPLY, "land"),
        (Clock.RULING, "office"),
        (Clock.ACCEPT, "office"),
        (Clock.SUPPLY, None),
    ],
)
def test_clock_is_held_by_who_owes_it(city, case, clock, holder):
    row = clocks.open_clock(case, clock, at=city.at)
    assert row.holder == (getattr(city, holder) if holder else None)


def test_legal_lane_has_no_resolve_deadline(city, case):
    case.is_legal = True
    assert clocks.open_clock(case, Clock.RESOLVE, at=city.at) is None
    assert clocks.open_clock(case, Clock.REDO, at=city.at) is None
    assert clocks.open_clock(case, Clock.SIGN, at=city.at) is not None


def test_clock_without_a_term_or_date_is_not_opened(city, case):
    assert clocks.open_clock(case, Clock.PROMISE, at=city.at) is None
    assert not Deadline.objects.exists()


@pytest.mark.parametrize(
    ("promised", "due_on"),
    [("2026-11-27", "2026-11-27"), ("2026-11-28", "2026-11-30"), ("2026-11-23", "2026-11-23")],
)
def test_promise_is_a_deadline_like_any_other(city, case, promised, due_on):
    row = clocks.open_clock(case, Clock.PROMISE, at=city.at, promised_on=day(promised))
    assert (row.due_on, row.term) == (day(due_on), "")


@pytest.mark.parametrize(("promised", "said"), [("2026-11-22", "已经过去"), ("2036-11-22", "太远")])
def test_impossible_promise_is_refused(city, case, promised, said):
    with pytest.raises(InvalidInput, match=said):
        clocks.open_clock(case, Clock.PROMISE, at=city.at, promised_on=day(promised))


def test_double_ten_day_is_kept_as_set_even_on_a_day_off(city, case):
    row = clocks.open_clock(case, Clock.DOUBLE_TEN, at=city.at, promised_on=day("2026-12-20"))
    assert row.due_on == day("2026-12-20")


def test_meeting_closes_only_the_clocks_named_and_only_once(city, case):
    for clock in (Clock.SIGN, Clock.FEEDBACK):
        clocks.open_clock(case, clock, at=city.at)
    assert clocks.meet(case, (Clock.SIGN,), at=city.at) == 1
    assert clocks.meet(case, (Clock.SIGN,), at=city.at + timedelta(hours=1)) == 0
    assert clocks.meet(case, (), at=city.at) == 0
    assert Deadline.objects.get(clock=Clock.SIGN).met_at == city.at
    assert Deadline.objects.running().get().clock == Clock.FEEDBACK


def test_co_handler_meets_only_its_own_clock(city, case):
    for unit in (city.labour, city.bank):
        clocks.open_clock(case, Clock.CO_REPLY, at=city.at, holder=unit)
    assert clocks.meet(case, (Clock.CO_REPLY,), at=city.at, holder=city.bank) == 1
    assert Deadline.objects.running().get().holder == city.labour


def test_step_that_did_not_stand_lets_the_clock_run_again(city, case):
    row = clocks.open_clock(case, Clock.RESOLVE, at=city.at)
    clocks.meet(case, (Clock.RESOLVE,), at=city.at)
    assert clocks.unmeet(case, Clock.RESOLVE, at=city.at + timedelta(hours=1)) == 0
    assert clocks.unmeet(case, Clock.RESOLVE, at=city.at) == 1
    row.refresh_from_db()
    assert row.met_at is None


def test_stopping_takes_all_or_only_those_named(city, case):
    for clock in (Clock.SIGN, Clock.FEEDBACK, Clock.RESOLVE):
        clocks.open_clock(case, clock, at=city.at)
    assert clocks.void_clocks(case, at=city.at, clocks=[Clock.SIGN]) == 1
    assert clocks.void_clocks(case, at=city.at) == 2
    assert clocks.void_clocks(case, at=city.at) == 0


def test_next_due_is_the_earliest_running_deadline(city, case):
    for clock in (Clock.RESOLVE, Clock.SIGN):
        clocks.open_clock(case, clock, at=city.at)
    clocks.refresh_next_due(case)
    case.refresh_from_db()
    assert (case.next_due_on, case.next_clock) == (day("2026-11-24"), Clock.SIGN)

    clocks.meet(case, (Clock.SIGN, Clock.RESOLVE), at=city.at)
    clocks.refresh_next_due(case)
    case.refresh_from_db()
    assert (case.next_due_on, case.next_clock) == (None, "")


def test_next_due_of_a_paused_case_is_the_firms_own_term(city, case):
    case.status = Status.PAUSED
    clocks.open_clock(case, Clock.FEEDBACK, at=city.at)
    clocks.open_clock(case, Clock.SUPPLY, at=city.at)
    clocks.refresh_next_due(case)
    assert (case.next_due_on, case.next_clock) == (day("2026-11-30"), Clock.SUPPLY)


def test_pause_is_given_back_to_every_running_deadline_and_logged(city, case):
    resolve = clocks.open_clock(case, Clock.RESOLVE, at=at("2026-09-18"))
    reply = clocks.open_clock(case, Clock.INQUIRY_REPLY, at=at("2026-10-08"))
    double_ten = clocks.open_clock(case, Clock.DOUBLE_TEN, at=at("2026-10-08"), promised_on=day("2026-10-20"))
    signed = clocks.open_clock(case, Clock.SIGN, at=at("2026-09-18"))
    clocks.meet(case, (Clock.SIGN,), at=at("2026-09-20"))

    moves = clocks.give_back(pause(case, "2026-10-12", "2026-10-15"), at=at("2026-10-15"), actor=city.land_clerk)

    for row in (resolve, reply, double_ten, signed):
        row.refresh_from_db()
    assert resolve.due_on == day("2026-10-21")
    assert reply.due_on == day("2026-10-19")  # 10-14 and three working days more
    assert (double_ten.due_on, signed.due_on) == (day("2026-10-20"), day("2026-09-20"))
    assert {(move.old_due_on, move.new_due_on) for move in moves} == {
        (day("2026-10-19"), day("2026-10-21")),
        (day("2026-10-14"), day("2026-10-19")),
    }
    log = DeadlineChange.objects.get(deadline=resolve)
    assert (log.cause, log.old_due_on, log.new_due_on, log.changed_by) == (
        "PAUSE",
        day("2026-10-19"),
        day("2026-10-21"),
        city.land_clerk,
    )


def test_giving_back_twice_gives_once(city, case):
    clocks.open_clock(case, Clock.RESOLVE, at=at("2026-09-18"))
    row = pause(case, "2026-10-12", "2026-10-15")
    assert clocks.give_back(row, at=at("2026-10-15"), actor=None)
    assert clocks.give_back(row, at=at("2026-10-15"), actor=None) == []


def test_clock_opened_after_a_pause_gains_nothing_from_it(city, case):
    pause(case, "2026-10-12", "2026-10-15")
    redo = clocks.open_clock(case, Clock.REDO, at=at("2026-10-20"))
    assert redo.due_on == day("2026-10-27")
    assert clocks.explain(redo).due_on == redo.due_on


def test_pause_after_a_deadline_was_met_does_not_rewrite_it(city, case):
    feedback = clocks.open_clock(case, Clock.FEEDBACK, at=at("2026-03-02"))
    clocks.meet(case, (Clock.FEEDBACK,), at=at("2026-03-04", 9))
    pause(case, "2026-03-04", "2026-03-06")
    feedback.refresh_from_db()
    assert clocks.explain(feedback).due_on == feedback.due_on == day("2026-03-05")


def test_extension_moves_the_date_and_is_logged(city, case):
    resolve = clocks.open_clock(case, Clock.RESOLVE, at=at("2026-09-18"))
    assert clocks.explain(resolve, extra_days=10).due_on == day("2026-10-28")
    moved = clocks.extend(resolve, 10, at=at("2026-10-09"), actor=city.director)
    assert moved.due_on == day("2026-10-28")
    resolve.refresh_from_db()
    assert (resolve.due_on, resolve.extended_days) == (day("2026-10-28"), 10)
    log = DeadlineChange.objects.get()
    assert (log.cause, log.old_due_on, log.note) == ("EXTENSION", day("2026-10-19"), "延期 10 天")


def test_extension_and_pause_together_keep_both(city, case):
    resolve = clocks.open_clock(case, Clock.RESOLVE, at=at("2026-09-18"))
    clocks.extend(resolve, 10, at=at("2026-10-09"), actor=city.director)
    clocks.give_back(pause(case, "2026-10-12", "2026-10-15"), at=at("2026-10-15"), actor=None)
    resolve.refresh_from_db()
    assert resolve.due_on == day("2026-11-02")  # 10-18 + 10 + 3 = 10-31, a Saturday


@pytest.mark.parametrize("days", [0, -3])
def test_extension_of_nothing_is_refused(city, case, days):
    resolve = clocks.open_clock(case, Clock.RESOLVE, at=city.at)
    with pytest.raises(InvalidInput, match="至少 1 天"):
        clocks.extend(resolve, days, at=city.at, actor=city.director)


def test_extension_of_a_deadline_met_meanwhile_is_a_conflict(city, case):
    resolve = clocks.open_clock(case, Clock.RESOLVE, at=city.at)
    clocks.meet(case, (Clock.RESOLVE,), at=city.at)
    with pytest.raises(Conflict, match="刚被别人办结或改动"):
        clocks.extend(resolve, 5, at=city.at, actor=city.director)
    assert not DeadlineChange.objects.exists()


def test_deadline_explains_itself_with_rule_version_and_who_extended(city, case):
    resolve = clocks.open_clock(case, Clock.RESOLVE, at=at("2026-09-18"))
    assert clocks.explain(resolve).sentence.endswith("未办过延期。规则 13710 第 1 版，交办时锁定。")
    clocks.extend(resolve, 10, at=at("2026-10-09"), actor=city.director)
    said = clocks.explain(resolve).sentence
    assert "经批准延期 10 天，到 10-28（周三）" in said
    assert "延期由市活动办周主任于 10-09 批准，10-19 改为 10-28。" in said


def test_promise_explains_itself_as_an_agreed_date(city, case):
    row = clocks.open_clock(case, Clock.PROMISE, at=city.at, promised_on=day("2026-11-28"))
    assert clocks.explain(row).sentence.startswith(
        "11-23 答复，约定的日期是 11-28（周六），遇休息日，顺延到下一个工作日 11-30（周一）。"
    )
