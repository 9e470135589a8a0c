"""Every figure on 驾驶舱, 大屏 and 单位 × 状态 equals a slow recount of our own, over random data and for every reader."""

from datetime import date, datetime, timedelta

import time_machine
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cases.enums import Action, Clock, Level, Outcome, Status, TicketKind, TicketState, Tier
from cases.models import CaseEvent, Instruction, Pause
from enterprises.models import Enterprise
from tests.factories import SHANGHAI, VisitFactory
from tests.reports.checking import differences
from tests.reports.months import Month

READERS = ("leader", "supervisor", "director", "county_director")
TODAY = date(2026, 11, 23)
DAYS = st.integers(0, 420)  # days ago: more than the thirteen months
EDGES = st.sampled_from([0, 1, 22, 23, 29, 30, 31, 32, 59, 60, 61, 62, 89, 90, 91, 92, 388, 389])
AGO = DAYS | EDGES
HOURS = st.sampled_from([0, 9, 23])


@st.composite
def instants(draw):
    """Up to now, often at the edge of a day."""
    at = datetime(2026, 11, 23, draw(HOURS), draw(st.sampled_from([0, 59])), tzinfo=SHANGHAI) - timedelta(
        days=draw(AGO)
    )
    return min(at, datetime(2026, 11, 23, 9, 50, tzinfo=SHANGHAI))


@st.composite
def dates(draw):
    """Around this month."""
    return TODAY + timedelta(days=draw(st.integers(-26, 3) | st.sampled_from([-55, -23, -22, -1, 0, 1, 20])))


DEADLINES = st.lists(
    st.fixed_dictionaries(
        {
            "clock": st.sampled_from([Clock.RESOLVE, Clock.RESOLVE, Clock.REDO, Clock.SHELVED, Clock.FEEDBACK]),
            "due_on": dates(),
            "met_at": st.none() | instants(),
            "is_void": st.sampled_from([False, False, False, True]),
            "holder": st.sampled_from(["land", "labour", "bank"]),
        }
    ),
    min_size=1,
    max_size=3,
)
CASES = st.fixed_dictionaries(
    {
        "status": st.sampled_from(
            [*Status, Status.SHELVED, Status.SHELVED, Status.HANDLING, Status.PAUSED, Status.PAUSED, Status.CLOSED]
        ).filter(lambda each: each != Status.MERGED),
        "level": st.sampled_from(Level),
        "tier": st.sampled_from(Tier),
        "is_legal": st.sampled_from([False, False, False, True]),
        "firm": st.sampled_from(["firm", "other_firm"]),
        "lead": st.sampled_from(["land", "labour", "bank", None]),
        "category": st.sampled_from(["land", "labour", "factor", "finance", None]),
        "reported_at": instants(),
        "submitted_at": st.none() | instants(),
        "next_due_on": st.none() | dates(),
        "reopened_count": st.sampled_from([0, 0, 0, 1, 2]),
        "deadlines": DEADLINES,
        "rating": st.none() | st.tuples(st.sampled_from([None, 1, 2, 3, 4, 5]), instants()),
        "ticket": st.sampled_from([None, "draft", "urge", "void"]),
        "visit": st.none() | dates(),
        "has_ledger": st.sampled_from([True, True, True, False]),
        "life": st.lists(st.tuples(instants(), st.sampled_from(Status)), max_size=5),
        "orders": st.lists(st.tuples(instants(), st.sampled_from(["land", "labour"])), max_size=2),
        "pause": st.none() | st.tuples(instants(), st.none() | instants()),
        "instruction": st.none() | st.tuples(st.none() | dates(), st.none() | instants()),
    }
)


