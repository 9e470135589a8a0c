"""给企业的政策摘要（R-14、R-60、R-63）：一天至多一份，一件事只说一次；宁静期里攒着，过了再说。

跑两遍、两处同时跑、跑到一半断了再跑，说的都一样：几家一个事务，`Digest`、`DigestLine` 的唯一键认得出说过的。
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from cadres.enums import Role
from cadres.models import QuietPeriod, User
from cadres.services.notices import notify
from enterprises.models import Enterprise
from policies.enums import DigestKind, EventState, Verdict
from policies.models import Digest, DigestLine, DigestSwitch, Participation, Policy
from policies.services.entitlements import tell
from policies.services.profiles import asked_of, register
from zhuqi.kernel.errors import NotPermitted

NEW_DAYS, ENDING_DAYS = 60, 15
TOGETHER = 100  # firms in one transaction
NAMED = 3  # so many are named in the notice; the page has them all
SAID = {DigestKind.NEW: "{} 项新政策可以享受", DigestKind.ENDING: "{} 项申报快截止", DigestKind.EVENT: "{} 场活动邀请"}


@dataclass(frozen=True, slots=True)
class Item:
    """一件要说的。"""

    kind: DigestKind
    key: str
    title: str
    policy: Policy | None = None
    event_id: int | None = None


@dataclass(slots=True)
class Sent:
    """一次的结果：发了几家，因宁静期攒着几家。"""

    sent: int = 0
    held: int = 0


def send_digests(*, at: datetime) -> Sent:
    """有话说、没关掉、不在宁静期、今天还没发过的企业，各发一份。没有账号的企业没人可告诉，不算说过。"""
    today, outcome = timezone.localtime(at).date(), Sent()
    waiting = _waiting(today, at=at)
    people = _people(waiting)
    off = set(DigestSwitch.objects.filter(is_off=True).values_list("enterprise", flat=True))
    quiet = set(_quiet(today, today).values_list("enterprise", flat=True))
    done = set(Digest.objects.filter(made_on=today).values_list("enterprise", flat=True))
    due = [(firm, waiting[firm]) for firm in sorted(waiting) if firm in people and firm not in off | done]
    outcome.held = sum(firm in quiet for firm, _ in due)
    ready = [each for each in due if each[0] not in quiet]
    for start in range(0, len(ready), TOGETHER):
        outcome.sent += _send(ready[start : start + TOGETHER], people, at=at)
    return outcome


def _waiting(today: date, *, at: datetime) -> dict[int, list[Item]]:
    """每家还没听说的：可以享受的新政策、快截止的、活动邀请；说过的去掉。"""
    found: dict[int, list[Item]] = defaultdict(list)
    for firm, item in [*_of_policies(today), *_of_events(today, at=at)]:
        found[firm].append(item)
    active = set(Enterprise.objects.active().filter(pk__in=list(found)).values_list("pk", flat=True))
    keys = {item.key for items in found.values() for item in items}
    said = set(DigestLine.objects.filter(key__in=keys).values_list("enterprise", "key"))
    left = {firm: [item for item in items if (firm, item.key) not in said] for firm, items in found.items()}
    return {firm: items for firm, items in left.items() if items and firm in active}


def _of_policies(today: date) -> Iterable[tuple[int, Item]]:
    """新的从成文算 60 天；宁静期里出的，从宁静期开始往前算，出来以后一样说得到。"""
    since = {firm: day - timedelta(days=NEW_DAYS) for firm, day in _held_since(today).items()}
    usual = today - timedelta(days=NEW_DAYS)
    earliest = min([usual, *since.values()])
    ending = today + timedelta(days=ENDING_DAYS)
    wanted = Policy.objects.matchable(today).filter(
        Q(published_on__gte=earliest) | Q(guide_until_on__range=(today, ending))
    )
    policies = list(wanted.select_related("region").defer("body").order_by("pk"))
    asked, firms = asked_of(policies), register(today) if policies else None
    for policy in policies:
        fits = firms.match(asked[policy.pk]).keys(Verdict.FITS) if firms is not None else ()
        until, on = policy.guide_until_on, policy.published_on
        ends_soon = until is not None and today <= until <= ending
        for firm in fits:
            if ends_soon:
                yield firm, Item(DigestKind.ENDING, f"ENDING:{policy.pk}:{until}", policy.title, policy)
            elif on is not None and on >= since.get(firm, usual) and not (until and until < today):
                yield firm, Item(DigestKind.NEW, f"NEW:{policy.pk}", policy.title, policy)


def _of_events(today: date, *, at: datetime) -> Iterable[tuple[int, Item]]:
    """邀请了、还报得上名、没有报过也没有退的。"""
    rows = Participation.objects.filter(
        Q(event__sign_up_until_on__isnull=True) | Q(event__sign_up_until_on__gte=today),
        invited_at__isnull=False, signed_up_at__isnull=True, withdrawn_at__isnull=True,
        event__state=EventState.OPEN, event__held_at__gt=at,
    )  # fmt: skip
    for firm, event, title in rows.order_by("event").values_list("enterprise", "event", "event__title"):
        yield firm, Item(DigestKind.EVENT, f"EVENT:{event}", title, event_id=event)


def _quiet(first: date, last: date) -> Any:
    return QuietPeriod.objects.filter(from_on__lte=last, to_on__gte=first)


def _held_since(today: date) -> dict[int, date]:
    """近 60 天里碰到过宁静期的企业，最早从哪天起攒着。"""
    rows = _quiet(today - timedelta(days=NEW_DAYS), today).order_by("-from_on")
    return dict(rows.values_list("enterprise", "from_on"))  # the earliest comes last and stays


def _people(firms: Iterable[int]) -> dict[int, list[User]]:
    found: dict[int, list[User]] = defaultdict(list)
    for user in User.objects.filter(role=Role.ENTERPRISE, is_active=True, enterprise__in=list(firms)).order_by("pk"):
        found[user.enterprise_id or 0].append(user)
    return found


def _send(batch: list[tuple[int, list[Item]]], people: dict[int, list[User]], *, at: datetime) -> int:
    """几家一个事务；有一家别人刚发过，整批退回、一家一家来，发过的那家跳过。"""
    try:
        with transaction.atomic():
            _write(batch, people, at=at)
    except IntegrityError:
        return sum(_send([one], people, at=at) for one in batch) if len(batch) > 1 else 0
    return len(batch)


def _write(batch: list[tuple[int, list[Item]]], people: dict[int, list[User]], *, at: datetime) -> None:
    """摘要、告知、通知，同成同败。"""
    today = timezone.localtime(at).date()
    made = Digest.objects.bulk_create(Digest(enterprise_id=firm, made_on=today, made_at=at) for firm, _ in batch)
    lines, told = [], defaultdict(list)
    for digest, (firm, items) in zip(made, batch, strict=True):
        for item in items:
            lines.append(_line(digest, item))
            if item.policy is not None:
                told[item.policy].append(firm)
    DigestLine.objects.bulk_create(lines, ignore_conflicts=True)
    for policy, firms in told.items():
        tell(policy, firms, at=at)
    for digest, (firm, items) in zip(made, batch, strict=True):
        notify(
            people[firm], f"digest:{digest.pk}", headline(items), at=at, body=_named(items),
            url=reverse("policies:digest", args=[digest.pk]),
        )  # fmt: skip


def _line(digest: Digest, item: Item) -> DigestLine:
    return DigestLine(
        digest=digest, enterprise_id=digest.enterprise_id, kind=item.kind, key=item.key, policy=item.policy,
        event_id=item.event_id,
    )  # fmt: skip


def headline(items: Iterable[Item]) -> str:
    """2 项新政策可以享受，1 场活动邀请。"""
    kinds = [item.kind for item in items]
    return "，".join(said.format(kinds.count(kind)) for kind, said in SAID.items() if kind in kinds)


def _named(items: list[Item]) -> str:
    more = f"等 {len(items)} 件" if len(items) > NAMED else ""
    return "；".join(item.title for item in items[:NAMED]) + more + "。不想收可以在“我的”里关掉。"


def is_on(firm: Enterprise) -> bool:
    """没关就是开着。"""
    return not DigestSwitch.objects.filter(enterprise=firm, is_off=True).exists()


@transaction.atomic
def switch(firm: Enterprise, *, on: bool, actor: User, at: datetime) -> None:
    """企业自己开关；关着的时候不攒，重新打开后说还没过时的。错误：NotPermitted。"""
    if actor.role != Role.ENTERPRISE or actor.enterprise_id != firm.pk:
        raise NotPermitted("政策通知由企业自己开关。")
    DigestSwitch.objects.update_or_create(
        enterprise=firm, defaults={"is_off": not on, "changed_at": at, "changed_by": actor}
    )
