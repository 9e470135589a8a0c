"""送不到的地址：连着几次送不到就停用，在站内告诉本人；这个告诉自己永远不出站，不会有回声（ADR 0078）。"""

from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.urls import reverse

from cadres.enums import Channel, MessageState
from cadres.models import OutgoingMessage, Recipient, ShortMessage
from cadres.services import settings
from cadres.services.notices import notify


@transaction.atomic
def refused(message: OutgoingMessage, why: str, *, at: datetime) -> None:
    """The address cannot be reached: this message failed; at the k-th in a row† the address is switched off."""
    mine = OutgoingMessage.objects.filter(pk=message.pk, state=MessageState.WAITING)
    if not mine.update(state=MessageState.FAILED, failure=why[:200]):
        return
    if message.short_message_id:
        ShortMessage.objects.filter(pk=message.short_message_id).update(failure=why[:200])
    Recipient.objects.filter(pk=message.recipient_id).update(failures=F("failures") + 1)
    most = int(settings.value("message_failures"))
    off = Recipient.objects.filter(pk=message.recipient_id, failures__gte=most, off_at__isnull=True)
    if off.update(off_at=at, reason=why[:200]) and message.user is not None:
        channel = Channel(message.recipient.channel)
        what = "重新确认邮箱" if channel == Channel.MAIL else "请系统管理员核对手机号后重新启用"
        notify(
            [message.user],
            f"address-off:{message.recipient_id}:{at:%Y%m%d%H%M%S}",
            f"{channel.label}发不到您，已停用",
            at=at,
            body=f"{message.recipient.shown} 连着 {most} 次送不到：{why}。站内通知照常；{what}。",
            url=reverse("cadres:preferences"),
            tone="near",
        )


@transaction.atomic
def switch_on(recipient: Recipient) -> bool:
    """Try the address again; False when it was on."""
    off = Recipient.objects.filter(pk=recipient.pk, off_at__isnull=False)
    return bool(off.update(off_at=None, failures=0, reason=""))
