"""回头看到了日子（R-30）：不再是销号状态的取消；派给既不在主办单位、也不包联这家企业的人；提醒。

到日子才派：早派早走漏，人也会调动。派给谁由种子和手上的件数算出，谁也不挑（盲派）。
"""

from collections import Counter
from dataclasses import replace
from datetime import datetime

from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.urls import reverse

from cadres.enums import Role, UnitKind
from cadres.models import Assignment, Unit, User
from cadres.services import notices, settings
from cases.enums import Status, TicketKind
from cases.models import Case, LookBack
from cases.rules.look_backs import Candidate, choose
from cases.services import false_closures
from cases.services.clocks import local_day
from zhuqi.kernel.errors import Conflict

LOOKERS = (Role.OFFICE, Role.SUPERVISOR, Role.CADRE)
OF_A_REGION = (UnitKind.OFFICE, UnitKind.COUNTY)
WITH_CASE = ("draw", "unit", "case__region", "case__enterprise", "assignee__unit")
Pool = dict[int, Candidate]


def tend(*, at: datetime) -> dict[str, int]:
    """把到了日子的都料理一遍；一件一个事务，跑几遍、两个进程同跑都一样。返回各做了几件。"""
    done: Counter[str] = Counter()
    people: Pool | None = None
    for row in LookBack.objects.due(local_day(at)).select_related(*WITH_CASE).order_by("due_on", "pk"):
        if is_stale(row):
            done["cancelled"] += cancel(row, at=at)
            continue
        if not _still_fits(row):
            people = pool() if people is None else people
            done[_assigned(row, people, at=at)] += 1
        done["reminded"] += _remind(row, at=at)
    done["inquiries"] += false_closures.make_up(at=at)
    return dict(done)


def is_stale(row: LookBack) -> bool:
    """要看的那一次销号已经不在了：重新打开、撤销，或者又销过一次（新的一次另抽）。"""
    return row.case.status != Status.CLOSED or row.case.closed_at != row.closed_at


def cancel(row: LookBack, *, at: datetime) -> bool:
    """取消，写明为什么。"""
    status = row.case.get_status_display()
    reason = "又销过一次号，另行抽取" if row.case.status == Status.CLOSED else f"到日子时已不在销号状态（{status}）"
    return bool(LookBack.objects.filter(pk=row.pk).waiting().update(cancelled_at=at, cancel_reason=reason))


def pool() -> Pool:
    """可以去看的人：活动办、督查的工作人员和助企干部，带着手上还没看的件数。两条查询。"""
    held = LookBack.objects.waiting().filter(assignee__isnull=False).order_by()
    load = dict(held.values_list("assignee").annotate(n=Count("pk")))
    return {
        pk: Candidate(pk, unit, region, is_official=role != Role.CADRE, load=load.get(pk, 0))
        for pk, unit, region, role in lookers().values_list("pk", "unit", "unit__region", "role")
    }


def lookers() -> QuerySet[User]:
    """在岗的活动办、督查工作人员和助企干部；活动办主任除外，查出来的由他批。"""
    people = User.objects.filter(is_active=True, role__in=LOOKERS, unit__is_active=True)
    return people.exclude(role=Role.OFFICE, is_head=True).order_by("pk")


def barred(row: LookBack) -> tuple[set[int], set[int]]:
    """要回避的单位和人：主办、协办、交办过的单位；现在或办理期间包联这家企业的，经手过这件事的，改派走的。"""
    case = row.case
    units = {unit for unit in (row.unit_id, case.lead_id) if unit}
    units |= set(case.co_handlings.values_list("unit", flat=True))
    units |= set(case.tickets.filter(kind=TicketKind.DISPATCH).values_list("to_unit", flat=True))
    if row.unit and row.unit.kind in OF_A_REGION and row.unit.region_id:
        # A county's office and its departments are one organisation.
        units |= set(Unit.objects.filter(kind__in=OF_A_REGION, region=row.unit.region_id).values_list("pk", flat=True))
    since = local_day(case.reported_at)
    helped = Assignment.objects.filter(Q(to_on__isnull=True) | Q(to_on__gte=since), enterprise=case.enterprise_id)
    people = set(helped.values_list("cadre", flat=True))
    people |= set(case.events.filter(actor__isnull=False).order_by().values_list("actor", flat=True).distinct())
    return units, people | {int(move["from"]) for move in row.moves}


