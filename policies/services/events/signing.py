"""报名与退出（R-63）：企业自己，或由它的干部、活动办、主办单位代办。"""

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from cadres.models import User
from enterprises.models import Enterprise
from policies.models import MatchEvent, Participation
from policies.services.days import local_day
from policies.services.events.rights import demand_sign_up, demand_withdrawal
from policies.services.events.seats import give_back, give_free_seats, hold_row, take_seat
from zhuqi.kernel.errors import Conflict, InvalidInput

WISH_MOST = 200


@transaction.atomic
def sign_up(
    event: MatchEvent, enterprise: Enterprise, *, actor: User | None, at: datetime, wish: str | None = ""
) -> Participation:
    """报名；满了进候补。已经报了的只改“想对接什么”，None 是不改。错误：Conflict（不在报名中、截止了）、InvalidInput、NotPermitted。"""
    demand_sign_up(actor, event, enterprise)
    wish = None if wish is None else wish.strip()
    if wish and len(wish) > WISH_MOST:
        raise InvalidInput(message := f"想对接什么最多 {WISH_MOST} 字，现在 {len(wish)} 字。", {"wish": [message]})
    event = hold_row(event)
    _demand_in_time(event, at)
    part, _ = Participation.objects.get_or_create(event=event, enterprise=enterprise)
    mine = Participation.objects.filter(pk=part.pk)
    if part.is_coming or part.is_waiting:
        mine.update(wish=part.wish if wish is None else wish)
    elif take_seat(event):
        mine.update(signed_up_at=at, waiting_at=None, withdrawn_at=None, wish=wish or "", signed_up_by=actor)
    else:
        mine.update(signed_up_at=None, waiting_at=at, withdrawn_at=None, wish=wish or "", signed_up_by=actor)
    part.refresh_from_db()
    return part


@transaction.atomic
def withdraw(event: MatchEvent, enterprise: Enterprise, *, actor: User | None, at: datetime) -> Participation:
    """退出；名额空出来给候补的第一家。报名截止以后也能退。错误：Conflict、NotPermitted。"""
    demand_withdrawal(actor, event, enterprise)
    event = hold_row(event)
    if event.held_at <= at:
        raise Conflict("活动已经开始，不用退出；没来的由主办单位登记。")
    chosen = Q(signed_up_at__isnull=False) | Q(waiting_at__isnull=False)
    part = Participation.objects.filter(chosen, event=event, enterprise=enterprise, withdrawn_at__isnull=True).first()
    if part is None:
        raise Conflict("这家企业没有报名，或者已经退出。")
    Participation.objects.filter(pk=part.pk).update(withdrawn_at=at, waiting_at=None)
    if part.signed_up_at is not None:
        give_back(event)
        give_free_seats(event, at=at)
    part.refresh_from_db()
    return part


def _demand_in_time(event: MatchEvent, at: datetime) -> None:
    if event.held_at <= at:
        raise Conflict("活动已经开始，不再报名；来了的由主办单位现场登记。")
    if event.sign_up_until_on and local_day(at) > event.sign_up_until_on:
        raise Conflict(f"报名已于 {event.sign_up_until_on:%m-%d} 截止，要参加请联系{event.unit}。")
