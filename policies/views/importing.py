"""成批导入政策的页面（R-62）：上传、看检查结果、开始、看进度、逐行结果、下载、取消。"""

import csv

import structlog
from celery import current_app
from django.contrib import messages
from django.db.models import Count
from django.http import StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST
from kombu.exceptions import OperationalError as BrokerError

from cadres.enums import Role
from policies.enums import ImportOutcome
from policies.forms import ImportForm, ImportStartForm
from policies.models import PolicyImport
from policies.services import import_template, importing
from zhuqi.kernel.access import for_roles
from zhuqi.kernel.attempts import attempt
from zhuqi.kernel.htmx import is_fragment
from zhuqi.kernel.pagination import page_of
from zhuqi.kernel.spreadsheets import as_download, guarded, write_rows

logger = structlog.get_logger(__name__)
PUBLISHERS = for_roles(Role.OFFICE, Role.UNIT)
HEAD = ("行", "结果", "标题", "说明", "政策编号")
XLSX_MOST = 100_000


@PUBLISHERS
def policy_imports(request):
    """上传一份；下面是以前导过的。"""
    form = ImportForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        batch = attempt(
            form, lambda: importing.open_import(form.cleaned_data["file"], actor=request.user, at=timezone.now())
        )
        if batch is not None:
            return redirect("policies:import", batch.pk)
    rows = PolicyImport.objects.visible_to(request.user).select_related("started_by", "unit")
    context = {"form": form, "page": page_of(rows, request.GET.get("page")), "headings": import_template.TOLD}
    return render(request, "policies/imports.html", context)


@PUBLISHERS
@require_GET
def import_sheet(request):
    """空的模板，带下拉和一行样子。"""
    return as_download(import_template.template(), "政策导入模板.xlsx")


def _own(request, pk):
    return get_object_or_404(PolicyImport.objects.visible_to(request.user).select_related("started_by", "unit"), pk=pk)


@PUBLISHERS
@require_GET
def policy_import(request, pk):
    """一份走到哪里：检查结果、进度、逐行结果；在做的时候自己刷新，不算操作（R-70）。"""
    batch = _own(request, pk)
    outcome = request.GET.get("outcome", "")
    rows = batch.rows.select_related("policy")
    counts = dict(batch.rows.order_by().values_list("outcome").annotate(n=Count("pk")))
    if outcome in ImportOutcome.values:
        rows = rows.filter(outcome=outcome)
    seen = batch.checked.get("counts", {})
    context = {
        "batch": batch,
        "form": ImportStartForm(),
        "expected": [(one, seen[one]) for one in ImportOutcome if seen.get(one)],
        "counts": [(one, counts[one]) for one in ImportOutcome if counts.get(one)],
        "outcome": outcome,
        "page": page_of(rows, request.GET.get("page"), size=50),
    }
    return render(request, "policies/_import.html" if is_fragment(request) else "policies/import.html", context)


@PUBLISHERS
@require_POST
def import_start(request, pk):
    """开始。"""
    batch, form = _own(request, pk), ImportStartForm(request.POST)
    form.is_valid()
    importing.start_import(batch, actor=request.user, at=timezone.now(), **form.cleaned_data)
    try:
        current_app.send_task("policies.run_import", [batch.pk], retry=False)
    except (BrokerError, OSError) as error:  # queued all the same: looked at every five minutes
        logger.warning("import_not_sent", batch=batch.pk, error=repr(error))
    return redirect("policies:import", batch.pk)


@PUBLISHERS
@require_POST
def import_cancel(request, pk):
    """不导了。"""
    importing.cancel_import(_own(request, pk), actor=request.user, at=timezone.now())
    messages.success(request, "已取消。已经导入的留着，没做的不做。")
    return redirect("policies:import", pk)


@PUBLISHERS
@require_GET
def import_report(request, pk, form):
    """逐行结果：CSV 是全部的，XLSX 太多就只有前面的，并且说明。"""
    batch = _own(request, pk)
    rows = batch.rows.values_list("number", "outcome", "title", "remark", "policy")
    if form == "xlsx":
        lines = [_told(row) for row in rows[:XLSX_MOST]]
        total = batch.rows.count()
        if total > XLSX_MOST:
            lines.insert(0, ("", f"只列前 {XLSX_MOST:,} 行", f"共 {total:,} 行，全部的请下载 CSV", "", ""))
        book = write_rows(HEAD, lines, title="导入结果", widths=(8, 16, 50, 60, 12))
        return as_download(book, f"政策导入结果{batch.pk}.xlsx")
    answer = StreamingHttpResponse(_csv_lines(rows.iterator(chunk_size=2_000)), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="policy-import-{batch.pk}.csv"'
    return answer


def _told(row):
    number, outcome, *rest = row
    return (number, ImportOutcome(outcome).label, *rest)


class _Echo:
    """csv.writer 写到这里，写什么就交出什么。"""

    def write(self, text):
        """一行。"""
        return text


def _csv_lines(rows):
    """一行一行写，多少行都不占内存。"""
    writer = csv.writer(_Echo())
    yield "\ufeff" + writer.writerow(HEAD)
    for row in rows:
        yield writer.writerow([guarded("" if cell is None else str(cell)) for cell in _told(row)])
