"""推送（R-65）：安全管理员建立、停送、看送得怎样；这里不显示诉求的内容（R-71）。"""

from django.conf import settings
from django.contrib import messages
from django.db.models import Count, Q
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from cadres.enums import Role
from reports.enums import SendState
from reports.forms.hooks import HookForm
from reports.models import HookDelivery, Subscription
from reports.province.fields import STEPS
from reports.services import webhooks
from zhuqi.kernel.access import for_roles
from zhuqi.kernel.attempts import attempt
from zhuqi.kernel.pagination import page_of


def _of(request, pk):
    return get_object_or_404(
        Subscription.objects.visible_to(request.user).select_related("owner__unit", "made_by"), pk=pk
    )


@require_GET
@for_roles(Role.SECADMIN)
def hooks(request):
    """全部订阅，每个还有几步没送到。"""
    waiting = Count("deliveries", filter=Q(deliveries__state__in=(SendState.WAITING, SendState.REFUSED)))
    rows = Subscription.objects.visible_to(request.user).select_related("owner__unit").annotate(waiting=waiting)
    return render(request, "reports/hooks.html", {"rows": rows.order_by("pk"), "hosts": settings.WEBHOOK_HOSTS})


@for_roles(Role.SECADMIN)
def hook_new(request):
    """建一个；密钥只在建好的这一页给看一次。"""
    form = HookForm(request.POST or None, initial={"kinds": list(STEPS)})
    if request.method == "POST" and form.is_valid():
        made = attempt(form, lambda: webhooks.subscribe(form.cleaned_data, actor=request.user, at=timezone.now()))
        if made:
            return render(request, "reports/hook_made.html", {"hook": made[0], "secret": made[1]})
    return render(request, "reports/hook_new.html", {"form": form}, status=422 if form.errors else 200)


@require_GET
@for_roles(Role.SECADMIN)
def hook(request, pk):
    """一个：送得怎样，逐行的应答。"""
    one = _of(request, pk)
    rows = HookDelivery.objects.visible_to(request.user).filter(subscription=one).select_related("event")
    page = page_of(rows.order_by("-pk"), request.GET.get("page"), size=50)
    kinds = [STEPS.get(kind, kind) for kind in one.kinds]
    context = {"hook": one, "page": page, "kinds": kinds, "secret_url": reverse("reports:hook_secret", args=[one.pk])}
    return render(request, "reports/hook.html", context)


@require_POST
@for_roles(Role.SECADMIN)
def hook_secret(request, pk):
    """换密钥：新的只在这一页给看一次。"""
    one = _of(request, pk)
    secret = webhooks.renew_secret(one, actor=request.user, at=timezone.now())
    return render(request, "reports/hook_made.html", {"hook": one, "secret": secret, "is_renewed": True})


@require_POST
@for_roles(Role.SECADMIN)
def hook_pause(request, pk):
    """停送。"""
    webhooks.pause(_of(request, pk), reason="人工停送", actor=request.user, at=timezone.now())
    messages.success(request, "已停送：步骤照常排队。")
    return redirect("reports:hook", pk)


@require_POST
@for_roles(Role.SECADMIN)
def hook_resume(request, pk):
    """恢复。"""
    webhooks.resume(_of(request, pk), actor=request.user, at=timezone.now())
    messages.success(request, "已恢复：积下的按次序接着送。")
    return redirect("reports:hook", pk)


@require_POST
@for_roles(Role.SECADMIN)
def hook_resend(request, pk):
    """再送一行。"""
    row = get_object_or_404(HookDelivery.objects.visible_to(request.user), pk=pk)
    webhooks.resend(row, actor=request.user, at=timezone.now())
    messages.success(request, "已排进去，一分钟内再送。")
    return redirect("reports:hook", row.subscription_id)
