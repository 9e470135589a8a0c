"""Every address is guarded: an anonymous visitor gets the sign-in page, except at the few that are open."""

import re

import pytest
from django.conf import settings
from django.shortcuts import resolve_url
from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.converters import get_converters

from zhuqi.navigation import home_url

# Open on purpose. Anything else that answers a stranger is a hole.
OPEN = {
    "healthz",
    "cadres:login",
    "cadres:logout",
    "cadres:sso",  # to and from the government's single sign-on; 404 where it is not configured
    "cadres:sso_back",
    "cases:rate",  # works without a login
    "cases:rate_done",
    "robots",
    "favicon",
    "large_print",  # remembers the letter size in a cookie, on the sign-in page too
}
SAMPLES = {"int": "1", "str": "x", "slug": "x", "uuid": "00000000-0000-4000-8000-000000000000", "path": "x"}


def addresses(resolver: URLResolver, prefix: str = "", namespace: str = "") -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for entry in resolver.url_patterns:
        here = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            found += addresses(entry, here, inner)
        elif isinstance(entry, URLPattern):
            found.append((f"{namespace}{entry.name}", "/" + sample(here)))
    return found


def sample(route: str) -> str:
    def fill(match: re.Match[str]) -> str:
        kind = (match.group(1) or "str").rstrip(":")
        if kind in SAMPLES:
            return SAMPLES[kind]
        converter = get_converters()[kind]
        known = ("2026-11-23", "2026-11", "2026", "1", "x", "abc")
        return next(value for value in known if re.fullmatch(converter.regex, value))

    return re.sub(r"<(\w+:)?\w+>", fill, route)


ADDRESSES = addresses(get_resolver())


def test_every_address_has_a_name():
    assert [address for name, address in ADDRESSES if name.endswith("None")] == []


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "address"), [pair for pair in ADDRESSES if pair[0] not in OPEN])
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_stranger_gets_the_sign_in_page(client, name, address, method):
    answer = getattr(client, method)(address)
    if address.startswith("/api/"):
        assert answer.status_code in {401, 403}
    else:
        assert answer.status_code == 302, name
        assert answer["Location"].startswith(resolve_url(settings.LOGIN_URL)), name


@pytest.mark.django_db
def test_what_is_not_there_is_a_readable_page(client):
    answer = client.get("/no-such-page")
    assert answer.status_code == 404
    assert "没有找到" in answer.content.decode()


def test_robots_are_sent_away(client):
    answer = client.get("/robots.txt")
    assert answer.content.decode().splitlines() == ["User-agent: *", "Disallow: /"]


def test_the_icon_is_found_where_old_browsers_look(client):
    answer = client.get("/favicon.ico")
    assert (answer.status_code, answer["Location"]) == (301, "/static/img/mark.svg")


@pytest.mark.django_db
@pytest.mark.parametrize("who", ["clerk", "leader", "land_clerk", "supervisor"])
def test_home_is_the_page_a_person_opens_first(client, city, who):
    client.force_login(getattr(city, who))
    answer = client.get("/", follow=True)
    assert answer.status_code == 200
    assert answer.redirect_chain[-1][0] == home_url(getattr(city, who))
