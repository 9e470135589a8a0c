"""One queue of instants for everybody: lives take turns by the clock, so every consequence comes after its cause."""

import heapq
from collections.abc import Callable, Generator
from datetime import date, datetime
from inspect import GEN_CREATED, getgeneratorstate
from itertools import count

from django.db import transaction
from django.utils.timezone import localtime

from cases.services.clocks import local_day
from zhuqi.kernel.errors import DomainError

# A life yields the instant it wants to act at and is sent the instant it is: never earlier, never in the past.
Life = Generator[datetime, datetime, None]
Choice = Generator[datetime, datetime, bool]  # a stretch of a life that says how it went


class Clockwork:
    """Runs lives in the order of time, one transaction a day.

    A step the services refuse ends that life, as it would a person's attempt; `refused` says which (the tests want none).
    """

    def __init__(self, until: datetime) -> None:
        self.until = until
        self._queue: list[tuple[datetime, int, Life]] = []
        self._order = count()
        self.now: datetime | None = None
        self.refused: list[str] = []

    def start(self, at: datetime, life: Life) -> None:
        """Let a life begin, or go on, at an instant."""
        at = at if self.now is None else max(at, self.now)
        if at <= self.until:
            heapq.heappush(self._queue, (at, next(self._order), life))

    def run(self, on_day: Callable[[date], None]) -> None:
        """Until nothing more is due before the present. `on_day` hears of each day begun."""
        while self._queue:
            day = local_day(self._queue[0][0])
            on_day(day)
            with transaction.atomic():
                self._run_day(day)

    def _run_day(self, day: date) -> None:
        while self._queue and local_day(self._queue[0][0]) == day:
            self.now, _, life = heapq.heappop(self._queue)
            when = self._resume(life, self.now)
            if when is not None:
                self.start(when, life)

    def _resume(self, life: Life, now: datetime) -> datetime | None:
        try:
            return next(life) if getgeneratorstate(life) == GEN_CREATED else life.send(now)
        except StopIteration:
            return None
        except DomainError as refusal:
            self.refused.append(f"{localtime(now):%Y-%m-%d %H:%M} {refusal.message}")
            return None
