"""到点的和后台的任务：匹配（R-61）、摘要（R-14）、活动回访（R-63）、成批导入（R-62）。活在库里，消息丢了、重了都不要紧。"""

import structlog
from celery import current_app, shared_task
from django.utils import timezone

from cadres.services.calendar import calendar_at
from policies.services import digests, importing, matching
from policies.services.events import remind_follow_ups

logger = structlog.get_logger(__name__)


@shared_task(name="policies.match")
def match():
    """每分钟：改过的政策、动过的企业重新匹配；过了零点，全部按新的一天算一遍。"""
    done = matching.match_all(at=timezone.now())
    if done.firms or done.policies:
        logger.info("policies_matched", firms=done.firms, policies=done.policies)
    return {"firms": done.firms, "policies": done.policies}


@shared_task(name="policies.remind_follow_ups")
def remind_event_follow_ups():
    """白天每小时看一遍：到日子的活动回访告诉主办单位，每次只说一回（R-63）。"""
    return remind_follow_ups(at=timezone.now())


@shared_task(name="policies.run_import")
def run_import(pk):
    """做一份导入；断在哪里从哪里接着做。"""
    importing.run_import(pk, clock=timezone.now)


@shared_task(name="policies.restart_imports")
def restart_imports():
    """每五分钟：两分钟没有动静的导入接着做。"""
    for pk in importing.lost_imports(at=timezone.now()):
        logger.info("policy_import_restarted", batch=pk)
        current_app.send_task("policies.run_import", [pk])


@shared_task(name="policies.send_digests")
def send_digests():
    """工作日 10:00：给企业的政策摘要（R-14、R-60）。"""
    at, today = timezone.now(), timezone.localdate()
    if not calendar_at().is_workday(today):
        return {"sent": 0, "held": 0}
    outcome = digests.send_digests(at=at)
    return {"sent": outcome.sent, "held": outcome.held}
