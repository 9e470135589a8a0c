"""成批登记与修改企业（R-10、R-11）：和一家一家办一样的检查、一样的结果，几百家只用几句查询。"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from enterprises.credit_codes import check_credit_code
from enterprises.models import Enterprise, Region
from enterprises.pinyin import initials
from enterprises.services.changes import note_changes
from enterprises.services.index import FIRMS
from enterprises.services.rights import demand_region, may_keep
from zhuqi.kernel.errors import InvalidInput, NotPermitted
from zhuqi.kernel.search import Entry

SEARCHED = frozenset({"name", "address", "industry"})


@dataclass(frozen=True, slots=True)
class Draft:
    """一家要登记的：各列的值（名称、代码、区域必有），和标签的主键。"""

    columns: Mapping[str, Any]
    tags: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Amendment:
    """一家要改的：判断时读到的企业、要改的列；`tags` 为 None 就不动标签。"""

    firm: Enterprise
    columns: Mapping[str, Any]
    tags: tuple[int, ...] | None = None


def enter_many(drafts: Sequence[Draft], *, actor: Any, at: datetime) -> list[Enterprise]:
    """登记这些企业，要么全部、要么一家也不登。在事务里调用；同名同代码的由数据库拒绝（IntegrityError）。

    错误：InvalidInput（代码不对、不在本县）、NotPermitted。
    """
    for region in Region.objects.filter(pk__in={draft.columns["region_id"] for draft in drafts}):
        demand_region(actor, region)
    for draft in drafts:
        problem = check_credit_code(draft.columns["credit_code"]).error
        if problem or not draft.columns["name"]:
            message = problem or "请填写企业名称，与营业执照一致。"
            raise InvalidInput(message, {"credit_code" if problem else "name": [message]})
    firms = Enterprise.objects.bulk_create(
        [
            Enterprise(**draft.columns, pinyin=initials(draft.columns["name"]), created_at=at, updated_at=at)
            for draft in drafts
        ]
    )
    tagged = Enterprise.tags.through
    tagged.objects.bulk_create(
        [tagged(enterprise_id=f.pk, tag_id=tag) for f, draft in zip(firms, drafts, strict=True) for tag in draft.tags]
    )
    FIRMS.add(Entry(f.pk, f"{f.name} {f.pinyin} {f.credit_code}", f"{f.address} {f.industry}") for f in firms)
    note_changes(firm.pk for firm in firms)
    return firms


def amend_many(amendments: Sequence[Amendment], *, actor: Any, at: datetime) -> set[int]:
    """改这些企业；判断以后被别人改过、移出在册的不改，给出它们的主键。迁到别处的，问题跟着走（R-03）。

    在事务里调用。错误：NotPermitted、InvalidInput（迁到外地）。
    """
    _demand_rights(amendments, actor)
    stale: set[int] = set()
    searched = []
    for each in amendments:
        columns = dict(each.columns)
        if "name" in columns:
            columns["pinyin"] = initials(columns["name"])
        same = Enterprise.objects.filter(pk=each.firm.pk, updated_at=each.firm.updated_at, is_active=True)
        if not same.update(**columns, updated_at=at):
            stale.add(each.firm.pk)
            continue
        if "region_id" in columns:
            each.firm.cases.update(region=columns["region_id"])
        if each.tags is not None:
            each.firm.tags.set(each.tags)
        if SEARCHED & columns.keys():
            searched.append(each.firm.pk)
    FIRMS.refresh(searched)
    note_changes({each.firm.pk for each in amendments} - stale)
    return stale


def _demand_rights(amendments: Sequence[Amendment], actor: Any) -> None:
    moved = {each.columns["region_id"] for each in amendments if "region_id" in each.columns}
    for region in Region.objects.filter(pk__in=moved):
        demand_region(actor, region)
    if actor is None:
        return
    wanted = {each.firm.pk for each in amendments}
    seen = Enterprise.objects.visible_to(actor).filter(pk__in=wanted).count()
    if not may_keep(actor) or seen != len(wanted):
        raise NotPermitted("企业资料由所在地活动办维护。")
