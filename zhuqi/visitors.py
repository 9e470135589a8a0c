"""What browsers and robots ask of every host, signed in or not."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.templatetags.static import static
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

A_DAY = 24 * 3600


@require_safe
@login_not_required
@cache_control(public=True, max_age=A_DAY)
def robots(request: HttpRequest) -> HttpResponse:
    """Nothing here is for search engines."""
    return HttpResponse("User-agent: *\nDisallow: /\n", content_type="text/plain; charset=utf-8")


@require_safe
@login_not_required
@cache_control(public=True, max_age=A_DAY)
def favicon(request: HttpRequest) -> HttpResponsePermanentRedirect:
    """Asked for by browsers that do not read the page's own icon link."""
    return HttpResponsePermanentRedirect(static("img/mark.svg"))
