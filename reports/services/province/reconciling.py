"""对账（R-65）：省平台存下的与我们送到的，一件一件比：少了、多了、乱序、哪几栏不同。

省平台那边以它的流水为准：一步一条，按收到的先后。先把账本从头再看一遍，漏了入列的这时补上。
"""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from django.db import transaction

from cadres.models import User
from cadres.services import audit
from cadres.services.settings import demand_city_office
from cases.models import Case
from reports.enums import ReconciliationState, SendState
from reports.models import ProvinceReport, Reconciliation
from reports.province.client import Clock, ProvinceClient, UnreachableError
from reports.services import sending
from reports.services.province import link, outbox
from zhuqi.kernel.errors import Conflict

COPIES = "/v1/cases"
AT_ONCE = 50
DETAILS_MOST = 500
LONGEST = timedelta(hours=1)  # a run that has not ended by then was killed
SPAN = timedelta(days=35)
VALUE_MOST = 120


@dataclass
class Compared:
    """一件诉求比下来。"""

    case: int
    number: str
    sent: int = 0
    received: int = 0
    missing: list[int] = field(default_factory=list)
    doubled: list[int] = field(default_factory=list)
    disordered: list[int] = field(default_factory=list)
    fields: list[dict[str, Any]] = field(default_factory=list)

    @property
    def is_even(self) -> bool:
        """两边一样。"""
        return not (self.missing or self.doubled or self.disordered or self.fields)

    def told(self) -> dict[str, Any]:
        """存下来的样子。"""
        return {
            "case": self.case, "number": self.number, "missing": self.missing, "doubled": self.doubled,
            "disordered": self.disordered, "fields": self.fields,
        }  # fmt: skip


def reconcile(client: ProvinceClient, *, clock: Clock, actor: User | None = None) -> Reconciliation:
    """对一次账，比最近 35 天有过报送的诉求的全部步骤。错误：Conflict，正在对。"""
    at = clock()
    found = outbox.drain(at=at, whole=True)
    run = _begin(at, actor, found)
    totals: Counter[str] = Counter()
    details: list[dict[str, Any]] = []
    try:
        for compared in _compare_all(client, since=run.since, until=run.until):
            _add(totals, compared)
            if not compared.is_even and len(details) < DETAILS_MOST:
                details.append(compared.told())
    except UnreachableError as silent:
        return _end(run, ReconciliationState.FAILED, at=clock(), trouble=str(silent)[:300])
    return _end(run, ReconciliationState.DONE, at=clock(), details=details, **totals)


def _begin(at: datetime, actor: User | None, found: int) -> Reconciliation:
    with transaction.atomic():
        link.hold()
        running = Reconciliation.objects.filter(state=ReconciliationState.RUNNING)
        running.filter(started_at__lte=at - LONGEST).update(
            state=ReconciliationState.FAILED, finished_at=at, trouble="对到一半中断了。"
        )
        if running.exists():
            raise Conflict("正在对账，请等这一次对完。")
        return Reconciliation.objects.create(
            state=ReconciliationState.RUNNING, since=at - SPAN, until=at, started_at=at, started_by=actor,
            found_count=found,
        )  # fmt: skip


def _end(run: Reconciliation, state: str, *, at: datetime, **changes: Any) -> Reconciliation:
    mine = Reconciliation.objects.filter(pk=run.pk, state=ReconciliationState.RUNNING)
    mine.update(state=state, finished_at=at, **changes)
    run.refresh_from_db()
    return run


def _add(totals: Counter[str], one: Compared) -> None:
    totals["case_count"] += 1
    totals["sent_count"] += one.sent
    totals["received_count"] += one.received
    totals["missing_count"] += len(one.missing)
    totals["doubled_count"] += len(one.doubled)
    totals["disordered_count"] += len(one.disordered)
    totals["differing_count"] += len(one.fields)


def _compare_all(client: ProvinceClient, *, since: datetime, until: datetime) -> Iterator[Compared]:
    lately = ProvinceReport.objects.filter(state=SendState.SENT, sent_at__gte=since, sent_at__lte=until)
    keys = sorted(set(lately.order_by().values_list("case", flat=True)))
    for start in range(0, len(keys), AT_ONCE):
        cases = dict(Case.objects.filter(pk__in=keys[start : start + AT_ONCE]).values_list("number", "pk"))
        rows: dict[int, list[ProvinceReport]] = {}
        sent = ProvinceReport.objects.filter(case__in=cases.values(), state=SendState.SENT, sent_at__lte=until)
        for row in sent.order_by("seq"):
            rows.setdefault(row.case_id, []).append(row)
        copies = _copies(client, list(cases))
        for number, pk in cases.items():
            yield compare(Compared(pk, number), rows.get(pk, []), copies.get(number, {}))


def _copies(client: ProvinceClient, numbers: list[str]) -> dict[str, dict[str, Any]]:
    answer = client.get(COPIES, numbers=",".join(numbers))
    items = answer.facts.get("items")
    if answer.status != 200 or not isinstance(items, list):
        raise UnreachableError(f"省平台答 {answer.status}，没有给出存下的内容")
    return {str(item.get("case_number")): item for item in items if isinstance(item, dict)}


def compare(one: Compared, rows: list[ProvinceReport], copy: dict[str, Any]) -> Compared:
    """一件：`rows` 是我们送到的（用表格报的不在对方流水里，不算），`copy` 是省平台存的。"""
    rows = [row for row in rows if not row.by_sheet]
    steps = [step for step in copy.get("steps", []) if isinstance(step, dict)]
    theirs = [seq for step in steps if isinstance(seq := step.get("sequence"), int)]
    ours = [row.seq for row in rows]
    times = Counter(theirs)
    one.sent, one.received = len(ours), len(theirs)
    one.missing = [seq for seq in ours if seq not in times]
    one.doubled = sorted(seq for seq, count in times.items() if count > 1)
    one.disordered = [later for first, later in pairwise(theirs) if later < first]
    if rows and copy and theirs and max(theirs) == rows[-1].seq:
        one.fields = differences(json.loads(rows[-1].body)["fields"], copy.get("fields") or {})
    return one


def differences(ours: dict[str, Any], theirs: dict[str, Any]) -> list[dict[str, Any]]:
    """哪几栏不同；只比我们报的。"""
    return [
        {"name": name, "ours": _short(value), "theirs": _short(theirs.get(name))}
        for name, value in sorted(ours.items())
        if value != theirs.get(name)
    ]


def _short(value: Any) -> str:
    said = "" if value is None else str(value)
    return said if len(said) <= VALUE_MOST else said[: VALUE_MOST - 1] + "…"


def mend(run: Reconciliation, case: Case, *, actor: User, at: datetime) -> str:
    """补报一件：少了的原样再报（键不变，多不出来）；内容不同的，在队尾补报一次更正。返回做了什么。"""
    demand_city_office(actor)
    found = next((each for each in run.details if each["case"] == case.pk), None)
    if found is None:
        raise Conflict("这一次对账里没有这一件。")
    lost = ProvinceReport.objects.filter(case=case, seq__in=found["missing"])
    count = sending.again(lost, at=at)
    words = [f"再报 {count} 步"] if count else []
    if found["fields"]:
        outbox.correct(case, at=at)
        words.append("补报更正")
    said = "、".join(words) or "没有要补的"
    audit.record(actor, "对账补报", target=case.number, result=said, at=at)
    return said
