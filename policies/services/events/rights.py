"""谁办对接活动、谁替哪家企业报名（R-03、R-63）。"""

from typing import Any

from django.db.models import Q

from cadres.enums import Role
from cadres.models import User
from enterprises.models import Enterprise
from policies.models import MatchEvent
from zhuqi.kernel.errors import NotPermitted

ORGANISERS = frozenset({Role.OFFICE, Role.UNIT})
NOT_YOURS = "对接活动由主办单位或市活动办来办。"


def is_city_office(user: User) -> bool:
    """市活动办的人：哪个单位的活动都能替着办，也管种类。"""
    return user.role == Role.OFFICE and user.sees_everything


def may_organise(user: User) -> bool:
    """市直部门、金融机构和活动办都能办活动。"""
    return user.role in ORGANISERS and user.unit_id is not None


def may_edit(user: User, event: MatchEvent) -> bool:
    """自己单位主办的，或者市活动办。"""
    return may_organise(user) and (event.unit_id == user.unit_id or is_city_office(user))


def demand_organiser(actor: User | None, event: MatchEvent | None = None) -> None:
    """不归他办就是 NotPermitted；None 是系统。"""
    if actor is None:
        return
    if not (may_organise(actor) if event is None else may_edit(actor, event)):
        raise NotPermitted(NOT_YOURS)


def demand_city_office(actor: User | None) -> None:
    """种类由市活动办管。"""
    if actor is not None and not is_city_office(actor):
        raise NotPermitted("对接种类由市活动办增改。")


def firms_within(event: MatchEvent, actor: User | None) -> Any:
    """这场活动够得着的在册企业：限了县就是那个县；县里的人只够得着本县的（R-03）。"""
    firms = _in_reach(event, Enterprise.objects.active().order_by())
    if actor is not None and actor.region_ids is not None:
        firms = firms.filter(region__in=actor.region_ids)
    return firms


def firms_signed_up_by(user: User, event: MatchEvent) -> Any:
    """这个人能替哪些企业报名：企业是自己，干部是包联的，县活动办是本县的，主办单位是够得着的；限了县就只有那个县的。"""
    if user.role in {Role.ENTERPRISE, Role.CADRE}:
        return _in_reach(event, Enterprise.objects.visible_to(user).active())
    return firms_within(event, user) if may_edit(user, event) or user.role == Role.OFFICE else Enterprise.objects.none()


def may_speak_for(user: User, event: MatchEvent) -> bool:
    """能在活动页上写企业名称代报名的：主办单位、活动办。"""
    return may_edit(user, event) or user.role == Role.OFFICE


def demand_withdrawal(actor: User | None, event: MatchEvent, enterprise: Enterprise) -> None:
    """退出不看范围：后来改了县、企业不在册了，也要退得出去。"""
    if actor is None or may_edit(actor, event):
        return
    speaks = actor.role in {Role.ENTERPRISE, Role.CADRE, Role.OFFICE}
    if not speaks or not Enterprise.objects.visible_to(actor).filter(pk=enterprise.pk).exists():
        raise NotPermitted("只能替自己的企业、包联的企业或活动范围内的企业退出。")


def _in_reach(event: MatchEvent, firms: Any) -> Any:
    if event.region_id is None:
        return firms
    return firms.filter(Q(region=event.region_id) | Q(region__parent=event.region_id))


def demand_sign_up(actor: User | None, event: MatchEvent, enterprise: Enterprise) -> None:
    """替不归他的企业报名就是 NotPermitted。"""
    if actor is not None and not firms_signed_up_by(actor, event).filter(pk=enterprise.pk).exists():
        raise NotPermitted("只能给自己的企业、包联的企业或活动范围内的企业报名。")
