"""比一比 and 在谁手里多少天: rates with n, a month at choice, every figure with its list, a fixed number of queries."""

from datetime import date, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cases.enums import Action, Clock, Status, TicketKind
from cases.models import Case, CaseEvent, Pause
from reports.queries import compare as figures
from tests.factories import SHANGHAI
from tests.reports.months import Month

PAGES = ["/reports/compare", "/reports/compare?by=region", "/reports/compare?by=category", "/reports/holding"]
PAGES += [
    "/reports/holding/cases?side=lead&unit=1",
    "/reports/holding/cases?side=nobody",
    "/reports/holding?month=1999-01",
]
NOVEMBER, OCTOBER = date(2026, 11, 1), date(2026, 10, 1)


@pytest.fixture(autouse=True)
def _monday(city):
    with time_machine.travel(city.at, tick=False):
        yield


@pytest.fixture
def month(city):
    return Month(city)


def at(month, day, hour=10):
    return datetime(2026, month, day, hour, tzinfo=SHANGHAI)


def due_on(month, case, on, met_at=None):
    month.deadline(case, due_on=on, met_at=met_at)
    return case


def lived(month, *steps, **more):
    """A case with its ledger; dispatched steps issue their ticket to 市自然资源局."""
    case = month.case(reported_at=steps[0][0], status=steps[-1][1], **more)
    for when, status in steps:
        kind = Action.REFUSE if status == Status.REFUSED else "note"
        CaseEvent.objects.create(case=case, kind=kind, at=when, actor_label="系统", status_after=status)
        if status == Status.DISPATCHED:
            month.ticket(case, TicketKind.DISPATCH, issued_at=when)
    if steps[-1][1] == Status.CLOSED:
        Case.objects.filter(pk=case.pk).update(closed_at=steps[-1][0])
    return case


@pytest.mark.parametrize("url", PAGES)
@pytest.mark.parametrize(
    ("who", "status"), [("leader", 200), ("county_clerk", 200), ("land_head", 404), ("auditor", 404)]
)
def test_who_has_these_pages_and_an_empty_city_has_them_too(client, city, url, who, status):
    client.force_login(getattr(city, who))
    assert client.get(url).status_code == status


def test_a_leader_without_a_unit_is_told_so(client, city):
    city.leader.unit = None
    city.leader.save()
    client.force_login(city.leader)
    for url in ["/reports/cockpit", "/reports/wall", "/reports/matrix", *PAGES]:
        answer = client.get(url)
        assert (answer.status_code, "还没有挂单位" in answer.content.decode()) == (403, True), url


def test_units_with_their_rates(month, city):
    due_on(month, month.case(next_due_on=date(2026, 11, 5)), date(2026, 11, 5))
    due_on(month, month.case(), date(2026, 11, 10), met_at=at(11, 10, 23))
    due_on(month, month.case(), date(2026, 11, 10), met_at=at(11, 11, 0))
    month.case(city.labour)
    lines = figures.compared(city.leader, "unit", NOVEMBER, today=city.today)
    assert [(line.name, line.open, line.overdue, line.due, line.answered, line.kept) for line in lines] == [
        ("市自然资源局", 3, 1, 3, 2, 1), ("市人社局", 1, 0, 0, 0, 0),
    ]  # fmt: skip


def test_a_month_that_is_over_stands_as_it_ended(month, city):
    due_on(month, month.case(), date(2026, 10, 30), met_at=at(11, 1, 0))
    due_on(month, month.case(), date(2026, 10, 30), met_at=at(10, 31, 23))
    waiting = due_on(month, month.case(), date(2026, 10, 30), met_at=at(11, 9))
    Pause.objects.create(
        case=waiting, reason="补图纸", paused_at=at(10, 28), resumed_at=at(11, 3), from_on=date(2026, 10, 28)
    )
    [line] = figures.compared(city.leader, "category", OCTOBER, today=city.today)
    assert (line.name, line.due, line.answered, line.kept) == ("要素保障", 2, 1, 0)


@pytest.mark.parametrize("by", ["unit", "region", "category"])
def test_every_figure_opens_its_cases(client, month, city, by):
    due_on(month, month.case(next_due_on=date(2026, 11, 5)), date(2026, 11, 5))
    due_on(month, month.case(), date(2026, 11, 10), met_at=at(11, 10, 23))
    due_on(month, month.case(firm=city.other_firm), date(2026, 11, 10), met_at=at(11, 12))
    bare = month.case(status=Status.REPORTED, next_due_on=date(2026, 11, 5))
    Case.objects.filter(pk=bare.pk).update(lead=None, category=None)
    client.force_login(city.leader)
    lines = client.get("/reports/compare", {"by": by}).context["lines"]
    assert sum(line["of"].open for line in lines) == 4
    for line in lines:
        wanted = {"open": line["of"].open, "overdue": line["of"].overdue, "due": line["of"].due}
        wanted |= {"kept": line["of"].kept, "undone": line["of"].undone, "answered_late": line["answered_late"]}
        found = {key: client.get(line[f"{key}_url"]).context["page"].paginator.count for key in wanted}
        assert found == wanted, line["of"].name


