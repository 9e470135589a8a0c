"""From a notice to the message outside: who gets it where, when it is held, gathered, dropped, tried again; once."""

from datetime import date

import pytest
from django.db import connection, connections
from django.urls import reverse

from cadres.enums import Channel, MessageState, NoticeKind
from cadres.models import NoticePreference, OutgoingMessage, QuietPeriod, Recipient, ShortMessage
from cadres.services import notices, settings
from cadres.services.handing_on import hand_on
from cadres.services.holding import ATTEMPTS_MOST
from cadres.services.sending import LEASE, Run, send_next
from tests.cadres.messages import DAY, HOUR, MINUTE, PHONE, choose, go, states, tell
from tests.outside import provider

pytestmark = pytest.mark.django_db


@pytest.fixture
def there():
    with provider() as found:
        yield found


@pytest.fixture(autouse=True)
def _gateway(settings, there):
    settings.PORTAL_URL = "https://zq.example.cn"
    settings.CHANNELS = {"SMS": {"SMS_GATEWAY_URL": there.url, "SMS_APP_ID": "zhuqi", "SMS_SECRET": "s"}}


@pytest.fixture
def clerk(city):
    city.land_clerk.phone = PHONE
    city.land_clerk.save()
    return city.land_clerk


def test_what_is_urgent_goes_by_short_message_where_nobody_chose_the_rest_stays_inside(city, clerk, there):
    tell(clerk, 1, at=city.at)
    tell(clerk, 2, at=city.at, tone="work")
    go(city.at)
    assert [body["text"] for body in there.bodies] == ["第 1 件。 https://zq.example.cn/notices"]
    assert there.bodies[0]["phone"] == PHONE
    row = OutgoingMessage.objects.get()
    assert (row.state, row.sent_at, row.provider_id, row.attempts) == (MessageState.SENT, city.at, "G-1", 1)


def test_twice_is_once(city, clerk, there):
    tell(clerk, 1, at=city.at)
    go(city.at)
    notices.notify([clerk], "case-event:1", "第 1 件", at=city.at + MINUTE, tone="near")
    go(city.at + MINUTE)
    assert len(there.taken) == 1


def test_no_channel_means_nothing_is_written_and_nothing_floods_out_later(city, clerk, there, settings):
    configured, settings.CHANNELS = settings.CHANNELS, {}
    tell(clerk, 1, at=city.at)
    go(city.at)
    settings.CHANNELS = configured
    go(city.at + HOUR)
    tell(clerk, 2, at=city.at - 3 * DAY)  # found late: history
    go(city.at + HOUR)
    assert not OutgoingMessage.objects.exists()


def test_only_chosen_kinds_by_chosen_channels_on_addresses_that_are_there(city, clerk, there):
    choose(clerk, NoticeKind.MEETING)
    tell(clerk, 1, at=city.at)
    tell(clerk, 2, at=city.at, key="meeting")
    choose(city.cadre, channels=(Channel.MAIL, Channel.WECOM))  # neither is configured
    tell(city.cadre, 3, at=city.at)
    city.leader.phone = "0374-2960000"
    city.leader.save()
    tell(city.leader, 4, at=city.at)  # no mobile
    go(city.at)
    assert [body["text"].split("。")[0] for body in there.bodies] == ["第 2 件"]


@pytest.mark.parametrize(
    ("hour", "held"), [(21, False), (22, True), (23, True), (0, True), (6, True), (7, False), (12, False)]
)
def test_quiet_hours_hold_and_lose_nothing(city, clerk, there, hour, held):
    at = city.at.replace(hour=hour)
    tell(clerk, 1, at=at)
    tell(clerk, 2, at=at)
    go(at)
    assert len(there.taken) == (0 if held else 2)
    morning = (city.at + (DAY if hour >= 22 else 0 * DAY)).replace(hour=7, minute=0)
    go(morning - MINUTE)
    assert len(there.taken) == (0 if held else 2)
    go(morning)
    # Held together, told together.
    assert len(there.taken) == (1 if held else 2)
    if held:
        assert there.bodies[0]["text"].startswith("您有 2 条通知。1. 第 1 件 2. 第 2 件")
        assert states() == ["GATHERED", "GATHERED", "SENT"]


