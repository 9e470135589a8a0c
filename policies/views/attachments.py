"""政策的附件：加、拿、撤下（R-60、R-74）。"""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from cadres.enums import Role
from policies import services
from policies.enums import PolicyState
from policies.forms import AttachForm
from policies.models import Policy, PolicyAttachment
from zhuqi.kernel.access import for_roles
from zhuqi.kernel.attempts import attempt
from zhuqi.kernel.uploads import handed_out

PUBLISHERS = for_roles(Role.OFFICE, Role.UNIT)


def may_open(user, attachment):
    """现行的谁看得到政策谁就打得开；撤下的只给维护它的单位留底。"""
    return attachment.removed_at is None or services.may_edit(user, attachment.policy)


@require_GET
def attachment(request, pk):
    """一个附件，总是下载而不在页面里打开。"""
    row = get_object_or_404(PolicyAttachment.objects.visible_to(request.user).select_related("policy"), pk=pk)
    if not may_open(request.user, row):
        raise Http404
    return handed_out(row.file, name=row.original_name, content_type=row.content_type)


@PUBLISHERS
@require_POST
def policy_attach(request, pk):
    """加附件；不合格的说清楚是哪一个、为什么。"""
    policy = get_object_or_404(Policy.objects.visible_to(request.user), pk=pk)
    services.demand_keeper(request.user, policy)
    form = AttachForm(request.POST, request.FILES)
    if form.is_valid():
        files = form.cleaned_data["files"]
        made = attempt(form, lambda: services.attach(policy, files, actor=request.user, at=timezone.now()))
        if made is not None:
            _say(request, policy, f"加了 {len(made)} 个附件")
            return redirect("policies:detail", pk)
    return render(request, "policies/attach.html", {"form": form, "policy": policy}, status=422)


@PUBLISHERS
@require_POST
def attachment_detach(request, pk):
    """撤下一个。"""
    rows = PolicyAttachment.objects.visible_to(request.user).current().select_related("policy")
    row = get_object_or_404(rows, pk=pk)
    services.detach(row, actor=request.user, at=timezone.now())
    _say(request, row.policy, f"撤下了“{row.original_name}”")
    return redirect("policies:detail", row.policy_id)


def _say(request, policy, done):
    is_published = policy.state == PolicyState.PUBLISHED
    messages.success(request, f"{done}，已成为新的一版。" if is_published else f"{done}。")
