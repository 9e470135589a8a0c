"""回头看的名单：分几格、每格哪些、没有时说什么；抽取页的各层。只读。"""

from collections import Counter
from dataclasses import dataclass

from django.db.models import Count, Q

from cadres.enums import Role
from cases.enums import LookBackReason, LookBackResult
from cases.models import Category, LookBack
from enterprises.models import Region

WAITING = Q(checked_at__isnull=True, cancelled_at__isnull=True)


@dataclass(frozen=True, slots=True)
class List:
    """一格：叫什么、空的时候说什么、下一步。"""

    label: str
    empty: str
    advice: str


LISTS = {
    "mine": List("要我看的", "没有要您看的", "到了日子的由系统按种子派人，派到您时会通知。"),
    "mine_done": List("我看过的", "您还没有看过", "记下的结果会留在这里。"),
    "due": List("待看", "没有待看的", "销号满 30 天、90 天的，到日子自动派出。"),
    "late": List("逾期未看", "没有逾期的", "过了最晚那天还没看的会在这里。"),
    "done": List("已看", "还没有看过的", "记下的结果会留在这里，也记进那件事的经过。"),
    "false": List("虚假", "没有查实虚假的", "查实的撤销销号、退回重办，并拟问效建议单。"),
    "later": List("未到日子", "没有排着的", "每月 1 日抽上个月销号的，30 天和 90 天各看一次。"),
    "cancelled": List("取消的", "没有取消的", "到日子时已不在销号状态的不用看，自动取消。"),
}
OF_JUDGES = ("mine", "due", "late", "done", "false", "later", "cancelled")
OF_ROLE = {
    Role.CADRE: ("mine", "mine_done"),
    Role.OFFICE: OF_JUDGES,
    Role.SUPERVISOR: OF_JUDGES,
    Role.LEADER: OF_JUDGES[1:],
}
TONES = {"mine": "near", "late": "late"}
NEWEST_FIRST = frozenset({"mine_done", "done", "false", "cancelled"})


def _in(key, user, today):
    return {
        "mine": WAITING & Q(assignee=user.pk, due_on__lte=today),
        "mine_done": Q(checked_by=user.pk),
        "due": WAITING & Q(due_on__lte=today, until_on__gte=today),
        "late": WAITING & Q(until_on__lt=today),
        "done": Q(checked_at__isnull=False),
        "false": Q(result=LookBackResult.FALSE),
        "later": WAITING & Q(due_on__gt=today),
        "cancelled": Q(cancelled_at__isnull=False),
    }[key]


def rows_in(key, user, *, today):
    """一格里的；急的在前，办过的新的在前。"""
    rows = LookBack.objects.visible_to(user).filter(_in(key, user, today))
    if key in NEWEST_FIRST:
        return rows.order_by("-cancelled_at" if key == "cancelled" else "-checked_at", "-pk")
    return rows.order_by("due_on" if key == "later" else "until_on", "pk")


def places(user, *, today):
    """这个角色的几格与件数；一条聚合。"""
    keys = OF_ROLE[user.role]
    counts = LookBack.objects.visible_to(user).aggregate(
        **{key: Count("pk", filter=_in(key, user, today)) for key in keys}
    )
    return [
        {
            "key": key,
            "label": LISTS[key].label,
            "count": counts[key],
            "url": f"?tab={key}",
            "tone": TONES.get(key, "") if counts[key] else "",
        }
        for key in keys
    ]


def mine_count(user, *, today):
    """派给这个人、到了日子还没看的几件：今日和调度台上的数。"""
    return LookBack.objects.visible_to(user).filter(_in("mine", user, today)).count()


def draw_layers(draw):
    """抽取页：必看的按理由，其余按区域 × 大类，用名称不用代码。"""
    regions = dict(Region.objects.values_list("code", "name"))
    categories = dict(Category.objects.values_list("code", "name"))
    must = Counter(reason for _, reason in draw.must)
    layers = [
        {
            "region": regions.get(each["region"], each["region"]),
            "category": categories.get(each["category"], "未分类"),
            "size": len(each["numbers"]),
            "drawn": each["drawn"],
        }
        for each in draw.strata
    ]
    return {
        "reasons": [(reason.label, must[reason.value]) for reason in LookBackReason if must[reason.value]],
        "layers": layers,
    }
