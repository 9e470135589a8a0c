"""Many firms at once by spreadsheet: read, shown row by row, then all or nothing (R-10, R-74)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.core import signing
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from enterprises.credit_codes import check_credit_code, normalise_credit_code
from enterprises.models import Enterprise, IndustryChain, Region
from enterprises.services.merged import merged_into
from enterprises.services.registry import FirmRecord, register
from enterprises.services.rights import demand_region
from zhuqi.kernel.errors import Conflict, DomainError, InvalidInput
from zhuqi.kernel.spreadsheets import Row, read_rows, write_rows

NAME, CODE, REGION, ADDRESS = "企业名称", "统一社会信用代码", "县（市、区）", "地址"
INDUSTRY_CODE, INDUSTRY, CHAIN, ABOVE = "行业代码", "行业", "产业链", "是否规上"
HEADINGS = (NAME, CODE, REGION, ADDRESS, INDUSTRY_CODE, INDUSTRY, CHAIN, ABOVE)
WIDTHS = (34, 22, 14, 30, 10, 20, 16, 10)
NEEDED = (NAME, CODE, REGION)
YES = {"是", "规上", "1", "√", "Y", "y"}
SALT = "enterprises.sheet"
GOOD_FOR_SECONDS = 30 * 60


@dataclass
class SheetPreview:
    """New firms, those already on the books, warnings and errors by row."""

    new: list[tuple[int, dict[str, Any]]] = field(default_factory=list)
    known_count: int = 0
    warnings: list[tuple[int, str]] = field(default_factory=list)
    errors: list[tuple[int, str]] = field(default_factory=list)

    @property
    def can_apply(self) -> bool:
        """One wrong row stops the sheet."""
        return bool(self.new) and not self.errors

    def sealed(self) -> str:
        """What was shown, signed."""
        return signing.dumps([record for _, record in self.new], salt=SALT, compress=True)


def template() -> bytes:
    """An empty sheet with one example row."""
    example = ("许昌示例机械有限公司（示例，请删去）", "", "魏都区", "示例路 1 号", "C3525", "模具制造", "", "是")
    return write_rows(HEADINGS, [example], title="企业登记", widths=WIDTHS)


def preview(file: UploadedFile, *, actor: Any) -> SheetPreview:  # cadres.User stands above this app
    """Say, row by row, what would be registered; nothing is written."""
    rows = read_rows(file, needed=NEEDED)
    regions = {key: region for region in Region.objects.all() for key in (region.name, region.code, region.short_name)}
    chains = {chain.name: chain for chain in IndustryChain.objects.all()}
    codes = [normalise_credit_code(row[CODE]) for row in rows]
    known = dict(Enterprise.objects.filter(credit_code__in=codes).values_list("credit_code", "name"))
    names = set(Enterprise.objects.filter(name__in=[row[NAME] for row in rows]).values_list("name", flat=True))
    gone = _gone(codes)
    found = SheetPreview()
    seen: dict[str, int] = {}
    for row, code in zip(rows, codes, strict=True):
        if code in gone:
            found.errors.append((row.number, gone[code]))
            continue
        if code in known and row[NAME] in {known[code], ""}:
            found.known_count += 1
            continue
        problem = _problem(row, code, regions, chains, actor) or _twin(row, code, known, names, seen)
        seen.setdefault(code, row.number)
        seen.setdefault(row[NAME], row.number)
        if problem:
            found.errors.append((row.number, problem))
            continue
        warning = check_credit_code(code).warning
        if warning:
            found.warnings.append((row.number, warning))
        found.new.append((row.number, _record(row, code, regions, chains)))
    return found


@transaction.atomic
def apply(sealed: str, *, actor: Any, at: datetime) -> int:
    """Register all of a preview; one that fails stops all."""
    try:
        records = signing.loads(sealed, salt=SALT, max_age=GOOD_FOR_SECONDS)
    except signing.SignatureExpired as error:
        raise Conflict("预览已超过 30 分钟，请重新上传核对。") from error
    except signing.BadSignature as error:
        raise DomainError("预览内容不完整，请重新上传。") from error
    regions, chains = Region.objects.in_bulk(), IndustryChain.objects.in_bulk()
    for record in records:
        region, chain = regions[record.pop("region")], chains.get(record.pop("chain"))
        try:
            register(FirmRecord(**record, region=region, chain=chain), actor=actor, at=at)
        except InvalidInput as error:
            raise Conflict(f"“{record['name']}”：{error.message}整批没有登记，请重新上传核对。") from error
    return len(records)


def _gone(codes: list[str]) -> dict[str, str]:
    """Codes of entries that were merged into another one, with what to say: they take nothing new."""
    struck = Enterprise.objects.filter(credit_code__in=codes, is_active=False)
    merged = {firm: kept for firm in struck if (kept := merged_into(firm))}
    return {
        firm.credit_code: f"这个代码的“{firm.name}”已并入“{kept.name}”（{kept.credit_code}），请用那一家的代码。"
        for firm, kept in merged.items()
    }


def _record(row: Row, code: str, regions: Mapping[str, Region], chains: Mapping[str, IndustryChain]) -> dict[str, Any]:
    chain = chains.get(row[CHAIN])
    return {
        "name": row[NAME],
        "credit_code": code,
        "region": regions[row[REGION]].pk,
        "address": row[ADDRESS][:200],
        "industry_code": row[INDUSTRY_CODE][:8],
        "industry": row[INDUSTRY][:60],
        "chain": chain.pk if chain else None,
        "is_above_scale": row[ABOVE] in YES,
    }


def _problem(row: Row, code: str, regions: Mapping[str, Region], chains: Mapping[str, Any], actor: Any) -> str:
    if not row[NAME]:
        return "没有填企业名称。"
    if len(row[NAME]) > 100:
        return "企业名称超过 100 个字。"
    wrong = check_credit_code(code).error
    if wrong:
        return wrong
    if not row[REGION] or row[REGION] not in regions:
        return f"没有“{row[REGION]}”这个县（市、区）。" if row[REGION] else "没有填县（市、区）。"
    if row[CHAIN] and row[CHAIN] not in chains:
        return f"没有“{row[CHAIN]}”这条产业链，空着或先在设置里增加。"
    try:
        demand_region(actor, regions[row[REGION]])
    except InvalidInput as error:
        return error.message
    return ""


def _twin(row: Row, code: str, known: Mapping[str, str], names: set[str], seen: Mapping[str, int]) -> str:
    if code in known:
        return f"这个代码已登记为“{known[code]}”，与填的名称不同，请核对。"
    if row[NAME] in names:
        return "已有同名企业，代码不同，请核对。"
    earlier = seen.get(code) or seen.get(row[NAME])
    return f"与第 {earlier} 行重复。" if earlier else ""
