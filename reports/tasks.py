"""通报的定时任务（R-52）。"""

from datetime import timedelta

import structlog
from celery import shared_task
from django.utils import timezone

from reports.models import Ranking
from reports.services import draft_month

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


def _month_before(day):
    return (day.replace(day=1) - timedelta(days=1)).replace(day=1)
