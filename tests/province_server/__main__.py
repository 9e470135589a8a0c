"""起一个：`python -m tests.province_server 文件夹`，地址写进 文件夹/url。签名自己算，不用门户的代码。"""

import contextlib
import hmac as compare
import json
import os
import sys
import threading
import time
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import jsonschema
import yaml
from cryptography.hazmat.primitives import hashes, hmac

from tests.province_server.faults import Faults
from tests.province_server.store import Store

CONTRACT = Path(__file__).parents[2] / "docs" / "province" / "openapi.yaml"
SECRETS = {"xuchang": "province-test-secret-0123456789abcdef"}
WINDOW = 300


def mac(secret: str, text: str) -> str:
    made = hmac.HMAC(secret.encode(), hashes.SM3())
    made.update(text.encode())
    return made.finalize().hex()


def sm3(body: bytes) -> str:
    made = hashes.Hash(hashes.SM3())
    made.update(body)
    return made.finalize().hex()


class Province(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, folder: Path) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.store = Store(folder / "province.sqlite3")
        self.faults = Faults(folder / "faults.json")
        contract = yaml.safe_load(CONTRACT.read_text())
        schema = {"$ref": "#/components/schemas/Step", "components": contract["components"]}
        self.step = jsonschema.Draft202012Validator(schema)

    def handle_error(self, request, client_address) -> None:
        """对方不等了、进程被杀了：断开的连接不必说。"""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # head and body go out apart: without this each answer waits 40 ms
    server: Province

    def log_message(self, *_) -> None:
        """安静。"""

    def do_GET(self) -> None:
        self.serve(b"")

    def do_POST(self) -> None:
        self.serve(self.rfile.read(int(self.headers.get("Content-Length", 0))))

    def serve(self, body: bytes) -> None:
        fault, said = self.server.faults.draw()
        time.sleep(said.get("delay", 0))
        if fault in INSTEAD:
            return INSTEAD[fault](self, body, said)
        time.sleep(said.get("slow_for", 1) if fault == "slow" else 0)
        status, facts = self.work(body, said)
        if fault == "replay":  # the network delivers the same bytes once more: refused, the nonce has been used
            assert self.work(body, said)[0] == 401
        if fault == "lost":
            return self.drop()
        if fault == "wrong":
            return self.reply(status, {**facts, "receipt_number": "假"}, signature="0" * 64)
        if fault == "garbage":
            return self.reply(status, None, raw=b"<html>\xff\x00" + b"x" * 64)
        return self.reply(status, facts)

    def late(self, body: bytes, said) -> None:
        """断开，过一会儿才做：卡在路上的一个请求。"""
        threading.Timer(said.get("late_for", 1), self.work, (body, said)).start()
        self.drop()

    def drop(self) -> None:
        self.close_connection = True
        self.connection.close()

    def bare(self, status, body=b"", **headers) -> None:
        """没有签名的：不是省平台答的，是路上的什么东西。"""
        self.send_response(status)
        for name, value in ({"Content_Length": str(len(body))} | headers).items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def endless(self) -> None:
        """说有 1 GB，一直给。"""
        self.close_connection = True
        self.bare(200, b"[", Content_Length=str(2**30))
        with contextlib.suppress(OSError):
            for _ in range(2**14):
                self.wfile.write(b" " * 2**16)

    def now(self, said) -> float:
        return time.time() + said.get("skew", 0)

    def work(self, body: bytes, said):
        """验签，再做事：(状态码, 答什么)。"""
        refusal = self.check(body, said)
        if refusal:
            return 401, {"message": refusal}
        address = urlsplit(self.path)
        asked = {name: values[0] for name, values in parse_qs(address.query).items()}
        if (self.command, address.path) == ("POST", "/v1/steps"):
            return self.take_step(body, said)
        if (self.command, address.path) == ("GET", "/v1/cases"):
            return 200, {"items": self.server.store.copies(asked.get("numbers", "").split(",")[:50])}
        if (self.command, address.path) == ("GET", "/v1/handed-down"):
            after = asked.get("after", "0")
            items, following = self.server.store.handed(int(after) if after.isdecimal() else 0)
            return 200, {"items": items, "next": str(following)}
        return 404, {"message": "没有这个地址"}

    def check(self, body: bytes, said) -> str:
        get = self.headers.get
        secret, seconds, nonce = SECRETS.get(get("X-Key-Id", "")), get("X-Timestamp", ""), get("X-Nonce", "")
        if secret is None:
            return "没有这个密钥编号"
        if not seconds.isdecimal() or abs(int(seconds) - self.now(said)) > WINDOW:
            return "时间相差超过 5 分钟"
        text = "\n".join([self.command, self.path, seconds, nonce, sm3(body)])
        if not compare.compare_digest(mac(secret, text), get("X-Signature", "")):
            return "签名不对"
        if not nonce or not self.server.store.is_new_nonce(nonce):
            return "随机数用过了"
        return ""

    def take_step(self, body: bytes, said):
        try:
            step = json.loads(body)
        except ValueError:
            return 422, {"message": "不是 JSON"}
        wrong = [
            {"field": ".".join(str(part) for part in error.path) or "正文", "reason": error.message[:120]}
            for error in self.server.step.iter_errors(step)
        ]
        if wrong:
            return 422, {"message": "内容不合约定", "errors": wrong}
        at = datetime.fromtimestamp(self.now(said), tz=UTC).isoformat()
        return self.server.store.keep(self.headers.get("Idempotency-Key", ""), body.decode(), at)

    def reply(self, status, facts, *, signature: str = "", raw: bytes = b"") -> None:
        body = raw or json.dumps(facts, ensure_ascii=False).encode()
        seconds, nonce = str(int(self.now(self.server.faults.said()))), self.headers.get("X-Nonce", "")
        text = "\n".join([self.command, self.path, seconds, nonce, sm3(body), str(status)])
        secret = SECRETS.get(self.headers.get("X-Key-Id", ""), "")
        self.send_response(status)
        for name, value in (
            ("Content-Type", "application/json; charset=utf-8"),
            ("Content-Length", str(len(body))),
            ("X-Timestamp", seconds),
            ("X-Nonce", nonce),
            ("X-Signature", signature or mac(secret, text)),
        ):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


PAGE = "<html><h1>请登录上网认证</h1></html>".encode()
INSTEAD = {
    "down": lambda handler, _, __: handler.drop(),
    "error": lambda handler, _, __: handler.reply(500, {"message": "内部错误"}),
    "moved": lambda handler, _, __: handler.bare(302, Location="/v1/elsewhere"),
    "page": lambda handler, _, __: handler.bare(200, PAGE, Content_Type="text/html"),
    "huge": lambda handler, _, __: handler.endless(),
    "late": Handler.late,
}


def main(folder: Path) -> None:
    server = Province(folder)
    fresh = folder / f"url.{os.getpid()}"
    fresh.write_text(f"http://127.0.0.1:{server.server_port}")
    fresh.rename(folder / "url")
    server.serve_forever()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
