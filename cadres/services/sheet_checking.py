"""表格导入的第一步（R-12、R-74）：从头到尾看一遍，什么也不写；每一行新增、有改动、没有变化还是不能导入，都记下来。"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from cadres.models import Job, SheetBatch
from cadres.services.job_files import keep_file, work_folder
from cadres.services.sheet_jobs import (
    CHECK,
    WHOLE_MOST,
    WORK,
    Clock,
    State,
    chunks,
    scope_of,
    sheet_kind,
)
from zhuqi.datewords import day_of
from zhuqi.kernel.claims import beat
from zhuqi.kernel.sheets.entries import Reader, doubles
from zhuqi.kernel.sheets.kinds import WRITTEN, Entry, Fault, Outcome, SheetKind, Verdict
from zhuqi.kernel.sheets.marked import Marked, write_marked
from zhuqi.kernel.sheets.reading import Line, Table, read_table

SHOWN_MOST = 200
TITLE_COLUMNS = 3
Read = tuple[Line, Entry, tuple[Fault, ...]]
Judged = tuple[Line, Verdict]


@dataclass(slots=True)
class Tally:
    """边看边数：各结局几行，头几行给人看，哪些原因最多。"""

    counts: Counter[str] = field(default_factory=Counter)
    shown: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    reasons: Counter[str] = field(default_factory=Counter)
    remarks: int = 0

    def add(self, reader: Reader, line: Line, verdict: Verdict) -> None:
        """一行。"""
        self.counts[verdict.outcome] += 1
        self.remarks += bool(verdict.remark)
        for fault in verdict.faults:
            self.reasons[fault.key] += 1
        kept = self.shown.setdefault(verdict.outcome, [])
        if len(kept) < SHOWN_MOST:
            kept.append(_sample(reader, line, verdict))


def check(job: Job, clock: Clock) -> None:
    """看一遍，存下判断和带标记的表，等人确认；没有要写的就到此为止。错误：InvalidInput（整张表不收）。"""
    kind = sheet_kind(job)
    reader = Reader(kind, job.started_by)
    with job.file.open("rb") as stored:
        table = read_table(stored.read(), list(reader.columns.values()))
    SheetBatch.objects.filter(job=job).delete()  # of an attempt that broke off
    beat(job, at=clock(), total_count=len(table.lines), done_count=0)
    tally = Tally()
    judged = judge_all(job, reader, table, clock, tally)
    is_whole = len(table.lines) <= WHOLE_MOST
    path = work_folder(WORK, job) / "marked.xlsx"
    columns = [reader.columns[key] for key in reader.columns if key in table.places]
    rows = (marked(reader, *one) for one in judged if is_whole or one[1].outcome == Outcome.BAD or one[1].remark)
    write_marked(path, columns, rows, about=about(kind, job, is_whole=is_whole))
    at = clock()
    has_work = any(tally.counts[outcome] for outcome in WRITTEN)
    facts = {
        "phase": CHECK, "counts": dict(tally.counts), "shown": tally.shown, "reasons": dict(tally.reasons),
        "remarks": tally.remarks, "table": _facts(table), "marked": {CHECK: keep_file(path, at=at)},
    }  # fmt: skip
    beat(
        job, at=at, state=State.CHECKED if has_work else State.DONE, slot=None, finished_at=None if has_work else at,
        details=job.details | facts,
    )  # fmt: skip


def judge_all(job: Job, reader: Reader, table: Table, clock: Clock, tally: Tally) -> Iterator[Judged]:
    """一批一批地判，每批记下、报一次进度。"""
    kind = reader.kind
    read: list[Read] = [(line, *reader.entry(line)) for line in table.lines]
    twice, keys = doubles(kind, reader, (entry for _line, entry, faults in read if not faults))
    scope, done = scope_of(job, day_of(clock()), keys), 0
    for some in chunks(read):
        verdicts = _judged(kind, some, twice, scope)
        SheetBatch.objects.create(
            job=job,
            first=done,
            verdicts=[
                [
                    line.number,
                    verdict.outcome,
                    verdict.digest,
                    [[f.key, f.reason] for f in verdict.faults],
                    verdict.remark,
                ]
                for (line, _entry, _faults), verdict in zip(some, verdicts, strict=True)
            ],
        )
        done += len(some)
        beat(job, at=clock(), done_count=done)
        for (line, _entry, _faults), verdict in zip(some, verdicts, strict=True):
            tally.add(reader, line, verdict)
            yield line, verdict


def _judged(kind: SheetKind, some: Sequence[Read], twice: dict[int, Fault], scope: Any) -> list[Verdict]:
    known = {
        entry.number: Verdict(Outcome.BAD, faults or (twice[entry.number],))
        for _line, entry, faults in some
        if faults or entry.number in twice
    }
    good = [entry for _line, entry, _faults in some if entry.number not in known]
    known |= {entry.number: verdict for entry, verdict in zip(good, kind.judge(good, scope), strict=True)}
    return [known[entry.number] for _line, entry, _faults in some]


def marked(reader: Reader, line: Line, verdict: Verdict) -> Marked:
    """带标记的一行：不对的说哪一栏、为什么；有改动的说从什么改成什么。"""
    named = reader.columns
    where = "、".join(dict.fromkeys(named[f.key].heading if f.key in named else "整行" for f in verdict.faults))
    why = "；".join(fault.reason for fault in verdict.faults) or "；".join(
        f"{one.heading}：{one.old} → {one.new}" for one in verdict.changes
    )
    return Marked(
        line.number, reader.shown(line), verdict.outcome.label,
        where or "、".join(one.heading for one in verdict.changes), why or verdict.remark,
        frozenset(fault.key for fault in verdict.faults),
    )  # fmt: skip


def about(kind: SheetKind, job: Job, *, is_whole: bool) -> str:
    """带标记的表头一行的说明。"""
    kept = "全部各行" if is_whole else "只列不能导入和要留意的行，其余的没有问题"
    return f"{kind.label}导入第 {job.pk} 号的检查结果（{kept}）。改好涂色的格子，可以直接把这份再传一次。"


def _sample(reader: Reader, line: Line, verdict: Verdict) -> dict[str, Any]:
    shown = reader.shown(line)
    first = [shown[key] for key in reader.columns if key in shown][:TITLE_COLUMNS]
    named = reader.columns
    return {
        "number": line.number,
        "title": [text[:60] for text in first],
        "changes": [[one.heading, one.old, one.new] for one in verdict.changes],
        "faults": [
            [named[fault.key].heading if fault.key in named else "整行", shown.get(fault.key, "")[:60], fault.reason]
            for fault in verdict.faults
        ],
        "remark": verdict.remark,
    }


def _facts(table: Table) -> dict[str, Any]:
    return {
        "sheet": table.sheet, "head": table.head, "unknown": table.unknown[:20], "missing": table.missing,
        "samples": table.sample_count,
    }  # fmt: skip
