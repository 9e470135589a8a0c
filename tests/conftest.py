"""Fixtures for every test, and what makes `browser` and `services` tests say why they do not run."""

import os
import shutil
from pathlib import Path

import pytest
from django.conf import settings

from tests.city import city  # noqa: F401 - a fixture for every test

CHROMIUM = ("chromium", "chromium-browser", "google-chrome")


def chromium_path() -> str | None:
    """Where the system's Chromium is, if anywhere. CHROMIUM names another."""
    named = os.environ.get("CHROMIUM")
    if named:
        return named if Path(named).exists() else None
    return next((found for name in CHROMIUM if (found := shutil.which(name))), None)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip, with the reason in the summary, what this machine cannot run."""
    if chromium_path() is None:
        reason = pytest.mark.skip(
            reason="没有找到 Chromium，浏览器测试未运行（apt-get install chromium fonts-noto-cjk）"
        )
        for item in items:
            if "browser" in item.keywords:
                item.add_marker(reason)
    if not os.environ.get("REDIS_URL"):
        reason = pytest.mark.skip(reason="没有 REDIS_URL，真实服务的测试由 make test-services 运行")
        for item in items:
            if "services" in item.keywords:
                item.add_marker(reason)


@pytest.fixture(scope="session")
def chromium() -> str:
    """The browser's path; the test is skipped without one (marker `browser`)."""
    found = chromium_path()
    if found is None:
        pytest.skip("没有找到 Chromium")
    return found


@pytest.fixture(autouse=True)
def _own_media(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Uploads of a test stay in its own folder."""
    monkeypatch.setattr(settings, "MEDIA_ROOT", tmp_path / "media")


@pytest.fixture(autouse=True)
def _fresh_calendar() -> None:
    """Rolled-back tests reuse version numbers; a calendar remembered from another test must not answer for them."""
    from cadres.services.calendar import forget_calendars  # noqa: PLC0415 - after Django is set up

    forget_calendars()
