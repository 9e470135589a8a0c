"""表格导入（R-12、R-74）：上传、检查、人确认、写入、取消、下载带标记的表。断了接着做在 `sheet_upkeep`。

同一人同一种同时只做一份（`slot`）；谁在做由 `attempts` 认，对不上立刻停手。检查完放开占位，等人看过再确认。
"""

import hashlib
import shutil
from datetime import datetime
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse

from cadres.models import Job, SheetBatch, User
from cadres.services import audit, notices, sheet_checking, sheet_writing
from cadres.services.job_files import is_same_post, work_folder
from cadres.services.sheet_jobs import (
    CHECK,
    KIND,
    OPEN,
    WORK,
    WRITE,
    Clock,
    State,
    counts_of,
    sheet_kind,
    sheets,
    target_of,
)
from zhuqi.kernel.claims import carry_out, claim, mine
from zhuqi.kernel.errors import Conflict, InvalidInput, NotPermitted
from zhuqi.kernel.sheets.kinds import WRITTEN, Outcome, SheetKind
from zhuqi.kernel.uploads import accept

SHEETS = (".xlsx", ".xls", ".et")
DIRECT_BYTES = 60_000  # about a thousand rows: checked while the person waits
DIRECT_ROWS = 100
BROKEN = "系统出了错，已经记下；写进去的都在。请把同一份表再传一次，已有的会显示“没有变化”。"
FULL = "存储空间已满，请联系系统管理员。"


def open_sheet(kind: SheetKind, file: UploadedFile, *, actor: User, at: datetime, by: Any = None) -> Job:
    """收下一份表，排队等检查。

    错误：NotPermitted，岗位不导这一种；InvalidInput，不是表格、有宏、太大；Conflict，自己有一份这一种正在做。
    """
    if actor.role not in kind.roles:
        raise NotPermitted(f"您的岗位不能导入{kind.label}。")
    if not (file.name or "").lower().endswith(SHEETS):
        message = "请上传 Excel 表格（.xlsx 或 .xls）；没有的话先下载模板，填好再上传。"
        raise InvalidInput(message, {"file": [message]})
    upload = accept(file)
    facts = {
        "role": actor.role, "unit": actor.unit_id, "name": upload.original_name, "phase": CHECK,
        "sha256": hashlib.sha256(upload.content.read()).hexdigest(),
    }  # fmt: skip
    upload.content.seek(0)
    job = Job(
        kind=f"{KIND}{kind.key}", slot=f"{KIND}{kind.key}:{actor.pk}", started_by=actor, created_at=at, beat_at=at,
        message=upload.original_name[:400], details=facts,
    )  # fmt: skip
    job.file.save(str(upload.content.name), upload.content, save=False)
    try:
        with transaction.atomic():
            job.save()
    except IntegrityError:
        job.file.delete(save=False)
        raise Conflict(f"您有一份{kind.label}表正在检查或导入，做完或取消以后再传。") from None
    audit.record(by or actor, "上传导入表", target=target_of(job), reason=upload.original_name, at=at)
    return job


def is_direct(job: Job) -> bool:
    """小的当场做，大的到后台做。"""
    if job.details.get("phase") == WRITE:
        return sum(counts_of(job)[outcome] for outcome in WRITTEN) <= DIRECT_ROWS
    return bool(job.file) and job.file.size <= DIRECT_BYTES


def run_sheet(pk: int, *, clock: Clock) -> Job | None:
    """做一份排着队的（检查或写入）；不排队的什么也不做，给 None。"""
    job = claim(sheets().select_related("started_by__unit"), pk, at=clock())
    if job is None:
        return None
    folder = work_folder(WORK, job)
    folder.mkdir(parents=True, exist_ok=True)

    def give_up(message: str) -> None:
        end_sheet(job, message, at=clock())

    try:
        if not carry_out(job, lambda: _go(job, clock), give_up, broken=BROKEN, full=FULL):
            return None
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    job.refresh_from_db()
    return job


def _go(job: Job, clock: Clock) -> None:
    _demand_same_post(job)
    if job.details["phase"] == WRITE:
        sheet_writing.write(job, clock)
    else:
        sheet_checking.check(job, clock)
    _tell_done(job, at=clock())


