"""政策与对接的写入口。"""

from policies.services.attachments import attach, detach
from policies.services.library import (
    Draft,
    abolish,
    conditions_of,
    demand_keeper,
    draft_policy,
    drafted_just_now,
    may_edit,
    may_publish,
    publish,
    publish_blocker,
    revise,
)

__all__ = [
    "Draft",
    "abolish",
    "attach",
    "conditions_of",
    "demand_keeper",
    "detach",
    "draft_policy",
    "drafted_just_now",
    "may_edit",
    "may_publish",
    "publish",
    "publish_blocker",
    "revise",
]
