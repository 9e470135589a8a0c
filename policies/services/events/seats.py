"""名额（R-63）：最后一个只给一家；有人退出，候补的照先后补上。

谁要动名额，先占住活动这一行（一句条件更新）：同一场的报名、退出一件一件来，两种数据库上都是。
"""

from datetime import datetime

from django.db.models import F, Q

from policies.enums import EventState
from policies.models import MatchEvent, Participation
from policies.services.events import telling
from zhuqi.kernel.errors import Conflict

GONE = {
    EventState.DRAFT: "这场活动还没有开始报名。",
    EventState.HELD: "这场活动已经办过了。",
    EventState.CANCELLED: "这场活动已经取消。",
}


def hold_row(event: MatchEvent) -> MatchEvent:
    """占住这一行到事务结束，给现在的样子；不在报名中就是 Conflict。"""
    held = MatchEvent.objects.filter(pk=event.pk, state=EventState.OPEN).update(seats_taken=F("seats_taken"))
    now = MatchEvent.objects.get(pk=event.pk)
    if not held:
        raise Conflict(GONE.get(EventState(now.state), "这场活动刚有变动，请刷新后再看。"))
    return now


def take_seat(event: MatchEvent) -> bool:
    """占一个名额；满了就是 False。"""
    free = Q(seats=0) | Q(seats_taken__lt=F("seats"))
    taken = MatchEvent.objects.filter(free, pk=event.pk, state=EventState.OPEN).update(seats_taken=F("seats_taken") + 1)
    return bool(taken)


def give_back(event: MatchEvent) -> None:
    """退出的名额。"""
    MatchEvent.objects.filter(pk=event.pk, seats_taken__gt=0).update(seats_taken=F("seats_taken") - 1)


def give_free_seats(event: MatchEvent, *, at: datetime) -> list[Participation]:
    """候补的照先后补上，补到没有名额为止，当时告诉。"""
    seated = []
    waiting = Participation.objects.filter(event=event, waiting_at__isnull=False, withdrawn_at__isnull=True)
    for part in waiting.select_related("event").order_by("waiting_at", "pk"):
        if not take_seat(event):
            break
        Participation.objects.filter(pk=part.pk).update(signed_up_at=at, waiting_at=None)
        telling.tell_seated(part, at=at)
        seated.append(part)
    return seated
