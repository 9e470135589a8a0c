"""每个动作要交什么：一张表。请求的检查、接口文档、生成的客户端都从这里来。

说一段话叫什么、最多几个字、要不要写，来自流程表和表单的说法（`forms.wording`）：页面和接口是同一份。
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from rest_framework import serializers

from cases import enums
from cases.enums import Action
from cases.forms.dispatch import HELPERS_MOST, current_rules
from cases.forms.fields import FILES_MOST
from cases.forms.particulars import PART_COUNT, handling_units
from cases.forms.wording import wording
from cases.models import Case, Category
from cases.rules.workflow import TRANSITIONS
from cases.services import DispatchPlan, Rating, Ticks
from cases.services.choices import BY_OWN_PAGE
from cases.services.dispatch import PART_MOST
from cases.services.intake import DESCRIPTION_MOST, TITLE_MOST
from cases.services.rating import COMMENT_MOST
from zhuqi.kernel.api.bodies import Body
from zhuqi.kernel.api.serializers import Day, Key, rows_of
from zhuqi.kernel.uploads import accept

Said = dict[str, Any]
Fields = dict[str, Callable[[], Any]]


def _category(**more: Any) -> Key:
    return Key(lambda context: Category.objects.filter(is_active=True).select_related("parent"), label="类别", **more)


def _unit(label: str, **more: Any) -> Key:
    return Key(lambda context: handling_units(), label=label, **more)


def _choice(choices: Any, label: str, **more: Any) -> serializers.ChoiceField:
    return serializers.ChoiceField(choices=choices.choices, label=label, **more)


def _tick(label: str) -> serializers.BooleanField:
    return serializers.BooleanField(default=False, label=label)


class Helper(Body):
    """一家协办单位和它的分工。"""

    unit = _unit("协办单位")
    part = serializers.CharField(max_length=PART_MOST, label="分工")


class Part(Body):
    """拆出来的一件。"""

    title = serializers.CharField(max_length=TITLE_MOST, label="标题")
    description = serializers.CharField(max_length=DESCRIPTION_MOST, label="情况")


_PLAN: Fields = {
    "category": _category,
    "tier": lambda: _choice(enums.Tier, "级别"),
    "nature": lambda: _choice(enums.Nature, "性质"),
    "lead": lambda: _unit("主办单位"),
    "co_handlers": lambda: rows_of(Helper, required=False, max_length=HELPERS_MOST, label="协办单位及分工"),
    "requirements": lambda: serializers.CharField(
        required=False, allow_blank=True, max_length=1000, label="办理要求，一行一条"
    ),
    "rule_set": lambda: Key(
        lambda context: current_rules(), required=False, allow_null=True, label="办理规则，不写用默认的"
    ),
}
_CLASS: Fields = {
    "category": _category,
    "tier": lambda: _choice(enums.Tier, "级别", required=False),
    "nature": lambda: _choice(enums.Nature, "性质", required=False),
}
_TICKS: Fields = {
    "is_solved": lambda: _tick("问题真的解决了"),
    "is_answered": lambda: _tick("已经答复企业"),
    "has_contacted": lambda: _tick("承办单位联系过企业"),
    "firm_agrees": lambda: _tick("企业同意这个结果"),
}
_SURE: Fields = {"sure": lambda: _tick("核对过，没有错（数额可疑时才要）")}


def _money(label: str) -> serializers.DecimalField:
    return serializers.DecimalField(max_digits=14, decimal_places=2, min_value=0, label=label)


def _into(context: Said) -> Any:
    case = context["case"]
    return Case.objects.visible_to(context["request"].user).filter(enterprise=case.enterprise_id).exclude(pk=case.pk)


# What a step takes beside its words and files.
TAKES: dict[Action, Fields] = {
    Action.ACCEPT: _CLASS | {"category": lambda: _category(required=False)},
    Action.CLASSIFY: _CLASS,
    Action.MERGE: {"into": lambda: Key(_into, label="并到哪一件（同一企业）")},
    Action.SPLIT: {"parts": lambda: rows_of(Part, min_length=1, max_length=PART_COUNT, allow_empty=False, label="拆成哪几件")},
    Action.PROPOSE: _PLAN,
    Action.DISPATCH: _PLAN,
    Action.OBJECT: {"proper_unit": lambda: _unit("应由哪个单位办理")},
    Action.ASK_EXTENSION: {"days": lambda: serializers.IntegerField(min_value=1, max_value=365, label="延几天")},
    Action.SUBMIT: {
        "outcome": lambda: _choice(enums.Outcome, "办理结果"),
        "promised_on": lambda: Day(required=False, allow_null=True, label="承诺哪天办成；结果是 B、C 时要写"),
        "policy_gap": lambda: _choice(enums.PolicyGap, "卡在政策上吗，企业看不到", required=False),
    },
    Action.PASS_REVIEW: _TICKS,
    Action.SHELVE: _TICKS,
    Action.RETURN_REVIEW: _TICKS,
    Action.RATE: {
        "satisfaction": lambda: _choice(enums.Satisfaction, "五级评价；1、2 是差评"),
        "is_real": lambda: _tick("问题真的解决了"),
        "was_contacted": lambda: _tick("承办单位联系过我"),
        "was_told_once": lambda: _tick("一次说清了要交什么"),
        "comment": lambda: serializers.CharField(required=False, allow_blank=True, max_length=COMMENT_MOST, label="一句话"),
        "was_pressured": lambda: _tick("有人要求我给好评（只有督查看得到）"),
    },
    Action.ANSWER_URGE: {"promised_on": lambda: Day(label="承诺哪天办成，也是期限")},
    Action.DRAFT_INQUIRY: {
        "cause": lambda: _choice(enums.InquiryCause, "缘由", required=False),
        "suggestion": lambda: _choice(enums.Measure, "建议处理", required=False),
    },
    Action.RECORD_FINDING: {
        "finding": lambda: _choice(enums.Finding, "认定；不予追究的不写", required=False),
        "measure": lambda: _choice(enums.Measure, "处理"),
        "measure_due_on": lambda: Day(required=False, allow_null=True, label="限期；限期办结时要写"),
    },
    Action.VOID_TICKET: {"ticket": lambda: Key(lambda context: context["case"].tickets.issued(), label="作废哪一张")},
    Action.INSTRUCT: {"due_on": lambda: Day(required=False, allow_null=True, label="要求哪天前报")},
    Action.MARK_GAP: {
        "policy_gap": lambda: _choice(enums.PolicyGap, "卡在政策的哪里；空着是撤回认定", allow_blank=True),
    },
    Action.ANSWER_INSTRUCTION: {
        "instruction": lambda: Key(
            lambda context: context["case"].instructions.select_related("leader"), required=False, label="答哪一条；不写答最早的"
        )
    },
    Action.RECORD_ARREARS: {
        "debtor": lambda: serializers.CharField(max_length=100, label="欠款方"),
        "debtor_kind": lambda: _choice(enums.DebtorKind, "欠款方性质"),
        "owed": lambda: _money("欠款金额，元"),
        "basis": lambda: serializers.CharField(required=False, allow_blank=True, max_length=300, label="依据"),
    } | _SURE,
    Action.RECORD_RECOVERY: {"amount": lambda: _money("到账金额，元"), "received_on": lambda: Day(label="到账日期")} | _SURE,
}  # fmt: skip
# 评价的两级动作是一张评价单；其余各有自己的一页，不从这里办。
OFFERED = tuple(action for action in TRANSITIONS if action not in BY_OWN_PAGE)


@dataclass(frozen=True, slots=True)
class Taking:
    """一个动作的请求：JSON 一种；能带文件的另有 multipart 一种。"""

    action: Action
    as_json: type[Body] | None
    as_form: type[Body] | None

    @property
    def media(self) -> Said:
        """给接口文档。"""
        offered = {"application/json": self.as_json, "multipart/form-data": self.as_form}
        return {name: body for name, body in offered.items() if body is not None}


def _words(action: Action) -> Fields:
    said = wording(action)
    if not said.note or action == Action.RATE:
        return {}
    needed = TRANSITIONS[action].needs_note
    return {
        "note": lambda: serializers.CharField(
            required=needed, allow_blank=not needed, max_length=said.most, label=said.note
        )
    }


def _files(action: Action) -> Fields:
    return {
        "files": lambda: serializers.ListField(
            child=serializers.FileField(), required=action == Action.SUBMIT, allow_empty=action != Action.SUBMIT,
            max_length=FILES_MOST, label="照片、PDF、Word、Excel",
        )
    }  # fmt: skip


def _made(name: str, action: Action, fields: Fields) -> type[Body]:
    return type(name, (Body,), {"__doc__": f"{action.label}。", **{key: make() for key, make in fields.items()}})


def taking(action: Action) -> Taking:
    """一个动作要交的。办结申报必须有佐证，所以只有 multipart。"""
    name = "".join(word.title() for word in action.value.split("_"))
    own = TAKES.get(action, {}) | _words(action)
    as_form = _made(f"{name}ActionForm", action, own | _files(action)) if wording(action).files else None
    as_json = None if action == Action.SUBMIT else _made(f"{name}Action", action, own)
    return Taking(action, as_json, as_form)


def details_of(action: Action, said: Said) -> Said:
    """检查过的内容 → `services.perform` 的材料。"""
    found = dict(said)
    found["files"] = [accept(one, field="files") for one in found.pop("files", [])]
    if action in {Action.PROPOSE, Action.DISPATCH}:
        helpers = tuple((one["unit"], one["part"]) for one in found.pop("co_handlers", []))
        known = {name: found.pop(name) for name in tuple(found) if name in _PLAN}
        found["plan"] = DispatchPlan(**known, co_handlers=helpers)
    if action == Action.SPLIT:
        found["parts"] = [(one["title"], one["description"]) for one in found["parts"]]
    if TAKES.get(action) is _TICKS:
        found["ticks"] = Ticks(**{name: found.pop(name) for name in _TICKS})
    return found


def rating_of(said: Said) -> Rating:
    """企业的评价单。"""
    return Rating(**said)
