"""在空库里成批造出十万件诉求（PostgreSQL）。只为量速度：行的形状与真的一样，内容不讲故事。"""

import random
from datetime import datetime, timedelta
from itertools import islice

from django.db import transaction
from django.utils import timezone

from cadres.enums import AssignmentRole, Role, UnitKind
from cadres.models import Assignment, Unit, User
from cadres.services.calendar import seed_calendar
from cases.enums import Clock, Level, Outcome, Source, Status, TicketKind, TicketState
from cases.models import (
    Case,
    CaseEvent,
    Category,
    Deadline,
    EnforcementRun,
    Evaluation,
    RuleSet,
    Submission,
    Ticket,
)
from cases.services.double_ten import held_days
from cases.services.rulesets import seed_rule_sets
from enterprises.models import Contact, Enterprise, Region
from reports.demo import categories, enterprises, problem, regions, units

BATCH = 5000
DAY = timedelta(days=1)
# Of a city's cases after some years nearly all are closed; these are the open ones per hundred.
OPEN_SHARE = 8
OPEN_STATUSES = (
    (Status.REPORTED, 8), (Status.ACCEPTED, 10), (Status.DISPATCHED, 12), (Status.OBJECTED, 2), (Status.HANDLING, 40),
    (Status.PAUSED, 3), (Status.SUBMITTED, 8), (Status.RATING, 9), (Status.SHELVED, 8),
)  # fmt: skip


ANSWERED = frozenset({Status.CLOSED, Status.RATING, Status.SUBMITTED, Status.SHELVED})
OUTCOMES = dict.fromkeys(ANSWERED, Outcome.SOLVED) | {Status.SHELVED: Outcome.PLANNED}


