"""问题页：所有角色一个模板，块按权给（页面 5）；动作从这里办。"""

from django.contrib import messages
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_http_methods

from cadres.enums import Role
from cases import queries, services
from cases.enums import Action
from cases.forms.actions import form_for
from cases.queries import deadlines_of
from cases.rules.workflow import is_theirs
from cases.services.choices import refusal_now
from cases.views import casepage
from cases.views.acting import action_of, status_of, try_action
from cases.views.inbox import answered_row, opened_row
from cases.views.story import fold_words, folded, told
from cases.views.terms import clock_strip, next_term
from zhuqi.kernel.errors import NotPermitted
from zhuqi.kernel.htmx import go_to, is_fragment

DONE = {
    Action.SIGN: "已签收", Action.REPORT: "进展已提交", Action.SUBMIT: "已申报办结，等活动办审核",
    Action.PASS_REVIEW: "审核通过，已请企业评价", Action.RETURN_REVIEW: "已退回承办单位", Action.SHELVE: "已挂账",
}  # fmt: skip


@require_GET
def case_detail(request, pk):
    """问题页。"""
    case = get_object_or_404(casepage.visible_case(request.user), pk=pk)
    today = timezone.localdate()
    return render(request, "cases/detail.html", page_context(case, request, today=today))


def page_context(case, request, *, today):
    """一页要的全部：头、时限、三单、经过、侧栏、操作。"""
    user = request.user
    events = list(queries.timeline(case, user))
    rows = deadlines_of(case)
    panel = casepage.panel_of(case, user, today=today)
    is_arrears = case.category is not None and case.category.is_arrears
    similar, rulings = casepage.alike_of(case, user, today=today)
    return {
        "case": case,
        "home": casepage.home_of(user),
        "panel": panel,
        "is_arrears": is_arrears,
        "common": casepage.issue_of(case, user),
        "debt": casepage.debt_of(case, panel) if is_arrears else None,
        "term": next_term(case, user, rows, today=today) if case.is_open else None,
        "clocks": clock_strip(case, user, today=today, rows=rows, chosen=request.GET.get("clock")),
        "chain": casepage.chain_of(case, user, events=events, rows=rows),
        "people": casepage.people_of(case, user, events=events),
        "matters": casepage.matters_of(case, user),
        "ratings": casepage.ratings_of(case, user),
        "similar": similar,
        "rulings": rulings,
        "watchers": casepage.watchers_of(case, user),
        "instructions": casepage.instructions_of(case, user, events=events),
        "kin": casepage.kin_of(case, user, events=events),
        "province_number": casepage.province_number_of(user, events=events),
        "is_firm": user.role == Role.ENTERPRISE,
        "opening_files": [file for event in events if event.kind == "open" for file in event.attachments.all()],
    } | story_context(events, request)


def story_context(events, request):
    """经过：新的在前，旧的折起；可以只看本单位。"""
    user = request.user
    is_mine = bool(request.GET.get("mine")) and user.unit_id is not None
    if is_mine:
        events = [event for event in events if event.unit_id == user.unit_id]
    shown, rest = folded(told(events, user), is_open=bool(request.GET.get("all")))
    return {"story": shown, "story_rest": rest, "story_fold": fold_words(rest), "is_mine": is_mine}


@require_GET
def case_clocks(request, pk):
    """时限条换一格打开。"""
    case = get_object_or_404(casepage.visible_case(request.user), pk=pk)
    if not is_fragment(request):
        return go_to(request, "cases:detail", pk)
    strip = clock_strip(case, request.user, today=timezone.localdate(), chosen=request.GET.get("clock"))
    return render(request, "cases/_clocks.html", {"case": case, "clocks": strip})


@require_GET
def case_timeline(request, pk):
    """经过全部展开，或只看本单位。"""
    case = get_object_or_404(casepage.visible_case(request.user), pk=pk)
    events = list(queries.timeline(case, request.user))
    return render(request, "cases/_timeline.html", {"case": case} | story_context(events, request))


@require_GET
def preview_extension(request, pk):
    """延几天以后是哪天（R-26、R-43）；写得不对就不算。"""
    case = get_object_or_404(casepage.visible_case(request.user), pk=pk)
    form = form_for(Action.ASK_EXTENSION)({"days": request.GET.get("days"), "note": "-"}, case=case, user=request.user)
    days = form.cleaned_data["days"] if form.is_valid() else None
    return render(
        request, "cases/_extension.html", {"reckoning": services.preview_extension(case, days) if days else None}
    )


@require_http_methods(["GET", "POST"])
def case_act(request, pk, action):
    """一个动作的表单与办理；没有脚本时是单独一页，收件箱和问题页里是就地一块。"""
    case = get_object_or_404(casepage.visible_case(request.user), pk=pk)
    action = action_of(action)
    if not is_theirs(action, services.relation(request.user, case)):
        raise NotPermitted(f"「{action.label}」不归您办理。")
    if request.method == "GET":
        form = form_for(action)(case=case, user=request.user)
        return _with_form(request, case, form)
    form, case = try_action(request, case, action)
    if form is not None:
        return _with_form(request, case, form, status=status_of(form))
    return _done(request, case, action)


def _with_form(request, case, form, *, status=200):
    """表单放在哪里：收件箱的行里、问题页上面、或单独一页。"""
    context = form_context(request, case, form)
    if not is_fragment(request):
        return render(request, "cases/act.html", context, status=status)
    status = 200 if status == 200 else 422
    if request.htmx.target == f"case-{case.pk}-row":
        return opened_row(request, case, context, status=status)
    return render(request, "cases/_act.html", context, status=status)


def form_context(request, case, form):
    """表单、为什么现在不能办、延期预览、旁边还能办什么。"""
    today = timezone.localdate()
    row = form.action
    reason = "" if form.is_bound else refusal_now(case, row, request.user, today=today)
    preview = None
    if row == Action.ASK_EXTENSION and not reason:
        days = form["days"].value()
        preview = (
            services.preview_extension(case, int(days)) if str(days).isdecimal() and 0 < int(days) <= 365 else None
        )
    return {
        "case": case,
        "form": form,
        "action": row,
        "said": form.said,
        "reason": reason,
        "reckoning": preview,
        "next": _onward(request),
        "tab": request.POST.get("tab") or request.GET.get("tab", ""),
        "precedents": queries.precedents(request.user, category=case.category)[:3]
        if row in {Action.OBJECT, Action.UPHOLD, Action.REJECT} and case.category_id
        else (),
    }


def _done(request, case, action):
    said = DONE.get(action, f"{action.label}已记录")
    if is_fragment(request) and request.htmx.target == f"case-{case.pk}-row":
        return answered_row(request, case, said)
    messages.success(request, f"{said}。")
    onward = _onward(request)
    if onward:
        return go_to(request, onward)
    still_there = casepage.visible_case(request.user).filter(pk=case.pk).exists()
    return go_to(request, *(("cases:detail", case.pk) if still_there else (casepage.home_of(request.user)["url"],)))


def _onward(request):
    """办完往哪里去：只认自己家的地址。"""
    asked = request.POST.get("next") or request.GET.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(asked, {request.get_host()}, require_https=request.is_secure())
    return asked if is_ours else ""
