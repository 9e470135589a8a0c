"""把一张表读成一行一行（R-74）：标题行跳过，两行表头合起来，合并的格子往下填，行号与 Excel 里一样。

先看清楚再打开：远处孤零零的一格会让读的人按整块面积占内存，所以在解压的文字里先找一遍。
"""

import io
import re
import unicodedata
import zipfile
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from zhuqi.kernel.errors import InvalidInput
from zhuqi.kernel.sheets.columns import Column

ROWS_MOST = 200_000
COLUMNS_MOST = 103  # up to CY
HEAD_WITHIN = 15
SHEETS_LOOKED_AT = 5
CHUNK, OVERLAP = 1 << 20, 256
SAMPLE_MARK = "（示例）"
MARKS = ("原来的行号", "结果", "哪一栏", "原因")  # what we wrote beside the rows of a marked workbook
NAMED = 30
# A cell with something in it, below row 199,999 or right of column CZ.
_FAR = re.compile(rb'\br="(?:[A-Z]{1,3}(?:[2-9]\d{5}|\d{7})|(?:[A-Z]{3}|[D-Z][A-Z])\d+)"[^>/]*>')
_SIGNS = re.compile(r"[\s*＊:：]+")
Grid = list[list[Any]]
Range = tuple[tuple[int, int], tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Line:
    """一行：Excel 里的行号，和认得的各栏里原样的格子（空的不在里面）。"""

    number: int
    cells: dict[str, Any]


@dataclass(slots=True)
class Table:
    """读出来的一张表。`places` 是各栏在第几列；`unknown` 不认得的、`doubled` 重复的、`missing` 没有的栏目名。"""

    sheet: str
    head: int
    places: dict[str, int]
    lines: list[Line]
    unknown: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    sample_count: int = 0


def refused(message: str) -> InvalidInput:
    """整张表不收。"""
    return InvalidInput(message, {"file": [message]})


def read_table(content: bytes, columns: Sequence[Column]) -> Table:
    """读出头一张有表头的表。错误：InvalidInput，打不开、太大、没有表头、没有内容。"""
    _demand_near(content)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        shown = [
            meta.name
            for meta in book.sheets_metadata
            if meta.visible == SheetVisibleEnum.Visible and meta.typ == SheetTypeEnum.WorkSheet
        ]
        for name in shown[:SHEETS_LOOKED_AT]:
            found = _from_sheet(book.get_sheet_by_name(name), columns)
            if found is not None:
                return found
    except (CalamineError, OSError, ValueError, IndexError) as error:
        raise refused("这个文件打不开，请用下载的模板（xlsx）填写后再上传。") from error
    needed = "、".join(f"“{column.heading}”" for column in columns if column.needed)
    raise refused(f"没有找到表头：前 {HEAD_WITHIN} 行里要有一行写着 {needed}。请用下载的模板，或把表头改成这些字。")


def _demand_near(content: bytes) -> None:
    if not content.startswith(b"PK"):
        return
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            for name in package.namelist():
                if name.startswith("xl/worksheets/") and _has_far_cell(package, name):
                    raise refused(
                        f"表里很远的地方（{ROWS_MOST:,} 行以下，或 {COLUMNS_MOST} 列以右）还有内容。"
                        "一次最多二十万行；多出来的空行空列，请选中整行整列删掉再传。"
                    )
    except (zipfile.BadZipFile, OSError, ValueError, EOFError) as error:
        raise refused("这个文件打不开，请用下载的模板（xlsx）填写后再上传。") from error


def _has_far_cell(package: zipfile.ZipFile, name: str) -> bool:
    with package.open(name) as part:
        rest = b""
        while chunk := part.read(CHUNK):
            if _FAR.search(rest + chunk):
                return True
            rest = chunk[-OVERLAP:]
    return False


def _from_sheet(sheet: CalamineSheet, columns: Sequence[Column]) -> Table | None:
    grid: Grid = sheet.to_python(skip_empty_area=False)
    merged: list[Range] = [((first[0], first[1]), (last[0], last[1])) for first, last in sheet.merged_cell_ranges or []]
    known = {_bare(name): column.key for column in columns for name in column.names()}
    needed = {column.key for column in columns if column.needed}
    for depth in (1, 2):
        for at in range(min(HEAD_WITHIN, len(grid))):
            names = _names(grid, merged, (at, depth), known)
            if needed <= {known.get(_bare(name)) for name in names}:
                head = _whole_head(grid, merged, (at, depth), known)
                return _table(sheet.name, grid, merged, head, columns)
    return None


def _whole_head(
    grid: Grid, merged: Sequence[Range], head: tuple[int, int], known: Mapping[str, Any]
) -> tuple[int, int]:
    """找到的一行可能是两行表头的下面一行（上面有竖着合并下来的），也可能是上面一行。"""
    at, depth = head
    if depth == 1 and any(row == at - 1 and last == at for (row, _left), (last, _right) in merged):
        return at - 1, 2
    return at, 2 if depth == 2 or _has_second_row(grid, merged, at, known) else 1


def _bare(name: str) -> str:
    """表头里的空白、星号、冒号、换行，和括号里的说明不算。"""
    return _SIGNS.sub("", unicodedata.normalize("NFKC", name))


def _names(grid: Grid, merged: Sequence[Range], head: tuple[int, int], known: Mapping[str, Any]) -> list[str]:
    """表头各列的名字；两行的，上面一行按合并的格子铺开，合起来认得就用合起来的，否则用下面的。"""
    at, depth = head
    top = [str(cell or "").strip() for cell in grid[at]]
    if depth == 1 or at + 1 >= len(grid):
        return top
    for (row, left), (_last, right) in merged:
        if row == at and left < len(top):
            top[left : right + 1] = [top[left]] * (min(right, len(top) - 1) + 1 - left)
    below = [str(cell or "").strip() for cell in grid[at + 1]]
    names = []
    for high, low in zip(top, below, strict=True):
        is_joined = _bare(high + low) in known or (low and _bare(low) not in known)
        names.append(high + low if is_joined else low or high)
    return names


def _has_second_row(grid: Grid, merged: Sequence[Range], at: int, known: Mapping[str, Any]) -> bool:
    """下面一行也是表头：有竖着合并到下一行的，或横着合并、下面写着认得的栏目。"""
    if at + 1 >= len(grid):
        return False
    if any(row == at and last == at + 1 for (row, _left), (last, _right) in merged):
        return True
    spread = any(row == last == at and right > left for (row, left), (last, right) in merged)
    return spread and any(_bare(str(cell or "")) in known for cell in grid[at + 1])


def _table(name: str, grid: Grid, merged: Sequence[Range], head: tuple[int, int], columns: Sequence[Column]) -> Table:
    at, depth = head
    known = {_bare(each): column for column in columns for each in column.names()}
    names = _names(grid, merged, head, known)
    found = Table(name, at + depth, {}, [])
    for place, said in enumerate(names):
        column = known.get(_bare(said))
        if not said or said in MARKS:
            continue
        if column is None:
            found.unknown.append(said[:NAMED])
        elif column.key in found.places:
            found.doubled.append(said[:NAMED])
        else:
            found.places[column.key] = place
    if found.doubled:
        twice = "、".join(f"“{said}”" for said in Counter(found.doubled))
        raise refused(f"表头里 {twice} 有两列，看不出该用哪一列。请删掉一列再传。")
    found.missing = [column.heading for column in columns if column.key not in found.places]
    _fill_down(grid, merged, at + depth)
    _take_lines(found, grid)
    if not found.lines:
        only = "只有示例行，" if found.sample_count else ""
        raise refused(f"表头下面没有内容，{only}填好再上传。")
    if len(found.lines) > ROWS_MOST:
        raise refused(f"一次最多 {ROWS_MOST:,} 行，这个文件有 {len(found.lines):,} 行，请分几次上传。")
    return found


def _fill_down(grid: Grid, merged: Sequence[Range], start: int) -> None:
    """竖着合并的格子，只有第一格有字：下面的照着填。"""
    for (top, left), (bottom, _right) in merged:
        if top < start or top >= len(grid) or left >= len(grid[top]):
            continue
        for row in range(top + 1, min(bottom + 1, len(grid))):
            grid[row][left] = grid[top][left]


def _take_lines(found: Table, grid: Grid) -> None:
    places = list(found.places.items())
    for number, line in enumerate(grid[found.head :], found.head + 1):
        cells = {key: line[place] for key, place in places if line[place] not in ("", None)}
        if not cells or all(isinstance(cell, str) and not cell.strip() for cell in cells.values()):
            continue
        if any(isinstance(cell, str) and SAMPLE_MARK in cell for cell in cells.values()):
            found.sample_count += 1
            continue
        found.lines.append(Line(number, cells))
