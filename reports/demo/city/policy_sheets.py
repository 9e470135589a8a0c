"""成批导入政策（R-62）：一份导完的，有导入的、已有的、读不成的；一份检查过、等人确认的。"""

import csv
import io

from django.core.files.uploadedfile import SimpleUploadedFile

from cadres.models import User
from policies.models import Policy
from policies.services.importing import open_import, run_import, start_import
from reports.demo.city.city import City

HEAD = ("标题", "文号", "发文机关", "层级", "成文日期", "受理单位", "全文", "阅读量")
BODY = "一、支持对象。在本市登记、正常经营的企业。\n二、支持标准。{}\n三、申报办法。到市政务服务大厅惠企专区申报，自发布之日起施行。"
NEW = (
    ("关于支持企业建设数字化车间的若干措施（示例）", "许助示〔2026〕31号", "按软硬件投入的 10% 补助，最多 200 万元。"),
    ("关于支持外贸企业参加境外展会的通知（示例）", "许助示〔2026〕32号", "展位费补助一半，一家一年最多 20 万元。"),
    ("关于支持企业引进技能人才的办法（示例）", "许助示〔2026〕33号", "每引进一名高级技师，补助企业 5000 元。"),
)
LATER = (
    ("关于支持冷链物流企业更新车辆的通知（示例）", "许助示〔2026〕34号", "每辆新能源冷藏车补助 3 万元。"),
    ("关于支持花木企业参加展销的通知（示例）", "许助示〔2026〕35号", "展位费全免，运费补助一半。"),
)


def import_policies(city: City) -> None:
    """市活动办整理的旧文件。"""
    user = User.objects.select_related("unit").get(username="office")
    old = Policy.objects.order_by("pk").first()
    known = [] if old is None else [(old.title, old.number, old.issuer, "市", "", "", old.body, "")]
    broken = [("", "", "市商务局", "市", "2026-01-08", "", BODY.format("见附件。"), ""), ("关于降低物流成本的通知（示例）", "", "", "市", "2026-02-30", "", "", "")]  # fmt: skip
    for days, rows, is_started in ((6, [*_rows(NEW), *known, *broken], True), (1, [*_rows(LATER), *broken[1:]], False)):
        at = city.hours.at(city.hours.shift(city.last_run_on, -days), 16, 20)
        file = SimpleUploadedFile(f"惠企政策汇编（第{'一' if is_started else '二'}批）.csv", _csv(rows))
        batch = open_import(file, actor=user, at=at)
        if is_started:
            start_import(batch, actor=user, at=at, publishes=False, revises=False)
            run_import(batch.pk, clock=lambda at=at: at)  # type: ignore[misc]


def _rows(said: tuple[tuple[str, str, str], ...]) -> list[tuple[str, ...]]:
    return [(title, number, "许昌市人民政府办公室（示例）", "市", "2026-10-09", "市工业和信息化局", BODY.format(what), "1206") for title, number, what in said]  # fmt: skip


def _csv(rows: list[tuple[str, ...]]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows([HEAD, *rows])
    return out.getvalue().encode("utf-8-sig")
