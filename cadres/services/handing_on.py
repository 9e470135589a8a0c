"""把站内通知和待发短信交给通道：各人选了哪些、够得着哪些，就在外发表里各写一条；同一件事一个通道只有一条。"""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from cadres.enums import Channel, NoticeKind
from cadres.models import Notice, OutgoingMessage, Recipient, ShortMessage
from cadres.rules.telling import kind_of, next_digest
from cadres.services.preferences import addresses, city_night, wishes_of

# Older ones are history when a channel is turned on or comes back: they stay inside, nobody is flooded.
FRESH = timedelta(days=2)
BATCH = 200


def hand_on(*, at: datetime) -> int:
    """Ask the channels for what nobody asked them for yet. Twice, late or by two workers: the same messages. Gives their number."""
    if not settings.CHANNELS:
        Notice.objects.filter(handed_on_at__isnull=True, created_at__gt=at - FRESH).update(handed_on_at=at)
        return 0
    return _hand_on_notices(at) + _hand_on_short_messages(at)


def _hand_on_notices(at: datetime) -> int:
    made, night = 0, city_night()
    while True:
        with transaction.atomic():
            rows = list(
                Notice.objects.filter(handed_on_at__isnull=True, created_at__gt=at - FRESH)
                .select_related("user__notice_preference")
                .order_by("pk")[:BATCH]
            )
            if not rows:
                return made
            messages = [each for notice in rows for each in _messages(notice, night, at)]
            made += len(OutgoingMessage.objects.bulk_create(messages, ignore_conflicts=True))
            Notice.objects.filter(pk__in=[row.pk for row in rows]).update(handed_on_at=at)


def _messages(notice: Notice, night: tuple[int, int], at: datetime) -> list[OutgoingMessage]:
    """One for each channel the reader chose for this kind and can be reached on."""
    kind = kind_of(notice.key, notice.tone)
    if kind is None or not notice.user.is_active or notice.read_at:
        return []
    wishes, where = wishes_of(notice.user, night), addresses(notice.user)
    # What has a term does not wait for tomorrow's digest (ADR 0079).
    waits = wishes.digest_hour is not None and kind != NoticeKind.URGE
    when = next_digest(timezone.localtime(at), wishes.digest_hour or 0) if waits else at
    return [
        OutgoingMessage(
            key=f"{channel}:notice:{notice.pk}",
            recipient=Recipient.objects.get_or_create(channel=channel, address=where[channel])[0],
            user=notice.user,
            kind=kind,
            notice=notice,
            waits_for_digest=waits,
            next_at=when,
            created_at=at,
        )
        for channel in sorted(wishes.channels_for(kind) & where.keys())
    ]


def _hand_on_short_messages(at: datetime) -> int:
    if Channel.SMS not in settings.CHANNELS:
        return 0  # the office hands them over
    asked = OutgoingMessage.objects.filter(short_message=OuterRef("pk"))
    rows = ShortMessage.objects.filter(~Exists(asked), sent_at__isnull=True, created_at__gt=at - FRESH).order_by("pk")
    messages = [
        OutgoingMessage(
            key=f"SMS:short:{row.pk}",
            recipient=Recipient.objects.get_or_create(channel=Channel.SMS, address=row.phone)[0],
            kind=NoticeKind.CASE,
            short_message=row,
            next_at=at,
            created_at=at,
        )
        for row in rows[:BATCH]
    ]
    return len(OutgoingMessage.objects.bulk_create(messages, ignore_conflicts=True))
