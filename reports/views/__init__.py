"""驾驶舱、大屏、通报、台账的页面。"""

from reports.views.circular import circular, circular_docx, circular_issue, circular_text
from reports.views.cockpit import cockpit, cockpit_cases, wall
from reports.views.compare import compare
from reports.views.exports import export, export_cancel, export_file, export_register, exported_firms
from reports.views.holding import holding, holding_cases
from reports.views.ledgers import ledger, ledger_export, ledgers
from reports.views.matrix import matrix
from reports.views.ranking import (
    ranking,
    ranking_month,
    ranking_publish,
    ranking_redraft,
    ranking_save_rule,
    ranking_xlsx,
)
from reports.views.ranking_cases import ranking_item, ranking_object, ranking_rule_objection
from reports.views.unit_sheet import ranking_unit, ranking_unit_xlsx

__all__ = [
    "circular",
    "circular_docx",
    "circular_issue",
    "circular_text",
    "cockpit",
    "cockpit_cases",
    "compare",
    "export",
    "export_cancel",
    "export_file",
    "export_register",
    "exported_firms",
    "holding",
    "holding_cases",
    "ledger",
    "ledger_export",
    "ledgers",
    "matrix",
    "ranking",
    "ranking_item",
    "ranking_month",
    "ranking_object",
    "ranking_publish",
    "ranking_redraft",
    "ranking_rule_objection",
    "ranking_save_rule",
    "ranking_unit",
    "ranking_unit_xlsx",
    "ranking_xlsx",
    "wall",
]
