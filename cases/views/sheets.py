"""调度台各块的材料：队列栏、列表的行、右侧预览。"""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from cadres.enums import AssignmentRole
from cases import queries, services
from cases.enums import Action, Clock, Status, TicketState
from cases.forms.actions import form_for
from cases.services import board as queues
from cases.services import due_work, suggestions
from cases.services.dispatch import DispatchPlan
from zhuqi import datewords
from zhuqi.kernel.errors import DomainError
from zhuqi.kernel.pagination import page_of

SIZE = 50
BULK = frozenset({"reported", "accepted"})
# Actions decided on one sheet: the same words go with whichever button is pressed. The first form is the one shown.
TOGETHER = (
    (Action.UPHOLD, Action.REJECT),
    (Action.DENY_EXTENSION, Action.GRANT_EXTENSION),
    (Action.RETURN_REVIEW, Action.PASS_REVIEW, Action.SHELVE),
    (Action.DROP_INQUIRY, Action.APPROVE_INQUIRY_OFFICE),
    (Action.DROP_INQUIRY, Action.APPROVE_INQUIRY_LEADER),
    (Action.RETURN_DISPATCH, Action.APPROVE_DISPATCH),
)
TITLES = {
    Action.UPHOLD: "裁定退单",
    Action.REJECT: "裁定退单",
    Action.DENY_EXTENSION: "批不批延期",
    Action.GRANT_EXTENSION: "批不批延期",
    Action.RETURN_REVIEW: "审核办结",
    Action.PASS_REVIEW: "审核办结",
    Action.SHELVE: "审核办结",
    Action.DROP_INQUIRY: "问不问效",
    Action.APPROVE_INQUIRY_OFFICE: "问不问效",
    Action.APPROVE_INQUIRY_LEADER: "问不问效",
    Action.RETURN_DISPATCH: "批不批这个交办方案",
    Action.APPROVE_DISPATCH: "批不批这个交办方案",
}
# Nobody is nudged towards one side of a ruling.
EVEN = frozenset({Action.UPHOLD, Action.REJECT})
FOOT_WORDS = 10
# What a queue is for: its form stands open.
NATURAL = {
    "reported": Action.ACCEPT, "objected": Action.UPHOLD, "submitted": Action.RETURN_REVIEW,
    "extension": Action.DENY_EXTENSION, "coordination": Action.ARRANGE, "inquiry": Action.DROP_INQUIRY,
    "call_back": Action.CALL_BACK, "instruction": Action.ANSWER_INSTRUCTION,
}  # fmt: skip
BY_DRAWER = frozenset({Action.DISPATCH, Action.PROPOSE})
ICONS = {
    Action.ACCEPT: "check", Action.REFUSE: "circle-x", Action.MERGE: "git-merge", Action.UNMERGE: "git-merge",
    Action.SPLIT: "copy", Action.CLASSIFY: "tag", Action.DISPATCH: "send", Action.PROPOSE: "send",
    Action.UPHOLD: "scale", Action.REJECT: "scale", Action.URGE: "bell-ringing", Action.ARRANGE: "users-group",
    Action.PASS_REVIEW: "checks", Action.SHELVE: "archive", Action.RETURN_REVIEW: "arrow-back-up",
    Action.GRANT_EXTENSION: "calendar-check", Action.DENY_EXTENSION: "calendar-off", Action.CALL_BACK: "phone",
    Action.ANSWER_INSTRUCTION: "pencil", Action.DRAFT_INQUIRY: "file-pencil", Action.VOID_TICKET: "trash",
}  # fmt: skip
# What is owed now comes first; what may be done any time follows.
FIRST = (
    Action.ACCEPT, Action.DISPATCH, Action.PROPOSE, Action.UPHOLD, Action.PASS_REVIEW, Action.SHELVE,
    Action.GRANT_EXTENSION, Action.ARRANGE, Action.CALL_BACK, Action.APPROVE_INQUIRY_OFFICE, Action.MERGE, Action.URGE,
    Action.REFUSE, Action.REJECT, Action.RETURN_REVIEW, Action.DENY_EXTENSION, Action.DROP_INQUIRY,
)  # fmt: skip
KEYS = {Action.ACCEPT: "a", Action.DISPATCH: "d", Action.PROPOSE: "d"}


@dataclass(frozen=True, slots=True)
class FirmTold:
    """指派一家的结果。"""

    firm: Any
    problem: str = ""

    @property
    def is_done(self):
        """办成了。"""
        return not self.problem


