"""表格导入的善后（R-12、R-74）：中断的接着做，没人确认的过期，过了保存期的文件删掉。"""

from datetime import datetime, timedelta

from django.db.models.functions import Coalesce

from cadres.models import Job, SheetBatch
from cadres.services import settings as defaults
from cadres.services.job_files import clear_work
from cadres.services.sheet_imports import end_sheet
from cadres.services.sheet_jobs import WORK, State, drop_files, sheets
from zhuqi.kernel.claims import WAITING, lost

ATTEMPTS_MOST = 6
GAVE_UP = f"做了 {ATTEMPTS_MOST} 次都半路中断。写进去的都在；请把同一份表再传一次，已有的会显示“没有变化”。还不行请联系系统管理员。"
EXPIRED = "放得太久没有确认，已经过期；什么也没有写入，请重新上传。"
KEPT = ("shown", "left", "marked")  # particulars that go with the files


def lost_sheets(*, at: datetime) -> list[int]:
    """中断了的接着做，给出要再发一次消息的；做过六次的说明做不成。"""
    rows = sheets().select_related("started_by")
    return lost(rows, lambda job: end_sheet(job, GAVE_UP, at=at), most=ATTEMPTS_MOST, at=at)


def drop_old_sheets(*, at: datetime) -> int:
    """过了保留天数的：没确认的作废，文件、样行和逐行的判断删掉，行数和审计留着。返回清了几份。"""
    kept_since = at - timedelta(days=int(defaults.value("export_keep_days")))
    # A row may lack the hour of its end, or of its last step; it ages all the same, from the last hour it has.
    old = sheets().annotate(last_at=Coalesce("beat_at", "finished_at", "created_at")).filter(last_at__lt=kept_since)
    old.filter(state=State.CHECKED).update(state=State.CANCELLED, finished_at=at, message=EXPIRED)
    old, count = old.exclude(state__in=(*WAITING, State.CHECKED)), 0
    for job in old.exclude(file=""):
        facts = {name: value for name, value in job.details.items() if name not in KEPT}
        if Job.objects.filter(pk=job.pk, file=job.file.name).update(file="", details=facts):
            drop_files(job)
            SheetBatch.objects.filter(job=job).delete()
            count += 1
    clear_work(WORK, sheets())
    return count
