"""驾驶舱、大屏、通报的页面。"""

from reports.views.cockpit import cockpit, cockpit_cases, wall
from reports.views.matrix import matrix
from reports.views.ranking import ranking, ranking_month, ranking_publish, ranking_save_rule, ranking_xlsx
from reports.views.ranking_cases import ranking_item, ranking_object, ranking_rule_objection

__all__ = [
    "cockpit",
    "cockpit_cases",
    "matrix",
    "ranking",
    "ranking_item",
    "ranking_month",
    "ranking_object",
    "ranking_publish",
    "ranking_rule_objection",
    "ranking_save_rule",
    "ranking_xlsx",
    "wall",
]