@dataclass(frozen=True, slots=True)
class Row:
    """列表的一行。"""

    case: Any
    due_on: Any
    sub: str = ""
    unit: Any = None
    today: Any = None
    guess: Any = None

    @property
    def is_urgent(self):
        """今天到期或已过。"""
        return self.due_on is not None and self.due_on <= self.today

    @property
    def category(self):
        """第一级类别，没定的是猜的。"""
        found = self.case.category or self.guess
        return found.parent if found and found.parent_id else found


@dataclass(frozen=True, slots=True)
class Button:
    """一个能按的动作。"""

    action: Any
    label: str
    url: str
    icon: str
    key: str = ""
    is_drawer: bool = False


def menu(counts, current, today):
    """左侧队列：分组、名称、数、颜色。"""
    run_on = queues.next_run(today)
    groups: dict[str, list] = {"": [], "预警": [], "今天": []}
    for queue in queues.QUEUES:
        label = (f"{_run_day(run_on, today)} 09:00", "将发催办") if queue.key == "urges" else (queue.label,)
        groups[queue.group].append(_entry(queue.key, label, counts, current, queue.tone))
    groups[""].append(_entry(queues.ISSUES, ("共性待确认",), counts, current, ""))
    groups["预警"].append(_entry(queues.UNCOVERED, ("无包联企业",), counts, current, ""))
    return [{"title": title, "entries": entries} for title, entries in groups.items()]


def _run_day(day, today):
    return "明日" if (day - today).days == 1 else datewords.md(day)


def _entry(key, label, counts, current, tone):
    n = counts[key]
    is_current = key == current
    shown = tone if n and tone else ("work" if n and is_current else "")
    return {"key": key, "lines": label, "label": "".join(label), "count": n, "tone": shown, "current": is_current}


def listing(request, queue, narrowing, *, today):
    """列表一页：行、几件、今天到期几件。"""
    if queue.key == "urges":
        return _urge_listing(request, queue, narrowing, today)
    rows = narrowing.narrow(queues.cases_in(queue, request.user, today=today))
    page = page_of(rows.for_list().select_related("category__parent"), request.GET.get("page"), size=SIZE)
    dates = queues.due_dates(queue, page.object_list, today=today)
    urgent = queues.urgent_count(queue, rows, today=today) if page.paginator.count else 0
    guesses = suggestions.guessed_categories(page.object_list)
    return {
        "queue": queue, "page": page, "urgent_count": urgent, "has_bulk": queue.key in BULK,
        "rows": [Row(case, dates.get(case.pk), today=today, guess=guesses.get(case.pk)) for case in page.object_list],
    }  # fmt: skip


def _urge_listing(request, queue, narrowing, today):
    cases = narrowing.narrow(queues.cases_in(queue, request.user, today=today))
    page = page_of(queues.urge_slips(cases, today=today), request.GET.get("page"), size=SIZE)
    slips = list(page.object_list)
    steps = queues.urge_steps(slips, today=today)
    found = cases.for_list().select_related("category__parent").in_bulk([slip["case"] for slip in slips])
    rows = [_urge_row(slip, found[slip["case"]], steps, today) for slip in slips]
    return {"queue": queue, "page": page, "rows": rows, "urgent_count": 0, "run_on": queues.next_run(today)}


def _urge_row(slip, case, steps, today):
    rows = steps[slip["case"], slip["holder"]]
    said = "、".join(f"{row.get_clock_display()}限 {datewords.md(row.due_on)}" for row in rows)
    return Row(case, slip["first_on"], f"{rows[0].holder} · {said}", rows[0].holder, today)


def urge_words(case, *, today):
    """到下一次 09:00，这件会因为什么被催。"""
    rows = due_work.missed_steps(queues.next_run(today)).filter(case=case).select_related("holder")
    return [f"{row.holder} {row.get_clock_display()}限 {datewords.md(row.due_on)}" for row in rows]


