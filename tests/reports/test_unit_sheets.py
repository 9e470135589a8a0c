"""R-52, R-54: which cases cost which points, as a page and as XLSX; who may see it."""

import io
import zipfile
from datetime import datetime
from decimal import Decimal

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from lxml import etree
from python_calamine import CalamineWorkbook

from cases.enums import Clock, TicketKind
from reports.models import RankingRow
from reports.queries.unit_sheets import unit_sheets
from reports.services import draft_month, object_to_row, publish_month, rule_objection
from tests.factories import SHANGHAI
from tests.reports.months import AFTER, FIRST_NIGHT, MONTH, Month

WITHIN = datetime(2026, 11, 3, 10, tzinfo=SHANGHAI)
NS = {"m": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}


@pytest.fixture(autouse=True)
def _tuesday():
    with time_machine.travel(WITHIN, tick=False):
        yield


@pytest.fixture
def month(city):
    return Month(city)


@pytest.fixture
def late(month):
    case = month.case(title="二期厂房用地指标")
    month.deadline(case)
    return case


@pytest.fixture
def urged(month):
    """Two tickets of October, one of September that is no business of this month, one voided."""
    case = month.case(title="临时用电报装")
    month.deadline(case, Clock.SIGN, 10, 12)
    month.ticket(case, day=20)
    month.ticket(case, day=21)
    return case


@pytest.fixture
def draft(month, late, urged, city):
    month.month_of_work(city.land)
    month.month_of_work(city.labour, late=True)
    month.month_of_work(city.county_office)
    return draft_month(MONTH, at=FIRST_NIGHT)


def row_of(unit):
    return RankingRow.objects.select_related("ranking__rule").get(unit=unit)


def sheet_of(user, unit):
    row = row_of(unit)
    return unit_sheets(user, row.ranking, [row])[0]


def sections(sheet):
    return {each.key: each for each in sheet.sections}


def page(client, user, unit, name="ranking_unit"):
    client.force_login(user)
    return client.get(reverse(f"reports:{name}", args=[row_of(unit).pk]))


def test_each_part_names_the_cases_it_lost(draft, late, urged, city):
    found = sections(sheet_of(city.land_head, city.land))
    assert [line.case for line in found["on_time"].lines] == [late]
    assert [line.words for line in found["on_time"].lines] == ["到期未办结"]
    assert [line.case for line in found["solved"].lines] == [late]
    assert [line.case for line in found["signing"].lines] == [urged]
    assert found["on_time"].lost == found["on_time"].full - found["on_time"].points > 0


def test_each_deduction_names_its_case_and_tickets(draft, urged, city):
    found = sections(sheet_of(city.land_head, city.land))["urge"]
    (line,) = found.lines
    assert (line.case, line.words, line.points) == (urged, "2 张催办单", Decimal(2))
    assert [ticket.kind for ticket in line.tickets] == [TicketKind.URGE] * 2


def test_the_score_without_each_loss_is_told(draft, city):
    sheet = sheet_of(city.clerk, city.land)
    assert all(line.would_be - line.points == sheet.row.score for each in sheet.sections for line in each.lines)
    assert sheet.would_be > sheet.row.score
    assert sheet.gain + sheet.rest == 100 - sheet.row.score


def test_what_was_struck_is_not_lost(draft, late, city):
    objection = object_to_row(row_of(city.land), actor=city.land_head, at=WITHIN, case=late, item="on_time", text="x")
    rule_objection(objection, actor=city.clerk, at=WITHIN, is_upheld=True)
    found = sections(sheet_of(city.land_head, city.land))
    assert found["on_time"].lines == ()
    assert [line.case for line in found["solved"].lines] == [late]


def test_ratings_are_only_totals_for_everybody(client, draft, month, city):
    month.done(city.bank, satisfaction=1)
    RankingRow.objects.all().delete()
    draft.delete()
    draft_month(MONTH, at=FIRST_NIGHT)
    for user in (city.bank_head, city.director, city.supervisor):
        found = sections(sheet_of(user, city.bank))["rating"]
        assert (found.lines, found.is_hidden) == ((), True)
        said = page(client, user, city.bank).content.decode()
        assert "不足 5 件，不单列" in said
        assert "不满意" not in said


