"""The demo city's matchmaking events (R-63): a year of them with results and follow-ups, some ahead, one cancelled.

Through the services at past times. Its own dice: what else the city draws stays as it was.
"""

from datetime import datetime, timedelta
from decimal import Decimal
from random import Random

from cadres.models import User
from enterprises.models import Enterprise
from policies.enums import ResultKind
from policies.models import EventKind, EventResult, MatchEvent
from policies.services.events import (
    EventDraft,
    Outcome,
    cancel_event,
    draft_event,
    hold_event,
    invite_one,
    mark_attendance,
    open_event,
    record_follow_up,
    record_result,
    sign_up,
)
from reports.demo.city.city import City
from reports.demo.city.scale import FULL

DAY, WAN = timedelta(days=1), Decimal(10_000)
HOSTS = {
    "银企对接": "BANK-LC", "用工对接": "DEPT-HRSS", "产学研对接": "DEPT-SCI", "两化融合对接": "DEPT-MIIT",
    "产销对接": "DEPT-COM", "政策对接": "DEPT-NRP",
}  # fmt: skip
TITLES = {
    "银企对接": "中小企业银企对接会", "用工对接": "重点企业用工对接会", "产学研对接": "高校成果进企业对接会",
    "两化融合对接": "智能化改造现场对接会", "产销对接": "本地配套产销对接会", "政策对接": "惠企用地政策面对面",
}  # fmt: skip
TOLD = "请带上近期的报表和要解决的事，现场一对一谈，谈成的当场登记。"
WISHES = ("流动资金 300 万元", "招 20 名操作工", "找本地配套厂", "想上一条自动化线", "了解技改补助", "")
PLACES = ("市民之家二楼报告厅", "会展中心一号厅", "产业园服务中心", "市政务服务大厅五楼")
ACCOUNT = "电话问了到场企业：签约的都在履行，{}家还在谈，主要等审批和样品确认。"
FULL_COUNT, SMALL_COUNT, FIRMS_MOST = 48, 14, 9
AHEAD = ((6, "银企对接"), (9, "用工对接"), (15, "产销对接"))
STEPS = (("INTENT", 1.0, 1.0), ("SIGNED", 0.8, 0.7), ("DELIVERED", 0.5, 0.6), ("DELIVERED", 0.2, 0.7))
SPAN = 380  # days back to the first one
UNTOLD_WITHIN = 4  # days: held just now, and still to be entered as held


def hold_events(city: City) -> None:
    """A year of events, then those ahead and one called off."""
    dice, kinds = Random(63), {kind.name: kind for kind in EventKind.objects.all()}
    if not kinds:
        return
    count = FULL_COUNT if city.scale == FULL else SMALL_COUNT
    names = list(HOSTS)
    for order in range(count):
        back = SPAN - order * (SPAN - 8) // count
        _past(city, dice, kinds[names[order % len(names)]], back, order)
    _past(city, dice, kinds["政策对接"], UNTOLD_WITHIN - 1, count)
    for days, name in AHEAD:
        _ahead(city, dice, kinds[name], days)
    _called_off(city, dice, kinds["产学研对接"])


def _host(city: City, kind: EventKind) -> User:
    return city.crowd.clerks[city.units[HOSTS[kind.name]].pk][0]


def _made(city: City, kind: EventKind, held_at: datetime, at: datetime, **more) -> MatchEvent:
    host = _host(city, kind)
    title = f"{held_at.month} 月{TITLES[kind.name]}"
    place = PLACES[held_at.day % len(PLACES)]
    draft = EventDraft(title, kind, held_at, place, unit=host.unit, told=TOLD, **more)
    return open_event(draft_event(draft, actor=host, at=at), actor=host, at=at)


def _firms(city: City, dice: Random) -> list[Enterprise]:
    # The first firms have accounts: the story of an event is then seen from its firms' side too.
    return dice.sample(city.firms[: city.scale.case_firms], dice.randint(5, FIRMS_MOST))


