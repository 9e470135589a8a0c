"""Deadlines moved by a change of the calendar: running ones only, each move logged (R-42)."""

import pytest

from cadres.services import calendar as calendars
from cases.enums import Clock, Status
from cases.models import Deadline, DeadlineChange
from cases.services import calendar_change, clocks
from tests.cases.clockwork import at, day
from zhuqi.kernel.errors import DomainError

NOTICE_2027 = (
    "国务院办公厅关于2027年部分节假日安排的通知\n国办发明电〔2026〕9号\n"
    "一、元旦：1月1日（周五）至3日（周日）放假，共3天。\n二、春节：2月5日（周五）至12日（周五）放假，共8天。\n"
    "三、清明节：4月3日（周六）至5日（周一）放假，共3天。\n四、劳动节：5月1日（周六）至3日（周一）放假，共3天。\n"
    "五、端午节：6月9日（周三）放假1天。\n六、中秋节：9月15日（周三）放假1天。\n七、国庆节：10月1日（周五）至7日（周四）放假，共7天。\n"
    "国务院办公厅\n2026年11月9日"
)


def test_changed_day_moves_running_deadlines_and_logs_each(city, case):
    sign = clocks.open_clock(case, Clock.SIGN, at=city.at)
    resolve = clocks.open_clock(case, Clock.RESOLVE, at=city.at)
    clocks.refresh_next_due(case)
    preview = calendar_change.preview_day_moves(day("2026-11-24"), "HOLIDAY")
    assert [(move.deadline.pk, move.old_due_on, move.new_due_on) for move in preview] == [
        (sign.pk, day("2026-11-24"), day("2026-11-25"))
    ]
    assert not DeadlineChange.objects.exists()

    change = calendar_change.adopt_day(
        day("2026-11-24"), "HOLIDAY", name="停工", reason="省政府通知", at=city.at, actor=city.director
    )

    for row in (sign, resolve, case):
        row.refresh_from_db()
    assert (sign.due_on, resolve.due_on, case.next_due_on) == (day("2026-11-25"), day("2026-12-23"), day("2026-11-25"))
    assert {sign.calendar_version_id, resolve.calendar_version_id} == {change.version.pk}
    log = DeadlineChange.objects.get()
    assert (log.cause, log.calendar_version, log.changed_by) == ("CALENDAR", change.version, city.director)
    assert "放假安排调整后由 11-24 改为 11-25。" in clocks.explain(sign).sentence


def test_recomputing_twice_changes_nothing(city, case):
    clocks.open_clock(case, Clock.SIGN, at=city.at)
    calendar_change.adopt_day(day("2026-11-24"), "HOLIDAY", reason="通知", at=city.at, actor=city.director)
    now = calendars.calendar_at()
    assert clocks.recompute_open_deadlines(at=city.at, actor=None, calendar=now) == []
    assert DeadlineChange.objects.count() == 1


def test_deadline_opened_under_an_older_calendar_catches_up(city, case):
    old = calendars.calendar_at().version
    row = clocks.open_clock(case, Clock.SIGN, at=city.at)
    calendar_change.adopt_day(day("2026-11-24"), "HOLIDAY", reason="通知", at=city.at, actor=city.director)
    # A dispatch that had read the calendar before the change, and committed after it.
    Deadline.objects.filter(pk=row.pk).update(due_on=day("2026-11-24"), calendar_version=old)
    moves = clocks.catch_up_with_calendar(at=city.at)
    assert [(move.deadline.pk, move.new_due_on) for move in moves] == [(row.pk, day("2026-11-25"))]
    assert clocks.catch_up_with_calendar(at=city.at) == []


@pytest.mark.parametrize("status", [Status.CLOSED, Status.REFUSED, Status.MERGED])
def test_closed_cases_do_not_move(city, case, status):
    row = clocks.open_clock(case, Clock.SIGN, at=city.at)
    type(case).objects.filter(pk=case.pk).update(status=status, merged_into=case)
    change = calendar_change.adopt_day(day("2026-11-24"), "HOLIDAY", reason="通知", at=city.at, actor=city.director)
    row.refresh_from_db()
    assert change.moves == ()
    assert row.due_on == day("2026-11-24")


def test_met_and_stopped_deadlines_do_not_move(city, case):
    clocks.open_clock(case, Clock.SIGN, at=city.at)
    clocks.open_clock(case, Clock.RULING, at=city.at)
    clocks.meet(case, (Clock.SIGN,), at=city.at)
    clocks.void_clocks(case, at=city.at, clocks=[Clock.RULING])
    change = calendar_change.adopt_day(day("2026-11-24"), "HOLIDAY", reason="通知", at=city.at, actor=city.director)
    assert change.moves == ()


def test_published_year_settles_provisional_dates(city, case):
    settled = clocks.open_clock(case, Clock.RESOLVE, at=at("2026-12-07"))  # 2027-01-07, worked either way
    moved = clocks.open_clock(case, Clock.FEEDBACK, at=at("2026-12-29"))  # 2027-01-01, a holiday once published
    assert (settled.is_provisional, moved.is_provisional) == (True, True)
    preview = calendars.preview_notice(NOTICE_2027)
    assert [move.new_due_on for move in calendar_change.preview_notice_moves(preview)] == [day("2027-01-04")]

    change = calendar_change.adopt_notice(preview, number="", at=city.at, actor=city.director)

    for row in (settled, moved):
        row.refresh_from_db()
    assert [move.deadline.pk for move in change.moves] == [moved.pk]
    assert (settled.due_on, settled.is_provisional) == (day("2027-01-07"), False)
    assert (moved.due_on, moved.is_provisional) == (day("2027-01-04"), False)


def test_failed_recomputation_leaves_the_calendar_as_it_was(city, case, monkeypatch):
    def broken(**_):
        raise DomainError("坏了")

    before = calendars.calendar_at().version
    monkeypatch.setattr(calendar_change, "recompute_open_deadlines", broken)
    with pytest.raises(DomainError, match="坏了"):
        calendar_change.adopt_day(day("2026-11-24"), "HOLIDAY", reason="通知", at=city.at, actor=city.director)
    assert calendars.calendar_at().version == before
    assert calendars.calendar_at().is_workday(day("2026-11-24"))


def test_recomputation_reads_a_batch_at_a_time(city, case, django_assert_max_num_queries):
    for clock in (Clock.SIGN, Clock.FEEDBACK, Clock.RESOLVE, Clock.CO_REPLY):
        clocks.open_clock(case, clock, at=city.at)
    calendar = calendars.calendar_at()
    with django_assert_max_num_queries(3):
        assert clocks.preview_recompute(calendar) == []
