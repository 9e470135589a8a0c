"""What tests of the messages outside share: who chose what, a notice, and what the task does in a minute."""

from datetime import timedelta

from cadres.enums import Channel, NoticeKind
from cadres.models import NoticePreference, OutgoingMessage
from cadres.services import notices
from cadres.services.handing_on import hand_on
from cadres.services.sending import Run, send_next

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
PHONE = "13900005678"
SMS = {"SMS_APP_ID": "zhuqi", "SMS_SECRET": "s"}


def choose(user, *kinds, channels=(Channel.SMS,), **more):
    return NoticePreference.objects.create(
        user=user, routes={kind: list(channels) for kind in kinds or NoticeKind.values},
        changed_at="2026-11-01T00:00Z", **{"quiet_from": 22, "quiet_to": 7} | more,
    )  # fmt: skip


def tell(user, number, *, at, tone="near", key="case-event"):
    notices.notify([user], f"{key}:{number}", f"第 {number} 件", body="说明", at=at, tone=tone)


def go(at):
    """What the task does each minute, at one moment."""
    hand_on(at=at)
    run, looked = Run(), 0
    while looked < 100 and send_next(run, at=at):
        looked += 1
    assert looked < 100, "it goes round in circles"


def states():
    return sorted(OutgoingMessage.objects.values_list("state", flat=True))
