"""From rows to reckonings: which rule, calendar, pauses and extension make a deadline what it is (R-40, R-43)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.utils import timezone

from cadres.calendar import DAY, WorkCalendar
from cadres.enums import DayShift
from cadres.services.calendar import calendar_at
from cases.enums import PAUSABLE_CLOCKS, Clock, Tier
from cases.models import Case, Deadline, Pause, RuleSet
from cases.rules.deadlines import Reckoning, Span, Term, TermUnit, due
from cases.rules.rulesets import term_text
from zhuqi.kernel.errors import DomainError, InvalidInput

# What happened on the first day of each clock, as its explanation begins.
ORIGINS = {
    Clock.ACCEPT: "提出",
    Clock.DISPATCH: "受理",
    Clock.RULING: "退单",
    Clock.EXTENSION: "申请延期",
    Clock.SUPPLY: "暂停",
    Clock.REVIEW: "申报办结",
    Clock.RATE: "送企业评价",
    Clock.CALL_BACK: "差评",
    Clock.REDO: "退回重办",
    Clock.DOUBLE_TEN: "起算",
    Clock.URGE_REPLY: "催办",
    Clock.PROMISE: "答复",
    Clock.SHELVED: "挂账",
    Clock.INQUIRY_REPLY: "问效",
}
# A 双十 day is a day, not a length of time: it is neither moved nor given back.
FIXED_CLOCKS = frozenset({Clock.DOUBLE_TEN})
EXTENDABLE_CLOCKS = frozenset({Clock.RESOLVE, Clock.REDO})


@dataclass(frozen=True, slots=True)
class PlannedTerm:
    """One deadline a rule-set would set, for previews and the calculator."""

    clock: Clock
    tier: str
    term: Term
    reckoning: Reckoning


def calendar_now() -> WorkCalendar:
    """The calendar in force."""
    return calendar_at()


def default_rule() -> RuleSet:
    """The rule-set new dispatches follow."""
    rule = RuleSet.objects.filter(is_default=True).first()
    if rule is None:
        message = "还没有默认的办理规则，请先在“设置 · 办理规则”里指定一套。"
        raise DomainError(message)
    return rule


def rule_of(case: Case) -> RuleSet:
    """The version the case was dispatched under, or the default before that (R-40)."""
    return case.rule_set or default_rule()


def term_of(rule: RuleSet, key: str, tier: str = "") -> Term | None:
    """The term a rule-set gives a clock; None where it gives none."""
    text = term_text(rule.terms, str(key), tier)
    return Term.parse(text, DayShift(rule.roll)) if text else None


def reckon(rule: RuleSet, clock: Clock, tier: str, today: date, calendar: WorkCalendar | None = None) -> Reckoning:
    """What a clock started `today` would come to, for previews.

    Raises DomainError when the rule-set has no term for it.
    """
    term = term_of(rule, clock, tier)
    if term is None:
        message = f"规则“{rule}”没有规定{Clock(clock).label}时限。"
        raise DomainError(message)
    found = due(today, term, calendar or calendar_now())
    return replace(found, origin=ORIGINS.get(Clock(clock), "交办"))


def reckon_all(rule: RuleSet, start: date, calendar: WorkCalendar) -> list[PlannedTerm]:
    """Every deadline of a rule-set for the same first day, in the order of a case's life."""
    found = []
    for clock in Clock:
        tiers: Iterable[str] = (
            Tier.values if any(f"{clock.value}.{tier}" in rule.terms for tier in Tier.values) else ("",)
        )
        for tier in tiers:
            term = term_of(rule, clock, tier)
            if term is not None:
                found.append(PlannedTerm(clock, tier, term, reckon(rule, clock, tier, start, calendar)))
    return found


def amount(case: Case, key: str) -> int:
    """A limit's bare number, in the unit the rule-set writes it in."""
    return _limit(rule_of(case), key).amount


