"""对省平台的开关与状态（R-65）：开通、暂停、恢复、通不通、再报一次。"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F, Min
from django.urls import reverse

from cadres.enums import Role
from cadres.models import User
from cadres.services import audit
from cadres.services.notices import notify
from cadres.services.settings import demand_city_office, demand_director
from reports.enums import SendState
from reports.models import ProvinceLink, ProvinceReport
from reports.services import sending
from reports.services.province import mapping
from zhuqi.kernel.errors import Conflict, InvalidInput

ALARM_AFTER = timedelta(hours=1)
EARLIEST = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Standing:
    """一眼看清：什么状态、为什么、待发多少、最早一条。"""

    word: str
    tone: str
    link: ProvinceLink | None
    is_configured: bool
    waiting: int = 0
    refused: int = 0
    sent: int = 0
    oldest_at: datetime | None = None


def is_configured() -> bool:
    """三个环境变量都有。"""
    return bool(settings.PROVINCE_URL)


def current() -> ProvinceLink | None:
    """那一行；没开通是 None。"""
    return ProvinceLink.objects.filter(pk=ProvinceLink.ONLY).first()


def hold() -> ProvinceLink | None:
    """拿住那一行到事务结束：同时只有一个在入列、在开始对账。没开通是 None。"""
    ProvinceLink.objects.filter(pk=ProvinceLink.ONLY).update(drained_to=F("drained_to"))
    return current()


def standing() -> Standing:
    """现在怎样。"""
    link = current()
    if link is None:
        return Standing("未开通", "", None, is_configured())
    rows = ProvinceReport.objects.order_by()
    waiting = rows.filter(state=SendState.WAITING)
    word, tone = _word(link)
    return Standing(
        word, tone, link, is_configured(),
        waiting=waiting.count(),
        refused=rows.filter(state=SendState.REFUSED).count(),
        sent=rows.filter(state=SendState.SENT).count(),
        oldest_at=rows.open().aggregate(first=Min("queued_at"))["first"],
    )  # fmt: skip


def _word(link: ProvinceLink) -> tuple[str, str]:
    if link.paused_at:
        return "已暂停", "near"
    if not is_configured():
        return "未接通，用表格报", "near"
    if link.failing_since:
        return "已中断", "late"
    return "正常", "done"


@transaction.atomic
def start(*, since: datetime, actor: User | None, at: datetime) -> ProvinceLink:
    """开通：从 `since` 起的步骤开始入列，铺一份起始的字段对照。主任才能开；None 是系统。"""
    demand_director(actor, "省平台报送")
    if not at - EARLIEST <= since <= at:
        raise InvalidInput("起报日要在过去一年以内，不能晚于今天。", {"since": ["请选过去一年以内的一天。"]})
    link, is_new = ProvinceLink.objects.get_or_create(
        pk=ProvinceLink.ONLY, defaults={"since": since, "started_at": at, "started_by": actor}
    )
    if not is_new:
        raise Conflict("已经开通了。")
    mapping.seed(at=at, actor=actor)
    audit.record(actor, "开通省平台报送", target=f"从 {since:%Y-%m-%d} 起", at=at)
    return link


def pause(*, reason: str, actor: User, at: datetime) -> None:
    """暂停：照常入列，不再往外送。"""
    demand_city_office(actor)
    reason = reason.strip()
    if not reason or len(reason) > 200:
        raise InvalidInput("请写明为什么暂停，最多 200 字。", {"reason": ["请写明为什么暂停，最多 200 字。"]})
    if not ProvinceLink.objects.filter(paused_at=None).update(paused_at=at, pause_reason=reason):
        raise Conflict("已经暂停了，或还没有开通。")
    audit.record(actor, "暂停省平台报送", reason=reason, at=at)


def resume(*, actor: User, at: datetime) -> None:
    """恢复：积下的按次序接着送。"""
    demand_city_office(actor)
    if not ProvinceLink.objects.filter(paused_at__isnull=False).update(paused_at=None, pause_reason=""):
        raise Conflict("没有暂停，不用恢复。")
    sending.hurry(ProvinceReport.objects.all(), at=at)
    audit.record(actor, "恢复省平台报送", at=at)


def resend(row: ProvinceReport, *, actor: User, at: datetime) -> None:
    """再报一步：同一个键，省平台不会多收；退回的按现在的对照重写。"""
    demand_city_office(actor)
    sending.again(ProvinceReport.objects.filter(pk=row.pk), at=at, afresh=True)
    audit.record(actor, "再报省平台", target=row.key, reason=row.last_said, at=at)


def resend_refused(*, actor: User, at: datetime) -> int:
    """退回的全部再报。"""
    demand_city_office(actor)
    count = sending.again(ProvinceReport.objects.filter(state=SendState.REFUSED), at=at, afresh=True)
    audit.record(actor, "再报省平台", target=f"退回的 {count} 步", at=at)
    return count


def went_through(*, at: datetime) -> None:
    """通了一次；先前不通的，等着的立即再送。"""
    was_down = ProvinceLink.objects.filter(failing_since__isnull=False).update(failing_since=None, failure="")
    ProvinceLink.objects.update(last_ok_at=at)
    if was_down:
        sending.hurry(ProvinceReport.objects.all(), at=at)


def did_not(words: str, *, at: datetime) -> None:
    """不通；从第一次起算，过一小时告诉市活动办。"""
    words = words[:300]
    if not ProvinceLink.objects.filter(failing_since=None).update(failing_since=at, failure=words):
        ProvinceLink.objects.update(failure=words)
    link = current()
    if link and link.failing_since and at - link.failing_since >= ALARM_AFTER:
        office = User.objects.filter(role=Role.OFFICE, is_active=True, unit__region=None)
        notify(
            office, f"province-down:{link.failing_since:%Y%m%d%H%M}", "省平台连不上，已超过一小时", at=at,
            body=f"{words}。步骤都留着，通了自动接着报。", url=reverse("reports:province"), tone="late",
        )  # fmt: skip
