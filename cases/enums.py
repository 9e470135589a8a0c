"""案件、时限、三单的取值（领域文档 §2、§5、§6）。"""

from django.db.models import IntegerChoices, TextChoices


class Status(TextChoices):
    """案件在哪里（R-20）。"""

    REPORTED = "REPORTED", "待受理"
    ACCEPTED = "ACCEPTED", "待交办"
    DISPATCHED = "DISPATCHED", "待签收"
    OBJECTED = "OBJECTED", "退单待裁定"
    HANDLING = "HANDLING", "办理中"
    PAUSED = "PAUSED", "待企业补充"
    SUBMITTED = "SUBMITTED", "办结待审核"
    RATING = "RATING", "待评价"
    SHELVED = "SHELVED", "挂账"
    CLOSED = "CLOSED", "已销号"
    REFUSED = "REFUSED", "不予受理"
    MERGED = "MERGED", "并案"


# 企业看到的状态：与它有关的说法；退单是单位和活动办之间的事，企业看到的仍是已交办（R-20、R-25）。
FIRM_WORDS = {
    Status.DISPATCHED: "已交办",
    Status.OBJECTED: "已交办",
    Status.PAUSED: "请您补充",
    Status.SUBMITTED: "核实中",
    Status.RATING: "等您评价",
}
FIRM_MARKS = {Status.OBJECTED: Status.DISPATCHED}
ENDED = frozenset({Status.CLOSED, Status.REFUSED, Status.MERGED})
OPEN = frozenset(Status) - ENDED


class Level(IntegerChoices):
    """有多急：与状态是两列（R-20）。"""

    NONE = 0, "正常"
    URGED = 1, "催办"
    INQUIRY = 2, "问效"


class Source(TextChoices):
    """问题来源（R-21）。"""

    VISIT = "VISIT", "走访"
    ENTERPRISE = "ENTERPRISE", "企业自报"
    OFFICE = "OFFICE", "活动办登记"
    PROVINCE = "PROVINCE", "省平台"
    HOTLINE = "HOTLINE", "12345"
    MEETING = "MEETING", "例会"
    COMPLAINT_MEETING = "COMPLAINT", "吐槽大会"


class Tier(TextChoices):
    """级别（R-22）：决定办结时限与签发人。"""

    SINGLE = "SINGLE", "个性"
    COMPLEX = "COMPLEX", "复杂"
    MAJOR = "MAJOR", "重大"


class Nature(TextChoices):
    """性质（R-22）。"""

    SINGLE = "SINGLE", "个性问题"
    COMMON = "COMMON", "共性问题"


# 政策兑现及其下级：下级的代码总以上级的代码开头（R-22）。
POLICY_CATEGORY = "POLICY"


class PolicyGap(TextChoices):
    """卡在政策的哪里（R-31）；空着是没有认定。"""

    NONE_YET = "NONE_YET", "没有政策可依"
    UNPAID = "UNPAID", "有政策没兑现"
    BAR = "BAR", "门槛够不着"
    CLASH = "CLASH", "政策之间不一致"


class Outcome(TextChoices):
    """办理结果代码（R-27）。"""

    SOLVED = "A", "A 已解决"
    SOLVING = "B", "B 正在解决"
    PLANNED = "C", "C 列入计划"
    EXPLAINED = "D", "D 已解释"


FINAL_OUTCOMES = frozenset({Outcome.SOLVED, Outcome.EXPLAINED})


