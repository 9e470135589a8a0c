"""对接活动的写入口，从每个出口走一遍（R-63）。"""

from datetime import date, timedelta

import pytest

from cadres.models import Notice
from cadres.services.calendar import change_day
from policies.enums import ConditionField, EventState, Operator
from policies.models import EventFollowUp, MatchEvent, Participation
from policies.rules.matching import Condition
from policies.services.events import (
    cancel_event,
    conditions_of,
    draft_event,
    edit_event,
    hold_event,
    mark_attendance,
    open_event,
    reckon_follow_ups,
    record_follow_up,
    remind_follow_ups,
    save_kind,
    seed_kinds,
    sign_up,
    walk_in,
    withdraw,
)
from policies.services.events.kinds import SEEDS
from tests.factories import EnterpriseFactory
from tests.policies.event_steps import DAY, HELD_AT, draft, drafted, firm_with_user, held, kind, opened
from zhuqi.kernel.errors import Conflict, InvalidInput, NotPermitted

pytestmark = pytest.mark.django_db
AGED = Condition(ConditionField.AGE, Operator.AT_LEAST, (3,))
YOUNG = Condition(ConditionField.AGE, Operator.AT_MOST, (2,))


# --- 登记 -------------------------------------------------------------------------------------------------------------
def test_an_event_is_drafted_with_its_conditions_and_opened(city):
    event = drafted(city, conditions=(AGED, AGED))
    assert (event.state, event.unit, conditions_of(event)) == (EventState.DRAFT, city.bank, (AGED,))
    assert open_event(event, actor=city.bank_head, at=city.at).state == EventState.OPEN


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"title": " "}, "title"),
        ({"title": "题" * 81}, "title"),
        ({"place": ""}, "place"),
        ({"place": "地" * 81}, "place"),
        ({"told": "长" * 2001}, "told"),
        ({"kind": None}, "kind"),
        ({"held_at": None}, "held_on"),
        ({"held_at": HELD_AT - 11 * DAY}, "held_on"),
        ({"held_at": HELD_AT + 1000 * DAY}, "held_on"),
        ({"seats": -1}, "seats"),
        ({"seats": 5001}, "seats"),
        ({"sign_up_until_on": HELD_AT.date() + DAY}, "sign_up_until_on"),
        ({"sign_up_until_on": HELD_AT.date() - 12 * DAY}, "sign_up_until_on"),
        ({"conditions": (AGED, YOUNG)}, "conditions"),
    ],
)
def test_bad_input_is_named_and_changes_nothing(city, changed, field):
    with pytest.raises(InvalidInput) as refused:
        drafted(city, **changed)
    assert list(refused.value.errors) == [field]
    assert not MatchEvent.objects.exists()
    event = drafted(city)
    with pytest.raises(InvalidInput):
        edit_event(event, draft(city, **changed), actor=city.bank_head, at=city.at)
    assert MatchEvent.objects.get().title == "十二月银企对接会"


@pytest.mark.parametrize("who", ["cadre", "firm_user", "leader", "supervisor", "sysadmin"])
def test_who_organises_no_events_is_refused(city, who):
    with pytest.raises(NotPermitted):
        draft_event(draft(city), actor=getattr(city, who), at=city.at)


def test_the_host_is_ones_own_unit_unless_the_city_office_enters_it(city):
    assert drafted(city, actor=city.land_clerk, unit=city.bank).unit == city.land
    assert drafted(city, actor=city.clerk, unit=city.bank).unit == city.bank


def test_a_county_offices_event_is_its_countys(city):
    event = drafted(city, actor=city.county_clerk)
    assert (event.unit, event.region) == (city.county_office, city.regions["weidu"])
    with pytest.raises(NotPermitted):
        drafted(city, actor=city.county_clerk, region=city.regions["yuzhou"])


def test_another_unit_may_not_touch_it_but_the_city_office_may(city):
    event = drafted(city)
    for act in (
        lambda who: edit_event(event, draft(city), actor=who, at=city.at),
        lambda who: open_event(event, actor=who, at=city.at),
        lambda who: cancel_event(event, actor=who, at=city.at, why="场地不行"),
        lambda who: hold_event(event, actor=who, at=HELD_AT),
    ):
        with pytest.raises(NotPermitted):
            act(city.land_clerk)
    assert open_event(event, actor=city.clerk, at=city.at).state == EventState.OPEN


