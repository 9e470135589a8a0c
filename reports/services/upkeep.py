"""导出的善后：中断的重做（最多三次），过期的文件删掉（R-54、R-73）。"""

from datetime import datetime, timedelta

from django.core.files.storage import default_storage

from cadres.models import Job
from cadres.services import settings as defaults
from cadres.services.job_files import clear_work
from reports.queries.exports import exports
from reports.services.exports import WORK, end_export
from zhuqi.kernel.claims import lost

ATTEMPTS_MOST = 3
GAVE_UP = (
    f"做了 {ATTEMPTS_MOST} 次都半路中断（执行的进程意外停止）。请再导出一次，或加条件分几次导；还不行请联系系统管理员。"
)


def lost_exports(*, at: datetime) -> list[int]:
    """中断了的重新排队，给出要再发一次消息的；做过三次的说明做不成。"""
    rows = exports().select_related("started_by")
    return lost(rows, lambda job: end_export(job, GAVE_UP, at=at), most=ATTEMPTS_MOST, at=at)


def drop_old_files(*, at: datetime) -> int:
    """过了保留天数的文件删掉，登记与「导出里的企业」都留着；半路中断留下的工作文件夹也清掉。返回删了几份。"""
    kept_since = at - timedelta(days=int(defaults.value("export_keep_days")))
    count = 0
    for job in exports().filter(state=Job.State.DONE, finished_at__lt=kept_since).exclude(file=""):
        if Job.objects.filter(pk=job.pk, file=job.file.name).update(file=""):
            default_storage.delete(str(job.file.name))
            count += 1
    clear_work(WORK, exports())
    return count
