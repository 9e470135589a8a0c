"""R-70：政府统一身份认证（OIDC）。只认人、不开户、不授权（R-71）：对得上一个在用的账号才进，别的都用话说清楚。

mozilla-django-oidc 办授权码、state、nonce、PKCE 和取密钥；它留着没查的（发行方、受众、有效期必须有）在这里查。
"""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

import jwt
import requests
from axes.handlers.proxy import AxesProxyHandler
from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest
from django.urls import reverse
from mozilla_django_oidc.auth import OIDCAuthenticationBackend

from cadres.models import User
from cadres.services import audit
from zhuqi.middleware import BY_SSO

ACT = "统一身份认证登录"
CLAIM_MOST = 150
LEEWAY = 60  # seconds two clocks may differ
LOCAL = "django.contrib.auth.backends.ModelBackend"  # whose session it is afterwards


class SignInRefused(Exception):
    """No entry. `message` is for the person, `is_provider` says that it is the provider's trouble, not theirs."""

    def __init__(self, message: str, *, is_provider: bool = False, who: str = "") -> None:
        super().__init__(message)
        self.message, self.is_provider, self.who = message, is_provider, who


class Provider(OIDCAuthenticationBackend):
    """The library's client with the portal's settings, and the checks it leaves open."""

    @staticmethod
    def get_settings(attr: str, *args: Any) -> Any:
        """From settings.SSO, not from the settings at large: off means that nothing is there."""
        return settings.SSO[attr] if not args else settings.SSO.get(attr, args[0])

    def _verify_jws(self, payload: Any, key: Any) -> dict[str, Any]:
        """Signature by RS256 and no other; issuer, audience and expiry must be there and be right."""
        client = self.OIDC_RP_CLIENT_ID
        claims: dict[str, Any] = jwt.decode(
            payload,
            key,
            algorithms=["RS256"],
            audience=client,
            issuer=settings.SSO["OIDC_ISSUER"],
            leeway=LEEWAY,
            options={"require": ["iss", "aud", "exp", "iat", "sub", "nonce"]},
        )
        if isinstance(claims["aud"], list) and len(claims["aud"]) > 1 and claims.get("azp") != client:
            message = "issued to another party"
            raise SuspiciousOperation(message)
        return claims

    def get_or_create_user(self, access_token: str, id_token: str, payload: dict[str, Any]) -> User:
        """Find the account; never create one (R-71)."""
        told = self.get_userinfo(access_token, id_token, payload)
        if told.get("sub") != payload["sub"]:
            message = "userinfo is about somebody else"
            raise SignInRefused("统一身份认证平台的回答前后不一致，没有登录。", is_provider=True) from ValueError(
                message
            )
        return account_for({**payload, **told}, self.request)


def who_is_it(request: HttpRequest, *, nonce: str, code_verifier: str) -> User:
    """Exchange the code, check the token, find the account. Raises SignInRefused for whatever does not hold."""
    try:
        user: User | None = Provider().authenticate(request, nonce=nonce, code_verifier=code_verifier)
    except requests.RequestException as error:
        raise SignInRefused("统一身份认证平台现在连不上，请稍后再试，或用账号密码登录。", is_provider=True) from error
    except (jwt.PyJWTError, SuspiciousOperation, KeyError, TypeError, ValueError, AttributeError) as error:
        raise SignInRefused(
            "统一身份认证平台给的凭证没有通过核对，没有登录。请重新登录一次。", is_provider=True
        ) from error
    if user is None:
        raise SignInRefused("统一身份认证没有完成，请重新登录一次。")
    return user


def account_for(claims: dict[str, Any], request: HttpRequest) -> User:
    """The one active, unlocked account that the configured claim names."""
    field, said = settings.SSO["OIDC_ACCOUNT_FIELD"], claims.get(settings.SSO["OIDC_CLAIM"])
    if not isinstance(said, str) or not said.strip() or len(said) > CLAIM_MOST or "\0" in said:
        raise SignInRefused("统一身份认证平台没有给出您的账号标识，请联系系统管理员。", is_provider=True)
    said = said.strip()
    found = list(User.objects.filter(**{f"{field}__iexact": said})[:2])
    if len(found) != 1:
        raise SignInRefused(
            f"您已通过统一身份认证（{said}），但本门户没有对应的账号。请联系系统管理员开立账号。", who=said
        )
    user = found[0]
    if not user.is_active:
        raise SignInRefused("您在本门户的账号已停用。如有疑问，请联系系统管理员。", who=user.username)
    if not AxesProxyHandler.is_allowed(request, {"username": user.username}):
        raise SignInRefused("您的账号因连续输错密码已锁定 30 分钟，请稍后再试，或请系统管理员解锁。", who=user.username)
    return user


def record_refusal(request: HttpRequest, refused: SignInRefused, *, at: datetime) -> None:
    """Into the log: who tried, from where, why not (R-72)."""
    audit.record(request, ACT, target=refused.who, reason=refused.message, result="未通过", at=at)


def leave_url(request: HttpRequest) -> str:
    """Where somebody who came by single sign-on signs out over there too; "" for everybody else."""
    end = settings.SSO.get("OIDC_OP_LOGOUT_ENDPOINT", "")
    if not end or not request.session.get(BY_SSO):
        return ""
    said = {
        "client_id": settings.SSO["OIDC_RP_CLIENT_ID"],
        "id_token_hint": request.session.get("oidc_id_token", ""),
        "post_logout_redirect_uri": settings.PORTAL_URL + reverse("cadres:login"),
    }
    return f"{end}{'&' if '?' in end else '?'}{urlencode({name: value for name, value in said.items() if value})}"
