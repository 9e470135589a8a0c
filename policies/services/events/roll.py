"""邀请时对照的名册（R-63）：够得着的在册企业，各项资料与政策匹配用同一本（R-61）。"""

from datetime import date

from cadres.models import User
from policies.models import MatchEvent
from policies.rules.matching import Register
from policies.services import profiles
from policies.services.events.rights import firms_within


def roll(event: MatchEvent, actor: User | None, *, today: date) -> Register:
    """这场活动够得着的企业。七句查询，不论几家。"""
    return profiles.register(today, among=firms_within(event, actor))