def test_the_list_of_a_month_that_is_over(client, month, city):
    late = due_on(month, month.case(), date(2026, 10, 30), met_at=at(11, 1, 9))
    client.force_login(city.leader)
    page = client.get("/reports/cockpit/due", {"month": "2026-10", "unit": city.land.pk, "only": "undone"})
    assert "10 月应办结没有办结" in page.content.decode()
    assert (list(page.context["page"]), page.context["late"]) == ([late], {late.pk})


def test_how_long_each_held_it(client, month, city):
    lived(month, (at(11, 2), "REPORTED"), (at(11, 3), "DISPATCHED"), (at(11, 4), "HANDLING"), (at(11, 13), "RATING"))
    lived(month, (at(11, 2), "REPORTED"), (at(11, 4), "REFUSED"))
    lived(month, (at(8, 3), "REPORTED"), (at(8, 5), "CLOSED"))
    client.force_login(city.leader)
    page = client.get("/reports/holding")
    shown = [(row["of"].name, row["of"].spread.count, row["of"].spread.longest) for row in page.context["rows"]]
    assert shown == [("市自然资源局", 1, 8), ("市活动办", 2, 2), ("企业（补充材料、评价）", 1, 6)]
    assert "不足 5 件，不比较" in page.content.decode()
    for row in page.context["rows"]:
        behind = client.get(row["url"]).context
        assert behind["page"].paginator.count == row["of"].spread.count
        assert max(each["days"] for each in behind["rows"]) == row["of"].spread.longest
    assert client.get("/reports/holding", {"month": "2026-09"}).context["rows"] == []


def test_a_case_whose_ledger_is_missing_is_left_out(client, month, city):
    month.case()
    client.force_login(city.leader)
    assert client.get("/reports/holding").context["rows"] == []


def test_a_case_reopened_since_counts_where_it_was_then(client, month, city):
    """Closed in October, reopened in November: October still has it."""
    lived(month, (at(10, 8), "REPORTED"), (at(10, 9), "DISPATCHED"), (at(10, 16), "CLOSED"), (at(11, 9), "HANDLING"))
    client.force_login(city.leader)
    october = client.get("/reports/holding", {"month": "2026-10"}).context["rows"]
    november = client.get("/reports/holding").context["rows"]
    assert [(row["of"].name, row["of"].spread.longest) for row in october] == [("市自然资源局", 6), ("市活动办", 1)]
    assert [(row["of"].name, row["of"].spread.longest) for row in november] == [("市自然资源局", 16)]


def test_the_cockpit_fetches_the_few_it_shows(client, month, city):
    lived(month, (at(11, 2), "REPORTED"), (at(11, 3), "DISPATCHED"))
    client.force_login(city.leader)
    part = client.get("/reports/holding", headers={"HX-Request": "true", "HX-Target": "held"})
    assert "<h1" not in part.content.decode()
    assert "市自然资源局" in part.content.decode()


@pytest.mark.parametrize("number", [1, 3])
@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("/reports/compare", 10),
        ("/reports/compare?by=category", 10),
        ("/reports/holding", 12),
        ("/reports/holding/cases?side=office", 13),
    ],
)
def test_the_queries_do_not_grow(client, month, city, number, url, expected):
    for day in range(number):
        case = lived(
            month, (at(11, 2), "REPORTED"), (at(11, 3), "DISPATCHED"), firm=[city.firm, city.other_firm][day % 2]
        )
        due_on(month, case, date(2026, 11, 5) + timedelta(days=day))
    client.force_login(city.leader)
    url = f"{url}&unit={city.office.pk}" if "side" in url else url
    client.get(url)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    assert len(queries) == expected


def test_the_wall_names_nobody(client, month, city):
    """大屏 hangs where everybody sees it: units and titles, no person, no telephone."""
    lived(month, (at(11, 2), "REPORTED"), (at(11, 3), "DISPATCHED"), (at(11, 20), "CLOSED"))
    month.ticket(month.case(level=2, next_due_on=date(2026, 11, 5)), day=20, issued_at=city.at)
    client.force_login(city.leader)
    page = client.get("/reports/wall").content.decode()
    people = {person.name for person in city.people.values()}
    contacts = [each for firm in (city.firm, city.other_firm) for each in firm.contacts.all()]
    told = people | {each.name for each in contacts} | {each.phone for each in contacts} | {city.firm.name}
    assert not [word for word in told if word in page]
    assert month.made[0].title in page
    assert Clock.RESOLVE not in page
