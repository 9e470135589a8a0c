"""The province, and pushes to other systems (R-65): read from the environment, off unless configured, fail closed."""

from typing import Any

from django.core.exceptions import ImproperlyConfigured

NAMES = ("PROVINCE_URL", "PROVINCE_KEY_ID", "PROVINCE_SECRET")
SHORTEST_SECRET = 32


def province(env: Any, *, production: bool) -> tuple[str, str, str]:
    """All three, or none: without them nothing is sent upward, and the spreadsheets remain."""
    url, key_id, secret = (str(env.str(name, default="")).strip() for name in NAMES)
    said = dict(zip(NAMES, (url, key_id, secret), strict=True))
    lacking = [name for name, value in said.items() if not value]
    _refuse(0 < len(lacking) < len(NAMES), f"{', '.join(lacking)} must be set too, or none of {', '.join(NAMES)}")
    schemes = ("https://",) if production else ("https://", "http://")
    _refuse(bool(url) and not url.startswith(schemes), "PROVINCE_URL must begin with https://")
    short = production and secret and len(secret) < SHORTEST_SECRET
    _refuse(bool(short), f"PROVINCE_SECRET must have at least {SHORTEST_SECRET} characters")
    return url.rstrip("/"), key_id, secret


def webhook_hosts(env: Any) -> list[str]:
    """Hosts (host or host:port) a push may go to. None named: no pushes."""
    hosts = [str(host).strip().lower() for host in env.list("WEBHOOK_HOSTS", default=[]) if str(host).strip()]
    _refuse(any("*" in host or "/" in host for host in hosts), "WEBHOOK_HOSTS names hosts: no *, no addresses")
    return hosts


def _refuse(condition: bool, message: str) -> None:  # noqa: FBT001 - reads as the settings' own
    if condition:
        raise ImproperlyConfigured(message)
