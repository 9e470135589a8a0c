"""后台的长活在库里是一行：谁在做由 `attempts` 认，对不上立刻停手；两分钟没有动静的由别人接着做，断够了次数就说做不成。

这一行要有 state、attempts、beat_at 三列（`cadres.Job`、`policies.PolicyImport`）；做什么、怎么收场，由各自的服务说。
"""

import errno
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, TypeVar

import structlog
from django.db import OperationalError
from django.db.models import Model, QuerySet

from zhuqi.kernel.errors import DomainError

logger = structlog.get_logger(__name__)
QUEUED, RUNNING = "QUEUED", "RUNNING"
WAITING = (QUEUED, RUNNING)
LOST_AFTER = timedelta(minutes=2)
Row = TypeVar("Row", bound=Model)


class SupersededError(Exception):
    """这一份不归这个进程做了：取消了，或别人接着做了。"""


def claim(rows: QuerySet[Row], pk: int, *, at: datetime, **also: Any) -> Row | None:
    """开工：排队中 → 进行中，次数加一；不在排队的、被别人先开工的，是 None。"""
    row: Any = rows.filter(pk=pk, state=QUEUED).first()
    if row is None:
        return None
    changes = {"state": RUNNING, "attempts": row.attempts + 1, "beat_at": at, **also}
    if not _same(row).filter(state=QUEUED).update(**changes):
        return None
    for name, value in changes.items():
        setattr(row, name, value)
    found: Row = row
    return found


def mine(row: Row) -> QuerySet[Row]:
    """还归这个进程做的话，就是这一行。"""
    return _same(row).filter(state=RUNNING)


def beat(row: Model, *, at: datetime, **changes: Any) -> None:
    """报一次进度。错误：SupersededError。"""
    if not mine(row).update(beat_at=at, **changes):
        raise SupersededError
    for name, value in changes.items():
        setattr(row, name, value)


def carry_out(
    row: Model, work: Callable[[], None], give_up: Callable[[str], object], *, broken: str, full: str
) -> bool:
    """做这一件；做不成的用 `give_up` 告诉等的人，放开占位。不归自己做了，是 False。

    `broken` 是系统出了错时说的，`full` 是存储满了时说的；这两种还要往上抛，记进日志。
    """
    try:
        work()
    except SupersededError:
        return False
    except OperationalError:
        raise  # the database is not there to be told; the make-up run goes on
    except DomainError as wrong:
        give_up(wrong.message)
    # Whatever else it was, the person who waits must be told and the place in the queue freed; nothing is swallowed.
    except Exception as error:
        is_full = isinstance(error, OSError) and error.errno == errno.ENOSPC
        give_up(full if is_full else broken)
        logger.exception("job_failed", job=row.pk, of=type(row).__name__)
        raise
    return True


def lost(rows: QuerySet[Row], give_up: Callable[[Row], object], *, most: int, at: datetime) -> list[int]:
    """两分钟没有动静的：重新排队，给出要再发一次消息的；做过 `most` 次的 `give_up`。跑几遍、两个进程同时跑都一样。"""
    again = []
    for row in rows.filter(state__in=WAITING, beat_at__lt=at - LOST_AFTER):
        seen: Any = row
        if seen.state == RUNNING and seen.attempts >= most:
            give_up(row)
        elif _same(row).filter(state=seen.state, beat_at=seen.beat_at).update(state=QUEUED, beat_at=at):
            again.append(seen.pk)
    return again


def _same(row: Any) -> QuerySet[Any]:
    every: Any = type(row)._default_manager  # noqa: SLF001 - how Django itself asks for the manager of any model
    found: QuerySet[Any] = every.filter(pk=row.pk, attempts=row.attempts)
    return found
