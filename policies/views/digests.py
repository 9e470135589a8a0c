"""企业收到的政策摘要，和它的开关（R-14、R-60）。"""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from cadres.enums import Role
from policies.models import Digest
from policies.services import digests as services
from zhuqi.kernel.access import for_roles
from zhuqi.kernel.errors import NotPermitted
from zhuqi.kernel.pagination import page_of

FIRM = for_roles(Role.ENTERPRISE)
LINES = ("lines__policy", "lines__event")


@FIRM
@require_GET
def digests(request):
    """收到过的，近的在前；要不要收。"""
    rows = Digest.objects.visible_to(request.user).prefetch_related(*LINES)
    firm = request.user.enterprise
    context = {
        "page": page_of(rows, request.GET.get("page"), size=10),
        "is_on": firm is not None and services.is_on(firm),
    }
    return render(request, "policies/digests.html", context)


@FIRM
@require_GET
def digest(request, pk):
    """一份：新政策、快截止的、活动邀请。"""
    rows = Digest.objects.visible_to(request.user).prefetch_related(*LINES)
    return render(request, "policies/digest.html", {"digest": get_object_or_404(rows, pk=pk)})


@FIRM
@require_POST
def digest_switch(request):
    """开或关。"""
    if request.user.enterprise is None:
        raise NotPermitted("这个账号没有绑定企业。")
    is_on = request.POST.get("on") == "1"
    services.switch(request.user.enterprise, on=is_on, actor=request.user, at=timezone.now())
    messages.success(
        request, "已打开，有适合的政策会告诉您。" if is_on else "已关掉，不再发政策通知。政策页里随时可以查。"
    )
    return redirect("policies:digests")
