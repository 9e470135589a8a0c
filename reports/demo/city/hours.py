"""Office hours: instants counted in minutes of working time, so that a past can be planned forwards and backwards."""

from bisect import bisect_left
from datetime import date, datetime, time, timedelta
from random import Random

from django.utils import timezone

from cadres.calendar import WorkCalendar

OPENS, NOON, AFTERNOON = 8 * 60 + 30, 12 * 60, 14 * 60 + 30
HALF = 210  # minutes of a morning and of an afternoon
A_DAY = 2 * HALF
AN_HOUR = 60
EVENING = (19, 21)


class OfficeHours:
    """Working time between two days: 08:30–12:00 and 14:30–18:00 of every working day."""

    def __init__(self, first: date, last: date, calendar: WorkCalendar, rng: Random) -> None:
        self.calendar, self.rng = calendar, rng
        span = (first + timedelta(days=n) for n in range((last - first).days + 1))
        self.days = [day for day in span if calendar.is_workday(day)]

    def at(self, day: date, hour: int, minute: int = 0) -> datetime:
        """An instant by the local clock."""
        return datetime.combine(day, time(hour, minute), tzinfo=timezone.get_default_timezone())

    def after(self, start: datetime, low: float, high: float | None = None) -> datetime:
        """So many working hours later (somewhere between `low` and `high`)."""
        hours = low if high is None else self.rng.uniform(low, high)
        return self._instant(self._minutes(start) + hours * AN_HOUR)

    def before(self, end: datetime, low: float, high: float | None = None) -> datetime:
        """So many working hours earlier."""
        hours = low if high is None else self.rng.uniform(low, high)
        return self._instant(self._minutes(end) - hours * AN_HOUR)

    def moment(self, day: date) -> datetime:
        """Some time in the working hours of a day."""
        return self._instant(bisect_left(self.days, day) * A_DAY + self.rng.uniform(5, A_DAY - 15))

    def between(self, start: datetime, last_on: date, share: float | None = None) -> datetime:
        """Some working time after `start` and before the end of `last_on`; `share` 0…1 says how far along."""
        low = self._minutes(start)
        high = (bisect_left(self.days, last_on) + 1) * A_DAY - 10
        if high <= low + 2:  # the day's office hours are over: people stay late
            return min(start + timedelta(minutes=5), self.at(last_on, 23, 50))
        part = self.rng.random() if share is None else min(max(share * self.rng.uniform(0.85, 1.1), 0.02), 0.99)
        return self._instant(low + 1 + part * (high - low - 2))

    def evening(self, day: date) -> datetime:
        """After supper, when firms find time."""
        return self.at(day, self.rng.randint(*EVENING), self.rng.randint(0, 59))

    def shift(self, day: date, workdays: int) -> date:
        """The working day so many working days away."""
        return self.calendar.add_workdays(day, workdays)

    def _minutes(self, at: datetime) -> float:
        local = timezone.localtime(at)
        place = bisect_left(self.days, local.date())
        if place == len(self.days) or self.days[place] != local.date():
            return place * A_DAY
        clock = local.hour * 60 + local.minute
        if clock <= NOON:
            return place * A_DAY + max(clock - OPENS, 0)
        return place * A_DAY + HALF + min(max(clock - AFTERNOON, 0), HALF)

    def _instant(self, minutes: float) -> datetime:
        place, inside = divmod(int(minutes), A_DAY)
        day = self.days[min(max(place, 0), len(self.days) - 1)]
        clock = OPENS + inside if inside < HALF else AFTERNOON + inside - HALF
        return self.at(day, clock // 60, clock % 60) + timedelta(seconds=self.rng.randint(0, 59))
