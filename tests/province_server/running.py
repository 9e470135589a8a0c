"""测试用的夹具：`province` 起一个参考省平台，`linked` 让门户接上它。"""

import json
import subprocess
import sys
import time
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.conf import settings

from reports.services.province import link
from tests.province_server.__main__ import SECRETS
from tests.province_server.store import Store


def start(folder):
    """一个进程，地址好了才回来。"""
    (folder / "url").unlink(missing_ok=True)
    process = subprocess.Popen([sys.executable, "-m", "tests.province_server", str(folder)], cwd=settings.BASE_DIR)
    until = time.monotonic() + 30
    while not (folder / "url").exists():
        assert process.poll() is None, "the province did not start"
        assert time.monotonic() < until, "the province did not start in time"
        time.sleep(0.02)
    return process, (folder / "url").read_text()


@pytest.fixture
def province(tmp_path):
    """参考省平台；`faults(lost=0.1)` 吩咐出错，`store` 直接看它存了什么。"""
    folder = tmp_path / "province"
    folder.mkdir()
    process, url = start(folder)

    def faults(**said):
        fresh = folder / "faults.new"
        fresh.write_text(json.dumps(said))
        fresh.rename(folder / "faults.json")

    yield SimpleNamespace(url=url, store=Store(folder / "province.sqlite3"), faults=faults, process=process)
    process.kill()
    process.wait()


@pytest.fixture
def linked(province, monkeypatch, city):
    """门户接上了，从昨天的步骤报起。"""
    monkeypatch.setattr(settings, "PROVINCE_URL", province.url)
    monkeypatch.setattr(settings, "PROVINCE_KEY_ID", "xuchang")
    monkeypatch.setattr(settings, "PROVINCE_SECRET", SECRETS["xuchang"])
    link.start(since=city.at - timedelta(days=1), actor=city.director, at=city.at)
    return province
