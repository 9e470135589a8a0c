"""演示城市的表格导入（R-12）：一份导完的，一份检查过、等人确认的。"""

from datetime import datetime

from django.core.files.uploadedfile import SimpleUploadedFile

from cadres.models import Job, User
from cadres.services import sheet_imports
from enterprises.models import Enterprise
from enterprises.services.sheet_firms import FIRMS_SHEET
from reports.demo.city.city import City
from zhuqi.kernel.spreadsheets import write_rows

HEAD = ("企业名称", "统一社会信用代码", "从业人数", "备注")
FIRMS = 12


def fill_sheets(city: City) -> None:
    """市活动办更新从业人数：第一份十二家、一行代码丢了位数；第二份还没有确认。"""
    user, kind = User.objects.select_related("unit").get(username="office"), FIRMS_SHEET
    firms = list(Enterprise.objects.active().order_by("pk").values_list("name", "credit_code")[: FIRMS * 2 + 2])
    for days, first, is_confirmed in ((4, 0, True), (1, FIRMS, False)):
        at = city.hours.at(city.hours.shift(city.last_run_on, -days), 15, 10)
        rows = [(name, code, 60 + number * 7, "") for number, (name, code) in enumerate(firms[first : first + FIRMS])]
        rows.append(("许昌示例食品有限公司", "9.1411E+17", 35, "代码这一列请改成文本"))
        rows += _conflicts(firms[first], *firms[-2:])
        file = SimpleUploadedFile("企业从业人数更新.xlsx", write_rows(HEAD, rows, title="企业"))
        job = sheet_imports.open_sheet(kind, file, actor=user, at=at)
        _run(job, at)
        if is_confirmed:
            job.refresh_from_db()
            sheet_imports.confirm(job, actor=user, at=at)
            _run(job, at)


def _conflicts(told: tuple[str, str], one: tuple[str, str], other: tuple[str, str]) -> list[tuple[str, str, int, str]]:
    """名称与代码各是一家的；上面写过的又写一行，人数不一样。"""
    return [(one[0], other[1], 80, "名称对不上代码"), (told[0], told[1], 300, "与上面重复")]


def _run(job: Job, at: datetime) -> None:
    sheet_imports.run_sheet(job.pk, clock=lambda: at)
