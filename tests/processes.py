"""Real processes on the test's own database: `start_worker()` gives a Celery worker that is ready, `run_command()` runs
manage.py. Take them as fixtures; messages go in by `zhuqi.celery.app.send_task(name)`."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import count
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from zhuqi.celery import app

READY_SECONDS = 30


def database_url() -> str:
    """The address of the database this test runs on."""
    said = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{said['NAME']}"
    secret = f":{said['PASSWORD']}" if said["PASSWORD"] else ""
    return f"postgresql://{said['USER']}{secret}@{said['HOST']}:{said['PORT'] or 5432}/{said['NAME']}"


@pytest.fixture
def live_env(transactional_db) -> dict[str, str]:
    """The environment of a process that works on this test's (committed) data and broker."""
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "zhuqi.settings",
        "ENVIRONMENT": "development",
        "DATABASE_URL": database_url(),
        "VAR_DIR": str(settings.VAR_DIR),
    }


@pytest.fixture
def run_command(live_env) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run one management command as a process of its own."""

    def run(*command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "manage.py", *command],
            cwd=settings.BASE_DIR,
            env=live_env,
            capture_output=True,
            text=True,
            check=False,
        )

    return run


@pytest.fixture
def start_worker(live_env, tmp_path: Path) -> Iterator[Callable[..., subprocess.Popen[bytes]]]:
    """Start real workers; all are gone when the test is over, also those that were killed half-way."""
    app.control.purge()
    running: list[subprocess.Popen[bytes]] = []
    numbers = count(1)

    def start(**environment: str) -> subprocess.Popen[bytes]:
        number = next(numbers)
        log = tmp_path / f"worker-{number}.log"
        with log.open("wb") as out:
            child = subprocess.Popen(
                [
                    *[sys.executable, "-m", "celery", "-A", "zhuqi", "worker", "-l", "INFO", "-n", f"test{number}@%h"],
                    *["--concurrency", "1", "--without-gossip", "--without-mingle", "--without-heartbeat"],
                ],
                cwd=settings.BASE_DIR,
                env={**live_env, **environment},
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        running.append(child)
        until = time.monotonic() + READY_SECONDS
        while b"ready." not in log.read_bytes():
            if child.poll() is not None or time.monotonic() > until:
                pytest.fail(f"the worker did not start:\n{log.read_text()}")
            time.sleep(0.05)
        return child

    yield start
    for child in running:
        with suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()
    app.control.purge()
