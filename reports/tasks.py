"""通报的定时任务（R-52），台账在后台做（R-54）。"""

from datetime import timedelta

import structlog
from celery import current_app, shared_task
from django.utils import timezone

from reports.enums import RankingStatus
from reports.models import Ranking
from reports.services import draft_month, exports, falsified, redraft_month, upkeep
from zhuqi.kernel.errors import Conflict

logger = structlog.get_logger(__name__)


@shared_task(name="reports.draft_month")
def draft_last_month():
    """每月 1 日 02:00 起草上个月的通报。晚跑、重跑、两个进程同时跑，都只有一份；漏了哪次，下次补上。"""
    at = timezone.now()
    month = _month_before(timezone.localdate(at))
    last = Ranking.objects.order_by("-month").values_list("month", flat=True).first()
    missed = [month]
    while last and _month_before(missed[-1]) > last:
        missed.append(_month_before(missed[-1]))
    for each in reversed(missed):
        ranking = draft_month(each, at=at)
        logger.info("ranking_drafted", month=f"{each:%Y-%m}", ranking=ranking.pk, status=ranking.status)


@shared_task(name="reports.make_ledger")
def make_ledger(pk):
    """做一份台账。活在库里：消息丢了由 `restart_ledgers` 再发，重了第二个什么也不做。"""
    exports.run_export(pk, clock=timezone.now)


@shared_task(name="reports.restart_ledgers")
def restart_ledgers():
    """每五分钟：两分钟没有动静的台账重新做，最多三次。"""
    for pk in upkeep.lost_exports(at=timezone.now()):
        logger.info("export_restarted", export=pk)
        current_app.send_task("reports.make_ledger", [pk])


@shared_task(name="reports.drop_old_exports")
def drop_old_exports():
    """每天夜里：过了保留天数的台账文件删掉。"""
    return upkeep.drop_old_files(at=timezone.now())


@shared_task(name="reports.revise_drafts")
def revise_drafts():
    """每小时：还没发布的草稿里，算作办结、后来查实虚假的，重做草稿（R-30）。没改过来的不能发布。"""
    at = timezone.now()
    for ranking in Ranking.objects.filter(status=RankingStatus.DRAFT).order_by("month"):
        false = falsified(ranking, at=at)
        if not false:
            continue
        try:
            redraft_month(ranking.month, at=at)
        except Conflict:  # published or redrafted meanwhile
            continue
        logger.info("ranking_redrafted", month=f"{ranking.month:%Y-%m}", false_closures=len(false))


def _month_before(day):
    return (day.replace(day=1) - timedelta(days=1)).replace(day=1)