def test_drafts_are_the_hosts_and_the_city_offices(city):
    event = drafted(city)
    seen = {
        who for who in ("bank_head", "clerk", "land_clerk", "county_clerk", "cadre", "firm_user", "leader", "auditor")
        if MatchEvent.objects.visible_to(getattr(city, who)).exists()
    }  # fmt: skip
    assert seen == {"bank_head", "clerk"}
    open_event(event, actor=city.bank_head, at=city.at)
    assert MatchEvent.objects.visible_to(city.firm_user).exists()
    assert not MatchEvent.objects.visible_to(city.auditor).exists()


# --- 每一步 -----------------------------------------------------------------------------------------------------------
def test_a_stale_page_and_steps_out_of_order_are_conflicts(city):
    event = drafted(city)
    edit_event(event, draft(city, told="带上报表"), actor=city.bank_head, at=city.at, revision=0)
    with pytest.raises(Conflict, match="别人改过"):
        edit_event(event, draft(city, told="旧页面"), actor=city.bank_head, at=city.at, revision=0)
    with pytest.raises(Conflict):
        hold_event(event, actor=city.bank_head, at=HELD_AT)
    open_event(event, actor=city.bank_head, at=city.at)
    with pytest.raises(Conflict, match="报名中"):
        open_event(event, actor=city.bank_head, at=city.at)
    with pytest.raises(InvalidInput, match="还没到"):
        hold_event(event, actor=city.bank_head, at=HELD_AT - DAY)
    hold_event(event, actor=city.bank_head, at=HELD_AT)
    for late in (
        lambda: cancel_event(event, actor=city.bank_head, at=HELD_AT, why="晚了"),
        lambda: hold_event(event, actor=city.bank_head, at=HELD_AT),
        lambda: edit_event(event, draft(city), actor=city.bank_head, at=HELD_AT),
    ):
        with pytest.raises(Conflict):
            late()
    assert MatchEvent.objects.get().told == "带上报表"


def test_an_event_whose_time_or_deadline_has_passed_is_not_opened(city):
    event = drafted(city, sign_up_until_on=HELD_AT.date() - 5 * DAY)
    with pytest.raises(InvalidInput, match="截止"):
        open_event(event, actor=city.bank_head, at=HELD_AT - 2 * DAY)
    with pytest.raises(InvalidInput, match="时间已经过了"):
        open_event(event, actor=city.bank_head, at=HELD_AT)


def test_moving_it_tells_those_who_come_and_wait_once(city):
    waiting, waiter = firm_with_user()
    event = opened(city, seats=1)
    sign_up(event, city.firm, actor=city.firm_user, at=city.at)
    sign_up(event, waiting, actor=waiter, at=city.at)
    edit_event(event, draft(city, seats=1, told="只改内容"), actor=city.bank_head, at=city.at)
    assert not Notice.objects.exists()
    edit_event(event, draft(city, seats=1, place="二楼"), actor=city.bank_head, at=city.at)
    assert set(Notice.objects.values_list("user", flat=True)) == {city.firm_user.pk, waiter.pk}
    assert "现在 12 月 3 日 14:30，二楼" in Notice.objects.first().body


def test_cancelling_says_why_and_keeps_who_had_signed_up(city):
    event = opened(city)
    sign_up(event, city.firm, actor=city.firm_user, at=city.at, wish="流动资金")
    gone = sign_up(event, city.other_firm, actor=city.other_firm_user, at=city.at)
    withdraw(event, gone.enterprise, actor=city.other_firm_user, at=city.at)
    for why in ("  ", "因" * 201):
        with pytest.raises(InvalidInput):
            cancel_event(event, actor=city.bank_head, at=city.at, why=why)
    cancel_event(event, actor=city.bank_head, at=city.at, why="会场停电")
    assert Notice.objects.get().user == city.firm_user
    assert "会场停电" in Notice.objects.get().body
    kept = Participation.objects.get(enterprise=city.firm)
    assert (kept.wish, kept.is_coming) == ("流动资金", True)
    with pytest.raises(Conflict, match="取消"):
        sign_up(event, city.firm, actor=city.firm_user, at=city.at)


# --- 报名 -------------------------------------------------------------------------------------------------------------
def test_signing_up_again_changes_only_the_wish(city):
    event = opened(city, seats=5)
    sign_up(event, city.firm, actor=city.firm_user, at=city.at, wish="贷款")
    part = sign_up(event, city.firm, actor=city.cadre, at=city.at + DAY, wish="票据贴现")
    assert (part.wish, part.signed_up_at, part.signed_up_by) == ("票据贴现", city.at, city.firm_user)
    assert MatchEvent.objects.get().seats_taken == 1


