"""A portal over a small demo city of its own, and a Chromium to look at it."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from reports.demo.city.sign_ins import PASSWORD

ROOT = Path(__file__).resolve().parents[2]
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1366, "height": 768}
WALL = {"width": 1920, "height": 1080}
QUIET = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync", "--disable-dev-shm-usage"),
)
READY_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Portal:
    """Where it is, what each account finds there ({account: [(picture, address), …]}), Latin words that are names."""

    url: str
    pages: dict[str, list[tuple[str, str]]]
    names: frozenset[str]


def environment(folder: Path, database: str = "") -> dict[str, str]:
    """A development portal whose everything lies in `folder`, but for the rows if `database` is another address."""
    env = {name: value for name, value in os.environ.items() if name not in {"REDIS_URL", "DJANGO_SETTINGS_MODULE"}}
    database = database or f"sqlite:///{folder / 'db.sqlite3'}"
    return env | {"ENVIRONMENT": "development", "DATABASE_URL": database, "VAR_DIR": str(folder), "TZ": "Asia/Shanghai"}


def _run(env: dict[str, str], *command: str) -> str:
    done = subprocess.run([sys.executable, *command], cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    if done.returncode:
        message = f"{' '.join(command)} 没有完成：\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}"
        raise RuntimeError(message)
    return done.stdout


def build(folder: Path, database: str = "") -> None:
    """The small demo city, once a folder."""
    env = environment(folder, database)
    if (folder / "built").exists():
        return
    _run(env, "manage.py", "migrate", "--no-input")
    _run(env, "manage.py", "build_demo_city", "--scale", "small")
    (folder / "built").touch()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(folder: Path, database: str = "") -> Iterator[Portal]:
    """Serve it on a free port, and stop it."""
    build(folder, database)
    env = environment(folder, database)
    known = json.loads(_run(env, "-m", "tests.browser.pages"))
    port = _free_port()
    log = (folder / "web.log").open("wb")
    web = subprocess.Popen(
        [
            *[sys.executable, "-m", "gunicorn", "zhuqi.wsgi", "--bind", f"127.0.0.1:{port}"],
            *["--worker-class", "gthread", "--threads", "4"],
        ],
        cwd=ROOT,
        env=env,
        stdout=log,
        stderr=subprocess.STDOUT,
    )
    try:
        url = f"http://127.0.0.1:{port}"
        _wait(url, web, folder / "web.log")
        yield Portal(url, known["pages"], frozenset(known["names"]))
    finally:
        web.terminate()
        web.wait()
        log.close()


def _wait(url: str, web: "subprocess.Popen[bytes]", log: Path) -> None:
    until = time.monotonic() + READY_SECONDS
    while time.monotonic() < until and web.poll() is None:
        try:
            urllib.request.urlopen(f"{url}/healthz", timeout=2).close()  # noqa: S310 - our own address
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
        else:
            return
    message = f"门户没有起来：\n{log.read_text(errors='replace')[-2000:]}"
    raise RuntimeError(message)


def made_for(picture: str, size: dict[str, int]) -> bool:
    """大屏 hangs on a wall and is drawn for it; every other page is for phones and PCs."""
    return (picture == "wall") == (size == WALL)


@contextmanager
def chromium_at(path: str) -> Iterator[Browser]:
    """The system's browser, without anything that calls outside."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(QUIET))
        yield browser
        browser.close()


def open_page(browser: Browser, portal: Portal, username: str, size: dict[str, int]) -> Page:
    """A fresh window of that size, signed in as `username` (nobody, when empty)."""
    context = browser.new_context(
        viewport=size, base_url=portal.url, locale="zh-CN", timezone_id="Asia/Shanghai", has_touch=size == PHONE
    )
    page = context.new_page()
    page.set_default_timeout(15_000)
    if username:
        page.goto("/login")
        page.fill("input[name=username]", username)
        page.fill("input[name=password]", PASSWORD)
        page.press("input[name=password]", "Enter")
        page.wait_for_url(lambda url: "/login" not in url)
    return page
