"""R-03 for what leaves the house: before a notice is sent outside, whether its reader may (still) see what it is about.

This app does not know the pages of the apps above it: each registers how to ask (its AppConfig does).
"""

from collections.abc import Callable
from typing import Any

from django.urls import Resolver404, resolve

from cadres.models import User
from enterprises.models import Enterprise

Check = Callable[[User, str, dict[str, Any]], bool | None]
_CHECKS: list[Check] = []


def ask(check: Check) -> Check:
    """Register `check(user, view name, arguments)`: True or False, None when the page is none of its business."""
    if check not in _CHECKS:
        _CHECKS.append(check)
    return check


def may_see(user: User, url: str) -> bool:
    """Whether the page behind a notice is there for this person; a notice without a page is about nothing hidden."""
    if not url:
        return True
    try:
        found = resolve(url.partition("?")[0].partition("#")[0])
    except Resolver404:
        return False
    return all(check(user, found.view_name, found.kwargs) is not False for check in _CHECKS)


@ask
def firm_in_sight(user: User, name: str, args: dict[str, Any]) -> bool | None:
    """A firm's page."""
    if name not in {"enterprises:detail", "cadres:firm_coverage"}:
        return None
    return Enterprise.objects.visible_to(user).filter(pk=args["pk"]).exists()
