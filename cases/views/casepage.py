"""问题页的各块：能办什么、三单链、企业和责任人、等着谁。每块按看的人给（R-03、R-28）。"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Q
from django.urls import NoReverseMatch, reverse

from cadres.enums import AssignmentRole, Role, UnitKind
from cadres.models import Assignment, Unit, User
from cases import queries, services
from cases.enums import Action, Clock, Nature, Status, TicketKind, TicketState
from cases.forms.wording import ONE_CLICK
from cases.models import Case, CommonIssue, Instruction
from cases.views.alike import endings
from cases.views.story import ICONS
from zhuqi import datewords

# The one blue button: what is owed now, before what may be done any time.
FIRST = (
    Action.APPROVE_INQUIRY_LEADER, Action.APPROVE_INQUIRY_OFFICE, Action.APPROVE_DISPATCH, Action.ANSWER_INQUIRY,
    Action.SIGN, Action.ANSWER_INSTRUCTION, Action.ANSWER_URGE, Action.CO_REPLY, Action.RATE, Action.SUPPLY, Action.ACCEPT, Action.DISPATCH,
    Action.PROPOSE, Action.UPHOLD, Action.GRANT_EXTENSION, Action.ARRANGE, Action.CALL_BACK, Action.PASS_REVIEW,
    Action.SHELVE, Action.RECORD_FINDING, Action.REPORT, Action.INSTRUCT,
)  # fmt: skip
# Without a draft there is nothing to approve: not worth a line.
NEEDS_NO_EXCUSE = frozenset({Action.APPROVE_INQUIRY_OFFICE, Action.APPROVE_INQUIRY_LEADER})
LABELS = {
    Action.ANSWER_INQUIRY: "写书面说明",
    Action.ANSWER_INSTRUCTION: "答复批示",
    Action.APPROVE_INQUIRY_LEADER: "批准问效",
    Action.CO_REPLY: "回协办意见",
}
OWN_PAGES = {Action.DISPATCH: "cases:dispatch", Action.PROPOSE: "cases:dispatch"}
HOME = {
    Role.UNIT: ("cases:inbox", "收件箱"),
    Role.OFFICE: ("cases:board", "调度台"),
    Role.ENTERPRISE: ("cases:firm_home", "我的诉求"),
    Role.CADRE: ("cases:today", "今日"),
    Role.SUPERVISOR: ("cases:supervision", "问效"),
}


@dataclass(frozen=True, slots=True)
class Button:
    """一个动作的按钮。"""

    action: Action
    label: str
    icon: str
    url: str
    is_one_click: bool = False
    is_own_page: bool = False


@dataclass(frozen=True, slots=True)
class Panel:
    """操作面板：主操作、其他能办的、不能办的和原因。"""

    main: Button | None
    others: list[Button]
    unable: list[Any]

    @property
    def is_empty(self):
        """一件也办不了，也没有要解释的。"""
        return not (self.main or self.others or self.unable)


@dataclass(frozen=True, slots=True)
class Sheet:
    """链上的一张单。"""

    ticket: Any
    title: str
    lines: list[str]
    mark: str = ""


def visible_case(user):
    """每页都要的外键一次取齐；别的用到才取：PostgreSQL 为十几个连接排一次计划要 10 毫秒，比逐个取还慢。"""
    return Case.objects.visible_to(user).select_related(
        "enterprise", "region", "category__parent", "lead", "reported_by"
    )


def panel_of(case, user, *, today):
    """按流程表给按钮（不看模板里的状态）。"""
    choices = services.options(case, user, today=today)
    buttons = {one.action: _button(case, one) for one in choices if one.is_allowed}
    main = next((buttons[action] for action in FIRST if action in buttons), None)
    others = [button for button in buttons.values() if button is not main]
    return Panel(main, others, [one for one in choices if not one.is_allowed and one.action not in NEEDS_NO_EXCUSE])


def _button(case, one):
    url, is_own = reverse("cases:act", args=[case.pk, one.action]), False
    if one.action == Action.RATE:
        waiting = case.evaluations.filter(rated_at__isnull=True, lapsed_at__isnull=True).first()
        if waiting:
            url, is_own = services.rating_link(waiting), True
    elif one.action in OWN_PAGES:
        own = address(OWN_PAGES[one.action], case.pk)
        url, is_own = (own, True) if own else (url, False)
    icon = ICONS.get(one.action, ICONS["note"])[0]
    label = LABELS.get(one.action, one.label)
    if one.action == Action.RECORD_ARREARS and hasattr(case, "arrears"):
        label = "更正欠款"
    return Button(one.action, label, icon, url, one.action in ONE_CLICK, is_own)


def address(name, *args):
    """别的应用的页面；这一版还没有就不给链接。"""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


def home_of(user):
    """从哪里来的，回哪里去。"""
    name, label = HOME.get(user.role, ("", ""))
    url = address(name) if name else ""
    return {"url": url, "label": label} if url else {"url": reverse("cases:list"), "label": "问题"}


def kin_of(case, user, *, events):
    """并入本件的、从本件拆出去的。

    从并案记录和经过里找主键：`merged_into` 几乎全空，数据库会为它扫全表。
    """
    merged = list(case.absorbed.filter(undone_at__isnull=True).values_list("case", flat=True))
    parts = [number for event in events if event.kind == Action.SPLIT for number in event.data.get("parts", ())]
    if not merged and not parts:
        return []
    found = Case.objects.visible_to(user).filter(Q(pk__in=merged) | Q(number__in=parts)).order_by("pk")
    return [("并入本件" if one.pk in merged else "拆出", one) for one in found]


def province_number_of(user, *, events):
    """省平台交办时带来的编号（R-65）：办的人对得上省里的，企业用不着。"""
    if user.role == Role.ENTERPRISE:
        return ""
    return next((event.data["province_number"] for event in events if event.data.get("province_number")), "")


def chain_of(case, user, *, events, rows):
    """蓝 → 黄 → 红（R-33）。拟稿只有活动办和领导看得到。"""
    tickets = queries.tickets_of(case, user).select_related("office", "to_unit", "reply", "result").order_by("pk")
    clocks = {row.ticket_id: row for row in rows if row.clock in {Clock.URGE_REPLY, Clock.INQUIRY_REPLY}}
    signed = {event.ticket_id: event for event in events if event.kind == Action.SIGN}
    return [_sheet(row, signed.get(row.pk), clocks.get(row.pk)) for row in tickets]


def _sheet(ticket, signed, clock):
    title = ticket.get_kind_display()
    if ticket.kind == TicketKind.URGE:
        title = f"{title} · 第 {ticket.ordinal} 次"
    if ticket.state in {TicketState.DRAFT, TicketState.DROPPED}:
        stage = "等主任同意" if not ticket.office_approved_at else "等分管领导批准"
        if ticket.kind == TicketKind.DISPATCH:
            stage = "等分管领导批准"
        said = stage if ticket.state == TicketState.DRAFT else f"不予签发　{ticket.void_reason}"
        return Sheet(ticket, title, [f"{datewords.md(ticket.drafted_at)} 拟稿", said], ticket.get_state_display())
    lines = [f"{datewords.md(ticket.issued_at)} 签发　{_purpose(ticket)}", _outcome(ticket, signed, clock)]
    if ticket.state == TicketState.VOID:
        return Sheet(ticket, title, [lines[0], f"{datewords.md(ticket.voided_at)} 作废"], "作废")
    return Sheet(ticket, title, lines)


def _purpose(ticket):
    if ticket.kind == TicketKind.DISPATCH:
        return str(ticket.office)
    if ticket.kind == TicketKind.URGE:
        missed = ticket.body.get("missed") or []
        return f"{missed[0]['clock']}逾期" if missed else "活动办催办"
    return f"送{ticket.to_unit}"


def _outcome(ticket, signed, clock):
    if ticket.kind == TicketKind.DISPATCH:
        return f"{datewords.md(signed.at)} 签收　{signed.actor_label.split(' · ')[0]}" if signed else "等待签收"
    if hasattr(ticket, "result"):
        return f"{datewords.md(ticket.result.recorded_at)} 认定　{ticket.result.get_measure_display()}"
    if hasattr(ticket, "reply"):
        promised = ticket.reply.promised_on
        return f"{datewords.md(ticket.reply.replied_at)} 答复" + (
            f"　承诺 {datewords.md(promised)}" if promised else ""
        )
    if clock is None:
        return "等待答复"
    if clock.met_at:
        return f"{datewords.md(clock.met_at)} 已补办"
    return f"{'书面说明' if ticket.kind == TicketKind.INQUIRY else '答复'}　限 {datewords.md(clock.due_on)}"


def people_of(case, user, *, events):
    """企业、干部、主办、协办。"""
    firm = case.enterprise
    cadre = (
        Assignment.objects.filter(enterprise=firm, role=AssignmentRole.LEAD, to_on__isnull=True)
        .select_related("cadre__unit")
        .first()
    )
    signer = next(
        (e.actor_label.split(" · ")[0] for e in events if e.kind == Action.SIGN and e.unit_id == case.lead_id), ""
    )
    head = (
        User.objects.filter(unit=case.lead_id, is_head=True, role=Role.UNIT, is_active=True).first()
        if case.lead_id
        else None
    )
    tags = ["规上"] if firm.is_above_scale else []
    listing = firm.whitelistings.filter(to_on__isnull=True).first()
    contact = firm.contacts.first()
    return {
        "firm": firm,
        "firm_url": address("enterprises:detail", firm.pk) if user.role != Role.ENTERPRISE else "",
        "tags": [*tags, *(tag.name for tag in firm.tags.all()), *([listing.get_level_display()] if listing else [])],
        "contact": contact,
        "reveal_url": address("cadres:reveal_contact", contact.pk) if contact else "",
        "cadre": cadre.cadre if cadre else None,
        "last_visit": firm.visits.first(),
        "signer": signer,
        "head": head,
        "helpers": list(case.co_handlings.select_related("unit")) if user.role != Role.ENTERPRISE else [],
    }


def issue_of(case, user):
    """这一件所在的共性问题；企业只知道由谁统一办理，看不到别家（R-03、R-31）。"""
    if case.nature != Nature.COMMON:
        return None
    row = case.issue_memberships.live().select_related("issue__lead").first()
    if row is None or user.role == Role.ENTERPRISE:
        return row and {"lead": row.issue.lead}
    is_seen = CommonIssue.objects.visible_to(user).filter(pk=row.issue_id).exists()
    return {"lead": row.issue.lead, "issue": row.issue if is_seen else None, "answered_at": row.answered_at}


@dataclass(frozen=True, slots=True)
class Debt:
    """欠款、已收回、一笔一笔。"""

    row: Any
    recoveries: list[Any]
    recovered: Any
    may_void: bool


def debt_of(case, panel):
    """清欠类的才有；没登记为 None。谁能登记回款谁能作废，和按钮同一来路。"""
    row = getattr(case, "arrears", None)
    if row is None:
        return None
    paid = list(row.recoveries.select_related("voided_by"))
    may = any(button.action == Action.RECORD_RECOVERY for button in [panel.main, *panel.others] if button)
    return Debt(row, paid, sum((one.amount for one in paid if one.voided_at is None), Decimal(0)), may)


def matters_of(case, user):
    """等着人决定的事，写在操作面板上面：要批什么、为什么。"""
    if user.role in {Role.ENTERPRISE, Role.CADRE}:
        return [("请企业补充", row.reason) for row in case.pauses.all() if row.resumed_at is None]
    found = []
    is_in_hand = case.status in {Status.HANDLING, Status.PAUSED}
    extension = case.extensions.filter(decided_at__isnull=True).first() if is_in_hand else None
    if extension:
        dates = f"{datewords.md(extension.old_due_on)} → {datewords.md(extension.new_due_on)}"
        found.append((f"申请延期 {extension.days} 天，{dates}", extension.reason))
    if case.status == Status.OBJECTED:
        objection = case.objections.filter(ruled_at__isnull=True).select_related("proper_unit", "signed_by").get()
        found.append((f"退单：认为应由{objection.proper_unit}办理", f"{objection.ground}（{objection.signed_by}签字）"))
    if case.needs_coordination:
        found += [("请求会商", row.matter) for row in case.coordinations.filter(answered_at__isnull=True)]
    if user.role in queries.DRAFT_READERS:
        found += [
            _draft_matter(draft) for draft in case.tickets.filter(state=TicketState.DRAFT).select_related("to_unit")
        ]
    return found


def _draft_matter(draft):
    if draft.kind == TicketKind.INQUIRY:
        return f"拟问效：{draft.get_cause_display()}", draft.body.get("facts", "")
    plan = draft.body.get("plan") or {}
    names = Unit.objects.in_bulk([pk for pk, _ in plan.get("co_handlers", [])])
    parts = [f"协办 {names[pk]}：{part}" for pk, part in plan.get("co_handlers", []) if pk in names]
    return f"拟由{draft.to_unit}主办", "\n".join([*parts, plan.get("requirements", "")]).strip()


def ratings_of(case, user):
    """这一件的评价：活动办、领导、督查和企业自己看得到，单位和干部看不到（R-28）。"""
    if user.role not in queries.RATERS:
        return []
    return list(case.evaluations.filter(rated_at__isnull=False))


def alike_of(case, user, *, today):
    """相似问题（怎么收的场）和判例。"""
    if user.role == Role.ENTERPRISE:
        return [], []
    found = endings(queries.similar_cases(case, user))
    return [(other, f"{other.region} · {said}") for other, said in found], _rulings(case, user)


def _rulings(case, user):
    """同类的判例两条；只连要显示的两个单位，别的连接在 PostgreSQL 上比查询本身还贵。"""
    if not case.category_id:
        return []
    found = queries.precedents(user, category=case.category).select_related(None).select_related("unit", "proper_unit")
    return [row for row in found[:2] if row.case_id != case.pk]


def watchers_of(case, user):
    """「谁能看到这条」：只给活动办（R-03 说成人话）。"""
    if user.role != Role.OFFICE:
        return []
    rows = [("企业", f"{case.enterprise}（只看公开的经过）")]
    cadres = Assignment.objects.filter(enterprise=case.enterprise_id, to_on__isnull=True).select_related("cadre")
    rows.append(("干部", "、".join(str(one.cadre) for one in cadres) or "没有包联干部"))
    units = [str(case.lead)] if case.lead_id else []
    units += [str(one.unit) for one in case.co_handlings.select_related("unit")]
    rows.append(("单位", "、".join(units) or "还没有交办"))
    if case.lane_id:
        rows.append(("专班", str(case.lane)))
    offices = Unit.objects.filter(kind=UnitKind.OFFICE, is_active=True)
    home = offices.filter(region__in=filter(None, (case.region_id, case.region.parent_id)))
    rows.append(("活动办", "、".join(["市活动办", *(str(one) for one in home)])))
    if case.category and case.category.is_arrears:
        group = Unit.objects.filter(is_arrears_group=True, is_active=True)
        rows.append(("清欠联席", "、".join(str(one) for one in group) or "还没有定"))
    rows.append(("其他", "市领导、督查；本县（市、区）的领导"))
    return rows


def instructions_of(case, user, *, events):
    """本件的批示和答复，没答的在前；账本里没有批示就不问。"""
    if not any(event.kind == Action.INSTRUCT for event in events):
        return []
    rows = Instruction.objects.filter(case=case).select_related("leader", "answered_by__unit")
    return sorted(rows.order_by("-given_at", "-pk"), key=lambda row: row.answered_at is not None)
