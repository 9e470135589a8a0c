"""One queue of instants for everybody: lives take turns by the clock, so every consequence comes after its cause."""

import heapq
from collections.abc import Callable, Generator
from datetime import date, datetime
from itertools import count

from django.db import transaction

from cases.services.clocks import local_day

Life = Generator[datetime, None, None]
Choice = Generator[datetime, None, bool]  # a stretch of a life that says how it went


class Clockwork:
    """Runs lives (generators of the instants they want to act at) in the order of time, one transaction a day."""

    def __init__(self, until: datetime) -> None:
        self.until = until
        self._queue: list[tuple[datetime, int, Life]] = []
        self._order = count()
        self.now: datetime | None = None

    def start(self, at: datetime, life: Life) -> None:
        """Let a life begin, or go on, at an instant; nobody acts in the past."""
        if self.now is not None and at < self.now:
            message = f"{at:%Y-%m-%d %H:%M:%S} is before {self.now:%Y-%m-%d %H:%M:%S}"
            raise ValueError(message)
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
            when = next(life, None)
            if when is not None:
                self.start(when, life)
