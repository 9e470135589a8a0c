"""The bell."""

from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from cadres.services import notices
from zhuqi.kernel.pagination import page_of


def notice_list(request):
    """One's own notices; 未读 only, or all."""
    rows = notices.of(request.user)
    show_all = request.GET.get("show") == "all"
    unread = notices.unread_count(request.user)
    shown = rows if show_all else rows.filter(read_at__isnull=True)
    tabs = [
        {"label": "未读", "url": "?", "count": unread, "current": not show_all},
        {"label": "全部", "url": "?show=all", "count": None, "current": show_all},
    ]
    page = page_of(shown, request.GET.get("page"))
    return render(
        request, "cadres/notices.html", {"page": page, "switch": tabs, "unread": unread, "show_all": show_all}
    )


@require_POST
def notice_open(request, pk):
    """Read a notice and go where it points."""
    notice = get_object_or_404(notices.of(request.user), pk=pk)
    notices.mark_read(notice, at=timezone.now())
    ours = notice.url and url_has_allowed_host_and_scheme(notice.url, {request.get_host()}, request.is_secure())
    return redirect(notice.url if ours else "cadres:notices")


@require_POST
def notices_read(request):
    """All read."""
    notices.mark_all_read(request.user, at=timezone.now())
    return redirect("cadres:notices")
