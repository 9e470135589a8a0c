"""表格报送（R-65 的手工办法）：待报的下载成 XLSX，省里填了收没收再传回来；传几遍都一样。

接口通着就不用表格，免得两头报。键与接口用的是同一个，省里认得出是同一步。
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db.models import Q

from cadres.models import User
from cadres.services import audit
from cadres.services.settings import demand_city_office
from reports.enums import SendState
from reports.models import FieldMap, ProvinceReport
from reports.province.fields import LABELS, STEPS
from reports.services.province import link, mapping
from zhuqi.kernel.errors import Conflict
from zhuqi.kernel.spreadsheets import Row, read_rows, write_rows

MOST = 5_000
NUMBER, SEQ, KEY, STEP, AT = "问题编号", "次序", "唯一键", "动作", "时间"
TAKEN, RECEIPT, WHY = "省平台收下（是／否）", "省平台回执号", "不收的原因"
YES, NO = frozenset({"是", "收下", "1", "Y", "y"}), frozenset({"否", "不收", "0", "N", "n"})
RECEIPT_MOST = 60


@dataclass
class Read:
    """传回来的一份读下来。"""

    accepted: int = 0
    refused: int = 0
    known: int = 0
    blank: int = 0
    wrong: list[tuple[int, str]] = field(default_factory=list)


def pending(*, actor: User, at: datetime) -> tuple[bytes, int]:
    """待报的（XLSX 的内容, 几步）：一步一行，列按字段对照。错误：Conflict，接口通着，或没有要报的。"""
    demand_city_office(actor)
    _demand_by_hand()
    maps = [row for row in FieldMap.objects.all() if row.is_sent]
    rows = ProvinceReport.objects.open().select_related("case").order_by("case", "seq")[:MOST]
    lines = [line for row in rows if (line := _line(row, maps))]
    if not lines:
        raise Conflict("没有要报的。")
    heads = [NUMBER, SEQ, KEY, STEP, AT, *(f"{LABELS.get(row.ours, row.ours)}（{row.theirs}）" for row in maps)]
    audit.record(actor, "下载报省表格", result=f"{len(lines)} 行", at=at)
    return write_rows([*heads, TAKEN, RECEIPT, WHY], lines, title="报省平台", widths=[18, 6, 22]), len(lines)


def _demand_by_hand() -> None:
    now = link.current()
    if now is None:
        raise Conflict("还没有开通省平台报送。")
    if link.is_configured() and not now.paused_at:
        raise Conflict("接口正在报送，用表格会两头报。确实要用表格，请先暂停接口。")


def _line(row: ProvinceReport, maps: list[FieldMap]) -> list[Any] | None:
    try:
        made = mapping.mapped(row.facts, maps)
    except mapping.MappingError:
        return None  # stands among the refused, with what is wrong
    step = STEPS.get(row.facts["step"], "更正")
    return [row.case.number, row.seq, row.key, step, row.facts["at"][:19].replace("T", " "), *made.values(), "", "", ""]


def take_back(file: UploadedFile, *, actor: User, at: datetime) -> Read:
    """读省里填过的：收下的记回执，不收的记原因，没填的不动；哪一行不对说哪一行，其余照记。"""
    demand_city_office(actor)
    _demand_by_hand()
    rows = read_rows(file, needed=(KEY, TAKEN, RECEIPT))
    found = Read()
    known = {row.key: row for row in ProvinceReport.objects.filter(key__in=[row[KEY][:80] for row in rows])}
    order = {key: (row.case_id, row.seq) for key, row in known.items()}
    for row in sorted(rows, key=lambda each: order.get(each[KEY], (0, 0))):
        wrong = _take_row(row, known.get(row[KEY]), found, at)
        if wrong:
            found.wrong.append((row.number, wrong))
    said = f"收下 {found.accepted}，不收 {found.refused}，已记过 {found.known}，不对 {len(found.wrong)}"
    audit.record(actor, "上传报省回执", result=said, at=at)
    return found


def _take_row(said: Row, row: ProvinceReport | None, found: Read, at: datetime) -> str:
    answer = said[TAKEN]
    if not answer:
        found.blank += 1
        return ""
    if row is None:
        return f"没有“{said[KEY][:40]}”这个唯一键，请不要改这一列。"
    if answer in YES:
        return _accept(said[RECEIPT], row, found, at)
    if answer not in NO:
        return f"“{TAKEN}”只填是或否。"
    return _refuse(said[WHY], row, found)


def _accept(receipt: str, row: ProvinceReport, found: Read, at: datetime) -> str:
    if not receipt or len(receipt) > RECEIPT_MOST:
        return f"收下的要有{RECEIPT}，最多 {RECEIPT_MOST} 个字。"
    if row.state == SendState.SENT:
        found.known += row.receipt_number == receipt
        return "" if row.receipt_number == receipt else f"已有回执 {row.receipt_number}，与表里的不同，没有改。"
    if ProvinceReport.objects.open().filter(lane=row.lane, seq__lt=row.seq).exists():
        return "同一件诉求前面还有没收下的，要按次序来。"
    free = _free(row, at)
    changes = {"state": SendState.SENT, "sent_at": at, "receipt_number": receipt, "receipt_at": at, "by_sheet": True}
    if not free.update(last_said="", **changes):
        return "这一步正由接口在送，请稍后再传。"
    found.accepted += 1
    return ""


def _refuse(why: str, row: ProvinceReport, found: Read) -> str:
    said = f"省平台不收：{why or '没有说明'}"[:300]
    if row.state == SendState.SENT:
        return f"已有回执 {row.receipt_number}，不能再记成不收。"
    if row.state == SendState.REFUSED and row.last_said == said:
        found.known += 1
        return ""
    ProvinceReport.objects.open().filter(pk=row.pk).update(state=SendState.REFUSED, last_said=said)
    found.refused += 1
    return ""


def _free(row: ProvinceReport, at: datetime) -> Any:
    unleased = Q(leased_until__isnull=True) | Q(leased_until__lte=at)
    return ProvinceReport.objects.open().filter(unleased, pk=row.pk)
