"""接口令牌（R-71）：安全管理员发放和撤销，以某个人的身份、在几个范围内；原文只显示一次。"""

import hashlib
import secrets
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from cadres.enums import Role
from cadres.models import ApiToken, User
from cadres.services import audit
from cadres.services.accounts import KEEPERS
from zhuqi.kernel.api.scopes import SCOPES
from zhuqi.kernel.errors import Conflict, InvalidInput, NotPermitted

PREFIX = "zq_"
SHOWN = 9  # PREFIX and six more: enough to tell two apart in a list and in a log
DAYS_MOST = 365
NAME_MOST = 40
USED_EVERY = timedelta(minutes=1)


@transaction.atomic
def issue_token(  # noqa: PLR0913 - the columns of a token
    user: User, *, name: str, scopes: Collection[str], days: int, actor: User, at: datetime, by: Any = None
) -> tuple[ApiToken, str]:
    """发一个令牌，连同它的原文（此后再也看不到）。`by` 是请求，审计记下从哪里来。

    错误：NotPermitted（不是安全管理员、给自己发），InvalidInput（人、用途、范围、天数哪里不对）。
    """
    _demand(actor)
    errors = _wrong(user, name.strip(), scopes, days)
    if user.pk == actor.pk:
        raise NotPermitted("不能给自己发令牌，请由另一位安全管理员办理。")
    if errors:
        raise InvalidInput("令牌没有发：" + "".join(words for said in errors.values() for words in said), errors)
    secret = PREFIX + secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        user=user, name=name.strip(), prefix=secret[:SHOWN], digest=digest_of(secret), scopes=sorted(scopes),
        created_at=at, created_by=actor, expires_at=at + timedelta(days=days),
    )  # fmt: skip
    said = f"{user.name}（{user.username}） {token.prefix}…"
    audit.record(by or actor, "发放接口令牌", target=said, reason=f"{token.name}：{'、'.join(token.scopes)}", at=at)
    return token, secret


def _wrong(user: User, name: str, scopes: Collection[str], days: int) -> dict[str, list[str]]:
    wrong = (
        ("username", not user.is_active or not user.role, "这个账号已停用或还没有授权。"),
        ("username", user.role in KEEPERS, "三员的账号不发接口令牌。"),
        ("name", not name or len(name) > NAME_MOST, f"请写明用途，最多 {NAME_MOST} 字。"),
        ("scopes", not scopes or not set(scopes) <= set(SCOPES), "请选择至少一个范围。"),
        ("days", not 1 <= days <= DAYS_MOST, f"有效期是 1 到 {DAYS_MOST} 天。"),
    )
    return {field: [words] for field, is_wrong, words in reversed(wrong) if is_wrong}


@transaction.atomic
def revoke_token(token: ApiToken, *, actor: User, at: datetime, by: Any = None) -> None:
    """撤销；立即失效。已撤销的是 Conflict。"""
    _demand(actor)
    if not ApiToken.objects.filter(pk=token.pk, revoked_at__isnull=True).update(revoked_at=at, revoked_by=actor):
        raise Conflict("这个令牌已经撤销。")
    said = f"{token.user.name}（{token.user.username}） {token.prefix}…"
    audit.record(by or actor, "撤销接口令牌", target=said, reason=token.name, at=at)


def recognise(secret: str, *, at: datetime) -> ApiToken | None:
    """原文是哪个在用的令牌；撤销、到期、本人停用的都不认。最近使用每分钟至多记一次。"""
    token = ApiToken.objects.select_related("user__unit", "user__enterprise").filter(digest=digest_of(secret)).first()
    if token is None or not token.is_live(at) or not token.user.is_active:
        return None
    stale = Q(last_used_at__isnull=True) | Q(last_used_at__lt=at - USED_EVERY)
    if token.last_used_at is None or token.last_used_at < at - USED_EVERY:
        ApiToken.objects.filter(stale, pk=token.pk).update(last_used_at=at)
    return token


def tokens_of(user: User) -> QuerySet[ApiToken]:
    """一个人名下的令牌；安全管理员看全部。"""
    rows = ApiToken.objects.select_related("user__unit", "user__enterprise", "created_by")
    return rows if user.role == Role.SECADMIN else rows.filter(user=user)


def live_tokens(user: User, *, at: datetime) -> QuerySet[ApiToken]:
    """本人名下在用的：谁在以我的身份进来。"""
    return ApiToken.objects.filter(user=user, revoked_at__isnull=True, expires_at__gt=at)


def digest_of(secret: str) -> str:
    """存的是它；令牌本身是 256 位随机数，不用慢散列。"""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def _demand(actor: User) -> None:
    if actor.role != Role.SECADMIN:
        raise NotPermitted("接口令牌由安全管理员发放和撤销。")
