"""台账页（R-54）：有哪几种、照条件先看、导出。"""

import structlog
from celery import current_app
from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST
from kombu.exceptions import OperationalError as BrokerError

from cadres.enums import Role
from reports.ledgers import LEDGERS, ledgers_for
from reports.ledgers.ledger import Reader
from reports.queries.exports import described, may_read_register, own_exports
from reports.services import exports
from reports.views.exports import deliver
from zhuqi.kernel.access import for_roles
from zhuqi.kernel.lists import listed
from zhuqi.kernel.pagination import page_of

logger = structlog.get_logger(__name__)

KEEPERS = (Role.OFFICE, Role.LEADER, Role.SUPERVISOR, Role.UNIT, Role.CADRE)
RECENT = 10
FIRST_FIELDS = 4  # the others are folded away


@require_GET
@for_roles(*KEEPERS)
def ledgers(request):
    """这个岗位能导的几种，和自己最近的导出。"""
    context = {
        "ledgers": ledgers_for(request.user),
        "recent": described(own_exports(request.user)[:RECENT]),
        "sees_register": may_read_register(request.user),
    }
    return render(request, "reports/ledgers.html", context)


def _fields(form):
    """筛选的格子：先露出来的几个，和折起来的。次序不是条件，台账按屏幕的次序。"""
    fields = [field for field in form.visible_fields() if field.name != "sort"]
    return fields[:FIRST_FIELDS], fields[FIRST_FIELDS:]


def _ledger(request, key):
    """这种台账；岗位不导的就是没有。"""
    found = LEDGERS.get(key)
    if found is None or request.user.role not in found.roles:
        raise Http404
    return found


@require_GET
@for_roles(*KEEPERS)
def ledger(request, key):
    """照条件筛出的行：先看几列，导出是全部列；屏幕上几行，文件里就几行。"""
    found, today = _ledger(request, key), timezone.localdate()
    shown = listed(key, request.user, request.GET, today)
    page = page_of(shown.rows, request.GET.get("page"))
    places = [index for index, column in enumerate(found.columns) if column.title in found.shown]
    lines = found.lines([row.pk for row in page], Reader(request.user, today=today))
    first, folded = _fields(shown.form)
    kept = request.GET.copy()
    kept.pop("page", None)
    context = {
        "ledger": found,
        "form": shown.form,
        "first": first,
        "folded": folded,
        "is_unfolded": any(shown.chosen.get(field.name) not in {None, ""} for field in folded),
        "words": shown.words,
        "page": page,
        "heads": [found.columns[place].title for place in places],
        "rows": [[line.values[place - 1] for place in places] for line in lines],
        "query": kept.urlencode(),
    }
    return render(request, "reports/ledger.html", context)


@require_POST
@for_roles(*KEEPERS)
def ledger_export(request, key):
    """导出：行少的当场下载，多的到后台做；已有一份在做就去看那一份。"""
    found, at = _ledger(request, key), timezone.now()
    job, is_new = exports.request_export(found, request.GET.urlencode(), actor=request.user, at=at, by=request)
    if not is_new:
        messages.warning(request, f"您的{found.name}有一份正在做，做完或取消以后才能再导。")
    elif exports.is_direct(job):
        done = exports.run_export(job.pk, clock=timezone.now)
        if done is not None and done.file:
            return deliver(request, done)
    else:
        _start(job)
    return redirect("reports:export", pk=job.pk)


def _start(job):
    """叫后台去做；叫不到也不要紧，排着队的每五分钟有人看一遍。"""
    try:
        current_app.send_task("reports.make_ledger", [job.pk], retry=False)
    except (BrokerError, OSError) as error:
        logger.warning("export_not_sent", export=job.pk, error=repr(error))