@pytest.mark.parametrize("who", ["land_clerk", "land_head", "clerk", "director", "leader", "supervisor"])
def test_the_unit_and_the_whole_citys_people_see_it(client, city, draft, late, who):
    answer = page(client, getattr(city, who), city.land)
    assert late.number in answer.content.decode()
    assert page(client, getattr(city, who), city.land, "ranking_unit_xlsx").status_code == 200


@pytest.mark.parametrize("who", ["labour_clerk", "county_director", "cadre", "firm_user", "auditor", "lane_officer"])
def test_no_other_unit_sees_it_even_when_published(client, city, draft, who):
    publish_month(draft, at=AFTER, actor=city.director)
    for name in ("ranking_unit", "ranking_unit_xlsx"):
        assert page(client, getattr(city, who), city.land, name).status_code == 404


def test_a_case_out_of_sight_is_counted_not_named(client, draft, late, city):
    late.lead = city.labour
    late.save()
    said = page(client, city.land_head, city.land).content.decode()
    assert late.number not in said
    assert "另有 1 件不在您的查看范围内" in said


def test_a_unit_that_lost_nothing_is_told_so(client, draft, city):
    assert "没有丢分的件" in page(client, city.county_director, city.county_office).content.decode()


def test_a_unit_without_a_due_case_has_a_clear_page(client, draft, city):
    answer = page(client, city.bank_head, city.bank)
    assert answer.status_code == 200
    assert "只列示不排名" in answer.content.decode()


def books(answer):
    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.content))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def test_the_units_workbook_says_the_same(client, draft, late, urged, city):
    answer = page(client, city.land_head, city.land, "ranking_unit_xlsx")
    found = books(answer)
    assert list(found) == ["市自然资源局得分", "市自然资源局逐件丢分"]
    lines = found["市自然资源局逐件丢分"]
    assert lines[0][0].endswith("市自然资源局逐件丢分")
    assert {line[2] for line in lines[3:]} == {late.number, urged.number}
    assert "测试〔2026〕" in next(line for line in lines if line[1] == "催办")[5]


def test_a_title_is_never_a_formula(client, month, city):
    month.deadline(month.case(title="=1+1"))
    draft_month(MONTH, at=FIRST_NIGHT)
    answer = page(client, city.land_head, city.land, "ranking_unit_xlsx")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as file:
        sheet = etree.fromstring(file.read("xl/worksheets/sheet2.xml"))
        assert sheet.xpath("//m:f", namespaces=NS) == []
        assert "=1+1" in file.read("xl/sharedStrings.xml").decode()


def test_every_sheet_of_the_month_prints_as_offices_paste_it(client, draft, city):
    client.force_login(city.director)
    answer = client.get("/reports/ranking/2026-10/xlsx")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as file:
        names = sorted(name for name in file.namelist() if name.startswith("xl/worksheets/sheet"))
        assert len(names) == 5
        for name in names:
            sheet = etree.fromstring(file.read(name))
            page_setup = sheet.xpath("//m:pageSetup", namespaces=NS)[0]
            assert (page_setup.get("orientation"), page_setup.get("paperSize")) == ("landscape", "9")
            pane = sheet.xpath("//m:pane", namespaces=NS)[0]
            assert (pane.get("ySplit"), pane.get("xSplit"), pane.get("state")) == ("3", "2", "frozen")
            assert sheet.xpath("//m:mergeCell/@ref", namespaces=NS)[0].startswith("A1:")
        book = file.read("xl/workbook.xml").decode()
        assert book.count("_xlnm.Print_Titles") == 5


def test_the_same_rows_give_the_same_file(client, draft, city):
    client.force_login(city.director)
    first = client.get("/reports/ranking/2026-10/xlsx").content
    with time_machine.travel(datetime(2027, 5, 1, 9, tzinfo=SHANGHAI), tick=False):
        client.force_login(city.director)
        assert client.get("/reports/ranking/2026-10/xlsx").content == first


@pytest.mark.parametrize("number", [1, 3])
@pytest.mark.parametrize(("name", "queries"), [("ranking_unit", 14), ("ranking_unit_xlsx", 10)])
def test_the_queries_do_not_grow(client, city, month, number, name, queries):
    for _ in range(number):
        case = month.case()
        month.deadline(case)
        month.ticket(case)
    draft_month(MONTH, at=FIRST_NIGHT)
    page(client, city.land_head, city.land, name)
    address = reverse(f"reports:{name}", args=[row_of(city.land).pk])
    with CaptureQueriesContext(connection) as captured:
        client.get(address)
    assert len(captured) == queries