def pick(row: LookBack, people: Pool) -> Candidate | None:
    """由种子选的人；没有合适的就是 None。"""
    units, persons = barred(row)
    return choose(
        people.values(), seed=f"{row.draw.seed}:{row.case.number}:{row.round}", regions=_regions(row.case),
        barred_units=units, barred_people=persons, most=int(settings.value("look_back_most")),
    )  # fmt: skip


def _regions(case: Case) -> set[int]:
    return {pk for pk in (case.region_id, case.region.parent_id) if pk}


def _still_fits(row: LookBack) -> bool:
    """派过的人还合不合适：离岗、调进主办单位、改包联这家企业的都要换。"""
    one = lookers().filter(pk=row.assignee_id or 0).values_list("pk", "unit", "unit__region", "role").first()
    return one is not None and pick(row, {one[0]: Candidate(*one[:3], is_official=one[3] != Role.CADRE)}) is not None


def assign(row: LookBack, people: Pool, *, at: datetime, **more: object) -> bool:
    """派出去并通知本人；没有合适的人就空着，告诉市活动办主任，返回 False。`more` 是改派时一并写的。

    错误：Conflict（别的进程先派了，或刚记过、取消）。
    """
    found = pick(row, people)
    with transaction.atomic():
        rows = LookBack.objects.filter(pk=row.pk, assignee=row.assignee_id).waiting()
        chosen = found.user if found else None
        if not rows.update(assignee=chosen, assigned_at=at if found else None, **more):
            raise Conflict("这次回头看刚刚派过或记过，请刷新后再看。")
        row.assignee_id = chosen
        if found is None:
            _tell_nobody(row, at=at)
            return False
        people[found.user] = replace(found, load=found.load + 1)
        _tell_assigned(row, at=at)
    return True


def _assigned(row: LookBack, people: Pool, *, at: datetime) -> str:
    try:
        return "assigned" if assign(row, people, at=at) else "unassigned"
    except Conflict:
        return "taken"  # another process was faster


def _tell_assigned(row: LookBack, *, at: datetime) -> None:
    notices.notify(
        User.objects.filter(pk=row.assignee_id or 0),
        f"look-back:{row.pk}",
        f"请您回头看：{row.case.enterprise.name}",
        at=at,
        body=f"{row.case.title}。{row.until_on:%m-%d} 前打电话或上门看过，记下结果；不要告诉承办单位。",
        url=reverse("cases:look_back", args=[row.pk]),
        tone="near",
    )


def _tell_nobody(row: LookBack, *, at: datetime) -> None:
    directors = User.objects.filter(role=Role.OFFICE, is_head=True, unit__region=None)
    notices.notify(
        directors,
        f"look-back:{row.pk}:nobody",
        f"回头看没有合适的人：{row.case.title}",
        at=at,
        body="主办、协办单位和包联干部都要回避，没有别人可派。请增加活动办或督查人员，系统随后再派。",
        url=reverse("cases:look_back", args=[row.pk]),
        tone="late",
    )


def _remind(row: LookBack, *, at: datetime) -> int:
    """约好再试的那天、过了最晚那天，各说一次。"""
    today, said = local_day(at), ""
    if row.until_on < today:
        key, said, tone = "late", "回头看过期没看", "late"
    elif row.try_on and row.try_on <= today:
        key, said, tone = f"try:{row.try_on}", "今天再试一次回头看", "near"
    if not said or row.assignee_id is None:
        return 0
    return notices.notify(
        User.objects.filter(pk=row.assignee_id or 0),
        f"look-back:{row.pk}:{key}",
        f"{said}：{row.case.enterprise.name}",
        at=at,
        body=row.case.title,
        url=reverse("cases:look_back", args=[row.pk]),
        tone=tone,
    )
