"""唯一的写手 `perform`：合法性来自流程表，改写用比较并交换，每一步都记进账本。"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import TextChoices
from django.utils import timezone

from cadres.enums import Role
from cadres.models import Unit, User
from cases.enums import ENDED, Action, Clock, Status
from cases.models import Case, CaseEvent, Ticket
from cases.rules.workflow import TRANSITIONS, Relation, Transition, is_theirs
from cases.services import clocks, guards
from cases.services.answering import settle_urges
from cases.services.attachments import keep_files
from cases.services.standing import SYSTEM, relation
from zhuqi.kernel.errors import Conflict, DomainError, NotPermitted
from zhuqi.kernel.uploads import Upload

NOTE_MOST = 4000
# What nearly every step reads. No more: PostgreSQL plans each further join anew at every step.
WITH_CASE = ("enterprise", "lead", "office", "rule_set")
# The firm reads its own case; these steps are between offices and units.
INTERNAL = frozenset(
    {
        Action.CLASSIFY, Action.PROPOSE, Action.RETURN_DISPATCH, Action.OBJECT, Action.UPHOLD, Action.REJECT,
        Action.ASK_EXTENSION, Action.DENY_EXTENSION, Action.COORDINATE, Action.ARRANGE, Action.CO_REPLY,
        Action.RETURN_REVIEW, Action.URGE, Action.ANSWER_URGE, Action.DRAFT_INQUIRY, Action.APPROVE_INQUIRY_OFFICE,
        Action.APPROVE_INQUIRY_LEADER, Action.DROP_INQUIRY, Action.ANSWER_INQUIRY, Action.RECORD_FINDING,
        Action.INSTRUCT, Action.VOID_TICKET, Action.CALL_BACK, Action.ANSWER_INSTRUCTION, Action.LOOK_BACK,
        Action.JOIN_COMMON, Action.LEAVE_COMMON, Action.RESOLVE_MEETING, Action.MARK_GAP,
    }
)  # fmt: skip


@dataclass
class Step:
    """正在走的一步。处理函数读它的材料，把要改的字段放进 `changes`、要记的放进 `data`。"""

    case: Case
    action: Action
    actor: Any
    at: datetime
    note: str = ""
    files: tuple[Upload, ...] = ()
    details: dict[str, Any] = field(default_factory=dict)
    changes: dict[str, Any] = field(default_factory=dict)
    data: dict[str, Any] = field(default_factory=dict)
    ticket: Ticket | None = None
    target: Status | None = None
    starts: tuple[Clock, ...] = ()
    promised_on: date | None = None
    signature: str = ""
    # 到点执行成批取来、刚按前提选出的案件：不再逐件重取和查前提，修订号与期限的比较并交换守住它（R-41）。
    is_selected: bool = False
    # What the rules demand right after this step (a second 催办 proposes a 问效), in the same transaction.
    then: list[Callable[[], object]] = field(default_factory=list)

    @property
    def today(self) -> date:
        """北京时间的日期。"""
        return clocks.local_day(self.at)

    @property
    def row(self) -> Transition:
        """流程表里的这一行。"""
        return TRANSITIONS[self.action]

    def detail(self, name: str, asked: str) -> Any:
        """取一项必填材料；没有就说清缺什么。"""
        value = self.details.get(name)
        if value in (None, "", (), []):
            raise DomainError(f"请填写{asked}。")
        return value


Handler = Callable[[Step], None]
HANDLERS: dict[Action, Handler] = {}


Choice = TypeVar("Choice", bound=TextChoices)


def chosen(choices: type[Choice], value: Any, asked: str) -> Choice:
    """一个选项；不在其中的是 DomainError，不是程序出错。"""
    if value not in choices.values:
        raise DomainError(f"没有这种{asked}，请重新选择。")
    return choices(value)


def handles(*actions: Action) -> Callable[[Handler], Handler]:
    """登记一个动作的处理函数；没有额外事情的动作不必登记。"""

    def register(handler: Handler) -> Handler:
        HANDLERS.update(dict.fromkeys(actions, handler))
        return handler

    return register


def perform(  # noqa: PLR0913 - the one door
    case: Case,
    action: Action,
    *,
    actor: User | None,
    at: datetime,
    revision: int | str | None = None,
    note: str = "",
    files: Iterable[Upload] = (),
    **details: Any,
) -> Case:
    """把案件走一步（R-20）：查权、查状态、比较并交换、处理、了结与开出期限、记账。

    `actor` 为 None 表示到点自动。`revision` 来自表单：页面旧了就是 Conflict。
    错误：NotPermitted（不归你）、Conflict（有人先办了）、DomainError（规则不许，什么也没改）。
    """
    step = Step(case, Action(action), actor, at, note=(note or "").strip(), files=tuple(files), details=details)
    return walk(step, revision=revision)


def walk(step: Step, *, who: Relation | None = None, revision: int | str | None = None) -> Case:
    """`perform` 的里面；`who` 只在凭链接而不凭登录时给出（R-28）。"""
    with transaction.atomic():
        if not step.is_selected:
            step.case = Case.objects.select_related(*WITH_CASE).get(pk=step.case.pk)
        if who is None:
            who = SYSTEM if step.actor is None else relation(step.actor, step.case)
        _check(step, who, revision)
        _claim(step)
        handler = HANDLERS.get(step.action)
        if handler:
            handler(step)
        _settle(step)
        for follow in step.then:
            follow()
        if step.then:
            step.case.refresh_from_db(fields=["revision"])
        return step.case


def _check(step: Step, who: Relation, revision: int | str | None) -> None:
    case, action = step.case, step.action
    if not is_theirs(action, who):
        # Another office's dispatch also moves the case out of one's hands: say that it moved on, not "not yours".
        if who.is_visible and who.role in step.row.roles and case.status not in step.row.sources:
            raise Conflict(_who_was_first(step))
        raise NotPermitted(f"「{action.label}」不归您办理。")
    if revision is not None and str(revision) != str(case.revision):
        raise Conflict(_who_was_first(step))
    if case.status not in step.row.sources:
        said = case.status_told(step.actor)[1]
        raise Conflict(f"这件事现在是“{said}”，不能{action.label}。" + _who_was_first(step))
    blocker = not step.is_selected and guards.blocker(case, action, today=step.today, unit=step.details.get("to_unit"))
    if blocker:
        # What stops an automatic step (催办, 拟问效) is that another process has just done it.
        raise Conflict(blocker) if step.actor is None else DomainError(blocker)
    if step.row.needs_note and not step.note:
        raise DomainError(f"请写明{guards.note_name(action)}。")
    if len(step.note) > NOTE_MOST:
        raise DomainError(f"文字太长：最多 {NOTE_MOST} 字，现在 {len(step.note)} 字。")


def _who_was_first(step: Step) -> str:
    """谁先办了什么；企业只听得到公开的那一步，谁去回头看的谁也听不到（R-30）。"""
    rows = step.case.events.exclude(kind=Action.LOOK_BACK).order_by("-pk")
    is_firm = step.actor is not None and step.actor.role == Role.ENTERPRISE
    last = (rows.filter(is_public=True) if is_firm else rows).first()
    if last is None:
        return "请刷新后再看。"
    local = timezone.localtime(last.at)
    return f"{local:%m-%d %H:%M} {last.actor_label}已经{last.get_kind_display()}，请看过最新情况再办。"


def _claim(step: Step) -> None:
    """比较并交换：谁先改了修订号谁办，另一个得到 Conflict。"""
    case = step.case
    step.target = step.row.lands_on(Status(case.status))
    step.starts = step.row.starts
    claimed = Case.objects.filter(pk=case.pk, revision=case.revision, status=case.status).update(
        revision=case.revision + 1
    )
    if not claimed:
        raise Conflict(_who_was_first(step))
    case.revision += 1


def _settle(step: Step) -> None:
    """处理完：写案件、了结期限、开新期限、记账、重算下一期限。"""
    case, before = step.case, step.case.status
    step.changes["status"] = step.target
    for name, value in step.changes.items():
        setattr(case, name, value)
    clocks.meet(case, step.row.meets, at=step.at, holder=_met_holder(step))
    if step.target in ENDED:
        # What is over owes nothing any more, except the report a 问效建议单 has asked for.
        clocks.void_clocks(case, at=step.at, clocks=frozenset(Clock) - {Clock.INQUIRY_REPLY})
    for clock in step.starts:
        clocks.open_clock(case, clock, at=step.at, ticket=step.ticket, promised_on=step.promised_on)
    if step.row.meets or step.action == Action.VOID_TICKET:
        settle_urges(case, at=step.at)
    case.next_due_on, case.next_clock = clocks.next_due(case)
    case.save(update_fields=[*(name.removesuffix("_id") for name in step.changes), "next_due_on", "next_clock"])
    event = record(
        case, step.action, actor=step.actor, at=step.at, note=step.note, data=step.data, ticket=step.ticket,
        before=before, signature=step.signature,
    )  # fmt: skip
    keep_files(case, step.files, event=event, actor=step.actor, at=step.at)


def _met_holder(step: Step) -> Unit | None:
    """协办意见、催办答复只了结自己那一份（R-26、R-36）。"""
    return step.actor.unit if step.action in {Action.CO_REPLY, Action.ANSWER_URGE} else None


def record(  # noqa: PLR0913 - one ledger row
    case: Case,
    kind: str,
    *,
    actor: User | None,
    at: datetime,
    note: str = "",
    data: dict[str, Any] | None = None,
    ticket: Ticket | None = None,
    before: str = "",
    signature: str = "",
) -> CaseEvent:
    """账本加一行；通知由发件箱的读取者送出（架构第 6 条）。"""
    return CaseEvent.objects.create(
        case=case,
        kind=kind,
        at=at,
        actor=actor,
        actor_label=signature or label_of(actor),
        unit=actor.unit if actor is not None else None,
        status_before=before,
        status_after=case.status,
        note=note,
        data=data or {},
        ticket=ticket,
        is_public=kind not in INTERNAL,
    )


def label_of(actor: User | None) -> str:
    """账本上的署名：姓名 · 单位；到点自动的写“系统”。"""
    if actor is None:
        return "系统"
    place = actor.enterprise.name if actor.role == Role.ENTERPRISE and actor.enterprise else (actor.unit or "")
    return f"{actor.name} · {place}" if place else actor.name
