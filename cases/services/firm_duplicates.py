"""查重（R-10、R-11）：看得到的在册企业里，哪两家像是登记了两次；看过不是的，不再提出。"""

from collections import defaultdict
from datetime import datetime
from typing import Any

from cadres.enums import Role
from cadres.models import FirmsApart
from cases.rules.duplicates import Face, Pair, likely_pairs
from enterprises.models import Contact, Enterprise
from enterprises.pinyin import sounds
from zhuqi.kernel.errors import InvalidInput, NotPermitted


def proposed(user: Any) -> list[Pair]:
    """像是同一家的，把握大的在前：三次查询，与企业多少无关。"""
    firms = Enterprise.objects.visible_to(user).active()
    phones: dict[int, list[str]] = defaultdict(list)
    for firm, phone in Contact.objects.visible_to(user).order_by().values_list("enterprise", "phone"):
        phones[firm].append(phone)
    faces = [
        Face(key, name, code, phones[key])
        for key, name, code in firms.order_by().values_list("pk", "name", "credit_code")
    ]
    apart = set(FirmsApart.objects.values_list("one", "other"))
    return [pair for pair in likely_pairs(faces, sound=sounds) if (pair.one, pair.other) not in apart]


def say_apart(one: Enterprise, other: Enterprise, *, actor: Any, at: datetime) -> None:
    """看过了，不是同一家；再说一遍不算数。"""
    demand_office(actor)
    if one.pk == other.pk:
        message = "请选两家不同的企业。"
        raise InvalidInput(message, {"other": [message]})
    first, second = sorted((one, other), key=lambda firm: firm.pk)
    FirmsApart.objects.get_or_create(one=first, other=second, defaults={"said_at": at, "said_by": actor})


def demand_office(actor: Any) -> None:
    """查重归活动办。"""
    if actor.role != Role.OFFICE:
        raise NotPermitted("查重由活动办办理。")
