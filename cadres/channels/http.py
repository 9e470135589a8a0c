"""One careful POST: short timeouts, no redirects, no proxies or credentials from the environment, a small answer."""

import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import requests

from cadres.channels.port import Trouble

TIMEOUTS = (3.05, 8)  # seconds to connect, and between two bytes of the answer
ANSWER_MOST = 64 * 1024
WAIT_MOST = 6 * 3600


def post(url: str, body: bytes, *, headers: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Post JSON and give the JSON object answered. Raises Trouble in words that hold neither address nor secret."""
    with requests.Session() as session:
        session.trust_env = False
        try:
            answer = session.post(
                url,
                data=body,
                headers={"Content-Type": "application/json; charset=utf-8", **(headers or {})},
                timeout=TIMEOUTS,
                allow_redirects=False,
                stream=True,
            )
            return _read(answer)
        # Their own text names the address, and with it a robot's key: it goes no further.
        except requests.Timeout:
            raise Trouble("对方没有在规定时间内回答") from None
        except requests.RequestException:
            raise Trouble("连不上对方的服务器") from None


def _read(answer: requests.Response) -> dict[str, Any]:
    if answer.status_code in {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE}:
        raise Trouble("对方限流或暂停服务", after=_wait(answer.headers.get("Retry-After", "")))
    if answer.status_code != HTTPStatus.OK:
        raise Trouble(f"对方回答 HTTP {answer.status_code}")
    content = b""
    for piece in answer.iter_content(8192):
        content += piece
        if len(content) > ANSWER_MOST:
            raise Trouble("对方的回答太长")
    try:
        said = json.loads(content)
    except ValueError:
        said = None
    if not isinstance(said, dict):
        raise Trouble("对方的回答看不懂")
    return said


def _wait(said: str) -> int:
    """Retry-After in seconds; a date is left to our own patience."""
    return min(int(said), WAIT_MOST) if said.strip().isdecimal() else 0
