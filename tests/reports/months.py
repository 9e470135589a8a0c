"""Raw rows of a month, October 2026, for counting. Nothing here behaves; cases.services makes cases that do."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from cases.enums import Action, Clock, Outcome, Status, TicketKind, TicketState
from cases.models import CaseEvent, Deadline, Evaluation, Objection, Submission, Ticket
from tests.city import City
from tests.factories import SHANGHAI, CaseFactory

MONTH = date(2026, 10, 1)
FIRST_NIGHT = datetime(2026, 11, 1, 2, tzinfo=SHANGHAI)  # a Sunday; objections until Tuesday 11-03
AFTER = datetime(2026, 11, 4, 9, tzinfo=SHANGHAI)


def at(day: int, hour: int = 10, month: int = 10) -> datetime:
    """An instant of the month."""
    return datetime(2026, month, day, hour, tzinfo=SHANGHAI)


@dataclass
class Month:
    """Writes rows for one city."""

    city: City
    made: list = field(default_factory=list)

    def case(self, unit=None, *, firm=None, **more):
        """A case in hand of `unit` (市自然资源局 unless said), dispatched on 10-09."""
        values = {
            "enterprise": firm or self.city.firm, "office": self.city.office, "lead": unit or self.city.land,
            "category": self.city.categories["land"], "status": Status.HANDLING, "reported_at": at(8),
            "dispatched_at": at(9),
        }  # fmt: skip
        made = CaseFactory(**(values | more))
        self.made.append(made)
        return made

    def deadline(self, case, clock=Clock.RESOLVE, due=16, met=None, **more):
        """A clock that ends on day `due`; met at 10:00 of day `met`, or not."""
        values = {
            "holder": case.lead, "started_on": date(2026, 10, 9), "term": "7d", "due_on": MONTH + timedelta(due - 1),
            "met_at": at(met) if met else None,
        }  # fmt: skip
        return Deadline.objects.create(case=case, clock=clock, **(values | more))

    def submission(self, case, outcome=Outcome.SOLVED, day=14):
        """Answered."""
        return Submission.objects.create(
            case=case, outcome=outcome, account="已办结。", submitted_at=at(day), submitted_by=self.city.land_clerk
        )

    def rating(self, case, satisfaction=5, day=20, lapsed=None, submission=None):
        """Rated on `day`, or lapsed."""
        return Evaluation.objects.create(
            case=case, submission=submission or self.submission(case), nonce=f"n{Evaluation.objects.count()}",
            invited_at=at(15), expires_on=date(2026, 10, 30), satisfaction=satisfaction,
            rated_at=at(day) if satisfaction else None, lapsed_at=at(lapsed) if lapsed else None,
        )  # fmt: skip

    def event(self, case, kind, day=20, after=Status.CLOSED):
        """A line of the ledger."""
        return CaseEvent.objects.create(case=case, kind=kind, at=at(day), actor_label="系统", status_after=after)

    def ticket(self, case, kind=TicketKind.URGE, day=20, to=None, **more):
        """An issued ticket."""
        number = Ticket.objects.count()
        values = {
            "state": TicketState.ISSUED,
            "key": f"{kind}:{number}",
            "number": f"测试〔2026〕{number}号",
            "issued_at": at(day),
        }
        return Ticket.objects.create(
            case=case, kind=kind, office=self.city.office, to_unit=to or case.lead, drafted_at=at(day),
            **(values | more),
        )  # fmt: skip

    def objection(self, case, *, is_upheld, day=12):
        """A ruled 退单."""
        slip = self.ticket(case, TicketKind.DISPATCH, 9)
        return Objection.objects.create(
            case=case, ticket=slip, unit=case.lead, ground="无此职责", proper_unit=self.city.labour,
            signed_by=self.city.land_head, filed_at=at(10), is_upheld=is_upheld, ruled_at=at(day),
        )  # fmt: skip

    def done(self, unit=None, *, outcome=Outcome.SOLVED, late=False, satisfaction=5, **more):
        """A case that went through: signed, fed back, answered, rated, closed."""
        case = self.case(unit, status=Status.CLOSED, outcome=outcome, closed_at=at(20), **more)
        self.deadline(case, Clock.SIGN, 10, 10)
        self.deadline(case, Clock.FEEDBACK, 12, 12)
        self.deadline(case, Clock.RESOLVE, 16, 19 if late else 14)
        self.rating(case, satisfaction, submission=self.submission(case, outcome, 19 if late else 14))
        self.event(case, Action.RATE)
        return case

    def month_of_work(self, unit, number=6, **more):
        """Enough to be ranked."""
        return [self.done(unit, **more) for _ in range(number)]
