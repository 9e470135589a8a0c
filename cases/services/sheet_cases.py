"""表格导入问题（R-21）：12345、省平台、例会转来的成批登记；按来源和来源编号认，登记过的不再登。"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q

from cadres.enums import Role
from cases.enums import Source
from cases.models import Case, Category
from cases.services.intake import DESCRIPTION_MOST, TITLE_MOST, WISH_MOST, Report, report_problem
from enterprises.credit_codes import normalise_credit_code
from enterprises.models import Enterprise
from zhuqi.kernel.sheets.columns import Cell, Column, Options
from zhuqi.kernel.sheets.kinds import Entry, Outcome, Scope, SheetKind, Verdict, bad, registers
from zhuqi.kernel.sheets.writing import one_by_one

SOURCES = (Source.HOTLINE, Source.PROVINCE, Source.MEETING, Source.COMPLAINT_MEETING, Source.OFFICE)
NUMBER_MOST = 40


def _sources(_actor: Any) -> Options:
    return Options({source.label: source.value for source in SOURCES}, {"12345": Source.HOTLINE.value})


def _categories(_actor: Any) -> Options:
    rows = Category.objects.filter(is_active=True).select_related("parent")
    return Options(
        {row.name: row.pk for row in rows}, {f"{row.parent}/{row.name}": row.pk for row in rows if row.parent}
    )


COLUMNS = (
    Column("source", "来源", Cell.CHOICE, needed=True, width=12, options=_sources, synonyms=("问题来源",), example="12345"),
    Column("source_number", "来源编号", Cell.CODE, needed=True, width=20, most=NUMBER_MOST, synonyms=("工单编号", "工单号", "来源工单号", "转来编号"), example="GD2026-0105-012", hint="12345 工单号、会议题目序号等；按来源和它认。"),
    Column("credit_code", "统一社会信用代码", Cell.CODE, width=24, most=40, synonyms=("信用代码", "企业代码"), hint="代码和企业名称至少填一个。"),
    Column("name", "企业名称", width=34, most=100, synonyms=("单位名称", "公司名称"), example="许昌某某机械有限公司", hint="与登记的全名一致。"),
    Column("title", "标题", needed=True, width=34, most=TITLE_MOST, synonyms=("问题标题", "问题"), example="厂区变压器容量不够"),
    Column("description", "问题描述", width=50, most=DESCRIPTION_MOST, synonyms=("描述", "具体情况", "内容"), hint="空着就用标题。"),
    Column("wish", "企业希望", width=30, most=WISH_MOST, synonyms=("希望怎么解决",)),
    Column("category", "类别", Cell.CHOICE, width=16, options=_categories, synonyms=("问题类别",)),
)  # fmt: skip


class CaseSheet(SheetKind):
    """问题。"""

    key = "cases"
    label = "问题"
    icon = "list-details"
    about = "12345、省平台、例会转来的成批登记，进“待受理”"
    roles = frozenset({Role.OFFICE.value})
    identity = ("source", "source_number")
    back = "cases:board"
    notes = ("每行登记一件，从导入那一刻起算受理期限。同一来源、同一编号登记过的不再登，也不改。",)

    def columns(self, actor: Any) -> tuple[Column, ...]:
        """见上。"""
        return COLUMNS

    def judge(self, entries: Sequence[Entry], scope: Scope) -> list[Verdict]:
        """三句查询，不论几行。"""
        numbers = [entry.values["source_number"] for entry in entries]
        known = Case.objects.filter(source_number__in=numbers).select_related("enterprise")
        cases = {(case.source, case.source_number): case for case in known}
        seen = set(Case.objects.visible_to(scope.actor).filter(source_number__in=numbers).values_list("pk", flat=True))
        firms = _Firms(entries, scope)
        return [_verdict(entry, cases, seen, firms) for entry in entries]

    def write(self, rows: Sequence[tuple[Entry, Verdict]], scope: Scope, at: datetime) -> dict[int, str]:
        """每一行经过登记的服务：编号、期限、事件都和页面上登记的一样。"""

        def act(entry: Entry, verdict: Verdict) -> None:
            said = entry.values
            category = said.get("category")
            report = Report(
                verdict.about, said["title"], said.get("description", said["title"]), said["source"],
                wish=said.get("wish", ""), source_number=said["source_number"],
                category=Category.objects.get(pk=category) if category else None,
            )  # fmt: skip
            report_problem(report, actor=scope.actor, at=at)

        return one_by_one(rows, act)


class _Firms:
    """这一批行说到的企业。"""

    def __init__(self, entries: Sequence[Entry], scope: Scope) -> None:
        codes = {normalise_credit_code(entry.get("credit_code", "")) for entry in entries} - {""}
        names = {entry.get("name", "") for entry in entries} - {""}
        seen = Enterprise.objects.visible_to(scope.actor).active().select_related("region")
        rows = list(seen.filter(Q(credit_code__in=codes) | Q(name__in=names)))
        self.codes = {firm.credit_code: firm for firm in rows}
        self.names = {firm.name: firm for firm in rows}


def _verdict(entry: Entry, cases: dict[Any, Case], seen: set[int], firms: _Firms) -> Verdict:
    case = cases.get((entry.values["source"], entry.values["source_number"]))
    if case is not None and case.pk not in seen:
        return bad("source_number", "这个来源编号已由别的活动办登记。")
    code, name = normalise_credit_code(entry.get("credit_code", "")), entry.get("name", "")
    firm = firms.codes.get(code) if code else firms.names.get(name)
    if case is not None:
        if firm is not None and firm.pk != case.enterprise_id:
            return bad("source_number", f"这个来源编号已登记在“{case.enterprise.name}”名下（{case.number}），请核对。")
        return Verdict(Outcome.SAME, remark=f"已登记，编号 {case.number}。")
    if not code and not name:
        return bad("credit_code", "代码和企业名称至少填一个。")
    if firm is None:
        return bad("credit_code" if code else "name", "没有找到这家在册企业，或不在本办范围内。")
    if name and name != firm.name:
        return bad("name", f"代码对应的是“{firm.name}”，与填的企业名称不一致，请核对。")
    if not entry.get("title"):
        return bad("title", "请用一句话写明是什么问题。")
    return Verdict(Outcome.NEW, about=firm)


registers(CaseSheet())
