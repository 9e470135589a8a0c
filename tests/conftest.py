"""Fixtures for every test, and what makes `browser` and `services` tests say why they do not run."""

import os
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
from django.conf import settings

from tests.chromium import NO_CHROMIUM, chromium_path
from tests.city import city  # noqa: F401 - a fixture for every test
from tests.libreoffice import NO_LIBREOFFICE, soffice_path
from tests.processes import live_env, run_command, start_worker  # noqa: F401 - fixtures for every test
from tests.province_server.running import linked, province  # noqa: F401 - fixtures for every test
from zhuqi.kernel.search import INDEXES

SAME_PAGES = "页面的样子与数据库无关，make test 里看过了；这里由 test_pages_answer 打开每一页"
SHARED = {"transactional_db", "live_server", "start_worker", "live_env"}  # fixtures that commit for others to see
# How long an example takes says how busy the machine is, nothing about the rule.
hypothesis.settings.register_profile("portal", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile("portal")
NO_POSTGRES = "数据库不是 PostgreSQL，这些由 make test-services 运行"
NO_SERVICES = "没有 REDIS_URL，真实服务的测试由 make test-services 运行"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip, with the reason in the summary, what this machine cannot run."""
    is_postgres = os.environ.get("DATABASE_URL", "").startswith("postgres")
    cannot = {
        "browser": NO_CHROMIUM if chromium_path() is None else "",
        "libreoffice": NO_LIBREOFFICE if soffice_path() is None else "",
        "embedded": SAME_PAGES if is_postgres else "",
        "postgres": "" if is_postgres else NO_POSTGRES,
        "services": "" if os.environ.get("REDIS_URL") else NO_SERVICES,
    }
    for item in items:
        for marker, reason in cannot.items():
            if reason and marker in item.keywords:
                item.add_marker(pytest.mark.skip(reason=reason))
    # The rounds over the demo city take longest: begun last, one process would end them alone.
    items.sort(key=lambda item: "portal" not in getattr(item, "fixturenames", ()))


@pytest.fixture(scope="session")
def chromium() -> str:
    """The browser's path; the test is skipped without one (marker `browser`)."""
    found = chromium_path()
    assert found, NO_CHROMIUM
    return found


@pytest.fixture(autouse=True)
def _own_media(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Uploads of a test stay in its own folder."""
    monkeypatch.setattr(settings, "MEDIA_ROOT", tmp_path / "media")


@pytest.fixture(autouse=True)
def _empty_indexes(request: pytest.FixtureRequest) -> Iterator[None]:
    """An index is no model: emptying the tables after a transactional test leaves it as it is, for the next to stumble over."""
    said = request.node.get_closest_marker("django_db")
    if not (said and said.kwargs.get("transaction")) and not SHARED.intersection(request.fixturenames):
        yield
        return
    request.getfixturevalue("transactional_db")
    yield
    for index in INDEXES.values():
        index.empty()


@pytest.fixture(autouse=True)
def _fresh_calendar() -> None:
    """Rolled-back tests reuse version numbers; a calendar remembered from another test must not answer for them."""
    from cadres.services.calendar import forget_calendars

    forget_calendars()


@pytest.fixture(autouse=True)
def _fresh_limits() -> None:
    """How often a program asked is kept in the cache, and tests stand still at the same minute."""
    from django.core.cache import cache

    cache.clear()
