"""企业微信群机器人：在一个工作群里 @ 本人，只说有几条、哪一类（群里人人看得到，ADR 0079）。"""

import json
from collections.abc import Mapping
from typing import Any

from cadres.channels.http import post
from cadres.channels.port import Letter, Trouble

TOO_OFTEN = 45009  # 每个机器人每分钟最多 20 条
WRONG_KEY = 93000
A_MINUTE = 60


class WeComRobot:
    """WECOM_WEBHOOK_URL（带 key）。"""

    def __init__(self, said: Mapping[str, Any]) -> None:
        self.said = said

    def send(self, letter: Letter) -> str:
        """发一条文本；机器人不给编号。"""
        text = {"content": f"{letter.text}\n{letter.link}", "mentioned_mobile_list": [letter.to]}
        body = json.dumps({"msgtype": "text", "text": text}, ensure_ascii=False).encode()
        code = post(self.said["WECOM_WEBHOOK_URL"], body).get("errcode")
        if code == 0:
            return ""
        if code == TOO_OFTEN:
            raise Trouble("企业微信限流：每分钟最多 20 条", after=A_MINUTE)
        if code == WRONG_KEY:
            raise Trouble("企业微信说机器人地址不对，请核对 WECOM_WEBHOOK_URL")
        raise Trouble(f"企业微信没有收（代码 {str(code)[:20]}）")
