"""案件的数据模型。"""

from cases.models.arrears import Arrears, Recovery
from cases.models.case import Case, Category, Merge
from cases.models.clock import Deadline, DeadlineChange, EnforcementRun, Pause, RuleSet
from cases.models.draft import DispatchDraft
from cases.models.evaluation import Evaluation
from cases.models.event import Attachment, CaseEvent, Instruction
from cases.models.handling import CoHandling, Coordination, ExtensionRequest, Objection, Review, Submission
from cases.models.issue import CommonIssue, CommonIssueCase
from cases.models.lookback import LookBack, LookBackDraw
from cases.models.meeting import AgendaItem, Meeting
from cases.models.supervision import InquiryResult, SpotCheck
from cases.models.ticket import NumberSequence, Ticket, TicketReply

__all__ = [
    "AgendaItem",
    "Arrears",
    "Attachment",
    "Case",
    "CaseEvent",
    "Category",
    "CoHandling",
    "CommonIssue",
    "CommonIssueCase",
    "Coordination",
    "Deadline",
    "DeadlineChange",
    "DispatchDraft",
    "EnforcementRun",
    "Evaluation",
    "ExtensionRequest",
    "InquiryResult",
    "Instruction",
    "LookBack",
    "LookBackDraw",
    "Meeting",
    "Merge",
    "NumberSequence",
    "Objection",
    "Pause",
    "Recovery",
    "Review",
    "RuleSet",
    "SpotCheck",
    "Submission",
    "Ticket",
    "TicketReply",
]
