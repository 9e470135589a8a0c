"""通道状态：每个通道通不通、积了多少、没发成的为什么；给自己发一条试试，没发成的再发一遍。这里看不到写了什么（R-71）。"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.utils.crypto import get_random_string

from cadres.enums import Channel, MessageState, Role
from cadres.models import OutgoingMessage, Recipient, User
from cadres.services import audit, recipients
from cadres.services.preferences import addresses
from zhuqi.kernel.errors import Conflict, DomainError, NotPermitted
from zhuqi.kernel.masking import masked_address

WEEK, DAY = timedelta(days=7), timedelta(days=1)
TABS = {"waiting": MessageState.WAITING, "failed": MessageState.FAILED, "sent": MessageState.SENT}
NO_ADDRESS = {
    Channel.MAIL: "您还没有确认过的邮箱，请先在“我的 · 通知方式”里填上并确认。",
    Channel.SMS: "您的账号没有手机号，请另一位系统管理员补上。",
}


@dataclass(frozen=True, slots=True)
class State:
    """One channel as it stands."""

    name: str
    label: str
    is_configured: bool
    waiting: int
    sent: int
    failed: int
    off: int
    reason: str


def states(*, at: datetime) -> list[State]:
    """Every channel: configured or not, waiting, sent within a day, failed within a week, addresses switched off."""
    rows = (
        OutgoingMessage.objects.order_by()
        .values_list("recipient__channel")
        .annotate(
            waiting=Count("pk", filter=Q(state=MessageState.WAITING)),
            sent=Count("pk", filter=Q(state=MessageState.SENT, sent_at__gt=at - DAY)),
            failed=Count("pk", filter=Q(state=MessageState.FAILED, tried_at__gt=at - WEEK)),
        )
    )
    counted = {name: (waiting, sent, failed) for name, waiting, sent, failed in rows}
    off = dict(Recipient.objects.filter(off_at__isnull=False).order_by().values_list("channel").annotate(n=Count("pk")))
    reasons = _last_reasons(at)
    return [
        State(
            str(name),
            str(name.label),
            name in settings.CHANNELS,
            *counted.get(name, (0, 0, 0)),
            off.get(name, 0),
            reasons.get(name, ""),
        )
        for name in Channel
    ]


def _last_reasons(at: datetime) -> dict[str, str]:
    """What each channel said last when it did not work, within a week."""
    rows = (
        OutgoingMessage.objects.filter(state__in=(MessageState.WAITING, MessageState.FAILED), tried_at__gt=at - WEEK)
        .exclude(failure="")
        .order_by("tried_at", "pk")
        .values_list("recipient__channel", "failure")
    )
    return dict(rows[:500])


def messages(tab: str) -> QuerySet[OutgoingMessage]:
    """The messages in one tab: whom, which channel, which kind, why not; never what they say."""
    return (
        OutgoingMessage.objects.filter(state=TABS.get(tab, MessageState.WAITING))
        .select_related("recipient", "user__unit", "user__enterprise")
        .defer("text")
    )


def counts() -> dict[str, int]:
    """How many in each tab."""
    found = dict(OutgoingMessage.objects.order_by().values_list("state").annotate(n=Count("pk")))
    return {tab: found.get(state, 0) for tab, state in TABS.items()}


@transaction.atomic
def send_test(channel: str, *, actor: User, by: object, at: datetime) -> OutgoingMessage:
    """One message to oneself; it goes with the next run, also at night."""
    _demand(actor)
    if channel not in Channel.values:
        raise DomainError("没有这个通道。")
    label = Channel(channel).label
    if channel not in settings.CHANNELS:
        raise DomainError(f"{label}还没有配置，怎么配见运行手册。")
    address = addresses(actor).get(channel)
    if not address:
        raise DomainError(NO_ADDRESS.get(Channel(channel), NO_ADDRESS[Channel.SMS]))
    recipient, _ = Recipient.objects.get_or_create(channel=channel, address=address)
    audit.record(by, "试发消息", target=f"{label} {masked_address(address)}", at=at)
    return OutgoingMessage.objects.create(
        key=f"{channel}:test:{actor.pk}:{get_random_string(12)}",
        recipient=recipient,
        user=actor,
        text=f"这是一条试发的消息，收到说明{label}已经通了。",
        next_at=at,
        created_at=at,
    )


@transaction.atomic
def resend(message: OutgoingMessage, *, actor: User, by: object, at: datetime) -> None:
    """Once more from the beginning, under its old number; an address that was switched off is tried again."""
    _demand(actor)
    mine = OutgoingMessage.objects.filter(pk=message.pk, state=MessageState.FAILED)
    if not mine.update(state=MessageState.WAITING, attempts=0, next_at=at, failure=""):
        raise Conflict("这一条已经在发了，或者已经发出。")
    recipients.switch_on(message.recipient)
    address = message.recipient.shown
    audit.record(by, "重发消息", target=f"{message.recipient.get_channel_display()} {address}", at=at)


def _demand(actor: User) -> None:
    if actor.role != Role.SYSADMIN:
        raise NotPermitted("通道由系统管理员维护。")