def side(request, case, *, today, queue="", form=None):
    """预览：案件、能做什么、这一步要看的材料、建议、相似。"""
    over = form if form is not None and form.is_over else None
    form = None if over else form
    user, queue = request.user, queue or request.POST.get("queue", "") or request.GET.get("queue", "")
    options = services.options(case, user, today=today)
    able = {option.action: option for option in sorted(options, key=_rank) if option.is_allowed}
    if form is None and not over and NATURAL.get(queue) in able:
        form = _natural_form(case, user, NATURAL[queue])
    buttons = [_button(case, option, queue) for option in able.values() if not form or option.action != form.action]
    return {
        "case": case, "q": queue, "form": form, "over": over, "form_title": TITLES.get(form.action, form.said.title) if form else "",
        "is_even": bool(form and form.action in EVEN), "matter": matter(case), "firm": firm_facts(case),
        "answers": _answers(case, able, form, queue) if form else [],
        "buttons": buttons, "has_main": bool(buttons) and buttons[0].action in FIRST, "foot_count": _fitting(buttons),
        "cannot": [option for option in options if not option.is_allowed],
        "advice": advice(case, user, today=today),
        "similar": queries.similar_cases(case, user) if case.is_open else [],
        "files": list(case.attachments.order_by("pk")[:6]), "urged_for": urge_words(case, today=today) if queue == "urges" else [],
    }  # fmt: skip


def _fitting(buttons):
    """底栏放得下几个按钮，其余进“更多”。"""
    return 3 if sum(len(one.label) for one in buttons[:3]) <= FOOT_WORDS else 2


def _rank(option):
    return FIRST.index(option.action) if option.action in FIRST else len(FIRST)


def _natural_form(case, user, action):
    category = suggestions.guessed_category(case) if action == Action.ACCEPT else None
    form = form_for(action)(case=case, user=user)
    if category is not None:
        form.initial["category"] = category.pk
    return form


def _answers(case, able, form, queue):
    """这张表单底下的按钮：一起定的几个动作各一个，主要的排在前面。"""
    group = next((set_ for set_ in TOGETHER if form.action in set_ and able.keys() & set(set_)), (form.action,))
    actions = [action for action in reversed(group) if action in able] or [form.action]
    return [_button(case, able.get(action) or form.action, queue) for action in actions]


def _button(case, option, queue):
    action = getattr(option, "action", option)
    name = "cases:dispatch" if action in BY_DRAWER else "cases:board_act"
    args = [case.pk] if action in BY_DRAWER else [case.pk, action.value]
    query = f"?queue={queue}" if queue else ""
    return Button(
        action, action.label, reverse(name, args=args) + query, ICONS.get(action, "file-text"),
        KEYS.get(action, ""), action in BY_DRAWER,
    )  # fmt: skip


def matter(case):
    """这一步要看的材料：退单、延期、协调、申报、差评、待批的单。"""
    drafts = case.tickets.filter(state=TicketState.DRAFT).select_related("office_approved_by")
    found: dict[str, Any] = {"drafts": list(drafts)}
    if case.status == Status.OBJECTED:
        rows = case.objections.filter(ruled_at__isnull=True).select_related("unit", "proper_unit", "signed_by")
        found["objection"] = rows.first()
    if case.status == Status.SUBMITTED:
        found["submission"] = case.submissions.select_related("submitted_by__unit").first()
        found["reviews"] = list(case.reviews.filter(has_passed=False)[:2])
    if case.status in {Status.HANDLING, Status.PAUSED}:
        found["extension"] = case.extensions.filter(decided_at__isnull=True).select_related("asked_by").first()
    if case.needs_coordination:
        found["coordination"] = case.coordinations.filter(answered_at__isnull=True).select_related("unit").first()
    if case.bad_rating_count:
        found["bad_rating"] = case.evaluations.filter(called_back_at__isnull=True, satisfaction__lte=2).first()
    return found


def firm_facts(case):
    """企业：规上、标签、白名单、联系人、牵头干部。"""
    firm = case.enterprise
    listed = firm.whitelistings.filter(to_on__isnull=True).first()
    facts = ["规上"] * firm.is_above_scale + [tag.name for tag in firm.tags.all()[:3]]
    lead = firm.assignments.filter(role=AssignmentRole.LEAD, to_on__isnull=True).select_related("cadre__unit").first()
    return {
        "facts": " · ".join(facts + ([listed.get_level_display()] if listed else [])),
        "contact": firm.contacts.first(), "cadre": lead.cadre if lead else None,
    }  # fmt: skip


def advice(case, user, *, today):
    """待受理、待交办的：建议谁主办、几级、哪天前办结。"""
    if case.status not in {Status.REPORTED, Status.ACCEPTED}:
        return None
    category = suggestions.guessed_category(case)
    records = suggestions.lead_records(category, user)
    plan = DispatchPlan(category, case.tier, case.nature, records[0].unit if records else None)
    try:
        terms = dict(services.preview_terms(plan, today=today, case=case))
    except DomainError:
        terms = {}
    return {"category": category, "lead": records[0] if records else None, "resolve": terms.get(Clock.RESOLVE)}
