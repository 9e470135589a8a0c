"""告诉企业：改时间地点、取消、候补补上当时就说；邀请不在这里说，由每天一次的汇总去说（R-63）。"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from cadres.enums import Role
from cadres.models import User
from cadres.services import notices
from policies.models import MatchEvent, Participation


def tell_moved(event: MatchEvent, was: tuple[datetime, str], *, at: datetime) -> int:
    """时间地点变了：报名的和候补的都告诉。"""
    said = f"原定 {_when(was[0])}，{was[1]}；现在 {_when(event.held_at)}，{event.place}。不方便了可以退出。"
    return _tell(
        _coming(event), f"event-moved:{event.pk}:{event.revision}", f"对接活动改期或换地点：{event}", said, event, at
    )


def tell_cancelled(event: MatchEvent, *, at: datetime) -> int:
    """取消了：报名的和候补的都告诉，连同原因。"""
    said = f"原定 {_when(event.held_at)}，{event.place}。取消原因：{event.cancelled_why}"
    return _tell(_coming(event), f"event-cancelled:{event.pk}", f"对接活动取消：{event}", said, event, at)


def tell_seated(part: Participation, *, at: datetime) -> int:
    """候补补上了。"""
    event = part.event
    said = f"有企业退出，您的候补已转为报名：{_when(event.held_at)}，{event.place}。来不了请尽早退出。"
    return _tell([part.enterprise_id], f"event-seat:{part.pk}:{at:%Y%m%d%H%M}", f"候补补上了：{event}", said, event, at)


def address_of(event: MatchEvent) -> str:
    """活动页的地址。"""
    try:
        return reverse("policies:event", args=[event.pk])
    except NoReverseMatch:
        return ""


def _coming(event: MatchEvent) -> Iterable[int]:
    rows = Participation.objects.filter(event=event, withdrawn_at__isnull=True)
    return rows.filter(Q(signed_up_at__isnull=False) | Q(waiting_at__isnull=False)).values_list("enterprise", flat=True)


def _tell(firms: Iterable[int], key: str, title: str, body: str, event: MatchEvent, at: datetime) -> int:  # noqa: PLR0913 - the parts of one notice
    people: Any = User.objects.filter(enterprise__in=list(firms), role=Role.ENTERPRISE, is_active=True)
    return notices.notify(people, key, title, at=at, body=body, url=address_of(event), tone="near")


def _when(at: datetime) -> str:
    local = timezone.localtime(at)
    return f"{local.month} 月 {local.day} 日 {local:%H:%M}"
