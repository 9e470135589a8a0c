"""驾驶舱 and 大屏: right figures, each with its list, only in the reader's sight, in a fixed number of queries."""

from datetime import date, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cadres.enums import VisitMode
from cases.enums import Clock, Level, Outcome, Status, TicketKind, TicketState, Tier
from cases.models import Case, Evaluation, Instruction
from reports.queries import behind
from reports.queries import cockpit as figures
from tests.factories import SHANGHAI, VisitFactory
from tests.reports.months import Month

PAGES = ["/reports/cockpit", "/reports/wall", "/reports/cockpit/due", "/reports/cockpit/held", "/reports/matrix"]


@pytest.fixture(autouse=True)
def _monday(city):
    with time_machine.travel(city.at, tick=False):
        yield


@pytest.fixture
def month(city):
    return Month(city)


def now(day, hour=10):
    return datetime(2026, 11, day, hour, tzinfo=SHANGHAI)


def in_hand(month, due, **more):
    case = month.case(
        next_due_on=date(2026, 11, due), next_clock=Clock.RESOLVE, reported_at=now(2), dispatched_at=now(3), **more
    )
    month.deadline(case, due_on=date(2026, 11, due))
    return case


def closed(month, due, day, satisfaction=5, **more):
    case = month.case(status=Status.CLOSED, closed_at=now(day), outcome=Outcome.SOLVED, reported_at=now(1), **more)
    month.deadline(case, due_on=date(2026, 11, due), met_at=now(day))
    rating = month.rating(case, satisfaction)
    at = {"rated_at": now(day)} if satisfaction else {"lapsed_at": now(day)}
    Evaluation.objects.filter(pk=rating.pk).update(**at)
    return case


@pytest.mark.parametrize("who", ["leader", "supervisor", "director", "county_director"])
@pytest.mark.parametrize("url", PAGES)
def test_who_has_a_cockpit(client, city, who, url):
    client.force_login(getattr(city, who))
    assert client.get(url).status_code == 200


@pytest.mark.parametrize("who", ["cadre", "firm_user", "land_head", "sysadmin", "secadmin", "auditor"])
@pytest.mark.parametrize("url", PAGES)
def test_who_has_none(client, city, who, url):
    client.force_login(getattr(city, who))
    assert client.get(url).status_code == 404


def test_nobody_without_signing_in(client, city):
    assert client.get("/reports/cockpit").status_code == 302


def test_the_three_numbers_and_what_stands_beside_them(month, city):
    in_hand(month, 5)
    in_hand(month, 23, tier=Tier.MAJOR, level=Level.INQUIRY)
    in_hand(month, 10, status=Status.PAUSED)
    month.case(is_legal=True, reopened_count=1, level=Level.URGED)
    closed(month, 20, 18)
    closed(month, 10, 18, satisfaction=1)
    closed(month, 20, 18, satisfaction=None)
    closed(month, 20, 18, satisfaction=1, is_legal=True)
    found = figures.numbers(city.leader, today=city.today)
    assert (found.open, found.overdue, found.longest_days, found.major, found.legal) == (4, 1, 18, 1, 1)
    assert (found.closed, found.due) == (4, 4)  # 11-23 has not ended; the paused one waits for the firm
    assert (found.satisfied, found.rated, found.unrated) == (1, 2, 1)
    assert (found.red, found.urged, found.reopened) == (1, 1, 1)
    assert found.overdue_share == 25


def test_regions_side_by_side(month, city):
    in_hand(month, 5)
    closed(month, 20, 18)
    closed(month, 10, 18, firm=city.other_firm)
    VisitFactory(enterprise=city.firm, visited_on=date(2026, 11, 17), mode=VisitMode.PHONE)
    VisitFactory(enterprise=city.firm, visited_on=date(2026, 11, 18))
    VisitFactory(enterprise=city.other_firm, visited_on=date(2026, 11, 16))
    contact = figures.contact_round(city.today)
    assert (contact.held_on, contact.opens_on, contact.closes_on) == (
        date(2026, 11, 20),
        date(2026, 11, 17),
        date(2026, 11, 24),
    )
    lines = figures.regions(city.leader, today=city.today, contact=contact)
    told = {line.name: (line.open, line.overdue, line.kept, line.due, line.contacted, line.firms) for line in lines}
    assert told == {"魏都区": (1, 1, 1, 2, 1, 1), "禹州市": (0, 0, 0, 1, 0, 1)}
    whole = figures.total(lines, "全市")
    assert (whole.open, whole.kept, whole.due, whole.share) == (1, 1, 3, 50)


