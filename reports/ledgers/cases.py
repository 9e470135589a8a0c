"""问题台账（R-54）：三十列，一批十句查询（有并案的再加一句），与件数无关。

单件评价与回访只给活动办、领导、督查；承办单位和干部的这两列留空（R-28）。
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from cadres.enums import AssignmentRole, Role
from cases.enums import (
    FINAL_OUTCOMES,
    Action,
    Clock,
    LookBackResult,
    Nature,
    Outcome,
    Satisfaction,
    Source,
    Status,
    TicketKind,
    Tier,
)
from cases.models import Case, CaseEvent, CoHandling, Deadline, Evaluation, LookBack, Submission, Ticket
from reports.ledgers.firmfacts import helpers_of, levels_of, named
from reports.ledgers.ledger import RATERS, Column, Kind, Ledger, Line, Reader

COLUMNS = (
    Column("序号", 6, Kind.NUMBER), Column("问题编号", 13), Column("收集日期", 11, Kind.DATE), Column("来源", 8),
    Column("县(市、区)", 10), Column("企业名称", 20, Kind.PROSE), Column("统一社会信用代码", 20),
    Column("行业", 12, Kind.PROSE), Column("白名单级别", 10), Column("包联领导", 8), Column("助企干部", 8),
    Column("问题描述", 38, Kind.PROSE), Column("类别", 12, Kind.PROSE), Column("级别", 6), Column("个性/共性", 7),
    Column("主办", 12, Kind.PROSE), Column("协办", 12, Kind.PROSE), Column("交办单号", 20),
    Column("交办日期", 11, Kind.DATE), Column("办结时限", 11, Kind.DATE), Column("办理进展", 28, Kind.PROSE),
    Column("办理结果", 28, Kind.PROSE), Column("办结日期", 11, Kind.DATE), Column("用时", 6, Kind.NUMBER),
    Column("催办次数", 6, Kind.NUMBER), Column("是否延期", 6), Column("企业评价", 8), Column("回访情况", 16, Kind.PROSE),
    Column("是否销号", 6), Column("备注", 14, Kind.PROSE),
)  # fmt: skip
FIELDS = (
    "pk", "number", "reported_at", "source", "region", "enterprise", "enterprise__name", "enterprise__credit_code",
    "enterprise__industry", "description", "category", "tier", "nature", "lead", "dispatched_at", "status", "outcome",
    "submitted_at", "urge_count", "was_extended", "is_legal", "promised_on", "reopened_count", "needs_coordination",
    "merged_into",
)  # fmt: skip
SAID: dict[Any, dict[Any, str]] = {
    each: {value: str(label) for value, label in each.choices}
    for each in (Source, Status, Outcome, Satisfaction, LookBackResult)
}
TIERS, NATURES = dict(Tier.choices), {Nature.SINGLE: "个性", Nature.COMMON: "共性"}
# The term that counts is the latest of these (docs/adr/0021).
TERMS = (Clock.RESOLVE, Clock.REDO, Clock.SHELVED)
TOLD = (Action.REPORT, Action.REFUSE)
ANSWERED = frozenset({Status.RATING, Status.CLOSED})
YES_NO = {True: "是", False: "否"}


@dataclass(frozen=True, slots=True)
class _Facts:
    """一批案件旁边的事实，按案件或企业查。"""

    slips: dict[int, tuple[str | None, datetime | None]]
    terms: dict[int, date]
    told: dict[tuple[int, str], tuple[datetime, str]]
    accounts: dict[int, str]
    co_handlers: dict[int, list[str]]
    ratings: dict[int, str]
    visits: dict[int, list[str]]
    merged: dict[int, str]
    helpers: dict[Any, Any]
    levels: dict[int, str]


def lines(keys: Sequence[int], reader: Reader) -> Iterable[Line]:
    """一批主键的行，次序同主键；读的时候已看不到的就没有这一行。"""
    rows = {
        row[0]: row
        for row in Case.objects.visible_to(reader.user).filter(pk__among=keys).order_by().values_list(*FIELDS)
    }
    facts = _facts(list(rows), {row[5] for row in rows.values()}, {row[-1] for row in rows.values() if row[-1]}, reader)
    return [_line(rows[pk], facts, reader) for pk in keys if pk in rows]


def _facts(cases: list[int], firms: set[int], targets: set[int], reader: Reader) -> _Facts:
    slips = Ticket.objects.issued().filter(case__among=cases, kind=TicketKind.DISPATCH).order_by("pk")
    terms = Deadline.objects.filter(case__among=cases, clock__in=TERMS, voided_at__isnull=True).order_by("pk")
    told = CaseEvent.objects.filter(case__among=cases, kind__in=TOLD).order_by("pk")
    accounts = Submission.objects.filter(case__among=cases).order_by("submitted_at", "pk")
    co_handlers: dict[int, list[str]] = defaultdict(list)
    helping = CoHandling.objects.filter(case__among=cases).order_by("pk")
    for case, unit in helping.values_list("case", "unit"):
        co_handlers[case].append(reader.units[unit])
    ratings, visits = _afterwards(cases, reader)
    return _Facts(
        slips={case: (number, at) for case, number, at in slips.values_list("case", "number", "issued_at")},
        terms=dict(terms.values_list("case", "due_on")),
        told={(case, kind): (at, note) for case, kind, at, note in told.values_list("case", "kind", "at", "note")},
        accounts=dict(accounts.values_list("case", "account")),
        co_handlers=co_handlers,
        ratings=ratings,
        visits=visits,
        # Not joined above: PostgreSQL would read the whole table for each batch to find the few.
        merged=dict(Case.objects.filter(pk__in=targets).order_by().values_list("pk", "number")),
        helpers=helpers_of(firms),
        levels=levels_of(firms),
    )


def _afterwards(cases: list[int], reader: Reader) -> tuple[dict[int, str], dict[int, list[str]]]:
    """企业评价、差评回访、回头看；不给看的人不查。"""
    ratings: dict[int, str] = {}
    visits: dict[int, list[str]] = defaultdict(list)
    if not reader.sees_ratings:
        return ratings, visits
    rated = Evaluation.objects.filter(case__among=cases).order_by("invited_at", "pk")
    for case, level, lapsed_at, called_at, note in rated.values_list(
        "case", "satisfaction", "lapsed_at", "called_back_at", "call_back_note"
    ):
        ratings[case] = SAID[Satisfaction].get(level, "未评" if lapsed_at else "待评价")
        if called_at:
            visits[case].append(f"{reader.on(called_at):%m-%d} 差评回访：{note}")
    looked = LookBack.objects.visible_to(reader.user).filter(case__among=cases, checked_at__isnull=False)
    for case, days, result, checked_at in looked.order_by("pk").values_list("case", "round", "result", "checked_at"):
        visits[case].append(
            f"{reader.on(checked_at):%m-%d} 回头看（{days} 天）：{SAID[LookBackResult].get(result, result)}"
        )
    return ratings, visits


def _line(row: tuple[Any, ...], facts: _Facts, reader: Reader) -> Line:
    (
        pk, number, reported_at, source, region, firm, firm_name, code, industry, description, category, tier, nature,
        lead, dispatched_at, status, outcome, submitted_at, urges, was_extended, *rest,
    ) = row  # fmt: skip
    slip, issued_at = facts.slips.get(pk, ("", dispatched_at))
    given_on = reader.on(issued_at)
    is_answered = status in ANSWERED and outcome in FINAL_OUTCOMES
    answered_on = reader.on(submitted_at) if is_answered else None
    took = reader.calendar.workdays_between(given_on, answered_on) if given_on and answered_on else None
    values = (
        number, reader.on(reported_at), SAID[Source].get(source, source), reader.regions[region], firm_name, code,
        industry, facts.levels.get(firm, ""), named(facts.helpers, firm, AssignmentRole.LEADER),
        named(facts.helpers, firm, AssignmentRole.LEAD), description, reader.categories.get(category, ""),
        TIERS.get(tier, tier), NATURES.get(nature, nature), reader.units.get(lead, ""),
        "、".join(facts.co_handlers.get(pk, ())), slip, given_on, facts.terms.get(pk), _progress(pk, status, facts, reader),
        _result(pk, outcome, facts), answered_on, took, urges, YES_NO[was_extended], facts.ratings.get(pk, ""),
        "；".join(facts.visits.get(pk, ())), YES_NO[status == Status.CLOSED], _remark(pk, rest, facts),
    )  # fmt: skip
    return Line(pk, firm, values)


def _progress(pk: int, status: str, facts: _Facts, reader: Reader) -> str:
    """状态，和最近一次进展。"""
    said = SAID[Status].get(status, status)
    at, note = facts.told.get((pk, Action.REPORT), (None, ""))
    return f"{said}；{reader.on(at):%m-%d} {note}" if at and note else said


def _result(pk: int, outcome: str, facts: _Facts) -> str:
    """结果代码与申报时写的办理情况。"""
    if not outcome:
        return ""
    return f"{SAID[Outcome].get(outcome, outcome)}：{facts.accounts.get(pk, '')}".removesuffix("：")


def _remark(pk: int, rest: list[Any], facts: _Facts) -> str:
    is_legal, promised_on, reopened, needs_coordination, merged_into = rest
    refused = facts.told.get((pk, Action.REFUSE), (None, ""))[1]
    said = (
        "涉法涉诉" if is_legal else "",
        f"不予受理：{refused}" if refused else "",
        f"并入 {facts.merged.get(merged_into, '')}" if merged_into else "",
        f"挂账承诺 {promised_on:%Y-%m-%d}" if promised_on else "",
        f"重新打开 {reopened} 次" if reopened else "",
        "等待会商" if needs_coordination else "",
    )
    return "；".join(each for each in said if each)


LEDGER = Ledger(
    key="cases",
    name="问题台账",
    about="一件一行：来源、企业、交办、时限、进展、结果、销号",
    icon="list-details",
    counted="件",
    roles=RATERS | {Role.UNIT, Role.CADRE},
    columns=COLUMNS,
    shown=("问题编号", "企业名称", "县(市、区)", "类别", "主办", "办理进展", "办结时限"),
    lines=lines,
)
