"""编号不断不重、单据签发后不变（R-33、R-34）：八个写手同时取号，中间还有退回去的。"""

from concurrent.futures import ThreadPoolExecutor
from random import Random

import pytest
from django.db import connection, transaction

from cases.enums import Action, TicketKind, TicketState
from cases.models import NumberSequence, Ticket
from cases.services.numbering import next_in_sequence, rehearsing, ticket_number
from tests.cases import situations, steps
from tests.cases.steps import instant
from tests.city import build_city
from tests.factories import UnitFactory
from zhuqi.kernel.errors import Conflict

WRITERS = 8
EACH = 12


@pytest.mark.django_db
def test_each_office_kind_and_year_counts_for_itself(city):
    summer, winter = instant("2026-07-01 09:00"), instant("2027-01-01 00:00")
    numbers = [
        ticket_number(city.office, TicketKind.DISPATCH, summer),
        ticket_number(city.office, TicketKind.DISPATCH, summer),
        ticket_number(city.office, TicketKind.URGE, summer),
        ticket_number(city.county_office, TicketKind.INQUIRY, summer),
        ticket_number(city.office, TicketKind.DISPATCH, winter),
    ]
    assert numbers == [
        "许助企交〔2026〕1号",
        "许助企交〔2026〕2号",
        "许助企催〔2026〕1号",
        "魏助企问〔2026〕1号",
        "许助企交〔2027〕1号",
    ]


@pytest.mark.django_db
def test_a_rehearsal_takes_no_number(city):
    with rehearsing():
        assert ticket_number(city.office, TicketKind.URGE, city.at) != ticket_number(
            city.office, TicketKind.URGE, city.at
        )
    assert not NumberSequence.objects.filter(kind=TicketKind.URGE).exists()
    assert ticket_number(city.office, TicketKind.URGE, city.at).endswith("〕1号")


def _write(unit, seed):
    """一个写手：自己的连接，有时取了号又整个退回。"""
    random, kept = Random(seed), []
    try:
        for _ in range(EACH):
            is_kept = random.random() > 0.3
            with transaction.atomic():
                number = next_in_sequence(unit, "DISPATCH", 2026)
                transaction.set_rollback(not is_kept)
            kept += [number] if is_kept else []
    finally:
        connection.close()
    return kept


@pytest.mark.django_db(transaction=True)
def test_eight_writers_with_rollbacks_leave_no_gap_and_no_repeat():
    unit = UnitFactory()
    with ThreadPoolExecutor(WRITERS) as pool:
        kept = [number for each in pool.map(lambda seed: _write(unit, seed), range(WRITERS)) for number in each]
    assert sorted(kept) == list(range(1, len(kept) + 1))
    assert len(kept) > WRITERS * EACH // 2
    assert NumberSequence.objects.get(office=unit).last == len(kept)


def _dispatch(city, case):
    try:
        return steps.perform(case, Action.DISPATCH, actor=city.clerk, at=city.at, plan=steps.plan(city)).pk
    finally:
        connection.close()


@pytest.mark.django_db(transaction=True)
def test_tickets_issued_at_once_are_numbered_without_gap():
    city = build_city()
    cases = [steps.accepted(city, city.at) for _ in range(WRITERS)]
    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(lambda case: _dispatch(city, case), cases))
    numbers = {ticket.number for ticket in Ticket.objects.all()}
    assert numbers == {f"许助企交〔2026〕{n}号" for n in range(1, WRITERS + 1)}


@pytest.fixture
def issued(city):
    return steps.dispatched(city, city.at).tickets.get()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "change",
    [
        lambda ticket: ticket.save(),
        lambda ticket: ticket.save(update_fields=["body"]),
        lambda ticket: ticket.save(update_fields=["state"]),
        lambda ticket: Ticket.objects.only("pk", "signer").get(pk=ticket.pk).save(),
        lambda ticket: Ticket.objects.defer("issued_at").get(pk=ticket.pk).save(),
        lambda ticket: Ticket.objects.filter(pk=ticket.pk).update(signer="别人"),
        lambda ticket: Ticket.objects.filter(pk=ticket.pk).update(state=TicketState.DRAFT),
        lambda ticket: Ticket.objects.bulk_update([ticket], ["number"]),
        lambda ticket: ticket.delete(),
        lambda ticket: Ticket.objects.filter(pk=ticket.pk).delete(),
        lambda ticket: ticket.case.tickets.all().delete(),
        lambda ticket: Ticket.objects.update_or_create(pk=ticket.pk, defaults={"signer": "别人"}),
    ],
)
def test_an_issued_ticket_never_changes(issued, change):
    before = Ticket.objects.filter(pk=issued.pk).values().get()
    with pytest.raises(Conflict), transaction.atomic():
        change(issued)
    assert Ticket.objects.filter(pk=issued.pk).values().get() == before


@pytest.mark.django_db
def test_a_voided_ticket_keeps_its_number_and_its_face(city, issued):
    body = issued.body
    steps.perform(issued.case, Action.VOID_TICKET, actor=city.clerk, at=city.at, note="写错。", ticket=issued)
    issued.refresh_from_db()
    assert (issued.number, issued.body, issued.state, issued.void_reason) == (
        "许助企交〔2026〕1号",
        body,
        "VOID",
        "写错。",
    )
    with pytest.raises(Conflict):
        issued.delete()


@pytest.mark.django_db
def test_each_ticket_points_to_the_one_before(city):
    case = situations.inquired(city)
    dispatch, urge, inquiry = case.tickets.order_by("pk")
    assert (dispatch.previous, urge.previous, inquiry.previous) == (None, dispatch, urge)
