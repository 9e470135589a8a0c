"""按条件邀请（R-63）：先看邀到谁、几家，再发；资料不全的另列，宁静期里的不打扰（R-14）。"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from cadres.models import QuietPeriod, User
from cadres.services import audit
from enterprises.models import Enterprise
from policies.enums import Verdict
from policies.models import MatchEvent, Participation
from policies.rules.matching import Register
from policies.services.days import local_day
from policies.services.events.keeping import conditions_of
from policies.services.events.rights import demand_organiser, firms_within
from policies.services.events.seats import hold_row
from zhuqi.kernel.errors import Conflict, InvalidInput

CHUNK = 500


@dataclass(frozen=True, slots=True)
class Invitees:
    """邀到谁：企业主键，各是一份名单，互不重复。"""

    fits: tuple[int, ...]  # 符合、还没邀请过的
    unknown: tuple[int, ...]  # 缺资料，不知道符不符合
    quiet: tuple[int, ...]  # 符合，正在宁静期
    invited: tuple[int, ...]  # 已经邀请或报名的

    def chosen(self, *, with_unknown: bool) -> tuple[int, ...]:
        """这一次发给谁。"""
        return (*self.fits, *self.unknown) if with_unknown else self.fits


def invitees(event: MatchEvent, register: Register, *, at: datetime) -> Invitees:
    """按存着的条件，对名册上的企业算一遍；不改任何东西。"""
    matched = register.match(conditions_of(event))
    fits, unknown = matched.keys(Verdict.FITS), matched.keys(Verdict.UNKNOWN)
    known = set(Participation.objects.filter(event=event).values_list("enterprise", flat=True))
    today = local_day(at)
    quiet = set(QuietPeriod.objects.filter(from_on__lte=today, to_on__gte=today).values_list("enterprise", flat=True))
    return Invitees(
        fits=_without(fits, known | quiet),
        unknown=_without(unknown, known | quiet),
        quiet=tuple(key for key in fits if key in quiet and key not in known),
        invited=tuple(key for key in fits if key in known),
    )


@transaction.atomic
def invite(  # noqa: PLR0913 - what the preview showed and who sends it
    event: MatchEvent,
    register: Register,
    *,
    actor: User | None,
    at: datetime,
    expected: int | None = None,
    with_unknown: bool = False,
) -> int:
    """发邀请：每家一行，记下时间；由每天一次的汇总告诉企业，不另外打扰。给这次邀了几家。

    错误：Conflict（不在报名中；`expected` 家变成了别的数：请再看一遍名单）、InvalidInput（一家也没有）、NotPermitted。
    """
    demand_organiser(actor, event)
    event = hold_row(event)
    if event.held_at <= at:
        raise Conflict("活动时间已经过了，不再邀请。")
    keys = invitees(event, register, at=at).chosen(with_unknown=with_unknown)
    if not keys:
        raise InvalidInput("没有还要邀请的企业：都邀请过了，或没有符合条件的。")
    if expected is not None and expected != len(keys):
        raise Conflict(f"名单刚有变化：刚才看到 {expected} 家，现在是 {len(keys)} 家，请核对后再发。")
    within = set(firms_within(event, actor).values_list("pk", flat=True)).intersection(keys)
    Participation.objects.bulk_create(
        [Participation(event=event, enterprise_id=key, invited_at=at) for key in keys if key in within],
        ignore_conflicts=True,
        batch_size=CHUNK,
    )
    audit.record(actor, "发出对接邀请", target=event.title, reason=f"{len(within)} 家", at=at)
    return len(within)


@transaction.atomic
def invite_one(event: MatchEvent, enterprise: Enterprise, *, actor: User | None, at: datetime) -> Participation:
    """不管条件，另外邀请一家。错误：Conflict、InvalidInput（范围以外）、NotPermitted。"""
    demand_organiser(actor, event)
    event = hold_row(event)
    if not firms_within(event, actor).filter(pk=enterprise.pk).exists():
        raise InvalidInput(words := "这家企业不在活动范围内，或已不在册。", {"firm": [words]})
    part, _ = Participation.objects.get_or_create(event=event, enterprise=enterprise)
    Participation.objects.filter(pk=part.pk, invited_at__isnull=True).update(invited_at=at)
    part.refresh_from_db()
    return part


def _without(keys: Iterable[int], left_out: set[int]) -> tuple[int, ...]:
    return tuple(key for key in keys if key not in left_out)
