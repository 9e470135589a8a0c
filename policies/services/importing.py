"""成批导入政策（R-62）：上传检查、开始、一批一批地做、取消；断了接着做，重导同一份什么也不多。

一批 BATCH 行一个事务：政策、索引、每一行的结果、做到第几行一起写进去，所以中断以后从 `done_count` 接着做，不丢不重。
谁在做由 `attempts` 认：对不上就是被取消了，或别人接着做了，立刻停手。同一时间只做一份（`slot`）。
"""

import secrets
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path

from django.core.files import File
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction

from cadres.models import User
from cadres.services import audit, notices
from policies.enums import ImportOutcome, ImportState
from policies.models import PolicyImport
from policies.services import import_judging
from policies.services.import_files import FILE_MOST, Line, as_text, recognise, refused
from policies.services.import_rows import BadRow, Reader
from policies.services.known import Shelf
from policies.services.library import demand_keeper
from zhuqi.kernel.claims import carry_out, claim, lost, mine
from zhuqi.kernel.errors import Conflict, DomainError
from zhuqi.kernel.uploads import safe_name

Clock = Callable[[], datetime]
BATCH = 500
TRIES = 3
SHOWN = 20
SLOT = "policies"
ATTEMPTS_MOST = 5
UNSTARTED = timedelta(days=7)
BROKEN = "系统出了错，已经记下；做完的都在。请把同一份文件再导入一次，已有的会略过。"


def open_import(
    upload: UploadedFile | File, *, actor: User | None, at: datetime, most: int = FILE_MOST
) -> PolicyImport:
    """收下文件，从头到尾检查一遍（不写政策）。错误：InvalidInput（不是能导的文件、没有表头、没有内容）。"""
    demand_keeper(actor)
    name = Path(str(upload.name or "")).name
    if (upload.size or 0) > most:
        raise refused(f"超过 {most // (1024 * 1024)} MB，请分几份，或由管理员用命令 import_policies 导入。")
    extension = name.rsplit(".", 1)[-1].lower() if "." in name else ""
    batch = PolicyImport(
        name=safe_name(name, extension), unit=actor.unit if actor else None, started_by=actor, created_at=at, beat_at=at
    )
    batch.file.save(f"{secrets.token_hex(16)}.{extension[:8]}", File(upload), save=False)
    try:
        _check(batch, actor)
    except DomainError:
        batch.file.delete(save=False)
        raise
    batch.save()
    return batch


def _check(batch: PolicyImport, actor: User | None) -> None:
    """每一行读一遍：能导几份，已有几份，哪几行不对。全文近不近似，导入的时候再比。"""
    source = recognise(Path(batch.file.path), batch.name)
    reader, shelf = Reader(actor), Shelf()
    shelf.catch_up()
    counts, bad, remarks, seen = Counter[str](), list[list[object]](), Counter[str](), set[str]()
    for line in source.lines():
        try:
            read = reader.read(line)
        except BadRow as wrong:
            counts[ImportOutcome.BAD] += 1
            if len(bad) < SHOWN:
                bad.append([line.number, line.cells.get("title", "")[:60], str(wrong)])
            continue
        counts[import_judging.first_look(read, shelf, seen)] += 1
        remarks.update(read.remarks)
    batch.total_count = sum(counts.values())
    if not batch.total_count:
        raise refused("表头下面没有内容。")
    batch.checked = {
        "form": as_text(source), "columns": [name for name in source.columns if name], "unknown": list(source.unknown),
        "counts": dict(counts), "bad": bad, "remarks": remarks.most_common(SHOWN),
    }  # fmt: skip


def start_import(batch: PolicyImport, *, actor: User | None, at: datetime, publishes: bool, revises: bool) -> None:
    """人看过了，开始。错误：Conflict，已经开始过，或另一份正在做。"""
    demand_keeper(actor)
    try:
        with transaction.atomic():
            changed = PolicyImport.objects.filter(pk=batch.pk, state=ImportState.CHECKED).update(
                state=ImportState.QUEUED, slot=SLOT, publishes=publishes, revises=revises, beat_at=at
            )
    except IntegrityError:
        raise Conflict("另一份政策正在导入，做完再开始这一份；这份文件留着，不用重新上传。") from None
    if not changed:
        raise Conflict("这一份已经开始过了。")
    audit.record(actor, "导入政策", target=batch.name, result=f"{batch.total_count} 行", at=at)