def write(city, month, plan):
    """One random case as rows; nothing here has to be possible, only to be counted right."""
    lead = getattr(city, plan["lead"]) if plan["lead"] else None
    firm = getattr(city, plan["firm"])
    case = month.case(
        firm=firm, status=plan["status"], level=plan["level"], tier=plan["tier"], is_legal=plan["is_legal"],
        category=city.categories[plan["category"]] if plan["category"] else None, reported_at=plan["reported_at"],
        submitted_at=plan["submitted_at"], next_due_on=plan["next_due_on"], reopened_count=plan["reopened_count"],
        region=firm.region,
    )  # fmt: skip
    if lead != case.lead:
        type(case).objects.filter(pk=case.pk).update(lead=lead)
    write_life(city, month, case, plan)
    for row in plan["deadlines"]:
        month.deadline(
            case, row["clock"], due_on=row["due_on"], met_at=row["met_at"], voided_at=plan["reported_at"] if row["is_void"] else None,
            holder=getattr(city, row["holder"]), started_on=row["due_on"] - timedelta(days=7),
        )  # fmt: skip
    if plan["rating"]:
        _rate(month, case, *plan["rating"])
    if plan["ticket"] == "draft":
        month.ticket(case, TicketKind.DISPATCH, to=city.land, state=TicketState.DRAFT, number=None, issued_at=None)
    elif plan["ticket"]:
        state = TicketState.VOID if plan["ticket"] == "void" else TicketState.ISSUED
        month.ticket(case, to=city.land, state=state, issued_at=plan["reported_at"])
    if plan["visit"]:
        VisitFactory(enterprise=firm, visited_on=plan["visit"])
    if plan["instruction"]:
        due_on, answered_at = plan["instruction"]
        Instruction.objects.create(
            case=case, leader=city.leader, text="请办。", given_at=plan["reported_at"], due_on=due_on,
            answered_at=answered_at,
        )  # fmt: skip


def write_life(city, month, case, plan):
    """Its ledger, its 交办单, its pause. The ledger begins when the case was reported."""
    steps = [(case.reported_at, Status.REPORTED), *sorted(each for each in plan["life"] if each[0] > case.reported_at)]
    last = steps[-1][0] + timedelta(minutes=1)
    kinds = {Status.REFUSED: Action.REFUSE, Status.MERGED: Action.MERGE}
    for at, status in [*steps, (last, case.status)] if plan["has_ledger"] else []:
        CaseEvent.objects.create(
            case=case, kind=kinds.get(status, "note"), at=at, actor_label="系统", status_after=status
        )
    if case.status == Status.CLOSED:
        type(case).objects.filter(pk=case.pk).update(closed_at=last)
    for at, unit in plan["orders"]:
        month.ticket(case, TicketKind.DISPATCH, to=getattr(city, unit), issued_at=at)
    if plan["status"] == Status.PAUSED:  # chance alone hardly ever makes one that would be due but for the pause
        month.deadline(case, due_on=TODAY - timedelta(days=13), holder=city.land)
    if plan["pause"]:
        paused_at, resumed_at = plan["pause"]
        Pause.objects.create(
            case=case, reason="请补材料。", paused_at=paused_at, resumed_at=resumed_at, from_on=paused_at.date()
        )


def _rate(month, case, satisfaction, at):
    rating = month.rating(case, satisfaction, submission=month.submission(case, Outcome.SOLVED))
    values = {"rated_at": at, "lapsed_at": None} if satisfaction else {"rated_at": None, "lapsed_at": at}
    type(rating).objects.filter(pk=rating.pk).update(**values)


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    plans=st.lists(CASES, max_size=2) | st.lists(CASES, min_size=6, max_size=12),
    who=st.sampled_from(READERS),
    firm_is_gone=st.booleans(),
)
def test_every_figure_is_what_a_recount_gives(client, city, plans, who, firm_is_gone):
    with time_machine.travel(city.at, tick=False), transaction.atomic():
        month = Month(city)
        Enterprise.objects.filter(pk=city.other_firm.pk).update(is_active=not firm_is_gone)
        for plan in plans:
            write(city, month, plan)
        found = differences(client, getattr(city, who), city.at)
        transaction.set_rollback(True)
    assert found == []
