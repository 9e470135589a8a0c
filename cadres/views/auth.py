"""Home, sign-in, sign-out, one's own password and page (R-70)."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import LoginView, LogoutView
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.debug import sensitive_post_parameters

from cadres.forms.sign_in import PasswordForm, SignInForm
from cadres.services import audit, passwords
from cadres.services.single_sign_on import leave_url
from cadres.services.tokens import live_tokens
from zhuqi.kernel.attempts import attempt
from zhuqi.navigation import home_url


def home(request):
    """Send each role to the page it opens first; whoever has no grant yet is told so."""
    where = str(home_url(request.user))
    return redirect(where) if where != request.path else render(request, "cadres/no_role.html")


@method_decorator(login_not_required, name="dispatch")
class SignIn(LoginView):
    """The sign-in page; five failures lock the name for 30 minutes (axes)."""

    template_name = "cadres/login.html"
    form_class = SignInForm
    redirect_authenticated_user = True

    def get_context_data(self, **kwargs):
        """Whether an old session brought the person here."""
        stale = settings.SESSION_COOKIE_NAME in self.request.COOKIES and self.request.method == "GET"
        idle = stale and self.redirect_field_name in self.request.GET
        return super().get_context_data(idle=idle, sso=bool(settings.SSO), **kwargs)

    def form_valid(self, form):
        """Sign in, and into the log (R-72)."""
        answer = super().form_valid(form)
        audit.record(self.request, "登录", at=timezone.now())
        return answer


class SignOut(LogoutView):
    """POST only; logged."""

    http_method_names = ["post", "options"]

    def post(self, request, *args, **kwargs):
        """Into the log first: afterwards nobody is there. Who came by single sign-on is still signed in over there."""
        there = leave_url(request)
        if request.user.is_authenticated:
            audit.record(request, "退出", at=timezone.now())
        answer = super().post(request, *args, **kwargs)
        return render(request, "cadres/signed_out.html", {"provider": there}) if there else answer


sign_in = SignIn.as_view()
sign_out = SignOut.as_view()


@sensitive_post_parameters()
def password_change(request):
    """One's own password; the first one must be changed before anything else (FirstPasswordMiddleware)."""
    form = PasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and attempt(form, lambda: _change(request, form.cleaned_data)):
        messages.success(request, "密码已更换，别处的登录已退出。")
        return redirect("/")
    return render(request, "cadres/password_change.html", {"form": form})


def _change(request, entered):
    passwords.change_password(request.user, old=entered["old_password"], new=entered["new_password1"])
    update_session_auth_hash(request, request.user)
    audit.record(request, "修改密码", at=timezone.now())
    return True


def me(request):
    """Who I am, letters, password, way out."""
    return render(request, "cadres/me.html", {"api_tokens": live_tokens(request.user, at=timezone.now())})
