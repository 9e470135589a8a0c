"""On PostgreSQL: every page of every role over the demo city answers. How the pages look is test_axe's business."""

import secrets
from collections.abc import Iterator
from contextlib import closing

import httpx
import psycopg2
import pytest

from reports.demo.city.sign_ins import PASSWORD
from tests.browser.pages import PAGES
from tests.browser.portal import Portal, running
from tests.processes import database_url

pytestmark = [pytest.mark.postgres]


@pytest.fixture(scope="module")
def portal(tmp_path_factory) -> Iterator[Portal]:
    """The portal over a small demo city in a PostgreSQL database of its own, dropped afterwards."""
    folder = tmp_path_factory.mktemp("portal")
    server, _ = database_url().rsplit("/", 1)
    name = f"portal_{secrets.token_hex(6)}"  # a run that was killed may have left its own behind
    keeper = psycopg2.connect(f"{server}/postgres")
    keeper.autocommit = True
    with keeper.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name}")
        try:
            with running(folder, f"{server}/{name}") as started:
                yield started
        finally:
            cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")
            keeper.close()


def signed_in(portal: Portal, username: str) -> httpx.Client:
    """A client of that person; nobody, when empty."""
    client = httpx.Client(base_url=portal.url, follow_redirects=True, trust_env=False, timeout=30)
    if username:
        client.get("/login")
        said = {"username": username, "password": PASSWORD, "csrfmiddlewaretoken": client.cookies["csrftoken"]}
        assert client.post("/login", data=said, headers={"Referer": portal.url}).url.path != "/login"
    return client


@pytest.mark.parametrize("username", PAGES, ids=lambda name: name or "anybody")
def test_pages_answer(portal, username):
    with closing(signed_in(portal, username)) as client:
        found = {name: client.get(address).status_code for name, address in portal.pages[username]}
    wrong = {name: status for name, status in found.items() if status != (404 if name == "not-found" else 200)}
    assert wrong == {}
