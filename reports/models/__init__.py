"""通报与导出、省平台对接、推送的数据。"""

from reports.models.exchange import FieldMap, HandedDown, ProvinceLink, ProvinceReport, Reconciliation
from reports.models.hooks import HookDelivery, Subscription
from reports.models.rankings import (
    CLOSING_MOST,
    OPENING_MOST,
    Circular,
    ExportedFirm,
    Ranking,
    RankingFact,
    RankingObjection,
    RankingRow,
    ScoreRule,
)

__all__ = [
    "CLOSING_MOST",
    "OPENING_MOST",
    "Circular",
    "ExportedFirm",
    "FieldMap",
    "HandedDown",
    "HookDelivery",
    "ProvinceLink",
    "ProvinceReport",
    "Ranking",
    "RankingFact",
    "RankingObjection",
    "RankingRow",
    "Reconciliation",
    "ScoreRule",
    "Subscription",
]
