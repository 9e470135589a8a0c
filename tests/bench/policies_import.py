"""一份四万行的 CSV 导入政策库（R-62），做到一半真的 kill -9，接着做完，再逐份对。

`DATABASE_URL=… python -m tests.bench.policies_import [--count 40000]`，库要是空的、能丢的；VAR_DIR 要有地方放文件。
量上传检查、杀掉以前和接着做的时间；对的是原来的每一份：文号、标题、全文一字不差，一份不少、一份不多。
"""

import argparse
import csv
import os
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
COUNT = 40_000
AIM = 180
SEED = 62
HEAD = ("标题", "文号", "发文机关", "层级", "县（市、区）", "类别", "成文日期", "生效日期", "有效期至", "废止日期", "废止原因",
        "全文", "明白卡", "适用条件")  # fmt: skip


def main():
    """造、导、杀、接着导、对。"""
    import django

    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, default=COUNT)
    parser.add_argument("--work", type=int, help="只做这一份导入（另起的进程用）")
    options = parser.parse_args()
    django.setup()
    if options.work:
        return _work(options.work)
    from django.core.management import call_command
    from django.utils import timezone

    from reports.demo.start import load_start_data

    call_command("migrate", verbosity=0)
    load_start_data(at=timezone.now())
    print(measured(options.count), flush=True)
    return None


def measured(count=COUNT):
    """一句话：用了多久，对上没有。对不上就停下。"""
    from django.db import connection

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "政策.csv"
        wanted = _write(path, count)
        batch, checked_in = _opened(path)
        size = path.stat().st_size / 1024 / 1024
    first = _until(batch.pk, count // 2)
    second, memory = _rest(batch.pk)
    wrong = _differences(batch, wanted)
    if wrong:
        raise SystemExit("成批导入对不上：" + "；".join(wrong))
    total, used = checked_in + first + second, resource.getrusage(resource.RUSAGE_CHILDREN)
    return (
        f"成批导入政策 {count:,} 份的 CSV（{size:.0f} MB，{connection.vendor}）：上传检查 {checked_in:.0f} 秒，导入到一半 {first:.0f} 秒时 "
        f"kill -9，接着做完 {second:.0f} 秒，共 {total:.0f} 秒（目标 {AIM} 秒；两个进程自己占处理器 {used.ru_utime + used.ru_stime:.0f} 秒），进程内存峰值 {memory:.0f} MB；逐份对过，不丢不重。"
    )


def _row(paper, regions):
    from policies.enums import ConditionField, Operator
    from policies.rules.matching import Condition
    from policies.rules.wording import wanted

    days = (paper.published_on, paper.effective_on, paper.expires_on, paper.abolished_on)
    return (
        paper.title, paper.number, paper.issuer, paper.level, regions.get(paper.region_code, ""), paper.category,
        *(f"{day.year}年{day.month}月{day.day}日" if day else "" for day in days), paper.abolished_why, paper.body, paper.card,
        "；".join(wanted(Condition(ConditionField(one), Operator(way), values)) for one, way, values in paper.conditions),
    )  # fmt: skip


def _write(path, count):
    """文件；给出每个文号该有的标题和全文的散列。"""
    from enterprises.models import Region
    from policies.models import PolicyCategory
    from reports.demo.papers import papers

    regions, wanted, categories = dict(Region.objects.values_list("code", "name")), dict[str, int](), set[str]()
    with path.open("w", encoding="utf-8-sig", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(HEAD)
        for paper in papers(SEED, count, today=date.today()):
            writer.writerow(_row(paper, regions))
            wanted[paper.number] = _whole(paper.title, paper.body)
            categories.add(paper.category)
    for name in sorted(categories):
        PolicyCategory.objects.get_or_create(name=name)
    return wanted


def _whole(title, body):
    return hash((title, "".join(body.split())))


def _opened(path):
    """像人一样上传、检查、开始；检查用了几秒。"""
    from django.core.files import File
    from django.utils import timezone

    from policies.services.importing import open_import, start_import

    began = time.perf_counter()
    with path.open("rb") as opened:
        batch = open_import(File(opened, path.name), actor=None, at=timezone.now(), most=1 << 32)
    took = time.perf_counter() - began
    print(f"上传检查 {took:.1f} 秒：{batch.checked['counts']}，{batch.checked['bad'][:2]}", flush=True)
    start_import(batch, actor=None, at=timezone.now(), publishes=True, revises=False)
    return batch, took


def _worker(pk):
    return subprocess.Popen(
        [sys.executable, "-m", "tests.bench.policies_import", "--work", str(pk)],
        cwd=ROOT, env=os.environ, stdout=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip


def _work(pk):
    from django.utils import timezone

    from policies.services.importing import run_import

    run_import(pk, clock=timezone.now)
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def _until(pk, half):
    """做到一半就 kill -9；用了几秒。"""
    from policies.models import PolicyImport

    began, worker = time.perf_counter(), _worker(pk)
    while PolicyImport.objects.get(pk=pk).done_count < half:
        if worker.poll() is not None:
            raise SystemExit("还没到一半，进程就没了。")
        time.sleep(0.2)
    os.killpg(worker.pid, signal.SIGKILL)
    worker.wait()
    took = time.perf_counter() - began
    print(f"到一半 {took:.1f} 秒", flush=True)
    return took


def _rest(pk):
    """接着做完：几秒、内存峰值 MB。"""
    from django.utils import timezone

    from policies.services.importing import lost_imports

    found = list(lost_imports(at=timezone.now() + timedelta(minutes=3)))
    if found != [pk]:
        raise SystemExit(f"断了的没有找着：{found}")
    began = time.perf_counter()
    said, _ = _worker(pk).communicate()
    return time.perf_counter() - began, float(said)


def _differences(batch, wanted):
    """与原来的哪里不一样；没有就是空的。"""
    from django.db.models import Count

    from policies.enums import ImportOutcome, PolicyState
    from policies.models import Policy, PolicyVersion
    from policies.services.index import POLICIES

    batch.refresh_from_db()
    outcomes = Counter(dict(batch.rows.order_by().values_list("outcome").annotate(n=Count("pk"))))
    print(f"{batch.get_state_display()}，第 {batch.attempts} 次：{dict(outcomes)}", flush=True)
    rows = Policy.objects.values_list("number", "title", "body")
    made = {number: _whole(title, body) for number, title, body in rows.iterator(500)}
    public = Policy.objects.exclude(state=PolicyState.DRAFT).count()
    told = (
        ("状态", batch.state == "DONE" and batch.attempts == 2),
        ("行数", batch.done_count == batch.rows.count() == len(wanted)),
        ("结果", outcomes[ImportOutcome.ADDED] + outcomes[ImportOutcome.ALIKE] == len(wanted)),
        ("份数", Policy.objects.count() == len(wanted)),
        ("文号、标题、全文", made == wanted),
        ("每份一版", PolicyVersion.objects.count() == public),
        ("索引", not POLICIES.verify()),
    )
    return [what for what, is_right in told if not is_right]


if __name__ == "__main__":
    main()
