"""走 HTTP 的一端（R-65）：签名发出，应答验过签才算数；不跟转址，不用环境里的代理，应答只读有限的长度。"""

import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode, urlsplit

import requests

from reports.province import signing

CONNECT_SECONDS, READ_SECONDS = 5, 20
LONGEST_ANSWER = 4 * 1024 * 1024
Clock = Callable[[], datetime]


class UnreachableError(Exception):
    """没有得到可信的应答：做没做不知道，要再送一次。"""


@dataclass(frozen=True, slots=True)
class Answer:
    """一个验过签的应答。"""

    status: int
    facts: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Account:
    """地址、密钥编号、密钥。"""

    url: str
    key_id: str
    secret: str


class ProvinceClient:
    """对省平台说话。一次用一个，用完 `close`。"""

    def __init__(self, account: Account, clock: Clock) -> None:
        self.account = account
        self.clock = clock
        self.session = requests.Session()
        self.session.trust_env = False  # a proxy or a .netrc of the machine is none of our business

    def close(self) -> None:
        """放开连接。"""
        self.session.close()

    def get(self, path: str, **query: str) -> Answer:
        """读。错误：UnreachableError。"""
        return self._ask("GET", f"{path}?{urlencode(query)}" if query else path, b"", {})

    def post(self, path: str, body: str, *, key: str) -> Answer:
        """写；`key` 相同就是同一次。错误：UnreachableError。"""
        headers = {"Content-Type": "application/json; charset=utf-8", "Idempotency-Key": key}
        return self._ask("POST", path, body.encode(), headers)

    def _ask(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> Answer:
        url = self.account.url.rstrip("/") + path
        signed_path = urlsplit(url).path + (f"?{urlsplit(url).query}" if urlsplit(url).query else "")
        stamp = signing.Stamp(self.clock(), secrets.token_hex(16))
        headers |= {
            signing.KEY_ID: self.account.key_id,
            signing.TIMESTAMP: stamp.seconds,
            signing.NONCE: stamp.nonce,
            signing.SIGNATURE: signing.sign(signing.canonical(method, signed_path, stamp, body), self.account.secret),
        }
        try:
            with self.session.request(
                method, url, data=body or None, headers=headers, allow_redirects=False, stream=True,
                timeout=(CONNECT_SECONDS, READ_SECONDS),
            ) as answer:  # fmt: skip
                said = answer.raw.read(LONGEST_ANSWER + 1, decode_content=True)
        except (requests.RequestException, OSError) as broken:
            raise UnreachableError(words_of(broken)) from broken
        except Exception as broken:  # urllib3 raises its own when a body breaks off
            raise UnreachableError("应答没有收完，连接就断了") from broken
        self._check(answer, said, f"{method} {signed_path}", stamp)
        return Answer(answer.status_code, _facts(said))

    def _check(self, answer: requests.Response, said: bytes, asked: str, stamp: signing.Stamp) -> None:
        """应答是省平台签的、是答这一次的、不是旧的。"""
        if len(said) > LONGEST_ANSWER:
            raise UnreachableError("应答太长，没有收")
        seconds, signature = answer.headers.get(signing.TIMESTAMP, ""), answer.headers.get(signing.SIGNATURE, "")
        if not signature:
            raise UnreachableError(f"对方答 {answer.status_code}，没有签名，不算数")
        if answer.headers.get(signing.NONCE) != stamp.nonce or not signing.is_fresh(seconds, self.clock()):
            raise UnreachableError("应答不是答这一次的，或时间差得太多（请核对两边的时钟）")
        method, _, path = asked.partition(" ")
        echoed = signing.Stamp(datetime.fromtimestamp(int(seconds), tz=stamp.at.tzinfo), stamp.nonce)
        text = signing.canonical(method, path, echoed, said, status=answer.status_code)
        if not signing.is_signed(text, signature, self.account.secret):
            raise UnreachableError("应答的签名不对，不算数（请核对密钥）")


def words_of(broken: Exception) -> str:
    """网络上的错用人话说。"""
    if isinstance(broken, requests.Timeout):
        return "对方没有在时限内应答"
    if isinstance(broken, requests.exceptions.SSLError):
        return "对方的证书不对"
    return "连不上对方，或连接中断"


def _facts(said: bytes) -> dict[str, Any]:
    try:
        found = json.loads(said) if said else {}
    except (ValueError, RecursionError):
        raise UnreachableError("应答不是约定的 JSON") from None
    if not isinstance(found, dict):
        raise UnreachableError("应答不是约定的样子")
    cleaned: dict[str, Any] = _without_nul(found)
    return cleaned


def _without_nul(value: Any) -> Any:
    """PostgreSQL 存不了 NUL：一件里有一个，不能把后面的都堵住。"""
    if isinstance(value, str):
        return value.replace("\x00", "")
    if isinstance(value, dict):
        return {_without_nul(name): _without_nul(each) for name, each in value.items()}
    return [_without_nul(each) for each in value] if isinstance(value, list) else value
