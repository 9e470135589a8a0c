"""调度台（页面 4）：队列、列表、右侧预览、就地办理、成批办理。"""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from cadres.enums import Role
from cadres.services import coverage
from cases import services
from cases.enums import Action
from cases.forms.actions import form_for
from cases.forms.triage import AssignMany, BoardFilter, MergeMany, picked_cases, picked_firms
from cases.models import Case
from cases.rules.workflow import is_theirs
from cases.services import board as queues
from cases.services.bulk import perform_each
from cases.views import sheets
from cases.views.acting import action_of, status_of, try_action
from cases.views.look_back_lists import mine_count
from zhuqi.kernel.errors import DomainError, NotPermitted
from zhuqi.kernel.htmx import announce, is_fragment
from zhuqi.kernel.pagination import page_of

KEYS = (
    {"key": "a", "does": "受理"},
    {"key": "d", "does": "交办"},
    {"key": "e", "does": "去填右边这张表，Esc 回列表"},
    {"key": "Ctrl Enter", "does": "提交右边这张表；在抽屉里签发"},
)


def demand_office(user):
    """调度台是活动办的。"""
    if user.role != Role.OFFICE:
        raise NotPermitted("调度台由活动办使用。")


@require_GET
def board(request):
    """一个队列；没说哪个就打开第一个有事的。"""
    demand_office(request.user)
    today = timezone.localdate()
    counts = queues.counts(request.user, today=today)
    key = request.GET.get("queue") or next((q.key for q in queues.QUEUES if not q.group and counts[q.key]), "reported")
    menu = sheets.menu(counts, key, today)
    looks = mine_count(request.user, today=today)
    context = {
        "menu": menu,
        "counts": counts,
        "look_back_count": looks,
        "keys": KEYS,
        "filter": BoardFilter(request.GET, user=request.user),
    }
    if key == queues.ISSUES:
        return redirect(f"{reverse('cases:issues')}?tab=PROPOSED")
    if key == queues.UNCOVERED:
        rows = coverage.uncovered(request.user).for_list().order_by("region__ordering", "name")
        context |= {"page": page_of(rows, request.GET.get("page"), size=50), "is_firms": True}
    else:
        context |= sheets.listing(request, queues.BY_KEY.get(key, queues.QUEUES[0]), context["filter"], today=today)
    return render(request, "cases/board.html", context)


@require_GET
def board_case(request, pk):
    """右侧预览；这个队列要办的那张表单先打开。"""
    demand_office(request.user)
    case = get_object_or_404(Case.objects.visible_to(request.user).for_list(), pk=pk)
    context = sheets.side(request, case, today=timezone.localdate(), queue=request.GET.get("queue", ""))
    return render(request, "cases/_board_side.html" if is_fragment(request) else "cases/board_case.html", context)


def board_act(request, pk, action):
    """就地办一步：GET 是表单，POST 是办理。"""
    demand_office(request.user)
    case, action = get_object_or_404(Case.objects.visible_to(request.user).for_list(), pk=pk), action_of(action)
    if not is_theirs(action, services.relation(request.user, case)):
        raise NotPermitted(f"「{action.label}」不归您办理。")
    if request.method != "POST":
        form, status = form_for(action)(case=case, user=request.user), 200
    else:
        form, case = try_action(request, case, action)
        if form is None:
            return _done(request, case, action)
        # htmx puts 422 back in place; a 409 page is for those without it.
        status = 422 if is_fragment(request) else status_of(form)
    context = sheets.side(request, case, today=timezone.localdate(), form=form)
    template = "cases/_board_side.html" if is_fragment(request) else "cases/board_case.html"
    return render(request, template, context, status=status)


def _done(request, case, action):
    said = f"{case.number} 已{action.label}，现在是“{case.get_status_display()}”。"
    if not is_fragment(request):
        messages.success(request, said)
        return redirect(_back(request))
    answer = render(request, "cases/_board_side.html", sheets.side(request, case, today=timezone.localdate()))
    return announce(announce(answer, "toast", said), "boardChanged", case.pk)


def _back(request):
    queue = request.POST.get("queue") or request.GET.get("queue") or ""
    known = queue in queues.BY_KEY or queue == queues.UNCOVERED
    return f"{reverse('cases:board')}?queue={queue}" if known else reverse("cases:board")


@require_POST
def board_bulk(request):
    """勾选了几件之后：受理当场办；并案、交办、指派先问。"""
    demand_office(request.user)
    match request.POST.get("do"):
        case "accept":
            picked = picked_cases(request.POST, request.user)
            told = perform_each(picked, Action.ACCEPT, actor=request.user, at=timezone.now())
            return _told(request, told, "受理")
        case "merge":
            return _merge(request)
        case "assign":
            return _assign(request)
        case _:
            picks = "&".join(
                f"pick={case.pk}:{revision}" for case, revision in picked_cases(request.POST, request.user)
            )
            return redirect(f"{reverse('cases:dispatch_many')}?{picks}")


def _told(request, told, did):
    """成批的结果：办成几件，没办成的各为什么。"""
    context = {"told": told, "did": did, "done_count": sum(one.is_done for one in told), "back": _back(request)}
    context["failed_count"] = len(told) - context["done_count"]
    fragment = is_fragment(request)
    answer = render(request, "cases/_board_told_drawer.html" if fragment else "cases/board_told.html", context)
    return announce(answer, "boardChanged") if fragment else answer


def _merge(request):
    picked = picked_cases(request.POST, request.user)
    is_sent = "into" in request.POST
    form = MergeMany(request.POST if is_sent else None, cases=[case for case, _ in picked], user=request.user)
    if is_sent and picked and not form.refusal and form.is_valid():
        into, note = form.cleaned_data["into"], form.cleaned_data["note"]
        others = [(case, revision) for case, revision in picked if case.pk != into.pk]
        told = perform_each(others, Action.MERGE, actor=request.user, at=timezone.now(), into=into, note=note)
        return _told(request, told, f"并入 {into.number}")
    return _ask(request, {"form": form, "picked": picked, "do": "merge"})


def _assign(request):
    firms, is_sent = picked_firms(request.POST, request.user), "cadre" in request.POST
    form = AssignMany(request.POST if is_sent else None, user=request.user)
    if is_sent and firms and form.is_valid():
        return _told(request, [_assign_one(request, firm, form.cleaned_data) for firm in firms], "指派")
    return _ask(request, {"form": form, "firms": firms, "do": "assign"})


def _assign_one(request, firm, said):
    # seen=None: the page showed "nobody"; whoever was assigned meanwhile stays.
    how = {"actor": request.user, "at": timezone.now(), "seen": None, "note": said["note"]}
    try:
        coverage.assign_lead(firm, said["cadre"], **how)
    except DomainError as refusal:
        return sheets.FirmTold(firm, refusal.message)
    return sheets.FirmTold(firm)


def _ask(request, context):
    form = context["form"]
    refusal = getattr(form, "refusal", "")
    status = 422 if form.errors or (refusal and form.is_bound) else 200
    template = "cases/_board_ask_drawer.html" if is_fragment(request) else "cases/board_ask.html"
    return render(request, template, context | {"back": _back(request), "refusal": refusal}, status=status)
