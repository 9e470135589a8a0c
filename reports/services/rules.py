"""评分规则的版本（R-51†）：改规则就是加版本，从下一次起草用起。"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from cadres.models import User
from reports.enums import ITEM_LABELS
from reports.models import ScoreRule
from reports.scoring import FULL, Part, Weights
from zhuqi.kernel.errors import Conflict, InvalidInput

MOST = {**{part.value: FULL for part in Part}, "shrinkage": 50, "least_due": 50}
LABELS = {
    **ITEM_LABELS,
    "urge_most": "催办最多扣",
    "shrinkage": "收缩件数 k",
    "least_due": "参加排名最少应办结件数",
}


def current_rule(*, at: datetime) -> ScoreRule:
    """现在用的一版；还没有就按领域文档的默认建第 1 版。"""
    rule = ScoreRule.objects.first()
    if rule is None:
        rule, _ = ScoreRule.objects.get_or_create(
            version=1, defaults={"weights": Weights().as_data(), "note": "起始规则", "made_at": at}
        )
    return rule


def check_weights(data: Mapping[str, Any], *, is_rule: bool) -> Weights:
    """数据 → Weights。错误：InvalidInput，逐项说明；规则的六项合计须为 100，试算不必。"""
    errors = {}
    for name, value in data.items():
        if not isinstance(value, int) or not 0 <= value <= MOST.get(name, FULL):
            errors[name] = [f"“{LABELS[name]}”应是 0 到 {MOST.get(name, FULL)} 之间的整数。"]
    if errors:
        raise InvalidInput("分值有误：" + "".join(said[0] for said in errors.values()), errors)
    try:
        weights = Weights.from_data(data)
    except ValueError as error:
        raise InvalidInput(str(error), {"signing": [str(error)]}) from error
    if is_rule and weights.total != FULL:
        message = f"六项合计应为 100，现在是 {weights.total}。"
        raise InvalidInput(message, {"signing": [message]})
    return weights


def save_rule(data: Mapping[str, Any], *, actor: User | None, at: datetime, note: str = "") -> ScoreRule:
    """存成新的一版，下一次起草用；已有的通报不变。没有改动就不加版本（InvalidInput）。"""
    weights = check_weights(data, is_rule=True)
    last = current_rule(at=at)
    if Weights.from_data(last.weights) == weights:
        message = f"与现行第 {last.version} 版完全一样，没有要存的。"
        raise InvalidInput(message, {"signing": [message]})
    try:
        with transaction.atomic():
            return ScoreRule.objects.create(
                version=last.version + 1, weights=weights.as_data(), note=note.strip()[:200], made_at=at, made_by=actor
            )
    except IntegrityError as error:
        raise Conflict("别人刚存了一版规则，请刷新后再看。") from error
