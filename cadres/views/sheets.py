"""表格导入（R-12）：有哪几种、下载模板、上传、看会改什么、确认、取消、下载带标记的表。"""

import structlog
from celery import current_app
from django.contrib import messages
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST
from kombu.exceptions import OperationalError as BrokerError

from cadres.enums import Role
from cadres.forms.sheets import SheetUpload
from cadres.services import audit, sheet_imports
from cadres.services.sheet_jobs import CHECK, WRITE, own_sheets
from cadres.views.sheetpage import described, page_of_sheet
from zhuqi.kernel.access import for_roles
from zhuqi.kernel.attempts import attempt
from zhuqi.kernel.errors import NotPermitted
from zhuqi.kernel.htmx import is_fragment
from zhuqi.kernel.sheets.kinds import kind_of, kinds_for
from zhuqi.kernel.sheets.template import Template
from zhuqi.kernel.spreadsheets import XLSX, as_download

logger = structlog.get_logger(__name__)
KEEPERS = for_roles(Role.OFFICE, Role.SYSADMIN)
RECENT = 10
NAMES = {CHECK: "检查结果", WRITE: "导入结果"}


def _kind(request, key):
    kind = kind_of(key)
    if kind is None:
        raise Http404
    if request.user.role not in kind.roles:
        raise NotPermitted(f"您的岗位不能导入{kind.label}。")
    return kind


def _own(request, pk):
    return get_object_or_404(own_sheets(request.user), pk=pk)


@require_GET
@KEEPERS
def sheets(request):
    """能导哪几种；自己最近导过的。"""
    recent = [described(job) for job in own_sheets(request.user)[:RECENT]]
    return render(request, "cadres/sheets.html", {"kinds": kinds_for(request.user), "recent": recent})


@KEEPERS
def sheet_new(request, key):
    """一种：有哪些栏，下载模板，上传。"""
    kind, form = _kind(request, key), SheetUpload(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file, at = form.cleaned_data["file"], timezone.now()
        job = attempt(form, lambda: sheet_imports.open_sheet(kind, file, actor=request.user, at=at, by=request))
        if job is not None:
            _start(job)
            return redirect("cadres:sheet", job.pk)
    context = {"kind": kind, "form": form, "columns": kind.columns(request.user)}
    return render(request, "cadres/sheet_new.html", context, status=422 if form.is_bound else 200)


@require_GET
@KEEPERS
def sheet_template(request, key):
    """要填的模板；预先填好数据的，下载记一笔（R-72）。"""
    kind, at = _kind(request, key), timezone.now()
    content = Template(kind, request.user).content()
    audit.record(request, "下载导入模板", target=kind.label, at=at)
    return as_download(content, f"{kind.label}-{timezone.localdate(at):%Y%m%d}.xlsx")


@require_GET
@KEEPERS
def sheet(request, pk):
    """走到哪一步；做的时候页面自己刷新，不算操作（R-70）。"""
    job = _own(request, pk)
    template = "cadres/_sheet.html" if is_fragment(request) else "cadres/sheet.html"
    return render(request, template, page_of_sheet(job, request.GET.get("show", "")))


@require_POST
@KEEPERS
def sheet_confirm(request, pk):
    """看过了，导能导的。"""
    job = _own(request, pk)
    sheet_imports.confirm(job, actor=request.user, at=timezone.now(), by=request)
    _start(job)
    return redirect("cadres:sheet", job.pk)


@require_POST
@KEEPERS
def sheet_cancel(request, pk):
    """不导了。"""
    job = _own(request, pk)
    sheet_imports.cancel(job, actor=request.user, at=timezone.now())
    messages.success(
        request,
        "已取消。写进去的留着，没写的不写。" if job.details.get("phase") == WRITE else "已取消，什么也没有写入。",
    )
    return redirect("cadres:sheets")


@require_GET
@KEEPERS
def sheet_marked(request, pk, which):
    """带标记的表，只给上传的人。"""
    job = _own(request, pk)
    if which not in NAMES:
        raise Http404
    name = sheet_imports.hand_over(job, which, actor=request.user, at=timezone.now(), by=request)
    try:
        opened = default_storage.open(name, "rb")
    except FileNotFoundError as missing:
        raise Http404 from missing
    shown = f"{job.details['name'].rsplit('.', 1)[0]}-{NAMES[which]}.xlsx"
    response = FileResponse(opened, as_attachment=True, filename=shown, content_type=XLSX)
    response["Cache-Control"] = "private, no-store"
    return response


def _start(job):
    """小的当场做；大的叫后台去做，叫不到也不要紧，排着队的每五分钟有人看一遍。"""
    if sheet_imports.is_direct(job):
        sheet_imports.run_sheet(job.pk, clock=timezone.now)
        return
    try:
        current_app.send_task("cadres.run_sheet", [job.pk], retry=False)
    except (BrokerError, OSError) as error:
        logger.warning("sheet_not_sent", sheet=job.pk, error=repr(error))
