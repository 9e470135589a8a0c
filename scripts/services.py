#!/usr/bin/env python3
"""Give a command a PostgreSQL and a Redis: `services.py COMMAND …` sets DATABASE_URL and REDIS_URL for it.

Taken in this order: what the environment names, the local servers at their standard ports, throw-away ones that are
started here and removed afterwards.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import processes
import setup

if TYPE_CHECKING:
    from collections.abc import Iterator

STANDARD_DATABASE = "postgresql://postgres@127.0.0.1:5432/postgres"
STANDARD_REDIS = "redis://127.0.0.1:6379/15"  # the last database: the first may hold somebody's data
READY_SECONDS = 30
WAYS_TO_GET = "Debian / Ubuntu：apt-get install postgresql redis-server"


def answers(kind: str, url: str) -> bool:
    """Whether a server is there and lets us in (for PostgreSQL: lets us create databases)."""
    asks = {
        "database": "import psycopg2,sys; c=psycopg2.connect(sys.argv[1], connect_timeout=3).cursor();"
        "c.execute('select rolcreatedb or rolsuper from pg_roles where rolname=current_user');"
        "sys.exit(not c.fetchone()[0])",
        "redis": "import redis,sys; redis.Redis.from_url(sys.argv[1], socket_connect_timeout=3).ping()",
    }
    return subprocess.run([str(setup.PYTHON), "-c", asks[kind], url], capture_output=True, check=False).returncode == 0


def free_port() -> int:
    """A port nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_for(kind: str, url: str) -> str:
    """Come back once the server answers."""
    until = time.monotonic() + READY_SECONDS
    while time.monotonic() < until:
        if answers(kind, url):
            return url
        time.sleep(0.2)
    setup.stop(f"临时的 {kind} 服务没有在 {READY_SECONDS} 秒内应答。")
    return url


def server_program(name: str) -> str:
    """Where a server's program is; Debian keeps PostgreSQL's out of PATH."""
    debian = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), reverse=True)
    found = shutil.which(name) or (str(debian[0]) if debian else None)
    if found is None:
        setup.stop(f"没有找到 {name}，也没有可用的本机服务。\n  {WAYS_TO_GET}；或设置 DATABASE_URL、REDIS_URL。")
    return str(found)


@contextmanager
def throw_away_database() -> Iterator[str]:
    """A cluster of its own in a temporary folder. PostgreSQL refuses root, so then it runs as `postgres` or `nobody`."""
    folder = Path(tempfile.mkdtemp(prefix="zhuqi-pg-"))
    as_whom: list[str] = []
    if os.geteuid() == 0:
        names = {entry.pw_name for entry in pwd.getpwall()}
        user = "postgres" if "postgres" in names else "nobody"
        shutil.chown(folder, user)
        as_whom = [shutil.which("runuser") or "runuser", "-u", user, "--"]
    data, port = folder / "data", free_port()
    initdb = [*as_whom, server_program("initdb"), "-D", str(data), "-U", "postgres", "-A", "trust", "-E", "UTF8"]
    subprocess.run([*initdb, "--locale=C.UTF-8", "--no-sync"], check=True, stdout=subprocess.DEVNULL, cwd=folder)
    options = ["-p", str(port), "-k", str(folder), "-c", "listen_addresses=127.0.0.1", "-c", "fsync=off"]
    # The program itself, not runuser: its signals must reach it. setpriv-like dropping is runuser's work, so exec it.
    command = [*as_whom, server_program("postgres"), "-D", str(data), *options]
    server = processes.start(
        command, cwd=folder, env=os.environ, log=Path(tempfile.gettempdir()) / f"{folder.name}.log"
    )
    try:
        yield wait_for("database", f"postgresql://postgres@127.0.0.1:{port}/postgres")
    finally:
        # SIGINT is PostgreSQL's "fast shutdown"; runuser passes only SIGTERM on, which would wait for clients.
        subprocess.run(
            [*as_whom, server_program("pg_ctl"), "stop", "-D", str(data), "-m", "immediate", "-w"],
            check=False,
            stdout=subprocess.DEVNULL,
            cwd=folder,
        )
        processes.stop_all([server])
        shutil.rmtree(folder, ignore_errors=True)
        (Path(tempfile.gettempdir()) / f"{folder.name}.log").unlink(missing_ok=True)


@contextmanager
def throw_away_redis() -> Iterator[str]:
    """A Redis that keeps nothing."""
    folder, port = Path(tempfile.mkdtemp(prefix="zhuqi-redis-")), free_port()
    command = [server_program("redis-server"), "--port", str(port), "--bind", "127.0.0.1", "--save", ""]
    server = processes.start(
        [*command, "--appendonly", "no", "--dir", str(folder)],
        cwd=folder,
        env=os.environ,
        log=folder / "redis.log",
    )
    try:
        yield wait_for("redis", f"redis://127.0.0.1:{port}/0")
    finally:
        processes.stop_all([server])
        shutil.rmtree(folder, ignore_errors=True)


def main() -> int:
    """Run the command with both services."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    env = dict(os.environ)
    with ExitStack() as stack:
        for kind, name, standard, made in (
            ("database", "DATABASE_URL", STANDARD_DATABASE, throw_away_database),
            ("redis", "REDIS_URL", STANDARD_REDIS, throw_away_redis),
        ):
            if env.get(name):
                if not answers(kind, env[name]):
                    setup.stop(f"{name} 指定的服务没有应答，或不允许新建测试数据库。")
                setup.say(f"{name}：用环境变量指定的服务")
            elif answers(kind, standard):
                env[name] = standard
                setup.say(f"{name}：用本机标准端口上的服务")
            else:
                setup.say(f"{name}：启动一个临时的服务，用完即删")
                env[name] = stack.enter_context(made())
        return subprocess.run(sys.argv[1:], env=env, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
