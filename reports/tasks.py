"""通报的定时任务（R-52），台账在后台做（R-54），省平台与推送（R-65）。"""

import random
from datetime import timedelta

import structlog
from celery import current_app, shared_task
from django.utils import timezone

from reports.enums import RankingStatus
from reports.models import Ranking
from reports.province.client import ProvinceClient, UnreachableError
from reports.services import draft_month, exports, falsified, hook_sending, redraft_month, upkeep
from reports.services.province import handed_down, link, reconciling, reporting
from zhuqi.kernel.errors import Conflict

logger = structlog.get_logger(__name__)
A_MINUTES_WORK = timedelta(seconds=50)


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


@shared_task(name="reports.report_upward")
def report_upward():
    """每分钟：把没报的步骤入列，到时候的送省平台。丢了、重了、两个进程同时跑、半路被杀，都不多不少不乱（R-65）。"""
    tally = reporting.report_upward(
        clock=timezone.now, rng=random.SystemRandom(), until=timezone.now() + A_MINUTES_WORK
    )
    if tally.delivered or tally.refused or tally.unreached:
        logger.info("province_reported", sent=tally.delivered, refused=tally.refused, unreached=tally.unreached)


@shared_task(name="reports.push_hooks")
def push_hooks():
    """每分钟：没送的步骤入列，送给订了的系统（R-65）。"""
    hook_sending.push(clock=timezone.now, rng=random.SystemRandom(), until=timezone.now() + A_MINUTES_WORK)


@shared_task(name="reports.pull_handed_down")
def pull_handed_down():
    """每五分钟：收省平台交办下来的（R-65）。"""
    with_province(lambda client: handed_down.pull(client, at=timezone.now()))


@shared_task(name="reports.reconcile_province")
def reconcile_province():
    """每天 06:10：与省平台对一次账（R-65）。"""
    with_province(lambda client: reconciling.reconcile(client, clock=timezone.now))


def with_province(act):
    """接通了、没暂停才做；不通的记下来，下次再做。"""
    now = link.current()
    if now is None or now.paused_at or not link.is_configured():
        return
    client = ProvinceClient(reporting.account(), timezone.now)
    try:
        act(client)
    except UnreachableError as silent:
        link.did_not(str(silent), at=timezone.now())
    except Conflict:  # another process is at it
        logger.info("province_busy")
    finally:
        client.close()


def _month_before(day):
    return (day.replace(day=1) - timedelta(days=1)).replace(day=1)
