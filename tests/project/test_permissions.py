"""每个角色 × 每个地址 × 自己的 / 别人的：与 permission_table.py 一格一格对；哪一格都不许是 500（R-03、R-04、R-71）。"""

import pytest
import time_machine
from django.db import transaction
from django.test import Client
from django.urls import get_resolver, reverse

from tests.project.permission_table import TABLE
from tests.project.permission_world import DATA, OBJECTS, PEOPLE, build
from tests.project.test_urls import addresses

MEANS = {200: "y", 204: "y", 301: "y", 302: "y", 400: "y", 409: "y", 422: "y", 403: "x", 404: "4", 405: "m"}
# The programs' addresses have a table of their own: test_api_permissions.py.
NAMES = {name for name, _ in addresses(get_resolver()) if not name.startswith("api:")}


def rows():
    """(地址, 方法, 每人一个字母)。"""
    for line in TABLE.strip().splitlines():
        name, method, *letters = line.split()
        for each in ("get", "post") if method == "both" else (method,):
            yield name, each, "".join(letters)


ROWS = list(rows())


def part_of(row):
    name, method, _ = row
    app = name.split(":")[0] if ":" in name else "project"
    return f"{app} {method}" if app in {"cases", "cadres"} else app


def test_every_address_is_in_the_table():
    written = {name.split("#")[0] for name, _, _ in ROWS}
    assert NAMES - written == set(), (
        "给新地址在 permission_table.py 写一行，要对象的在 permission_world.OBJECTS 说看哪一个"
    )
    assert written - NAMES == set(), "这些地址已经没有了"
    assert [row for row in ROWS if len(row[2]) != len(PEOPLE)] == []


@pytest.mark.django_db
@pytest.mark.parametrize("part", sorted({part_of(row) for row in ROWS}))
def test_everybody_gets_what_is_written(city, part):
    with time_machine.travel(city.at, tick=False):
        world = build(city)
        browsers = {who: signed_in(getattr(city, who)) for who in PEOPLE}
        wrong = []
        for name, method, letters in (row for row in ROWS if part_of(row) == part):
            found = [ask(browsers[who], world, name, method) for who in PEOPLE]
            if found != list(letters):
                wrong += [
                    f"{name} {method} {who}: 写的 {letter}，实际 {got}"
                    for who, letter, got in zip(PEOPLE, letters, found, strict=True)
                    if letter != got
                ]
    assert wrong == []


def signed_in(user):
    browser = Client(raise_request_exception=False)
    browser.force_login(user)
    return browser


def ask(browser, world, name, method):
    """一次请求，做了什么都撤回；答成一个字母，没写过的状态码（如 500）原样。"""
    address = reverse(name.split("#")[0], args=OBJECTS.get(name, lambda world: [])(world))
    data = DATA.get(name, lambda world: {})(world) if method == "post" else {}
    cookies = browser.cookies.copy()
    with transaction.atomic():
        answer = getattr(browser, method)(address, data)
        answer.getvalue()
        transaction.set_rollback(True)
    browser.cookies = cookies  # signing out is taken back too
    return MEANS.get(answer.status_code, f"[{answer.status_code}]")
