"""送出去的引擎（R-65）：省平台和推送共用一个。

一队里前一个没送到，后一个不动；一个正在送的有租约，进程被杀，租约过了别人接着送；同一个键送几次，对方只算一次。
不通的越等越久，再加一点随机，免得一起挤上去；通了，等着的都立即再送。
"""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum
from typing import Any, Protocol

from django.db.models import QuerySet

from reports.enums import SendState
from reports.models.sending import Sending

Clock = Callable[[], datetime]
LEASE = timedelta(minutes=2)  # longer than any request may take
FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(minutes=15)
JITTER = 0.25
BATCH = 100
SILENCE_MOST = 3  # so many in a row without an answer: the far side is down, stop asking for now
SAID_MOST = 300


class Result(Enum):
    """送一次的结果。"""

    DELIVERED = "送到了"
    REFUSED = "对方看过，不收"
    UNREACHED = "没有可信的应答"
    DROPPED = "不该再送"


@dataclass(frozen=True, slots=True)
class Verdict:
    """对方怎么说；`changes` 是这一行要记下的。"""

    result: Result
    said: str = ""
    status: int | None = None
    changes: dict[str, Any] = field(default_factory=dict)


class Channel(Protocol):
    """引擎的一个用户。"""

    def rows(self) -> Any:
        """现在许送的（没有暂停的）。"""
        ...

    def send(self, row: Any, *, at: datetime) -> Verdict:
        """送一行；不抛网络上的错。"""
        ...

    def answered(self, row: Any, verdict: Verdict, *, at: datetime) -> bool:
        """记下通与不通；答 False 就是这一轮到此为止。"""
        ...


@dataclass
class Tally:
    """这一轮送了几行。"""

    delivered: int = 0
    refused: int = 0
    unreached: int = 0
    in_a_row: int = 0

    def count(self, result: Result) -> None:
        """记一行。"""
        self.delivered += result is Result.DELIVERED
        self.refused += result is Result.REFUSED
        self.unreached += result is Result.UNREACHED
        self.in_a_row = self.in_a_row + 1 if result is Result.UNREACHED else 0


def send_due(channel: Channel, *, clock: Clock, rng: random.Random, until: datetime) -> Tally:
    """把到时候的送出去，到 `until` 或没有了为止。几个进程同时跑、半路被杀都不多不少不乱。"""
    tally = Tally()
    while clock() < until:
        batch = list(channel.rows().due(clock()).order_by("next_at", "pk")[:BATCH])
        if not batch:
            break
        for row in batch:
            if clock() >= until or not _send_one(channel, row, clock, rng, tally):
                return tally
    return tally


def _send_one(channel: Channel, row: Sending, clock: Clock, rng: random.Random, tally: Tally) -> bool:
    if not claim(row, at=clock()):
        return True
    verdict = channel.send(row, at=clock())
    settle(row, verdict, at=clock(), rng=rng)
    tally.count(verdict.result)
    goes_on = channel.answered(row, verdict, at=clock())
    return goes_on and tally.in_a_row < SILENCE_MOST


def claim(row: Sending, *, at: datetime) -> bool:
    """拿下这一行的租约；`attempts` 是令牌，别人先拿了就没有了。"""
    everything: Any = type(row)._default_manager  # noqa: SLF001 - Django's documented name
    same = everything.filter(pk=row.pk, state=SendState.WAITING, attempts=row.attempts)
    if not same.due(at).update(attempts=row.attempts + 1, leased_until=at + LEASE):
        return False
    row.attempts += 1
    return True


def settle(row: Sending, verdict: Verdict, *, at: datetime, rng: random.Random) -> bool:
    """记下结果；租约已经归了别人，就什么也不记（对方按键认得出是同一次）。"""
    everything: Any = type(row)._default_manager  # noqa: SLF001 - as above
    mine = everything.filter(pk=row.pk, state=SendState.WAITING, attempts=row.attempts)
    changes: dict[str, Any] = {
        "leased_until": None, "last_status": verdict.status, "last_said": verdict.said[:SAID_MOST], **verdict.changes,
    }  # fmt: skip
    if verdict.result is Result.DELIVERED:
        changes |= {"state": SendState.SENT, "sent_at": at}
    elif verdict.result is Result.UNREACHED:
        changes["next_at"] = at + wait_after(row.attempts, rng)
    else:
        changes["state"] = SendState.REFUSED if verdict.result is Result.REFUSED else SendState.DROPPED
    return bool(mine.update(**changes))


def wait_after(attempts: int, rng: random.Random) -> timedelta:
    """第几次不通以后等多久：30 秒起，一次加一倍，最多 15 分钟，再多等至多四分之一。"""
    doubled = FIRST_WAIT * 2 ** min(max(attempts - 1, 0), 10)
    return min(doubled, LONGEST_WAIT) * (1 + JITTER * rng.random())


def again(rows: QuerySet[Any], *, at: datetime, afresh: bool = False) -> int:
    """再送一次：退回的、等着的、已送到的都行，键不变，对方不会多算。

    `afresh`：退回的按现在的对照重新写（对方没有收，所以换得）；其余原样。
    """
    changes: dict[str, Any] = {"state": SendState.WAITING, "next_at": at, "leased_until": None}
    rewritten = rows.filter(state=SendState.REFUSED).update(body="", **changes) if afresh else 0
    return rewritten + rows.exclude(state=SendState.DROPPED).update(**changes)


def hurry(rows: QuerySet[Any], *, at: datetime) -> int:
    """又通了：等着的不必再等。"""
    return rows.filter(state=SendState.WAITING, next_at__gt=at).update(next_at=at)