def _demand_same_post(job: Job) -> None:
    user = job.started_by
    if user is None or not user.is_active or user.role not in sheet_kind(job).roles or not is_same_post(job, user):
        raise NotPermitted("上传以后您的岗位变了，请重新上传。")


def confirm(job: Job, *, actor: User, at: datetime, by: Any = None) -> None:
    """人看过了，写能写的行。错误：Conflict，已经开始、取消、过期，或自己另有一份正在做。"""
    _demand_own(job, actor)
    total = sum(counts_of(job)[outcome] for outcome in WRITTEN)
    slot = f"{job.kind}:{actor.pk}"
    try:
        with transaction.atomic():
            changed = Job.objects.filter(pk=job.pk, state=State.CHECKED).update(
                state=State.QUEUED, slot=slot, beat_at=at, done_count=0,
                details=job.details | {"phase": WRITE},
            )  # fmt: skip
            if not changed:
                raise Conflict("这一份已经开始导入，或已经取消、过期了。")
            counted = f"新增 {counts_of(job)[Outcome.NEW]} 改动 {counts_of(job)[Outcome.CHANGED]}"
            said = f"确认导入{sheet_kind(job).label}"
            audit.record(by or actor, said, target=target_of(job), reason=f"{total} 行", result=counted, at=at)
    except IntegrityError:
        raise Conflict("您有另一份同样的表正在做，做完再确认这一份；这份留着，不用重新上传。") from None
    job.refresh_from_db()


def cancel(job: Job, *, actor: User, at: datetime) -> None:
    """不导了：还没写的不写，写进去的留着。错误：Conflict，已经做完或停了。"""
    _demand_own(job, actor)
    waiting = Job.objects.filter(pk=job.pk, state__in=OPEN)
    if not waiting.update(state=State.CANCELLED, slot=None, finished_at=at, details=job.details | _written(job)):
        raise Conflict("这一份已经做完或停了，不用取消。")
    audit.record(actor, "取消导入", target=target_of(job), at=at)


def end_sheet(job: Job, message: str, *, at: datetime) -> bool:
    """做不成了：说明原因，放开占位。写进去的行数照实说。"""
    facts = job.details | _written(job) | {"failure": message}
    if not mine(job).update(state=State.FAILED, slot=None, finished_at=at, details=facts):
        return False
    _tell(job, f"{sheet_kind(job).label}导入没有做成", at=at, tone="near", body=message)
    return True


def _written(job: Job) -> dict[str, Any]:
    """已经写成的各几行，从各批的结果里数。"""
    done = SheetBatch.objects.filter(job=job, results__isnull=False).values_list("results", flat=True)
    rows: list[Any] = list(done)
    return {"written": {outcome: sum(each.get(outcome, 0) for each in rows) for outcome in WRITTEN}} if rows else {}


def _tell_done(job: Job, *, at: datetime) -> None:
    if is_direct(job):
        return
    name = sheet_kind(job).label
    if job.details["phase"] == WRITE:
        written = sum(counts_of(job, "written").values())
        _tell(job, f"{name}导入完成，写入 {written:,} 行", at=at, tone="done")
    else:
        _tell(job, f"{name}表检查完了，请看过再确认", at=at, tone="work")


def _tell(job: Job, title: str, *, at: datetime, **more: str) -> None:
    if job.started_by:
        key = f"sheet:{job.pk}:{job.details.get('phase')}"
        notices.notify([job.started_by], key, title, at=at, url=reverse("cadres:sheet", args=[job.pk]), **more)


def hand_over(job: Job, which: str, *, actor: User, at: datetime, by: Any = None) -> str:
    """下载带标记的表（`which`：check 或 write），记入审计，给出存的名字。错误：Conflict，没有或过期删了。"""
    _demand_own(job, actor)
    name = job.details.get("marked", {}).get(which, "")
    if not name or not job.file:
        raise Conflict("这份表已按保存期删除，或还没有做好。")
    audit.record(by or actor, "下载导入表", target=target_of(job), reason="结果" if which == WRITE else "检查", at=at)
    return str(name)


def _demand_own(job: Job, actor: User) -> None:
    if job.started_by_id != actor.pk or actor.role not in sheet_kind(job).roles:
        raise NotPermitted("只有上传的人能办。")
