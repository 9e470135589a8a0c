"""一份表格导入给人看的样子：走到哪一步、四种结局各几行、该做什么。"""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from cadres.models import Job
from cadres.services.sheet_jobs import CHECK, WRITE, State, counts_of, sheet_kind
from zhuqi.kernel.sheets.kinds import WRITTEN, Outcome, SheetKind

# What to look at first: what cannot go in, then what would change.
ORDER = (Outcome.BAD, Outcome.CHANGED, Outcome.NEW, Outcome.SAME)
TONES = {Outcome.BAD: "near"}


@dataclass(frozen=True, slots=True)
class Described:
    """一份导入。"""

    job: Job
    kind: SheetKind

    @property
    def is_waiting(self) -> bool:
        """在排队或在做。"""
        return self.job.state in {State.QUEUED, State.RUNNING}

    @property
    def is_writing(self) -> bool:
        """第二步：在写入。"""
        return self.job.details.get("phase") == WRITE

    @property
    def share(self) -> int:
        """做了百分之几。"""
        return round(self.job.done_count * 100 / self.job.total_count) if self.job.total_count else 0

    @property
    def name(self) -> str:
        """上传时的文件名。"""
        return str(self.job.details.get("name", ""))

    @property
    def counts(self) -> list[tuple[str, int]]:
        """四种结局各几行。"""
        return [(outcome.label, count) for outcome, count in counts_of(self.job).items()]

    @property
    def to_write(self) -> int:
        """能导的几行。"""
        return sum(counts_of(self.job)[outcome] for outcome in WRITTEN)

    @property
    def bad_count(self) -> int:
        """不能导的几行。"""
        return counts_of(self.job)[Outcome.BAD]

    @property
    def written_new(self) -> int:
        """新增了几行。"""
        return counts_of(self.job, "written")[Outcome.NEW]

    @property
    def written_changed(self) -> int:
        """改动了几行。"""
        return counts_of(self.job, "written")[Outcome.CHANGED]

    @property
    def has_check(self) -> bool:
        """检查过的表还下载得到。"""
        return bool(self.job.file) and CHECK in self.job.details.get("marked", {})

    @property
    def has_result(self) -> bool:
        """导入结果的表还下载得到。"""
        return bool(self.job.file) and WRITE in self.job.details.get("marked", {})

    @property
    def most_wrong(self) -> list[tuple[str, int]]:
        """哪些栏错得最多。"""
        headings = {column.key: column.heading for column in self.kind.columns(self.job.started_by)}
        reasons = sorted(self.job.details.get("reasons", {}).items(), key=lambda each: -each[1])
        return [(headings.get(key, "整行"), count) for key, count in reasons[:5]]


def described(job: Job) -> Described:
    """连同它是哪一种。"""
    return Described(job, sheet_kind(job))


def page_of_sheet(job: Job, asked: str) -> dict[str, Any]:
    """一份导入的页面；`asked` 是要看哪一种结局，没说就看最该看的。"""
    counts, shown = counts_of(job), job.details.get("shown", {})
    present = [outcome for outcome in ORDER if counts[outcome]]
    chosen = next((outcome for outcome in present if outcome.value == asked), present[0] if present else None)
    tabs = [
        {
            "label": outcome.label, "count": counts[outcome], "tone": TONES.get(outcome, ""), "current": outcome == chosen,
            "url": f"{reverse('cadres:sheet', args=[job.pk])}?show={outcome}",
        }
        for outcome in present
    ]  # fmt: skip
    rows = shown.get(chosen, []) if chosen else []
    return {
        "sheet": described(job), "outcomes": tabs, "chosen": chosen.name if chosen else "", "rows": rows,
        "is_cut": chosen is not None and counts[chosen] > len(rows), "table": job.details.get("table", {}),
        "left": job.details.get("left", []), "left_count": job.details.get("left_count", 0),
    }  # fmt: skip
