"""R-10, R-11: registering a firm and keeping its entry true."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from enterprises.credit_codes import check_credit_code, normalise_credit_code
from enterprises.models import Cluster, Enterprise, IndustryChain, Region, Tag
from enterprises.pinyin import initials
from enterprises.services.changes import note_changes
from enterprises.services.index import FIRMS
from enterprises.services.merged import merged_into
from enterprises.services.rights import demand_region, demand_right
from zhuqi.kernel.errors import Conflict, InvalidInput

STALE = "这家企业的资料刚被别人改过，请刷新核对后再保存。"


@dataclass(frozen=True, slots=True)
class FirmRecord:
    """A firm as the office writes it down. Never an ID-card number (R-11)."""

    name: str
    credit_code: str
    region: Region
    address: str = ""
    industry_code: str = ""
    industry: str = ""
    chain: IndustryChain | None = None
    cluster: Cluster | None = None
    is_above_scale: bool = False
    tags: Iterable[Tag] = ()

    def columns(self) -> dict[str, Any]:
        """What goes into the row: normalised, with the pinyin initials."""
        name = " ".join(self.name.split())
        return {
            "name": name,
            "pinyin": initials(name),
            "credit_code": normalise_credit_code(self.credit_code),
            "address": self.address.strip(),
            "industry_code": self.industry_code.strip().upper(),
            "industry": self.industry.strip(),
            "chain": self.chain,
            "cluster": self.cluster,
            "is_above_scale": self.is_above_scale,
        }


@transaction.atomic
def register(record: FirmRecord, *, actor: Any, at: datetime) -> Enterprise:
    """Enter a firm; `actor` None is the system (import of the first books).

    Raises InvalidInput: wrong credit code, or name or code already on the books; NotPermitted outside one's region.
    """
    demand_region(actor, record.region)
    columns = record.columns()
    _check(columns)
    try:
        with transaction.atomic():
            firm = Enterprise.objects.create(**columns, region=record.region, created_at=at, updated_at=at)
    except IntegrityError as error:
        raise Conflict("同名或同代码的企业刚被别人登记，请搜索核对。") from error
    firm.tags.set(record.tags)
    FIRMS.refresh([firm.pk])
    note_changes([firm.pk])
    return firm


@transaction.atomic
def update(
    firm: Enterprise,
    record: FirmRecord,
    *,
    actor: Any,
    at: datetime,
    seen_at: datetime | None = None,
) -> Enterprise:
    """Change the entry. `seen_at` is when the page's data was last changed: a stale page raises Conflict."""
    demand_right(actor, firm)
    columns = record.columns()
    _check(columns, but=firm)
    same = Enterprise.objects.filter(pk=firm.pk)
    if seen_at is not None:
        same = same.filter(updated_at=seen_at)
    try:
        with transaction.atomic():
            if not same.update(**columns, updated_at=at):
                raise Conflict(STALE)
    except IntegrityError as error:
        raise Conflict("同名或同代码的企业刚被别人登记，请搜索核对。") from error
    firm.tags.set(record.tags)
    if record.region.pk != firm.region_id:
        move_region(firm, record.region, actor=actor, at=at)
    firm.refresh_from_db()
    FIRMS.refresh([firm.pk])
    note_changes([firm.pk])
    return firm


@transaction.atomic
def move_region(firm: Enterprise, region: Region, *, actor: Any, at: datetime) -> None:
    """A firm moves: its cases go with it, so the new county sees them and the old one no longer does (R-03)."""
    demand_right(actor, firm)
    demand_region(actor, region)
    moved = Enterprise.objects.filter(pk=firm.pk, region=firm.region_id).update(region=region, updated_at=at)
    if not moved:
        raise Conflict(STALE)
    # Kept beside the case for its lists; through the reverse manager, because cases stand above this app.
    firm.cases.update(region=region)
    firm.region, firm.updated_at = region, at
    note_changes([firm.pk])


@transaction.atomic
def strike_off(firm: Enterprise, *, actor: Any, at: datetime, is_active: bool = False) -> None:
    """Take a firm off the books (or put it back): nothing is deleted, it only leaves lists and duties."""
    demand_right(actor, firm)
    if not Enterprise.objects.filter(pk=firm.pk, is_active=not is_active).update(is_active=is_active, updated_at=at):
        raise Conflict(STALE)
    firm.is_active = is_active
    note_changes([firm.pk])


def _check(columns: dict[str, Any], but: Enterprise | None = None) -> None:
    errors: dict[str, list[str]] = {}
    problem = check_credit_code(columns["credit_code"]).error
    if problem:
        errors["credit_code"] = [problem]
    if not columns["name"]:
        errors["name"] = ["请填写企业名称，与营业执照一致。"]
    others = Enterprise.objects.exclude(pk=but.pk) if but else Enterprise.objects.all()
    for column, label in (("name", "名称"), ("credit_code", "代码")):
        twin = others.filter(**{column: columns[column]}).select_related("region").first()
        if twin is not None and column not in errors:
            kept = merged_into(twin)
            said = f"已并入“{kept.name}”（{kept.region}），请用那一家" if kept else "不用重复登记"
            errors[column] = [f"这个{label}已登记为“{twin.name}”（{twin.region}），{said}。"]
    if errors:
        raise InvalidInput(next(iter(errors.values()))[0], errors)
