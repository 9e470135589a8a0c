#!/usr/bin/env python3
"""`make run`: set up, build the demo city once, start web, worker and beat, stop all of them together.

Environment: PORT (8000), HOST (127.0.0.1), VAR_DIR (var), DATABASE_URL, REDIS_URL, DEMO=0 for an empty portal.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import hashlib
import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import IO, NoReturn

import processes
import setup

ROOT = setup.ROOT
PYTHON = str(setup.PYTHON)
START_SECONDS = 60
LAST_PORT = 65535
LAST_LINES = 15


class Stopped(Exception):
    """Ctrl-C, SIGTERM or a closed terminal."""


def _stopped(number: int, frame: object) -> NoReturn:
    raise Stopped


def read_dotenv() -> None:
    """Take over `.env` as the settings do: what the shell says wins."""
    file = ROOT / ".env"
    for line in file.read_text(encoding="utf-8").splitlines() if file.exists() else ():
        name, sign, value = line.partition("=")
        if sign and not name.lstrip().startswith("#"):
            os.environ.setdefault(name.strip(), value.strip().strip("'\""))


def address() -> tuple[str, int]:
    """Where to listen."""
    said = os.environ.get("PORT", "") or "8000"
    if not said.isdecimal() or not 0 < int(said) <= LAST_PORT:
        setup.stop(f"PORT 应是 1 到 65535 之间的数字，现在是“{said}”。例如：PORT=8001 make run")
    return os.environ.get("HOST", "") or "127.0.0.1", int(said)


def check_port(host: str, port: int) -> None:
    """Say so before anything else when somebody is there already."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except PermissionError:
            setup.stop(f"没有权限使用端口 {port}（1024 以下要管理员）。换一个：PORT=8001 make run")
        except OSError as error:
            why = "已有程序在用" if error.errno == errno.EADDRINUSE else f"不能用（{error.strerror}）"
            setup.stop(f"端口 {port} {why}。换一个：PORT={port + 1} make run")


def environment(host: str) -> dict[str, str]:
    """What the children run with."""
    env = dict(os.environ)
    env.setdefault("ENVIRONMENT", "development")
    env["VAR_DIR"] = str(Path(env.get("VAR_DIR") or ROOT / "var").resolve())
    env["PYTHONUNBUFFERED"] = "1"
    env.setdefault("STATIC_COLLECTED", "true")
    if host not in {"127.0.0.1", "localhost", "::1"}:
        env.setdefault("ALLOWED_HOSTS", "*")  # a development run that was asked to be reachable; production refuses "*"
    return env


def only_one(var: Path) -> IO[str]:
    """Hold a lock as long as this runs: two beats on one folder would only get in each other's way."""
    var.mkdir(parents=True, exist_ok=True)
    lock = (var / "launch.lock").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        setup.stop(f"门户已经在运行（数据目录 {var}）。先停掉它，或另指定目录：VAR_DIR=/另一目录 PORT=8001 make run")
    return lock


def manage(env: dict[str, str], *command: str, quiet: bool = False) -> None:
    """Run one management command; a failure ends everything with its own output above."""
    code, said = processes.run_whole([PYTHON, "manage.py", *command], cwd=ROOT, env=env, quiet=quiet)
    if code:
        sys.stdout.write(said)
        setup.stop(f"manage.py {command[0]} 没有完成，原因见上。")


def collect_static(env: dict[str, str]) -> None:
    """Hash and compress the static files, as in production; skipped while none has changed."""
    if env["STATIC_COLLECTED"] != "true":
        return
    ours = sorted(path for path in (ROOT / "static").rglob("*") if path.is_file())
    sources = [*ours, ROOT / "zhuqi" / "staticfinder.py", ROOT / "package-lock.json", ROOT / "requirements.lock"]
    # Names count too: a file moved is a file changed.
    names = "\n".join(map(str, ours))
    wanted = setup.fingerprint(*sources) + hashlib.sha256(names.encode()).hexdigest()
    stamp = Path(env["VAR_DIR"]) / ".static-collected"
    if stamp.exists() and stamp.read_text() == wanted:
        return
    setup.say("整理静态文件")
    manage(env, "collectstatic", "--no-input", "--clear", quiet=True)
    stamp.write_text(wanted)


def is_built(database: Path) -> bool:
    """Whether a database file holds a portal with people in it."""
    if not database.exists():
        return False
    with contextlib.closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        try:
            return connection.execute("SELECT count(*) FROM cadres_user").fetchone()[0] > 0
        except sqlite3.Error:
            return False


