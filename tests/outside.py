"""What stands outside, on this machine: an HTTP server that answers as told, and a mail server that writes down what it got."""

import json
import socketserver
import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Provider:
    """Requests taken so far, and the answers still to be given; with none left, `usual`."""

    url: str = ""
    usual: Any = field(default_factory=lambda: {"code": 0, "errcode": 0, "id": "G-1"})
    answers: deque = field(default_factory=deque)
    taken: list[dict[str, Any]] = field(default_factory=list)

    @property
    def bodies(self) -> list[dict[str, Any]]:
        return [each["json"] for each in self.taken]


@contextmanager
def provider() -> Iterator[Provider]:
    """An answer is a dict (200), a status, a (status, headers, body), or "hang" (it never comes)."""
    mine = Provider()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            mine.taken.append(
                {"path": self.path, "headers": dict(self.headers), "body": body, "json": json.loads(body)}
            )
            said = mine.answers.popleft() if mine.answers else mine.usual
            if said == "hang":
                time.sleep(3)
                return
            status, headers, text = 200, {}, said
            if isinstance(said, int):
                status, text = said, "no"
            elif isinstance(said, tuple):
                status, headers, text = said
            content = (json.dumps(text) if isinstance(text, dict | list) else str(text)).encode()
            self.send_response(status)
            for name, value in {"Content-Length": str(len(content)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    mine.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield mine
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@dataclass
class Postbox:
    """Letters taken so far; `refuse` maps a mailbox to the code it is refused with."""

    port: int = 0
    refuse: dict[str, int] = field(default_factory=dict)
    letters: list[str] = field(default_factory=list)


class _Post(socketserver.StreamRequestHandler):
    """As much SMTP as smtplib speaks."""

    def say(self, line):
        self.wfile.write(f"{line}\r\n".encode())

    def handle(self):
        self.say("220 test")
        while line := self.rfile.readline().decode().strip():
            verb = line[:4].upper()
            if verb == "RCPT":
                code = self.server.box.refuse.get(line[line.index("<") + 1 : line.index(">")], 250)
                self.say(f"{code} {'ok' if code == 250 else 'no'}")
            elif verb == "DATA":
                self.say("354 go on")
                self.server.box.letters.append(self.letter())
                self.say("250 taken")
            else:
                self.say("221 bye" if verb == "QUIT" else "250 ok")

    def letter(self):
        lines = []
        while (line := self.rfile.readline().decode()) != ".\r\n":
            lines.append(line)
        return "".join(lines)


@contextmanager
def mail_server() -> Iterator[Postbox]:
    """A mail server of its own thread."""
    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Post)
    server.daemon_threads = True
    server.box = Postbox(port=server.server_address[1])
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server.box
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
