"""一份十万家企业的表，检查用多少秒、写入用多少秒、多少内存（R-12）。单独一个进程里量。

`python -m tests.bench.sheets [行数]` 在环境变量指的库上（迁移过的空库就行）做一遍，打印 JSON；再传同一份，应该全是“没有变化”。
"""

import json
import os
import resource
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from random import Random

ROWS, AIM_SECONDS, SEED = 100_000, 60, 20260105
HEAD = (
    "企业名称", "统一社会信用代码", "县（市、区）", "地址", "行业代码", "行业", "是否规上", "标签", "成立日期", "上年营业收入（万元）", "从业人数",
)  # fmt: skip
TYPED_DATES = (
    "{0:%Y-%m-%d}",
    "{0.year}.{0.month}.{0.day}",
    "{0.year}/{0.month}/{0.day}",
    "{0.year}年{0.month}月{0.day}日",
)


@dataclass(frozen=True, slots=True)
class SheetFigure:
    """行数、文件 MB、检查秒、写入秒、再传一遍的检查秒、处理器秒、内存峰值 MB。"""

    rows: int
    database: str
    file_mb: float
    check_seconds: float
    write_seconds: float
    again_seconds: float
    cpu_seconds: float
    peak_mb: float

    @property
    def seconds(self):
        """检查加写入。"""
        return self.check_seconds + self.write_seconds


def sheet_of(rows, path):
    """`rows` 家虚构企业，日期和数各种写法，后面还有一行坏的。"""
    import xlsxwriter

    from reports.demo.credit_codes import credit_code

    rng = Random(SEED)
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True})
    sheet = book.add_worksheet("企业")
    sheet.write_row(0, 0, HEAD)
    for number in range(rows):
        day = date(1990 + number % 30, 1 + number % 12, 1 + number % 28)
        word = "".join(rng.choice("沅砥珂陶华瑞新德恒源泰丰盛茂天地玄黄宇宙洪荒") for _ in range(3))
        line = (
            f"许昌{word}{number}号机械有限公司", credit_code(number, "411002"), "魏都区", f"示例路 {number} 号", "C3525", "模具制造", "是",
            "高新技术、专精特新", TYPED_DATES[number % 4].format(day), f"{number % 90_000:,}", number % 900,
        )  # fmt: skip
        for column, cell in enumerate(line):
            if isinstance(cell, int):
                sheet.write_number(number + 1, column, cell)
            else:
                sheet.write_string(number + 1, column, cell)
    sheet.write_row(rows + 1, 0, ("坏公司", "9.11E+17", "魏都区"))
    book.close()
    return path


def measured(rows):
    """做一遍，给出数字。"""
    from django.core.files.uploadedfile import SimpleUploadedFile
    from django.db import connection
    from django.utils import timezone

    from cadres.services import sheet_imports
    from cadres.services.sheet_jobs import State
    from enterprises.models import Enterprise
    from zhuqi.kernel.sheets.kinds import kind_of

    user = _office()
    with tempfile.TemporaryDirectory() as folder:
        path = sheet_of(rows, Path(folder) / "firms.xlsx")
        content, busy, times = path.read_bytes(), time.process_time(), []

        def timed(job):
            began = time.perf_counter()
            done = sheet_imports.run_sheet(job.pk, clock=timezone.now)
            times.append(time.perf_counter() - began)
            return done

        def sent():
            file = SimpleUploadedFile(path.name, content)
            return sheet_imports.open_sheet(kind_of("firms"), file, actor=user, at=timezone.now())

        job = timed(sent())
        assert job.details["counts"] == {"N": rows, "B": 1}, job.details
        sheet_imports.confirm(job, actor=user, at=timezone.now())
        done = timed(job)
        assert (done.state, done.details["written"]["N"]) == (State.DONE, rows), done.details
        spent = time.process_time() - busy
        again = timed(sent())
        assert again.details["counts"] == {"S": rows, "B": 1}, again.details
    assert Enterprise.objects.filter(name__startswith="许昌").count() >= rows
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return SheetFigure(rows, connection.vendor, len(content) / 1e6, *times, spent, peak)


def _office():
    from cadres.enums import Role, UnitKind
    from cadres.models import Unit, User
    from enterprises.models import Region, Tag

    Region.objects.get_or_create(code="411002", defaults={"name": "魏都区"})
    for name in ("高新技术", "专精特新"):
        Tag.objects.get_or_create(name=name)
    unit, _ = Unit.objects.get_or_create(code="BENCH", defaults={"name": "量表用的市活动办", "kind": UnitKind.OFFICE})
    facts = {"name": "市办经办", "role": Role.OFFICE, "unit": unit, "must_change_password": False}
    return User.objects.get_or_create(username="bench-city", defaults=facts)[0]


def main():
    """量一遍，打印。"""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhuqi.settings")
    import django

    django.setup()
    figure = measured(int(sys.argv[1]) if len(sys.argv) > 1 else ROWS)
    print(json.dumps({name: round(v, 1) if isinstance(v, float) else v for name, v in asdict(figure).items()}))


if __name__ == "__main__":
    main()
