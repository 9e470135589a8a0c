"""The system's browser, if it has one."""

import os
import shutil
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome")
NO_CHROMIUM = "没有找到 Chromium，浏览器测试未运行（apt-get install chromium fonts-noto-cjk）"


def chromium_path() -> str | None:
    """Where the system's Chromium is, if anywhere. CHROMIUM names another."""
    named = os.environ.get("CHROMIUM")
    if named:
        return named if Path(named).exists() else None
    return next((found for name in NAMES if (found := shutil.which(name))), None)
