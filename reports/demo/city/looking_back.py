"""回头看 of the demo city (R-30): drawn on the 1st, given out by the seed, looked at within days; what was not real
goes back and is done again. With dice of its own, so that nobody else's story changes when this one does.
"""

from copy import copy
from dataclasses import replace
from datetime import date, datetime, timedelta
from random import Random

from cadres.models import User
from cadres.services import settings
from cases.enums import LookBackMode, LookBackResult, Status
from cases.models import Case, LookBack
from cases.services import look_back_duty
from cases.services.clocks import local_day
from cases.services.look_back_bench import WITH_CASE, Bench, lookers, pool
from cases.services.look_back_draws import draw_month
from cases.services.look_backs import SENT_BACK, Seen, record
from reports.demo import phrase
from reports.demo.city.city import City
from reports.demo.city.clockwork import Clockwork, Life
from reports.demo.city.handling import Handling
from reports.demo.city.life import CaseLife

R = LookBackResult
# Whatever the size of the city, these of those looked at are not what was said; later ones as the dice fall.
WRITTEN = {1: R.FALSE, 4: R.RELAPSED, 6: R.FALSE}
FALSE, RELAPSED, UNREACHED, LATE = 0.02, 0.04, 0.08, 0.05
# Who is shown with something to look at, and how many; the last days' are kept for them.
SHOWN = {"cadre": 2, "office": 2, "supervisor": 2, "county": 1}
SHOWN_DAYS = 15
FEW, ALL = 40, 100  # a city with fewer cases a month looks at all of them, so that there is something to see


class LookingBack:
    """Month by month the draw, day by day what falls due."""

    def __init__(self, city: City, clockwork: Clockwork, first: date) -> None:
        self.city, self.clockwork, self.first = city, clockwork, first
        self.rng = Random(30)
        self.hours = copy(city.hours)
        self.hours.rng = self.rng
        self.people = User.objects.in_bulk(SHOWN, field_name="username")
        self.left = dict(SHOWN)
        self.kept: set[int] = set()
        self.looked = 0
        if city.scale.cases_a_month < FEW:
            settings.change("look_back_share", ALL, actor=None, at=self.hours.at(first, 0))

    def live(self) -> Life:
        """From the 1st after the first whole month to the present."""
        day = (self.first + timedelta(days=32)).replace(day=1)
        while day <= self.city.today:
            if day.day == 1:
                at = yield self.hours.at(day, 2, 30)
                draw_month(day - timedelta(days=1), at=at, seed=f"{self.rng.getrandbits(64):016x}")
            if self.hours.calendar.is_workday(day):
                at = yield self.hours.at(day, 8, 20)
                self._tend(at)
            day += timedelta(days=1)

    def _tend(self, at: datetime) -> None:
        if (self.city.today - local_day(at)).days <= SHOWN_DAYS:
            self._give_to_the_shown(at)
        look_back_duty.tend(at=at)
        for row in LookBack.objects.waiting().filter(assigned_at=at).exclude(pk__in=self.kept).order_by("pk"):
            days = self.rng.randint(11, 16) if self.rng.random() < LATE else self.rng.randint(1, 7)
            when = self.hours.moment(self.hours.shift(local_day(at), days))
            self.clockwork.start(when, self._look(row.pk, when))

    def _give_to_the_shown(self, at: datetime) -> None:
        rows = LookBack.objects.due(local_day(at)).filter(assignee=None).select_related(*WITH_CASE)
        for row in rows.order_by("pk"):
            for name in SHOWN:
                bench = Bench([row], pool(lookers().filter(pk=self.people[name].pk)))
                if self.left[name] and not look_back_duty.is_stale(row) and bench.pick(row):
                    look_back_duty.assign(row, bench, at=at)
                    self.left[name] -= 1
                    self.kept.add(row.pk)
                    break

    def _look(self, pk: int, at: datetime) -> Life:
        row = LookBack.objects.select_related(*WITH_CASE).get(pk=pk)
        if row.assignee is None or row.checked_at or row.cancelled_at or look_back_duty.is_stale(row):
            return
        if not row.tries and self.rng.random() < UNREACHED:
            again = self.hours.shift(local_day(at), 2)
            seen = Seen(LookBackMode.PHONE, R.UNREACHED, self._say("LOOK_BACK_UNREACHED", row, at), try_on=again)
            record(row, seen, tries=0, actor=row.assignee, at=at)
            when = self.hours.moment(again)
            self.clockwork.start(when, self._look(pk, when))
            return
        # Of a common problem the city has no further story: it stays solved.
        result = self._result() if row.case_id in self.city.fates else R.REAL
        mode = LookBackMode.VISIT if result != R.REAL or self.rng.random() < 0.3 else LookBackMode.PHONE
        remains = self._say("LOOK_BACK_REMAINS", row, at) if result in SENT_BACK else ""
        seen = Seen(mode, result, self._say(f"LOOK_BACK_{result.value}", row, at), remains)
        record(row, seen, tries=row.tries, actor=row.assignee, at=at)
        if result in SENT_BACK:
            self.clockwork.start(at + timedelta(minutes=30), do_again(self.city, self.clockwork, row.case, at))
        yield from ()

    def _result(self) -> LookBackResult:
        self.looked += 1
        if self.looked in WRITTEN:
            return WRITTEN[self.looked]
        dice = self.rng.random()
        return R.FALSE if dice < FALSE else R.RELAPSED if dice < FALSE + RELAPSED else R.REAL

    def _say(self, kind: str, row: LookBack, at: datetime) -> str:
        contact = self.city.contact(row.case.enterprise_id)
        return phrase(self.rng, kind, on=local_day(at), firm=row.case.enterprise.name, contact=contact)


def do_again(city: City, clockwork: Clockwork, case: Case, at: datetime) -> Life:
    """What a look-back or a spot check has sent back is worked on once more, in time, and rated."""
    fate = replace(
        city.fates[case.pk], stop="", outcome="A", share=0.5, resolve_late=0, returned=False, reopened=0, ratings=(4,),
        pins={},
    )  # fmt: skip
    life = CaseLife(city, clockwork, fate, case.enterprise)
    life.case, life.at = case, at
    life.look()
    if life.case.status == Status.HANDLING:
        yield from Handling(life).redo()
