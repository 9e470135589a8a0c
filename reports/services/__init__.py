"""通报的写入口：起草、重做、异议、发布、通报公文、规则。"""

from reports.services.circulars import issue_circular, save_text
from reports.services.month import draft_month, falsified, publish_month, recompute, what_if
from reports.services.objections import object_to_row, rule_objection
from reports.services.redraft import redraft_month
from reports.services.rules import current_rule, save_rule

__all__ = [
    "current_rule",
    "draft_month",
    "falsified",
    "issue_circular",
    "object_to_row",
    "publish_month",
    "recompute",
    "redraft_month",
    "rule_objection",
    "save_rule",
    "save_text",
    "what_if",
]
