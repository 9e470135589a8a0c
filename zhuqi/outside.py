"""What stands outside the portal, from the environment: message channels, the government's single sign-on.

Nothing is reached unless it is configured (R-76). Half a configuration is refused at the start, with the variable's name.
"""

import re
from collections.abc import Mapping
from typing import Any, Protocol

from django.core.exceptions import ImproperlyConfigured

MAIL_PORTS = {"none": 25, "starttls": 587, "ssl": 465}
ROBOTS = {"WECOM": ("WECOM_WEBHOOK_URL",), "DINGTALK": ("DINGTALK_WEBHOOK_URL", "DINGTALK_SECRET")}
ENDPOINTS = ("AUTHORIZATION", "TOKEN", "USERINFO", "JWKS")
ACCOUNT_FIELDS = ("username", "sso_id")
_HTTP = re.compile(r"https?://[^/\s]+(/\S*)?")


class Reader(Protocol):
    """What we ask of django-environ: one text by name."""

    def str(self, var: str, default: str = ...) -> str:
        """The variable, or the default."""
        ...


def channels(env: Reader, *, production: bool) -> dict[str, dict[str, Any]]:
    """The configured channels: {"MAIL": {…}, "SMS": {…}, …}; one that is off is left out."""
    found: dict[str, dict[str, Any]] = {}
    mail = _together(env, ("MAIL_HOST", "MAIL_FROM"))
    if mail:
        found["MAIL"] = {**mail, **_mail_more(env)}
    sms = _together(env, ("SMS_GATEWAY_URL", "SMS_APP_ID", "SMS_SECRET"))
    if sms:
        _demand_address(sms, "SMS_GATEWAY_URL", production=production)
        found["SMS"] = sms
    for name, variables in ROBOTS.items():
        robot = _together(env, variables)
        if robot:
            _demand_address(robot, variables[0], production=production)
            found[name] = robot
    return found


def single_sign_on(env: Reader, *, production: bool) -> dict[str, Any]:
    """What mozilla-django-oidc asks for; empty when single sign-on is off (R-70)."""
    needed = ("OIDC_ISSUER", "OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET", *(f"OIDC_{name}_ENDPOINT" for name in ENDPOINTS))
    said = _together(env, needed)
    if not said:
        return {}
    logout = env.str("OIDC_LOGOUT_ENDPOINT", default="")
    for name in needed[3:]:
        _demand_address(said, name, production=production)
    if logout:
        _demand_address({"OIDC_LOGOUT_ENDPOINT": logout}, "OIDC_LOGOUT_ENDPOINT", production=production)
    field = env.str("OIDC_ACCOUNT_FIELD", default="") or "username"
    if field not in ACCOUNT_FIELDS:
        message = f"OIDC_ACCOUNT_FIELD must be one of {', '.join(ACCOUNT_FIELDS)}"
        raise ImproperlyConfigured(message)
    return {
        "OIDC_ISSUER": said["OIDC_ISSUER"],
        "OIDC_RP_CLIENT_ID": said["OIDC_CLIENT_ID"],
        "OIDC_RP_CLIENT_SECRET": said["OIDC_CLIENT_SECRET"],
        "OIDC_OP_AUTHORIZATION_ENDPOINT": said["OIDC_AUTHORIZATION_ENDPOINT"],
        "OIDC_OP_TOKEN_ENDPOINT": said["OIDC_TOKEN_ENDPOINT"],
        "OIDC_OP_USER_ENDPOINT": said["OIDC_USERINFO_ENDPOINT"],
        "OIDC_OP_JWKS_ENDPOINT": said["OIDC_JWKS_ENDPOINT"],
        "OIDC_OP_LOGOUT_ENDPOINT": logout,
        "OIDC_RP_SCOPES": env.str("OIDC_SCOPES", default="") or "openid profile",
        "OIDC_CLAIM": env.str("OIDC_CLAIM", default="") or "preferred_username",
        "OIDC_ACCOUNT_FIELD": field,
        # Not for a city to loosen: what the library leaves open by default is closed here.
        "OIDC_RP_SIGN_ALGO": "RS256",
        "OIDC_USE_NONCE": True,
        "OIDC_USE_PKCE": True,
        "OIDC_VERIFY_SSL": True,
        "OIDC_CREATE_USER": False,
        "OIDC_TIMEOUT": (3, 8),
        "OIDC_STORE_ID_TOKEN": bool(logout),
        "OIDC_AUTHENTICATION_CALLBACK_URL": "cadres:sso_back",
    }


def _mail_more(env: Reader) -> dict[str, Any]:
    security = env.str("MAIL_SECURITY", default="").strip().lower() or "starttls"
    if security not in MAIL_PORTS:
        message = f"MAIL_SECURITY must be one of {', '.join(MAIL_PORTS)}"
        raise ImproperlyConfigured(message)
    port = env.str("MAIL_PORT", default="").strip() or str(MAIL_PORTS[security])
    if not port.isdecimal():
        message = f"MAIL_PORT must be a whole number, not {port!r}"
        raise ImproperlyConfigured(message)
    account = _together(env, ("MAIL_USER", "MAIL_PASSWORD"))
    return {"MAIL_PORT": int(port), "MAIL_SECURITY": security, **(account or {"MAIL_USER": "", "MAIL_PASSWORD": ""})}


def _together(env: Reader, names: tuple[str, ...]) -> dict[str, str]:
    """All of them or none: what is missing is named."""
    said = {name: env.str(name, default="").strip() for name in names}
    missing = [name for name, value in said.items() if not value]
    if len(missing) == len(names):
        return {}
    if missing:
        message = f"{', '.join(missing)} must be set too: {', '.join(names)} belong together"
        raise ImproperlyConfigured(message)
    return said


def _demand_address(said: Mapping[str, str], name: str, *, production: bool) -> None:
    if not _HTTP.fullmatch(said[name]) or (production and not said[name].startswith("https://")):
        message = f"{name} must begin with https://"
        raise ImproperlyConfigured(message)
