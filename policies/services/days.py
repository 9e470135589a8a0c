"""一个时刻是当地哪一天。"""

from datetime import date, datetime

from django.utils import timezone


def local_day(at: datetime) -> date:
    """许昌的那一天。"""
    return timezone.localtime(at).date()
