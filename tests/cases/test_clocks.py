"""Deadline rows: opened, met, stopped, extended, given back, moved by the calendar, explained (R-24, R-26, R-40 – R-44)."""

from datetime import date, datetime, timedelta

import pytest

from cadres.services import calendar as calendars
from cases.enums import Clock, Status, Tier
from cases.models import Deadline, DeadlineChange, Pause, RuleSet
from cases.services import calendar_change, clocks, rulesets
from cases.services.reckoning import reckon_all
from tests.factories import SHANGHAI, CaseFactory
from zhuqi.kernel.errors import Conflict, DomainError, InvalidInput, NotPermitted

NOTICE_2027 = (
    "国务院办公厅关于2027年部分节假日安排的通知\n国办发明电〔2026〕9号\n"
    "一、元旦：1月1日（周五）至3日（周日）放假，共3天。\n二、春节：2月5日（周五）至12日（周五）放假，共8天。\n"
    "三、清明节：4月3日（周六）至5日（周一）放假，共3天。\n四、劳动节：5月1日（周六）至3日（周一）放假，共3天。\n"
    "五、端午节：6月9日（周三）放假1天。\n六、中秋节：9月15日（周三）放假1天。\n七、国庆节：10月1日（周五）至7日（周四）放假，共7天。\n"
    "国务院办公厅\n2026年11月9日"
)


def at(text, hour=10):
    day = date.fromisoformat(text)
    return datetime(day.year, day.month, day.day, hour, tzinfo=SHANGHAI)


def day(text):
    return date.fromisoformat(text)


@pytest.fixture
def case(city):
    """A complex case in hand at the land bureau, under 13710."""
    return CaseFactory(
        enterprise=city.firm,
        region=city.firm.region,
        office=city.office,
        lead=city.land,
        tier=Tier.COMPLEX,
        status=Status.HANDLING,
        rule_set=RuleSet.objects.get(code="13710"),
    )


def pause(case, first, resumed):
    """A finished pause; the day of resumption counts again."""
    return Pause.objects.create(
        case=case,
        paused_at=at(first, 11),
        from_on=day(first),
        reason="补地勘报告",
        resumed_at=at(resumed, 9),
        to_on=day(resumed),
    )


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


def test_case_keeps_the_rule_version_it_was_dispatched_under(city, case):
    old = case.rule_set
    terms = old.terms | {"SIGN": "2d"}
    new = rulesets.add_version("13710", terms, name=old.name, roll="FORWARD", at=city.at, actor=city.director)
    assert (new.version, new.is_default) == (2, True)
    assert clocks.default_rule() == new
    assert clocks.open_clock(case, Clock.SIGN, at=city.at).due_on == day("2026-11-24")
    case.rule_set = None
    assert clocks.open_clock(case, Clock.SIGN, at=city.at).due_on == day("2026-11-25")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"SIGN": "一天"}, "写法不对"),
        ({"SIGN": ""}, "缺少“签收”"),
        ({"LUNCH": "1d"}, "没有“LUNCH”"),
        ({"RESOLVE.HUGE": "1d"}, "没有“RESOLVE.HUGE”"),
    ],
)
def test_rule_set_that_cannot_be_reckoned_with_is_refused(city, change, said):
    terms = clocks.default_rule().terms | change
    with pytest.raises(InvalidInput, match=said):
        rulesets.add_version("13710", terms, name="x", roll="FORWARD", at=city.at, actor=city.director)
    assert RuleSet.objects.count() == 3
    assert clocks.default_rule().version == 1


def test_rule_set_without_a_needed_term_is_refused(city):
    terms = {key: text for key, text in clocks.default_rule().terms.items() if key != "RESOLVE.MAJOR"}
    with pytest.raises(InvalidInput, match="缺少“办结（重大）”"):
        rulesets.add_version("13710", terms, name="x", roll="FORWARD", at=city.at, actor=city.director)


def test_rule_sets_are_made_by_the_city_office_only(city):
    rule = RuleSet.objects.get(code="2011")
    with pytest.raises(NotPermitted):
        rulesets.make_default(rule, actor=city.county_director)
    rulesets.make_default(rule, actor=city.director)
    assert clocks.default_rule() == rule


def test_seeding_rule_sets_again_keeps_what_an_office_chose(city):
    rulesets.make_default(RuleSet.objects.get(code="2011"), actor=city.director)
    rulesets.seed_rule_sets(city.at)
    assert clocks.default_rule().code == "2011"
    assert RuleSet.objects.count() == 3


def test_limits_are_read_from_the_rule(city, case):
    assert clocks.amount(case, "EXTENSION_MOST") == 30
    assert clocks.window_end(case, "OBJECT_WINDOW", since_on=day("2026-02-13")) == day("2026-02-14")
    assert clocks.window_end(case, "RATE", since_on=day("2026-02-13")) == day("2026-02-28")
    with pytest.raises(DomainError, match="缺少“TEA”"):
        clocks.amount(case, "TEA")


def test_shipped_rules_reckon_every_clock(city):
    calendar = calendars.calendar_at()
    found = {
        code: {
            (each.clock, each.tier): each.reckoning.due_on
            for each in reckon_all(RuleSet.objects.get(code=code), day("2026-02-13"), calendar)
        }
        for code in ("13710", "ABC-2025", "2011")
    }
    assert found["13710"][Clock.RESOLVE, Tier.SINGLE] == day("2026-02-24")
    assert found["ABC-2025"][Clock.RESOLVE, Tier.SINGLE] == day("2026-02-27")
    assert found["ABC-2025"][Clock.RESOLVE, Tier.COMPLEX] == day("2026-03-12")
    assert found["ABC-2025"][Clock.RESOLVE, Tier.MAJOR] == day("2026-03-13")
    assert found["2011"][Clock.DISPATCH, ""] == day("2026-02-25")
    assert found["2011"][Clock.RESOLVE, Tier.MAJOR] == day("2026-03-12")
    assert {len(each) for each in found.values()} == {len(found["13710"])}
