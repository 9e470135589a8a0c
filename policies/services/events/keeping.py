"""对接活动的登记与修改（R-63）：查清楚再存，改了时间地点告诉报了名的。"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from cadres.models import Unit, User
from cadres.services import audit
from enterprises.models import Region
from policies.enums import EventState
from policies.models import EventCondition, EventKind, MatchEvent
from policies.rules.matching import Condition
from policies.services import profiles
from policies.services.days import local_day
from policies.services.events import telling
from policies.services.events.rights import demand_organiser, is_city_office
from policies.services.events.seats import give_free_seats
from policies.services.names import contradictory
from zhuqi.kernel.errors import Conflict, InvalidInput, NotPermitted

STALE = "这场活动刚被别人改过，请核对后再存一次；您填的还在下面。"
SEATS_MOST = 5000
TITLE_MOST, PLACE_MOST, TOLD_MOST = 80, 80, 2000
TWICE_WITHIN = timedelta(minutes=2)
YEARS_AHEAD = 366 * 2


@dataclass(frozen=True, slots=True)
class EventDraft:
    """一场活动要填的各项，名字与模型相同。"""

    title: str
    kind: EventKind | None
    held_at: datetime | None
    place: str
    unit: Unit | None = None
    region: Region | None = None
    told: str = ""
    seats: int = 0
    sign_up_until_on: date | None = None
    conditions: Sequence[Condition] = field(default=())

    def columns(self) -> dict[str, Any]:
        """要存的列，文字去掉两头的空白。"""
        said = {one.name: getattr(self, one.name) for one in fields(self) if one.name != "conditions"}
        return {name: value.strip() if isinstance(value, str) else value for name, value in said.items()}


@transaction.atomic
def draft_event(draft: EventDraft, *, actor: User | None, at: datetime) -> MatchEvent:
    """登记一场，先在筹备里。错误：InvalidInput（哪一栏不对）、NotPermitted。"""
    demand_organiser(actor)
    columns = _checked(draft, actor=actor, at=at)
    event = MatchEvent.objects.create(**columns, made_at=at, made_by=actor)
    _set_conditions(event, draft.conditions)
    return event


def drafted_just_now(draft: EventDraft, *, actor: User, at: datetime) -> MatchEvent | None:
    """这个人刚登记过的、样样相同的一场：点了两次，只登记一场。"""
    said = {name: value for name, value in draft.columns().items() if name not in {"unit", "region"}}
    mine = MatchEvent.objects.filter(made_by=actor, made_at__gt=at - TWICE_WITHIN, state=EventState.DRAFT, **said)
    return mine.first()


@transaction.atomic
def edit_event(
    event: MatchEvent, draft: EventDraft, *, actor: User | None, at: datetime, revision: int | None = None
) -> MatchEvent:
    """改一场没办、没取消的；时间地点变了，报了名的当时就知道；名额多了，候补的依次补上。

    错误：同 draft_event；名额少于已报名的是 InvalidInput；页面旧了是 Conflict。
    """
    demand_organiser(actor, event)
    event = MatchEvent.objects.get(pk=event.pk)
    if event.state not in {EventState.DRAFT, EventState.OPEN}:
        raise Conflict(f"这场活动{event.get_state_display()}，不能再改。")
    columns = _checked(draft, actor=actor, at=at, now=event)
    seen = event.revision if revision is None else revision
    same = MatchEvent.objects.filter(pk=event.pk, revision=seen, state=event.state, seats_taken=event.seats_taken)
    if not same.update(**columns, revision=seen + 1):
        raise Conflict(STALE)
    was = event.held_at, event.place
    event.refresh_from_db()
    _set_conditions(event, draft.conditions)
    if event.state == EventState.OPEN:
        if was != (event.held_at, event.place):
            telling.tell_moved(event, was, at=at)
            audit.record(actor, "对接活动改时间地点", target=event.title, at=at)
        give_free_seats(event, at=at)
    return event


def conditions_of(event: MatchEvent) -> tuple[Condition, ...]:
    """存着的条件，作为值。"""
    return tuple(profiles.condition(row.field, row.operator, row.values) for row in event.conditions.all())


def opening_blocker(event: MatchEvent, *, at: datetime) -> str:
    """为什么还不能开始报名；能就是空串。"""
    if event.held_at <= at:
        return "活动时间已经过了，请先改时间。"
    if event.sign_up_until_on and event.sign_up_until_on < local_day(at):
        return "报名截止已经过了，请先改截止日期。"
    return contradictory(conditions_of(event), county=event.region.name if event.region else "")


def _set_conditions(event: MatchEvent, conditions: Iterable[Condition]) -> None:
    wanted = list(dict.fromkeys(conditions))
    if list(conditions_of(event)) == wanted:
        return
    event.conditions.all().delete()
    EventCondition.objects.bulk_create(
        EventCondition(event=event, field=one.field, operator=one.operator, values=list(one.values)) for one in wanted
    )


def _checked(draft: EventDraft, *, actor: User | None, at: datetime, now: MatchEvent | None = None) -> dict[str, Any]:
    columns = draft.columns()
    if actor is not None and not is_city_office(actor):
        columns["unit"] = actor.unit
        _keep_to_own_county(columns, actor)
    _refuse(_wrong(columns, at=at, now=now) + _wrong_conditions(draft.conditions, columns["region"]))
    return columns


def _keep_to_own_county(columns: dict[str, Any], actor: User) -> None:
    """县里的活动只邀本县的：没选就是本县，选了外县不行。"""
    if actor.region_ids is None:
        return
    region = columns["region"] = columns["region"] or (actor.unit.region if actor.unit else None)
    if region is None or region.pk not in actor.region_ids:
        raise NotPermitted("县里的单位只能办本县（市、区）的活动。")


def _wrong(columns: dict[str, Any], *, at: datetime, now: MatchEvent | None) -> list[tuple[str, str]]:
    held_at, until = columns["held_at"], columns["sign_up_until_on"]
    today = local_day(at)
    taken = now.seats_taken if now else 0
    is_moved = now is None or now.held_at != held_at
    is_put_off = now is None or now.sign_up_until_on != until
    checks = (
        ("kind", columns["kind"] is None, "请选种类。"),
        ("title", not columns["title"], "请写活动名称。"),
        ("title", len(columns["title"]) > TITLE_MOST, f"名称最多 {TITLE_MOST} 字。"),
        ("place", not columns["place"], "请写地点。"),
        ("place", len(columns["place"]) > PLACE_MOST, f"地点最多 {PLACE_MOST} 字。"),
        ("told", len(columns["told"]) > TOLD_MOST, f"内容最多 {TOLD_MOST} 字。"),
        ("unit", columns["unit"] is None, "请选主办单位。"),
        ("held_on", held_at is None, "请写什么时候办。"),
        ("held_on", bool(held_at and is_moved and held_at <= at), "活动时间要在现在以后。"),
        ("held_on", bool(held_at and (held_at - at).days > YEARS_AHEAD), "活动时间超过两年以后了，请核对年份。"),
        ("seats", not 0 <= columns["seats"] <= SEATS_MOST, f"名额在 0 到 {SEATS_MOST} 之间，0 为不限。"),
        ("seats", 0 < columns["seats"] < taken, f"已经有 {taken} 家报名，名额不能少于 {taken}。"),
        ("sign_up_until_on", bool(until and held_at and until > local_day(held_at)), "报名截止不能晚于活动当天。"),
        ("sign_up_until_on", bool(until and is_put_off and until < today), "报名截止不能早于今天。"),
    )  # fmt: skip
    return [(name, words) for name, is_wrong, words in checks if is_wrong]


def _wrong_conditions(conditions: Sequence[Condition], region: Region | None) -> list[tuple[str, str]]:
    said = contradictory(conditions, county=region.name if region else "")
    return [("conditions", f"{said}这样一家也邀不到，请改一条。")] if said else []


def _refuse(wrong: list[tuple[str, str]]) -> None:
    errors: dict[str, list[str]] = {}
    for name, words in wrong:
        errors.setdefault(name, []).append(words)
    if errors:
        raise InvalidInput("有几处要改：" + "".join(words for said in errors.values() for words in said), errors)
