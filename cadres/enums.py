"""人员与单位的取值（R-01、R-13、R-15）。"""

from django.db.models import TextChoices


class Role(TextChoices):
    """角色；角色不等于归属（R-04）。"""

    CADRE = "CADRE", "助企干部"
    ENTERPRISE = "ENTERPRISE", "企业"
    UNIT = "UNIT", "承办单位"
    OFFICE = "OFFICE", "活动办"
    LEADER = "LEADER", "领导"
    SUPERVISOR = "SUPERVISOR", "督查"
    SYSADMIN = "SYSADMIN", "系统管理员"
    SECADMIN = "SECADMIN", "安全管理员"
    AUDITOR = "AUDITOR", "审计管理员"


class UnitKind(TextChoices):
    """单位类别（R-01）。"""

    LEADING_GROUP = "LEADING", "领导小组"
    OFFICE = "OFFICE", "活动办"
    TASK_FORCE = "TASK_FORCE", "专项工作小组"
    DEPARTMENT = "DEPARTMENT", "市直部门"
    COUNTY = "COUNTY", "县（市、区）政府部门"
    FINANCE = "FINANCE", "金融机构"
    UTILITY = "UTILITY", "公用企业"
    SUPERVISION = "SUPERVISION", "督查与纪检监察"


# The category (with what is below it, ARREARS.…) whose cases the joint group of 清欠 sees in all the city.
ARREARS = "ARREARS"


class AssignmentRole(TextChoices):
    """包联中的身份（R-12）：牵头一人，协助若干，可有市领导。"""

    LEAD = "LEAD", "牵头干部"
    ASSISTANT = "ASSISTANT", "协助干部"
    LEADER = "LEADER", "包联领导"


class VisitMode(TextChoices):
    """走访方式（R-13）。"""

    ON_SITE = "ON_SITE", "实地"
    PHONE = "PHONE", "电话"
    VIDEO = "VIDEO", "视频"
    DECLINED = "DECLINED", "企业婉拒"


class VisitTopic(TextChoices):
    """一句话属于哪一类（R-13）。"""

    PROBLEM = "PROBLEM", "问题"
    POLICY = "POLICY", "政策"
    NOTHING = "NOTHING", "无事"


class PlannedVisitState(TextChoices):
    """预约走访的状态（R-14）。"""

    PLANNED = "PLANNED", "已预约"
    DONE = "DONE", "已走访"
    DECLINED = "DECLINED", "企业婉拒"
    CANCELLED = "CANCELLED", "已取消"


class DayShift(TextChoices):
    """双十日遇休息日怎么挪（R-15）。"""

    FORWARD = "FORWARD", "顺延到下一个工作日"
    BACK = "BACK", "提前到上一个工作日"
    KEEP = "KEEP", "不挪"


class DayKind(TextChoices):
    """一天是什么日子：通知说了算，没说的按周历（R-42）。"""

    WORKDAY = "WORKDAY", "工作日"
    WEEKEND = "WEEKEND", "周末"
    HOLIDAY = "HOLIDAY", "节假日"
    MAKEUP = "MAKEUP", "调休上班"


class Channel(TextChoices):
    """站内之外还能怎么告诉人；站内永远有。"""

    MAIL = "MAIL", "邮件"
    SMS = "SMS", "短信"
    WECOM = "WECOM", "企业微信群"
    DINGTALK = "DINGTALK", "钉钉群"


class NoticeKind(TextChoices):
    """一条通知说的是哪一类事，各人按类选通道。"""

    URGE = "URGE", "催办、问效和重办"
    CASE = "CASE", "诉求办到哪一步"
    VISIT = "VISIT", "助企日和走访"
    MEETING = "MEETING", "例会、批示和通报"
    POLICY = "POLICY", "政策和对接活动"
    OTHER = "OTHER", "其他（导出、企业合并等）"


class MessageState(TextChoices):
    """一条外发消息到了哪一步。"""

    WAITING = "WAITING", "待发"
    SENT = "SENT", "已发"
    GATHERED = "GATHERED", "并入摘要"
    DROPPED = "DROPPED", "不必发"
    FAILED = "FAILED", "没发成"
