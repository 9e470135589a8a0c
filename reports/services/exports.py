"""台账导出：申请、写、取消、下载（R-54、R-73）。中断后的重做与过期删除在 `upkeep`。

一份文件只有一个人在写：开工是比较并交换（排队中 → 进行中，`attempts` 加一），以后每报一次进度都带着自己的 `attempts`；
对不上就是被取消了，或者被当作中断、别人重做了，立刻停手，什么也不留下。同一人同一种台账同时只有一份：`slot` 唯一。
"""

import hashlib
import shutil
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.http import QueryDict
from django.urls import reverse

from cadres.models import Job, User
from cadres.services import audit, notices
from cadres.services import settings as defaults
from cadres.services.job_files import is_same_post, keep_file, work_folder
from reports.ledgers import Ledger
from reports.ledgers.ledger import Reader
from reports.ledgers.reading import keys_of, lines_of
from reports.ledgers.sheet import Particulars, write_ledger
from reports.models import ExportedFirm
from reports.queries.exports import DOWNLOADED, exports, ledger_of, own_exports, target_of
from zhuqi.datewords import day_of
from zhuqi.kernel.claims import SupersededError, beat, carry_out, claim, mine
from zhuqi.kernel.errors import Conflict, InvalidInput, NotPermitted
from zhuqi.kernel.lists import listed

Clock = Callable[[], datetime]
State = Job.State
WORDS_MOST = 400
WORK = "jobs/work"
BROKEN = "没有做成：系统出了错，已经记下。请再导出一次；还不行请联系系统管理员。"
FULL = "没有做成：存储空间已满，请联系系统管理员。"


def request_export(ledger: Ledger, query: str, *, actor: User, at: datetime, by: Any = None) -> tuple[Job, bool]:
    """申请一次导出，记入审计。已有一份在做就给那一份（第二个值为 False），所以连点两下只有一份。

    `query` 是屏幕上的筛选（网址里的）；`by` 是请求，为了记下地址。
    错误：NotPermitted，岗位不导这种台账；InvalidInput，没有符合条件的。
    """
    if actor.role not in ledger.roles:
        raise NotPermitted(f"您的岗位不能导出{ledger.name}。")
    today = day_of(at)
    shown = listed(ledger.key, actor, QueryDict(query), today)
    total = shown.rows.order_by().count()
    if not total:
        raise InvalidInput("没有符合条件的，放宽一两个条件再导出。")
    words = shown.words
    facts = {"query": query, "today": today.isoformat(), "role": actor.role, "unit": actor.unit_id, "words": words}
    slot = f"{ledger.kind}:{actor.pk}"
    try:
        with transaction.atomic():
            job = Job.objects.create(
                kind=ledger.kind, slot=slot, started_by=actor, created_at=at, beat_at=at, total_count=total,
                message=words[:WORDS_MOST], details=facts,
            )  # fmt: skip
            audit.record(by or actor, "导出台账", target=target_of(job), reason=words, result=f"{total} 行", at=at)
    except IntegrityError:
        running = own_exports(actor).filter(slot=slot).first()
        if running is None:
            raise Conflict("刚才那一份正好做完，请再点一次。") from None
        return running, False
    return job, True


def is_direct(job: Job) -> bool:
    """行数少，当场做完直接下载。"""
    return job.total_count <= int(defaults.value("ledger_direct_most"))


def run_export(pk: int, *, clock: Clock) -> Job | None:
    """做一份排着队的导出；不排队的（做完了、取消了、别人在做）什么也不做，给 None。"""
    job = claim(exports().select_related("started_by__unit"), pk, at=clock(), done_count=0)
    if job is None:
        return None
    folder = work_folder(WORK, job)
    folder.mkdir(parents=True, exist_ok=True)

    def give_up(message: str) -> None:
        end_export(job, message, at=clock())

    try:
        if not carry_out(job, lambda: _make(job, folder, clock), give_up, broken=BROKEN, full=FULL):
            return None
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    job.refresh_from_db()
    return job


