"""一张单面上的字（R-35）：签发时定格的格子，加上签收、答复、认定这些后来的事。"""

from dataclasses import dataclass, field
from datetime import date

from cadres.enums import Role
from cadres.letterhead import formal_name
from cases.enums import Action, Finding, Measure, TicketKind, TicketState
from zhuqi import datewords

TITLES = {TicketKind.DISPATCH: "交　办　单", TicketKind.URGE: "催　办　单", TicketKind.INQUIRY: "问效建议单"}
TONES = {TicketKind.DISPATCH: "b", TicketKind.URGE: "y", TicketKind.INQUIRY: "r"}
TERM_NAMES = {
    "签收": "签收期限",
    "首次反馈": "反馈期限",
    "办结": "办结期限",
    "催办答复": "答复期限",
    "问效书面说明": "说明期限",
}
WORDS_MOST = {TicketKind.DISPATCH: 300, TicketKind.URGE: 160, TicketKind.INQUIRY: 150}
LINES_MOST = 8
USUAL_REQUIREMENTS = ("与企业当面或电话沟通，告知进度；", "在办结期限内完成，或按规定申请延期并说明理由。")
FULL_WIDTH, HALF_WIDTH, HEAD_WIDTH = 30, 11, 34  # characters a line holds at the ordinary size
DENSITIES = ((23.5, ""), (26.5, "tight-0"), (30.5, "tight-1"), (37, "tight-2"))  # lines the page holds
TICKED, EMPTY = "☑", "☐"


@dataclass(frozen=True, slots=True)
class Row:
    """一行：一格占满，或左右两格。`lines` 是右边的话，一行一条。"""

    name: str
    lines: list[str]
    is_strong: bool = False
    is_tall: bool = False
    second: str = ""
    second_lines: list[str] = field(default_factory=list)
    note: str = ""  # 跟在最后一行后面的小字

    @property
    def height(self):
        """大约几行高（一行 26 像素，格子自己的边距算半行多）。"""
        if self.second:
            return max(_wrapped(self.lines, HALF_WIDTH), _wrapped(self.second_lines, HALF_WIDTH)) + 0.63
        return _wrapped([*self.lines[:-1], self.lines[-1] + self.note], FULL_WIDTH) + (0.95 if self.is_tall else 0.63)


