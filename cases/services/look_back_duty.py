"""回头看到了日子（R-30）：不再是销号状态的取消；派给既不在主办单位、也不包联这家企业的人；提醒。

到日子才派：早派早走漏，人也会调动。派给谁由种子和手上的件数算出，谁也不挑（盲派）。
"""

from collections import Counter
from datetime import datetime

from django.db import transaction
from django.urls import reverse

from cadres.enums import Role
from cadres.models import User
from cadres.services import notices
from cases.enums import Status
from cases.models import LookBack
from cases.services import false_closures
from cases.services.clocks import local_day
from cases.services.look_back_bench import WITH_CASE, Bench
from zhuqi.kernel.errors import Conflict


def tend(*, at: datetime) -> dict[str, int]:
    """把到了日子的都料理一遍；一件一个事务，跑几遍、两个进程同跑都一样。返回各做了几件。"""
    done: Counter[str] = Counter()
    rows = list(LookBack.objects.due(local_day(at)).select_related(*WITH_CASE).order_by("due_on", "pk"))
    bench = Bench(rows)
    for row in rows:
        if is_stale(row):
            done["cancelled"] += cancel(row, at=at)
            continue
        if not bench.still_fits(row):
            done[_assigned(row, bench, at=at)] += 1
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


def assign(row: LookBack, bench: Bench, *, at: datetime, **more: object) -> bool:
    """派出去并通知本人；没有合适的人就空着，告诉市活动办主任，返回 False。`more` 是改派时一并写的。

    错误：Conflict（别的进程先派了，或刚记过、取消）。
    """
    found = bench.pick(row)
    with transaction.atomic():
        rows = LookBack.objects.filter(pk=row.pk, assignee=row.assignee_id).waiting()
        chosen = found.user if found else None
        if not rows.update(assignee=chosen, assigned_at=at if found else None, **more):
            raise Conflict("这次回头看刚刚派过或记过，请刷新后再看。")
        row.assignee_id = chosen
        if found is None:
            _tell_nobody(row, at=at)
            return False
        bench.take(found)
        _tell_assigned(row, at=at)
    return True


def _assigned(row: LookBack, bench: Bench, *, at: datetime) -> str:
    try:
        return "assigned" if assign(row, bench, at=at) else "unassigned"
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
