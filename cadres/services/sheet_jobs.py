"""表格导入是 `Job` 的一行（R-12）：哪一种、谁的、走到哪一步。"""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from itertools import islice
from typing import Any, TypeVar

from django.core.files.storage import default_storage
from django.db.models import QuerySet

from cadres.models import Job, User
from zhuqi.kernel.errors import Conflict
from zhuqi.kernel.sheets.kinds import Outcome, Scope, SheetKind, kind_of

Clock = Callable[[], datetime]
Item = TypeVar("Item")
KIND = "sheet:"
WORK = "jobs/sheets"  # its own: what clears the exports' folder must not clear this one
BATCH = 500
WHOLE_MOST = 20_000
CHECK, WRITE = "check", "write"
State = Job.State
OPEN = (State.QUEUED, State.RUNNING, State.CHECKED)


def sheets() -> QuerySet[Job]:
    """全部表格导入。"""
    return Job.objects.filter(kind__startswith=KIND)


def own_sheets(user: User) -> QuerySet[Job]:
    """自己传的：别人的不存在（R-03）。"""
    return sheets().filter(started_by=user.pk)


def sheet_kind(job: Job) -> SheetKind:
    """导的是哪一种。错误：Conflict，这一种已经不在了。"""
    kind = kind_of(job.kind.removeprefix(KIND))
    if kind is None:
        raise Conflict("这一种表格已经不能导入了。")
    return kind


def target_of(job: Job) -> str:
    """审计里叫什么。"""
    return f"{sheet_kind(job).label}导入 第 {job.pk} 号"


def scope_of(job: Job, today: date, keys: Any = None) -> Scope:
    """谁在导、今天、这份表里有哪些。"""
    return Scope(job.started_by, today, keys or {})


def counts_of(job: Job, name: str = "counts") -> dict[Outcome, int]:
    """四种结局各几行；`name` 为 written 时是真正写成的。"""
    found = job.details.get(name, {})
    return {outcome: int(found.get(outcome, 0)) for outcome in Outcome}


def chunks(items: Sequence[Item], size: int = BATCH) -> Iterator[list[Item]]:
    """一批一批。"""
    rest = iter(items)
    while some := list(islice(rest, size)):
        yield some


def drop_files(job: Job) -> None:
    """上传的表和带标记的表都删掉，登记留着。"""
    for name in [job.file.name, *job.details.get("marked", {}).values()]:
        if name:
            default_storage.delete(str(name))