def test_when_full_one_waits_and_moves_up_when_another_withdraws(city):
    third, third_user = firm_with_user()
    event = opened(city, seats=1)
    sign_up(event, city.firm, actor=city.firm_user, at=city.at)
    for order, (firm, user) in enumerate(((city.other_firm, city.other_firm_user), (third, third_user))):
        assert sign_up(event, firm, actor=user, at=city.at + timedelta(minutes=order)).is_waiting
    withdraw(event, city.firm, actor=city.firm_user, at=city.at + DAY)
    assert [part.standing for part in Participation.objects.order_by("pk")] == ["已退出", "报名", "候补"]
    assert MatchEvent.objects.get().seats_taken == 1
    assert Notice.objects.get().user == city.other_firm_user
    withdraw(event, third, actor=third_user, at=city.at + DAY)
    assert sign_up(event, city.firm, actor=city.firm_user, at=city.at + DAY).is_waiting
    edit_event(event, draft(city, seats=2), actor=city.bank_head, at=city.at + DAY)
    assert Participation.objects.get(enterprise=city.firm).is_coming
    with pytest.raises(InvalidInput, match="已经有 2 家报名"):
        edit_event(event, draft(city, seats=1), actor=city.bank_head, at=city.at + DAY)


def test_signing_up_has_its_time(city):
    event = drafted(city, sign_up_until_on=city.today + 3 * DAY)
    with pytest.raises(Conflict, match="还没有开始报名"):
        sign_up(event, city.firm, actor=city.firm_user, at=city.at)
    open_event(event, actor=city.bank_head, at=city.at)
    with pytest.raises(Conflict, match="11-26 截止"):
        sign_up(event, city.firm, actor=city.firm_user, at=city.at + 4 * DAY)
    with pytest.raises(InvalidInput, match="200 字"):
        sign_up(event, city.firm, actor=city.firm_user, at=city.at, wish="想" * 201)
    sign_up(event, city.firm, actor=city.firm_user, at=city.at + 3 * DAY)
    withdraw(event, city.firm, actor=city.firm_user, at=city.at + 5 * DAY)
    with pytest.raises(Conflict, match="没有报名"):
        withdraw(event, city.firm, actor=city.firm_user, at=city.at + 5 * DAY)
    for late in (sign_up, withdraw):
        with pytest.raises(Conflict, match="已经开始"):
            late(event, city.firm, actor=city.firm_user, at=HELD_AT)


@pytest.mark.parametrize(
    ("who", "allowed"),
    [
        ("firm_user", True), ("cadre", True), ("clerk", True), ("county_clerk", True), ("bank_head", True),
        ("other_firm_user", False), ("other_cadre", False), ("other_county_clerk", False), ("land_clerk", False),
        ("leader", False), ("supervisor", False),
    ],
)  # fmt: skip
def test_who_signs_a_firm_up(city, who, allowed):
    event = opened(city)
    if allowed:
        assert sign_up(event, city.firm, actor=getattr(city, who), at=city.at).is_coming
        assert not withdraw(event, city.firm, actor=getattr(city, who), at=city.at).is_coming
    else:
        for act in (sign_up, withdraw):
            with pytest.raises(NotPermitted):
                act(event, city.firm, actor=getattr(city, who), at=city.at)


# --- 到场 -------------------------------------------------------------------------------------------------------------
def test_attendance_is_ticked_and_who_came_without_signing_up_is_added(city):
    event = opened(city, seats=1)
    mine = sign_up(event, city.firm, actor=city.firm_user, at=city.at)
    other = sign_up(event, city.other_firm, actor=city.other_firm_user, at=city.at)
    with pytest.raises(Conflict, match="还没到"):
        mark_attendance(event, among=[mine.pk], came=[mine.pk], actor=city.bank_head, at=HELD_AT - DAY)
    came = mark_attendance(event, among=[mine.pk, other.pk], came=[mine.pk], actor=city.bank_head, at=HELD_AT)
    stranger = walk_in(event, EnterpriseFactory(), actor=city.bank_head, at=HELD_AT)
    assert (came, stranger.attended, stranger.is_coming) == (1, True, False)
    assert [part.attended for part in Participation.objects.order_by("pk")] == [True, False, True]
    assert MatchEvent.objects.get().seats_taken == 1
    with pytest.raises(NotPermitted):
        mark_attendance(event, among=[mine.pk], came=[], actor=city.land_clerk, at=HELD_AT)


def test_a_firm_outside_the_events_county_does_not_walk_in(city):
    event = drafted(city, actor=city.county_clerk)
    open_event(event, actor=city.county_clerk, at=city.at)
    with pytest.raises(InvalidInput, match="不在活动范围"):
        walk_in(event, city.other_firm, actor=city.county_clerk, at=HELD_AT)
    assert walk_in(event, city.firm, actor=city.county_clerk, at=HELD_AT).attended


