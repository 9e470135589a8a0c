#!/usr/bin/env python3
"""`make lint`, `make test`: run every check to its end, then say which passed. Non-zero if one did not.

`verify.py lint`: the linters. `verify.py lint test`: and the suite. `verify.py test`: the suite alone
(make test-services, with the services in the environment).
"""

from __future__ import annotations

import os
import subprocess
import sys
import time

import setup

BIN = setup.VENV / "bin"
PYTHON = str(setup.PYTHON)
WORKERS = os.environ.get("TEST_WORKERS") or "2"
NO_TESTS = 5

LINT = {
    "ruff check": [str(BIN / "ruff"), "check", "--output-format", "concise", "."],
    "ruff format": [str(BIN / "ruff"), "format", "--check", "--quiet", "."],
    "mypy": [PYTHON, "-m", "mypy"],
    "import-linter": [str(BIN / "lint-imports"), "--no-logo"],
    "djlint": [str(BIN / "djlint"), "templates", "zhuqi/templates", "--lint", "--quiet"],
    "migrations": [PYTHON, "manage.py", "makemigrations", "--check", "--dry-run"],
}
# By file: a demo city built for a file is built once; in the order collected: the long browser rounds come first.
SHARED = ["-n", WORKERS, "--dist", "loadfile", "--no-loadscope-reorder"]
TEST = {"pytest": [PYTHON, "-m", "pytest", "-q", *SHARED, "--durations", "15"]}


def main(asked: list[str]) -> int:
    """Run what was asked for."""
    env = dict(os.environ)
    env.setdefault("ENVIRONMENT", "development")
    steps = {**(LINT if "lint" in asked else {}), **(TEST if "test" in asked else {})}
    failed: list[str] = []
    took: list[str] = []
    for name, command in steps.items():
        print(f"\n== {name}", flush=True)
        began = time.monotonic()
        code = subprocess.run(command, cwd=setup.ROOT, env=env, check=False).returncode
        if code:
            failed.append(f"{name}（没有运行任何测试）" if name == "pytest" and code == NO_TESTS else name)
        took.append(f"{'×' if code else '✓'} {name} {time.monotonic() - began:.0f} 秒")
    print("\n" + "\n".join(took), flush=True)
    if failed:
        print(f"\n没有通过：{'、'.join(failed)}", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
