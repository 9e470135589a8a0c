"""通报的表格文件（R-53、R-54）：合并标题、冻结表头、每页重印表头、横向、一页宽。文字一律按文字写，不成公式。

同样的行写出来是同样的文件：里面的时间是通报自己的，不是下载的。
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from io import BytesIO
from typing import Any

import xlsxwriter
from django.utils import timezone

from reports.circulars.figures import Tally
from reports.circulars.wording import group_label
from reports.enums import Group, Mark, Part
from reports.unit_sheets import UnitSheet

Row = Any  # RankingRow
TITLES = ("名次", "单位", "应办结", *Part.labels, *(f"扣分：{label}" for label in Mark.labels), "总分")
LISTED_TITLES = ("组别", "单位", "应办结", "原因")
RATES = (("answered", "办结率"), ("solved", "解决率"), ("on_time", "按时率"), ("rated", "评价率"), ("satisfied", "满意率"),
         ("reopened", "复开率"), ("looked_back", "回头看通过率"), ("legal", "涉法涉诉答复率"))  # fmt: skip
RATE_TITLES = ("组别", "单位", *(name for _, name in RATES), "用时中位数", "用时九成位", "挂账", "最长挂账天数")
LOSS_TITLES = ("单位", "项目", "问题编号", "问题", "事由", "单号", "影响总分", "不丢时总分")
FONT = {"font_name": "宋体", "font_size": 10, "valign": "vcenter"}
LOOKS: dict[str, dict[str, Any]] = {
    "title": {"font_name": "方正小标宋简体", "font_size": 18, "align": "center", "valign": "vcenter"},
    "about": {**FONT, "align": "left", "font_color": "#455361"},
    "head": {**FONT, "bold": True, "border": 1, "text_wrap": True, "align": "center", "bg_color": "#E9F1FA"},
    "text": {**FONT, "border": 1, "num_format": "@", "text_wrap": True},
    "count": {**FONT, "border": 1, "align": "center"},
    "points": {**FONT, "border": 1, "num_format": "0.00"},
}
HEAD_ROWS, FROZEN_COLUMNS, A4 = 3, 2, 9
USUAL_WIDTH, LINE_POINTS, PAD_POINTS = 11, 13.5, 4.5


def ranking_book(ranking: Any, rows: Sequence[Row], sheets: Sequence[UnitSheet], *, least_rated: int) -> bytes:
    """一组一张，然后是只列示的、各项比率、逐件的丢分；没有内容的不建。"""
    book = _Book(ranking)
    for group in Group:
        ranked = [row for row in rows if row.group == group and row.place is not None]
        if ranked:
            book.add(group.label, TITLES, map(_scored, ranked), widths=(8, 26))
    listed = [row for row in rows if row.place is None]
    if listed:
        least = ranking.score_weights.least_due
        book.add("只列示不排名", LISTED_TITLES, (_listed(row, least) for row in listed), widths=(20, 30, 10, 34))
    if rows:
        lines = (_rates(row, least_rated) for row in rows)
        book.add("各项比率", RATE_TITLES, lines, widths=(18, 26))
    losses = [line for sheet in sheets for line in _losses(sheet)]
    if losses:
        book.add("逐件丢分", LOSS_TITLES, losses, widths=(20, 12, 16, 36, 22, 26, 10, 11))
    return book.content()


def unit_book(sheet: UnitSheet) -> bytes:
    """一个单位的扣分单：先合计，后逐件。"""
    book = _Book(sheet.row.ranking)
    parts = (
        (each.label, *_own(each), each.points, "" if each.is_mark else each.full, each.lost) for each in sheet.sections
    )
    titles = ("项目", "做到", "计入", "得分", "满分", "丢分")
    book.add(f"{sheet.row.name}得分", titles, parts, widths=(20, 12, 12, 12, 12, 12))
    lines = _losses(sheet)
    if lines:
        book.add(f"{sheet.row.name}逐件丢分", LOSS_TITLES, lines, widths=(20, 12, 16, 36, 22, 26, 10, 11))
    return book.content()


def _own(section: Any) -> tuple[object, object]:
    if section.is_hidden:
        return "不足 5 件，不单列", ""
    return ("", section.n) if section.is_mark else (section.n, section.d)


def _scored(row: Row) -> list[object]:
    points = [Decimal(each["points"]) for each in row.parts]
    lost = [-Decimal(each["points"]) for each in row.deductions]
    return [row.place, row.name, row.due_count, *points, *lost, Decimal(row.score)]


def _listed(row: Row, least: int) -> list[object]:
    why = f"应办结不足 {least} 件，不排名" if row.due_count else "本月没有到期应办结的诉求"
    return [group_label(row.group), row.name, row.due_count, why]


def _rates(row: Row, least_rated: int) -> list[object]:
    tallies = {name: Tally(*row.counts[name]) for name, _ in RATES}
    said = [
        "不足 5 件" if name == "satisfied" and 0 < tally.d < least_rated else tally.short
        for name, tally in tallies.items()
    ]
    days = row.counts["shelved_days"]
    return [
        group_label(row.group), row.name, *said, _days(row.counts["median_workdays"]),
        _days(row.counts["p90_workdays"]), len(days), max(days, default=""),
    ]  # fmt: skip


def _days(value: float | None) -> str:
    return "" if value is None else f"{value:g} 个工作日"


def _losses(sheet: UnitSheet) -> list[list[object]]:
    return [
        [sheet.row.name, section.label, line.case.number, line.case.title, line.words,
         "、".join(each.number for each in line.tickets), line.points, line.would_be]
        for section in sheet.sections
        for line in section.lines
    ]  # fmt: skip


def _height(line: Sequence[object], columns: Sequence[float]) -> float:
    """一行多高，磅：折成几行的话，按汉字两格算。"""
    folded = (
        -(-sum(1 if sign.isascii() else 2 for sign in str(value)) // max(width - 1, 1))
        for value, width in zip(line, columns, strict=True)
    )
    return LINE_POINTS * max(1, *folded) + PAD_POINTS


class _Book:
    """一份工作簿：每张表同一个样子。"""

    def __init__(self, ranking: Any) -> None:
        self.ranking, self.out = ranking, BytesIO()
        options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        self.book = xlsxwriter.Workbook(self.out, options)
        at = timezone.localtime(ranking.published_at or ranking.drafted_at)
        self.book.set_properties({"title": self._month, "created": at.replace(tzinfo=None)})
        self.looks = {name: self.book.add_format(look) for name, look in LOOKS.items()}
        state = "已发布，数字已冻结" if ranking.is_published else "草稿，未发布"
        self.about = f"{state}　{at:%Y-%m-%d %H:%M}　评分规则第 {ranking.rule.version} 版"

    @property
    def _month(self) -> str:
        draft = "" if self.ranking.is_published else "（草稿）"
        return f"{self.ranking.month.year}年{self.ranking.month.month}月讲评{draft}"

    def add(
        self, name: str, titles: Sequence[str], lines: Iterable[Sequence[object]], *, widths: Sequence[float]
    ) -> None:
        """一张表。名字里不能有的符号去掉，最多 31 字。"""
        sheet = self.book.add_worksheet("".join(sign for sign in name if sign not in "[]:*?/\\'、")[:31])
        last = len(titles) - 1
        sheet.set_row(0, 34)
        sheet.merge_range(0, 0, 0, last, f"{self._month} · {name}", self.looks["title"])
        sheet.merge_range(1, 0, 1, last, self.about, self.looks["about"])
        sheet.set_row(2, 32)
        sheet.write_row(2, 0, titles, self.looks["head"])
        columns = [widths[column] if column < len(widths) else USUAL_WIDTH for column in range(len(titles))]
        for at, line in enumerate(lines, start=HEAD_ROWS):
            self._write(sheet, at, line)
            sheet.set_row(at, _height(line, columns))
        for column, width in enumerate(columns):
            sheet.set_column(column, column, width)
        sheet.freeze_panes(HEAD_ROWS, FROZEN_COLUMNS)
        sheet.repeat_rows(0, HEAD_ROWS - 1)
        sheet.set_landscape()
        sheet.set_paper(A4)
        sheet.set_margins(left=0.4, right=0.4, top=0.6, bottom=0.6)
        sheet.fit_to_pages(1, 0)
        sheet.set_footer("&C&9第 &P 页，共 &N 页")

    def _write(self, sheet: Any, at: int, line: Sequence[object]) -> None:
        for column, value in enumerate(line):
            if isinstance(value, Decimal):
                sheet.write_number(at, column, float(value), self.looks["points"])
            elif isinstance(value, int):
                sheet.write_number(at, column, value, self.looks["count"])
            else:
                sheet.write_string(at, column, str(value), self.looks["text"])

    def content(self) -> bytes:
        """文件；一张表也没有时说明没有。"""
        if not self.book.worksheets():
            self.add("没有数据", ("说明",), [("这个月没有您能看的数据。",)], widths=(60,))
        self.book.close()
        return self.out.getvalue()
