"""接口令牌：安全管理员发放和撤销（R-71）；原文只显示一次。"""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_POST

from cadres.enums import Role
from cadres.forms.tokens import TokenForm
from cadres.services import tokens as service
from zhuqi.kernel.access import for_roles
from zhuqi.kernel.api.scopes import SCOPES
from zhuqi.kernel.attempts import attempt
from zhuqi.kernel.pagination import page_of


@for_roles(Role.SECADMIN)
@sensitive_variables("secret")
def tokens(request):
    """在用的和用过的；发一个新的。"""
    form = TokenForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said, at = form.cleaned_data, timezone.now()
        made = attempt(
            form,
            lambda: service.issue_token(
                said["username"], name=said["name"], scopes=said["scopes"], days=said["days"], actor=request.user,
                at=at, by=request,
            ),
        )  # fmt: skip
        if made is not None:
            token, secret = made
            return render(request, "cadres/token_made.html", {"token": token, "secret": secret})
    page = page_of(service.tokens_of(request.user), request.GET.get("page"), size=50)
    context = {"form": form, "page": page, "now": timezone.now(), "scope_words": SCOPES}
    return render(request, "cadres/tokens.html", context, status=422 if form.errors else 200)


@for_roles(Role.SECADMIN)
@require_POST
def token_revoke(request, pk):
    """撤销一个，立即失效。"""
    token = get_object_or_404(service.tokens_of(request.user), pk=pk)
    service.revoke_token(token, actor=request.user, at=timezone.now(), by=request)
    messages.success(request, f"已撤销“{token.name}”（{token.prefix}…），用它的程序立即进不来了。")
    return redirect("cadres:tokens")
