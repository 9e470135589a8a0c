"""政策与对接活动的数据。"""

from policies.models.event import (
    EventCondition,
    EventFollowUp,
    EventKind,
    EventResult,
    MatchEvent,
    Participation,
)
from policies.models.policy import (
    Eligibility,
    Entitlement,
    Explanation,
    Policy,
    PolicyAttachment,
    PolicyCategory,
    PolicyCondition,
    PolicyVersion,
)

__all__ = [
    "Eligibility",
    "Entitlement",
    "EventCondition",
    "EventFollowUp",
    "EventKind",
    "EventResult",
    "Explanation",
    "MatchEvent",
    "Participation",
    "Policy",
    "PolicyAttachment",
    "PolicyCategory",
    "PolicyCondition",
    "PolicyVersion",
]
