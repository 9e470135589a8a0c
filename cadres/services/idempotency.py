"""同一个键只办一次：键、办的事、答复在同一个事务里（见 zhuqi/kernel/api/idempotency.py）。"""

from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction

from cadres.models import IdempotencyKey

KEPT = timedelta(hours=24)


def claim(request: Any, key: str, digest: str, *, at: datetime) -> tuple[IdempotencyKey, bool]:
    """这个人的这个键：第一次用就占下（True），用过的给回那一行。过了 24 小时的当没用过。"""
    IdempotencyKey.objects.filter(user=request.user, key=key, made_at__lte=at - KEPT).delete()
    try:
        with transaction.atomic():
            return IdempotencyKey.objects.create(user=request.user, key=key, digest=digest, made_at=at), True
    except IntegrityError:
        return IdempotencyKey.objects.get(user=request.user, key=key), False


def keep(row: IdempotencyKey, answer: dict[str, Any]) -> None:
    """记下答复。"""
    row.answer = answer
    row.save(update_fields=["answer"])


def drop_old(*, at: datetime) -> int:
    """过期的删掉；给回几行。"""
    count, _ = IdempotencyKey.objects.filter(made_at__lte=at - KEPT).delete()
    return count
