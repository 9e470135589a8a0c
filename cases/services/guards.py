"""流程表之外的前提：一次为限、窗口期、先有草稿等（R-25 – R-29）。返回空串即可办。"""

from datetime import date, datetime
from typing import TypeVar

from django.db.models import QuerySet

from cadres.models import Unit
from cases.enums import BAD_RATINGS, FINAL_OUTCOMES, Action, Clock, TicketKind, TicketState, Tier
from cases.models import Case, Deadline, Ticket
from cases.services import clocks
from zhuqi.kernel.errors import Conflict

NOTE_NAMES = {
    Action.REFUSE: "不予受理的理由",
    Action.OBJECT: "法律依据与理由",
    Action.UPHOLD: "裁定理由",
    Action.REJECT: "裁定理由",
    Action.REPORT: "进展",
    Action.ASK_EXTENSION: "延期理由",
    Action.PAUSE: "要企业补充什么",
    Action.SUPPLY: "补充的内容",
    Action.SUBMIT: "办理情况",
    Action.CO_REPLY: "协办意见",
    Action.COORDINATE: "要协调什么",
    Action.ARRANGE: "会商结果",
    Action.CALL_BACK: "回访情况",
    Action.REOPEN: "为什么重新打开",
    Action.URGE: "催办的事由",
    Action.ANSWER_URGE: "未办的原因",
    Action.ANSWER_INQUIRY: "书面说明",
    Action.RECORD_FINDING: "查明的事实",
    Action.INSTRUCT: "批示内容",
    Action.ANSWER_INSTRUCTION: "办理情况",
    Action.RESOLVE_MEETING: "议定的事项",
    Action.MARK_GAP: "卡在哪一条",
    Action.LOOK_BACK: "看到的情况",
}


def note_name(action: Action) -> str:
    """这一步要写的话叫什么。"""
    return NOTE_NAMES.get(action, "理由")


def blocker(case: Case, action: Action, *, today: date, unit: Unit | None = None) -> str:
    """现在为什么不能办（一句话）；可以办时为空串。只看时点与次数，不看人。`unit` 是催谁（空为主办）。"""
    if action == Action.URGE:
        return _urge(case, today, unit)
    check = _CHECKS.get(action)
    return check(case, today) if check else ""


def _object(case: Case, today: date) -> str:
    if case.objection_count:
        return "每件只能退单一次，裁定后须办理。"
    last_on = window_end(case, "OBJECT_WINDOW", since=case.dispatched_at)
    if today > last_on:
        return f"退单须在交办后 {clocks.limit_said(case, 'OBJECT_WINDOW')}内提出，已于 {last_on:%m-%d} 截止。"
    return ""


def _ask_extension(case: Case, today: date) -> str:
    if case.was_extended:
        return "每件只能延期一次，已经延过。"
    if case.extensions.filter(decided_at__isnull=True).exists():
        return "已有一份延期申请在等活动办审批。"
    deadline = main_deadline(case)
    if deadline is None:
        return "这件事没有在走的办结期限，不用延期。"
    latest = clocks.calendar_now().add_workdays(deadline.due_on, -clocks.amount(case, "EXTENSION_LEAD"))
    if today > latest:
        return f"须在到期 {clocks.limit_said(case, 'EXTENSION_LEAD')}前申请，最晚 {latest:%m-%d}，现在已过。"
    return ""


def _pause(case: Case, today: date) -> str:
    if case.pause_count:
        return "每件只能暂停一次，已经用过。"
    return ""


def _reopen(case: Case, today: date) -> str:
    last_on = window_end(case, "REOPEN_WINDOW", since=case.closed_at)
    if today > last_on:
        words = clocks.limit_said(case, "REOPEN_WINDOW")
        return f"销号后 {words}内可以重新打开，已于 {last_on:%Y-%m-%d} 截止；请作为新问题提出。"
    return ""


def _dispatch(case: Case, today: date) -> str:
    return "已报领导批准，等批准后交办。" if draft(case, TicketKind.DISPATCH) else ""


def _approve_dispatch(case: Case, today: date) -> str:
    return "" if draft(case, TicketKind.DISPATCH) else "没有等待批准的交办方案。"


def _decide_extension(case: Case, today: date) -> str:
    return "" if case.extensions.filter(decided_at__isnull=True).exists() else "没有等待审批的延期申请。"


def _coordinate(case: Case, today: date) -> str:
    return "已经提出过，正在等活动办会商。" if case.needs_coordination else ""


def _arrange(case: Case, today: date) -> str:
    return "" if case.needs_coordination else "没有等待会商的请求。"


def _pass_review(case: Case, today: date) -> str:
    return "" if case.outcome in FINAL_OUTCOMES else "B、C 类结果不能销号，请审核挂账。"


def _shelve(case: Case, today: date) -> str:
    return "A、D 类结果不用挂账，请转企业评价。" if case.outcome in FINAL_OUTCOMES else ""


def _call_back(case: Case, today: date) -> str:
    waiting = case.evaluations.filter(satisfaction__in=BAD_RATINGS, called_back_at__isnull=True).exists()
    return "" if waiting else "没有等待回访的差评。"


def _urge(case: Case, today: date, unit: Unit | None = None) -> str:
    return "上一张催办单还在答复期内，不能再催。" if open_urge(case, today=today, unit=unit) else ""


