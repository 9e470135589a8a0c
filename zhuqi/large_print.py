"""大字版 (R-75): a cookie, so it is remembered on this device and works before sign-in and without JavaScript."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from zhuqi.context_processors import LARGE_COOKIE

A_YEAR = 365 * 24 * 3600


@login_not_required
@require_POST
def toggle(request):
    """Switch large print on or off and go back to the page it was switched on."""
    back = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure()):
        back = "/"
    response = HttpResponseRedirect(back)
    if request.COOKIES.get(LARGE_COOKIE) == "1":
        response.delete_cookie(LARGE_COOKIE, samesite="Lax")
    else:
        response.set_cookie(LARGE_COOKIE, "1", A_YEAR, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE)
    return response
