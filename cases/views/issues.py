"""共性问题的页面（R-31）：列表、一个问题、在上面办的每一步。活动办从调度台来，承办单位从协调、收件箱来。"""

from django.contrib import messages
from django.db.models import Count, F, Q
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from cadres.enums import Role
from cases.enums import IssueState
from cases.models import CommonIssue
from cases.views import issuepage
from cases.views.listing import LEDGER_READERS
from zhuqi.kernel.attempts import attempt
from zhuqi.kernel.pagination import page_of

PROPOSALS = "proposals"
TABS = (
    (IssueState.PROPOSED, "待确认"),
    (IssueState.CONFIRMED, "批处理中"),
    (IssueState.ANSWERED, "已答复"),
    (IssueState.DISMISSED, "不作共性"),
    (PROPOSALS, "政策建议"),
)
UNIT_TABS = frozenset({IssueState.CONFIRMED, IssueState.ANSWERED, PROPOSALS})
OPEN_FIRST = F("proposal_done_at").asc(nulls_first=True)
OPEN_PROPOSAL = Q(proposal_done_at__isnull=True) & ~Q(proposal="")


def _readable(request):
    """企业和干部没有这些页面（R-03）。"""
    if request.user.role not in LEDGER_READERS:
        raise Http404
    return CommonIssue.objects.visible_to(request.user)


def _whole(rows):
    return rows.select_related("category", "chain", "lead", "office", "decided_by", "answered_by", "proposal_unit")


@require_GET
def issues(request):
    """共性问题；没说看哪一类就打开第一类有的。"""
    rows, today = _readable(request), timezone.localdate()
    counts = _counts(rows)
    tabs = [(key, label) for key, label in TABS if request.user.role != Role.UNIT or key in UNIT_TABS]
    known = [key for key, _ in tabs]
    key = request.GET.get("tab")
    if key not in known:
        key = next((key for key in known if counts[key] and key != IssueState.DISMISSED), known[0])
    context = {
        "tab": key,
        "places": [
            {"label": label, "url": f"?tab={each}", "count": counts[each], "current": each == key}
            for each, label in tabs
        ],
        "page": page_of(_in_tab(rows, key), request.GET.get("page")),
        "is_proposals": key == PROPOSALS,
        "late_count": rows.owed(today).count() if key == PROPOSALS else 0,
        "is_unit": request.user.role == Role.UNIT,
    }
    return render(request, "cases/issues.html", context)


def _counts(rows):
    wanted = {state: Count("pk", filter=Q(state=state)) for state in IssueState.values}
    return rows.order_by().aggregate(**wanted, **{PROPOSALS: Count("pk", filter=OPEN_PROPOSAL)})


def _in_tab(rows, key):
    rows = rows.with_counts().select_related("category", "chain", "lead", "office", "proposal_unit")
    if key == PROPOSALS:
        return rows.exclude(proposal="").order_by(OPEN_FIRST, "proposal_due_on", "pk")
    return rows.filter(state=key).order_by("-proposed_at", "-pk")


@require_GET
def issue(request, pk):
    """一个共性问题。"""
    return _page(request, get_object_or_404(_whole(_readable(request)), pk=pk))


@require_POST
def issue_act(request, pk, do):
    """在上面办一步；填错的回到原处。"""
    found = get_object_or_404(_whole(_readable(request)), pk=pk)
    step = issuepage.STEPS.get(do)
    if step is None:
        raise Http404
    step.demand(found, request.user)
    form = step.form(request.POST, request.FILES, issue=found, user=request.user)
    if form.is_valid():
        done = attempt(form, lambda: step.act(found, form, actor=request.user, at=timezone.now()))
        if done is not None:
            _say(request, done, step)
            still_seen = CommonIssue.objects.visible_to(request.user).filter(pk=pk).exists()
            return redirect("cases:issue", pk) if still_seen else redirect("cases:issues")
    return _page(request, found, form=form, do=do, status=422)


def _say(request, told, step):
    """办成几件；没办成的逐件说为什么。"""
    done = sum(one.is_done for one in told)
    messages.success(request, f"{step.done}。" if not told else f"{step.done} {done} 件。")
    for one in told:
        if not one.is_done:
            messages.warning(request, f"{one.case.number}：{one.problem}")


def _page(request, found, *, form=None, do="", status=200):
    context = issuepage.context(found, request.user, today=timezone.localdate(), form=form, do=do)
    return render(request, "cases/issue.html", context, status=status)