def test_ones_own_quiet_hours_and_none(city, clerk, there):
    row = choose(clerk, quiet_from=12, quiet_to=14)
    tell(clerk, 1, at=city.at.replace(hour=12))
    go(city.at.replace(hour=12))
    assert there.taken == []
    row.quiet_from = row.quiet_to = 0
    row.save()
    go(city.at.replace(hour=14))
    tell(clerk, 2, at=city.at.replace(hour=23))
    go(city.at.replace(hour=23))
    assert len(there.taken) == 2


def test_the_daily_digest_gathers_but_what_has_a_term_does_not_wait(city, clerk, there):
    choose(clerk, digest_hour=17)
    for number in range(1, 13):
        tell(clerk, number, at=city.at + number * MINUTE, tone="work")
    tell(clerk, 20, at=city.at)
    go(city.at + 20 * MINUTE)
    assert [body["text"].split("。")[0] for body in there.bodies] == ["第 20 件"]
    go(city.at.replace(hour=16, minute=59))
    assert len(there.taken) == 1
    go(city.at.replace(hour=17))
    assert len(there.taken) == 2
    assert there.bodies[1]["text"].startswith("您有 12 条通知。1. 第 1 件")
    go(city.at.replace(hour=18))
    assert len(there.taken) == 2


def test_what_was_read_inside_is_not_told_outside(city, clerk, there):
    choose(clerk, digest_hour=17)
    for number in (1, 2, 3):
        tell(clerk, number, at=city.at, tone="work")
    go(city.at)
    notices.mark_read(clerk.notices.get(key="case-event:2"), at=city.at)
    go(city.at.replace(hour=17))
    assert "第 2 件" not in there.bodies[0]["text"]
    assert there.bodies[0]["text"].startswith("您有 2 条通知")


def test_at_most_so_many_an_hour_the_rest_comes_together(city, clerk, there):
    settings.change("message_hourly_most", 3, actor=city.director, at=city.at)
    for number in range(8):
        tell(clerk, number, at=city.at)
    go(city.at)
    assert len(there.taken) == 3
    for minutes in (10, 30, 59):
        go(city.at + minutes * MINUTE)
    assert len(there.taken) == 3
    go(city.at + HOUR)
    assert len(there.taken) == 4
    assert "您有 5 条通知" in there.bodies[3]["text"]


@pytest.mark.parametrize("left", ["nothing", "inactive", "unticked", "unassigned"])
def test_who_left_unticked_or_lost_sight_meanwhile_is_not_told(city, there, left):
    late = city.at.replace(hour=23)
    city.cadre.phone = PHONE
    city.cadre.save()
    choose(city.cadre)
    url = reverse("enterprises:detail", args=[city.firm.pk])
    notices.notify([city.cadre], "case-event:1", "那家企业的事", at=late, tone="near", url=url)
    go(late)
    if left == "inactive":
        city.cadre.is_active = False
        city.cadre.save()
    elif left == "unticked":
        NoticePreference.objects.update(routes={})
    elif left == "unassigned":
        city.firm.assignments.update(to_on=city.today)
    go((late + DAY).replace(hour=7))
    assert states() == ["SENT" if left == "nothing" else "DROPPED"]
    assert len(there.taken) == (left == "nothing")


