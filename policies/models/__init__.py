"""政策与对接活动的数据。"""

from policies.models.digest import Digest, DigestLine, DigestSwitch
from policies.models.event import (
    EventCondition,
    EventFollowUp,
    EventKind,
    EventResult,
    MatchEvent,
    Participation,
)
from policies.models.importing import PolicyImport, PolicyImportRow
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
    "Digest",
    "DigestLine",
    "DigestSwitch",
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
    "PolicyImport",
    "PolicyImportRow",
    "PolicyVersion",
]
