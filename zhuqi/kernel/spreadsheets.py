"""R-74: spreadsheets in and out, guarded both ways: no formula is written, none is believed, codes stay text."""

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import xlsxwriter
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.utils.http import content_disposition_header
from python_calamine import CalamineError, CalamineWorkbook

from zhuqi.kernel.errors import InvalidInput
from zhuqi.kernel.uploads import accept

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_ROWS = 20_000
SHEETS = (".xlsx", ".xls")
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class Row:
    """One row as typed: its number in the file (from 1) and its cells by heading, blanks as empty strings."""

    number: int
    cells: Mapping[str, str]

    def __getitem__(self, heading: str) -> str:
        return self.cells.get(heading, "")


def read_rows(file: UploadedFile, *, needed: Sequence[str], field: str = "file") -> list[Row]:
    """The first sheet's rows under the heading row that carries all `needed` headings; blank rows are left out.

    Raises InvalidInput on `field`: not a spreadsheet, no such headings, too many rows.
    """
    lines = _opened(file, field)
    start, headings = _headings(lines, needed)
    if not headings:
        raise _refused(field, f"没有找到表头。第一张表里要有这些列：{'、'.join(needed)}。")
    rows = [
        Row(number, {name: _text(cell) for name, cell in zip(headings, line, strict=False) if name})
        for number, line in enumerate(lines[start:], start + 1)
        if any(_text(cell) for cell in line)
    ]
    if len(rows) > MOST_ROWS:
        raise _refused(field, f"一次最多 {MOST_ROWS} 行，这个文件有 {len(rows)} 行，请分几次上传。")
    if not rows:
        raise _refused(field, "表头下面没有内容。")
    return rows


def read_lines(file: UploadedFile, *, field: str = "file") -> list[list[str]]:
    """The first sheet's lines as typed, from its first line on. Raises InvalidInput on `field`: not a spreadsheet."""
    return [[_text(cell) for cell in line] for line in _opened(file, field)]


def _opened(file: UploadedFile, field: str) -> list[list[Any]]:
    if not (file.name or "").lower().endswith(SHEETS):
        raise _refused(field, "请上传 Excel 表格（.xlsx 或 .xls）；没有的话先下载模板，填好再上传。")
    upload = accept(file, field=field)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(upload.content.read()))
        lines: list[list[Any]] = book.get_sheet_by_index(0).to_python(skip_empty_area=False)
    except (CalamineError, OSError, ValueError, IndexError) as error:
        raise _refused(field, "这个文件打不开，请用下载的模板（xlsx）填写后再上传。") from error
    return lines


def write_rows(
    headings: Sequence[str], rows: Iterable[Sequence[Any]], *, title: str = "", widths: Sequence[int] = ()
) -> bytes:
    """One sheet with a frozen head. Everything but numbers and dates is written as text, and text stays text."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out, {"in_memory": True, "constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    sheet = book.add_worksheet((title or "Sheet1")[:31])
    head = book.add_format({"bold": True, "bg_color": "#E9F1FA", "border": 1, "valign": "vcenter"})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    for column, heading in enumerate(headings):
        sheet.set_column(column, column, widths[column] if column < len(widths) else 16)
        sheet.write_string(0, column, heading, head)
    sheet.freeze_panes(1, 0)
    for number, row in enumerate(rows, 1):
        for column, cell in enumerate(row):
            if isinstance(cell, bool) or cell is None:
                sheet.write_string(number, column, {True: "是", False: "否", None: ""}[cell])
            elif isinstance(cell, int | float):
                sheet.write_number(number, column, cell)
            elif isinstance(cell, date):
                sheet.write_datetime(number, column, datetime.combine(cell, datetime.min.time()), day)
            else:
                sheet.write_string(number, column, guarded(str(cell)))
    book.close()
    return out.getvalue()


def guarded(text: str) -> str:
    """A text that would become a formula when the sheet is saved as CSV gets an apostrophe in front."""
    return f"'{text}" if text.startswith(FORMULA_SIGNS) else text


def as_download(content: bytes, name: str) -> HttpResponse:
    """The workbook as a file the browser saves."""
    response = HttpResponse(content, content_type=XLSX)
    response.headers["Content-Disposition"] = (
        content_disposition_header(as_attachment=True, filename=name) or "attachment"
    )
    return response


def _headings(lines: Sequence[Sequence[Any]], needed: Sequence[str]) -> tuple[int, list[str]]:
    """Offices put a merged title above the head: the first of ten lines that has all headings is the head."""
    for number, line in enumerate(lines[:10], 1):
        names = [_text(cell) for cell in line]
        if set(needed) <= set(names):
            return number, names
    return 0, []


def _text(cell: object) -> str:
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)  # a code or a telephone number typed as a number
    if isinstance(cell, datetime):
        cell = cell.date()
    text = "" if cell is None else str(cell).strip()
    # What we wrote with a guard comes back without it.
    return text.removeprefix("'")


def _refused(field: str, message: str) -> InvalidInput:
    return InvalidInput(message, {field: [message]})