def _past(city: City, dice: Random, kind: EventKind, back: int, order: int) -> None:
    day = city.hours.calendar.previous_workday(city.today - back * DAY)
    held_at, at = city.hours.at(day, 14, 30), city.hours.at(day - 12 * DAY, 10)
    host, event = _host(city, kind), _made(city, kind, held_at, at)
    parts = [sign_up(event, firm, actor=None, at=at + DAY, wish=dice.choice(WISHES)) for firm in _firms(city, dice)]
    came = [part for part in parts if dice.random() < 0.85] or parts[:1]
    keys = [part.pk for part in parts]
    mark_attendance(event, among=keys, came=[part.pk for part in came], actor=host, at=held_at + timedelta(hours=2))
    if back < UNTOLD_WITHIN:
        return
    event = hold_event(event, actor=host, at=held_at + timedelta(hours=3))
    for part in came:
        if dice.random() < 0.6:
            _outcome(city, dice, event, part.enterprise, host)
    _followed_up(city, event, host, order)


def _outcome(city: City, dice: Random, event: MatchEvent, firm: Enterprise, host: User) -> None:
    """An intent; most are signed some weeks later, half of these delivered, money often in two payments."""
    kind, day = ResultKind(event.kind.measure), event.held_at
    is_money = kind in {ResultKind.SALES, ResultKind.CREDIT}
    figure = _figure(dice, kind)
    before: EventResult | None = None
    for stage, share, goes_on in STEPS if is_money else STEPS[:-1]:
        if day > city.until or dice.random() > goes_on:
            return
        count = max(1, round(figure * share))
        said = {"amount": count * WAN} if is_money else {"heads": count}
        again = before is not None and before.stage == stage
        outcome = Outcome(
            firm, stage, day.date(), partner="示例合作方" if is_money else "", note="第二笔" if again else "",
            follows=before.follows if before and again else before, **said,
        )  # fmt: skip
        before = record_result(event, outcome, actor=host, at=day + timedelta(hours=3))
        day += dice.randint(12, 45) * DAY


def _figure(dice: Random, kind: ResultKind) -> int:
    if kind in {ResultKind.SALES, ResultKind.CREDIT}:
        return dice.randint(8, 90) * 10
    return dice.randint(1, 4) if kind == ResultKind.AGREEMENT else dice.randint(5, 40)


def _followed_up(city: City, event: MatchEvent, host: User, order: int) -> None:
    """Most are done in time; every sixth host is late, the newest are not due yet."""
    for row in event.follow_ups.all():
        at = city.hours.at(city.hours.calendar.previous_workday(row.due_on), 16)
        if at < city.until and order % 6 != 5:
            record_follow_up(row, actor=host, at=at, account=ACCOUNT.format("两" if order % 2 else "一"))


def _ahead(city: City, dice: Random, kind: EventKind, days: int) -> None:
    day = city.hours.calendar.next_workday(city.today + days * DAY)
    at = city.until - 3 * DAY
    event = _made(city, kind, city.hours.at(day, 9, 30), at, seats=6, sign_up_until_on=day - DAY)
    host, firms = _host(city, kind), [city.firms[0], *_firms(city, dice)]
    for firm in firms:
        invite_one(event, firm, actor=host, at=at)
    for firm in firms[2:]:
        sign_up(event, firm, actor=None, at=at + DAY, wish=dice.choice(WISHES))


def _called_off(city: City, dice: Random, kind: EventKind) -> None:
    day = city.hours.calendar.next_workday(city.today + 4 * DAY)
    event, host = _made(city, kind, city.hours.at(day, 9), city.until - 5 * DAY), _host(city, kind)
    for firm in _firms(city, dice):
        sign_up(event, firm, actor=None, at=city.until - 4 * DAY)
    cancel_event(event, actor=host, at=city.until - DAY, why="院校专家行程有变，改到下个月再办")
