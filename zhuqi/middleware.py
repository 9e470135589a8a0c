"""What happens around every view: idle sign-out, the first password, refusals made readable."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

import structlog
from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django.urls import reverse
from django.utils import timezone

from zhuqi.kernel.api import problems
from zhuqi.kernel.htmx import is_fragment
from zhuqi.responses import NOT_THIS_WAY, answer, sent_elsewhere, trouble_for

logger = structlog.get_logger(__name__)

Handler = Callable[[HttpRequest], HttpResponse]

SEEN_AT = "seen_at"
SEEN_EVERY_SECONDS = 60
FIRST_PASSWORD = problems.Problem(HTTPStatus.FORBIDDEN, "first_password", "首次登录须先修改密码。")
BY_SSO = "by_sso"  # in the session of whoever came by the government's single sign-on
ALLOWED_BEFORE_FIRST_PASSWORD = {"cadres:password_change", "cadres:logout"}


class IdleSignOutMiddleware:
    """R-70: 30 minutes without an act end the session.

    The session's own age does the ending; this moves it on, at most once a minute, so that reading costs no write.
    A request with the header `X-Poll` (a page refreshing itself) is not an act.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Note the act; send a signed-out htmx request to the sign-in page instead of swapping that page in."""
        if request.user.is_authenticated and "X-Poll" not in request.headers:
            now = int(timezone.now().timestamp())
            if now - request.session.get(SEEN_AT, 0) >= SEEN_EVERY_SECONDS:
                request.session[SEEN_AT] = now
        response = self.get_response(request)
        if response.status_code == HTTPStatus.FOUND and is_fragment(request) and not request.user.is_authenticated:
            sign_in = resolve_url(settings.LOGIN_URL)
            if urlsplit(response["Location"]).path == sign_in:
                page = urlsplit(request.headers.get("HX-Current-URL", "/"))
                back = f"{page.path}?{page.query}" if page.query else page.path
                return sent_elsewhere(request, redirect_to_login(back, sign_in)["Location"])
        return response


class PrivatePagesMiddleware:
    """What a signed-in person reads stays out of every cache: Back after signing out shows nothing (R-70)."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Say so, unless the page has its own word on caching."""
        response = self.get_response(request)
        if request.user.is_authenticated and "Cache-Control" not in response:
            response["Cache-Control"] = "private, no-store"
        return response


class FirstPasswordMiddleware:
    """R-70: whoever still has the password they were given chooses their own before anything else."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass on; the decision needs the view."""
        return self.get_response(request)

    def process_view(
        self,
        request: HttpRequest,
        view: Handler,
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
    ) -> HttpResponse | None:
        """Send to the password page, unless the view is open to everybody anyway."""
        user = request.user
        if not (user.is_authenticated and user.must_change_password) or request.session.get(BY_SSO):
            return None  # who came by single sign-on did not use that password; it still waits for whoever does
        if not getattr(view, "login_required", True) and not request.path.startswith("/api/"):
            return None
        if request.resolver_match and request.resolver_match.view_name in ALLOWED_BEFORE_FIRST_PASSWORD:
            return None
        if request.path.startswith("/api/"):
            return problems.as_http(FIRST_PASSWORD, instance=request.path)
        return sent_elsewhere(request, reverse("cadres:password_change"))


class ReadableErrorsMiddleware:
    """Refusals (403 / 405 / 409 / 422), a busy database (503) and a full disk (507) become a page or fragment in words."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass on; an address that only takes forms, opened as a page, has nothing to say of its own."""
        response = self.get_response(request)
        if response.status_code != HTTPStatus.METHOD_NOT_ALLOWED or response.content or request.method == "HEAD":
            return response
        said = answer(request, NOT_THIS_WAY)
        said["Allow"] = response["Allow"]
        return said

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Answer what is known; leave the rest to Django's 500."""
        trouble = trouble_for(error)
        if trouble is None:
            return None
        if trouble.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            logger.error("unavailable", path=request.path, error=repr(error))
        return answer(request, trouble)
