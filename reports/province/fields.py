"""报省的项目录：我们有哪些项可报，起始的字段对照是什么（R-65）。没列在这里的，配不出去（R-73）。"""

from dataclasses import dataclass, field

from cases.enums import Action, Outcome, Source, Status, Tier
from reports.enums import Transform

# What goes up (and may be pushed): steps the firm may know of. Between offices and units, and blind ones, stay here.
OPENED = "open"
STEPS: dict[str, str] = {
    OPENED: "提出",
    **{
        str(action): str(action.label)
        for action in (
            Action.ACCEPT, Action.REFUSE, Action.MERGE, Action.UNMERGE, Action.DISPATCH, Action.APPROVE_DISPATCH,
            Action.SIGN, Action.REPORT, Action.GRANT_EXTENSION, Action.PAUSE, Action.SUPPLY, Action.RESUME,
            Action.SUBMIT, Action.PASS_REVIEW, Action.SHELVE, Action.RATE, Action.RATE_BAD, Action.LAPSE_RATING,
            Action.REOPEN, Action.REVOKE,
        )
    },
}  # fmt: skip
# What the firm wrote when rating stays between it and the office.
SILENT = frozenset({Action.RATE, Action.RATE_BAD, Action.REOPEN, Action.REVOKE})


@dataclass(frozen=True, slots=True)
class Item:
    """我们的一项：叫什么，起始的省平台字段、换法、代码。"""

    ours: str
    label: str
    theirs: str
    transform: str = Transform.TEXT
    is_required: bool = False
    codes: dict[str, str] = field(default_factory=dict)


def _numbered(values: list[str]) -> dict[str, str]:
    return {value: f"{number:02d}" for number, value in enumerate(values, 1)}


CODE, INSTANT = Transform.CODE, Transform.INSTANT
ITEMS = (
    Item("title", "标题", "title", is_required=True),
    Item("description", "问题描述", "content", is_required=True),
    Item("firm_name", "企业名称", "ent_name", is_required=True),
    Item("credit_code", "统一社会信用代码", "uscc", is_required=True),
    Item("region_code", "县（市、区）代码", "region"),
    Item("industry_code", "行业代码", "industry"),
    Item("source", "来源", "source", CODE, is_required=True, codes=_numbered(Source.values)),
    Item("category", "类别（一级）", "category", CODE),
    Item("tier", "级别", "tier", CODE, codes=_numbered(Tier.values)),
    Item("lead", "主办单位", "lead_unit"),
    Item("status", "状态", "status", CODE, is_required=True, codes=_numbered(Status.values)),
    Item("step_note", "这一步的内容", "remark"),
    Item("reported_at", "提出时间", "reported_at", INSTANT, is_required=True),
    Item("accepted_at", "受理时间", "accepted_at", INSTANT),
    Item("dispatched_at", "交办时间", "dispatched_at", INSTANT),
    Item("due_on", "办结时限", "due_day", Transform.DAY),
    Item("submitted_at", "申报办结时间", "finished_at", INSTANT),
    Item("closed_at", "销号时间", "closed_at", INSTANT),
    Item("outcome", "办理结果", "result", CODE, codes=dict(zip(Outcome.values, "1234", strict=True))),
    Item("satisfaction", "企业评价（1–5）", "rating", Transform.WHOLE),
    Item("is_legal", "涉法涉诉", "is_legal", Transform.FLAG),
)
BY_NAME = {item.ours: item for item in ITEMS}
LABELS = {item.ours: item.label for item in ITEMS}
# The first level of categories, by name: the province's own two digits.
CATEGORY_CODES = _numbered(
    [
        "融资金融", "用地规划", "要素保障", "用工人才", "行政审批", "政策兑现", "市场产销", "物流交通", "科技创新",
        "环保安全", "基础设施与园区", "账款清欠", "执法检查与营商环境", "涉法涉诉", "其他",
    ]
)  # fmt: skip
