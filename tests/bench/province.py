"""一万步报省（R-65）：参考省平台按吩咐出错，三个报送进程杀掉一个，报完对账。用法：python -m tests.bench.province [步数]

数据库是 BENCH_DATABASE_URL，没有就新建一个临时的 SQLite；先打印每秒几步，再打印对账的结果，有差以非零退出。
"""

import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path

FOLDER = Path(os.environ.get("PROVINCE_BENCH") or tempfile.mkdtemp(prefix="province-bench-"))
os.environ |= {
    "ENVIRONMENT": "development",
    "VAR_DIR": str(FOLDER),
    "PROVINCE_BENCH": str(FOLDER),  # the workers' too
    "DATABASE_URL": os.environ.get("BENCH_DATABASE_URL", f"sqlite:///{FOLDER / 'db.sqlite3'}"),
    "DJANGO_SETTINGS_MODULE": "zhuqi.settings",
}
# Late and slow ones are carried out after the same step was sent again and later ones arrived: that is what would put them out of order.
TROUBLE = {
    "error": 0.02, "lost": 0.02, "wrong": 0.01, "garbage": 0.01, "replay": 0.02,
    "late": 0.02, "late_for": 1, "slow": 0.002, "slow_for": 2,
}  # fmt: skip
IMPATIENT = 1  # seconds a worker waits for an answer: less than `slow_for`
LEASE = 10  # seconds, so that the dead one's step is taken over within the run
LENGTH = 10  # steps a case
WORKERS = 3
PATIENCE = 3600
REPORTING = "reporting"


def build(count, at):
    """`count` 步，十步一件，直接写进账本：要量的是报送，不是办理。"""
    from cases.models import Case, CaseEvent
    from tests.city import build_city
    from tests.factories import CaseFactory

    city = build_city()
    made = CaseFactory.build_batch(count // LENGTH, enterprise=city.firm, region=city.firm.region, office=city.office)
    Case.objects.bulk_create(made, batch_size=500)
    events = [
        CaseEvent(
            case=case, kind="report", at=at, actor_label="市自然资源局", status_after="HANDLING", note=f"第 {n} 次"
        )
        for n in range(LENGTH)
        for case in Case.objects.all()
    ]
    CaseEvent.objects.bulk_create(events, batch_size=1000)


def report():
    """一个报送进程：一直报到没有了。三次不通停一轮，这里不等下一分钟。"""
    import django

    django.setup()
    from django.utils import timezone

    from reports.models import ProvinceReport
    from reports.province import client
    from reports.services import sending
    from reports.services.province import reporting

    client.READ_SECONDS, sending.LEASE = IMPATIENT, timedelta(seconds=LEASE)
    while ProvinceReport.objects.open().exists():
        reporting.report_upward(clock=timezone.now, rng=random.Random(), until=timezone.now() + timedelta(seconds=50))
        ProvinceReport.objects.filter(state="WAITING", leased_until=None).update(next_at=timezone.now())


def send_all(count):
    """三个进程一起报，送到一半杀掉一个；返回用了几秒。"""
    from reports.models import ProvinceReport

    began = time.monotonic()
    command = [sys.executable, "-m", "tests.bench.province", REPORTING]
    workers = [subprocess.Popen(command, start_new_session=True) for _ in range(WORKERS)]
    try:
        while any(worker.poll() is None for worker in workers) and time.monotonic() - began < PATIENCE:
            time.sleep(0.5)
            if workers[0].poll() is None and ProvinceReport.objects.filter(state="SENT").count() > count // 2:
                os.killpg(workers[0].pid, signal.SIGKILL)
                held = ProvinceReport.objects.filter(state="WAITING", leased_until__isnull=False).count()
                print(f"杀掉一个报送进程，那时有 {held} 步正在送")
    finally:
        for worker in workers:
            worker.kill()
            worker.wait()
    return time.monotonic() - began


def measure(count):
    """入列、报送、对账，各打印一行；一点不差才答 0。"""
    from django.db.models import Sum
    from django.utils import timezone

    from reports.models import ProvinceReport
    from reports.province.client import ProvinceClient
    from reports.services.province import link, outbox, reconciling, reporting

    at = timezone.now()
    build(count, at)
    link.start(since=at - timedelta(days=1), actor=None, at=at)
    began = time.monotonic()
    queued = outbox.drain(at=timezone.now())
    print(f"入列 {queued} 步 {time.monotonic() - began:.1f} 秒")
    (FOLDER / "faults.json").write_text(json.dumps(TROUBLE))
    spent = send_all(count)
    tries = ProvinceReport.objects.aggregate(all=Sum("attempts"))["all"]
    print(f"报送 {count} 步 {spent:.1f} 秒，每秒 {count / spent:.0f} 步，共送 {tries} 次")
    (FOLDER / "faults.json").unlink()
    time.sleep(TROUBLE["slow_for"] + TROUBLE["late_for"])  # the last late ones
    began = time.monotonic()
    run = reconciling.reconcile(ProvinceClient(reporting.account(), timezone.now), clock=timezone.now)
    print(
        f"对账 {run.case_count} 件 {time.monotonic() - began:.1f} 秒：送到 {run.sent_count}，收到 {run.received_count}，"
        f"少 {run.missing_count}，多 {run.doubled_count}，乱序 {run.disordered_count}，不同 {run.differing_count}"
    )
    return 0 if run.is_even and run.sent_count == run.received_count == count else 1


def main(count):
    """起省平台，量，收。"""
    import django
    from django.conf import settings
    from django.core.management import call_command

    django.setup()
    from tests.province_server.__main__ import SECRETS
    from tests.province_server.running import start

    process, url = start(FOLDER)
    try:
        linked = {"PROVINCE_URL": url, "PROVINCE_KEY_ID": "xuchang", "PROVINCE_SECRET": SECRETS["xuchang"]}
        os.environ |= linked
        for name, value in linked.items():
            setattr(settings, name, value)
        call_command("migrate", verbosity=0)
        return measure(count)
    finally:
        process.kill()
        process.wait()


if __name__ == "__main__":
    asked = sys.argv[1] if len(sys.argv) > 1 else "10000"
    sys.exit(report() if asked == REPORTING else main(int(asked)))
