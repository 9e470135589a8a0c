"""取号（R-34）：号与单据同一事务，回滚即归还，所以不断号；行锁与唯一键保证不重号。"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.crypto import get_random_string

from cadres.enums import UnitKind
from cadres.models import Unit
from cadres.services import settings
from cases.enums import TicketKind
from cases.models import NumberSequence
from cases.services import clocks
from zhuqi.kernel.errors import DomainError

_REHEARSAL = ContextVar("rehearsal", default=False)
WORDS = {TicketKind.DISPATCH: "交", TicketKind.URGE: "催", TicketKind.INQUIRY: "问"}


def next_in_sequence(office: Unit, kind: str, year: int) -> int:
    """下一个号（从 1 起）。必须在事务里调用；同一（单位、种类、年）的并发者在此排队。"""
    row = {"office": office, "kind": kind, "year": year}
    if not NumberSequence.objects.filter(**row).update(last=F("last") + 1):
        try:
            with transaction.atomic():
                NumberSequence.objects.create(**row, last=0)
        except IntegrityError:
            pass  # somebody else opened the year a moment ago: queue behind them
        NumberSequence.objects.filter(**row).update(last=F("last") + 1)
    return NumberSequence.objects.values_list("last", flat=True).get(**row)


@contextmanager
def rehearsing() -> Iterator[None]:
    """预演时不取号：一串预演不该占着取号器，让真正签发的人排队。"""
    token = _REHEARSAL.set(True)
    try:
        yield
    finally:
        _REHEARSAL.reset(token)


def ticket_number(office: Unit, kind: str, at: datetime) -> str:
    """如 许助企交〔2026〕12号：代字 + 单别 + 六角括号年份 + 不补零的号。"""
    if not office.ticket_prefix:
        raise DomainError(f"{office.name}还没有设置发文代字，请先在“设置 · 单位”里填写。")
    if _REHEARSAL.get():
        return f"预演 {get_random_string(16)}"
    year = clocks.local_day(at).year
    return f"{office.ticket_prefix}{WORDS[TicketKind(kind)]}〔{year}〕{next_in_sequence(office, kind, year)}号"


def paper_number(office: Unit, word: str, at: datetime) -> str:
    """公文的发文字号，如 许助企办〔2026〕3号；`word` 是代字后面那个字，每个字每年一个序列。必须在事务里调用。"""
    if not office.ticket_prefix:
        raise DomainError(f"{office.name}还没有设置发文代字，请先在“设置 · 单位”里填写。")
    year = clocks.local_day(at).year
    return f"{office.ticket_prefix}{word}〔{year}〕{next_in_sequence(office, f'PAPER-{word}', year)}号"


def case_number(at: datetime) -> str:
    """如 XC-2026-1014：全市一个序列。"""
    city_office = Unit.objects.filter(kind=UnitKind.OFFICE, region__isnull=True).order_by("pk").first()
    if city_office is None:
        raise DomainError("还没有建立市活动办，不能登记问题；请先在“设置 · 单位”里建立。")
    year = clocks.local_day(at).year
    return f"{settings.value('case_prefix')}-{year}-{next_in_sequence(city_office, 'CASE', year):04d}"
