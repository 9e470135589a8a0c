"""带标记的表还给填表的人（R-74）：自己的每一行原样在左，右边三栏：结果、哪一栏、原因；不对的格子涂色。

什么也不会变成公式；整份一行一行写进文件，占的内存与行数无关。
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import xlsxwriter

from zhuqi.kernel.sheets.columns import Column
from zhuqi.kernel.sheets.reading import MARKS
from zhuqi.kernel.spreadsheets import guarded

CELL_MOST = 32_000  # Excel takes 32,767
WRONG, HEAD, ADDED = "#FBE9E7", "#E9F1FA", "#FFF7E0"


@dataclass(frozen=True, slots=True)
class Marked:
    """要写出去的一行：行号、原样的格子、结果、哪一栏、原因，和不对的栏。"""

    number: int
    cells: dict[str, str]
    result: str
    where: str = ""
    why: str = ""
    wrong: frozenset[str] = frozenset()


def write_marked(path: Path, columns: Sequence[Column], rows: Iterable[Marked], *, about: str) -> int:
    """写一份；`about` 是头一行的说明。返回写了几行。还能改好再传：表头认得，三栏标记导入时不看。"""
    book = xlsxwriter.Workbook(
        str(path), {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    sheet = book.add_worksheet("导入结果")
    said = book.add_format({"bold": True, "font_color": "#5B6470"})
    head = book.add_format({"bold": True, "bg_color": HEAD, "border": 1, "valign": "vcenter"})
    added = book.add_format({"bold": True, "bg_color": ADDED, "border": 1, "valign": "vcenter"})
    wrong = book.add_format({"bg_color": WRONG, "font_color": "#8C1D18", "bold": True})
    headings = [MARKS[0], *(column.heading for column in columns), *MARKS[1:]]
    sheet.write_string(0, 0, guarded(about), said)
    for place, heading in enumerate(headings):
        is_ours = place == 0 or place > len(columns)
        sheet.set_column(place, place, _width(place, columns))
        sheet.write_string(1, place, heading, added if is_ours else head)
    sheet.freeze_panes(2, 1)
    count = 0
    for at, row in enumerate(rows, 2):
        sheet.write_number(at, 0, row.number)
        for place, column in enumerate(columns, 1):
            text = row.cells.get(column.key, "")
            if text:
                sheet.write_string(at, place, guarded(text[:CELL_MOST]), wrong if column.key in row.wrong else None)
            elif column.key in row.wrong:
                sheet.write_blank(at, place, None, wrong)
        for place, text in enumerate((row.result, row.where, row.why), len(columns) + 1):
            if text:
                sheet.write_string(at, place, guarded(text[:CELL_MOST]))
        count += 1
    sheet.autofilter(1, 0, max(count, 1) + 1, len(headings) - 1)
    book.close()
    return count


def _width(place: int, columns: Sequence[Column]) -> int:
    if place == 0:
        return 11
    if place <= len(columns):
        return columns[place - 1].width
    return (12, 20, 60)[place - len(columns) - 1]