def _make(job: Job, folder: Path, clock: Clock) -> None:
    user, ledger = job.started_by, ledger_of(job)
    is_waited_for = not is_direct(job)  # by the count it was asked for with; it may be another by now
    if user is None or not user.is_active or user.role not in ledger.roles or not is_same_post(job, user):
        raise NotPermitted("申请以后您的岗位变了，请重新导出。")
    at, today = clock(), date.fromisoformat(job.details["today"])
    shown = listed(ledger.key, user, QueryDict(job.details["query"]), today)
    keys = keys_of(shown.rows)
    beat(job, at=clock(), total_count=len(keys))
    ExportedFirm.objects.filter(job=job).delete()  # of an attempt that broke off
    seen: set[int] = set()

    def after_batch(done: int, firms: set[int]) -> None:
        beat(job, at=clock(), done_count=done)
        _note_firms(job, firms - seen)
        seen.update(firms)

    about = Particulars(signature(user), user.username, at, shown.words, len(keys), job.pk)
    path = folder / "ledger.xlsx"
    count = write_ledger(
        path, ledger, about, lines_of(ledger, keys, Reader(user, today=today), after_batch=after_batch)
    )
    at = clock()
    _finish(job, path, count, at=at)
    if is_waited_for:
        _tell(job, f"{ledger.name}做好了，共 {count:,} 行", at=at, tone="done")


def _note_firms(job: Job, firms: set[int]) -> None:
    rows = [ExportedFirm(job=job, enterprise_id=firm) for firm in sorted(firms)]
    ExportedFirm.objects.bulk_create(rows, batch_size=500, ignore_conflicts=True)


def _finish(job: Job, path: Path, count: int, *, at: datetime) -> None:
    """存进去再算数；这时才发现不归自己写的，存的也删掉。"""
    with path.open("rb") as made:
        digest = hashlib.file_digest(made, "sha256").hexdigest()
    name = keep_file(path, at=at)
    try:
        beat(
            job, at=at, state=State.DONE, slot=None, file=name, finished_at=at, done_count=count,
            details=job.details | {"sha256": digest, "rows": count},
        )  # fmt: skip
    except SupersededError:
        default_storage.delete(name)
        raise


def end_export(job: Job, message: str, *, at: datetime) -> bool:
    """这一份做不成了：说明原因，放开占位。"""
    facts = job.details | {"failure": message}
    if not mine(job).update(state=State.FAILED, slot=None, finished_at=at, details=facts):
        return False
    ExportedFirm.objects.filter(job=job).delete()  # nothing was handed out
    _tell(job, f"{ledger_of(job).name}没有做成", at=at, tone="near", body=message)
    return True


def _tell(job: Job, title: str, *, at: datetime, **more: str) -> None:
    if job.started_by:
        url = reverse("reports:export", args=[job.pk])
        notices.notify([job.started_by], f"export:{job.pk}", title, at=at, url=url, **more)


def cancel_export(job: Job, *, actor: User, at: datetime) -> None:
    """申请人不要了。错误：Conflict，已经做完或停了。"""
    if job.started_by_id != actor.pk:
        raise NotPermitted("只有申请的人能取消。")
    waiting = Job.objects.filter(pk=job.pk, state__in=(State.QUEUED, State.RUNNING))
    if not waiting.update(state=State.CANCELLED, slot=None, finished_at=at):
        raise Conflict("这一份已经做完或停了，不用取消。")
    ExportedFirm.objects.filter(job=job).delete()
    audit.record(actor, "取消导出", target=target_of(job), at=at)


def hand_over(job: Job, *, actor: User, at: datetime, by: Any = None) -> Job:
    """下载一次：只给申请人，再查一遍还看不看得到，记入审计（R-73）。

    错误：NotPermitted，不是申请人，或之后范围变了；Conflict，没做完，或文件过期删了。
    """
    ledger = ledger_of(job)
    if job.started_by_id != actor.pk or actor.role not in ledger.roles:
        raise NotPermitted("只有申请的人能下载。")
    if job.state != State.DONE or not job.file:
        raise Conflict("文件已按保存期删除，请重新导出。" if job.state == State.DONE else "还没有做完，请稍等。")
    if not is_same_post(job, actor) or _has_strange_firms(job, actor):
        raise NotPermitted("导出以后您能看到的范围变了，这份文件不能再下载，请重新导出。")
    result = f"{job.details.get('rows', 0)} 行 {job.details.get('sha256', '')[:16]}"
    audit.record(
        by or actor, DOWNLOADED, target=target_of(job), reason=job.details.get("words", ""), result=result, at=at
    )
    return job


def _has_strange_firms(job: Job, user: User) -> bool:
    """里面有一家是他现在看不到的。"""
    if user.sees_everything:
        return False
    return ExportedFirm.objects.filter(job=job).exclude(enterprise__in=user.enterprise_scope()).exists()


def signature(user: User) -> str:
    """署名：单位与姓名。"""
    return f"{user.unit} {user.name}" if user.unit else user.name