def _answer_urge(case: Case, today: date) -> str:
    return (
        "" if running(case, Clock.URGE_REPLY).filter(holder=case.lead_id).exists() else "没有等待本单位答复的催办单。"
    )


def _draft_inquiry(case: Case, today: date) -> str:
    return "已有一份问效建议单在拟稿。" if draft(case, TicketKind.INQUIRY) else ""


def _has_inquiry_draft(case: Case, today: date) -> str:
    return "" if draft(case, TicketKind.INQUIRY) else "没有在拟的问效建议单。"


def _approve_inquiry_office(case: Case, today: date) -> str:
    waiting = draft(case, TicketKind.INQUIRY)
    if waiting is None:
        return "没有在拟的问效建议单。"
    return "主任已经同意，等分管领导批准。" if waiting.office_approved_at else ""


def _approve_inquiry_leader(case: Case, today: date) -> str:
    waiting = draft(case, TicketKind.INQUIRY)
    if waiting is None:
        return "没有在拟的问效建议单。"
    return "" if waiting.office_approved_at else "要等活动办主任先同意。"


def _answer_inquiry(case: Case, today: date) -> str:
    return "" if open_inquiry(case) else "没有等待书面说明的问效建议单。"


def _record_finding(case: Case, today: date) -> str:
    return "" if unjudged_inquiry(case) else "没有等待认定的问效建议单。"


def _answer_instruction(case: Case, today: date) -> str:
    return "" if case.instructions.filter(answered_at__isnull=True).exists() else "没有等待答复的批示。"


def _record_arrears(case: Case, today: date) -> str:
    return "" if case.category and case.category.is_arrears else "只有账款清欠类的诉求登记欠款，请先改类别。"


def _record_recovery(case: Case, today: date) -> str:
    blocked = _record_arrears(case, today)
    if blocked or hasattr(case, "arrears"):
        return blocked
    return "还没有登记欠款，请先登记欠多少、谁欠。"


_CHECKS = {
    Action.RECORD_ARREARS: _record_arrears,
    Action.RECORD_RECOVERY: _record_recovery,
    Action.OBJECT: _object,
    Action.ASK_EXTENSION: _ask_extension,
    Action.PAUSE: _pause,
    Action.REOPEN: _reopen,
    Action.DISPATCH: _dispatch,
    Action.PROPOSE: _dispatch,
    Action.APPROVE_DISPATCH: _approve_dispatch,
    Action.RETURN_DISPATCH: _approve_dispatch,
    Action.GRANT_EXTENSION: _decide_extension,
    Action.DENY_EXTENSION: _decide_extension,
    Action.COORDINATE: _coordinate,
    Action.ARRANGE: _arrange,
    Action.PASS_REVIEW: _pass_review,
    Action.SHELVE: _shelve,
    Action.CALL_BACK: _call_back,
    Action.ANSWER_URGE: _answer_urge,
    Action.DRAFT_INQUIRY: _draft_inquiry,
    Action.APPROVE_INQUIRY_OFFICE: _approve_inquiry_office,
    Action.APPROVE_INQUIRY_LEADER: _approve_inquiry_leader,
    Action.DROP_INQUIRY: _has_inquiry_draft,
    Action.ANSWER_INQUIRY: _answer_inquiry,
    Action.RECORD_FINDING: _record_finding,
    Action.ANSWER_INSTRUCTION: _answer_instruction,
}


Found = TypeVar("Found")


def still_there(found: Found | None) -> Found:
    """前提查过、到用的时候却没有了：别人先办了。错误：Conflict。"""
    if found is None:
        raise Conflict("别人刚刚先办了这件事，请刷新后再看。")
    return found


def window_end(case: Case, term_key: str, *, since: datetime | None) -> date:
    """一个窗口期的最后一天（含）。"""
    return clocks.window_end(case, term_key, since_on=clocks.local_day(still_there(since)))


def running(case: Case, *which: Clock) -> QuerySet[Deadline]:
    """本案在走的这些期限。"""
    return Deadline.objects.running().filter(case=case, clock__in=which)


def main_deadline(case: Case) -> Deadline | None:
    """延期延的是哪一个：在走的办结、重办或挂账承诺期限。"""
    return running(case, Clock.RESOLVE, Clock.REDO).order_by("due_on").first()


def draft(case: Case, kind: str) -> Ticket | None:
    """在拟的单。"""
    return case.tickets.filter(kind=kind, state=TicketState.DRAFT).first()


def open_urge(case: Case, *, today: date, unit: Unit | None = None) -> Deadline | None:
    """还在答复期内、没答复的催办单（R-36：一案同时最多一张，分责任单位）。"""
    rows = running(case, Clock.URGE_REPLY).filter(due_on__gte=today)
    return rows.filter(holder=unit or case.lead_id).select_related("ticket").first()


def open_inquiry(case: Case) -> Ticket | None:
    """已签发、还没有书面说明的问效建议单。"""
    return case.tickets.issued().filter(kind=TicketKind.INQUIRY, reply__isnull=True).order_by("pk").first()


def unjudged_inquiry(case: Case) -> Ticket | None:
    """已签发、还没有认定的问效建议单。"""
    return case.tickets.issued().filter(kind=TicketKind.INQUIRY, result__isnull=True).order_by("pk").first()


def needs_leader(tier: str) -> bool:
    """重大问题的交办要分管领导批准（R-22）。"""
    return tier == Tier.MAJOR
