"""通报的取值（R-51、R-52）；分项与扣分的代码在 scoring，这里给出中文名。"""

from django.db.models import TextChoices

from reports import scoring


class RankingStatus(TextChoices):
    """一个月的通报走到哪里。"""

    DRAFT = "DRAFT", "草稿"
    PUBLISHED = "PUBLISHED", "已发布"


class Group(TextChoices):
    """四组分开排名（R-51）。"""

    COUNTY = scoring.Group.COUNTY.value, "县（市、区）"
    ZONE = scoring.Group.ZONE.value, "功能区"
    DEPARTMENT = scoring.Group.DEPARTMENT.value, "市直部门"
    SERVICE = scoring.Group.SERVICE.value, "金融机构与公用企业"


class Part(TextChoices):
    """得分的六项。"""

    SIGNING = scoring.Part.SIGNING.value, "签收反馈"
    ON_TIME = scoring.Part.ON_TIME.value, "按时"
    SOLVED = scoring.Part.SOLVED.value, "解决"
    RATING = scoring.Part.RATING.value, "评价"
    LOOK_BACK = scoring.Part.LOOK_BACK.value, "回头看"
    COMMON = scoring.Part.COMMON.value, "共性政策"


class Mark(TextChoices):
    """扣分的四种。"""

    URGE = scoring.Mark.URGE.value, "催办"
    INQUIRY = scoring.Mark.INQUIRY.value, "问效"
    WRONG_OBJECTION = scoring.Mark.WRONG_OBJECTION.value, "退单不成立"
    FALSE_CLOSURE = scoring.Mark.FALSE_CLOSURE.value, "虚假办结"


ITEMS = [*Part.choices, *Mark.choices]
ITEM_LABELS: dict[str, str] = {str(value): str(label) for value, label in ITEMS}


class SendState(TextChoices):
    """往外送的一行走到哪里（R-65）。"""

    WAITING = "WAITING", "待发"
    SENT = "SENT", "已送达"
    REFUSED = "REFUSED", "被退回"
    DROPPED = "DROPPED", "不再送"


class Transform(TextChoices):
    """一项值怎么换成省平台的（R-65）；做法在 province.transforms，一名一个函数。"""

    TEXT = "text", "原样文字"
    CODE = "code", "按代码表"
    DAY = "day", "日期（年月日八位）"
    INSTANT = "instant", "时间（年-月-日 时:分:秒）"
    WHOLE = "whole", "整数"
    FLAG = "flag", "是否（1 / 0）"


class HandedState(TextChoices):
    """省平台交办的一件登记了没有（R-65）。"""

    STUCK = "STUCK", "没能登记"
    OPENED = "OPENED", "已登记"


class ReconciliationState(TextChoices):
    """一次对账。"""

    RUNNING = "RUNNING", "正在对"
    DONE = "DONE", "对完了"
    FAILED = "FAILED", "没对成"
