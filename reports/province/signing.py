"""签名（R-65）：把方法、路径、时间、随机数、正文的 SM3 连成一串，用 HMAC-SM3 签。来去都签。

应答多一行状态码，随机数就是那次请求的，所以旧应答、别人的应答都对不上。
"""

import hmac as compare
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography.hazmat.primitives import hashes, hmac

WINDOW = timedelta(minutes=5)
KEY_ID, TIMESTAMP, NONCE, SIGNATURE = "X-Key-Id", "X-Timestamp", "X-Nonce", "X-Signature"


@dataclass(frozen=True, slots=True)
class Stamp:
    """什么时候签的、随机数是什么。"""

    at: datetime
    nonce: str

    @property
    def seconds(self) -> str:
        """1970 年以来的秒。"""
        return str(int(self.at.timestamp()))


def sm3(body: bytes) -> str:
    """正文的 SM3，64 位小写十六进制。"""
    digest = hashes.Hash(hashes.SM3())
    digest.update(body)
    return digest.finalize().hex()


def canonical(method: str, path: str, stamp: Stamp, body: bytes, *, status: int | None = None) -> str:
    """要签的那一串，一行一项；`path` 带查询串。应答在最后加状态码。"""
    lines = [method.upper(), path, stamp.seconds, stamp.nonce, sm3(body)]
    return "\n".join(lines if status is None else [*lines, str(status)])


def sign(text: str, secret: str) -> str:
    """HMAC-SM3，64 位小写十六进制。"""
    mac = hmac.HMAC(secret.encode(), hashes.SM3())
    mac.update(text.encode())
    return mac.finalize().hex()


def is_signed(text: str, signature: str, secret: str) -> bool:
    """比对用固定时间，快慢里看不出对了几位。"""
    return compare.compare_digest(sign(text, secret).encode(), signature.encode())


def is_fresh(seconds: str, at: datetime) -> bool:
    """时间在前后五分钟以内；写得不对的不算。"""
    return seconds.isascii() and seconds.isdecimal() and len(seconds) <= 12 and _distance(int(seconds), at) <= WINDOW


def _distance(seconds: int, at: datetime) -> timedelta:
    return timedelta(seconds=abs(seconds - at.timestamp()))
