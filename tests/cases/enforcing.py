"""一个真正的执行进程：`python -m tests.cases.enforcing 时刻 起跑文件`；等起跑文件出现再跑，好让几个进程一起跑。"""

import os
import signal
import subprocess
import sys
import time
from datetime import datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 60


def database_url(connection):
    """测试正用着的那个库，写成 DATABASE_URL。"""
    known = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{known['NAME']}"
    where = f"{known['HOST'] or ''}:{known['PORT']}" if known["PORT"] else known["HOST"] or ""
    word = f":{known['PASSWORD']}" if known["PASSWORD"] else ""
    return f"postgresql://{known['USER']}{word}@{where}/{known['NAME']}"


def environment(connection):
    """子进程的环境：同一个库，其余照开发默认。"""
    return os.environ | {
        "DATABASE_URL": database_url(connection), "DJANGO_SETTINGS_MODULE": "zhuqi.settings", "ENVIRONMENT": "development",
    }  # fmt: skip


def start(at, go, connection):
    """起一个执行进程。"""
    command = [sys.executable, "-m", "tests.cases.enforcing", at.isoformat(), str(go)]
    return subprocess.Popen(
        command, cwd=ROOT, env=environment(connection), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )


def wait_until(what, patience=PATIENCE):
    """等到 `what()` 为真；太久就是失败。"""
    until = time.monotonic() + patience
    while time.monotonic() < until:
        if what():
            return
        time.sleep(0.005)
    message = "waited too long"
    raise TimeoutError(message)


def kill(process):
    """断电。"""
    process.send_signal(signal.SIGKILL)
    process.wait(PATIENCE)
    process.stdout.close()


def main(at, go):
    """子进程里面。"""
    import django

    django.setup()
    from cases.services.enforcement import enforce

    Path(f"{go}.{os.getpid()}").touch()
    wait_until(Path(go).exists)
    enforce(at=datetime.fromisoformat(at))


if __name__ == "__main__":
    main(*sys.argv[1:])
