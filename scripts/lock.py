#!/usr/bin/env python3
"""`make lock`: make the three locks anew, and see that none names a host (a closed network has its own mirror)."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import setup

LOCKS = ("requirements.lock", "requirements-dev.lock", "package-lock.json")


def strip_funding(file: Path) -> None:
    """Npm copies each package's donation address into the lock; nothing needs it."""
    lock = json.loads(file.read_text(encoding="utf-8"))
    for package in lock["packages"].values():
        package.pop("funding", None)
    file.write_text(json.dumps(lock, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def export(uv: str, name: str, *options: str) -> None:
    """Write one requirements file: versions and hashes, one comment of ours."""
    command = [uv, "export", "--quiet", "--locked", "--no-emit-project", "--no-header", *options]
    said = subprocess.run(command, cwd=setup.ROOT, capture_output=True, text=True, check=True).stdout
    note = "# Made by `make lock` from pyproject.toml. Installed with pip --require-hashes.\n"
    (setup.ROOT / name).write_text(note + said, encoding="utf-8")


def main() -> int:
    """Write the locks, check them."""
    uv = shutil.which("uv")
    if uv is None:
        setup.stop("更新依赖锁需要 uv：pip install uv。日常运行和测试不需要它。")
    subprocess.run([str(uv), "lock", *sys.argv[1:]], cwd=setup.ROOT, check=True)
    export(str(uv), LOCKS[0], "--no-dev")
    export(str(uv), LOCKS[1])
    command, env = setup.npm()
    subprocess.run(
        [*command, "install", "--ignore-scripts", "--package-lock-only", "--userconfig", "/dev/null"],
        cwd=setup.ROOT,
        env=env,
        check=True,
    )
    strip_funding(setup.ROOT / LOCKS[2])
    named = [name for name in LOCKS if any(mark in (setup.ROOT / name).read_text() for mark in ("://", '"resolved"'))]
    if named:
        setup.stop(f"锁文件里出现了网址：{'、'.join(named)}")
    setup.say("三个锁文件已更新，都不含网址。")
    return 0


if __name__ == "__main__":
    sys.exit(main())
