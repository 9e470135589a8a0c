"""评价页（R-28、R-29）：凭链接打开、不用登录、只用一次；链接不能用时说清为什么、找谁。"""

from functools import wraps

from django.contrib.auth.decorators import login_not_required
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods

from cases import services
from cases.enums import BAD_RATINGS, Clock, Satisfaction
from cases.forms.rating import RatingForm
from cases.models import CaseEvent, Deadline, Evaluation
from cases.services.rating import ExpiredLink, UnknownLink
from cases.views.story import plainly_told
from zhuqi.kernel.errors import Conflict

RATED = "rated"
# Which page a link that cannot be used gets. Conflict: used before, or a moment ago by another click.
GONE = {UnknownLink: ("unknown", 404), ExpiredLink: ("expired", 410), Conflict: ("used", 410)}


def kept_secret(view):
    """链接就是凭证：不留缓存、不随来源页外传、不进搜索；坏链接各有各的页面。"""

    @wraps(view)
    def guarded(request, *args, **kwargs):
        try:
            response = view(request, *args, **kwargs)
        except tuple(GONE) as refusal:
            why, status = next(page for kind, page in GONE.items() if isinstance(refusal, kind))
            context = {"why": why, "message": refusal.message, "lost": _not_taken(request)}
            response = render(request, "cases/rate_gone.html", context, status=status)
        response["Cache-Control"] = "no-store"
        response["Referrer-Policy"] = "no-referrer"
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return guarded


def _not_taken(request):
    """交上来却没有收下的：选了哪一级、写的那句话、有没有点“有人要求”。打开页面的没有。"""
    chosen = {str(value): label for value, label in Satisfaction.choices}
    said = {
        "level": chosen.get(request.POST.get("satisfaction", ""), ""),
        "comment": request.POST.get("comment", "").strip(),
        "was_pressured": bool(request.POST.get("was_pressured")),
    }
    return said if any(said.values()) else None


# The token in the address is what a forged form could not know; the session plays no part. And under
# `no-referrer` browsers send `Origin: null`, which the CSRF check has to refuse.
@login_not_required
@csrf_exempt
@require_http_methods(["GET", "POST"])
@kept_secret
def rate(request, token):
    """评价单。"""
    today = timezone.localdate()
    evaluation = services.evaluation_by_link(token, today=today)
    chosen = request.GET.get("level", "")
    form = RatingForm(
        request.POST or None, initial={"satisfaction": chosen if chosen in map(str, Satisfaction.values) else None}
    )
    if form.is_valid():
        services.rate(evaluation, form.rating(), at=timezone.now())
        request.session[RATED] = evaluation.pk
        return redirect("cases:rate_done")
    status = 422 if form.is_bound else 200
    return render(
        request, "cases/rate.html", {"form": form, "evaluation": evaluation} | _told(evaluation), status=status
    )


def _told(evaluation):
    """单位说办成了什么；公开的经过，最近的在前。"""
    case = evaluation.case
    events = CaseEvent.objects.filter(case=case, is_public=True).select_related("unit", "ticket").order_by("-at", "-pk")
    return {"case": case, "submission": evaluation.submission, "story": plainly_told(events)}


@login_not_required
@require_GET
@kept_secret
def rate_done(request):
    """谢谢；差评说清接下来谁在哪天前做什么（R-29）。只给刚评完的这台设备看。"""
    evaluation = (
        Evaluation.objects.filter(pk=request.session.get(RATED), rated_at__isnull=False)
        .select_related("case__lead")
        .first()
    )
    is_bad = evaluation is not None and evaluation.satisfaction in BAD_RATINGS
    promised = {}
    if is_bad:
        rows = Deadline.objects.running().filter(case=evaluation.case_id, clock__in=(Clock.CALL_BACK, Clock.REDO))
        promised = {row.clock: row.due_on for row in rows}
    context = {
        "evaluation": evaluation,
        "is_bad": is_bad,
        "call_on": promised.get(Clock.CALL_BACK),
        "redo_on": promised.get(Clock.REDO),
    }
    return render(request, "cases/rate_done.html", context)
