"""R-70：统一身份认证的去和回。没有配置就没有这两个地址（404）。"""

from http import HTTPStatus

import structlog
from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET
from mozilla_django_oidc.views import OIDCAuthenticationRequestView

from cadres.services import audit
from cadres.services.single_sign_on import LOCAL, Provider, SignInRefused, record_refusal, who_is_it
from zhuqi.middleware import BY_SSO

logger = structlog.get_logger(__name__)
STATES = "oidc_states"
STATE_SECONDS = 10 * 60
STALE = "这次登录已经用过或过了时间，请回登录页重新点“统一身份认证登录”。"
STOPPED = "您在统一身份认证平台上没有完成登录，或平台没有同意。"


@method_decorator([login_not_required, never_cache], name="dispatch")
class SsoStart(OIDCAuthenticationRequestView):
    """To the provider, with state, nonce and PKCE."""

    get_settings = staticmethod(Provider.get_settings)

    def __init__(self, **kwargs):
        if not settings.SSO:
            raise Http404
        super().__init__(**kwargs)


sso_start = SsoStart.as_view()


@login_not_required
@never_cache
@require_GET
def sso_back(request):
    """From the provider: signed in, or a page that says why not."""
    if not settings.SSO:
        raise Http404
    try:
        asked = _asked(request)
        user = who_is_it(request, nonce=asked["nonce"], code_verifier=asked["code_verifier"])
    except SignInRefused as refused:
        logger.warning("single sign-on refused", why=refused.message, cause=repr(refused.__cause__))
        record_refusal(request, refused, at=timezone.now())
        status = HTTPStatus.SERVICE_UNAVAILABLE if refused.is_provider else HTTPStatus.FORBIDDEN
        return render(request, "cadres/sso_refused.html", {"refused": refused}, status=status)
    wanted, token = request.session.get("oidc_login_next"), request.session.get("oidc_id_token")
    login(request, user, backend=LOCAL)
    request.session[BY_SSO] = True
    if token:
        request.session["oidc_id_token"] = token
    audit.record(request, "登录", reason="统一身份认证", at=timezone.now())
    return HttpResponseRedirect(wanted or settings.LOGIN_REDIRECT_URL)


def _asked(request):
    """What this browser was sent out with; each state is good for one return."""
    states = request.session.get(STATES) or {}
    asked = states.pop(request.GET.get("state", ""), None)
    request.session.modified = True
    request.session.save()  # before the slow part: the same return in another tab must not find it
    if asked is None or timezone.now().timestamp() - asked["added_on"] > STATE_SECONDS:
        raise SignInRefused(STALE)
    if request.GET.get("error") or not request.GET.get("code"):
        raise SignInRefused(STOPPED)
    return asked
