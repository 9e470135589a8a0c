"""随便走：一城人按当时能办的乱办、每个工作日到点执行，几条铁律始终成立（R-20、R-34、R-36、R-41）。"""

import os
from collections import Counter
from datetime import timedelta
from random import Random

import pytest

from cases.enums import ENDED, Action, Clock, Source, TicketKind, Tier
from cases.models import Case, Deadline, Ticket
from cases.rules.workflow import TRANSITIONS, is_theirs
from cases.services import DispatchPlan, Rating, Report, clocks, perform, rate, relation, report_problem
from cases.services.enforcement import enforce
from cases.services.telling import tell_all
from tests.cases.steps import ALL_TICKS, DAY, evidence, instant
from zhuqi.kernel.errors import DomainError

pytestmark = pytest.mark.django_db
PEOPLE = (
    "clerk", "director", "county_clerk", "land_head", "land_clerk", "labour_head", "labour_clerk", "bank_head",
    "leader", "supervisor", "firm_user", "cadre",
)  # fmt: skip
NOT_BY_HAND = {Action.RATE_BAD, Action.LAPSE_RATING}
# Dead ends and side paths: often enough to be met, seldom enough to get past.
RARE = {
    Action.REFUSE, Action.MERGE, Action.SPLIT, Action.INSTRUCT, Action.CLASSIFY, Action.VOID_TICKET, Action.ARRANGE,
    Action.COORDINATE, Action.DRAFT_INQUIRY, Action.DROP_INQUIRY, Action.RETURN_REVIEW, Action.RETURN_DISPATCH,
}  # fmt: skip


class Walk:
    """一次乱走。"""

    def __init__(self, city, seed):
        self.city, self.random = city, Random(seed)
        self.at = instant("2026-09-21 10:00")  # 国庆、中秋 lie ahead
        self.done = Counter()
        enforce(at=self.at)

    def step(self):
        roll = self.random.random()
        if roll < 0.05 or not Case.objects.exists():
            self._report()
        elif roll < 0.20:
            self._next_day()
        else:
            self._act()

    def _report(self):
        words = Report(self.city.firm, "用电不足", "缺 800 千伏安。", Source.ENTERPRISE)
        report_problem(words, actor=self.city.firm_user, at=self.at)

    def _next_day(self):
        days = self.random.choice((1, 1, 1, 2, 5))
        self.at = (self.at + days * DAY).replace(hour=9, minute=0)
        for _ in range(self.random.choice((1, 1, 2))):
            enforce(at=self.at)
        self.at += timedelta(hours=1)

    def _act(self):
        case = self.random.choice(list(Case.objects.order_by("pk")))
        self.at += timedelta(minutes=7)
        action, user = self._something_of_theirs(case)
        if action is None:
            return
        try:
            self._do(case, action, user)
        except DomainError as refused:
            self.done["refused", action.value, refused.message[:12]] += 1
        else:
            self.done[action.value] += 1

    def _something_of_theirs(self, case):
        """先看这个状态下有什么可做，再找一个该做它的人；前提够不够由服务说。"""
        able = [
            action for action, row in TRANSITIONS.items() if case.status in row.sources and action not in NOT_BY_HAND
        ]
        weights = [1 if action in RARE else 6 for action in able]
        action = self.random.choices(able, weights)[0] if able else None
        people = [getattr(self.city, name) for name in PEOPLE]
        self.random.shuffle(people)
        user = next((user for user in people if action and is_theirs(action, relation(user, case))), None)
        return (action, user) if user else (None, None)

    def _do(self, case, action, user):
        if action == Action.RATE:
            rating = Rating(self.random.choice((1, 2, 4, 5)))
            rate(case.evaluations.get(rated_at=None, lapsed_at=None), rating, at=self.at)
            return
        words = "话" if self.random.random() < 0.95 else ""
        perform(case, action, actor=user, at=self.at, revision=case.revision, note=words, **self._details(case, action))

    def _plan(self):
        lead, helper = self.random.sample([self.city.land, self.city.labour, self.city.bank], 2)
        return DispatchPlan(
            category=self.random.choice(list(self.city.categories.values())),
            tier=self.random.choice(Tier.values), nature="SINGLE", lead=lead,
            co_handlers=((helper, "协助"),) if self.random.random() < 0.4 else (),
        )  # fmt: skip

    def _details(self, case, action):
        pick, soon = self.random.choice, clocks.local_day(self.at) + self.random.choice((1, 2, 5, 20)) * DAY
        said = {
            Action.DISPATCH: lambda: {"plan": self._plan()},
            Action.PROPOSE: lambda: {"plan": self._plan()},
            Action.CLASSIFY: lambda: {"category": self.city.categories["labour"], "tier": pick(Tier.values)},
            Action.OBJECT: lambda: {"proper_unit": self.city.bank},
            Action.ASK_EXTENSION: lambda: {"days": pick((1, 10, 30, 31))},
            Action.SUBMIT: lambda: {"outcome": pick("ABCD"), "promised_on": soon, "files": [evidence()]},
            Action.ANSWER_URGE: lambda: {"promised_on": soon},
            Action.RECORD_FINDING: lambda: {
                "measure": pick(("DEADLINE", "TALK")), "finding": "OVERDUE", "measure_due_on": soon,
            },
            Action.VOID_TICKET: lambda: {"ticket": pick(list(case.tickets.all()))},
            Action.MERGE: lambda: {"into": pick(list(Case.objects.all()))},
            Action.SPLIT: lambda: {"parts": [("一", "甲。"), ("二", "乙。")]},
        }  # fmt: skip
        return said.get(action, lambda: {"ticks": ALL_TICKS})()


