"""接口：每个角色 × 每个地址，与 api_permission_table.py 一格一格对；用令牌、用浏览器的会话都一样；哪一格都不许是 500。"""

import pytest
import time_machine
from django.db import transaction
from django.urls import get_resolver, reverse

from cases.api.bodies import OFFERED
from policies.models import EventKind, MatchEvent
from tests.apiclient import Program, token_of
from tests.project.api_permission_table import TABLE
from tests.project.permission_world import PEOPLE, build
from tests.project.test_urls import addresses

MEANS = {200: "y", 201: "y", 400: "y", 409: "y", 415: "y", 422: "y", 428: "y", 403: "x", 404: "4", 405: "m"}
NAMES = {name for name, _ in addresses(get_resolver()) if name.startswith("api:")}
ACTIONS = {f"api:case_{action.value}" for action in OFFERED}
OBJECTS = {
    "api:case": lambda w: [w.case.pk],
    "api:case_events": lambda w: [w.case.pk],
    "api:case_deadlines": lambda w: [w.case.pk],
    "api:ticket": lambda w: [w.ticket.pk],
    "api:deadline": lambda w: [w.case.deadlines.get(clock="RESOLVE").pk],
    "api:attachment": lambda w: [w.attachment.pk],
    "api:visit": lambda w: [w.city.firm.visits.get().pk],
    "api:enterprise": lambda w: [w.city.firm.pk],
    "api:enterprise_matches": lambda w: [w.city.firm.pk],
    "api:calendar": lambda w: [2026],
    "api:policy": lambda w: [w.policy.pk],
    "api:event": lambda w: [event_of(w.city).pk],
    "api:ranking": lambda w: [w.ranking.pk],
}


def event_of(city):
    """一场发布了的对接活动。"""
    kind, _ = EventKind.objects.get_or_create(name="银企对接", defaults={"measure": "CREDIT"})
    known = {
        "kind": kind,
        "unit": city.bank,
        "held_at": city.at,
        "place": "会展中心",
        "state": "OPEN",
        "made_at": city.at,
    }
    return MatchEvent.objects.get_or_create(title="银企对接会", defaults=known)[0]


def rows():
    """(地址, 方法, 每人一个字母)。"""
    for line in TABLE.strip().splitlines():
        name, method, *letters = line.split()
        for each in ("get", "post") if method == "both" else (method,):
            yield f"api:{name}", each, "".join(letters)


ROWS = list(rows())


def args_of(name, world):
    if name in OBJECTS:
        return OBJECTS[name](world)
    return [world.case.pk] if name in ACTIONS else []


def test_every_address_is_in_the_table():
    written = {(name, method) for name, method, _ in ROWS}
    asked = {(name, method) for name in NAMES for method in ("get", "post") if method == "post" or name not in ACTIONS}
    assert asked - written == set(), "给新地址写一行，要对象的在 OBJECTS 说看哪一个"
    assert written - asked == set(), "这些地址已经没有了"
    assert [row for row in ROWS if len(row[2]) != len(PEOPLE)] == []


@pytest.mark.django_db
def test_everybody_gets_what_is_written(city, settings):
    assert found(city, settings, ROWS, _program) == {(name, method): letters for name, method, letters in ROWS}


@pytest.mark.django_db
def test_a_session_gets_what_a_token_gets(city, settings):
    rows = [row for row in ROWS if row[0] not in ACTIONS or row[0] in {"api:case_sign", "api:case_urge"}]
    assert found(city, settings, rows, _browser) == {(name, method): letters for name, method, letters in rows}


@pytest.mark.django_db
def test_a_step_is_never_read(city, settings):
    wrong = [name for name in ACTIONS if _browser(city, city.clerk).get(reverse(name, args=[1])).status_code != 405]
    assert wrong == []


def found(city, settings, rows, way):
    settings.API_READS_A_MINUTE = settings.API_WRITES_A_MINUTE = 100_000
    with time_machine.travel(city.at, tick=False):
        world = build(city)
        programs = {who: way(city, getattr(city, who)) for who in PEOPLE}
        return {
            (name, method): "".join(ask(programs[who], world, name, method) for who in PEOPLE)
            for name, method, _ in rows
        }


def _browser(city, user):
    browser = Program()
    browser.force_login(user)
    return browser


def _program(city, user):
    if user.role in {"SYSADMIN", "SECADMIN", "AUDITOR"}:  # no token is made for them
        return _browser(city, user)
    return Program(token_of(city, user))


def ask(program, world, name, method):
    """一次请求，做了什么都撤回；答成一个字母，没写过的状态码（如 500）原样。"""
    address = reverse(name, args=args_of(name, world))
    how = {"data": "{}", "content_type": "application/json"} if method == "post" else {}
    with transaction.atomic():
        answer = getattr(program, method)(address, headers=program.headers_with(None), **how)
        transaction.set_rollback(True)
    if answer.status_code >= 400:
        assert answer["Content-Type"] == "application/problem+json", (name, method, answer.status_code)
    return MEANS.get(answer.status_code, f"[{answer.status_code}]")
