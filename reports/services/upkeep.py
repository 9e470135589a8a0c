"""导出的善后：中断的重做（最多三次），过期的文件删掉（R-54、R-73）。"""

import shutil
from datetime import datetime, timedelta
from pathlib import Path

from django.core.files.storage import default_storage

from cadres.models import Job
from cadres.services import settings as defaults
from reports.queries.exports import exports
from reports.services.exports import WORK, end_export, work_folder

LOST_AFTER = timedelta(minutes=2)
ATTEMPTS_MOST = 3
GAVE_UP = (
    f"做了 {ATTEMPTS_MOST} 次都半路中断（执行的进程意外停止）。请再导出一次，或加条件分几次导；还不行请联系系统管理员。"
)
WAITING = (Job.State.QUEUED, Job.State.RUNNING)


def lost_exports(*, at: datetime) -> list[int]:
    """两分钟没有动静的：重新排队，给出要再发一次消息的；做过三次的说明做不成。跑几遍、两个进程同时跑都一样。"""
    again = []
    for job in exports().filter(state__in=WAITING, beat_at__lt=at - LOST_AFTER).select_related("started_by"):
        if job.state == Job.State.RUNNING and job.attempts >= ATTEMPTS_MOST:
            end_export(job, GAVE_UP, at=at)
            continue
        same = Job.objects.filter(pk=job.pk, state=job.state, attempts=job.attempts, beat_at=job.beat_at)
        if same.update(state=Job.State.QUEUED, beat_at=at):
            again.append(job.pk)
    return again


def drop_old_files(*, at: datetime) -> int:
    """过了保留天数的文件删掉，登记与「导出里的企业」都留着；半路中断留下的工作文件夹也清掉。返回删了几份。"""
    kept_since = at - timedelta(days=int(defaults.value("export_keep_days")))
    count = 0
    for job in exports().filter(state=Job.State.DONE, finished_at__lt=kept_since).exclude(file=""):
        if Job.objects.filter(pk=job.pk, file=job.file.name).update(file=""):
            default_storage.delete(str(job.file.name))
            count += 1
    _clear_work()
    return count


def _clear_work() -> None:
    busy = {work_folder(job).name for job in exports().filter(state=Job.State.RUNNING)}
    for folder in Path(default_storage.path(WORK)).glob("*-*"):
        if folder.name not in busy:
            shutil.rmtree(folder, ignore_errors=True)
