"""议题定稿时的情况，和会前又变了什么（R-55）。"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from cases.enums import UNIT_CLOCKS, Action, Clock, Status
from cases.models import AgendaItem, Case, CaseEvent, CommonIssueCase, Coordination, Deadline, Instruction, Objection
from cases.services import clocks
from zhuqi import datewords

WORDS_MOST = 300
EVENTS_MOST = 3
COMPARED = (("status", "状态"), ("lead", "主办"), ("due_on", "下一期限"), ("urge_count", "催办次数"))


def facts_of(items: Sequence[AgendaItem], *, today: date) -> list[dict[str, Any]]:
    """每一项当时的情况，次序同 `items`；几十项也是固定几条查询。"""
    pks = [item.case_id for item in items if item.case_id]
    cases = Case.objects.select_related("enterprise", "region", "lead").in_bulk(pks)
    asked, progress = _asked(pks, today), _progress(pks)
    members = _members([item.issue_id for item in items if item.issue_id])
    found: list[dict[str, Any]] = []
    for item in items:
        if item.case_id:
            case = cases[item.case_id]
            facts = state_of(case, today=today)
            found.append(facts | {"asks": asked[case.pk], "progress": progress.get(case.pk, "")})
        elif item.issue:
            issue = item.issue
            found.append(
                {
                    "summary": issue.summary[:WORDS_MOST],
                    "state": issue.get_state_display(),
                    "member_count": members.get(issue.pk, 0),
                }
            )
        else:
            found.append({})
    return found


def state_of(case: Case, *, today: date) -> dict[str, Any]:
    """一件事现在的样子：编号、企业、状态、主办、期限、逾期几天、催办几次。"""
    due_on = case.next_due_on
    return {
        "number": case.number, "firm": case.enterprise.name, "region": case.region.name, "title": case.title,
        "status": Status(case.status).label, "tier": case.get_tier_display(), "level": case.level,
        "lead": str(case.lead) if case.lead else "", "due_on": due_on.isoformat() if due_on else "",
        "due_clock": Clock(case.next_clock).label if case.next_clock else "",
        "days_late": max((today - due_on).days, 0) if due_on else 0, "urge_count": case.urge_count,
        "revision": case.revision,
    }  # fmt: skip


def _asked(pks: Sequence[int], today: date) -> dict[int, list[str]]:
    """这一件要会上定什么：漏了哪几步、退单说该谁办、要协调什么、批示还没报。"""
    said: dict[int, list[str]] = defaultdict(list)
    missed = Deadline.objects.missed(today=today).filter(case__in=pks, clock__in=UNIT_CLOCKS).order_by("due_on", "pk")
    for row in missed.select_related("holder"):
        late = (today - row.due_on).days
        said[row.case_id].append(
            f"{row.holder or ''}{row.get_clock_display()}限 {datewords.md(row.due_on)}，逾期 {late} 天"
        )
    objections = Objection.objects.filter(case__in=pks, ruled_at__isnull=True).select_related("unit", "proper_unit")
    for objection in objections:
        said[objection.case_id].append(
            f"{objection.unit}退单，认为应由{objection.proper_unit}办：{objection.ground}"[:WORDS_MOST]
        )
    for request in Coordination.objects.filter(case__in=pks, answered_at__isnull=True).select_related("unit"):
        said[request.case_id].append(f"{request.unit}请求协调：{request.matter}"[:WORDS_MOST])
    instructions = Instruction.objects.waiting().filter(case__in=pks).select_related("leader")
    for word in instructions.order_by("given_at", "pk"):
        due = f"（限 {datewords.md(word.due_on)} 报）" if word.due_on else ""
        said[word.case_id].append(f"{word.leader}批示未答复{due}：{word.text}"[:WORDS_MOST])
    return said


def _progress(pks: Sequence[int]) -> dict[int, str]:
    """最近一次报的进展。"""
    rows = CaseEvent.objects.filter(case__in=pks, kind=Action.REPORT).order_by("at", "pk")
    return {
        case: f"{datewords.md(at)} {note}"[:WORDS_MOST] for case, at, note in rows.values_list("case", "at", "note")
    }


def _members(issues: Sequence[int]) -> dict[int, int]:
    rows = CommonIssueCase.objects.filter(issue__in=issues, left_at__isnull=True).values_list("issue", flat=True)
    counts: dict[int, int] = defaultdict(int)
    for issue in rows:
        counts[issue] += 1
    return counts


def changes_since(items: Iterable[AgendaItem], *, frozen_at: datetime | None, today: date) -> dict[int, list[str]]:
    """会前已变化：{议题: 变了什么}；没变的不在里面。"""
    rows = {item.pk: (item.case_id, item.facts) for item in items if item.case_id and item.facts}
    cases = Case.objects.select_related("enterprise", "region", "lead").in_bulk([case for case, _ in rows.values()])
    moved = [case for case, facts in rows.values() if cases[case].revision != facts.get("revision")]
    since: dict[int, list[str]] = defaultdict(list)
    if moved and frozen_at is not None:
        for event in CaseEvent.objects.filter(case__in=moved, at__gt=frozen_at).order_by("at", "pk"):
            since[event.case_id].append(f"{datewords.md(clocks.local_day(event.at))} {event.get_kind_display()}")
    found = {}
    for pk, (case, facts) in rows.items():
        said = _differences(facts, state_of(cases[case], today=today)) + since.get(case, [])[-EVENTS_MOST:]
        if said:
            found[pk] = said
    return found


def _differences(before: dict[str, Any], now: dict[str, Any]) -> list[str]:
    return [
        f"{label} {_shown(name, before.get(name))} → {_shown(name, now[name])}"
        for name, label in COMPARED
        if before.get(name) != now[name]
    ]


def _shown(name: str, value: Any) -> str:
    if name == "due_on" and value:
        return datewords.md(date.fromisoformat(value))
    return str(value) if value not in (None, "") else "无"
