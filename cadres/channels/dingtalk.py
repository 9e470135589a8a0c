"""钉钉群机器人（加签）：在一个工作群里 @ 本人，只说有几条、哪一类（群里人人看得到，ADR 0079）。"""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from cadres.channels.http import post
from cadres.channels.port import Letter, Trouble

TOO_OFTEN = frozenset({130101, 410100})
WRONG_SIGNATURE = 310000
A_MINUTE = 60
THOUSAND = 1000


def signature(secret: str, stamp: str) -> str:
    """钉钉的签名：以密钥对“毫秒时间戳、换行、密钥”作 HMAC-SHA256，再 Base64。"""
    digest = hmac.new(secret.encode(), f"{stamp}\n{secret}".encode(), hashlib.sha256).digest()
    return base64.b64encode(digest).decode()


class DingTalkRobot:
    """DINGTALK_WEBHOOK_URL（带 access_token）、DINGTALK_SECRET（SEC 开头）。"""

    def __init__(self, said: Mapping[str, Any]) -> None:
        self.said = said

    def send(self, letter: Letter) -> str:
        """发一条文本；机器人不给编号。"""
        stamp = str(int(letter.at.timestamp() * THOUSAND))
        url = self.said["DINGTALK_WEBHOOK_URL"]
        signed = urlencode({"timestamp": stamp, "sign": signature(self.said["DINGTALK_SECRET"], stamp)})
        content = f"{letter.text}\n{letter.link}\n@{letter.to}"
        said = {"msgtype": "text", "text": {"content": content}, "at": {"atMobiles": [letter.to], "isAtAll": False}}
        body = json.dumps(said, ensure_ascii=False).encode()
        code = post(f"{url}{'&' if '?' in url else '?'}{signed}", body).get("errcode")
        if code == 0:
            return ""
        if code in TOO_OFTEN:
            raise Trouble("钉钉限流：每分钟最多 20 条", after=A_MINUTE)
        if code == WRONG_SIGNATURE:
            raise Trouble("钉钉说签名或关键词不对，请核对 DINGTALK_SECRET 和服务器时间")
        raise Trouble(f"钉钉没有收（代码 {str(code)[:20]}）")
