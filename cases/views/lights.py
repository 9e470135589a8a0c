"""一件问题对助企干部亮什么灯、欠什么：色、图标、一句话（今日、走访前看一眼）。"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from cases.enums import OFFICE_CLOCKS, Clock, Level, Outcome, Status
from cases.models import Case, Deadline
from zhuqi import datewords

RANK = {"late": 0, "near": 1, "work": 2, "hold": 3, "done": 4}
ICONS = {
    "late": "f-alert-octagon",
    "near": "clock-exclamation",
    "work": "progress",
    "hold": "archive",
    "done": "circle-check",
}
# Clocks the lead unit works against; what the office and the firm owe is said by the status.
UNIT_OWED = (
    frozenset(Clock) - OFFICE_CLOCKS - {Clock.ACCEPT, Clock.SUPPLY, Clock.RATE, Clock.URGE_REPLY, Clock.INQUIRY_REPLY}
)
MAIN = frozenset({Clock.RESOLVE, Clock.REDO, Clock.SHELVED})
OWED_WORDS = {
    Clock.SIGN: "签收", Clock.FEEDBACK: "反馈", Clock.DOUBLE_TEN: "报进展", Clock.PROMISE: "兑现承诺",
    Clock.CO_REPLY: "回协办意见", Clock.RESOLVE: "办结", Clock.REDO: "重新办结", Clock.SHELVED: "兑现挂账承诺",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Light:
    """一行：灯、加重的话、其余的话；`due_on` 只为排次序。"""

    case: Case
    tone: str
    strong: str
    rest: str
    due_on: date | None = None

    @property
    def icon(self) -> str:
        """灯的图标。"""
        return ICONS[self.tone]

    @property
    def urgency(self) -> tuple[int, date, int]:
        """急的在前。"""
        return (RANK[self.tone], self.due_on or date.max, self.case.pk)


@dataclass(slots=True)
class Running:
    """一件问题在走的期限，按种类取最早的一个。"""

    rows: list[Deadline] = field(default_factory=list)

    def on(self, *clocks: str) -> date | None:
        """这几种里最早到期的一天。"""
        return min((row.due_on for row in self.rows if row.clock in clocks), default=None)

    def owed(self) -> Deadline | None:
        """承办单位最先欠的一件事。"""
        return min((row for row in self.rows if row.clock in UNIT_OWED), key=lambda row: row.due_on, default=None)


def running_of(cases: Iterable[Case]) -> dict[int, Running]:
    """这些问题在走的期限，一句查完。"""
    found: dict[int, Running] = defaultdict(Running)
    for row in Deadline.objects.running().filter(case__in=list(cases)).order_by("due_on", "pk"):
        found[row.case_id].rows.append(row)
    return found


def lights(cases: Iterable[Case], *, today: date) -> list[Light]:
    """一批问题的灯，急的在前。`cases` 要带着 lead、office。"""
    rows = list(cases)
    running = running_of(rows)
    return sorted((light_of(case, running[case.pk], today=today) for case in rows), key=lambda light: light.urgency)


def light_of(case: Case, running: Running, *, today: date) -> Light:
    """一件问题的灯。"""
    say = _SAY.get(Status(case.status), _handling)
    return say(case, running, today)


def _office_owes(clock: Clock, verb: str):
    def say(case: Case, running: Running, today: date) -> Light:
        due_on = running.on(clock)
        when = f"{datewords.md_paren(due_on)}前{verb}" if due_on and due_on >= today else f"正在等待{verb}"
        return Light(case, "work", "", f"{case.get_status_display()} · {case.office} {when}", due_on)

    return say


def _handling(case: Case, running: Running, today: date) -> Light:
    owed, promise = running.owed(), running.on(Clock.PROMISE)
    who = str(case.lead or case.office)
    if owed is None:
        return Light(case, _level_tone(case), "", f"{case.get_status_display()} · {who}")
    left = (owed.due_on - today).days
    if left < 0:
        what = "" if owed.clock in MAIN else OWED_WORDS[Clock(owed.clock)]
        said = f"{who}承诺 {datewords.md(promise)}" if promise and promise >= today else who
        return Light(case, "late", f"{what}逾期 {-left} 天", said, owed.due_on)
    if left <= datewords.NEAR_DAYS:
        when = (
            f"今天应{OWED_WORDS[Clock(owed.clock)]}" if not left else f"还剩 {left} 天{OWED_WORDS[Clock(owed.clock)]}"
        )
        return Light(case, _level_tone(case, "near"), when, who, owed.due_on)
    by = running.on(*MAIN)
    when = f" {datewords.md_paren(by)}前办结" if by else ""
    return Light(case, _level_tone(case), "", f"{case.get_status_display()} · {who}{when}", owed.due_on)


def _level_tone(case: Case, otherwise: str = "work") -> str:
    return {Level.INQUIRY: "late", Level.URGED: "near"}.get(Level(case.level), otherwise)


def _paused(case: Case, running: Running, today: date) -> Light:
    due_on = running.on(Clock.SUPPLY)
    words = datewords.read_due(due_on, today=today).words if due_on else "待补材料"
    return Light(case, "near", words, f"等企业补材料，{case.lead}", due_on)


def _rating(case: Case, running: Running, today: date) -> Light:
    due_on = running.on(Clock.RATE)
    left = f"，剩 {(due_on - today).days} 天" if due_on and due_on > today else ""
    said = Outcome(case.outcome).label[2:] if case.outcome else "已答复"
    return Light(case, "done", said, f"请企业评价{left}", due_on)


def _shelved(case: Case, running: Running, today: date) -> Light:
    due_on = running.on(Clock.SHELVED, Clock.PROMISE)
    if due_on and due_on < today:
        return Light(case, "late", f"承诺逾期 {(today - due_on).days} 天", f"挂账 · {case.lead}", due_on)
    when = f"承诺 {datewords.md_paren(due_on)}前办成" if due_on else ""
    return Light(case, "hold", "", f"挂账 · {case.lead}{when}", due_on)


_SAY = {
    Status.REPORTED: _office_owes(Clock.ACCEPT, "受理"),
    Status.ACCEPTED: _office_owes(Clock.DISPATCH, "交办"),
    Status.OBJECTED: _office_owes(Clock.RULING, "裁定"),
    Status.SUBMITTED: _office_owes(Clock.REVIEW, "核实"),
    Status.PAUSED: _paused,
    Status.RATING: _rating,
    Status.SHELVED: _shelved,
}
