"""发出去：一次一条。发之前都再问一遍该不该、能不能；发到一半死了，过一会儿再来，编号不变（R-14、R-70、ADR 0078）。"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog
from django.db import transaction
from django.db.models import F, QuerySet

from cadres.channels import Channel, Refused, Trouble, configured
from cadres.enums import MessageState
from cadres.models import OutgoingMessage, Recipient, ShortMessage
from cadres.rules.telling import back_off
from cadres.services.holding import Verdict, verdict, waiting_together
from cadres.services.letters import compose
from cadres.services.recipients import refused
from zhuqi.kernel.masking import masked_address

logger = structlog.get_logger(__name__)

LEASE = timedelta(minutes=5)  # longer than any channel's patience: then the worker is dead
RESTS_AFTER = 3  # troubles in a row: the channel is down, the rest of its messages wait for the next run


@dataclass
class Run:
    """One run of the sender: its channels, and which of them rest because they are down."""

    channels: dict[str, Channel] = field(default_factory=lambda: dict(configured()))
    troubles: Counter[str] = field(default_factory=Counter)

    def awake(self) -> list[str]:
        """The channels that still answer."""
        return [name for name in self.channels if self.troubles[name] < RESTS_AFTER]


def send_next(run: Run, *, at: datetime) -> bool:
    """Deal with the message that has been due longest; False when none is due."""
    message = _due(run, at).first()
    if message is None:
        return False
    if _claim(message, at):
        _send(message, run, at)
    return True


def _due(run: Run, at: datetime) -> QuerySet[OutgoingMessage]:
    return (
        OutgoingMessage.objects.filter(state=MessageState.WAITING, next_at__lte=at, recipient__channel__in=run.awake())
        .select_related("recipient", "user__notice_preference", "user__enterprise", "notice", "short_message")
        .order_by("next_at", "pk")
    )


@transaction.atomic
def _claim(message: OutgoingMessage, at: datetime) -> bool:
    """Decide, and take the message for this attempt. False: it was held, dropped or gathered, or another worker has its address."""
    recipient = message.recipient
    turned = Recipient.objects.filter(pk=recipient.pk, turn=recipient.turn).update(turn=F("turn") + 1)
    if not turned:
        return False
    said = verdict(message, at=at)
    if said.gather:
        return _gather(message, at)
    return _settle(message, said, at)


def _settle(message: OutgoingMessage, said: Verdict, at: datetime) -> bool:
    mine = OutgoingMessage.objects.filter(
        pk=message.pk, state=MessageState.WAITING, attempts=message.attempts, next_at=message.next_at
    )
    if said.drop:
        mine.update(state=MessageState.DROPPED, failure=said.drop)
        return False
    if said.hold_until is not None:
        mine.update(next_at=said.hold_until, waits_for_digest=said.waits_for_digest)
        return False
    # Ahead before the attempt: if this process dies in it, the message comes due again by itself.
    taken = mine.update(attempts=F("attempts") + 1, tried_at=at, next_at=at + LEASE)
    message.attempts += 1
    return bool(taken)


def _gather(message: OutgoingMessage, at: datetime) -> bool:
    """One message out of all that wait for the same digest; it is due at once."""
    digest, _ = OutgoingMessage.objects.get_or_create(
        key=f"digest:{message.pk}",
        defaults={
            "recipient": message.recipient,
            "user": message.user,
            "kind": message.kind,
            "next_at": at,
            "created_at": at,
        },
    )
    waiting_together(message, at).update(state=MessageState.GATHERED, digest=digest)
    return False


def _send(message: OutgoingMessage, run: Run, at: datetime) -> None:
    name = message.recipient.channel
    mine = OutgoingMessage.objects.filter(pk=message.pk, state=MessageState.WAITING, attempts=message.attempts)
    letter = compose(message, at=at)
    if letter is None:
        mine.update(state=MessageState.DROPPED, failure="已经看过，或收件人已看不到这件事")
        return
    try:
        number = run.channels[name].send(letter)
    except Refused as error:
        logger.warning(
            "message refused", message=message.pk, channel=name, to=masked_address(letter.to), why=str(error)
        )
        refused(message, str(error), at=at)
    except Trouble as error:
        logger.warning(
            "message delayed", message=message.pk, channel=name, to=masked_address(letter.to), why=str(error)
        )
        run.troubles[name] += 1
        _try_again(message, error, at)
    else:
        run.troubles[name] = 0
        _sent(message, number, at)


@transaction.atomic
def _sent(message: OutgoingMessage, number: str, at: datetime) -> None:
    fields = {"state": MessageState.SENT, "sent_at": at, "failure": "", "provider_id": number[:120]}
    OutgoingMessage.objects.filter(pk=message.pk).exclude(state=MessageState.SENT).update(**fields)
    Recipient.objects.filter(pk=message.recipient_id).exclude(failures=0).update(failures=0)
    if message.short_message_id:
        ShortMessage.objects.filter(pk=message.short_message_id, sent_at__isnull=True).update(sent_at=at, failure="")


@transaction.atomic
def _try_again(message: OutgoingMessage, error: Trouble, at: datetime) -> None:
    mine = OutgoingMessage.objects.filter(pk=message.pk, state=MessageState.WAITING, attempts=message.attempts)
    pause = back_off(message.attempts)
    if pause is None:
        mine.update(state=MessageState.FAILED, failure=f"{error}；试了 {message.attempts} 次")
    else:
        mine.update(next_at=at + max(pause, timedelta(seconds=error.after)), failure=str(error)[:200])
    if message.short_message_id:
        ShortMessage.objects.filter(pk=message.short_message_id).update(failure=str(error)[:200])
