"""给期限测试用的：时刻、在办的一件、一次暂停。"""

from datetime import date, datetime

from cases.models import Pause
from tests.factories import SHANGHAI


def at(text, hour=10):
    day = date.fromisoformat(text)
    return datetime(day.year, day.month, day.day, hour, tzinfo=SHANGHAI)


def day(text):
    return date.fromisoformat(text)


def pause(case, first, resumed):
    """A finished pause; the day of resumption counts again."""
    return Pause.objects.create(
        case=case,
        paused_at=at(first, 11),
        from_on=day(first),
        reason="补地勘报告",
        resumed_at=at(resumed, 9),
        to_on=day(resumed),
    )
