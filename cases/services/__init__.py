"""案件的全部写入口。浏览器、接口、导入、Celery、演示数据都从这里走。"""

from cases.services import (  # noqa: F401 - they register their steps
    arrears,
    closing,
    dispatch,
    handling,
    inquiry,
    instructions,
    intake,
    issues,
    merging,
    policy_gaps,
    rating,
    urging,
)
from cases.services.choices import Option, options
from cases.services.closing import Ticks
from cases.services.dispatch import DispatchPlan, check_plan, preview_terms
from cases.services.handling import preview_extension
from cases.services.intake import Report, office_for, report_problem
from cases.services.rating import Rating, evaluation_by_link, rate, rating_link
from cases.services.standing import relation
from cases.services.steps import perform

__all__ = [
    "DispatchPlan",
    "Option",
    "Rating",
    "Report",
    "Ticks",
    "check_plan",
    "evaluation_by_link",
    "office_for",
    "options",
    "perform",
    "preview_extension",
    "preview_terms",
    "rate",
    "rating_link",
    "relation",
    "report_problem",
]
