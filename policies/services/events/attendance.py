"""到场（R-63）：照名单勾，没报名来了的现场登记；登记过结果的不能再改成没来。"""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from cadres.models import User
from enterprises.models import Enterprise
from policies.enums import EventState
from policies.models import EventResult, MatchEvent, Participation
from policies.services.days import local_day
from policies.services.events.rights import demand_organiser, firms_within
from zhuqi.kernel.errors import Conflict, InvalidInput

RUNNING = {EventState.OPEN, EventState.HELD}


@transaction.atomic
def mark_attendance(
    event: MatchEvent, *, among: Collection[int], came: Collection[int], actor: User | None, at: datetime
) -> int:
    """名单上的（参加的主键）谁来了、谁没来；名单以外的不动。给来了几家。错误：Conflict、InvalidInput、NotPermitted。"""
    demand_organiser(actor, event)
    _demand_day(event, at)
    rows = Participation.objects.filter(event=event, pk__in=set(among))
    absent = rows.exclude(pk__in=set(came))
    absent.update(attended=False)  # first, so that a result being recorded just now is waited for and then seen
    results = EventResult.objects.filter(event=event, voided_at__isnull=True)
    settled = list(
        absent.filter(enterprise__in=results.values("enterprise")).values_list("enterprise__name", flat=True)[:3]
    )
    if settled:
        raise InvalidInput(f"{'、'.join(settled)}已经登记了结果，不能改成没来；登记错的请先作废结果。")
    return rows.filter(pk__in=set(came)).update(attended=True)


@transaction.atomic
def walk_in(event: MatchEvent, enterprise: Enterprise, *, actor: User | None, at: datetime) -> Participation:
    """没报名来了的，现场登记为到场；不占名额。"""
    demand_organiser(actor, event)
    _demand_day(event, at)
    if not firms_within(event, actor).filter(pk=enterprise.pk).exists():
        raise InvalidInput(words := "这家企业不在活动范围内，或已不在册。", {"firm": [words]})
    part, _ = Participation.objects.get_or_create(event=event, enterprise=enterprise)
    Participation.objects.filter(pk=part.pk).update(attended=True)
    part.refresh_from_db()
    return part


def _demand_day(event: MatchEvent, at: datetime) -> None:
    now = MatchEvent.objects.get(pk=event.pk)
    if now.state not in RUNNING:
        raise Conflict(f"这场活动现在是“{now.get_state_display()}”，没有到场可记。")
    if local_day(at) < local_day(now.held_at):
        raise Conflict("还没到活动那天，到了再签到。")