class Action(TextChoices):
    """能对一件事做的动作；谁能做、从哪到哪见 rules/workflow.py。"""

    ACCEPT = "accept", "受理"
    REFUSE = "refuse", "不予受理"
    MERGE = "merge", "并案"
    UNMERGE = "unmerge", "撤销并案"
    SPLIT = "split", "拆分"
    CLASSIFY = "classify", "分类定级"
    PROPOSE = "propose", "报领导批准交办"
    DISPATCH = "dispatch", "交办"
    APPROVE_DISPATCH = "approve_dispatch", "批准交办"
    RETURN_DISPATCH = "return_dispatch", "退回交办方案"
    SIGN = "sign", "签收"
    OBJECT = "object", "退单"
    UPHOLD = "uphold", "退单成立"
    REJECT = "reject", "退单不成立"
    REPORT = "report", "报进展"
    ASK_EXTENSION = "ask_extension", "申请延期"
    GRANT_EXTENSION = "grant_extension", "同意延期"
    DENY_EXTENSION = "deny_extension", "不同意延期"
    PAUSE = "pause", "请企业补充"
    SUPPLY = "supply", "补充材料"
    RESUME = "resume", "恢复办理"
    CO_REPLY = "co_reply", "回协办意见"
    COORDINATE = "coordinate", "需要协调"
    ARRANGE = "arrange", "会商答复"
    SUBMIT = "submit", "办结申报"
    PASS_REVIEW = "pass_review", "审核通过"
    SHELVE = "shelve", "审核挂账"
    RETURN_REVIEW = "return_review", "审核退回"
    RATE = "rate", "评价"
    RATE_BAD = "rate_bad", "差评"
    LAPSE_RATING = "lapse_rating", "到期未评"
    CALL_BACK = "call_back", "差评回访"
    REOPEN = "reopen", "重新打开"
    URGE = "urge", "催办"
    ANSWER_URGE = "answer_urge", "答复催办"
    DRAFT_INQUIRY = "draft_inquiry", "拟问效建议单"
    APPROVE_INQUIRY_OFFICE = "approve_inquiry_office", "主任同意问效"
    APPROVE_INQUIRY_LEADER = "approve_inquiry_leader", "分管领导批准问效"
    DROP_INQUIRY = "drop_inquiry", "不予问效"
    ANSWER_INQUIRY = "answer_inquiry", "问效书面说明"
    RECORD_FINDING = "record_finding", "记录认定与处理"
    INSTRUCT = "instruct", "批示"
    ANSWER_INSTRUCTION = "answer_instruction", "报批示办理情况"
    VOID_TICKET = "void_ticket", "作废单据"
    LOOK_BACK = "look_back", "回头看"
    REVOKE = "revoke", "撤销销号"
    JOIN_COMMON = "join_common", "列入共性问题"
    LEAVE_COMMON = "leave_common", "移出共性问题"
    RECORD_ARREARS = "record_arrears", "登记欠款"
    RECORD_RECOVERY = "record_recovery", "登记回款"
    RESOLVE_MEETING = "resolve_meeting", "会议议定"
    MARK_GAP = "mark_gap", "认定卡在政策上"


class Clock(TextChoices):
    """每一种时限；一行 `Deadline` 一个。"""

    ACCEPT = "ACCEPT", "受理"
    DISPATCH = "DISPATCH", "交办"
    SIGN = "SIGN", "签收"
    FEEDBACK = "FEEDBACK", "首次反馈"
    RESOLVE = "RESOLVE", "办结"
    RULING = "RULING", "退单裁定"
    EXTENSION = "EXTENSION", "延期审批"
    CO_REPLY = "CO_REPLY", "协办意见"
    SUPPLY = "SUPPLY", "企业补充"
    REVIEW = "REVIEW", "办结审核"
    RATE = "RATE", "企业评价"
    CALL_BACK = "CALL_BACK", "差评回访"
    REDO = "REDO", "重新办理"
    DOUBLE_TEN = "DOUBLE_TEN", "双十进展"
    URGE_REPLY = "URGE_REPLY", "催办答复"
    PROMISE = "PROMISE", "承诺"
    SHELVED = "SHELVED", "挂账承诺"
    INQUIRY_REPLY = "INQUIRY_REPLY", "问效书面说明"


# Missed by a unit → 催办单. 催办 itself unanswered → 问效.
UNIT_CLOCKS = frozenset(
    {
        Clock.SIGN,
        Clock.FEEDBACK,
        Clock.RESOLVE,
        Clock.CO_REPLY,
        Clock.REDO,
        Clock.DOUBLE_TEN,
        Clock.PROMISE,
        Clock.SHELVED,
    }
)
# Missed by the office → its director's list, never a ticket.
OFFICE_CLOCKS = frozenset({Clock.DISPATCH, Clock.RULING, Clock.EXTENSION, Clock.REVIEW, Clock.CALL_BACK})
# Paused time is given back to these: the work on the case itself, not the firm's or the office's own terms.
PAUSABLE_CLOCKS = UNIT_CLOCKS | {Clock.URGE_REPLY, Clock.INQUIRY_REPLY}


class TicketKind(TextChoices):
    """三单（领域文档 §6）。"""

    DISPATCH = "DISPATCH", "交办单"
    URGE = "URGE", "催办单"
    INQUIRY = "INQUIRY", "问效建议单"


class TicketState(TextChoices):
    """单据状态；签发后只会作废，不会改（R-33）。"""

    DRAFT = "DRAFT", "拟稿"
    ISSUED = "ISSUED", "已签发"
    VOID = "VOID", "已作废"
    DROPPED = "DROPPED", "不予签发"