def cancel_import(batch: PolicyImport, *, actor: User | None, at: datetime) -> None:
    """不导了：已经写进库的留着，没做的不做。错误：Conflict，已经做完或停了。"""
    demand_keeper(actor)
    open_states = (ImportState.CHECKED, ImportState.QUEUED, ImportState.RUNNING)
    waiting = PolicyImport.objects.filter(pk=batch.pk, state__in=open_states)
    if not waiting.update(state=ImportState.CANCELLED, slot=None, finished_at=at):
        raise Conflict("这一份已经做完或停了，不用取消。")
    _drop_file(batch)
    audit.record(actor, "取消导入政策", target=batch.name, at=at)


def run_import(
    pk: int, *, clock: Clock, say: Callable[[PolicyImport], None] = lambda _batch: None
) -> PolicyImport | None:
    """做一份排着队的；不排队的什么也不做，给 None。"""
    batch = claim(PolicyImport.objects.select_related("started_by__unit__region"), pk, at=clock())
    if batch is None:
        return None

    def give_up(message: str) -> None:
        _end(batch, ImportState.FAILED, at=clock(), failure=message)

    if not carry_out(batch, lambda: _go(batch, clock, say), give_up, broken=BROKEN, full=BROKEN):
        return None
    batch.refresh_from_db()
    return batch


def _go(batch: PolicyImport, clock: Clock, say: Callable[[PolicyImport], None]) -> None:
    demand_keeper(batch.started_by)
    source = recognise(Path(batch.file.path), batch.name)
    lines, judge = islice(source.lines(), batch.done_count, None), import_judging.Judge(batch, Reader(batch.started_by))
    while some := list(islice(lines, BATCH)):
        _batch_in(judge, some, clock)
        say(batch)
    _end(batch, ImportState.DONE, at=clock())


def _batch_in(judge: import_judging.Judge, lines: list[Line], clock: Clock) -> None:
    """一批；别人恰好录入了同文号的，重新比对再写。"""
    for turn in range(TRIES):
        try:
            return judge.take(lines, at=clock())
        except IntegrityError:
            if turn == TRIES - 1:
                raise
            judge.look_again()
    return None


def _end(batch: PolicyImport, state: ImportState, *, at: datetime, failure: str = "") -> None:
    if not mine(batch).update(state=state, slot=None, finished_at=at, failure=failure[:300]):
        return
    _drop_file(batch)
    if batch.started_by:
        said = "政策导入完成" if state == ImportState.DONE else "政策导入没有做完"
        tone = "done" if state == ImportState.DONE else "near"
        notices.notify(
            [batch.started_by], f"policy-import:{batch.pk}", f"{said}：{batch.name}", at=at, body=failure, tone=tone,
            url=f"/policies/imports/{batch.pk}",
        )  # fmt: skip


def _drop_file(batch: PolicyImport) -> None:
    """文件用过就删，每一行的结果留着。"""
    if batch.file:
        PolicyImport.objects.filter(pk=batch.pk).update(file="")
        batch.file.delete(save=False)


def lost_imports(*, at: datetime) -> list[int]:
    """两分钟没有动静的重新排队，接着做；断了五次的说明做不成；一周没有开始的删掉文件。"""
    rows = PolicyImport.objects.select_related("started_by")
    again = lost(rows, lambda batch: _end(batch, ImportState.FAILED, at=at, failure=BROKEN), most=ATTEMPTS_MOST, at=at)
    for batch in PolicyImport.objects.filter(state=ImportState.CHECKED, created_at__lt=at - UNSTARTED):
        if PolicyImport.objects.filter(pk=batch.pk, state=ImportState.CHECKED).update(
            state=ImportState.CANCELLED, finished_at=at
        ):
            _drop_file(batch)
    return again
