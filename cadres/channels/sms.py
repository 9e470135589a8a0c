r"""Short messages through a gateway that speaks our small signed contract (docs/adr/0078); a city's own gateway sits behind it.

POST {"id", "phone", "text"} with X-App-Id, X-Timestamp (seconds) and
X-Signature = hex HMAC-SHA256(secret, timestamp + "\n" + id + "\n" + hex SHA-256 of the body).
Answer {"code": 0, "id": "the gateway's number"}; the same id again is answered with the same number and sent once.
"""

import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any

from cadres.channels.http import post
from cadres.channels.port import Letter, Refused, Trouble

DONE = {0, "0"}
NO_SUCH_PHONE = {"INVALID_PHONE", "UNSUBSCRIBED", "BLACKLISTED"}
WORDS = {
    "INVALID_PHONE": "短信网关说这个号码不对或已停机",
    "UNSUBSCRIBED": "这个号码退订了",
    "BLACKLISTED": "这个号码不收短信",
}


class SmsGateway:
    """SMS_GATEWAY_URL, SMS_APP_ID, SMS_SECRET."""

    def __init__(self, said: Mapping[str, Any]) -> None:
        self.said = said

    def send(self, letter: Letter) -> str:
        """Send one; the gateway keeps `token` and shows the message once."""
        text = f"{letter.text} {letter.link}".strip()
        body = json.dumps({"id": letter.token, "phone": letter.to, "text": text}, ensure_ascii=False).encode()
        answer = post(self.said["SMS_GATEWAY_URL"], body, headers=self._signed(letter, body))
        code = answer.get("code")
        if code in DONE:
            return str(answer.get("id", ""))[:120]
        if code in NO_SUCH_PHONE:
            raise Refused(WORDS[str(code)])
        raise Trouble(f"短信网关没有收（代码 {str(code)[:20]}）")

    def _signed(self, letter: Letter, body: bytes) -> dict[str, str]:
        stamp = str(int(letter.at.timestamp()))
        said = f"{stamp}\n{letter.token}\n{hashlib.sha256(body).hexdigest()}"
        signature = hmac.new(self.said["SMS_SECRET"].encode(), said.encode(), hashlib.sha256).hexdigest()
        return {"X-App-Id": self.said["SMS_APP_ID"], "X-Timestamp": stamp, "X-Signature": signature}
