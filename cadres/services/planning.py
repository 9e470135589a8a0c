"""R-14: visits announced to the firm, which may decline; its quiet periods; joint visits."""

from datetime import date, datetime

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from cadres.enums import PlannedVisitState
from cadres.models import PlannedVisit, QuietPeriod, User
from cadres.services.coverage import demand_assigned, is_assigned
from cadres.services.notices import notify
from cadres.services.over_visits import quiet_on
from enterprises.models import Enterprise
from zhuqi.datewords import md_in, spoken_in
from zhuqi.kernel.errors import Conflict, DomainError, InvalidInput, NotPermitted

QUIET_MOST_DAYS = 92  # a firm may shut its door for a quarter, not for good


@transaction.atomic
def plan_visit(enterprise: Enterprise, *, actor: User, on: date, purpose: str, at: datetime) -> PlannedVisit:
    """Announce a visit; the firm is told and may decline. A day past or in a quiet period is refused."""
    demand_assigned(enterprise, actor)
    _check_plan(enterprise, actor, on, purpose, _day(at))
    planned = PlannedVisit.objects.create(
        enterprise=enterprise, cadre=actor, planned_on=on, purpose=purpose.strip()[:200], created_at=at
    )
    notify(
        enterprise.users.filter(is_active=True),
        f"planned:{planned.pk}",
        f"{actor.name}预约 {spoken_in(on, _day(at))}走访",
        body=f"来意：{planned.purpose}。不方便可以婉拒。",
        at=at,
    )
    return planned


@transaction.atomic
def decline_planned(planned: PlannedVisit, *, actor: User, answer: str = "", at: datetime) -> None:
    """The firm declines, without having to say why (R-14)."""
    if actor.enterprise_id != planned.enterprise_id:
        raise NotPermitted("只有企业自己可以婉拒走访。")
    _settle(planned, PlannedVisitState.DECLINED, answer)
    said = f"：{answer.strip()}" if answer.strip() else "。"
    notify(
        [planned.cadre],
        f"declined:{planned.pk}",
        f"{planned.enterprise.name}婉拒了 {md_in(planned.planned_on, _day(at))}的走访",
        body=f"企业婉拒{said}可改用电话联系，同样计入助企日。",
        at=at,
    )


@transaction.atomic
def cancel_planned(planned: PlannedVisit, *, actor: User, at: datetime) -> None:
    """The cadre does not come after all; the firm is told."""
    if actor.pk != planned.cadre_id:
        raise NotPermitted("只能取消自己约的走访。")
    _settle(planned, PlannedVisitState.CANCELLED, "")
    notify(
        planned.enterprise.users.filter(is_active=True),
        f"cancelled:{planned.pk}",
        f"{actor.name}取消了 {spoken_in(planned.planned_on, _day(at))}的走访",
        at=at,
    )


@transaction.atomic
def move_planned(planned: PlannedVisit, *, actor: User, on: date, at: datetime) -> PlannedVisit:
    """Another day for an announced visit; the firm is told both days and may still decline (R-14).

    Raises Conflict when it was declined, made, cancelled or moved meanwhile; a day past, taken or quiet is refused.
    """
    demand_movable(planned, actor)
    before, today = planned.planned_on, _day(at)
    if on == before:
        message = f"原来约的就是 {md_in(on, today)}，请另选一天。"
        raise InvalidInput(message, {"planned_on": [message]})
    _check_plan(planned.enterprise, actor, on, planned.purpose, today)
    waiting = PlannedVisit.objects.filter(pk=planned.pk, state=PlannedVisitState.PLANNED, planned_on=before)
    if not waiting.update(planned_on=on):
        raise Conflict("这次预约刚刚有了变化，请看过最新情况再改。")
    planned.planned_on = on
    notify(
        planned.enterprise.users.filter(is_active=True),
        f"moved:{planned.pk}:{before:%Y-%m-%d}:{on:%Y-%m-%d}:{at:%Y%m%d%H%M%S}",
        f"{actor.name}把走访改到 {spoken_in(on, today)}",
        body=f"原来约的是 {spoken_in(before, today)}。来意：{planned.purpose}。不方便可以婉拒。",
        at=at,
    )
    return planned


def demand_movable(planned: PlannedVisit, actor: User) -> None:
    """Only one's own announced visit, and only while it is still to come."""
    if actor.pk != planned.cadre_id:
        raise NotPermitted("只能改自己约的走访。")
    if planned.state != PlannedVisitState.PLANNED:
        raise Conflict(f"这次预约已经是“{planned.get_state_display()}”，不能改时间。")


