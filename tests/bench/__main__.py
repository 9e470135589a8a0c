"""`python -m tests.bench`：造十万件，量各个页面、一份台账、一次通报起草与一次 09:00，旁边放空页面，写进 docs/bench.md。

要 DATABASE_URL 指向能建库的 PostgreSQL（`make bench` 会备好）。参数：--cases 100000 --missed 5000 --rounds 30
"""

import argparse
import os
import platform
import re
import resource
import signal
import socket
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from tests.bench import cockpit, interface
from tests.bench.ledger import measured

ROOT = Path(__file__).resolve().parents[2]
REPORT = ROOT / "docs" / "bench.md"
DATABASE = os.environ.get("BENCH_DATABASE", "zhuqi_bench")  # another name: two may measure at once
WORKERS = 2
# From this heading on the report holds what the other programs of this folder measured; it is left as it is.
APART = "## 分开量的"
WORDS = ("用电", "企业", "变压器 增容", "贷", "用地 审批", "工")
AIMS = {"搜索": 100, "列表": 100, "案件页": 60, "提出问题": 40, "调度台": 150} | cockpit.AIMS | interface.AIMS


@dataclass
class Figure:
    """一个页面的结果，毫秒。"""

    name: str
    median: float
    p90: float
    worst: float
    kilobytes: float


def main():
    """造、量、写。"""
    options = _options()
    admin = os.environ["DATABASE_URL"]
    os.environ["DATABASE_URL"] = urlunsplit(urlsplit(admin)._replace(path=f"/{DATABASE}"))
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.bench.settings"
    os.environ.setdefault("ENVIRONMENT", "development")
    _recreate(admin)
    try:
        _measure(options)
    finally:
        _drop(admin)


def _options():
    parser = argparse.ArgumentParser()
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument("--missed", type=int, default=5_000)
    parser.add_argument("--rounds", type=int, default=30)
    return parser.parse_args()


def _sql(url, *statements):
    import psycopg2

    connection = psycopg2.connect(url)
    connection.autocommit = True
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
    connection.close()


def _drop(admin):
    _sql(admin, f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")


def _recreate(admin):
    _drop(admin)
    _sql(admin, f"CREATE DATABASE {DATABASE}")


def _measure(options):
    import django

    django.setup()
    from django.core.management import call_command

    from tests.bench.generate import Generator

    call_command("migrate", verbosity=0)
    today = _a_workday()
    _say(f"造 {options.cases:,} 件 ……")
    began = time.perf_counter()
    generator = Generator(count=options.cases, today=today, missed=options.missed)
    generator.run()
    call_command("search", "rebuild")
    made_in = time.perf_counter() - began
    _sql(os.environ["DATABASE_URL"], "VACUUM ANALYZE")
    figures = _pages(generator, options.rounds)
    _say("一份全部问题的台账 ……")
    ledger = measured()
    _say(f"09:00 执行 {options.missed:,} 个漏掉的步骤 ……")
    run = _nine_o_clock(today)
    _say("起草一个月的通报 ……")
    _write(options, figures, run, made_in, more=[ledger.words, cockpit.month_draft(today)])


def _a_workday():
    """今天，若是休息日则取最近的工作日：09:00 只在工作日跑。"""
    from cadres.calendar_seed import seed_calendar

    return seed_calendar().previous_workday(datetime.now().astimezone().date())


def _nine_o_clock(today):
    from django.utils import timezone

    from cases.models import Ticket
    from cases.services.enforcement import enforce

    at = timezone.make_aware(datetime.combine(today, datetime.min.time()) + timedelta(hours=9))
    began = time.perf_counter()
    enforce(at=at)
    seconds = time.perf_counter() - began
    return seconds, Ticket.objects.filter(kind="URGE").count()


def _pages(generator, rounds):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    # close_fds and an own group: it is stopped by its id whatever happens in between
    server = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "zhuqi.wsgi:application", "--bind", f"127.0.0.1:{port}", "--workers", str(WORKERS),
         "--threads", "2", "--worker-class", "gthread", "--log-level", "warning"],
        cwd=ROOT, env=os.environ | {"DEBUG": "0"}, start_new_session=True,
    )  # fmt: skip
    try:
        return _visit_all(generator, f"http://127.0.0.1:{port}", rounds)
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(timeout=20)


