"""人员、单位、包联、走访、双十、日历、通知的数据模型。"""

from cadres.models.access import ApiToken, IdempotencyKey
from cadres.models.calendar import CalendarDay, CalendarVersion, CalendarYear, DoubleTenDay
from cadres.models.coverage import Assignment, PlannedVisit, QuietPeriod, Visit, VisitPhoto
from cadres.models.desk import AuditEntry, Job, Notice, Setting, ShortMessage
from cadres.models.merging import EnterpriseMerge, FirmsApart
from cadres.models.outgoing import NoticePreference, OutgoingMessage, Recipient
from cadres.models.people import PasswordHistory, Unit, User
from cadres.models.sheets import SheetBatch

__all__ = [
    "ApiToken",
    "Assignment",
    "AuditEntry",
    "CalendarDay",
    "CalendarVersion",
    "CalendarYear",
    "DoubleTenDay",
    "EnterpriseMerge",
    "FirmsApart",
    "IdempotencyKey",
    "Job",
    "Notice",
    "NoticePreference",
    "OutgoingMessage",
    "PasswordHistory",
    "PlannedVisit",
    "QuietPeriod",
    "Recipient",
    "Setting",
    "SheetBatch",
    "ShortMessage",
    "Unit",
    "User",
    "Visit",
    "VisitPhoto",
]