@transaction.atomic
def set_quiet(
    enterprise: Enterprise, *, actor: User, period: tuple[date, date], at: datetime, reason: str = ""
) -> QuietPeriod:
    """The firm's quiet period, first and last day included. Whoever had announced a visit in it is told."""
    if actor.enterprise_id != enterprise.pk:
        raise NotPermitted("宁静期由企业自己设定。")
    first, last = period
    _check_quiet(enterprise, first, last, _day(at))
    quiet = QuietPeriod.objects.create(
        enterprise=enterprise, from_on=first, to_on=last, reason=reason.strip()[:200], set_by=actor, created_at=at
    )
    for planned in enterprise.planned_visits.filter(
        state=PlannedVisitState.PLANNED, planned_on__range=period
    ).select_related("cadre"):
        notify(
            [planned.cadre],
            f"quiet:{quiet.pk}:{planned.pk}",
            f"{enterprise.name}设了宁静期，{md_in(planned.planned_on, _day(at))}的走访请改时间",
            body=f"宁静期 {md_in(first, _day(at))}至 {md_in(last, _day(at))}。需要时请电话联系。",
            url=reverse("cadres:planned_move", args=[planned.pk]),
            at=at,
        )
    return quiet


def end_quiet(quiet: QuietPeriod, *, actor: User) -> None:
    """Take a quiet period back."""
    if actor.enterprise_id != quiet.enterprise_id:
        raise NotPermitted("宁静期由企业自己设定。")
    QuietPeriod.objects.filter(pk=quiet.pk).delete()


def propose_joint_visit(enterprise: Enterprise, colleague: User, *, actor: User, on: date, at: datetime) -> int:
    """Ask a colleague of another unit to come along instead of going twice (R-14). Once per day and colleague."""
    demand_assigned(enterprise, actor)
    if colleague.pk == actor.pk or not is_assigned(colleague, enterprise):
        raise DomainError("联合走访请选另一位联系这家企业的干部。")
    return notify(
        [colleague],
        f"joint:{enterprise.pk}:{actor.pk}:{on:%Y-%m-%d}",
        f"{actor.name}提议 {md_in(on, _day(at))}联合走访{enterprise.name}",
        body=f"{actor.unit or ''}{actor.name}，电话 {actor.phone or '见通讯录'}。一起去，企业只接待一次。",
        at=at,
    )


def _check_plan(enterprise: Enterprise, actor: User, on: date, purpose: str, today: date) -> None:
    quiet, errors = quiet_on(enterprise, on), {}
    twice = PlannedVisit.objects.filter(
        enterprise=enterprise, cadre=actor, planned_on=on, state=PlannedVisitState.PLANNED
    )
    if on < today:
        errors["planned_on"] = ["预约日期已经过去，请选今天或以后的日子。"]
    elif quiet is not None:
        errors["planned_on"] = [f"{quiet.message}请另约时间，或改用电话联系。"]
    elif twice.exists():
        errors["planned_on"] = [f"{md_in(on, today)}已经约过这家企业。"]
    if not purpose.strip():
        errors["purpose"] = ["请写一句来意，企业会看到。"]
    if errors:
        raise InvalidInput(next(iter(errors.values()))[0], errors)


def _check_quiet(enterprise: Enterprise, first: date, last: date, today: date) -> None:
    message, field = "", "from_on"
    if first < today:
        message = "宁静期从今天或以后开始。"
    elif last < first:
        message, field = "结束日期不能早于开始日期。", "to_on"
    elif (last - first).days >= QUIET_MOST_DAYS:
        message, field = f"一次宁静期最长 {QUIET_MOST_DAYS} 天。", "to_on"
    elif enterprise.quiet_periods.filter(from_on__lte=last, to_on__gte=first).exists():
        message = "与已设的宁静期重叠，请先取消原来的。"
    if message:
        raise InvalidInput(message, {field: [message]})


def _day(at: datetime) -> date:
    return timezone.localtime(at).date()


def _settle(planned: PlannedVisit, state: str, answer: str) -> None:
    waiting = PlannedVisit.objects.filter(pk=planned.pk, state=PlannedVisitState.PLANNED)
    if not waiting.update(state=state, answer=answer.strip()[:200]):
        planned.refresh_from_db()
        raise Conflict(f"这次预约已经是“{planned.get_state_display()}”，不用再办。")
