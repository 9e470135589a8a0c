"""推送能送到哪里（R-65、R-76）：只到名单里的主机，不跟转址；写得再巧也送不到别处去。"""

import ipaddress
import socket
from urllib.parse import urlsplit

from django.conf import settings

URL_MOST = 300


def problem_with(url: str) -> str:
    """这个地址不能用的原因；能用是空的。不查域名。"""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return "这不是一个网址。"
    host = (parts.hostname or "").lower()
    schemes = {"https"} if settings.PRODUCTION else {"https", "http"}
    named = {host, f"{host}:{port}"} if port else {host}
    wrong = (
        (len(url) > URL_MOST or not url.isascii() or not url.isprintable() or " " in url, "网址只能用英文字符，最多 300 个。"),
        (parts.scheme not in schemes, "网址要以 https:// 开头。"),
        (not host, "网址里没有主机。"),
        (parts.username is not None or parts.password is not None, "网址里不要写账号和密码。"),
        (bool(parts.fragment), "网址里不要带 # 后面的部分。"),
        (not settings.WEBHOOK_HOSTS, "还没有许可的主机：请系统管理员在 WEBHOOK_HOSTS 里写上。"),
        (not named & set(settings.WEBHOOK_HOSTS), f"{host} 不在许可的主机名单里（WEBHOOK_HOSTS）。"),
    )  # fmt: skip
    return next((words for is_wrong, words in wrong if is_wrong), "")


def strange_address(url: str) -> str:
    """域名指到了不该去的地方（本机、链路本地、组播）；没有是空的。"""
    parts = urlsplit(url)
    try:
        found = socket.getaddrinfo(parts.hostname, parts.port or 443, proto=socket.IPPROTO_TCP)
    except OSError:
        return "查不到这个主机"
    for row in found:
        address = ipaddress.ip_address(row[4][0])
        if address.is_link_local or address.is_multicast or address.is_unspecified:
            return "主机指到了不许送的地址"
        if address.is_loopback and settings.PRODUCTION:
            return "主机指到了本机"
    return ""
