"""通报的表格文件（R-53、R-54）：合并标题、冻结表头、横向、打印标题。文字一律按文字写，不成公式。"""

from io import BytesIO

import xlsxwriter

from reports.enums import Group, Mark, Part

TITLES = ["名次", "单位", "应办结", *Part.labels, *(f"扣分：{label}" for label in Mark.labels), "总分"]


def ranking_sheet(ranking, rows):
    """一组一张表；没有单位的组不建。返回文件内容。"""
    out = BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    title = book.add_format({"bold": True, "font_size": 16, "align": "center", "valign": "vcenter"})
    head = book.add_format(
        {"bold": True, "border": 1, "text_wrap": True, "align": "center", "valign": "vcenter", "bg_color": "#F2F4F6"}
    )
    text, number = book.add_format({"border": 1}), book.add_format({"border": 1, "num_format": "0.00"})
    for group in Group:
        members = [row for row in rows if row.group == group]
        if members:
            _page(
                book.add_worksheet(group.label.replace("、", "")[:31]),
                ranking,
                group,
                members,
                (title, head, text, number),
            )
    if not rows:
        book.add_worksheet("没有数据")
    book.close()
    return out.getvalue()


def _page(sheet, ranking, group, rows, formats):
    title, head, text, number = formats
    state = "" if ranking.is_published else "（草稿）"
    name = f"{ranking.month.year}年{ranking.month.month}月积分排名{state} · {group.label}"
    sheet.merge_range(0, 0, 0, len(TITLES) - 1, name, title)
    sheet.set_row(0, 30)
    sheet.write_row(1, 0, TITLES, head)
    sheet.set_row(1, 32)
    for at, row in enumerate(rows, start=2):
        sheet.write(at, 0, row.place if row.place is not None else "不排名", text)
        sheet.write_string(at, 1, row.name, text)
        sheet.write_number(at, 2, row.due_count, text)
        points = [float(each["points"]) for each in row.parts] + [-float(each["points"]) for each in row.deductions]
        for column, value in enumerate([*points, float(row.score)], start=3):
            sheet.write_number(at, column, value, number)
    sheet.set_column(0, 0, 8)
    sheet.set_column(1, 1, 26)
    sheet.set_column(2, len(TITLES) - 1, 10)
    sheet.freeze_panes(2, 2)
    sheet.repeat_rows(0, 1)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
