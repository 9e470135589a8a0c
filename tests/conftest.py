"""Fixtures for every test, and what makes `browser` and `services` tests say why they do not run."""

import os
from pathlib import Path

import pytest
from django.conf import settings

from tests.chromium import NO_CHROMIUM, chromium_path
from tests.city import city  # noqa: F401 - a fixture for every test
from tests.libreoffice import NO_LIBREOFFICE, soffice_path
from tests.processes import live_env, run_command, start_worker  # noqa: F401 - fixtures for every test

NO_SERVICES = "没有 REDIS_URL，真实服务的测试由 make test-services 运行"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip, with the reason in the summary, what this machine cannot run."""
    cannot = {
        "browser": NO_CHROMIUM if chromium_path() is None else "",
        "libreoffice": NO_LIBREOFFICE if soffice_path() is None else "",
        "services": "" if os.environ.get("REDIS_URL") else NO_SERVICES,
    }
    for item in items:
        for marker, reason in cannot.items():
            if reason and marker in item.keywords:
                item.add_marker(pytest.mark.skip(reason=reason))
        # They share one broker: a worker of one test must not take the messages of another.
        if "start_worker" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.xdist_group("worker"))


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
    from cadres.services.calendar import forget_calendars

    forget_calendars()