class Generator:
    """一次造数；`rng` 固定，每次一样。"""

    def __init__(self, *, count, today, missed, seed=2026):
        self.count, self.today, self.missed = count, today, missed
        self.rng = random.Random(seed)
        self.now = timezone.make_aware(datetime.combine(today, datetime.min.time().replace(hour=8)))

    def run(self):
        """造全部。"""
        start = self.now - 1500 * DAY
        self.version = seed_calendar(start)
        seed_rule_sets(start)
        self._organise()
        self._register()
        self._people()
        self._close_double_ten()
        rule = RuleSet.objects.get(is_default=True)
        stock = [
            problem(self.rng, category.code) for category in Category.objects.filter(parent=None) for _ in range(40)
        ]
        leaves = {category.code: category for category in Category.objects.all()}
        for first in range(0, self.count, BATCH):
            with transaction.atomic():
                self._cases(range(first, min(first + BATCH, self.count)), rule, stock, leaves)

    def _close_double_ten(self):
        """上一个助企日已收口：09:00 只处理要量的那些漏掉的步骤。"""
        day, _ = held_days(self.today - 40 * DAY, self.today - DAY)[-1]
        EnforcementRun.objects.create(slot=f"double-ten:{day.isoformat()}", started_at=self.now, finished_at=self.now)

    def _organise(self):
        self.regions = {}
        for row in regions():
            self.regions[row.code] = Region.objects.create(
                code=row.code, name=row.name, short_name=row.short_name, is_functional_zone=row.is_functional_zone
            )
        self.units = {}
        for row in units():
            self.units[row.code] = Unit.objects.create(
                code=row.code, name=row.name, short_name=row.short_name, kind=row.kind,
                region=self.regions.get(row.region_code), ticket_prefix=row.prefix,
            )  # fmt: skip
        for row in categories():
            top = Category.objects.create(
                code=row.code, name=row.name, task_force=self.units[row.task_force_code], is_legal=row.code == "LEGAL"
            )
            for leaf in row.children:
                Category.objects.create(
                    code=leaf.code, name=leaf.name, parent=top, task_force=top.task_force,
                    default_lead=self.units[leaf.unit_code], keywords=" ".join(leaf.keywords)[:300], is_legal=top.is_legal,
                )  # fmt: skip

    def _register(self):
        rows = list(islice(enterprises(1, 3975), 3975))
        self.firms = Enterprise.objects.bulk_create(
            Enterprise(
                name=row.name, credit_code=row.code, region=self.regions[row.region_code], address=row.address,
                industry=row.industry_name, created_at=self.now, updated_at=self.now,
            )
            for row in rows
        )  # fmt: skip
        Contact.objects.bulk_create(
            Contact(enterprise=firm, name=row.contact_name, phone=row.phone, is_primary=True)
            for firm, row in zip(self.firms, rows, strict=True)
        )

    def _people(self):
        departments = [unit for unit in self.units.values() if unit.kind == UnitKind.DEPARTMENT]
        self.county_office = self.units["OFFICE-411081"]
        self.offices = {unit.region_id: unit for unit in self.units.values() if unit.kind == UnitKind.OFFICE}
        self.clerk = User.objects.create(
            username="bench-county",
            name="县办经办",
            role=Role.OFFICE,
            unit=self.county_office,
            must_change_password=False,
        )
        top = next(unit for unit in self.units.values() if unit.kind == UnitKind.LEADING_GROUP)
        self.leader = User.objects.create(
            username="bench-leader", name="市领导", role=Role.LEADER, unit=top, must_change_password=False
        )
        User.objects.bulk_create(
            User(username=f"bench-{unit.code}", name="单位经办", role=Role.UNIT, unit=unit) for unit in departments
        )
        cadres = User.objects.bulk_create(
            User(username=f"bench-cadre-{n}", name=f"干部{n}", role=Role.CADRE, unit=departments[n % len(departments)])
            for n in range(2742)
        )
        Assignment.objects.bulk_create(
            Assignment(
                enterprise=firm, cadre=cadres[n % len(cadres)], role=AssignmentRole.LEAD, from_on=self.today - 400 * DAY
            )
            for n, firm in enumerate(self.firms)
        )
        self.departments = departments

    def _cases(self, numbers, rule, stock, leaves):
        rng = self.rng
        cases = []
        for n in numbers:
            text = stock[n % len(stock)]
            leaf = leaves[text.sub_category_code]
            is_open = rng.randrange(100) < OPEN_SHARE or n < self.missed
            status = self._status(n) if is_open else Status.CLOSED
            days = rng.randrange(2, 40) if is_open else rng.randrange(40, 1200)
            reported_at = self.now - days * DAY - timedelta(minutes=rng.randrange(600))
            firm = self.firms[rng.randrange(len(self.firms))]
            is_out = status not in {Status.REPORTED, Status.ACCEPTED}
            cases.append(Case(
                number=f"XC-B-{n + 1:06d}", enterprise=firm, region_id=firm.region_id,
                office=self.offices.get(firm.region_id) or self.county_office, title=text.title, description=text.description,
                source=Source.ENTERPRISE, status=status, level=Level.NONE, category=leaf, lane=leaf.task_force,
                is_legal=leaf.is_legal, lead=(leaf.default_lead or self.departments[0]) if is_out else None, rule_set=rule if is_out else None,
                reported_at=reported_at, accepted_at=reported_at if status != Status.REPORTED else None,
                dispatched_at=reported_at if is_out else None, submitted_at=reported_at + 6 * DAY if status in ANSWERED else None,
                closed_at=reported_at + 8 * DAY if status == Status.CLOSED else None,
                outcome=OUTCOMES.get(status, ""),
                next_due_on=None if status == Status.CLOSED else self.today + timedelta(days=rng.randrange(-3, 8)),
                next_clock="" if status == Status.CLOSED else Clock.RESOLVE,
            ))  # fmt: skip
        cases = Case.objects.bulk_create(cases)
        tickets = self._tickets(cases)
        self._deadlines(cases, tickets, rule, numbers)
        self._events(cases)
        self._answers(cases)

    def _status(self, n):
        if n < self.missed:
            return Status.HANDLING
        names, weights = zip(*OPEN_STATUSES, strict=True)
        return self.rng.choices(names, weights)[0]

    def _tickets(self, cases):
        rows = [
            Ticket(
                case=case, kind=TicketKind.DISPATCH, state=TicketState.ISSUED, key="DISPATCH:1", number=f"许助企交〔造数〕{case.pk}号",
                office=case.office, to_unit=case.lead, drafted_at=case.dispatched_at, issued_at=case.dispatched_at,
                signer="造数", body={"title": case.title, "summary": case.description},
            )
            for case in cases
            if case.dispatched_at
        ]  # fmt: skip
        return {ticket.case_id: ticket for ticket in Ticket.objects.bulk_create(rows)}

    def _deadlines(self, cases, tickets, rule, numbers):
        rows = []
        for n, case in zip(numbers, cases, strict=True):
            ticket = tickets.get(case.pk)
            if ticket is None:
                clock = Clock.ACCEPT if case.status == Status.REPORTED else Clock.DISPATCH
                rows.append(self._deadline(case, clock, rule, due=self.today + 2 * DAY))
                continue
            day = timezone.localdate(case.dispatched_at)
            is_missed = n < self.missed
            for clock, span in ((Clock.SIGN, 1), (Clock.FEEDBACK, 3), (Clock.RESOLVE, 7)):
                is_running = (
                    case.status in {Status.HANDLING, Status.PAUSED, Status.DISPATCHED}
                ) and clock == Clock.RESOLVE
                due = (
                    self.today - DAY
                    if is_missed and is_running
                    else (self.today + 5 * DAY if is_running else day + span * DAY)
                )
                row = self._deadline(case, clock, rule, due=due)
                row.ticket, row.holder = ticket, case.lead
                row.met_at = (
                    None
                    if is_running
                    else (case.submitted_at or row.met_at)
                    if clock == Clock.RESOLVE
                    else case.dispatched_at
                )
                rows.append(row)
        Deadline.objects.bulk_create(rows)

    def _deadline(self, case, clock, rule, *, due):
        started = timezone.localdate(case.dispatched_at or case.accepted_at or case.reported_at)
        # Agreed dates, as a promise is: they stand as given, so that what is missed is what the bench asked for.
        return Deadline(
            case=case, clock=clock, holder=case.office, started_on=min(started, due - DAY), promised_on=due, due_on=due,
            rule_set=rule, calendar_version=self.version,
        )  # fmt: skip

    def _events(self, cases):
        rows = []
        for case in cases:
            before = ""
            for n, (kind, after) in enumerate(_steps(case.status)):
                rows.append(
                    CaseEvent(
                        case=case, kind=kind, at=case.reported_at + n * timedelta(hours=24), actor_label="造数", status_before=before,
                        status_after=after, note="已与企业联系，正在核实。" if kind == "report" else "", told_at=self.now,
                    )
                )  # fmt: skip
                before = after
        CaseEvent.objects.bulk_create(rows)

    def _answers(self, cases):
        """申报和评价：按月起草通报要读的。"""
        answered = [case for case in cases if case.submitted_at]
        rows = Submission.objects.bulk_create(
            Submission(
                case=case, outcome=case.outcome, account="已办结。", submitted_at=case.submitted_at, submitted_by=self.clerk,
            )
            for case in answered
        )  # fmt: skip
        Evaluation.objects.bulk_create(
            Evaluation(
                case=row.case, submission=row, nonce=f"bench-{row.case.pk}", invited_at=row.case.submitted_at + DAY,
                expires_on=timezone.localdate(row.case.submitted_at) + 16 * DAY, satisfaction=self.rng.choice((3, 4, 5, 5, 5)),
                rated_at=row.case.closed_at,
            )
            for row in rows
            if row.case.status == Status.CLOSED
        )  # fmt: skip


def _steps(status):
    """走到这个状态的经过：（动作，走完后的状态）。"""
    begun = [("open", Status.REPORTED)] + ([] if status == Status.REPORTED else [("accept", Status.ACCEPTED)])
    if status in {Status.REPORTED, Status.ACCEPTED}:
        return begun
    given = [*begun, ("dispatch", Status.DISPATCHED)]
    if status in {Status.DISPATCHED, Status.OBJECTED}:
        return given + ([("object", Status.OBJECTED)] if status == Status.OBJECTED else [])
    handled = [*given, ("sign", Status.HANDLING), *[("report", Status.HANDLING)] * 2]
    return handled + {
        Status.HANDLING: [],
        Status.PAUSED: [("pause", Status.PAUSED)],
        Status.SUBMITTED: [("submit", Status.SUBMITTED)],
        Status.SHELVED: [("submit", Status.SUBMITTED), ("shelve", Status.SHELVED)],
        Status.RATING: [("submit", Status.SUBMITTED), ("pass_review", Status.RATING)],
        Status.CLOSED: [("submit", Status.SUBMITTED), ("pass_review", Status.RATING), ("rate", Status.CLOSED)],
    }.get(status, [])