def prepare(env: dict[str, str]) -> None:
    """Migrate and, the first time, build the demo city.

    On SQLite it is built in a file of its own and renamed when whole: an interrupted build leaves no half city.
    """
    demo = env.get("DEMO", "1") not in {"0", "no", "false"}
    var = Path(env["VAR_DIR"])
    database = var / "db.sqlite3"
    if env.get("DATABASE_URL") or not demo or is_built(database):
        setup.say("更新数据库结构")
        manage(env, "migrate", "--no-input", quiet=True)
        if demo and env.get("DATABASE_URL"):
            manage(env, "build_demo_city")
        return
    building = var / "db.building.sqlite3"
    for left in var.glob(f"{building.name}*"):
        left.unlink()
    apart = {**env, "DATABASE_URL": f"sqlite:///{building}"}
    setup.say("建立数据库")
    manage(apart, "migrate", "--no-input", quiet=True)
    setup.say("生成演示城市（首次约两三分钟）")
    manage(apart, "build_demo_city")
    with contextlib.closing(sqlite3.connect(building)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    for old in var.glob(f"{database.name}-*"):
        old.unlink()
    building.replace(database)
    for left in var.glob(f"{building.name}-*"):
        left.unlink()


def commands(host: str, port: int, var: Path) -> dict[str, list[str]]:
    """The three processes. Without gossip and mingle: there is one worker, and files are a slow way to chat."""
    bind = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    celery = [PYTHON, "-m", "celery", "-A", "zhuqi"]
    return {
        "web": [
            *[PYTHON, "-m", "gunicorn", "zhuqi.wsgi", "--bind", bind, "--workers", "2", "--worker-class", "gthread"],
            *["--threads", "4", "--graceful-timeout", "5", "--access-logfile", "-"],
        ],
        "worker": [
            *[*celery, "worker", "--loglevel", "INFO", "--concurrency", "2"],
            *["--without-gossip", "--without-mingle", "--without-heartbeat"],
        ],
        "beat": [*celery, "beat", "--loglevel", "INFO", "--pidfile=", "--schedule", str(var / "beat-schedule")],
    }


def complain_of_dead(children: dict[str, subprocess.Popen[bytes]], logs: Path) -> None:
    """End with the last lines of the log when one of the three is gone."""
    for name, child in children.items():
        if child.poll() is not None:
            lines = (logs / f"{name}.log").read_text(errors="replace").splitlines()[-LAST_LINES:]
            said = "\n  ".join(lines)
            setup.stop(f"{name} 意外退出（{child.returncode}），已全部停止。日志 {logs / name}.log 的末尾：\n  {said}")


def wait_until_healthy(url: str, children: dict[str, subprocess.Popen[bytes]], logs: Path) -> None:
    """Come back once the portal answers."""
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        complain_of_dead(children, logs)
        try:
            with urllib.request.urlopen(f"{url}/healthz", timeout=2) as answer:  # noqa: S310 - our own address
                if json.load(answer):
                    return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    setup.stop(f"门户在 {START_SECONDS} 秒内没有应答，已停止。日志在 {logs}")


def serve(host: str, port: int, env: dict[str, str]) -> None:
    """Run the three until told to stop."""
    var = Path(env["VAR_DIR"])
    logs = var / "log"
    children: dict[str, subprocess.Popen[bytes]] = {}
    try:
        for name, command in commands(host, port, var).items():
            children[name] = processes.start(command, cwd=ROOT, env=env, log=logs / f"{name}.log")
        reachable = "127.0.0.1" if host in {"0.0.0.0", "::"} else host  # noqa: S104 - compared, not bound
        url = f"http://[{reachable}]:{port}" if ":" in reachable else f"http://{reachable}:{port}"
        wait_until_healthy(url, children, logs)
        print(f"\n门户已启动：{url}\n", flush=True)
        subprocess.run([PYTHON, "manage.py", "sign_ins"], cwd=ROOT, env=env, check=False)
        print(f"\n日志在 {logs}，按 Ctrl-C 停止。", flush=True)
        while True:
            time.sleep(1)
            complain_of_dead(children, logs)
    finally:
        # A second Ctrl-C must not leave orphans.
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        processes.stop_all(list(children.values()))


def main() -> None:
    """Do what `make run` says."""
    setup.check_python()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _stopped)
    read_dotenv()
    host, port = address()
    check_port(host, port)
    env = environment(host)
    try:
        with only_one(Path(env["VAR_DIR"])):
            setup.main(dev=False)
            collect_static(env)
            prepare(env)
            check_port(host, port)
            serve(host, port, env)
    except Stopped:
        print("\n已停止。", flush=True)


if __name__ == "__main__":
    main()
