"""发之前的最后一问：该不该发、现在能不能打扰、这一小时是不是够多了（R-14、ADR 0079）。攒着不等于丢了。"""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.db.models import QuerySet
from django.utils import timezone

from cadres.enums import MessageState
from cadres.models import OutgoingMessage
from cadres.rules.telling import quiet_until
from cadres.services import settings
from cadres.services.preferences import city_night, wishes_of

AN_HOUR = timedelta(hours=1)
ATTEMPTS_MOST = 12  # with back-off there are six; more means that a worker dies in it each time


@dataclass(frozen=True, slots=True)
class Verdict:
    """Send now (nothing set), hold until, gather into a digest, or drop with the reason."""

    drop: str = ""
    hold_until: datetime | None = None
    waits_for_digest: bool = False
    gather: bool = False


def verdict(message: OutgoingMessage, *, at: datetime) -> Verdict:
    """What to do with a message that is due."""
    reason = _needless(message)
    if reason:
        return Verdict(drop=reason)
    quiet = _quiet_until(message, at)
    if quiet is not None:
        # Whatever comes together by the morning is one message then.
        return Verdict(hold_until=quiet, waits_for_digest=message.notice_id is not None)
    room = _room_at(message, at)
    if room is not None:
        return Verdict(hold_until=room, waits_for_digest=message.notice_id is not None)
    return Verdict(gather=message.waits_for_digest and message.attempts == 0 and _has_company(message, at))


def _needless(message: OutgoingMessage) -> str:
    if message.attempts >= ATTEMPTS_MOST:
        return f"发了 {message.attempts} 次都没有结果"
    if message.recipient.off_at:
        return f"这个地址已停用：{message.recipient.reason}"[:200]
    if message.user is not None and not message.user.is_active:
        return "账号已停用"
    if message.short_message is not None and message.short_message.sent_at:
        return "已由人转交"
    if message.notice is None or message.user is None:
        return ""
    if message.notice.read_at:
        return "已在站内看过"
    chosen = wishes_of(message.user, (0, 0)).channels_for(message.kind)
    return "" if message.recipient.channel in chosen else "本人已关掉这一类"


def _quiet_until(message: OutgoingMessage, at: datetime) -> datetime | None:
    """Quiet hours hold for everything but what the person just asked for; a firm's 宁静期 for what is not its own link."""
    if message.text:
        return None
    now, night = timezone.localtime(at), city_night()
    if message.user is None:
        return quiet_until(now, *night)
    wishes = wishes_of(message.user, night)
    over = quiet_until(now, wishes.quiet_from, wishes.quiet_to)
    firm = message.user.enterprise
    period = firm.quiet_periods.filter(from_on__lte=now.date(), to_on__gte=now.date()).first() if firm else None
    if period is None:
        return over
    return timezone.make_aware(datetime.combine(period.to_on + timedelta(days=1), time(max(wishes.quiet_to, 8))))


def _room_at(message: OutgoingMessage, at: datetime) -> datetime | None:
    """When this address has room again, if it had its most† within the hour."""
    most = int(settings.value("message_hourly_most"))
    tried = (
        OutgoingMessage.objects.filter(recipient=message.recipient_id, tried_at__gt=at - AN_HOUR)
        .exclude(pk=message.pk)
        .order_by("-tried_at")
        .values_list("tried_at", flat=True)
    )
    found = list(tried[:most])
    return found[-1] + AN_HOUR if len(found) >= most and found[-1] is not None else None


def waiting_together(message: OutgoingMessage, at: datetime) -> QuerySet[OutgoingMessage]:
    """What is due for the same digest of the same person; what was tried already goes on alone, under its own number."""
    return OutgoingMessage.objects.filter(
        recipient=message.recipient_id,
        user=message.user_id,
        state=MessageState.WAITING,
        waits_for_digest=True,
        notice__isnull=False,
        attempts=0,
        next_at__lte=at,
    )


def _has_company(message: OutgoingMessage, at: datetime) -> bool:
    return waiting_together(message, at).exclude(pk=message.pk).exists()