def test_the_firms_quiet_period_holds_what_is_not_its_own_link(city, there):
    city.firm_user.phone = PHONE
    city.firm_user.save()
    choose(city.firm_user)
    QuietPeriod.objects.create(
        enterprise=city.firm, from_on=city.today, to_on=date(2026, 11, 30), set_by=city.firm_user, created_at=city.at
    )
    ShortMessage.objects.create(
        key="rating:1", phone=PHONE, text="请评价：https://zq.example.cn/r/1", created_at=city.at
    )
    tell(city.firm_user, 1, at=city.at, tone="work")
    tell(city.firm_user, 2, at=city.at)
    go(city.at)
    assert [body["text"] for body in there.bodies] == ["请评价：https://zq.example.cn/r/1"]
    go(city.at + 7 * DAY)  # 30 November
    assert len(there.taken) == 1
    go(city.at.replace(month=12, day=1, hour=8))
    assert there.bodies[1]["text"].startswith("您有 2 条通知")


def test_trouble_is_tried_again_under_the_same_number_further_and_further_apart(city, clerk, there):
    there.usual = 500
    tell(clerk, 1, at=city.at)
    at, tries = city.at, []
    for _ in range(12 * 60):
        before = len(there.taken)
        go(at)
        if len(there.taken) > before:
            tries.append(round((at - city.at) / MINUTE))
        at += MINUTE
    assert tries == [0, 1, 6, 21, 81, 321]
    assert len({body["id"] for body in there.bodies}) == 1
    row = OutgoingMessage.objects.get()
    assert (row.state, row.failure) == (MessageState.FAILED, "对方回答 HTTP 500；试了 6 次")
    assert Recipient.objects.get().failures == 0, "the gateway was down, not the phone"


def test_a_gateway_that_asks_for_patience_gets_it(city, clerk, there):
    there.answers.append((429, {"Retry-After": "600"}, ""))
    tell(clerk, 1, at=city.at)
    go(city.at)
    go(city.at + 9 * MINUTE)
    assert len(there.taken) == 1
    go(city.at + 10 * MINUTE)
    assert states() == ["SENT"]


def test_a_channel_that_is_down_rests_for_the_run(city, there):
    there.usual = 500
    for number, user in enumerate([city.land_clerk, city.land_head, city.clerk, city.director, city.leader]):
        user.phone = f"1390000111{number}"
        user.save()
        tell(user, 1, at=city.at)
    go(city.at)
    assert len(there.taken) == 3
    there.usual = {"code": 0}
    go(city.at + MINUTE)
    assert states() == ["SENT"] * 5


def test_a_worker_killed_while_sending_leaves_a_message_that_comes_again_with_its_number(city, clerk, there):
    tell(clerk, 1, at=city.at)
    hand_on(at=city.at)

    class Killed(BaseException):
        pass

    class Dies:
        def send(self, letter):
            raise Killed

    with pytest.raises(Killed):
        send_next(Run(channels={"SMS": Dies()}), at=city.at)
    go(city.at + LEASE - MINUTE)
    assert there.taken == [], "the dead worker's lease still runs"
    go(city.at + LEASE)
    row = OutgoingMessage.objects.get()
    assert (row.state, row.attempts) == (MessageState.SENT, 2)
    assert there.bodies[0]["id"] == f"zhuqi-{row.pk}"


def test_a_message_that_kills_every_worker_is_given_up(city, clerk, there):
    tell(clerk, 1, at=city.at)
    hand_on(at=city.at)
    OutgoingMessage.objects.update(attempts=ATTEMPTS_MOST)
    go(city.at)
    assert (there.taken, states()) == ([], ["DROPPED"])


def test_the_lost_race_sends_nothing(city, clerk, there):
    tell(clerk, 1, at=city.at)
    hand_on(at=city.at)
    from cadres.services import sending

    mine = sending._due(Run(), city.at).get()
    Recipient.objects.update(turn=7)  # another worker took the address since
    assert sending._claim(mine, city.at) is False
    assert there.taken == []
    go(city.at)
    assert len(there.taken) == 1


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_send_each_message_once_and_keep_to_the_hour(city, clerk, there):
    from concurrent.futures import ThreadPoolExecutor

    for number in range(10):
        tell(clerk, number, at=city.at)

    def work(_):
        try:
            go(city.at)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(work, range(3)))
    connection.close()
    assert len(there.taken) == 6
    assert len({body["id"] for body in there.bodies}) == 6
