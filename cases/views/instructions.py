"""批示：跟到有答复为止（页面 7）。领导看自己批的，单位看自己要报的，活动办和督查看全部。"""

from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from cadres.enums import Role
from cases import queries
from zhuqi.kernel.access import for_roles
from zhuqi.kernel.pagination import page_of

EMPTY = {  # icon, what is so, what comes next
    "waiting": ("checks", "没有等着答复的批示", "领导在问题页上批示，承办单位和活动办会收到。"),
    "overdue": ("circle-check", "没有过期没报的批示", "到了要求的日子还没报的，列在这里，也列在活动办主任的名单上。"),
    "answered": ("pencil-plus", "还没有答复过的批示", "答复了的批示连同办理情况留在这里，不能撤回。"),
}


@require_GET
@for_roles(Role.LEADER, Role.OFFICE, Role.SUPERVISOR, Role.UNIT)
def instructions(request):
    """一页：待答复、逾期、已答复。"""
    today, rows = timezone.localdate(), queries.instructions(request.user)
    parts = {
        "waiting": rows.waiting().order_by("due_on", "pk"),
        "overdue": rows.overdue(today).order_by("due_on", "pk"),
        "answered": rows.filter(answered_at__isnull=False).order_by("-answered_at", "-pk"),
    }
    tab = request.GET.get("tab") if request.GET.get("tab") in parts else "waiting"
    counts = {key: part.order_by().count() for key, part in parts.items()}
    labels = {"waiting": ("待答复", ""), "overdue": ("逾期", "late"), "answered": ("已答复", "")}
    tabs = [
        {
            "label": label, "url": f"?tab={key}", "count": counts[key], "current": key == tab,
            "tone": tone if counts[key] else "",
        }
        for key, (label, tone) in labels.items()
    ]  # fmt: skip
    context = {"tab": tab, "kinds": tabs, "counts": counts, "page": page_of(parts[tab], request.GET.get("page")),
               "empty_state": EMPTY[tab], "may_answer": request.user.role in {Role.UNIT, Role.OFFICE}}  # fmt: skip
    return render(request, "cases/instructions.html", context)
