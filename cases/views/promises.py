"""对企业怎么说一件问题：一句带日期的承诺、晚了就说晚了、办到哪一步、现在能做什么（页面 2）。"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import OuterRef, Prefetch, Subquery
from django.urls import reverse

from cases.enums import Action, Clock, Level, Outcome, Satisfaction, Status
from cases.models import Case, CaseEvent, Evaluation, Pause
from cases.services.rating import rating_link
from cases.views.lights import Running, running_of
from zhuqi import datewords

Phrase = tuple[str, bool]
SAID_MOST = 90
# What waits for the firm first, then what is late, then by its date.
FIRST = {Status.PAUSED: 0, Status.RATING: 1}
MAIN = (Clock.RESOLVE, Clock.REDO)
NOW = {Status.DISPATCHED: "等签收", Status.OBJECTED: "等签收", Status.PAUSED: "等您补充"}
STEPPED = frozenset({Status.DISPATCHED, Status.OBJECTED, Status.HANDLING, Status.PAUSED, Status.SUBMITTED})


@dataclass(frozen=True, slots=True)
class Step:
    """办到哪一步：名称、日期、ok / now / 空。"""

    label: str
    day: date | None
    state: str

    @property
    def icon(self) -> str:
        """圆点里的图标。"""
        return {"ok": "check", "now": "progress"}.get(self.state, "circle")


@dataclass(frozen=True, slots=True)
class Act:
    """企业现在能做的一件事。"""

    label: str
    url: str
    is_main: bool = False


@dataclass(slots=True)
class Promise:
    """一件问题的一张卡。"""

    case: Case
    chip: tuple[str, str, str]
    said: list[Phrase]
    was: str = ""
    quote: str = ""
    acts: list[Act] = field(default_factory=list)
    until: str = ""
    steps: list[Step] = field(default_factory=list)
    order: tuple[Any, ...] = ()

    @property
    def last(self) -> str:
        """最近进展的原话。"""
        return getattr(self.case, "last_note", None) or ""


def for_promises(cases):
    """承诺卡要的一次取齐：主办、最近进展、申报、等着的评价和补充。"""
    told = CaseEvent.objects.filter(
        case=OuterRef("pk"), is_public=True, kind__in=(Action.REPORT, Action.SUPPLY)
    ).order_by("-at", "-pk")
    waiting = Evaluation.objects.filter(rated_at__isnull=True, lapsed_at__isnull=True)
    return (
        cases.select_related("lead", "office", "rule_set")
        .annotate(last_note=Subquery(told.values("note")[:1]), last_at=Subquery(told.values("at")[:1]))
        .prefetch_related(
            "submissions",
            Prefetch("evaluations", waiting, to_attr="waiting_evaluations"),
            Prefetch("pauses", Pause.objects.filter(resumed_at__isnull=True), to_attr="open_pauses"),
        )
    )


def promises(cases: Iterable[Case], *, today: date) -> list[Promise]:
    """在办的每件一张卡：等企业的在前，其次晚了的，再按日期。"""
    rows = list(cases)
    running = running_of(rows)
    return sorted((promise_of(case, running[case.pk], today=today) for case in rows), key=lambda row: row.order)


def promise_of(case: Case, running: Running, *, today: date) -> Promise:
    """一件问题对企业怎么说。"""
    found = _SAY[Status(case.status)](case, running, today)
    found.steps = _steps(case) if case.status in STEPPED else []
    due_on = running.on(*MAIN, Clock.SHELVED, Clock.RATE, Clock.SUPPLY)
    found.order = (FIRST.get(Status(case.status), 2 if found.was else 3), due_on or date.max, case.pk)
    return found


def _by(day: date | None) -> str:
    return f"{datewords.spoken_paren(day)}前" if day else ""


def _reported(case, running, today):
    due_on = running.on(Clock.ACCEPT)
    tail = (
        [("已收到，", False), (f"{_by(due_on)}", True), (f"由{case.office}受理。", False)]
        if due_on
        else [("已收到，等待受理。", False)]
    )
    return Promise(case, ("待受理", "", "clock"), tail)


def _accepted(case, running, today):
    due_on = running.on(Clock.DISPATCH)
    if due_on is None or due_on < today:
        return Promise(case, ("待交办", "", "clock"), [("已受理，正在确定承办单位，定下后告诉您办结日期。", False)])
    return Promise(
        case,
        ("待交办", "", "clock"),
        [("已受理，", False), (_by(due_on), True), ("确定承办单位，并告诉您办结日期。", False)],
    )


def _handling(case, running, today):
    main, promised = running.on(*MAIN), running.on(Clock.PROMISE)
    chip = ("已交办", "", "clock") if case.status != Status.HANDLING else ("办理中", "work", "progress")
    who = (str(case.lead), True)
    if case.bad_rating_count or case.reopened_count:
        again = "您不满意，" if case.bad_rating_count else "您要求重办，"
        said = [(again, False), who, ("正在重新办理", False)] + (
            [("，", False), (_by(main), True), ("办结。", False)] if main else [("。", False)]
        )
    elif main is None:
        said = [who, ("正在办理。" + ("涉法涉诉问题按法定程序办，不设办结日期。" if case.is_legal else ""), False)]
    else:
        said = (
            [("已交给", False), who, ("，", False), (_by(main), True), ("办结。", False)]
            if case.status != Status.HANDLING
            else [who, ("承诺 ", False), (_by(main), True), ("办结。", False)]
        )
    if main is None or main >= today:
        return Promise(case, chip, said)
    renewed = promised and promised >= today
    said = (
        [who, ("重新承诺 ", False), (_by(promised), True), ("办结。", False)]
        if renewed
        else [who, ("还没有办结，正在催办。", False)]
    )
    was = f"原定 {datewords.spoken(main)}前，已晚 {(today - main).days} 天"
    was += "；督查已介入" if case.level == Level.INQUIRY else ""
    return Promise(case, ("已逾期", "late", "f-alert-octagon"), said, was=was)


def _paused(case, running, today):
    due_on = running.on(Clock.SUPPLY)
    reason = case.open_pauses[0].reason if case.open_pauses else ""
    said = [(str(case.lead), True), ("请您补充：", False), (reason, False)]
    until = f"{datewords.spoken(due_on)}前补齐；等您的这几天不算办理时间" if due_on else ""
    acts = [Act("补充材料", reverse("cases:act", args=[case.pk, Action.SUPPLY]), is_main=True)]
    return Promise(case, ("请您补充", "near", "clock-exclamation"), said, acts=acts, until=until)


def _submission(case):
    return next(iter(case.submissions.all()), None)


def _submitted(case, running, today):
    row = _submission(case)
    on = datewords.spoken(row.submitted_at) if row else ""
    said = [(str(case.lead), True), (f" {on}答复，活动办正在核实；核实后请您评价。", False)]
    return Promise(case, ("核实中", "work", "clipboard-check"), said, quote=_short(row))


def _rating(case, running, today):
    row = _submission(case)
    on = datewords.spoken(row.submitted_at) if row else ""
    outcome = Outcome(case.outcome).label[2:] if case.outcome else "已答复"
    said = [(str(case.lead), True), (f" {on}答复：", False), (outcome, True), (f"。{_short(row)}", False)]
    waiting = case.waiting_evaluations[0] if case.waiting_evaluations else None
    if waiting is None:
        return Promise(case, ("等您评价", "work", "star"), said)
    link = rating_link(waiting)
    acts = [Act("评价这次办理", link, is_main=True), Act("其实没有解决", f"{link}?level={Satisfaction.BAD}")]
    return Promise(
        case, ("等您评价", "work", "star"), said, acts=acts, until=f"{datewords.spoken(waiting.expires_on)}前可评价"
    )


def _shelved(case, running, today):
    due_on = running.on(Clock.SHELVED) or case.promised_on
    outcome = Outcome(case.outcome).label[2:] if case.outcome else "一时办不成"
    said = [
        (str(case.lead), True),
        (f"：{outcome}，承诺 ", False),
        (_by(due_on), True),
        ("办成。已记账，到期再给您答复。", False),
    ]
    if due_on and due_on < today:
        was = f"原定 {datewords.spoken(due_on)}前，已晚 {(today - due_on).days} 天"
        return Promise(case, ("已逾期", "late", "f-alert-octagon"), said, was=was, quote=_short(_submission(case)))
    return Promise(case, ("挂账", "hold", "archive"), said, quote=_short(_submission(case)))


def _short(submission):
    if submission is None:
        return ""
    text = submission.account.strip()
    return text if len(text) <= SAID_MOST else f"{text[: SAID_MOST - 1]}…"


_SAY = {
    Status.REPORTED: _reported,
    Status.ACCEPTED: _accepted,
    Status.DISPATCHED: _handling,
    Status.OBJECTED: _handling,
    Status.HANDLING: _handling,
    Status.PAUSED: _paused,
    Status.SUBMITTED: _submitted,
    Status.RATING: _rating,
    Status.SHELVED: _shelved,
}


def _steps(case: Case) -> list[Step]:
    """受理、交办、办理中、办结、您评价。"""
    done = {"受理": case.accepted_at, "交办": case.dispatched_at}
    steps = [Step(label, datewords.day_of(at) if at else None, "ok") for label, at in done.items()]
    if case.status == Status.SUBMITTED:
        last = datewords.day_of(case.submitted_at) if case.submitted_at else None
        return [*steps, Step("办理", None, "ok"), Step("办结核实", last, "now"), Step("您评价", None, "")]
    last = getattr(case, "last_at", None) or case.dispatched_at
    label = NOW.get(Status(case.status), "办理中")
    now = Step(label, datewords.day_of(last) if last else None, "now")
    return [*steps, now, Step("办结", None, ""), Step("您评价", None, "")]
