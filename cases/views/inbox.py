"""收件箱：今天欠什么，不离开列表就办（页面 3）。"""

from dataclasses import dataclass

from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from cadres.enums import Role
from cases import queries, services
from cases.enums import Action, Clock, IssueState
from cases.forms.wording import ONE_CLICK
from cases.models import CommonIssue, Deadline
from cases.rules.workflow import Relation, is_allowed
from zhuqi.kernel.htmx import announce
from zhuqi.kernel.pagination import page_of

ROWS_A_PAGE = 50
INSTRUCTED_MOST = 4
LABELS = {
    "sign": "待签收", "feedback": "待反馈", "near": "将到期", "late": "已逾期",
    "helping": "协办", "urged": "催办", "inquiry": "问效",
}  # fmt: skip
TONES = {"near": "near", "late": "late"}
EMPTY = {  # icon, what is so, what comes next
    "sign": ("checks", "都签收了", "新的交办单到了会在这里，也会通知您。"),
    "feedback": ("checks", "没有等着反馈的", "助企日前每件在办的都要报一次进展。"),
    "near": ("calendar-check", "两天之内没有到期的", "空的时候，看看“待反馈”里能不能早报一步。"),
    "late": ("circle-check", "没有逾期的", "办不动的早点“需要协调”或申请延期，别等到这里。"),
    "helping": ("users", "没有等您回意见的协办件", "协办意见 3 天内回主办单位。"),
    "urged": ("bell", "没有等待答复的催办单", "催办单补做漏掉的步骤，或书面答复都可以。"),
    "inquiry": ("gavel", "没有等待书面说明的问效", "有问效建议单时，5 个工作日内写书面说明。"),
}
# What each owed clock is answered with, most to the point first.
ANSWERS = {
    Clock.SIGN: (Action.SIGN, Action.OBJECT),
    Clock.CO_REPLY: (Action.CO_REPLY,),
    Clock.URGE_REPLY: (Action.ANSWER_URGE, Action.REPORT, Action.CO_REPLY),
    Clock.INQUIRY_REPLY: (Action.ANSWER_INQUIRY,),
}
USUAL = (Action.SIGN, Action.REPORT, Action.SUBMIT)
SHORT = {Action.CO_REPLY: "回意见", Action.ANSWER_URGE: "答复", Action.ANSWER_INQUIRY: "写说明"}
BESIDE = (Action.COORDINATE, Action.ASK_EXTENSION, Action.PAUSE, Action.OBJECT)


@dataclass(frozen=True, slots=True)
class RowButton:
    """行里的一个按钮。"""

    action: Action
    label: str
    url: str
    is_one_click: bool


def own_inbox(user):
    """收件箱是承办单位的；别的角色没有这个页面。"""
    if user.role != Role.UNIT or not user.unit_id:
        raise Http404
    return user.unit


@require_GET
def inbox(request):
    """一页：今天要办几件、七个页签、行。"""
    unit, today = own_inbox(request.user), timezone.localdate()
    counts = queries.inbox_counts(unit, today=today)
    tab = request.GET.get("tab") if request.GET.get("tab") in LABELS else _first_owed(counts)
    page = page_of(queries.inbox_cases(tab, request.user, today=today), request.GET.get("page"), size=ROWS_A_PAGE)
    page.object_list = [with_buttons(case, request.user, tab) for case in page]
    context = {"tab": tab, "tab_label": LABELS[tab], "page": page, "counts": counts, "kinds": tabs_of(counts, tab)}
    template = "cases/_inbox_list.html" if request.htmx and request.htmx.target == "inbox-list" else "cases/inbox.html"
    urgent = _first_inquiry(unit) if counts["inquiry"] and tab != "inquiry" else None
    context |= {"empty_state": EMPTY[tab], "urgent": urgent, "instructed": _instructed(request.user)}
    context["issue_count"] = CommonIssue.objects.filter(lead=unit, state=IssueState.CONFIRMED).count()
    return render(request, template, context)


def _first_owed(counts):
    """先打开最该办的一格：有要签收的先签收，有逾期的别的都往后。"""
    return next(
        (tab for tab in ("late", "sign", "feedback", "near", "inquiry", "urged", "helping") if counts[tab]), "sign"
    )


