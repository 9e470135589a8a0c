"""一场活动的每一步（R-63）：开始报名、取消、办过；每一步认得出是谁先动的手。"""

from datetime import datetime

from django.db import transaction
from django.db.models import F

from cadres.models import User
from cadres.services import audit
from cadres.services.calendar import calendar_at
from policies.enums import EventState, FollowUp
from policies.models import EventFollowUp, MatchEvent
from policies.services.events import telling
from policies.services.events.follow_ups import due_of
from policies.services.events.keeping import opening_blocker
from policies.services.events.rights import demand_organiser
from zhuqi.kernel.errors import Conflict, InvalidInput

WHY_MOST = 200


@transaction.atomic
def open_event(event: MatchEvent, *, actor: User | None, at: datetime) -> MatchEvent:
    """开始报名：企业从此看得到。错误：InvalidInput（时间过了、条件矛盾）、Conflict。"""
    demand_organiser(actor, event)
    problem = opening_blocker(event, at=at)
    if problem:
        raise InvalidInput(problem)
    return _step(event, {EventState.DRAFT}, "对接活动开始报名", actor=actor, at=at, state=EventState.OPEN)


@transaction.atomic
def cancel_event(event: MatchEvent, *, actor: User | None, at: datetime, why: str) -> MatchEvent:
    """取消：报名的都留着，连同原因告诉他们。错误：InvalidInput（没写原因）、Conflict（办过、取消过）。"""
    demand_organiser(actor, event)
    why = why.strip()
    if not why or len(why) > WHY_MOST:
        words = f"取消原因最多 {WHY_MOST} 字。" if why else "请写取消的原因，报了名的企业会看到。"
        raise InvalidInput(words, {"why": [words]})
    sources = {EventState.DRAFT, EventState.OPEN}
    done = _step(event, sources, "取消对接活动", actor=actor, at=at, state=EventState.CANCELLED, cancelled_why=why)
    telling.tell_cancelled(done, at=at)
    return done


@transaction.atomic
def hold_event(event: MatchEvent, *, actor: User | None, at: datetime) -> MatchEvent:
    """办过了：30 天、90 天的回访从活动那天数起，遇到休息日顺延到下一个工作日（R-42）。"""
    demand_organiser(actor, event)
    if event.held_at > at:
        raise InvalidInput("还没到活动时间，办过以后再登记。")
    done = _step(event, {EventState.OPEN}, "对接活动办过", actor=actor, at=at, state=EventState.HELD)
    calendar = calendar_at()
    EventFollowUp.objects.bulk_create(
        EventFollowUp(event=done, after=days, due_on=due_of(done, days, calendar)) for days in FollowUp.values
    )
    return done


def _step(
    event: MatchEvent, sources: set[EventState], act: str, *, actor: User | None, at: datetime, **changes: str
) -> MatchEvent:
    found = MatchEvent.objects.filter(pk=event.pk, state__in=sources)
    if not found.update(**changes, revision=F("revision") + 1):
        now = MatchEvent.objects.get(pk=event.pk)
        raise Conflict(
            f"这场活动现在是“{now.get_state_display()}”，不能再{act.replace('对接活动', '')}，请刷新后再看。"
        )
    event = MatchEvent.objects.select_related("kind", "unit", "region").get(pk=event.pk)
    audit.record(actor, act, target=event.title, reason=event.cancelled_why, at=at)
    return event
