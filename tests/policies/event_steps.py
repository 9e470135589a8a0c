"""一场活动走到哪里，测试里一句话造出来。"""

from datetime import datetime, timedelta

from policies.models import EventKind
from policies.rules.matching import Profile, Register
from policies.services.events import EventDraft, draft_event, hold_event, mark_attendance, open_event, sign_up
from tests.factories import SHANGHAI, EnterpriseFactory, UserFactory

DAY = timedelta(days=1)
HELD_AT = datetime(2026, 12, 3, 14, 30, tzinfo=SHANGHAI)  # a Thursday, ten days after `city.at`


def kind(name="银企对接", measure="CREDIT"):
    """一类。"""
    return EventKind.objects.get_or_create(name=name, defaults={"measure": measure})[0]


def draft(city, **more):
    """要填的各项。"""
    said = {"title": "十二月银企对接会", "kind": kind(), "held_at": HELD_AT, "place": "会议中心一楼", "unit": city.bank}
    return EventDraft(**(said | more))


def drafted(city, actor=None, **more):
    """筹备中的一场。"""
    return draft_event(draft(city, **more), actor=actor or city.bank_head, at=city.at)


def opened(city, **more):
    """报名中的一场。"""
    return open_event(drafted(city, **more), actor=city.bank_head, at=city.at)


def held(city, *firms, **more):
    """办过的一场，这几家到了场；没说就是 city.firm。"""
    event = opened(city, **more)
    parts = [sign_up(event, firm, actor=None, at=city.at) for firm in firms or (city.firm,)]
    keys = [part.pk for part in parts]
    mark_attendance(event, among=keys, came=keys, actor=city.bank_head, at=HELD_AT + timedelta(hours=2))
    return hold_event(event, actor=city.bank_head, at=HELD_AT + timedelta(hours=3))


def firm_with_user(**more):
    """一家企业和它的账号。"""
    firm = EnterpriseFactory(**more)
    return firm, UserFactory(role="ENTERPRISE", enterprise=firm, unit=None)


def register_of(*firms, **facts):
    """一本名册，各家资料相同。"""
    return Register([Profile(firm.pk, facts.get("facts", {})) for firm in firms])
