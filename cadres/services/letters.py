"""一条外发消息的文字，发的时候才写：看得到的才写进去（R-03）；群里人人看得到，只说有几条、哪一类（ADR 0079）。"""

from collections import Counter
from datetime import datetime

from django.conf import settings
from django.urls import reverse

from cadres.channels import ROBOTS, Letter
from cadres.enums import Channel, NoticeKind
from cadres.models import Notice, OutgoingMessage, User
from cadres.services.sight import may_see

TITLES_MOST = 10
SMS_MOST = 120  # with the link two parts of a short message


def compose(message: OutgoingMessage, *, at: datetime) -> Letter | None:
    """The letter; None when nothing is left in it that the reader has not read and may see."""
    if message.short_message is not None:
        return _letter(message, "评价邀请", message.short_message.text, "", at)
    if message.text:
        return _letter(message, f"{settings.CAMPAIGN_NAME}：通知", message.text, "", at)
    notices = readable(message)
    if not notices or message.user is None:
        return None
    if message.recipient.channel in ROBOTS:
        return _letter(message, "", _counted(message, notices), settings.PORTAL_URL + reverse("cadres:notices"), at)
    if len(notices) > 1:
        title, text, path = f"您有 {len(notices)} 条通知", _gathered(notices), reverse("cadres:notices")
    else:
        title, text, path = notices[0].title, notices[0].body, notices[0].url or reverse("cadres:notices")
    if message.recipient.channel == Channel.SMS:
        title, text = "", _cut(f"{title}。{text}" if len(notices) > 1 else f"{title}。")
    return _letter(message, title, text, settings.PORTAL_URL + path, at)


def readable(message: OutgoingMessage) -> list[Notice]:
    """The notices in a message that are still unread and still in the reader's sight."""
    if message.user is None:
        return []
    if message.notice is not None:
        notices = [message.notice]
    else:
        notices = [part.notice for part in message.parts.select_related("notice").order_by("pk") if part.notice]
    return [each for each in notices if each.read_at is None and _sees(message.user, each)]


def _sees(user: User, notice: Notice) -> bool:
    return may_see(user, notice.url)


def _counted(message: OutgoingMessage, notices: list[Notice]) -> str:
    kinds: Counter[str] = Counter(
        message.parts.filter(notice__in=notices).values_list("kind", flat=True)
        if message.notice is None
        else [message.kind]
    )
    said = "、".join(f"{NoticeKind(kind).label} {count} 条" for kind, count in kinds.items())
    return f"{settings.CAMPAIGN_NAME}：您有 {len(notices)} 条新通知（{said}），请登录门户查看。"


def _gathered(notices: list[Notice]) -> str:
    lines = [f"{number}. {each.title}" for number, each in enumerate(notices[:TITLES_MOST], start=1)]
    more = len(notices) - TITLES_MOST
    return "\n".join(lines + ([f"还有 {more} 条"] if more > 0 else []))


def _cut(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= SMS_MOST else text[: SMS_MOST - 1] + "…"


def _letter(message: OutgoingMessage, title: str, text: str, link: str, at: datetime) -> Letter:
    return Letter(message.recipient.address, title, text, link, f"zhuqi-{message.pk}", at)