def test_a_cancelled_event_has_no_attendance(city):
    event = opened(city)
    part = sign_up(event, city.firm, actor=city.firm_user, at=city.at)
    cancel_event(event, actor=city.bank_head, at=city.at, why="场地不行")
    with pytest.raises(Conflict, match="已取消"):
        mark_attendance(event, among=[part.pk], came=[part.pk], actor=city.bank_head, at=HELD_AT)


# --- 回访 -------------------------------------------------------------------------------------------------------------
def test_follow_ups_fall_due_30_and_90_days_after_never_on_a_day_off(city):
    event = held(city)
    # 2026-12-03 + 30 = 2027-01-02, a Saturday of an unpublished year → Monday 01-04; + 90 = 2027-03-03, a Wednesday.
    assert [(row.after, f"{row.due_on:%m-%d}") for row in event.follow_ups.all()] == [(30, "01-04"), (90, "03-03")]


def test_follow_ups_move_with_the_working_calendar(city):
    event = held(city)
    second = event.follow_ups.last()
    record_follow_up(second, actor=city.bank_head, at=HELD_AT + DAY, account="先问了一轮")
    change_day(date(2027, 1, 4), "HOLIDAY", actor=None, at=city.at, reason="放假通知")
    assert [reckon_follow_ups(), reckon_follow_ups()] == [1, 0]
    assert [f"{row.due_on:%m-%d}" for row in event.follow_ups.all()] == ["01-05", "03-03"]


def test_follow_ups_are_reminded_once_when_due_and_once_when_late(city):
    event = held(city)
    due = HELD_AT + timedelta(days=32)
    assert remind_follow_ups(at=due - DAY) == 0
    assert [remind_follow_ups(at=due), remind_follow_ups(at=due)] == [1, 0]
    assert [remind_follow_ups(at=due + 10 * DAY), remind_follow_ups(at=due + 11 * DAY)] == [1, 0]
    row = event.follow_ups.first()
    assert set(Notice.objects.values_list("user", "key")) == {
        (city.bank_head.pk, f"event-follow-up:{row.pk}"), (city.bank_head.pk, f"event-follow-up:{row.pk}:late")
    }  # fmt: skip
    record_follow_up(row, actor=city.bank_head, at=due + 12 * DAY, account="电话问了到场的一家，授信已批。")
    assert remind_follow_ups(at=due + 20 * DAY) == 0


def test_a_follow_up_is_recorded_once_with_an_account(city):
    row = held(city).follow_ups.first()
    for account in (" ", "长" * 2001):
        with pytest.raises(InvalidInput):
            record_follow_up(row, actor=city.bank_head, at=HELD_AT + 30 * DAY, account=account)
    with pytest.raises(NotPermitted):
        record_follow_up(row, actor=city.land_clerk, at=HELD_AT + 30 * DAY, account="问过了")
    done = record_follow_up(row, actor=city.bank_head, at=HELD_AT + 30 * DAY, account=" 问过了 ")
    assert (done.account, done.done_by) == ("问过了", city.bank_head)
    with pytest.raises(Conflict, match="别人记过"):
        record_follow_up(row, actor=city.clerk, at=HELD_AT + 30 * DAY, account="再记一次")
    assert not EventFollowUp.objects.visible_to(city.firm_user).exists()
    assert not EventFollowUp.objects.visible_to(city.land_clerk).exists()
    assert EventFollowUp.objects.visible_to(city.leader).count() == 2


# --- 种类 -------------------------------------------------------------------------------------------------------------
def test_six_kinds_are_seeded_once_and_the_city_office_changes_them(city):
    assert [seed_kinds(), seed_kinds()] == [len(SEEDS), 0]
    added = save_kind(None, actor=city.clerk, name=" 银税对接 ", measure="CREDIT", ordering=7)
    assert (added.name, added.measure) == ("银税对接", "CREDIT")
    with pytest.raises(InvalidInput, match="已经有"):
        save_kind(None, actor=city.clerk, name="银税对接", measure="CREDIT")
    for wrong in ({"name": ""}, {"name": "名" * 21}, {"measure": "GOLD"}):
        with pytest.raises(InvalidInput):
            save_kind(added, actor=city.clerk, **({"name": "好", "measure": "SALES"} | wrong))
    for who in (city.county_clerk, city.bank_head):
        with pytest.raises(NotPermitted):
            save_kind(added, actor=who, name="改", measure="SALES")
    assert kind("银税对接").measure == "CREDIT"
