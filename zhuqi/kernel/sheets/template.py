"""要填的模板（R-12、R-74）：下拉、提示、一行示例（导入时认得、略过），或预先填好现在的样子。"""

import io
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

import xlsxwriter

from zhuqi.kernel.sheets.columns import NONE, Cell, Column, Options
from zhuqi.kernel.sheets.kinds import SheetKind
from zhuqi.kernel.sheets.reading import SAMPLE_MARK
from zhuqi.kernel.spreadsheets import guarded

FILL_ROWS = 5_000  # so many rows get drop-downs and text format
LISTS, NOTES = "选项", "填写说明"
HINT_MOST = 250
HEAD_ROW = 1


class Template:
    """一种表的模板，写一次。"""

    def __init__(self, kind: SheetKind, actor: Any) -> None:
        self.kind, self.actor = kind, actor
        self.columns = kind.columns(actor)
        self.options: dict[str, Options] = {
            column.key: column.options(actor) if column.options else NONE for column in self.columns
        }

    def content(self) -> bytes:
        """模板的内容（xlsx）。"""
        out = io.BytesIO()
        book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
        sheet = book.add_worksheet(self.kind.label[:31])
        self._notes(book, book.add_worksheet(NOTES))
        sources = self._lists(book)
        text = book.add_format({"num_format": "@"})
        needed = book.add_format({"bold": True, "bg_color": "#1F5FA8", "font_color": "#FFFFFF", "border": 1})
        usual = book.add_format({"bold": True, "bg_color": "#E9F1FA", "border": 1})
        title = book.add_format({"font_color": "#5B6470"})
        sheet.write_string(0, 0, "蓝底的必填；空着的格子不改动原来的内容；示例行可以留着，导入时略过。", title)
        for place, column in enumerate(self.columns):
            sheet.set_column(place, place, column.width, text if column.cell != Cell.NUMBER else None)
            sheet.write_string(HEAD_ROW, place, column.heading, needed if column.needed else usual)
            self._guide(sheet, place, column, sources.get(column.key))
        sheet.freeze_panes(HEAD_ROW + 1, 1)
        for number, row in enumerate(self._rows(), HEAD_ROW + 1):
            for place, column in enumerate(self.columns):
                _put(sheet, (number, place), row.get(column.key, ""), text)
        book.close()
        return out.getvalue()

    def _rows(self) -> Iterable[Mapping[str, Any]]:
        sample = {column.key: column.example for column in self.columns}
        first = self.columns[0].key if not sample.get("name") else "name"
        sample[first] = f"{sample[first]}{SAMPLE_MARK}"
        yield sample
        yield from self.kind.prefilled(self.actor)

    def _guide(self, sheet: Any, place: int, column: Column, source: str | None) -> None:
        rows = (HEAD_ROW + 1, place, HEAD_ROW + FILL_ROWS, place)
        said = {"input_title": column.heading[:32], "input_message": _hint(column)[:HINT_MOST]}
        if source and column.cell == Cell.CHOICE:
            told = {"error_title": "请从下拉里选", "error_message": f"没有这一项：{column.heading}"[:200]}
            # A warning, not a stop: a short name or a code that is not in the list is understood as well.
            sheet.data_validation(
                *rows, {"validate": "list", "source": source, "error_type": "warning", **told, **said}
            )
        elif column.cell == Cell.YES:
            sheet.data_validation(*rows, {"validate": "list", "source": ["是", "否"], "error_type": "warning", **said})
        else:
            sheet.data_validation(*rows, {"validate": "any", **said})

    def _lists(self, book: Any) -> dict[str, str]:
        sheet = book.add_worksheet(LISTS)
        sheet.hide()
        sources = {}
        listed = [column for column in self.columns if self.options[column.key].meanings]
        for place, column in enumerate(listed):
            names = list(self.options[column.key].meanings)
            letter = xlsxwriter.utility.xl_col_to_name(place)
            for row, name in enumerate((column.heading, *names)):
                sheet.write_string(row, place, guarded(name))
            sources[column.key] = f"={LISTS}!${letter}$2:${letter}${len(names) + 1}"
        return sources

    def _notes(self, book: Any, sheet: Any) -> None:
        head = book.add_format({"bold": True, "bg_color": "#E9F1FA", "border": 1})
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        for place, width in enumerate((24, 14, 8, 70)):
            sheet.set_column(place, place, width)
        row = 0
        for note in (*self.kind.notes, "日期可以写 2026-01-05、2026.1.5、2026/1/5、2026年1月5日。"):
            sheet.write_string(row, 0, guarded(note))
            row += 1
        for place, word in enumerate(("栏目", "填什么", "必填", "说明")):
            sheet.write_string(row + 1, place, word, head)
        for at, column in enumerate(self.columns, row + 2):
            words = (column.heading, column.cell.value, "必填" if column.needed else "", _hint(column))
            for place, word in enumerate(words):
                sheet.write_string(at, place, guarded(word), wrapped)


def _hint(column: Column) -> str:
    parts = [column.hint]
    if column.unit:
        parts.append(f"单位：{column.unit}。")
    if column.example:
        parts.append(f"如 {column.example}。")
    return "".join(part for part in parts if part) or column.cell.value


def _put(sheet: Any, place: tuple[int, int], value: Any, text: Any) -> None:
    if isinstance(value, bool) or value is None:
        sheet.write_string(*place, {True: "是", False: "否", None: ""}[value], text)
    elif isinstance(value, int):
        sheet.write_number(*place, value)
    elif isinstance(value, datetime | date):
        sheet.write_string(*place, f"{value:%Y-%m-%d}", text)
    else:
        sheet.write_string(*place, guarded(str(value)), text)
