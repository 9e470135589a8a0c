"""What a view says to htmx, in words."""

import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django_htmx.middleware import HtmxDetails


def is_fragment(request: HttpRequest) -> bool:
    """Whether only a part of the page is wanted (a boosted link wants the whole)."""
    htmx: HtmxDetails | None = getattr(request, "htmx", None)
    return htmx is not None and bool(htmx) and not htmx.boosted and not htmx.history_restore_request


def go_to(request: HttpRequest, where: str, *args: Any, **kwargs: Any) -> HttpResponse:
    """Redirect the whole page, whether htmx or the browser asked."""
    response: HttpResponse = redirect(where, *args, **kwargs)
    if not is_fragment(request):
        return response
    answer = HttpResponse(status=204)
    answer["HX-Redirect"] = response["Location"]
    return answer


def announce(response: HttpResponse, event: str, detail: object = None) -> HttpResponse:
    """Tell the page that something happened (`HX-Trigger`), keeping what was announced before."""
    said = json.loads(response.get("HX-Trigger", "{}"))
    said[event] = detail
    response["HX-Trigger"] = json.dumps(said)
    return response
