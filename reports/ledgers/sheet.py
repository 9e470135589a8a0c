"""台账写成办公室直接能贴的 XLSX（R-54）：合并标题、冻结表头、每页重印表头、横向、一页宽；内存与行数无关。

文字一律按文字写（inlineStr），`= + - @` 开头的不成公式（R-74）。十万行 × 三十列逐格调 xlsxwriter 要 12 秒，
所以表体一行一次地写进它 constant_memory 的行文件，其余（样式、合并、打印、页眉页脚、打包）都由它做。
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import xlsxwriter
from django.conf import settings
from django.utils import timezone
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from reports.ledgers.ledger import Column, Kind, Ledger, Line, Value
from reports.ledgers.watermark import watermark
from zhuqi.kernel.masking import mask_mobiles
from zhuqi.kernel.spreadsheets import FORMULA_SIGNS, guarded

HEAD_ROWS = 3  # title, particulars, column heads
FROZEN_COLUMNS = 2
LINE_POINTS, PAD_POINTS, TALLEST = 13.5, 5.0, 400.0
A4, A3 = 9, 8
WIDE = 250  # characters; a wider ledger is printed on A3, or nobody can read it
SHORT = 40
CELL_MOST = 32_000  # Excel takes 32,767 characters a cell
DAY_ZERO = date(1899, 12, 30).toordinal()
FONT = {"font_name": "宋体", "font_size": 10, "valign": "vcenter"}
FORMATS: dict[str, dict[str, Any]] = {
    "title": {"font_name": "方正小标宋简体", "font_size": 18, "align": "center", "valign": "vcenter"},
    "about": {**FONT, "align": "left", "text_wrap": True, "font_color": "#455361"},
    "head": {**FONT, "bold": True, "border": 1, "text_wrap": True, "align": "center", "bg_color": "#E9F1FA"},
    Kind.TEXT.value: {**FONT, "border": 1, "align": "center", "num_format": "@", "text_wrap": True},
    Kind.PROSE.value: {**FONT, "border": 1, "align": "left", "num_format": "@", "text_wrap": True},
    Kind.NUMBER.value: {**FONT, "border": 1, "align": "center"},
    Kind.DATE.value: {**FONT, "border": 1, "align": "center", "num_format": "yyyy-mm-dd"},
}
SPECIAL = re.compile(r"[&<>\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}


@dataclass(frozen=True, slots=True)
class Particulars:
    """标题下面和页脚要写的：谁、何时、条件、多少行、第几号导出。"""

    by: str
    account: str
    at: datetime
    conditions: str
    total: int
    number: int

    @property
    def at_said(self) -> str:
        """北京时间，到分。"""
        return f"{timezone.localtime(self.at):%Y-%m-%d %H:%M}"


class _RowSheet(Worksheet):
    """在 constant_memory 的行文件里直接写一整行。"""

    def write_line(self, row: int, xml: str) -> None:
        """`row` 从 0 起，只能往下写。"""
        self._write_single_row(row)  # what was written cell by cell before
        self.row_data_fh.write(xml)
        self.dim_rowmax = row


def write_ledger(
    path: Path,
    ledger: Ledger,
    about: Particulars,
    lines: Iterable[Line],
    *,
    each: Callable[[int], None] = lambda _: None,
) -> int:
    """把 `lines` 写进 `path`，返回写了几行；`each` 每写一行报一次行数。

    标题里的行数是导出开始那一刻数的；写的时候有已看不到的行，末行说明少了几行。
    """
    book = xlsxwriter.Workbook(
        str(path),
        {
            "constant_memory": True, "tmpdir": str(path.parent), "strings_to_formulas": False,
            "strings_to_urls": False, "strings_to_numbers": False,
        },
    )  # fmt: skip
    book.set_properties(
        {"title": ledger.name, "author": about.by, "comments": f"第 {about.number} 号导出，{about.at_said}"}
    )
    formats = {name: book.add_format(look) for name, look in FORMATS.items()}
    sheet: Any = book.add_worksheet(ledger.name, worksheet_class=_RowSheet)
    _lay_out(sheet, ledger, about)
    _write_head(sheet, ledger, about, formats)
    draw = _row_drawer(ledger.columns, {kind: formats[kind.value]._get_xf_index() for kind in Kind})  # noqa: SLF001 - the style's number stands in the row
    count = 0
    for count, line in enumerate(lines, 1):
        sheet.write_line(HEAD_ROWS + count - 1, draw(HEAD_ROWS + count, count, line.values))
        each(count)
    _write_foot(sheet, ledger, about, count, formats)
    book.close()
    return count


def _lay_out(sheet: Any, ledger: Ledger, about: Particulars) -> None:
    """纸张、横向、一页宽、重印表头、冻结、列宽、页眉水印与页脚。"""
    sheet.set_landscape()
    sheet.set_paper(A3 if sum(column.width for column in ledger.columns) > WIDE else A4)
    sheet.set_margins(left=0.4, right=0.4, top=0.6, bottom=0.6)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0, HEAD_ROWS - 1)
    sheet.freeze_panes(HEAD_ROWS, FROZEN_COLUMNS)
    for at, column in enumerate(ledger.columns):
        sheet.set_column(at, at, column.width)
    mark = f"{about.account}  {about.at_said}  #{about.number}"
    sheet.set_header("&C&G", {"image_center": watermark(mark)})
    by = about.by.replace("&", "&&")[:40]
    sheet.set_footer(f"&L&9{by} {about.at_said} 导出，第 {about.number} 号&C&9第 &P 页，共 &N 页&R&9内部资料，注意保管")


def _write_head(sheet: Any, ledger: Ledger, about: Particulars, formats: dict[str, Any]) -> None:
    last = len(ledger.columns) - 1
    said = [
        f"截至 {about.at_said}",
        f"共 {about.total:,} {ledger.counted}",
        f"条件：{about.conditions or '全部'}",
        f"导出人：{about.by}",
    ]
    sheet.set_row(0, 34)
    sheet.merge_range(0, 0, 0, last, f"{settings.CITY_NAME}{settings.CAMPAIGN_NAME}{ledger.name}", formats["title"])
    sheet.set_row(1, 22)
    sheet.merge_range(1, 0, 1, last, guarded(mask_mobiles("　".join(said))), formats["about"])
    sheet.set_row(2, 32)
    for at, column in enumerate(ledger.columns):
        sheet.write_string(2, at, column.title, formats["head"])


def _write_foot(sheet: Any, ledger: Ledger, about: Particulars, count: int, formats: dict[str, Any]) -> None:
    lost = (
        f"（开始时 {about.total:,} 行，{about.total - count:,} 行在导出当中已看不到）" if count != about.total else ""
    )
    said = f"共 {count:,} 行{lost} · 导出人 {about.by} · {about.at_said} · 第 {about.number} 号"
    row = HEAD_ROWS + count
    sheet.merge_range(row, 0, row, len(ledger.columns) - 1, said, formats["about"])


Draw = Callable[[int, int, tuple[Value, ...]], str]


def _row_drawer(columns: tuple[Column, ...], styles: dict[Kind, int]) -> Draw:
    """画一行 XML 的函数：行号（从 1）、序号、其余各列的值。"""
    # A cell is one of three shapes around its row number; what does not change is put together once.
    places = []
    for at, column in enumerate(columns):
        letter, style, is_prose = xl_col_to_name(at), styles[column.kind], column.kind is Kind.PROSE
        shapes = (f'" s="{style}"/>', f'" s="{style}" t="inlineStr"><is><t>', f'" s="{style}"><v>')
        places.append((f'<c r="{letter}', *shapes, is_prose, column.width))

    def draw(row: int, number: int, values: tuple[Value, ...]) -> str:
        parts, tallest = [""], 1
        for (start, blank, text_from, figure_from, is_prose, width), value in zip(
            places, (number, *values), strict=True
        ):
            if value is None or value == "":
                parts.append(f"{start}{row}{blank}")
            elif isinstance(value, str):
                said = _short_text if len(value) < SHORT else _text
                text, height = said(value, is_prose, width)
                tallest = max(tallest, height)
                parts.append(f"{start}{row}{text_from}{text}</t></is></c>")
            else:
                figure = value.toordinal() - DAY_ZERO if isinstance(value, date) else value
                parts.append(f"{start}{row}{figure_from}{figure}</v></c>")
        points = min(tallest * LINE_POINTS + PAD_POINTS, TALLEST)
        parts[0] = f'<row r="{row}" ht="{points}" customHeight="1">'
        parts.append("</row>")
        return "".join(parts)

    return draw


def _text(text: str, is_prose: bool, width: int) -> tuple[str, int]:  # noqa: FBT001 - called for each of millions of cells
    """遮手机号、防公式、去掉 XML 不能有的字符；和要几行高：汉字占两格，不是每个程序打开时都会自己调行高。"""
    text = text.strip()[:CELL_MOST]
    if is_prose and "1" in text:
        text = mask_mobiles(text)
    if text.startswith(FORMULA_SIGNS):
        text = guarded(text)
    wide = (len(text.encode("utf-8", "ignore")) - len(text)) // 2
    height = 1 + (len(text) + wide) // width + text.count("\n") if is_prose else 1
    return SPECIAL.sub(lambda found: ESCAPES.get(found[0], ""), text) if SPECIAL.search(text) else text, height


# Names of firms, units and categories come again in row after row; long texts do not, and would fill the memory.
_short_text = lru_cache(maxsize=16_384)(_text)
