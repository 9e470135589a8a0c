"""省平台交办下来的（R-65）：按省平台编号只登记一次，走正常的受理；以后每一步由发件箱答回去。

企业、类别照对照表倒过来找，找不到的不猜：企业找不到就先放着，说清缺什么；类别找不到的照样登记，留给活动办分类。
同一编号再来、内容不同的，记下哪里不同，不改已登记的。
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F

from cadres.models import User
from cadres.services import audit
from cadres.services.settings import demand_city_office
from cases.enums import Source
from cases.models import Category
from cases.services import Report, report_problem
from cases.services.intake import DESCRIPTION_MOST, TITLE_MOST
from enterprises.credit_codes import normalise_credit_code
from enterprises.models import Enterprise
from reports.enums import HandedState
from reports.models import FieldMap, HandedDown, ProvinceLink
from reports.province.client import ProvinceClient, UnreachableError
from reports.province.transforms import UnknownValueError, inward
from reports.services.province import link
from zhuqi.kernel.errors import Conflict, DomainError

PATH = "/v1/handed-down"
PAGES_MOST = 50
NUMBER_MOST = 43  # with its prefix it is the case's token
DIFFERENCES_MOST = 20


def pull(client: ProvinceClient, *, at: datetime) -> int:
    """收一遍交办；返回新登记几件。收到哪里记下来，中断了下次从那里接着收。"""
    opened = 0
    for _ in range(PAGES_MOST):
        now = link.current()
        if now is None or now.paused_at:
            return opened
        page = _page(client, now.handed_after)
        for item in page["items"]:
            opened += take(item, at=at)
        moved = ProvinceLink.objects.filter(handed_after=now.handed_after)
        if not page["items"] or not moved.update(handed_after=page["next"]) or page["next"] == now.handed_after:
            return opened
    return opened


def _page(client: ProvinceClient, after: str) -> dict[str, Any]:
    answer = client.get(PATH, after=after) if after else client.get(PATH)
    items, following = answer.facts.get("items"), answer.facts.get("next", after)
    if answer.status != 200 or not isinstance(items, list) or not isinstance(following, str):
        raise UnreachableError(f"收交办：省平台答 {answer.status}，不是约定的样子")
    return {"items": [item for item in items if isinstance(item, dict)], "next": following[:60]}


def take(item: Mapping[str, Any], *, at: datetime) -> bool:
    """一件：没见过的登记，见过的只比内容；答新登记了没有。"""
    number, fields = item.get("province_number"), item.get("fields")
    is_told = isinstance(number, str) and 0 < len(number) <= NUMBER_MOST and number.isprintable()
    if not is_told or not isinstance(fields, dict):
        return False
    row, is_new = HandedDown.objects.get_or_create(
        number=number, defaults={"fields": fields, "received_at": at, "last_at": at}
    )
    if not is_new:
        _came_again(row, fields, at=at)
    return row.case_id is None and open_case(row, at=at)


def _came_again(row: HandedDown, fields: dict[str, Any], *, at: datetime) -> None:
    """又来一次：没登记的换成新的内容，登记了的记下不同。"""
    changes: dict[str, Any] = {"last_at": at, "times": F("times") + 1}
    if row.case_id is None:
        row.fields = changes["fields"] = fields
    else:
        found = [
            {"at": at.isoformat(), "field": name, "before": row.fields.get(name), "after": fields.get(name)}
            for name in sorted(row.fields.keys() | fields.keys())
            if row.fields.get(name) != fields.get(name)
        ]
        known = [(each["field"], each["after"]) for each in row.differences]
        fresh = [each for each in found if (each["field"], each["after"]) not in known]
        changes["differences"] = (row.differences + fresh)[-DIFFERENCES_MOST:]
    HandedDown.objects.filter(pk=row.pk).update(**changes)


def open_case(row: HandedDown, *, at: datetime) -> bool:
    """登记成一件诉求；登记不了的说清缺什么。"""
    try:
        with transaction.atomic():
            report, trouble = _read(row)
            case = report_problem(report, actor=None, at=at)
            free = HandedDown.objects.filter(pk=row.pk, case=None)
            if not free.update(case=case, state=HandedState.OPENED, trouble=trouble):
                return False
    except (DomainError, IntegrityError) as refused:
        said = refused.message if isinstance(refused, DomainError) else "正在由另一个进程登记。"
        HandedDown.objects.filter(pk=row.pk, case=None).update(trouble=said[:300])
        return False
    return True


def _read(row: HandedDown) -> tuple[Report, str]:
    maps = {each.ours: each for each in FieldMap.objects.all()}

    def said(ours: str) -> Any:
        return row.fields.get(maps[ours].theirs) if ours in maps else None

    firm = _firm(said("credit_code"), said("firm_name"))
    category, trouble = _category(said("category"), maps.get("category"))
    content = str(said("description") or "").strip()
    title = str(said("title") or content).strip()
    report = Report(
        firm, title[:TITLE_MOST], content[:DESCRIPTION_MOST] or title, Source.PROVINCE, category=category,
        token=f"省平台:{row.number}", upper_number=row.number,
    )  # fmt: skip
    return report, trouble


def _firm(code: Any, name: Any) -> Enterprise:
    found = Enterprise.objects.filter(credit_code=normalise_credit_code(str(code or ""))).first() if code else None
    if found is None:
        raise DomainError(
            f"没有登记过这家企业：{name or '没写名称'}（{code or '没写信用代码'}）。请先登记企业，再点“重新登记”。"
        )
    return found


def _category(value: Any, row: FieldMap | None) -> tuple[Category | None, str]:
    if row is None or value in (None, ""):
        return None, ""
    try:
        return Category.objects.filter(code=inward(row.transform, value, row.codes), is_active=True).first(), ""
    except UnknownValueError as unknown:
        return None, f"类别{unknown}，登记时没有分类"


def try_again(row: HandedDown, *, actor: User, at: datetime) -> None:
    """补登了企业以后，再登记一次。错误：DomainError，还是缺什么。"""
    demand_city_office(actor)
    if row.case_id:
        raise Conflict("这一件已经登记了。")
    if not open_case(row, at=at):
        row.refresh_from_db()
        raise DomainError(row.trouble or "这一件已经由别人登记了。")
    audit.record(actor, "登记省平台交办", target=row.number, at=at)