def limit_said(case: Case, key: str) -> str:
    """A limit in words, as refusals quote it: 1 个工作日, 30 天."""
    return _limit(rule_of(case), key).label


def window_end(case: Case, key: str, *, since_on: date) -> date:
    """The last day of a window that opened on `since_on`."""
    return due(since_on, _limit(rule_of(case), key), calendar_now()).due_on


def _limit(rule: RuleSet, key: str) -> Term:
    term = term_of(rule, key)
    if term is None:
        message = f"规则“{rule}”缺少“{key}”，请在“设置 · 办理规则”里补上。"
        raise DomainError(message)
    return term


def reckon_row(
    deadline: Deadline, calendar: WorkCalendar, pauses: Sequence[Pause], *, extra_days: int = 0
) -> Reckoning:
    """The deadline worked out anew from what its row was made of."""
    clock = Clock(deadline.clock)
    roll = DayShift(deadline.rule_set.roll) if deadline.rule_set else DayShift.FORWARD
    start, extended = deadline.started_on, deadline.extended_days + extra_days
    if deadline.promised_on is not None:
        # A date agreed for the same day is kept: one day counted from the day before.
        start = min(start, deadline.promised_on - DAY)
        days = (deadline.promised_on - start).days
        if days > 999:
            message = f"约定日期 {deadline.promised_on:%Y-%m-%d} 太远，请核对年份。"
            raise InvalidInput(message, {"promised_on": [message]})
        term = Term(days, TermUnit.DAY, DayShift.KEEP if clock in FIXED_CLOCKS else roll)
    else:
        term = Term.parse(deadline.term, roll)
    found = due(start, term, calendar, paused=_spans(deadline, pauses), extended_days=extended)
    return replace(found, origin=ORIGINS.get(clock, "交办"), promised=deadline.promised_on is not None)


def _spans(deadline: Deadline, pauses: Sequence[Pause]) -> list[Span]:
    """The finished pauses that bear on this deadline: those begun before it was met or stopped (R-26)."""
    if Clock(deadline.clock) not in PAUSABLE_CLOCKS - FIXED_CLOCKS:
        return []
    ended_at = deadline.met_at or deadline.voided_at
    return [
        Span(pause.from_on, pause.to_on)
        for pause in pauses
        if pause.to_on is not None and (ended_at is None or pause.paused_at < ended_at)
    ]


def explain(deadline: Deadline, *, extra_days: int = 0) -> Reckoning:
    """Why it is due on that day: strip and sentence, with the rule, its version, and who extended it (R-43).

    `extra_days` shows what an extension would come to, in the unit the term counts in.
    """
    calendar = calendar_at(deadline.calendar_version_id)
    found = reckon_row(deadline, calendar, list(deadline.case.pauses.all()), extra_days=extra_days)
    return replace(found, postscript="" if extra_days else _postscript(deadline))


def _postscript(deadline: Deadline) -> str:
    said = []
    if deadline.clock in EXTENDABLE_CLOCKS:
        said.append(_who_extended(deadline) if deadline.extended_days else "未办过延期。")
    said += [
        f"放假安排调整后由 {change.old_due_on:%m-%d} 改为 {change.new_due_on:%m-%d}。"
        for change in deadline.changes.all()
        if change.cause == "CALENDAR"
    ]
    if deadline.rule_set is not None:
        said.append(f"规则 {deadline.rule_set.code} 第 {deadline.rule_set.version} 版，交办时锁定。")
    return "".join(said)


def _who_extended(deadline: Deadline) -> str:
    change = deadline.changes.filter(cause="EXTENSION").select_related("changed_by__unit").last()
    if change is None:
        return f"已延期 {deadline.extended_days} 天。"
    who = f"{change.changed_by.unit or ''}{change.changed_by.name}" if change.changed_by else "活动办"
    when = timezone.localtime(change.changed_at)
    return f"延期由{who}于 {when:%m-%d} 批准，{change.old_due_on:%m-%d} 改为 {change.new_due_on:%m-%d}。"
