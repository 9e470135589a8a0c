"""What leaders and supervisors do on the way: 批示 on hard cases, 暗访 of answered ones (pages 7 and 9)."""

from datetime import date, timedelta

from django.db.models import Q

from cases.enums import OPEN, Action, Level, Status, Tier
from cases.models import Case, SpotCheck
from cases.rules.workflow import OWED
from cases.services import perform
from cases.services.clocks import local_day
from cases.services.spot_checks import plan_check, record_check
from reports.demo import phrase
from reports.demo.city.city import City
from reports.demo.city.clockwork import Clockwork, Life
from reports.demo.city.looking_back import do_again

PURPOSES = (
    "核实申报的设备是否真的装好、用上",
    "核实企业是否收到答复、是否满意",
    "核实承诺事项的实际进度",
    "核实现场与佐证材料是否一致",
)
WEEK = 5
INSTRUCTED, CHECKED, UNTRUE = 0.5, 0.55, 0.12
UPCOMING = 3


class Oversight:
    """Once a week; in the present, some 批示 of these days and 暗访 still to make."""

    def __init__(self, city: City, clockwork: Clockwork, first: date) -> None:
        self.city, self.clockwork, self.hours, self.rng, self.first = city, clockwork, city.hours, city.rng, first

    def live(self) -> Life:
        """Week by week."""
        day = self.hours.shift(self.first, 15)
        while day < self.city.last_run_on:
            at = self.hours.moment(day)
            at = yield at
            if self.rng.random() < INSTRUCTED:
                self._instruct(at, self._hard_case())
            if self.rng.random() < CHECKED:
                self._check(at)
            day = self.hours.shift(day, WEEK)

    def live_now(self) -> Life:
        """The last days: what the leader and the supervisor to show have done, and what is still ahead."""
        for hours, lane in ((20, "TF-FACTOR"), (9, "TF-FACTOR"), (3, "TF-INDUSTRY")):
            at = self.hours.before(self.city.until, hours)
            at = yield at
            self._instruct(at, self._hard_case(lane))
        at = self.hours.before(self.city.until, 2)
        at = yield at
        for days, case in enumerate(self._answered(at)[:UPCOMING]):
            self._plan(case, at, self.hours.shift(self.city.last_run_on, days + 1))

    def _hard_case(self, lane: str = "") -> Case | None:
        hard = Q(level__gt=Level.NONE) | Q(tier=Tier.MAJOR) | Q(status=Status.SHELVED)
        rows = Case.objects.filter(hard, status__in=OWED, instructions=None)
        if lane:
            rows = rows.filter(lane__code=lane)
        pks = list(rows.order_by("pk").values_list("pk", flat=True))
        return Case.objects.select_related("category", "enterprise").get(pk=self.rng.choice(pks)) if pks else None

    def _instruct(self, at, case: Case | None) -> None:
        if case is None or case.status not in OPEN:
            return
        crowd = self.city.crowd
        leader = crowd.leader_of.get(case.lane_id or 0) if self.rng.random() < 0.8 else crowd.leaders[0]
        note = self.city.say("INSTRUCTION", case, at)
        perform(case, Action.INSTRUCT, actor=leader or crowd.leaders[0], at=at, note=note)

    def _answered(self, at) -> list[Case]:
        rows = Case.objects.filter(
            status__in=(Status.RATING, Status.CLOSED, Status.SHELVED),
            submitted_at__gte=at - timedelta(days=25),
            spot_checks=None,
        )
        cases = list(rows.select_related("category", "enterprise", "lead").order_by("pk"))
        self.rng.shuffle(cases)
        return cases

    def _plan(self, case: Case, at, day: date) -> SpotCheck:
        return plan_check(
            case, planned_on=day, purpose=self.rng.choice(PURPOSES), actor=self.city.crowd.supervisors[0], at=at
        )

    def _check(self, at) -> None:
        for case in self._answered(at)[:1]:
            day = self.hours.shift(local_day(at), self.rng.randint(2, 6))
            when = self.hours.moment(day)
            self.clockwork.start(when, self._go(self._plan(case, at, day), when))

    def _go(self, check: SpotCheck, at) -> Life:
        is_true = self.rng.random() > UNTRUE
        seen = phrase(self.rng, "SPOT_CHECK_OK" if is_true else "SPOT_CHECK_BAD", on=local_day(at))
        record_check(check, seen=seen, is_true=is_true, actor=self.city.crowd.supervisors[0], at=at)
        if not is_true:
            self.clockwork.start(at + timedelta(minutes=30), do_again(self.city, self.clockwork, check.case, at))
        yield from ()
