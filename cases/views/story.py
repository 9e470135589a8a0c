"""经过说成话：给办理单位的写全，给企业的写白话（R-03、R-28）。"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from cadres.enums import Role
from cases.enums import Action, Source
from cases.queries import RATERS
from zhuqi import datewords
from zhuqi.kernel.amounts import said

FOLD_AFTER = 7
ICONS = {  # kind: icon, tone of the dot
    "open": ("message-report", "b"),
    "note": ("message-2", ""),
    Action.ACCEPT: ("check", ""),
    Action.REFUSE: ("circle-x", ""),
    Action.MERGE: ("git-merge", ""),
    Action.UNMERGE: ("git-merge", ""),
    Action.SPLIT: ("copy", ""),
    Action.CLASSIFY: ("tag", ""),
    Action.PROPOSE: ("send", ""),
    Action.DISPATCH: ("file-text", "b"),
    Action.APPROVE_DISPATCH: ("file-text", "b"),
    Action.RETURN_DISPATCH: ("arrow-back-up", ""),
    Action.SIGN: ("user-check", "b"),
    Action.OBJECT: ("arrow-back-up", ""),
    Action.UPHOLD: ("scale", ""),
    Action.REJECT: ("scale", ""),
    Action.REPORT: ("pencil", "b"),
    Action.ASK_EXTENSION: ("calendar-plus", ""),
    Action.GRANT_EXTENSION: ("calendar-check", ""),
    Action.DENY_EXTENSION: ("calendar-off", ""),
    Action.PAUSE: ("player-pause", ""),
    Action.SUPPLY: ("player-play", "g"),
    Action.RESUME: ("player-play", "g"),
    Action.CO_REPLY: ("users", ""),
    Action.COORDINATE: ("messages", ""),
    Action.ARRANGE: ("users-group", ""),
    Action.SUBMIT: ("clipboard-check", "b"),
    Action.PASS_REVIEW: ("checks", "g"),
    Action.SHELVE: ("archive", ""),
    Action.RETURN_REVIEW: ("arrow-back-up", ""),
    Action.RATE: ("star", "g"),
    Action.RATE_BAD: ("refresh", ""),
    Action.LAPSE_RATING: ("hourglass", ""),
    Action.CALL_BACK: ("phone", ""),
    Action.REOPEN: ("refresh", ""),
    Action.LOOK_BACK: ("eye", ""),
    Action.REVOKE: ("arrow-back-up", "r"),
    Action.URGE: ("bell-ringing", "y"),
    Action.ANSWER_URGE: ("pencil", "b"),
    Action.DRAFT_INQUIRY: ("file-pencil", ""),
    Action.APPROVE_INQUIRY_OFFICE: ("check", ""),
    Action.APPROVE_INQUIRY_LEADER: ("gavel", "r"),
    Action.DROP_INQUIRY: ("ban", ""),
    Action.ANSWER_INQUIRY: ("file-pencil", "b"),
    Action.RECORD_FINDING: ("scale", "r"),
    Action.INSTRUCT: ("pencil-plus", "b"),
    Action.VOID_TICKET: ("trash", ""),
    Action.ANSWER_INSTRUCTION: ("pencil", "b"),
    Action.RESOLVE_MEETING: ("users-group", "b"),
    Action.JOIN_COMMON: ("stack-2", ""),
    Action.MARK_GAP: ("book-2", ""),
    Action.LEAVE_COMMON: ("stack-2", ""),
    Action.RECORD_ARREARS: ("wallet", ""),
    Action.RECORD_RECOVERY: ("wallet", "g"),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """一条经过：先说的话、单、后说的话、加重的承诺、原话、谁、文件。"""

    event: Any
    icon: str
    tone: str
    before: str
    after: str = ""
    strong: str = ""
    quote: str = ""
    who: str = ""
    slip: Any = None

    @property
    def colon(self):
        """话和原文之间：已经有冒号的不再加。"""
        return "" if self.before.endswith("：") and not self.slip else "。" if self.after or self.strong else "："


def told(events, user):
    """把经过一条条说出来。"""
    return plainly_told(events) if user.role == Role.ENTERPRISE else [_official(event, user) for event in events]


def plainly_told(events):
    """企业读的话；评价页没有登录的人，也用这个。`events` 只能是公开的。"""
    return [_plain(event) for event in events]


def _day(text):
    return datewords.md(date.fromisoformat(text)) if text else ""


def _spoken(text):
    return datewords.spoken(date.fromisoformat(text)) if text else ""


def _moved(data):
    return f"{_day(data.get('old_due_on'))} → {_day(data.get('new_due_on'))}"


def _helpers(data):
    names = data.get("co_handlers") or []
    return f"，协办 {'、'.join(names)}" if names else ""


def _missed(data):
    return "、".join(f"{row['clock']}限 {_day(row['due_on'])}" for row in data.get("missed") or [])


def _urged(event):
    data = event.data
    said = f"{_missed(data)} 已过，" if data.get("missed") else ""
    return f"{said}{'自动' if event.actor_id is None else ''}签发第 {data.get('ordinal', 1)} 次"


def _noted(event, at_visit):
    if event.data.get("issue"):
        return "同类问题统一答复："
    return at_visit if event.data.get("visit") else "记事："


def _money(text):
    return said(Decimal(text)) if text else ""


def _owed(data):
    if "was" in data:
        return f"更正欠款：{data['was'].get('debtor')} {_money(data['was'].get('owed'))} → {data.get('debtor')} {_money(data.get('owed'))}"
    return f"登记欠款 {_money(data.get('owed'))}，欠款方 {data.get('debtor', '')}"


def _recovered(data):
    line = f"{_day(data.get('received_on'))} 到账的 {_money(data.get('amount'))}"
    return f"作废回款：{line}" if "void" in data else f"登记回款：{line}"


Teller = Callable[[Any], str]
# What was done, as officials read it; the note follows as it was written.
OFFICIAL: dict[str, Teller] = {
    "note": lambda e: _noted(e, "走访时又提到："),
    "open": lambda e: f"{Source(e.data['source']).label}提出" if e.data.get("source") else "提出",
    Action.ACCEPT: lambda e: "到期没有答复，自动受理" if e.data.get("by_silence") else "受理",
    Action.MERGE: lambda e: f"并入 {e.data['into']}" if "into" in e.data else f"{e.data.get('from', '')} 并入本件",
    Action.UNMERGE: lambda e: "撤销并案，恢复单独办理" if "into" in e.data else f"{e.data.get('from', '')} 撤出本件",
    Action.SPLIT: lambda e: f"拆出 {'、'.join(e.data.get('parts', []))}",
    Action.CLASSIFY: lambda e: " · ".join(
        filter(None, (e.data.get("category"), e.data.get("tier"), e.data.get("nature")))
    ),
    Action.PROPOSE: lambda e: f"报分管领导批准，拟由{e.data.get('lead', '')}主办",
    Action.DISPATCH: lambda e: "签发",
    Action.APPROVE_DISPATCH: lambda e: "批准并签发",
    Action.OBJECT: lambda e: f"退单，认为应由{e.data.get('proper_unit', '')}办理",
    Action.UPHOLD: lambda e: "裁定退单成立，交办单作废",
    Action.REJECT: lambda e: "裁定退单不成立，照旧办理",
    Action.REPORT: lambda e: "首次反馈" if e.data.get("is_first") else "报进展",
    Action.ASK_EXTENSION: lambda e: f"申请延期 {e.data.get('days')} 天，{_moved(e.data)}",
    Action.GRANT_EXTENSION: lambda e: f"同意延期 {e.data.get('days')} 天，办结期限 {_moved(e.data)}",
    Action.DENY_EXTENSION: lambda e: f"不同意延期 {e.data.get('days')} 天，期限照旧",
    Action.PAUSE: lambda e: "请企业补充，暂停计时",
    Action.SUPPLY: lambda e: f"企业补齐材料，恢复计时；{_day(e.data.get('from_on'))} 起暂停的天数已补回",
    Action.RESUME: lambda e: (
        ("补充期到，自动恢复计时" if e.data.get("by_limit") else "恢复计时") + "；暂停的天数已补回"
    ),
    Action.SUBMIT: lambda e: f"申报办结：{e.data.get('outcome', '')}",
    Action.PASS_REVIEW: lambda e: "审核通过，请企业评价",
    Action.SHELVE: lambda e: "审核挂账，跟到兑现",
    Action.RETURN_REVIEW: lambda e: "审核退回，原期限接着算",
    Action.RATE: lambda e: "企业已评价，销号",
    Action.RATE_BAD: lambda e: "企业已评价，退回重新办理",
    Action.LAPSE_RATING: lambda e: "评价期满，企业未评，销号",
    Action.LOOK_BACK: lambda e: (
        f"回头看（{e.data.get('round', '')} 天，{e.data.get('mode', '')}）{e.data.get('result', '')}"
    ),
    Action.REVOKE: lambda e: "撤销销号，退回重办",
    Action.URGE: _urged,
    Action.ANSWER_URGE: lambda e: "答复催办",
    Action.DRAFT_INQUIRY: lambda e: f"拟问效建议单：{e.data.get('cause', '')}",
    Action.APPROVE_INQUIRY_OFFICE: lambda e: "活动办主任同意问效，送分管领导",
    Action.APPROVE_INQUIRY_LEADER: lambda e: "签发",
    Action.RECORD_FINDING: lambda e: f"认定：{e.data.get('finding') or '不构成'}；处理：{e.data.get('measure', '')}",
    Action.VOID_TICKET: lambda e: "作废",
    Action.INSTRUCT: lambda e: f"批示（{_day(e.data['due_on'])} 前报）" if e.data.get("due_on") else "批示",
    Action.ANSWER_INSTRUCTION: lambda e: f"报{e.data.get('leader', '')} {_day(e.data.get('given_on'))} 批示的办理情况",
    Action.RESOLVE_MEETING: lambda e: f"{e.data.get('meeting_label', '会议')}议定（{e.data.get('resolution', '')}）",
    Action.MARK_GAP: lambda e: f"认定卡在政策上：{e.data['gap']}" if e.data.get("gap") else "撤回“卡在政策上”的认定",
    Action.JOIN_COMMON: lambda e: f"列入共性问题：{e.data.get('title', '')}",
    Action.LEAVE_COMMON: lambda e: f"移出共性问题：{e.data.get('title', '')}",
    Action.RECORD_ARREARS: lambda e: _owed(e.data),
    Action.RECORD_RECOVERY: lambda e: _recovered(e.data),
}
AFTER: dict[str, Teller] = {
    Action.DISPATCH: lambda e: f"，主办 {e.data.get('lead', '')}{_helpers(e.data)}",
    Action.APPROVE_DISPATCH: lambda e: f"，主办 {e.data.get('lead', '')}{_helpers(e.data)}",
    Action.APPROVE_INQUIRY_LEADER: lambda e: "，送督查",
}
STRONG: dict[str, Teller] = {
    Action.ANSWER_URGE: lambda e: (
        f"承诺 {_spoken(e.data.get('promised_on'))}前办结" if e.data.get("promised_on") else ""
    ),
    Action.SUBMIT: lambda e: f"承诺 {_spoken(e.data.get('promised_on'))}前办成" if e.data.get("promised_on") else "",
}
# Only public steps reach the firm; these are its words for them.
PLAIN: dict[str, Teller] = {
    "note": lambda e: _noted(e, "干部走访时您又提到："),
    "open": lambda e: "您提出了这个问题" if e.data.get("source") == Source.ENTERPRISE else "您的问题已登记",
    Action.ACCEPT: lambda e: "活动办已受理，3 个工作日内确定由谁办",
    Action.REFUSE: lambda e: "活动办没有受理，原因：",
    Action.MERGE: lambda e: (
        f"和您的另一个问题 {e.data['into']} 合在一起办"
        if "into" in e.data
        else f"您的 {e.data.get('from', '')} 合到这里一起办"
    ),
    Action.UNMERGE: lambda e: "恢复单独办理",
    Action.SPLIT: lambda e: f"分成几件来办：{'、'.join(e.data.get('parts', []))}",
    Action.DISPATCH: lambda e: f"已交给{e.data.get('lead', '')}办理",
    Action.APPROVE_DISPATCH: lambda e: f"市领导批准，已交给{e.data.get('lead', '')}办理",
    Action.SIGN: lambda e: f"{_unit(e)}已签收，开始办理",
    Action.REPORT: lambda e: f"{_unit(e)}告诉您进展：",
    Action.GRANT_EXTENSION: lambda e: (
        f"办理时间延到 {_spoken(e.data.get('new_due_on'))}，原因：{e.data.get('reason', '')}"
    ),
    Action.PAUSE: lambda e: f"{_unit(e)}请您补充：",
    Action.SUPPLY: lambda e: "您补充了材料",
    Action.RESUME: lambda e: "继续办理",
    Action.SUBMIT: lambda e: f"{_unit(e)}说已办完，活动办正在核实：",
    Action.PASS_REVIEW: lambda e: "活动办核实过了，请您评价",
    Action.SHELVE: lambda e: "一时办不成，已记账，到承诺的日子再给您答复",
    Action.RATE: lambda e: "您已评价，谢谢",
    Action.RATE_BAD: lambda e: "您不满意，退回重新办理",
    Action.LAPSE_RATING: lambda e: "评价时间已过，按未评结束",
    Action.REOPEN: lambda e: "您要求重新办理：",
    Action.RECORD_ARREARS: lambda e: _owed(e.data),
    Action.RECORD_RECOVERY: lambda e: _recovered(e.data),
    Action.REVOKE: lambda e: "核实发现没有真正办好，已退回重新办理",
}


def _unit(event):
    return str(event.unit) if event.unit_id else "承办单位"


def _official(event, user):
    icon, tone = ICONS.get(event.kind, ICONS["note"])
    say = OFFICIAL.get(event.kind)
    before = say(event) if say else event.get_kind_display()
    quote = event.note
    if event.kind in {Action.RATE, Action.RATE_BAD} and user.role not in RATERS:
        quote = ""
    # A draft has no number to show; it stands in the chain for those who may see it.
    slip = event.ticket if event.ticket_id and event.ticket.number and event.kind != Action.SIGN else None
    return Entry(
        event=event, icon=icon, tone=tone, before=before, quote=quote, who=event.actor_label, slip=slip,
        after=AFTER[event.kind](event) if event.kind in AFTER else "",
        strong=STRONG[event.kind](event) if event.kind in STRONG else "",
    )  # fmt: skip


def _plain(event):
    icon, tone = ICONS.get(event.kind, ICONS["note"])
    say = PLAIN.get(event.kind)
    return Entry(
        event=event, icon=icon, tone=tone, before=say(event) if say else event.get_kind_display(), quote=event.note,
        strong=STRONG[event.kind](event) if event.kind in STRONG else "",
    )  # fmt: skip


def folded(entries, *, is_open=False):
    """新的几条和折起的几条；只差一两条就不折。"""
    if is_open or len(entries) <= FOLD_AFTER + 2:
        return entries, []
    return entries[:FOLD_AFTER], entries[FOLD_AFTER:]


def fold_words(entries):
    """展开 7 条：暂停、进展 2 次、签收、交办。"""
    counts: dict[str, int] = {}
    for entry in entries:
        label = entry.event.get_kind_display()
        counts[label] = counts.get(label, 0) + 1
    return "、".join(f"{label} {count} 次" if count > 1 else label for label, count in counts.items())
