"""案件的数据模型。"""

from cases.models.case import Case, Category, Merge
from cases.models.clock import Deadline, DeadlineChange, EnforcementRun, Pause, RuleSet
from cases.models.evaluation import Evaluation
from cases.models.event import Attachment, CaseEvent, Instruction
from cases.models.handling import CoHandling, Coordination, ExtensionRequest, Objection, Review, Submission
from cases.models.supervision import InquiryResult, SpotCheck
from cases.models.ticket import NumberSequence, Ticket, TicketReply

__all__ = [
    "Attachment",
    "Case",
    "CaseEvent",
    "Category",
    "CoHandling",
    "Coordination",
    "Deadline",
    "DeadlineChange",
    "EnforcementRun",
    "Evaluation",
    "ExtensionRequest",
    "InquiryResult",
    "Instruction",
    "Merge",
    "NumberSequence",
    "Objection",
    "Pause",
    "Review",
    "RuleSet",
    "SpotCheck",
    "Submission",
    "Ticket",
    "TicketReply",
]
