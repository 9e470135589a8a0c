"""政策的取值（R-60、R-61）。"""

from django.db.models import IntegerChoices, TextChoices


class PolicyLevel(TextChoices):
    """哪一级的文件。"""

    NATION = "NATION", "国家"
    PROVINCE = "PROVINCE", "省"
    CITY = "CITY", "市"
    COUNTY = "COUNTY", "县（市、区）"


class PolicyState(TextChoices):
    """走到哪里；“已过期”“未生效”由日期得出，不另存（R-44）。"""

    DRAFT = "DRAFT", "草稿"
    PUBLISHED = "PUBLISHED", "已发布"
    ABOLISHED = "ABOLISHED", "已废止"


class Standing(TextChoices):
    """今天还算不算数（R-62）：过期和废止的从不显示成有效。"""

    DRAFT = "DRAFT", "草稿"
    UPCOMING = "UPCOMING", "未生效"
    VALID = "VALID", "有效"
    EXPIRED = "EXPIRED", "已过期"
    ABOLISHED = "ABOLISHED", "已废止"


class ConditionField(TextChoices):
    """条件看企业的哪一项（R-61）。"""

    REGION = "REGION", "县（市、区）"
    INDUSTRY = "INDUSTRY", "行业代码"
    CHAIN = "CHAIN", "产业链"
    CLUSTER = "CLUSTER", "产业集群"
    ABOVE_SCALE = "ABOVE_SCALE", "规上企业"
    TAG = "TAG", "企业标签"
    WHITELIST = "WHITELIST", "白名单"
    AGE = "AGE", "成立满几年"
    REVENUE = "REVENUE", "上年营业收入（万元）"
    STAFF = "STAFF", "从业人数"


class Operator(TextChoices):
    """怎么比。"""

    IN = "IN", "是其中之一"
    NOT_IN = "NOT_IN", "不是其中任何一个"
    PREFIX = "PREFIX", "以这些开头"
    AT_LEAST = "AT_LEAST", "不少于"
    AT_MOST = "AT_MOST", "不多于"
    YES = "YES", "是"
    NO = "NO", "不是"


class Answer(TextChoices):
    """一条件对一家企业：符合、不符合、不知道（R-61）。"""

    PASSED = "PASSED", "符合"
    FAILED = "FAILED", "不符合"
    UNKNOWN = "UNKNOWN", "缺资料"


class Verdict(TextChoices):
    """一项政策对一家企业（R-61）。"""

    FITS = "FITS", "可以享受"
    ONE_MISSING = "ONE_MISSING", "差一个条件"
    UNKNOWN = "UNKNOWN", "补了资料才知道"
    UNFIT = "UNFIT", "不适用"


class EventState(TextChoices):
    """一场活动走到哪里（R-63）。"""

    DRAFT = "DRAFT", "筹备"
    OPEN = "OPEN", "报名中"
    HELD = "HELD", "已举办"
    CANCELLED = "CANCELLED", "已取消"


class ResultKind(TextChoices):
    """结果记什么（R-63）；金额以元记，人数、项数以个记。"""

    SALES = "SALES", "销售"
    CREDIT = "CREDIT", "融资"
    JOBS = "JOBS", "用工"
    AGREEMENT = "AGREEMENT", "合作协议"


class ResultStage(TextChoices):
    """意向、签约、到位分开，从不相加。"""

    INTENT = "INTENT", "意向"
    SIGNED = "SIGNED", "签约"
    DELIVERED = "DELIVERED", "到位"


class FollowUp(IntegerChoices):
    """活动后几天回访。"""

    FIRST = 30, "30 天"
    SECOND = 90, "90 天"


class DigestKind(TextChoices):
    """摘要里的一件是什么。"""

    NEW = "NEW", "新政策"
    ENDING = "ENDING", "快截止"
    EVENT = "EVENT", "活动邀请"


class ImportState(TextChoices):
    """一份导入走到哪里（R-62）。"""

    CHECKED = "CHECKED", "待确认"
    QUEUED = "QUEUED", "排队中"
    RUNNING = "RUNNING", "正在导入"
    DONE = "DONE", "完成"
    FAILED = "FAILED", "没有做完"
    CANCELLED = "CANCEL", "已取消"


class ImportOutcome(TextChoices):
    """文件里的一行怎么样了（R-62）。"""

    ADDED = "ADDED", "新增"
    NUMBER = "NUMBER", "同文号，略过"
    TITLE = "TITLE", "同标题同发文机关，略过"
    ALIKE = "ALIKE", "全文近似，存为草稿"
    REVISED = "REVISED", "修订"
    BAD = "BAD", "有错，没有导入"
