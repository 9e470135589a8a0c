"""评价链接（R-28）：活动办看哪些还没发到企业手里，取链接转给登记的联系人。"""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from cadres.enums import Role
from cases.services import invitations as service
from zhuqi.kernel.access import for_roles
from zhuqi.kernel.errors import DomainError
from zhuqi.kernel.pagination import page_of


@for_roles(Role.OFFICE)
@require_GET
def invitations(request):
    """没发的、已发的；快到期的在前。"""
    rows, is_sent = service.waiting(request.user, today=timezone.localdate()), request.GET.get("tab") == "sent"
    counts = {flag: rows.filter(is_sent=flag).count() for flag in (False, True)}
    places = [
        {"label": "没发的", "url": "?", "count": counts[False], "current": not is_sent},
        {"label": "已发，等企业评", "url": "?tab=sent", "count": counts[True], "current": is_sent},
    ]
    page = page_of(rows.filter(is_sent=is_sent), request.GET.get("page"), size=50)
    return render(request, "cases/invitations.html", {"page": page, "places": places, "is_sent": is_sent})


def _waiting(request, pk):
    return get_object_or_404(service.waiting(request.user, today=timezone.localdate()), pk=pk)


@for_roles(Role.OFFICE)
@require_POST
def invitation_link(request, pk):
    """取出链接：整段话好复制；这一页不留缓存。"""
    row = _waiting(request, pk)
    try:
        message = service.take_link(row, by=request, at=timezone.now())
    except DomainError as refusal:
        messages.warning(request, refusal.message)
        return redirect("cases:invitations")
    said = service.words(row, message, site=request.build_absolute_uri("/"))
    answer = render(request, "cases/invitation.html", {"row": row, "message": message, "said": said})
    answer["Cache-Control"], answer["Referrer-Policy"] = "no-store", "no-referrer"
    return answer


@for_roles(Role.OFFICE)
@require_POST
def invitation_handed(request, pk):
    """已转给联系人。"""
    row = _waiting(request, pk)
    service.mark_handed(row, by=request, at=timezone.now())
    messages.success(request, f"{row.case.number} 的评价链接已记为转给联系人。")
    return redirect("cases:invitations")
