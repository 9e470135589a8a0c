"""台账测试用：做一份导出，再把文件读回来。"""

import zipfile
from pathlib import Path
from types import SimpleNamespace
from xml.etree import ElementTree as ET

from django.utils import timezone
from python_calamine import CalamineWorkbook

from reports.ledgers import LEDGERS
from reports.services.exports import request_export, run_export

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
HEADS = 2  # rows above the column heads


def exported(key, user, *, at, query=""):
    """申请并做完。"""
    job, _ = request_export(LEDGERS[key], query, actor=user, at=at)
    return run_export(job.pk, clock=lambda: at)


def read(path):
    """标题、说明、表头、各行（按表头取）、末行。"""
    grid = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()
    heads = grid[HEADS]
    rows = [dict(zip(heads, row, strict=True)) for row in grid[HEADS + 1 : -1]]
    return SimpleNamespace(title=grid[0][0], about=grid[1][0], heads=heads, rows=rows, foot=grid[-1][0])


def book_of(key, user, *, at, query=""):
    """做完读回来。"""
    return read(exported(key, user, at=at, query=query).file.path)


def parts_of(path: Path):
    """工作表与工作簿的 XML。"""
    with zipfile.ZipFile(path) as package:
        names = package.namelist()
        read_xml = lambda name: ET.fromstring(package.read(name))  # noqa: E731, S314 - our own file
        return SimpleNamespace(
            names=names, sheet=read_xml("xl/worksheets/sheet1.xml"), workbook=read_xml("xl/workbook.xml")
        )


def now():
    return timezone.now()
