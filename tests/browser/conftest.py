"""A real Chromium for the stories: `signed_in(user)` gives a page at PC or phone size, `serious(page)` what axe finds."""

import os
from collections.abc import Callable, Iterator

import pytest
import time_machine
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, Page, sync_playwright

ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SIZES = {"pc": (1366, 768), "phone": (390, 844)}


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Browser]:
    """One Chromium for all stories."""
    # Playwright's loop runs in this thread; the database is used from it between two steps, which is safe here.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=ARGS)
        yield started
        started.close()


@pytest.fixture
def signed_in(browser: Browser, live_server, city) -> Iterator[Callable[..., Page]]:
    """`signed_in(city.land_clerk, "phone")`: a page of that person at `live_server`, on the city's own Monday."""
    contexts = []

    def opened(user, size="pc", **options) -> Page:
        client = Client()
        client.force_login(user)
        width, height = SIZES[size]
        context = browser.new_context(viewport={"width": width, "height": height}, base_url=live_server.url, **options)
        context.set_default_timeout(15_000)
        key = client.cookies[settings.SESSION_COOKIE_NAME].value
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": key, "url": live_server.url}])
        contexts.append(context)
        return context.new_page()

    with time_machine.travel(city.at, tick=True):
        yield opened
        for context in contexts:
            context.close()


@pytest.fixture
def serious() -> Callable[[Page], list[str]]:
    """What axe finds serious or critical on the page: rule and the first place."""

    def found(page: Page) -> list[str]:
        violations = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
        return [
            f"{one['id']}: {one['nodes'][0]['html'][:160]}"
            for one in violations
            if one["impact"] in {"serious", "critical"}
        ]

    return found