def check(walk):
    """铁律。"""
    today = clocks.local_day(walk.at)
    for case in Case.objects.prefetch_related("events", "tickets", "deadlines__ticket"):
        events = sorted(case.events.all(), key=lambda event: event.pk)
        assert events[-1].status_after == case.status, (case, events[-1].kind)
        _check_clocks(case, today)
        _check_tickets(case)
    for kind in TicketKind:
        numbers = sorted(
            (number.split("〔")[0], int(number.split("〕")[1][:-1]))
            for number in Ticket.objects.filter(kind=kind, number__isnull=False).values_list("number", flat=True)
        )
        per_office = Counter(prefix for prefix, _ in numbers)
        assert numbers == [(prefix, n) for prefix in sorted(per_office) for n in range(1, per_office[prefix] + 1)]


def _check_clocks(case, today):
    running = [row for row in case.deadlines.all() if row.met_at is None and row.voided_at is None]
    if case.status in ENDED:
        assert {row.clock for row in running} <= {Clock.INQUIRY_REPLY}, (case, running)
    counted = Counter(
        (row.clock, row.holder_id) for row in running if not (row.ticket and row.ticket.kind == TicketKind.INQUIRY)
    )
    # One promise of the unit's own runs at a time; each finding of a supervisor may set a date beside it.
    several = {Clock.URGE_REPLY, Clock.DOUBLE_TEN, Clock.CALL_BACK}
    assert all(n == 1 for (clock, _), n in counted.items() if clock not in several), (case, counted)
    waiting = Counter(row.holder_id for row in running if row.clock == Clock.URGE_REPLY and row.due_on >= today)
    assert all(n == 1 for n in waiting.values()), (case, waiting)
    calendar = clocks.calendar_now()
    assert all(calendar.is_workday(row.due_on) for row in case.deadlines.all()), case


def _check_tickets(case):
    rows = list(case.tickets.all())
    drafts = Counter(row.kind for row in rows if row.state == "DRAFT")
    assert all(n == 1 for n in drafts.values())
    live = [row for row in rows if row.kind == TicketKind.DISPATCH and row.state == "ISSUED"]
    assert len(live) == (1 if case.lead_id else 0), (case, case.status, live)
    for row in rows:
        if row.kind == TicketKind.INQUIRY and row.number:
            assert row.office_approved_by_id, row
            assert row.leader_approved_by_id, row
        assert (row.number is not None) == (row.issued_at is not None)


@pytest.mark.parametrize("seed", range(int(os.environ.get("WALKS", "2"))))
def test_whatever_they_do_the_laws_hold(city, seed):
    walk = Walk(city, seed)
    for n in range(150):
        walk.step()
        if n % 10 == 0:
            check(walk)
    check(walk)
    assert sum(n for what, n in walk.done.items() if isinstance(what, str)) > 20
    assert not Deadline.objects.filter(met_at__isnull=False, voided_at__isnull=False).exists()
    tell_all(at=walk.at)
