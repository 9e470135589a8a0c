"""表格测试用：写一份、传一份、检查、导入，再把带标记的表读回来。"""

import io
from types import SimpleNamespace

import xlsxwriter
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from python_calamine import CalamineWorkbook

from cadres.services import sheet_imports
from zhuqi.kernel.sheets.kinds import kind_of


def workbook(lines, *, merged=(), name="Sheet1"):
    """一份 xlsx：每行一个列表；`merged` 是 (首行, 首列, 末行, 末列)，从 0 数。"""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet(name)
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    for row, line in enumerate(lines):
        for column, cell in enumerate(line):
            if hasattr(cell, "year"):
                sheet.write_datetime(row, column, cell, day)
            else:
                sheet.write(row, column, cell)
    for area in merged:
        sheet.merge_range(*area, lines[area[0]][area[1]])
    book.close()
    return out.getvalue()


def upload(content, name="填好的.xlsx"):
    return SimpleUploadedFile(name, content)


def opened(key, lines, *, actor, at, **options):
    return sheet_imports.open_sheet(kind_of(key), upload(workbook(lines, **options)), actor=actor, at=at)


def checked(key, lines, *, actor, at, **options):
    """传上去、检查完。"""
    return sheet_imports.run_sheet(opened(key, lines, actor=actor, at=at, **options).pk, clock=lambda: at)


def imported(key, lines, *, actor, at, **options):
    """传上去、检查、确认、写完。"""
    job = checked(key, lines, actor=actor, at=at, **options)
    sheet_imports.confirm(job, actor=actor, at=at)
    return sheet_imports.run_sheet(job.pk, clock=lambda: at)


def marked(job, which):
    """带标记的表：说明、表头、各行（按表头取）。"""
    with default_storage.open(job.details["marked"][which], "rb") as stored:
        grid = CalamineWorkbook.from_filelike(io.BytesIO(stored.read())).get_sheet_by_index(0).to_python()
    heads = grid[1]
    return SimpleNamespace(about=grid[0][0], heads=heads, rows=[dict(zip(heads, row, strict=True)) for row in grid[2:]])


def outcomes(job):
    """每一行：行号 → (结局, 原因)。"""
    found = {}
    for batch in job.sheet_batches.all():
        for number, outcome, _digest, faults, remark in batch.verdicts:
            found[number] = (outcome, "；".join(reason for _key, reason in faults) or remark)
    return found
