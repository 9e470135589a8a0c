"""From which address somebody asks (R-72): the socket's, or, behind one proxy of ours, the last hop that it added."""

from ipaddress import ip_address
from typing import Any

from django.conf import settings


def address(request: Any) -> str:
    """An IP address. What stands before the last hop was written by the caller and proves nothing."""
    if settings.PROXY_COUNT:
        hop = str(request.META.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2]).strip()
        if _is_address(hop):
            return hop
    return str(request.META.get("REMOTE_ADDR", ""))


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