def test_units_side_by_side(month, city):
    in_hand(month, 5)
    in_hand(month, 5)
    in_hand(month, 30, unit=city.labour)
    lines = figures.units(city.leader, today=city.today)
    assert [(line.name, line.open, line.overdue, line.kept, line.due) for line in lines] == [
        ("市自然资源局", 2, 2, 0, 2), ("市人社局", 1, 0, 0, 0),
    ]  # fmt: skip


def test_the_trend_has_thirteen_months(month, city):
    month.case(reported_at=datetime(2025, 11, 1, 0, 0, tzinfo=SHANGHAI))
    month.case(reported_at=datetime(2025, 10, 31, 23, 59, tzinfo=SHANGHAI))
    closed(month, 20, 18)
    trend = figures.trend(city.leader, today=city.today)
    assert (len(trend.months), trend.months[0], trend.months[-1]) == (13, date(2025, 11, 1), date(2026, 11, 1))
    assert (trend.received[0], trend.received[-1], trend.closed[-1]) == (1, 1, 1)


def test_categories_are_counted_by_the_upper_level(month, city):
    in_hand(month, 25)
    in_hand(month, 25, category=city.categories["labour"])
    in_hand(month, 25, category=city.categories["factor"])
    top, rest = figures.categories(city.leader)
    assert [(name, number) for _, name, number in top] == [("要素保障", 2), ("用工人才", 1)]
    assert rest == []


def test_the_exceptions(month, city):
    red = in_hand(month, 5, level=Level.INQUIRY)
    held = month.case(status=Status.SHELVED, submitted_at=datetime(2026, 8, 31, 10, tzinfo=SHANGHAI))
    month.case(status=Status.SHELVED, submitted_at=now(1))
    waiting = month.case(status=Status.ACCEPTED, tier=Tier.MAJOR)
    month.ticket(waiting, TicketKind.DISPATCH, state=TicketState.DRAFT, number=None, issued_at=None)
    back = in_hand(month, 25, reopened_count=1)
    found = figures.exceptions(city.leader, today=city.today)
    assert (found.red, found.waiting, found.reopened) == ([red], [waiting], [back])
    assert (found.shelved, found.shelved_count, found.shelved[0].held_days) == ([held], 1, 84)
    assert (found.waiting_count, found.waiting[0].waited_days) == (1, 34)


def test_a_county_sees_its_own(month, city):
    in_hand(month, 5)
    in_hand(month, 5, firm=city.other_firm, level=Level.INQUIRY)
    user = city.county_director
    assert figures.numbers(user, today=city.today).open == 1
    assert figures.exceptions(user, today=city.today).red == []
    contact = figures.contact_round(city.today)
    assert [line.name for line in figures.regions(user, today=city.today, contact=contact)] == ["魏都区"]
    assert sum(figures.trend(user, today=city.today).received) == 1
    assert [line.open for line in figures.units(user, today=city.today)] == [1]


@pytest.mark.parametrize("name", ["open", "overdue", "closed", "major", "shelved", "red", "reopened", "waiting", "due"])
def test_every_figure_leads_to_exactly_its_cases(client, month, city, name):
    in_hand(month, 5, level=Level.INQUIRY, tier=Tier.MAJOR)
    in_hand(month, 25, reopened_count=1)
    closed(month, 20, 18)
    month.case(status=Status.SHELVED, submitted_at=datetime(2026, 8, 31, 10, tzinfo=SHANGHAI))
    waiting = month.case(status=Status.ACCEPTED, tier=Tier.MAJOR)
    month.ticket(waiting, TicketKind.DISPATCH, state=TicketState.DRAFT, number=None, issued_at=None)
    client.force_login(city.leader)
    context = client.get("/reports/cockpit").context
    numbers, exceptions = context["numbers"], context["exceptions"]
    counts = {
        "open": numbers.open, "overdue": numbers.overdue, "closed": numbers.closed, "major": numbers.major,
        "shelved": exceptions.shelved_count, "red": numbers.red, "reopened": numbers.reopened,
        "waiting": exceptions.waiting_count, "due": numbers.due,
    }  # fmt: skip
    page = client.get(context["links"][name])
    assert page.context["page"].paginator.count == counts[name] > 0


def test_the_list_behind_a_rate_tells_late_from_on_time(client, month, city):
    good, bad = closed(month, 20, 18), closed(month, 10, 18)
    closed(month, 20, 18, firm=city.other_firm)
    client.force_login(city.leader)
    page = client.get(reverse("reports:cockpit_cases", args=["due"]), {"region": city.regions["weidu"].pk})
    assert {case.pk for case in page.context["page"]} == {good.pk, bad.pk}
    assert page.context["late"] == {bad.pk}
    assert "魏都区 · 本月应办结" in page.content.decode()
    by_unit = client.get(reverse("reports:cockpit_cases", args=["due"]), {"unit": city.land.pk, "region": "x"})
    assert by_unit.context["page"].paginator.count == 3
    assert client.get("/reports/cockpit/colour").status_code == 404


