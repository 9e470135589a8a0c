"""推送的订阅（R-65）：安全管理员建立和停送，归属人看不到的不送；密钥只给看一次，库里加密。"""

import base64
import hashlib
import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from cadres.enums import Role
from cadres.models import User
from cadres.services import audit
from reports.enums import SendState
from reports.hook_targets import problem_with
from reports.models import HookDelivery, Subscription
from reports.province.fields import STEPS
from reports.services import sending
from zhuqi.kernel.errors import Conflict, InvalidInput, NotPermitted

OWNERS = (Role.OFFICE, Role.UNIT)
NAME_MOST = 40


def demand_security(actor: User) -> None:
    """把数据长期给一个系统，是一项授权（R-71）。"""
    if actor.role != Role.SECADMIN:
        raise NotPermitted("推送由安全管理员管理。")


def owners() -> QuerySet[User]:
    """可以作归属人的：活动办、承办单位的在用账号。"""
    return User.objects.filter(role__in=OWNERS, is_active=True, unit__isnull=False)


def subscribe(said: Mapping[str, Any], *, actor: User, at: datetime) -> tuple[Subscription, str]:
    """建一个，从现在的步骤送起；给出（订阅, 密钥原文），密钥只这一次。

    `said`：name、url、kinds、owner、with_sm3。错误：NotPermitted、InvalidInput。
    """
    demand_security(actor)
    values = _checked(said)
    secret = secrets.token_urlsafe(32)
    try:
        with transaction.atomic():
            made = Subscription.objects.create(
                **values, secret=_fernet().encrypt(secret.encode()).decode(), since=at, made_at=at, made_by=actor
            )
            words = "、".join(STEPS[kind] for kind in values["kinds"])
            audit.record(
                actor, "建立推送", target=f"{made.name} {made.url}", reason=f"归属 {made.owner}：{words}", at=at
            )
    except IntegrityError:
        raise InvalidInput("已有同名的推送。", {"name": ["已有同名的推送。"]}) from None
    return made, secret


def _checked(said: Mapping[str, Any]) -> dict[str, Any]:
    name, url, owner = str(said.get("name", "")).strip(), str(said.get("url", "")).strip(), said.get("owner")
    kinds = [kind for kind in STEPS if kind in (said.get("kinds") or ())]
    bad_url = problem_with(url)
    wrong = (
        ("name", not name or len(name) > NAME_MOST, f"请写名称，最多 {NAME_MOST} 字。"),
        ("url", bool(bad_url), bad_url),
        ("kinds", not kinds, "至少选一种步骤。"),
        ("owner", not isinstance(owner, User) or not owners().filter(pk=owner.pk).exists(),
         "归属人要是活动办或承办单位的在用账号。"),
    )  # fmt: skip
    errors = {field: [words] for field, is_wrong, words in wrong if is_wrong}
    if errors:
        raise InvalidInput("还有要改的：" + "".join(words for each in errors.values() for words in each), errors)
    return {"name": name, "url": url, "kinds": kinds, "owner": owner, "with_sm3": bool(said.get("with_sm3"))}


def secret_of(row: Subscription) -> str:
    """签名用的密钥原文。错误：Conflict，换过门户的密钥，解不开了。"""
    try:
        return _fernet().decrypt(row.secret.encode()).decode()
    except InvalidToken:
        raise Conflict("密钥解不开：门户的 SECRET_KEY 换过了，请换密钥。") from None


def renew_secret(row: Subscription, *, actor: User, at: datetime) -> str:
    """换密钥，给出新的原文，只这一次；旧的即刻作废，以后每一步（排着的也是）都用新的签。"""
    demand_security(actor)
    secret = secrets.token_urlsafe(32)
    same = Subscription.objects.filter(pk=row.pk, secret=row.secret)
    with transaction.atomic():
        if not same.update(secret=_fernet().encrypt(secret.encode()).decode()):
            raise Conflict("密钥刚被别人换过，请看过再换。")
        refused = HookDelivery.objects.filter(subscription=row, state=SendState.REFUSED, last_status=None)
        sending.again(refused, at=at)  # those that could not be signed any more
        audit.record(actor, "换推送密钥", target=row.name, at=at)
    return secret


def _fernet() -> MultiFernet:
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    return MultiFernet(
        [Fernet(base64.urlsafe_b64encode(hashlib.sha256(f"webhooks:{key}".encode()).digest())) for key in keys]
    )


def pause(row: Subscription, *, reason: str, actor: User | None, at: datetime) -> None:
    """停送：步骤照常排队。`actor` 为 None 是长久送不到，自动停的。"""
    if actor is not None:
        demand_security(actor)
    stopped = Subscription.objects.filter(pk=row.pk, paused_at=None)
    if not stopped.update(paused_at=at, pause_reason=reason.strip()[:200] or "人工停送"):
        raise Conflict("已经停送了。")
    audit.record(actor, "停送推送", target=row.name, reason=reason, at=at)


def resume(row: Subscription, *, actor: User, at: datetime) -> None:
    """恢复：积下的按次序接着送。"""
    demand_security(actor)
    stopped = Subscription.objects.filter(pk=row.pk, paused_at__isnull=False)
    if not stopped.update(paused_at=None, pause_reason="", failing_since=None):
        raise Conflict("没有停送，不用恢复。")
    sending.hurry(HookDelivery.objects.filter(subscription=row), at=at)
    audit.record(actor, "恢复推送", target=row.name, at=at)


def resend(row: HookDelivery, *, actor: User, at: datetime) -> None:
    """再送一次：编号不变，对方按编号认得出。"""
    demand_security(actor)
    if row.state == SendState.DROPPED:
        raise Conflict("归属人已经看不到这件诉求，不能再送。")
    sending.again(HookDelivery.objects.filter(pk=row.pk), at=at)
    audit.record(actor, "再送推送", target=row.key, at=at)
