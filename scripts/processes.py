"""Child processes that never outlive their parent: each in its own group, ended politely, then by force."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

PR_SET_PDEATHSIG = 1
POLITE_SECONDS = 10


def _die_with_parent() -> None:
    """Linux: a parent killed with -9 cannot tidy up, so the kernel tells the child."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def start(command: Sequence[str], *, cwd: Path, env: Mapping[str, str], log: Path) -> subprocess.Popen[bytes]:
    """Start one, in a group of its own, writing to its log."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as out:
        return subprocess.Popen(
            command,
            cwd=cwd,
            env=dict(env),
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=_die_with_parent,
        )


def run_whole(command: Sequence[str], *, cwd: Path, env: Mapping[str, str], quiet: bool = False) -> tuple[int, str]:
    """Run one to its end; if this process is told to stop meanwhile, the whole group goes too."""
    out = subprocess.PIPE if quiet else None
    child = subprocess.Popen(
        command,
        cwd=cwd,
        env=dict(env),
        stdin=subprocess.DEVNULL,
        stdout=out,
        stderr=subprocess.STDOUT if quiet else None,
        start_new_session=True,
        preexec_fn=_die_with_parent,
    )
    try:
        said, _ = child.communicate()
    except BaseException:
        stop_all([child])
        raise
    return child.returncode, (said or b"").decode(errors="replace")


def stop_all(children: Sequence[subprocess.Popen[bytes]]) -> None:
    """End them all: SIGTERM to the leader (it tells its own), after a while SIGKILL to what is left of the group."""
    for child in children:
        if child.poll() is None:
            child.terminate()
    patience = time.monotonic() + POLITE_SECONDS
    for child in children:
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(timeout=max(0.1, patience - time.monotonic()))
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()