def _visit_all(generator, base, rounds):
    from django.urls import reverse

    from cases.models import Case

    _wait(f"{base}/bare/")
    client = _client(generator.clerk)
    firm_ids = [firm.pk for firm in generator.firms if firm.region_id == generator.county_office.region_id][:rounds]
    cases = list(
        Case.objects.filter(region=generator.county_office.region_id, status="HANDLING").values_list("pk", flat=True)[
            :rounds
        ]
    )
    pages = {
        "空页面": lambda n: client.get(f"{base}/bare/"),
        "列表": lambda n: client.get(f"{base}{reverse('cases:list')}"),
        "案件页": lambda n: client.get(f"{base}{reverse('cases:detail', args=[cases[n % len(cases)]])}"),
        "搜索": lambda n: client.get(f"{base}{reverse('search')}", params={"q": WORDS[n % len(WORDS)]}),
        "提出问题": lambda n: _report(client, base, firm_ids[n % len(firm_ids)], n),
        "调度台": lambda n: client.get(f"{base}{reverse('cases:board')}"),
    }
    pages |= cockpit.visits(_client(generator.leader), base)
    pages |= interface.visits(interface.client_of(generator.clerk), base, cases)
    return [_time(name, visit, rounds) for name, visit in pages.items()]


def _client(user):
    import httpx

    client = httpx.Client(timeout=120)
    client.cookies.set("sessionid", _signed_in(user))
    return client


def _wait(url):
    import httpx

    for _ in range(100):
        try:
            httpx.get(url, timeout=10)
        except httpx.TransportError:
            time.sleep(0.2)
        else:
            return


def _signed_in(user):
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return session.session_key


def _report(client, base, firm, n):
    """只计提交那一下：先取表单（不计时），再 POST。返回（响应，秒）。"""
    from django.urls import reverse

    url = f"{base}{reverse('cases:register', args=[firm])}"
    page = client.get(url).text
    hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page))
    data = hidden | {
        "enterprise": firm,
        "title": f"用电容量不足 {n}",
        "description": "变压器 800 千伏安，每天 17 点到 21 点限产。",
        "source": "OFFICE",
        "wish": "",
    }
    began = time.perf_counter()
    answer = client.post(url, data=data, headers={"Referer": url}, follow_redirects=False)
    return answer, time.perf_counter() - began


def _time(name, visit, rounds):
    seconds, size = [], 0
    for n in range(-3, rounds):
        began = time.perf_counter()
        answer = visit(n % rounds)
        took = time.perf_counter() - began
        if isinstance(answer, tuple):
            answer, took = answer
        if answer.status_code >= 400 or (name == "提出问题" and answer.status_code != 302):
            raise SystemExit(f"{name}：{answer.status_code}\n{answer.text[:800]}")
        size = len(answer.content)
        if n >= 0:
            seconds.append(took * 1000)
    seconds.sort()
    figure = Figure(name, statistics.median(seconds), seconds[int(len(seconds) * 0.9)], seconds[-1], size / 1024)
    _say(f"{figure.name}\t中位 {figure.median:.1f} ms\t九成 {figure.p90:.1f} ms\t最慢 {figure.worst:.1f} ms")
    return figure


def _write(options, figures, run, made_in, *, more):
    seconds, urges = run
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    lines = [
        "# 速度",
        "",
        (
            "由 `make bench` 在一台机器上量出，原样写下。一个用户依次访问；县（市、区）活动办经办，从驾驶舱起是市领导（看全市）；gunicorn "
            f"{WORKERS} 个进程；PostgreSQL 缺省配置；{os.cpu_count()} 核，Python {platform.python_version()}；"
            f"{options.cases:,} 件诉求，每页 {options.rounds} 次。"
        ),
        "",
        "| 页面 | 目标 ms | 中位 ms | 九成 ms | 最慢 ms | 页面 KB |",
        "|---|---|---|---|---|---|",
        *(
            f"| {row.name} | {AIMS.get(row.name, '（对照）')} | {row.median:.1f} | {row.p90:.1f} | {row.worst:.1f} | {row.kilobytes:.0f} |"
            for row in figures
        ),
        "",
        (
            f"09:00 一次执行：漏掉 {options.missed:,} 个步骤，签发催办单 {urges:,} 张，用 {seconds:.1f} 秒（目标 60 秒），"
            f"进程内存峰值 {memory:.0f} MB。造数用 {made_in:.0f} 秒。"
        ),
        "",
        *(line for said in more for line in (said, "")),
    ]
    kept = REPORT.read_text(encoding="utf-8").partition(APART)[1:] if REPORT.exists() else ()
    REPORT.write_text("\n".join([*lines, "".join(kept)]), encoding="utf-8")
    _say("\n".join(lines))


def _say(text):
    print(text, flush=True)


if __name__ == "__main__":
    main()
