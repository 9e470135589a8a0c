"""会上怎么定的（R-55）：纪要草稿随时存、不丢字；印发以后由 `carrying_out` 逐项落成单据和批示。"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.urls import reverse

from cadres.enums import Role
from cadres.models import Unit, User
from cadres.services.notices import notify
from cases.enums import MeetingState, Resolution, Status
from cases.models import AgendaItem, Case, Meeting
from cases.rules.workflow import OWED
from cases.services import clocks
from cases.services.carrying_out import carry_out_all
from cases.services.meetings import claim, demand_organiser, name_of
from zhuqi.kernel.errors import Conflict, DomainError, InvalidInput, NotPermitted

DECISION_MOST, ATTENDED_MOST, OPENING_MOST, RESULT_MOST = 1000, 1000, 4000, 500
DISPATCHABLE = frozenset({Status.REPORTED, Status.ACCEPTED, Status.OBJECTED})
WITHOUT_CASE = (Resolution.NOTED, Resolution.LATER)
ON_THE_LEAD = frozenset({Resolution.URGE, Resolution.INSTRUCT, Resolution.ARRANGE})


@dataclass(frozen=True, slots=True)
class ItemDraft:
    """一项议题怎么定的。"""

    resolution: str = ""
    decision: str = ""
    unit: Unit | None = None
    due_on: date | None = None


@dataclass(frozen=True, slots=True)
class MinutesDraft:
    """一份纪要草稿：出席、正文、各项（按议题主键）。"""

    attended: str = ""
    opening: str = ""
    items: Mapping[int, ItemDraft] = field(default_factory=dict)


def possible(case: Case | None, *, has_chair: bool) -> list[Resolution]:
    """这一项现在能怎么定；没有对着哪一件的，只能记录或下次再议。"""
    if case is None:
        return list(WITHOUT_CASE)
    fits = {
        Resolution.DISPATCH: case.status in DISPATCHABLE,
        Resolution.URGE: case.status in OWED,
        Resolution.INSTRUCT: has_chair and case.status not in {Status.REFUSED, Status.MERGED},
        Resolution.ARRANGE: case.needs_coordination,
    }
    return [one for one in Resolution if fits.get(one, True)]


@transaction.atomic
def save_minutes(meeting: Meeting, draft: MinutesDraft, *, actor: User, at: datetime, revision: Any = None) -> Meeting:
    """存草稿：没写完也存。页面旧了是 Conflict，一个字也不改；写的话由页面带回去。"""
    demand_organiser(meeting, actor)
    _check_lengths(draft)
    claim(
        meeting, MeetingState.FROZEN, revision=revision, attended=draft.attended.strip(), opening=draft.opening.strip()
    )  # fmt: skip
    items = list(meeting.items.select_related("case"))
    for item in items:
        said = draft.items.get(item.pk)
        if said is None:
            continue
        item.resolution, item.decision, item.due_on = said.resolution, said.decision.strip(), said.due_on
        item.unit = said.unit or _usual_unit(item)
    AgendaItem.objects.bulk_update(items, ["resolution", "decision", "due_on", "unit"])
    return meeting


def _usual_unit(item: AgendaItem) -> Unit | None:
    """催办、批示、协调意见没写由谁落实的，就是主办单位。"""
    return item.case.lead if item.case and item.resolution in ON_THE_LEAD else None


def _check_lengths(draft: MinutesDraft) -> None:
    errors: dict[str, list[str]] = {}
    for name, text, most in (("attended", draft.attended, ATTENDED_MOST), ("opening", draft.opening, OPENING_MOST)):
        if len(text) > most:
            errors[name] = [f"最多 {most} 字，现在 {len(text)} 字。"]
    for pk, said in draft.items.items():
        if said.resolution and said.resolution not in Resolution.values:
            errors[f"resolution_{pk}"] = ["没有这种议定，请重新选择。"]
        if len(said.decision) > DECISION_MOST:
            errors[f"decision_{pk}"] = [f"最多 {DECISION_MOST} 字，现在 {len(said.decision)} 字。"]
    if errors:
        raise InvalidInput("草稿没有存：" + "".join(words for said in errors.values() for words in said), errors)


def close_meeting(meeting: Meeting, *, actor: User, at: datetime, revision: Any = None) -> Meeting:
    """印发纪要：先把会定住（比较并交换），再逐项落实，各自一个事务。

    两个人同时印发只有一个成；落到一半断了，剩下的由 `finish` 接着办，已办的不重办。
    错误：InvalidInput（哪几项还没定）、NotPermitted（有批示的由主任印发）、Conflict。
    """
    demand_organiser(meeting, actor)
    items = list(meeting.items.select_related("case", "unit"))
    _check_complete(meeting, items, today=clocks.local_day(at))
    if any(item.resolution == Resolution.INSTRUCT for item in items) and not actor.is_head:
        raise NotPermitted("纪要里有以领导名义的批示，由活动办主任印发；草稿已经存好。")
    claim(
        meeting, MeetingState.FROZEN, revision=revision, state=MeetingState.CLOSED, closed_at=at, closed_by=actor
    )  # fmt: skip
    finish(meeting, actor=actor, at=at)
    return meeting


def finish(meeting: Meeting, *, actor: User, at: datetime) -> int:
    """把没落成的都落一遍，该告诉的告诉一遍（各一次）；断在半路的从这里接着办。返回这一遍落成几项。"""
    done = carry_out_all(meeting, actor=actor, at=at)
    _tell(meeting, list(meeting.items.select_related("unit")), at=at)
    return done


def _check_complete(meeting: Meeting, items: list[AgendaItem], *, today: date) -> None:
    errors: dict[str, list[str]] = {}
    for item in items:
        for name, said in _missing(meeting, item, today):
            errors.setdefault(f"{name}_{item.pk}", []).append(f"第 {item.ordinal} 项{said}")
    if errors:
        raise InvalidInput("还不能印发：" + "".join(words for said in errors.values() for words in said), errors)


def _missing(meeting: Meeting, item: AgendaItem, today: date) -> list[tuple[str, str]]:
    """一项还缺什么：(栏目, 一句话)。"""
    resolution, found = item.resolution, []
    if not resolution:
        return [("resolution", "还没有写怎么定。")]
    if item.case is None and resolution not in WITHOUT_CASE:
        found.append(("resolution", "没有对着哪一件，只能记录在案或下次再议。"))
    if resolution != Resolution.LATER and not item.decision:
        found.append(("decision", "还没有写议定的事项。"))
    if resolution == Resolution.DISPATCH and item.unit is None:
        found.append(("unit", "要交办，请选由谁落实。"))
    if resolution == Resolution.INSTRUCT and meeting.chair is None:
        found.append(("resolution", "要批示，这次会却没有主持的领导。"))
    if item.due_on and item.due_on < today and resolution != Resolution.LATER:
        found.append(("due_on", "的完成时限已经过去。"))
    return found


def _tell(meeting: Meeting, items: list[AgendaItem], *, at: datetime) -> None:
    """主持的领导知道以自己名义批示了几条；要落实而又没有单据的单位知道议定了什么。"""
    url = reverse("cases:meeting", args=[meeting.pk])
    instructed = sum(item.resolution == Resolution.INSTRUCT for item in items)
    if meeting.chair is not None:
        said = f"其中以您的名义批示 {instructed} 条，在“批示”里跟踪。" if instructed else ""
        title = f"纪要已印发：{name_of(meeting)}，{len(items)} 项"
        notify([meeting.chair], f"meeting:{meeting.pk}:closed", title, at=at, body=said, url=url)
    for item in items:
        if item.resolution == Resolution.NOTED and item.unit is not None:
            people = User.objects.filter(unit=item.unit, role=Role.UNIT, is_active=True)
            title = f"会议议定：{item.title}"
            notify(people, f"agenda-item:{item.pk}", title, at=at, body=item.decision, url=url)


def report_result(item: AgendaItem, result: str, *, actor: User, at: datetime) -> AgendaItem:
    """不对着哪一件的议定事项，由落实的单位或召集的活动办填报落实情况，一次（比较并交换）。"""
    is_theirs = actor.role == Role.UNIT and item.unit_id is not None and actor.unit_id == item.unit_id
    if not is_theirs:
        demand_organiser(item.meeting, actor)
    if item.meeting.state != MeetingState.CLOSED or item.case_id or item.resolution == Resolution.LATER:
        raise DomainError("这一项不用填报落实情况。")
    result = result.strip()
    if not result or len(result) > RESULT_MOST:
        said = f"请写落实情况，最多 {RESULT_MOST} 字。"
        raise InvalidInput(said, {"result": [said]})
    written = AgendaItem.objects.filter(pk=item.pk, done_at__isnull=True).update(
        result=result, done_at=at, done_by=actor
    )
    if not written:
        raise Conflict("这一项刚刚有人填报过，请看过再填。")
    item.refresh_from_db()
    return item
