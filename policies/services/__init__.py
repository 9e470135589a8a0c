"""政策与对接的写入口。"""

from policies.services.library import (
    Draft,
    abolish,
    conditions_of,
    demand_keeper,
    draft_policy,
    may_edit,
    may_publish,
    publish,
    publish_blocker,
    revise,
)

__all__ = [
    "Draft",
    "abolish",
    "conditions_of",
    "demand_keeper",
    "draft_policy",
    "may_edit",
    "may_publish",
    "publish",
    "publish_blocker",
    "revise",
]
