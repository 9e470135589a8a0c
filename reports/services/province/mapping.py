"""字段对照（R-65）：一张表，市活动办可改，改前可拿一件真的试；改动记日志，对不上的说出来。"""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from cadres.models import User
from cadres.services import audit
from cadres.services.settings import demand_city_office
from cases.models import Category
from reports.enums import SendState, Transform
from reports.models import FieldMap, ProvinceReport
from reports.province.fields import BY_NAME, CATEGORY_CODES, ITEMS, LABELS
from reports.province.transforms import UnknownValueError, outward
from reports.services import sending
from zhuqi.kernel.errors import Conflict, InvalidInput

CODES_MOST = 200
THEIRS_MOST = 40


class MappingError(Exception):
    """有几项对不上；`said` 一项一句。"""

    def __init__(self, said: list[str]) -> None:
        super().__init__("；".join(said))
        self.said = said


def seed(*, at: datetime, actor: User | None) -> None:
    """开通时铺一份起始的对照；已有的不动。"""
    have = set(FieldMap.objects.values_list("ours", flat=True))
    tops = Category.objects.filter(parent=None)
    categories = {row.code: CATEGORY_CODES[row.name] for row in tops if row.name in CATEGORY_CODES}
    FieldMap.objects.bulk_create(
        FieldMap(
            theirs=item.theirs, ours=item.ours, transform=item.transform, is_required=item.is_required,
            codes=categories if item.ours == "category" else item.codes, ordering=number * 10,
            changed_at=at, changed_by=actor,
        )
        for number, item in enumerate(ITEMS, 1)
        if item.ours not in have
    )  # fmt: skip


def labels() -> dict[str, str]:
    """省平台的字段名 → 我们叫它什么。"""
    return {row.theirs: LABELS.get(row.ours, row.ours) for row in FieldMap.objects.all()}


def mapped(facts: Mapping[str, Any], rows: list[FieldMap]) -> dict[str, Any]:
    """按对照换好的各项；只有表里报送的才出去。错误：MappingError，哪几项对不上。"""
    made: dict[str, Any] = {}
    said: list[str] = []
    for row in rows:
        if not row.is_sent:
            continue
        label = LABELS.get(row.ours, row.ours)
        try:
            made[row.theirs] = outward(row.transform, facts.get(row.ours), row.codes)
        except UnknownValueError as unknown:
            said.append(f"{label}：{unknown}")
            continue
        if row.is_required and made[row.theirs] is None:
            said.append(f"{label}：必填，现在是空的")
    if said:
        raise MappingError(said)
    return made


def compose(row: ProvinceReport, maps: list[FieldMap], number: str) -> str:
    """要发的原文：键排好序，同样的内容总是同样的字节。错误：MappingError。"""
    facts = row.facts
    said = {
        "case_number": number,
        "province_number": facts.get("province_number") or None,
        "sequence": row.seq,
        "step": facts["step"],
        "at": facts["at"],
        "fields": mapped(facts, maps),
    }
    return json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


@transaction.atomic
def change(row: FieldMap, said: Mapping[str, Any], *, revision: int, actor: User, at: datetime) -> int:
    """改一行；因对照被退回的随即按新的再报，返回几步。

    `said`：theirs、transform、codes、is_required、is_sent。错误：NotPermitted、InvalidInput、Conflict（别人先改了）。
    """
    demand_city_office(actor)
    values = checked(row, said)
    before = {name: getattr(row, name) for name in values}
    changes = {name: value for name, value in values.items() if value != before[name]}
    if not changes:
        return 0
    same = FieldMap.objects.filter(pk=row.pk, revision=revision)
    if not same.update(revision=revision + 1, changed_at=at, changed_by=actor, **changes):
        raise Conflict("这一行刚被别人改过，请看过现在的样子再改。")
    words = "；".join(f"{name} {before[name]} → {value}" for name, value in changes.items() if name != "codes")
    if "codes" in changes:
        words = f"{words}；代码表 {len(before['codes'])} → {len(changes['codes'])} 项".lstrip("；")
    audit.record(actor, "改字段对照", target=f"{LABELS.get(row.ours, row.ours)} · {row.theirs}", reason=words, at=at)
    return sending.again(refused_by_mapping(), at=at, afresh=True)


def refused_by_mapping() -> Any:
    """没有发出去、卡在对照上的。"""
    return ProvinceReport.objects.filter(state=SendState.REFUSED, last_status=None)


def checked(row: FieldMap, said: Mapping[str, Any]) -> dict[str, Any]:
    """查过的各项；不对的说在哪一栏。错误：InvalidInput。"""
    theirs = str(said.get("theirs", "")).strip()
    codes = dict(said.get("codes") or {})
    transform = said.get("transform")
    doubled = FieldMap.objects.exclude(pk=row.pk).filter(theirs=theirs).exists()
    is_code = transform == Transform.CODE
    wrong = (
        ("theirs", not theirs or not theirs.isascii() or not theirs.replace("_", "").isalnum(),
         "省平台字段只用字母、数字和下划线。"),
        ("theirs", len(theirs) > THEIRS_MOST, f"最多 {THEIRS_MOST} 个字符。"),
        ("theirs", doubled, f"“{theirs}”已经给了另一项。"),
        ("transform", transform not in Transform.values, "没有这种换法。"),
        ("codes", is_code and not codes, "按代码表换，就要填代码表。"),
        ("codes", len(codes) > CODES_MOST, f"代码表最多 {CODES_MOST} 项。"),
        ("is_sent", BY_NAME[row.ours].is_required and not said.get("is_sent"), "这一项是约定必填的，不能不报。"),
    )  # fmt: skip
    errors: dict[str, list[str]] = {}
    for name, is_wrong, words in wrong:
        if is_wrong:
            errors.setdefault(name, []).append(words)
    if errors:
        raise InvalidInput("还有要改的：" + "".join(words for each in errors.values() for words in each), errors)
    return {
        "theirs": theirs, "transform": transform, "codes": codes if is_code else {},
        "is_required": bool(said.get("is_required")), "is_sent": bool(said.get("is_sent")),
    }  # fmt: skip
