"""一个人的通知方式：哪类事走哪个通道、摘要、不打扰的钟点、确认过的邮箱。站内永远有，关不掉。"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.core import signing
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.urls import reverse
from django.utils.crypto import get_random_string

from cadres.channels import ROBOTS
from cadres.enums import Channel, NoticeKind, Role
from cadres.models import NoticePreference, OutgoingMessage, Recipient, User
from cadres.rules.telling import DEFAULT_ROUTES
from cadres.services import audit
from cadres.services import settings as defaults
from zhuqi.kernel.errors import DomainError, InvalidInput

MOBILE = re.compile(r"1[3-9]\d{9}")
_SIGNER = signing.TimestampSigner(salt="cadres.mail")
LINK_SECONDS = 24 * 3600
HOURS = range(24)


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a person chose, or what holds where they chose nothing."""

    routes: Mapping[str, Iterable[str]]
    digest_hour: int | None
    quiet_from: int
    quiet_to: int

    def channels_for(self, kind: str) -> frozenset[str]:
        """The channels one kind of notice takes."""
        return frozenset(self.routes.get(kind, ()))


def preference_of(user: User) -> NoticePreference | None:
    """The person's own row, if there is one."""
    return getattr(user, "notice_preference", None)


def wishes_of(user: User, night: tuple[int, int] | None = None) -> Wishes:
    """What holds for this person; `night` spares the question for the city's default hours."""
    row, (start, end) = preference_of(user), night or city_night()
    if row is None:
        return Wishes(DEFAULT_ROUTES, None, start, end)
    return Wishes(
        row.routes,
        row.digest_hour,
        start if row.quiet_from is None else row.quiet_from,
        end if row.quiet_to is None else row.quiet_to,
    )


def city_night() -> tuple[int, int]:
    """The quiet hours of whoever chose none†."""
    said = defaults.values("message_quiet_from", "message_quiet_to")
    return int(said["message_quiet_from"]), int(said["message_quiet_to"])


def addresses(user: User) -> dict[str, str]:
    """Where a person can be reached, by channel, of those configured. Firms are in no government group chat."""
    row = preference_of(user)
    phone = user.phone if MOBILE.fullmatch(user.phone) else ""
    found = {
        Channel.MAIL: row.mail if row and row.mail_confirmed_at else "",
        Channel.SMS: phone,
        **dict.fromkeys(ROBOTS, "" if user.role == Role.ENTERPRISE else phone),
    }
    return {str(name): found[name] for name in Channel if name in settings.CHANNELS and found[name]}


def offered(user: User) -> list[str]:
    """The channels a person may choose among: configured, and not a group chat for a firm."""
    hidden = ROBOTS if user.role == Role.ENTERPRISE else frozenset()
    return [str(name) for name in Channel if name in settings.CHANNELS and name not in hidden]


def switched_off(user: User) -> list[Recipient]:
    """Those of a person's addresses that nothing is sent to any more, because nothing arrived."""
    where = addresses(user)
    rows = Recipient.objects.filter(off_at__isnull=False, address__in=where.values())
    return [row for row in rows if where.get(row.channel) == row.address]


@transaction.atomic
def choose(user: User, wishes: Wishes, *, at: datetime) -> None:
    """Keep what a person chose. Raises InvalidInput for a kind, channel or hour that does not exist."""
    routes = {kind: sorted(set(chosen)) for kind, chosen in wishes.routes.items() if chosen}
    unknown = set(routes) - set(NoticeKind.values) or {
        each for chosen in routes.values() for each in chosen if each not in Channel.values
    }
    hours = {wishes.quiet_from, wishes.quiet_to} | ({wishes.digest_hour} - {None})
    if unknown or not all(hour in HOURS for hour in hours):
        raise InvalidInput("没有这个选项，请重新选。")
    # A channel that is not configured today was not on the page: what was chosen for it stays.
    before = preference_of(user)
    for kind, chosen in (before.routes if before else {}).items():
        hidden = [each for each in chosen if each not in settings.CHANNELS]
        routes[kind] = sorted({*routes.get(kind, ()), *hidden})
    NoticePreference.objects.update_or_create(
        user=user,
        defaults={
            "routes": routes,
            "digest_hour": wishes.digest_hour,
            "quiet_from": wishes.quiet_from,
            "quiet_to": wishes.quiet_to,
            "changed_at": at,
        },
    )


@transaction.atomic
def ask_mail(user: User, mail: str, *, at: datetime) -> OutgoingMessage | None:
    """Set the mailbox; it counts once the link sent to it was opened. Empty: no mailbox. Gives the letter on its way."""
    mail = mail.strip()
    if Channel.MAIL not in settings.CHANNELS:
        raise DomainError("这里还没有接通邮件。")
    if mail:
        _check_mail(mail)
    fields = {"mail": mail, "mail_confirmed_at": None, "changed_at": at}
    NoticePreference.objects.update_or_create(
        user=user, defaults=fields, create_defaults={**fields, "routes": DEFAULT_ROUTES}
    )
    if not mail:
        return None
    recipient, _ = Recipient.objects.get_or_create(channel=Channel.MAIL, address=mail)
    link = settings.PORTAL_URL + reverse("cadres:mail_confirm", args=[_token(user, mail)])
    return OutgoingMessage.objects.create(
        key=f"MAIL:confirm:{user.pk}:{get_random_string(12)}",
        recipient=recipient,
        user=user,
        text=f"请在 24 小时内登录门户打开这个链接，确认这是您的邮箱：{link}"[:400],
        next_at=at,
        created_at=at,
    )


@transaction.atomic
def confirm_mail(user: User, token: str, *, by: object, at: datetime) -> str:
    """The link was opened by the person it was sent to: the mailbox counts, and is on again. Gives the mailbox."""
    try:
        said = _SIGNER.unsign_object(token, max_age=LINK_SECONDS)
    except signing.BadSignature:
        raise DomainError("这个确认链接不对，或已过 24 小时，请在“通知方式”里重新发一封。") from None
    row = NoticePreference.objects.filter(user=user, mail=said["mail"])
    if said["user"] != user.pk or not row.update(mail_confirmed_at=at, changed_at=at):
        raise DomainError("这个链接不是发给您现在这个邮箱的，请在“通知方式”里重新发一封。")
    Recipient.objects.filter(channel=Channel.MAIL, address=said["mail"]).update(failures=0, off_at=None, reason="")
    audit.record(by, "确认通知邮箱", target=user.username, at=at)
    return str(said["mail"])


def _token(user: User, mail: str) -> str:
    return str(_SIGNER.sign_object({"user": user.pk, "mail": mail}))


def _check_mail(mail: str) -> None:
    try:
        validate_email(mail)
    except ValidationError:
        message = "邮箱写得不对，应像 name@example.cn。"
        raise InvalidInput(message, {"mail": [message]}) from None