class InquiryCause(TextChoices):
    """为什么拟问效建议单（领域文档 §6）。"""

    URGE_UNANSWERED = "URGE_UNANSWERED", "催办逾期未答复"
    SECOND_URGE = "SECOND_URGE", "二次催办"
    SECOND_BAD_RATING = "SECOND_BAD", "二次差评"
    FALSE_CLOSURE = "FALSE_CLOSURE", "虚假办结"
    TWO_UNDONE = "TWO_UNDONE", "两次交办未办结"
    BY_HAND = "BY_HAND", "活动办提出"


class Finding(TextChoices):
    """问效认定（R-35）。"""

    OVERDUE = "OVERDUE", "逾期"
    SHIRKING = "SHIRKING", "推诿"
    FALSE_CLOSURE = "FALSE_CLOSURE", "虚假办结"
    TWICE_UNSATISFIED = "TWICE_BAD", "二次不满意"


class Measure(TextChoices):
    """问效处理（R-35）。"""

    DEADLINE = "DEADLINE", "限期办结"
    TALK = "TALK", "约谈"
    CIRCULAR = "CIRCULAR", "通报"
    TRANSFER = "TRANSFER", "移交"
    NONE = "NONE", "不予追究"


class Satisfaction(IntegerChoices):
    """企业评价五级（R-28）；后两级是差评。"""

    VERY_GOOD = 5, "非常满意"
    GOOD = 4, "满意"
    FAIR = 3, "基本满意"
    BAD = 2, "不满意"
    VERY_BAD = 1, "非常不满意"


BAD_RATINGS = frozenset({Satisfaction.BAD, Satisfaction.VERY_BAD})


class LookBackReason(TextChoices):
    """为什么回头看这一件（R-30）：前四种必看，其余按比例抽。"""

    MAJOR = "MAJOR", "重大"
    BAD_RATING = "BAD_RATING", "有过差评"
    ARREARS = "ARREARS", "清欠"
    SHELVED = "SHELVED", "挂过账"
    DRAWN = "DRAWN", "抽中"


class LookBackMode(TextChoices):
    """怎么看的（R-30）。"""

    PHONE = "PHONE", "电话"
    VISIT = "VISIT", "上门"


class LookBackResult(TextChoices):
    """看到什么（R-30）。"""

    REAL = "REAL", "属实"
    RELAPSED = "RELAPSED", "当时属实，又反弹"
    FALSE = "FALSE", "虚假办结"
    UNREACHED = "UNREACHED", "没联系上"


class IssueState(TextChoices):
    """共性问题走到哪里（R-31）。"""

    PROPOSED = "PROPOSED", "待确认"
    CONFIRMED = "CONFIRMED", "批处理中"
    ANSWERED = "ANSWERED", "已统一答复"
    DISMISSED = "DISMISSED", "不作共性"


class DebtorKind(TextChoices):
    """欠款方性质（R-32）。"""

    PUBLIC = "PUBLIC", "机关、事业单位"
    STATE = "STATE", "国有企业"
    PRIVATE = "PRIVATE", "民营企业"
    OTHER = "OTHER", "其他"


class MeetingKind(TextChoices):
    """会议（R-55）。"""

    DISPATCH = "DISPATCH", "周交办会"
    SERVICE = "SERVICE", "企业服务周例会"
    PROJECT = "PROJECT", "项目建设周例会"
    INVESTMENT = "INVESTMENT", "招商引资周例会"
    REVIEW = "REVIEW", "月讲评会"
    CONSULT = "CONSULT", "会商"


class MeetingState(TextChoices):
    """一次会议走到哪里：议程定稿后不再改，纪要印发后全部冻结。"""

    PLANNED = "PLANNED", "筹备"
    FROZEN = "FROZEN", "议程已定"
    CLOSED = "CLOSED", "纪要已印发"
    CANCELLED = "CANCELLED", "取消"


class AgendaReason(TextChoices):
    """为什么上会（R-55）。"""

    CARRIED = "CARRIED", "上次再议"
    UNDISPATCHED = "UNDISPATCHED", "待交办"
    OVERDUE = "OVERDUE", "逾期未办"
    MAJOR = "MAJOR", "重大问题"
    COMMON = "COMMON", "共性问题"
    OBJECTION = "OBJECTION", "退单待裁定"
    COORDINATION = "COORDINATION", "需要协调"
    INSTRUCTION = "INSTRUCTION", "批示未答复"
    BY_HAND = "BY_HAND", "提请研究"


class Resolution(TextChoices):
    """议定怎么办（R-55）：前四种变成单据、批示、会商答复。"""

    DISPATCH = "DISPATCH", "交办"
    URGE = "URGE", "催办"
    INSTRUCT = "INSTRUCT", "批示"
    ARRANGE = "ARRANGE", "协调意见"
    NOTED = "NOTED", "记录在案"
    LATER = "LATER", "下次再议"