def test_shelved_cases_by_age(client, month, city):
    for days in (0, 30, 31, 60, 61, 90, 91):
        month.case(status=Status.SHELVED, submitted_at=now(23, 0) - timedelta(days=days))
    assert [number for _, number in behind.held_by_age(city.leader, today=city.today)] == [2, 2, 2, 1]
    client.force_login(city.leader)
    page = client.get("/reports/cockpit/held", {"age": 3})
    assert "挂账 90 天以上的" in page.content.decode()
    assert page.context["page"].paginator.count == 1
    assert client.get("/reports/cockpit/held", {"age": 99}).context["page"].paginator.count == 1
    assert client.get("/reports/cockpit/held", {"age": "x", "unit": "9" * 30}).context["page"].paginator.count == 7


def test_a_unit_that_has_closed_still_opens_its_cases(client, month, city):
    in_hand(month, 25)
    city.land.is_active = False
    city.land.save()
    client.force_login(city.leader)
    line = client.get("/reports/matrix").context["lines"][0]
    assert client.get(line["url"]).context["page"].paginator.count == 1


def test_the_matrix_is_sorted_as_asked(client, month, city):
    for _ in range(2):
        in_hand(month, 25, unit=city.labour)
    in_hand(month, 5)
    waiting = month.case(status=Status.REPORTED)
    Case.objects.filter(pk=waiting.pk).update(lead=None)
    client.force_login(city.leader)

    def names(**asked):
        return [line["name"] for line in client.get("/reports/matrix", asked).context["lines"]]

    last = "还没有主办单位"
    assert names() == ["市人社局", "市自然资源局", last]
    assert names(sort="overdue") == ["市自然资源局", "市人社局", last]
    assert names(sort="name") == ["市人社局", "市自然资源局", last]
    assert names(sort="nonsense") == names()
    assert names(region=city.regions["yuzhou"].pk) == []


def test_a_county_cannot_ask_for_another(client, month, city):
    in_hand(month, 5, firm=city.other_firm)
    client.force_login(city.county_director)
    page = client.get("/reports/matrix", {"region": city.regions["yuzhou"].pk})
    assert (page.context["chosen"], page.context["lines"]) == (None, [])


def test_a_leaders_instructions(client, month, city):
    case = in_hand(month, 25)
    Instruction.objects.create(case=case, leader=city.leader, text="先算投资，再上会。", given_at=city.at)
    client.force_login(city.leader)
    assert "先算投资，再上会。" in client.get("/reports/cockpit").content.decode()
    client.force_login(city.supervisor)
    assert "我的批示" not in client.get("/reports/cockpit").content.decode()


def test_an_empty_city_has_a_cockpit_too(client, city):
    client.force_login(city.leader)
    for url in PAGES:
        assert client.get(url).status_code == 200


@pytest.mark.parametrize("number", [1, 3])
@pytest.mark.parametrize(
    ("url", "expected"), [("/reports/cockpit", 35), ("/reports/wall", 28), ("/reports/matrix", 10)]
)
def test_the_queries_do_not_grow(client, month, city, number, url, expected):
    for _ in range(number):
        in_hand(month, 5, level=Level.INQUIRY)
        closed(month, 20, 18)
        Instruction.objects.create(case=month.made[0], leader=city.leader, text="请办。", given_at=city.at)
    assert Case.objects.count() == 2 * number
    client.force_login(city.leader)
    client.get(url)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    assert len(queries) == expected


def test_a_wall_that_refreshes_itself_is_signed_out_like_any_page(client, city):
    with time_machine.travel(city.at, tick=False) as clock:
        client.force_login(city.leader)
        opened = client.get("/reports/wall")
        assert "Refresh" not in opened
        # The page itself asks this way: see hx-headers in wall.html.
        assert """hx-headers='{"X-Poll": "1"}'""" in opened.text
        assert 'hx-trigger="every 60s, wall:again"' in opened.text
        poll = {"HX-Request": "true", "HX-Current-URL": "http://testserver/reports/wall", "X-Poll": "1"}
        for _ in range(5):
            clock.shift(timedelta(minutes=5))
            assert client.get("/reports/wall", headers=poll).status_code == 200
        clock.shift(timedelta(minutes=6))
        gone = client.get("/reports/wall", headers=poll)
        assert gone.status_code == 204
        assert gone["HX-Redirect"].startswith(reverse("cadres:login"))


def test_reading_on_keeps_a_wall_open(client, city):
    with time_machine.travel(city.at, tick=False) as clock:
        client.force_login(city.leader)
        for _ in range(8):
            clock.shift(timedelta(minutes=20))
            assert client.get("/reports/wall").status_code == 200
