"""表格导入白名单（R-11）：按企业、级别、开始日期认；没有的列入，还在的可以填结束日期，历史不改。"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from enterprises.credit_codes import normalise_credit_code
from enterprises.models import Enterprise, Whitelisting, WhitelistLevel
from enterprises.services.rights import KEEPER
from enterprises.services.whitelist import end_whitelisting, whitelist
from zhuqi.kernel.sheets.columns import Cell, Column, Options
from zhuqi.kernel.sheets.kinds import SAME, Change, Entry, Outcome, Scope, SheetKind, Verdict, bad, registers
from zhuqi.kernel.sheets.writing import one_by_one

SHORT = {"省级": "PROVINCE", "省": "PROVINCE", "市级": "CITY", "市": "CITY", "县级": "COUNTY", "县": "COUNTY"}
UNKNOWN = "没有找到这个代码的在册企业，或不在本办范围内。"


def _levels(_actor: Any) -> Options:
    return Options({level.label: level.value for level in WhitelistLevel}, SHORT)


COLUMNS = (
    Column("credit_code", "统一社会信用代码", Cell.CODE, needed=True, width=24, most=40, synonyms=("信用代码", "社会信用代码", "企业代码"), hint="按它认企业。"),
    Column("name", "企业名称", most=100, width=34, synonyms=("单位名称", "公司名称"), example="许昌某某机械有限公司", hint="只用来核对；与代码不符的不导。"),
    Column("level", "级别", Cell.CHOICE, needed=True, width=14, options=_levels, synonyms=("白名单级别",), example="市级白名单"),
    Column("from_on", "起", Cell.DATE, needed=True, width=13, synonyms=("开始日期", "列入日期", "认定日期", "生效日期"), example="2026-01-05"),
    Column("to_on", "止", Cell.DATE, width=13, synonyms=("结束日期", "移出日期", "截止日期"), hint="还在名单上的空着。"),
    Column("document", "依据文号", most=60, width=24, synonyms=("文号", "依据"), example="许助企〔2026〕1号", hint="新列入的必填。"),
)  # fmt: skip


class WhitelistSheet(SheetKind):
    """白名单。"""

    key = "whitelist"
    label = "白名单"
    icon = "star"
    about = "成批列入省、市、县白名单，或填上移出日期；升级时旧的认定留在历史里"
    roles = frozenset({KEEPER})
    identity = ("credit_code", "level", "from_on")
    back = "enterprises:list"
    notes = ("一家企业列入更高一级，原来的认定到前一天为止、留在历史里。同一家写了几行的，按日期先后排。",)

    def columns(self, actor: Any) -> tuple[Column, ...]:
        """见上。"""
        return COLUMNS

    def judge(self, entries: Sequence[Entry], scope: Scope) -> list[Verdict]:
        """两句查询，不论几行。"""
        firms = _firms(entries, scope)
        listed: dict[int, list[Whitelisting]] = defaultdict(list)
        for row in Whitelisting.objects.filter(enterprise__in=[firm.pk for firm in firms.values()]):
            listed[row.enterprise_id].append(row)
        return [_verdict(entry, firms, listed) for entry in entries]

    def write(self, rows: Sequence[tuple[Entry, Verdict]], scope: Scope, at: datetime) -> dict[int, str]:
        """每一行经过列入、移出的服务，按日期先后。"""

        def act(entry: Entry, verdict: Verdict) -> None:
            row = verdict.about
            if verdict.outcome == Outcome.NEW:
                said = {"from_on": entry.values["from_on"], "document": entry.values["document"]}
                row = whitelist(verdict.about, entry.values["level"], actor=scope.actor, **said)
            if entry.get("to_on") is not None:
                end_whitelisting(row, to_on=entry.values["to_on"], actor=scope.actor)

        return one_by_one(sorted(rows, key=lambda row: row[0].values["from_on"]), act)


def _firms(entries: Sequence[Entry], scope: Scope) -> dict[str, Enterprise]:
    codes = {normalise_credit_code(entry.get("credit_code", "")) for entry in entries}
    seen = Enterprise.objects.active() if scope.actor is None else Enterprise.objects.visible_to(scope.actor).active()
    return {firm.credit_code: firm for firm in seen.filter(credit_code__in=codes)}


def _verdict(entry: Entry, firms: dict[str, Enterprise], listed: dict[int, list[Whitelisting]]) -> Verdict:
    firm = firms.get(normalise_credit_code(entry.values["credit_code"]))
    if firm is None:
        return bad("credit_code", UNKNOWN)
    if entry.get("name", firm.name) != firm.name:
        return bad("name", f"代码对应的是“{firm.name}”，与填的企业名称不一致，请核对。")
    start, end = entry.values["from_on"], entry.get("to_on")
    if end is not None and end < start:
        return bad("to_on", f"结束日期不能早于开始日期 {start:%Y-%m-%d}。")
    rows = listed[firm.pk]
    known = next((row for row in rows if (row.level, row.from_on) == (entry.values["level"], start)), None)
    return _known(entry, known) if known is not None else _new(entry, firm, rows)


def _known(entry: Entry, known: Whitelisting) -> Verdict:
    document, end = entry.get("document", known.document), entry.get("to_on", known.to_on)
    if document != known.document:
        return bad("document", f"这次认定登记的依据是“{known.document}”，历史不改，请核对。")
    if end == known.to_on:
        return SAME
    if known.to_on is not None:
        return bad("to_on", f"这次认定已于 {known.to_on:%Y-%m-%d} 结束，历史不改。")
    change = Change("止", "（空）", f"{end:%Y-%m-%d}")
    return Verdict(Outcome.CHANGED, changes=(change,), about=known)


def _new(entry: Entry, firm: Enterprise, rows: list[Whitelisting]) -> Verdict:
    if not entry.get("document"):
        return bad("document", "请填写依据文号，如 许助企〔2026〕8号。")
    present = next((row for row in rows if row.to_on is None), None)
    if present is not None and present.level == entry.values["level"]:
        return bad("level", f"已经在{present.get_level_display()}（{present.from_on:%Y-%m-%d} 起）。")
    if present is not None and entry.values["from_on"] <= present.from_on:
        return bad("from_on", f"应晚于现有认定的开始日期 {present.from_on:%Y-%m-%d}。")
    remark = f"{present.get_level_display()}到前一天为止，留在历史里。" if present is not None else ""
    return Verdict(Outcome.NEW, remark=remark, about=firm)


registers(WhitelistSheet())