def _wrapped(lines, width):
    """这些话折成几行；汉字算一格，西文算半格。"""
    return sum(max(1, -(-sum(1 if ord(c) > 0xFF else 0.55 for c in line) // width)) for line in lines)


@dataclass(frozen=True, slots=True)
class Paper:
    """一张单的全部字，网页和 DOCX 都照它画。"""

    tone: str
    title: str
    org: str
    number: str
    signer: str
    to: str
    copies: str
    rows: list[Row]
    issued_on: date | None
    foot: str
    stamp: str = ""
    stamp_note: str = ""

    @property
    def density(self):
        """一张 A4 放不放得下：行多了字小一号、行距紧一点。"""
        lines = sum(row.height for row in self.rows) + _wrapped([self.copies], HEAD_WIDTH) + bool(self.stamp_note)
        return next((name for most, name in DENSITIES if lines <= most), "tight-3")


def paper_of(ticket, user):
    """已签发的用定格的单面；拟稿用案件现在的样子。"""
    face = ticket.body if ticket.number else _draft_face(ticket)
    rows = {TicketKind.DISPATCH: _dispatch, TicketKind.URGE: _urge, TicketKind.INQUIRY: _inquiry}[
        TicketKind(ticket.kind)
    ]
    return Paper(
        tone=TONES[ticket.kind],
        title=TITLES[ticket.kind],
        org=formal_name(face["issuer"]),
        number=ticket.number or "（未编号）",
        signer=ticket.signer or "（待签发）",
        to=face["to_unit"],
        copies="，".join(
            [
                *face.get("copies", []),
                *([_lane(face["lane"])] if face.get("lane") and ticket.kind == TicketKind.DISPATCH else []),
            ]
        ),
        rows=[*_common(face, ticket), *rows(face, ticket, user)],
        issued_on=datewords.day_of(ticket.issued_at) if ticket.issued_at else None,
        foot=f"办理规则 {face['rule']}　期限自签发次日起算" if face.get("rule") else "期限自签发次日起算",
        stamp={TicketState.VOID: "作废", TicketState.DRAFT: "拟稿", TicketState.DROPPED: "不予签发"}.get(
            ticket.state, ""
        ),
        stamp_note=_stamp_note(ticket),
    )


def _stamp_note(ticket):
    if ticket.state == TicketState.VOID:
        return f"{datewords.document(ticket.voided_at)}作废：{ticket.void_reason}。编号保留，不再使用。"
    if ticket.state == TicketState.DROPPED:
        return f"不予签发：{ticket.void_reason}"
    return ""


def _draft_face(ticket):
    case, body = ticket.case, ticket.body
    plan = body.get("plan") or {}
    return {
        "case_number": case.number, "title": case.title, "summary": case.description, "enterprise": case.enterprise.name,
        "credit_code": case.enterprise.credit_code, "issuer": ticket.office.name, "to_unit": ticket.to_unit.name,
        "copies": [], "category": str(case.category or ""), "tier": case.get_tier_display(),
        "lane": case.lane.name if case.lane else "", "requirements": plan.get("requirements", ""),
    } | body  # fmt: skip


def _short(text, most):
    text = " ".join(text.split())
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _said(text):
    """2026-10-18 → 2026年10月18日（周日）."""
    return datewords.document_week(date.fromisoformat(text)) if text else ""


def _common(face, ticket):
    case = ticket.case
    source = case.get_source_display()
    parent = f"{case.category.parent} / " if case.category_id and case.category.parent_id else ""
    tier = face["tier"] + (f"（{_lane(face['lane'])}）" if face.get("lane") and face["tier"] != "个性" else "")
    rows = [
        Row(
            "问题编号",
            [face["case_number"]],
            second="来　　源",
            second_lines=[f"{source}（{datewords.day_of(case.reported_at):%Y-%m-%d}）"],
        ),
        Row("企　　业", [face["enterprise"]], second="信用代码", second_lines=[face["credit_code"]]),
        Row("类　　别", [f"{parent}{face['category']}"], second="级　　别", second_lines=[tier]),
    ]
    summary = _short(f"{face['title']}。{face['summary']}", WORDS_MOST[ticket.kind])
    return [*rows, Row("问题摘要", [summary], is_tall=True)]


def _lane(name):
    return name.replace("专项工作小组", "专班")


def _terms(face, *, strong="办结"):
    return [
        Row(
            TERM_NAMES.get(row["clock"], f"{row['clock']}期限"),
            [_said(row["due_on"]) + ("（暂定，节假日安排公布后确定）" if row.get("is_provisional") else "")],
            is_strong=row["clock"] == strong,
            note=f"（{row['moved']}）" if row.get("moved") else "",
        )
        for row in face.get("deadlines", [])
    ]


def _dispatch(face, ticket, user):
    wanted = [line.strip() for line in face.get("requirements", "").splitlines() if line.strip()] or list(
        USUAL_REQUIREMENTS
    )
    numbered = (
        wanted if any(line[0].isdigit() for line in wanted) else [f"{n}. {line}" for n, line in enumerate(wanted, 1)]
    )
    helpers = [f"{row['unit']}：{row['part']}" for row in face.get("co_handlers", []) if isinstance(row, dict)]
    signed = ticket.events.filter(kind=Action.SIGN).order_by("-pk").first()
    receipt = Row(
        "签　　收", [f"{signed.actor_label.split(' · ')[0]}　电子签收" if signed else "　"], second="签收时间",
        second_lines=[f"{datewords.document(signed.at)} {datewords.local(signed.at):%H:%M}" if signed else "　"],
    )  # fmt: skip
    return [
        Row("办理要求", numbered[:LINES_MOST], is_tall=True),
        Row("主　　办", [f"{face['to_unit']}：牵头办理，汇总协办意见并答复企业"]),
        *([Row("协　　办", helpers)] if helpers else []),
        *_terms(face),
        receipt,
    ]


def _urge(face, ticket, user):
    missed = [
        f"{row['clock']}：限 {_said(row['due_on'])}，已逾期 {row['days_late']} 天" for row in face.get("missed", [])
    ]
    reply = getattr(ticket, "reply", None)
    return [
        Row("原交办单", [face.get("dispatch_number") or "—"], second="第几次", second_lines=[f"第 {face.get('ordinal', ticket.ordinal)} 次催办"]),
        *([Row("逾期事项", missed, is_strong=True, is_tall=True)] if missed else []),
        *([Row("催办事由", [_short(face["reason"], 200)], is_tall=True)] if face.get("reason") else []),
        Row("办理要求", ["1. 立即补做上列事项；或", "2. 书面答复原因，写明承诺办成的日期，承诺即期限。"], is_tall=True),
        *_terms(face, strong="催办答复"),
        Row("未办原因", [_short(reply.text, 260) if reply else "　"], is_tall=True),
        Row("承诺日期", [datewords.document_week(reply.promised_on) if reply and reply.promised_on else "　"], second="答复时间",
            second_lines=[_answered(reply)]),
    ]  # fmt: skip


def _answered(reply):
    return f"{reply.replied_by}　{datewords.document(reply.replied_at)}" if reply else "　"


def _ticked(choices, chosen, *, skip=()):
    return "　".join(f"{TICKED if value == chosen else EMPTY}{label}" for value, label in choices if value not in skip)


def _inquiry(face, ticket, user):
    chain = [
        f"{row['kind']} {row['number']}（{row['issued_on']}{'，作废' if row.get('is_void') else ''}）"
        for row in face.get("chain", [])
    ]
    past = face.get("timeline", [])
    story = [f"{row['on'][5:10]} {row['what']}" for row in past]
    if len(story) > LINES_MOST * 2:
        story = [*story[:4], f"……（中间 {len(story) - 12} 步略）", *story[-8:]]
    result = getattr(ticket, "result", None)
    reply = getattr(ticket, "reply", None)
    finding = result.finding if result else face.get("finding")
    measure = result.measure if result else face.get("suggestion")
    rows = [
        Row("被问效单位", [face.get("lead") or (ticket.case.lead.name if ticket.case.lead_id else "—")], second="缘　　由",
            second_lines=[ticket.get_cause_display() or "活动办提出"]),
        Row("三单编号", chain or ["—"]),
        Row("办理经过", ["；".join(story) or "—"], is_tall=True),
        Row("认　　定", [_ticked(Finding.choices, finding)]),
        Row("事　　实", [_short(face.get("facts", ""), 260) or "—"], is_tall=True),
        Row("建　　议", [_ticked(Measure.choices, measure, skip={Measure.NONE})]),
        *_terms(face, strong="问效书面说明"),
        Row("书面说明", [_short(reply.text, 180) if reply else "　"]),
    ]  # fmt: skip
    if user.role != Role.CADRE:
        rows.append(Row("处理结果", [_result(result)]))
    return rows


def _result(result):
    if result is None:
        return "　"
    limit = f"，限 {datewords.document(result.measure_due_on)}" if result.measure_due_on else ""
    return _short(
        f"{result.get_measure_display()}{limit}（{datewords.document(result.recorded_at)}）{result.facts}", 160
    )
