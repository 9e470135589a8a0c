"""导出的进度、下载、登记，和「哪些导出里有这家企业」（R-54、R-73）。"""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from cadres.enums import Role
from cadres.services import audit
from reports.queries import exports as queries
from reports.services import exports
from zhuqi.kernel.access import for_roles
from zhuqi.kernel.errors import NotPermitted
from zhuqi.kernel.htmx import is_fragment
from zhuqi.kernel.pagination import page_of
from zhuqi.kernel.spreadsheets import XLSX
from zhuqi.kernel.uploads import handed_out


def _own(request, pk):
    return get_object_or_404(queries.own_exports(request.user), pk=pk)


@require_GET
def export(request, pk):
    """一次导出走到哪里；页面自己刷新，不算操作（R-70）。"""
    job = _own(request, pk)
    template = "reports/_export.html" if is_fragment(request) else "reports/export.html"
    return render(request, template, {"export": queries.described([job])[0]})


@require_POST
def export_cancel(request, pk):
    """不要了。"""
    job = _own(request, pk)
    exports.cancel_export(job, actor=request.user, at=timezone.now())
    messages.success(request, "已取消，什么也没有留下。")
    return redirect("reports:ledgers")


@require_GET
def export_file(request, pk):
    """下载，只给申请人。"""
    return deliver(request, _own(request, pk))


def deliver(request, job):
    """再查一遍、记一笔，把文件给出去（R-72、R-73）。"""
    job = exports.hand_over(job, actor=request.user, at=timezone.now(), by=request)
    name = f"{queries.ledger_of(job).name}{timezone.localtime(job.created_at):%Y%m%d-%H%M}.xlsx"
    return handed_out(job.file, name=name, content_type=XLSX)


def _demand_register(user):
    if not queries.may_read_register(user):
        raise NotPermitted("导出登记由市活动办主任和审计管理员查看。")


@require_GET
@for_roles(Role.OFFICE, Role.AUDITOR)
def export_register(request):
    """谁、何时、按什么条件、导了多少行、下载几次；只有登记，没有案件内容（R-71）。"""
    _demand_register(request.user)
    words = request.GET.get("q", "")[:60]
    page = page_of(queries.register(words), request.GET.get("page"), size=50)
    counts = queries.download_counts(page)
    rows = [(row, counts.get(queries.target_of(row.job), 0)) for row in queries.described(page)]
    return render(request, "reports/exports.html", {"page": page, "rows": rows, "words": words})


@require_GET
@for_roles(Role.OFFICE, Role.AUDITOR)
def exported_firms(request):
    """一家企业的资料去过哪里：查一次也记一笔（R-72）。"""
    _demand_register(request.user)
    words = request.GET.get("q", "")[:100]
    firms = list(queries.firms_asked(request.user, words))
    chosen = firms[0] if len(firms) == 1 else None
    page = None
    if chosen:
        page = page_of(queries.exports_with(chosen), request.GET.get("page"), size=50)
        audit.record(request, "查企业导出", target=chosen.name, at=timezone.now())
    context = {
        "words": words,
        "firms": firms,
        "firm": chosen,
        "page": page,
        "rows": queries.described(page) if page else [],
        "by_exact_name": request.user.role == Role.AUDITOR,
    }
    return render(request, "reports/exported_firms.html", context)
