"""后台：站外消息、表格导入（R-12）。活在库里，消息只说「现在去看」，丢了、重了、晚了都不要紧。"""

import structlog
from celery import current_app, shared_task
from django.utils import timezone

from cadres.services import sheet_imports, sheet_upkeep
from cadres.services.handing_on import hand_on
from cadres.services.idempotency import drop_old
from cadres.services.sending import Run, send_next

logger = structlog.get_logger(__name__)
BATCH = 300  # looks in one run; what is left is the next minute's


@shared_task(name="cadres.send_messages")
def send_messages():
    """每分钟：把通知交给通道，再一条一条发到期的。"""
    made, run, looked = hand_on(at=timezone.now()), Run(), 0
    while run.channels and looked < BATCH and send_next(run, at=timezone.now()):
        looked += 1
    return {"made": made, "looked": looked}


@shared_task(name="cadres.run_sheet")
def run_sheet(pk):
    """检查或写入一份表；重了第二个什么也不做，断在哪里从哪里接着做。"""
    sheet_imports.run_sheet(pk, clock=timezone.now)


@shared_task(name="cadres.restart_sheets")
def restart_sheets():
    """每五分钟：两分钟没有动静的接着做。"""
    for pk in sheet_upkeep.lost_sheets(at=timezone.now()):
        logger.info("sheet_restarted", sheet=pk)
        current_app.send_task("cadres.run_sheet", [pk])


@shared_task(name="cadres.drop_old_sheets")
def drop_old_sheets():
    """每天夜里：过了保留天数的表删掉，没人确认的作废。"""
    return sheet_upkeep.drop_old_sheets(at=timezone.now())


@shared_task(name="cadres.drop_old_keys")
def drop_old_keys():
    """每夜：删掉过了 24 小时的幂等键（ADR 0072）。"""
    return drop_old(at=timezone.now())
