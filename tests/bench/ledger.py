"""一份问题台账用多少秒、多少内存（R-54）。单独一个进程里量，内存峰值才是它自己的。

`python -m tests.bench.ledger` 在环境变量指的库上（要有活动办）做一份全部问题的台账，打印 JSON；`make bench` 用 `measured()`。
"""

import json
import os
import resource
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
AIM_SECONDS, AIM_MB = 15, 300


@dataclass(frozen=True, slots=True)
class LedgerFigure:
    """行数、秒、其中处理器秒、进程内存峰值 MB（连同 Django 自己的）、文件 MB。"""

    rows: int
    seconds: float
    cpu_seconds: float
    peak_mb: float
    idle_mb: float
    file_mb: float

    @property
    def words(self):
        """写进 docs/bench.md 的一句。"""
        return (
            f"问题台账 {self.rows:,} 行 × 30 列：用 {self.seconds:.1f} 秒（目标 {AIM_SECONDS} 秒，进程自己占处理器 {self.cpu_seconds:.1f} 秒），进程内存峰值 {self.peak_mb:.0f} MB"
            f"（目标 {AIM_MB} MB，其中没开始做时 {self.idle_mb:.0f} MB），文件 {self.file_mb:.1f} MB。"
        )


def measured():
    """另起一个进程做一份，给出数字。"""
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.ledger"],
        cwd=ROOT, env=os.environ, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return LedgerFigure(**json.loads(done.stdout.splitlines()[-1]))


def main():
    """做一份，打印数字，删掉文件。"""
    import django

    django.setup()
    from django.utils import timezone

    from cadres.enums import Role, UnitKind
    from cadres.models import Unit, User
    from reports.ledgers import LEDGERS
    from reports.services.exports import request_export, run_export

    city = Unit.objects.get(kind=UnitKind.OFFICE, region=None)
    facts = {"name": "市办经办", "role": Role.OFFICE, "unit": city, "must_change_password": False}
    user, _ = User.objects.get_or_create(username="bench-city", defaults=facts)
    job, _ = request_export(LEDGERS["cases"], "", actor=user, at=timezone.now())
    idle = _peak_mb()
    began, busy = time.perf_counter(), time.process_time()
    made = run_export(job.pk, clock=timezone.now)
    seconds, cpu_seconds = time.perf_counter() - began, time.process_time() - busy
    size = made.file.size / 1e6
    made.file.delete(save=False)
    figure = LedgerFigure(made.done_count, seconds, cpu_seconds, _peak_mb(), idle, size)
    print(json.dumps({name: getattr(figure, name) for name in LedgerFigure.__slots__}))


def _peak_mb():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
