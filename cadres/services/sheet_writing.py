"""表格导入的第二步（R-12）：人看过、确认了，一批一批地写。

一批一个事务：在里面再判一次，和看过的一样才写；结果与数据一起落库，所以半路被杀接着做，不丢一行、不重一行。
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from django.db import IntegrityError, transaction

from cadres.models import Job, SheetBatch
from cadres.services.job_files import keep_file, work_folder
from cadres.services.sheet_jobs import (
    WHOLE_MOST,
    WORK,
    WRITE,
    Clock,
    State,
    scope_of,
    sheet_kind,
)
from zhuqi.datewords import day_of
from zhuqi.kernel.claims import SupersededError, beat
from zhuqi.kernel.sheets.entries import Reader, doubles
from zhuqi.kernel.sheets.kinds import WRITTEN, Entry, Outcome, Scope, Verdict
from zhuqi.kernel.sheets.marked import Marked, write_marked
from zhuqi.kernel.sheets.reading import Line, Table, read_table

TRIES = 3
SHOWN_MOST = 200
CHANGED_SINCE = "检查以后被别人改过，这一行没有写入；请把它重新上传核对。"
SAME_SINCE = "检查以后已经有人改成这样，没有再写。"
Left = list[list[Any]]


def write(job: Job, clock: Clock) -> None:
    """把还没写的各批写完，再写一份带结果的表。"""
    reader = Reader(sheet_kind(job), job.started_by)
    with job.file.open("rb") as stored:
        table = read_table(stored.read(), list(reader.columns.values()))
    lines = {line.number: line for line in table.lines}
    scope = scope_of(job, day_of(clock()), _keys(reader, table.lines))
    waiting = SheetBatch.objects.filter(job=job, results__isnull=True).order_by("first")
    for pk in list(waiting.values_list("pk", flat=True)):  # no cursor stays open over the writing
        _write_batch(job, SheetBatch.objects.get(pk=pk), reader, lines, (scope, clock))
    _finish(job, reader, table, clock)


def _keys(reader: Reader, lines: Iterable[Line]) -> Any:
    if not reader.kind.looks_around:
        return {}
    return doubles(reader.kind, reader, (entry for entry, faults in map(reader.entry, lines) if not faults))[1]


def _write_batch(job: Job, batch: SheetBatch, reader: Reader, lines: dict[int, Line], how: tuple[Scope, Clock]) -> None:
    """一批；别人恰好登记了同一个的，再判一次再写。"""
    for turn in range(TRIES):
        try:
            with transaction.atomic():
                return _in_one(job, batch, reader, lines, how)
        except IntegrityError:
            if turn == TRIES - 1:
                raise
    return None


def _in_one(job: Job, batch: SheetBatch, reader: Reader, lines: dict[int, Line], how: tuple[Scope, Clock]) -> None:
    scope, clock = how
    at = clock()
    beat(job, at=at, done_count=batch.first + len(batch.verdicts))
    seen = {number: (outcome, digest) for number, outcome, digest, *_ in batch.verdicts if outcome in WRITTEN}
    entries = [reader.entry(lines[number])[0] for number in seen if number in lines]
    rows, left = _still_so(entries, reader.kind.judge(entries, scope), seen)
    failed = reader.kind.write(rows, scope, at) if rows else {}
    left += [[number, "", reason] for number, reason in failed.items()]
    counts = Counter(verdict.outcome.value for entry, verdict in rows if entry.number not in failed)
    results = {"left": left, **counts}
    if not SheetBatch.objects.filter(pk=batch.pk, results__isnull=True).update(results=results):
        raise SupersededError


def _still_so(
    entries: list[Entry], verdicts: list[Verdict], seen: dict[int, tuple[str, str]]
) -> tuple[list[tuple[Entry, Verdict]], Left]:
    """和给人看过的一样的，和不一样的（连同原因）。"""
    rows: list[tuple[Entry, Verdict]] = []
    left: Left = []
    for entry, verdict in zip(entries, verdicts, strict=True):
        if (verdict.outcome, verdict.digest) == seen[entry.number]:
            rows.append((entry, verdict))
        elif verdict.outcome == Outcome.BAD:
            left.append([entry.number, verdict.faults[0].key, f"检查以后情况变了：{verdict.faults[0].reason}"])
        else:
            left.append([entry.number, "", SAME_SINCE if verdict.outcome == Outcome.SAME else CHANGED_SINCE])
    return rows, left


def _finish(job: Job, reader: Reader, table: Table, clock: Clock) -> None:
    written: Counter[str] = Counter()
    left: Left = []
    done: Any = SheetBatch.objects.filter(job=job).order_by("first").values_list("results", flat=True)
    for results in done:
        left += results["left"]
        written.update({outcome: results.get(outcome, 0) for outcome in WRITTEN})
    is_whole = len(table.lines) <= WHOLE_MOST
    path = work_folder(WORK, job) / "result.xlsx"
    columns = [reader.columns[key] for key in reader.columns if key in table.places]
    kept = "全部各行" if is_whole else "只列没有写入的行"
    told = f"{reader.kind.label}导入第 {job.pk} 号的结果（{kept}）。没有写入的，改好可以把这份再传一次。"
    write_marked(path, columns, _marked_rows(job, reader, table, is_whole=is_whole), about=told)
    at = clock()
    lines = {line.number: line for line in table.lines}
    files = job.details.get("marked", {}) | {WRITE: keep_file(path, at=at)}
    facts = {
        "written": dict(written), "left_count": len(left), "marked": files,
        "left": [_told(reader, lines[number], key, reason) for number, key, reason in left[:SHOWN_MOST]],
    }  # fmt: skip
    beat(job, at=at, state=State.DONE, slot=None, finished_at=at, details=job.details | facts)


def _told(reader: Reader, line: Line, key: str, reason: str) -> dict[str, Any]:
    shown = reader.shown(line)
    heading = reader.columns[key].heading if key in reader.columns else "整行"
    first = [shown[each] for each in reader.columns if each in shown][:3]
    return {"number": line.number, "title": [text[:60] for text in first], "faults": [[heading, "", reason]]}


def _marked_rows(job: Job, reader: Reader, table: Table, *, is_whole: bool) -> Iterator[Marked]:
    lines = {line.number: line for line in table.lines}
    for batch in SheetBatch.objects.filter(job=job).order_by("first").iterator(20):
        left = {number: (key, reason) for number, key, reason in (batch.results or {}).get("left", ())}
        for number, outcome, _digest, faults, remark in batch.verdicts:
            wrong = [left[number]] if number in left else faults
            if wrong or is_whole:
                yield _marked(reader, lines[number], (outcome, wrong, remark), is_left=number in left)


def _marked(reader: Reader, line: Line, said: tuple[str, list[Any], str], *, is_left: bool) -> Marked:
    outcome, wrong, remark = said
    done = {Outcome.NEW: "已新增", Outcome.CHANGED: "已改动", Outcome.SAME: "没有变化"}
    result = "没有写入" if is_left or outcome == Outcome.BAD else done[Outcome(outcome)]
    named = reader.columns
    where = "、".join(dict.fromkeys(named[key].heading if key in named else "整行" for key, _ in wrong))
    why = "；".join(reason for _, reason in wrong) or remark
    return Marked(line.number, reader.shown(line), result, where, why, frozenset(key for key, _ in wrong))
