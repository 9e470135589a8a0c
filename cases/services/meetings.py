"""筹备一次会（R-55）：时间、主持、议程；定稿以后议程和当时的情况都不再改。"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, Max
from django.urls import reverse

from cadres.enums import Role
from cadres.models import User
from cadres.services.notices import notify
from cases.enums import AgendaReason, MeetingKind, MeetingState
from cases.models import AgendaItem, Case, Meeting
from cases.rules.agenda import Candidate
from cases.services import clocks
from cases.services.agenda import propose_agenda
from cases.services.agenda_facts import facts_of
from zhuqi import datewords
from zhuqi.kernel.errors import Conflict, DomainError, InvalidInput, NotPermitted

TITLE_MOST = 120
MOVES = {"up": -1, "down": 1}


@dataclass(frozen=True, slots=True)
class MeetingPlan:
    """一次会：哪种、几时、在哪里、谁主持。"""

    kind: str
    held_at: datetime
    place: str = ""
    chair: User | None = None


def demand_organiser(meeting: Meeting, actor: User) -> None:
    """只有召集的活动办筹备、记录、印发（R-04：角色不是归属）。"""
    if actor.role != Role.OFFICE or actor.unit_id != meeting.office_id:
        raise NotPermitted(f"这次会由{meeting.office}筹备和记录。")


def demand_office(actor: User) -> None:
    """会由活动办召集。"""
    if actor.role != Role.OFFICE or not actor.unit_id:
        raise NotPermitted("会议由活动办筹备。")


@transaction.atomic
def plan_meeting(plan: MeetingPlan, *, actor: User, at: datetime, cases: Iterable[Case] = ()) -> Meeting:
    """筹备一次会，议程随即从数据里提出；会商可以带着选定的几件来。

    错误：NotPermitted；InvalidInput（时间已过、主持不合）；Conflict（同一时间已有一次）。
    """
    demand_office(actor)
    meeting = Meeting(office=actor.unit, made_at=at, made_by=actor)
    _take(meeting, plan, at)
    _write(meeting)
    picked = [Candidate(_picked_reason(case), case.title, case=case.pk) for case in cases]
    _append(meeting, picked or propose_agenda(meeting, today=clocks.local_day(at)))
    return meeting


@transaction.atomic
def change_meeting(meeting: Meeting, plan: MeetingPlan, *, actor: User, at: datetime, revision: Any = None) -> Meeting:
    """改时间、地点、主持；定稿以后不改。"""
    demand_organiser(meeting, actor)
    claim(meeting, MeetingState.PLANNED, revision=revision)
    _take(meeting, plan, at)
    _write(meeting)
    return meeting


def _take(meeting: Meeting, plan: MeetingPlan, at: datetime) -> None:
    errors: dict[str, list[str]] = {}
    if plan.kind not in MeetingKind.values:
        errors["kind"] = ["请选择开哪种会。"]
    if clocks.local_day(plan.held_at) < clocks.local_day(at):
        errors["held_on"] = ["开会日期已经过去，请改成今天以后的。"]
    chair = plan.chair
    if chair is not None and not _may_chair(chair, meeting):
        errors["chair"] = [f"{chair.name}不是本级的领导，请另选主持。"]
    if errors:
        raise InvalidInput("还有要改的：" + "".join(words for said in errors.values() for words in said), errors)
    meeting.kind, meeting.held_at, meeting.place, meeting.chair = plan.kind, plan.held_at, plan.place.strip(), chair


def _may_chair(chair: User, meeting: Meeting) -> bool:
    """市里的会由市领导主持；县里的会由本县领导或市领导主持。"""
    if chair.role != Role.LEADER or not chair.is_active:
        return False
    return chair.sees_everything or meeting.office.region_id in (chair.region_ids or ())


def _write(meeting: Meeting) -> None:
    try:
        with transaction.atomic():
            meeting.save()
    except IntegrityError:
        said = f"{datewords.md(meeting.held_at)} 这个时间已经有一次{meeting.get_kind_display()}。"
        raise Conflict(said) from None


def claim(meeting: Meeting, state: str, /, *, revision: Any = None, **changes: Any) -> None:
    """比较并交换：会还在这一步、页面没有旧，才动；改完把会换成新的。错误：Conflict。"""
    expected = meeting.revision if revision in (None, "") else int(revision)
    rows = Meeting.objects.filter(pk=meeting.pk, state=state, revision=expected)
    if not rows.update(revision=F("revision") + 1, **changes):
        raise Conflict(_moved_on(meeting, state))
    meeting.refresh_from_db()


def _moved_on(meeting: Meeting, expected: str) -> str:
    now = Meeting.objects.get(pk=meeting.pk)
    if now.state != expected:
        return f"这次会现在是“{now.get_state_display()}”，刚刚有人先办了，请看过再办。"
    return "刚刚有人改过这次会，请看过最新的再存。"


@transaction.atomic
def cancel_meeting(meeting: Meeting, *, actor: User, at: datetime, revision: Any = None) -> None:
    """不开了。印发过的不能取消。"""
    demand_organiser(meeting, actor)
    if meeting.state not in {MeetingState.PLANNED, MeetingState.FROZEN}:
        raise DomainError("这次会的纪要已经印发或已取消。")
    claim(meeting, meeting.state, revision=revision, state=MeetingState.CANCELLED)


# --- 议程 ---------------------------------------------------------------------------------------------------------
@transaction.atomic
def propose_more(meeting: Meeting, *, actor: User, at: datetime, revision: Any = None) -> int:
    """从数据里再提一遍；已经在议程上的不动，删掉的会回来。返回添了几项。"""
    demand_organiser(meeting, actor)
    claim(meeting, MeetingState.PLANNED, revision=revision)
    return _append(meeting, propose_agenda(meeting, today=clocks.local_day(at)))


@transaction.atomic
def add_case(meeting: Meeting, case: Case, *, actor: User, at: datetime, revision: Any = None) -> None:
    """按编号添一件。县里的会只议本县（市、区）的。"""
    demand_organiser(meeting, actor)
    if not Case.objects.visible_to(actor).filter(pk=case.pk).exists():
        raise NotPermitted("这件事不归本活动办。")
    if meeting.items.filter(case=case).exists():
        raise DomainError(f"{case.number} 已经在议程上。")
    claim(meeting, MeetingState.PLANNED, revision=revision)
    _append(meeting, [Candidate(_picked_reason(case), case.title, case=case.pk)])


@transaction.atomic
def add_topic(meeting: Meeting, title: str, *, actor: User, at: datetime, revision: Any = None) -> None:
    """添一个不对着哪一件的题目。"""
    demand_organiser(meeting, actor)
    title = title.strip()
    if not title or len(title) > TITLE_MOST:
        raise InvalidInput(f"请写议题，最多 {TITLE_MOST} 字。", {"topic": [f"请写议题，最多 {TITLE_MOST} 字。"]})
    claim(meeting, MeetingState.PLANNED, revision=revision)
    _append(meeting, [Candidate(AgendaReason.BY_HAND, title)])


@transaction.atomic
def remove_item(item: AgendaItem, *, actor: User, at: datetime, revision: Any = None) -> None:
    """拿掉一项。"""
    meeting = item.meeting
    demand_organiser(meeting, actor)
    claim(meeting, MeetingState.PLANNED, revision=revision)
    AgendaItem.objects.filter(pk=item.pk, meeting=meeting).delete()
    _number(list(meeting.items.all()))


@transaction.atomic
def move_item(item: AgendaItem, way: str, *, actor: User, at: datetime, revision: Any = None) -> None:
    """上移、下移一位；到头了不动。"""
    meeting = item.meeting
    demand_organiser(meeting, actor)
    if way not in MOVES:
        raise DomainError("只能上移或下移。")
    claim(meeting, MeetingState.PLANNED, revision=revision)
    rows = list(meeting.items.all())
    here = next((place for place, row in enumerate(rows) if row.pk == item.pk), None)
    there = None if here is None else here + MOVES[way]
    if here is not None and there is not None and 0 <= there < len(rows):
        rows[here], rows[there] = rows[there], rows[here]
    _number(rows)


def _picked_reason(case: Case) -> AgendaReason:
    return AgendaReason.COORDINATION if case.needs_coordination else AgendaReason.BY_HAND


def _append(meeting: Meeting, candidates: Sequence[Candidate]) -> int:
    last = meeting.items.aggregate(last=Max("ordinal"))["last"] or 0
    AgendaItem.objects.bulk_create(
        AgendaItem(
            meeting=meeting, ordinal=last + place, reason=one.reason, case_id=one.case, issue_id=one.issue,
            title=one.title[:TITLE_MOST],
        )
        for place, one in enumerate(candidates, start=1)
    )  # fmt: skip
    return len(candidates)


def _number(rows: Sequence[AgendaItem]) -> None:
    for place, row in enumerate(rows, start=1):
        row.ordinal = place
    AgendaItem.objects.bulk_update(rows, ["ordinal"])


@transaction.atomic
def freeze_agenda(meeting: Meeting, *, actor: User, at: datetime, revision: Any = None) -> Meeting:
    """议程定稿：当时的情况定格在每一项里，会前再变也看得出变了什么。"""
    demand_organiser(meeting, actor)
    if not meeting.items.exists():
        raise DomainError("议程是空的，没有要定稿的；先添议题，或者取消这次会。")
    claim(
        meeting, MeetingState.PLANNED, revision=revision, state=MeetingState.FROZEN, frozen_at=at, frozen_by=actor
    )  # fmt: skip
    items = list(meeting.items.select_related("case", "issue"))
    for item, facts in zip(items, facts_of(items, today=clocks.local_day(at)), strict=True):
        item.facts = facts
    AgendaItem.objects.bulk_update(items, ["facts"])
    _tell(meeting, items, at=at)
    return meeting


def _tell(meeting: Meeting, items: Sequence[AgendaItem], *, at: datetime) -> None:
    """主持的领导知道议程定了；各主办单位知道自己哪几件要上会，好带着意见来。"""
    key, when = f"meeting:{meeting.pk}:frozen", f"{datewords.md_week(meeting.held_at)} {meeting.place}".strip()
    if meeting.chair is not None:
        url = reverse("cases:meeting", args=[meeting.pk])
        notify([meeting.chair], key, f"议程已定：{name_of(meeting)}，{len(items)} 项", at=at, body=when, url=url)
    theirs: dict[int, list[Case]] = defaultdict(list)
    for item in items:
        if item.case is not None and item.case.lead_id:
            theirs[item.case.lead_id].append(item.case)
    people: dict[int, list[User]] = defaultdict(list)
    for user in User.objects.filter(unit__in=theirs, role=Role.UNIT, is_active=True):
        people[user.unit_id or 0].append(user)
    for unit, cases in theirs.items():
        body = f"{when}：" + "、".join(case.title for case in cases)
        url = reverse("cases:detail", args=[cases[0].pk])
        notify(people[unit], key, f"{name_of(meeting)}要议本单位 {len(cases)} 件", at=at, body=body, url=url)


def name_of(meeting: Meeting) -> str:
    """11-23 企业服务周例会。"""
    return f"{datewords.md(meeting.held_at)} {meeting.get_kind_display()}"