def tabs_of(counts, current):
    """页签：近的黄、逾期红，当前的蓝。"""
    tabs = [
        {
            "label": LABELS[tab], "url": f"?tab={tab}", "count": counts[tab], "current": tab == current,
            "tone": TONES.get(tab, "") if counts[tab] else "",
        }
        for tab in queries.TABS
    ]  # fmt: skip
    return [*tabs[:4], "-", *tabs[4:]]


def _first_inquiry(unit):
    rows = queries.owed(unit).filter(clock=Clock.INQUIRY_REPLY)
    return rows.select_related("case__enterprise", "ticket").order_by("due_on", "pk").first()


def _instructed(user):
    """领导批示要本单位报的：急的在前。不是期限，不进页签，也不会变成催办单。"""
    return list(queries.instructions(user).waiting().order_by("due_on", "pk")[:INSTRUCTED_MOST])


def with_buttons(case, user, tab):
    """行里放哪两个按钮：规则只看状态和归属，前提在打开表单时再查。"""
    who = Relation(
        role=Role.UNIT, is_visible=True, is_lead=case.lead_id == user.unit_id, is_co=case.lead_id != user.unit_id,
        is_head=user.is_head,
    )  # fmt: skip
    wanted = dict.fromkeys((*ANSWERS.get(case.owed_clock, ()), *USUAL))
    able = [action for action in wanted if is_allowed(action, case.status, who)][:2]
    case.tab = tab
    case.owed_label = Clock(case.owed_clock).label if case.owed_clock else ""
    case.buttons = [
        RowButton(
            action,
            SHORT.get(action, action.label),
            f"{reverse('cases:act', args=[case.pk, action])}?tab={tab}",
            action in ONE_CLICK,
        )
        for action in able
    ]
    return case


def _row(request, pk, tab):
    """一行，按它最急的期限；页签已经不含它时，看它还欠的随便哪个。"""
    today, user = timezone.localdate(), request.user
    for wanted in dict.fromkeys((tab, *queries.TABS)):
        case = queries.inbox_cases(wanted, user, today=today).filter(pk=pk).first() if wanted in LABELS else None
        if case is not None:
            return with_buttons(case, user, tab)
    return None


@require_GET
def inbox_row(request, pk):
    """收起：换回一行。"""
    own_inbox(request.user)
    row = _row(request, pk, request.GET.get("tab", "sign"))
    if row is None:
        raise Http404
    return render(request, "cases/_inbox_row.html", {"case": row})


def opened_row(request, case, context, *, status=200):
    """行下面打开表单，旁边是同一件还能办的事。"""
    row = _row(request, case.pk, context["tab"])
    if row is None:
        row = get_object_or_404(queries.with_slip(type(case).objects.visible_to(request.user)), pk=case.pk)
        row.owed_on, row.owed_clock, row.owed_provisional, row.tab = (
            row.next_due_on,
            row.next_clock,
            False,
            context["tab"],
        )
        with_buttons(row, request.user, context["tab"])
    able = {
        one.action: one for one in services.options(case, request.user, today=timezone.localdate()) if one.is_allowed
    }
    beside = [able[action] for action in BESIDE if action in able and action != context["action"]]
    return render(request, "cases/_inbox_open.html", context | {"row": row, "beside": beside}, status=status)


def answered_row(request, case, said):
    """办好了：这一行说一句，页签上的数跟着变。"""
    today = timezone.localdate()
    counts = queries.inbox_counts(own_inbox(request.user), today=today)
    tab = request.POST.get("tab", "")
    following = Deadline.objects.running().filter(case=case, holder=request.user.unit_id).order_by("due_on").first()
    context = {
        "case": case, "said": said, "following": following, "counts": counts, "kinds": tabs_of(counts, tab), "tab": tab,
        "visible": type(case).objects.visible_to(request.user).filter(pk=case.pk).exists(),
    }  # fmt: skip
    return announce(render(request, "cases/_inbox_done.html", context), "toast", f"{said}：{case.title[:20]}")
