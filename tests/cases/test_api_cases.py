"""接口读问题：看得到的才有、企业看不到内部的、按条件筛、按游标翻页、报一个问题（R-03、R-20、R-28）。"""

from datetime import timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile

from cases.enums import Action, Level, Source, Status, Tier
from cases.models import Case
from cases.services import perform
from tests.apiclient import program
from tests.cases import situations, steps
from tests.factories import CaseFactory

pytestmark = pytest.mark.django_db
NULL_FOR_FIRMS = (
    "level",
    "tier",
    "nature",
    "urge_count",
    "objection_count",
    "needs_coordination",
    "co_handlers",
    "lane",
)


@pytest.fixture(autouse=True)
def _clock(city):
    with time_machine.travel(city.at, tick=False):
        yield


def ids(answer):
    assert answer.status_code == 200, answer.content.decode()
    return [row["id"] for row in answer.json()["results"]]


def test_everybody_reads_what_the_pages_show_them(city):
    mine = steps.handling(city, city.at)
    other = CaseFactory(enterprise=city.other_firm, office=city.other_county_office)
    seen = {"clerk": {mine.pk, other.pk}, "county_clerk": {mine.pk}, "other_county_clerk": {other.pk},
            "firm_user": {mine.pk}, "other_firm_user": {other.pk}, "cadre": {mine.pk}, "other_cadre": {other.pk},
            "land_clerk": {mine.pk}, "labour_clerk": set(), "leader": {mine.pk, other.pk}, "supervisor": {mine.pk, other.pk}}  # fmt: skip
    for who, expected in seen.items():
        asks = program(city, who)
        assert set(ids(asks.read("/cases"))) == expected, who
        for case in (mine, other):
            status = 200 if case.pk in expected else 404
            assert asks.read(f"/cases/{case.pk}").status_code == status, who
            assert asks.read(f"/cases/{case.pk}/events").status_code == status, who


def test_the_firm_is_not_told_what_passes_between_offices_and_units(city):
    case = situations.objected(city)
    Case.objects.filter(pk=case.pk).update(level=Level.URGED, tier=Tier.COMPLEX, urge_count=1, bad_rating_count=1)
    told = program(city, "firm_user").read(f"/cases/{case.pk}").json()
    assert (told["status"], told["status_label"]) == (Status.DISPATCHED, "已交办")
    assert {name: told[name] for name in NULL_FOR_FIRMS} == dict.fromkeys(NULL_FOR_FIRMS)
    assert told["bad_rating_count"] == 1
    listed = program(city, "firm_user").read("/cases").json()["results"][0]
    assert (listed["level"], listed["status"]) == (None, Status.DISPATCHED)
    inside = program(city, "clerk").read(f"/cases/{case.pk}").json()
    assert (inside["status"], inside["level"], inside["tier"]) == (Status.OBJECTED, Level.URGED, Tier.COMPLEX)
    kinds = {row["kind"] for row in program(city, "firm_user").read(f"/cases/{case.pk}/events").json()["results"]}
    assert kinds == {"open", "accept", "dispatch"}


def test_how_often_it_was_rated_badly_is_not_for_unit_and_cadre(city):
    case = situations.badly_rated(city)
    for who, told in {"land_clerk": None, "cadre": None, "clerk": 1, "supervisor": 1, "firm_user": 1}.items():
        assert program(city, who).read(f"/cases/{case.pk}").json()["bad_rating_count"] == told, who
        assert program(city, who).read("/cases").json()["results"][0]["bad_rating_count"] == told, who


def test_an_office_deadline_is_not_the_firms(city):
    steps.accepted(city, city.at)
    assert program(city, "clerk").read("/cases").json()["results"][0]["next_clock"] == "DISPATCH"
    assert program(city, "firm_user").read("/cases").json()["results"][0]["next_clock"] is None


def test_the_story_is_signed_for_officials_only(city):
    case = steps.handling(city, city.at)
    official = program(city, "clerk").read(f"/cases/{case.pk}/events").json()["results"]
    assert [row["kind"] for row in official] == ["sign", "dispatch", "accept", "open"]
    assert official[0]["actor"] == "蒋科员 · 市自然资源局"
    assert official[1]["ticket"].startswith("许助企交〔2026〕")
    assert {row["actor"] for row in program(city, "firm_user").read(f"/cases/{case.pk}/events").json()["results"]} == {
        ""
    }


def test_pages_are_walked_by_cursor_and_nothing_is_lost_between_them(city):
    at = city.at
    made = [CaseFactory(enterprise=city.firm, reported_at=at - timedelta(days=n // 3)).pk for n in range(10)]
    asks = program(city, "clerk")
    found, url = [], "/api/v1/cases?size=3"
    pages = 0
    while url:
        answer = asks.get(url, headers=asks.headers_with(None)).json()
        found += [row["id"] for row in answer["results"]]
        url, pages = answer["next"], pages + 1
        CaseFactory(enterprise=city.firm, reported_at=at + timedelta(days=1))  # what is new comes before, not between
    assert pages == 4
    rows = sorted(Case.objects.filter(pk__in=made), key=lambda case: (case.reported_at, case.pk), reverse=True)
    assert found == [case.pk for case in rows]


@pytest.mark.parametrize(
    "query",
    ["size=0", "size=201", "size=x", "size=%00", "size=９", "cursor=x", "cursor=%00", "cursor=W10", "cursor=bnVsbA",
     "cursor=WyIyMDI2LTExLTIwVDA5OjMwOjAwIiwgMV0", "cursor=WyIyMDI2LTExLTIwVDA5OjMwOjAwKzA4OjAwIiwgIngiXQ",
     "cursor=WyIwMDAxLTAxLTAxVDAwOjAwOjAwKzIzOjU5IiwgMV0",
     "status=open", "status=%00", "level=9", "tier=x", "source=1", "region=x", "region=-1", "region=99999999999999999999999",
     "enterprise=1.5", "reported_from=2026-13-01", "reported_from=01/02/2026", "reported_from=0001-01-01",
     "reported_to=9999-12-31", "due_to=x", "is_open=1", "is_open=yes", "q=%00", "q=" + "x" * 61, "page=2", "statu=OPEN",
     "ordering=title"],
)  # fmt: skip
def test_a_query_that_cannot_be_read_is_400(city, query):
    answer = program(city, "clerk").read(f"/cases?{query}")
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json"), query


def test_an_unknown_parameter_is_named_with_what_there_is(city):
    said = program(city, "clerk").read("/cases?statu=OPEN").json()
    assert said["code"] == "unknown_parameter"
    assert "statu" in said["detail"]
    assert "status" in said["detail"]


def test_head_is_get_without_a_body_and_what_is_not_done_is_405_whatever_is_asked(city):
    asks = program(city, "clerk")
    headers = asks.headers_with(None)
    assert asks.head("/api/v1/cases?size=1", headers=headers).status_code == 200
    assert asks.head("/api/v1/cases?statu=OPEN", headers=headers).status_code == 400
    assert asks.delete("/api/v1/cases?size=1", headers=headers).status_code == 405


def test_each_condition_narrows(city):
    case = steps.handling(city, city.at)
    other = CaseFactory(enterprise=city.other_firm, source=Source.HOTLINE, reported_at=city.at - timedelta(days=30))
    Case.objects.filter(pk=other.pk).update(
        status=Status.CLOSED, closed_at=city.at - timedelta(days=3), level=Level.INQUIRY
    )
    asks = program(city, "clerk")
    day = city.today.isoformat()
    for query, expected in {
        "status=HANDLING": [case.pk], "status=CLOSED": [other.pk], "level=2": [other.pk], "tier=SINGLE": [case.pk, other.pk],
        "source=HOTLINE": [other.pk], f"category={city.categories['factor'].pk}": [case.pk],
        f"category={city.categories['land'].pk}": [case.pk], f"lead={city.land.pk}": [case.pk],
        f"region={city.firm.region_id}": [case.pk], f"enterprise={city.other_firm.pk}": [other.pk],
        f"number={case.number.lower()}": [case.pk], f"reported_from={day}": [case.pk], "reported_to=2026-11-01": [other.pk],
        "closed_from=2026-11-20": [other.pk], "closed_to=2026-11-19": [], "due_to=2026-12-31": [case.pk],
        "due_to=2026-11-23": [], "is_open=true": [case.pk], "is_open=false": [other.pk], "is_overdue=false": [case.pk, other.pk],
        "q=边角地": [case.pk], "q=珂陶": [other.pk], f"status=HANDLING&lead={city.labour.pk}": [],
    }.items():  # fmt: skip
        assert ids(asks.read(f"/cases?{query}")) == expected, query
    with time_machine.travel(city.at + timedelta(days=20), tick=False):
        assert ids(asks.read("/cases?is_overdue=true")) == [case.pk]
        assert ids(asks.read("/cases?is_overdue=false")) == [other.pk]


def test_the_firm_does_not_sort_by_what_it_is_not_told(city):
    case = situations.objected(city)
    asks = program(city, "firm_user")
    assert ids(asks.read("/cases?status=DISPATCHED")) == [case.pk]
    assert ids(asks.read("/cases?status=OBJECTED")) == []
    for query in ("level=0", "tier=SINGLE"):
        assert asks.read(f"/cases?{query}").status_code == 400


def test_a_list_costs_the_same_at_one_row_and_at_three(city, django_assert_num_queries):
    steps.handling(city, city.at)
    asks = program(city, "clerk")
    asks.read("/cases")
    with django_assert_num_queries(2):  # the token with its person, the page
        asks.read("/cases")
    steps.handling(city, city.at)
    steps.handling(city, city.at)
    with django_assert_num_queries(2):
        asks.read("/cases")
    case = Case.objects.first()
    with django_assert_num_queries(4):  # the token, the case, its story, their files
        asks.read(f"/cases/{case.pk}/events")
    perform(case, Action.REPORT, actor=city.land_clerk, at=city.at, note="量图。")
    with django_assert_num_queries(4):
        asks.read(f"/cases/{case.pk}/events")


def test_a_firm_reports_its_own(city):
    answer = program(city, "firm_user").send("/cases", {"title": "缺电", "description": "变压器不够。", "wish": "增容"})
    assert answer.status_code == 201, answer.content.decode()
    case = Case.objects.get()
    assert (case.enterprise, case.source, case.wish, case.status) == (
        city.firm,
        Source.ENTERPRISE,
        "增容",
        Status.REPORTED,
    )
    assert answer["Location"] == f"/api/v1/cases/{case.pk}"
    assert answer["ETag"] == f'"{case.revision}"'
    assert answer.json()["number"] == case.number


def test_a_firm_does_not_report_for_another(city):
    body = {"enterprise": city.other_firm.pk, "title": "缺电", "description": "变压器不够。"}
    answer = program(city, "firm_user").send("/cases", body)
    assert (answer.status_code, list(answer.json()["errors"])) == (422, ["enterprise"])
    assert not Case.objects.exists()


def test_the_office_registers_for_a_firm_with_the_source(city):
    body = {"enterprise": city.firm.pk, "title": "缺电", "description": "变压器不够。", "source": Source.HOTLINE}
    assert program(city, "clerk").send("/cases", body).status_code == 201
    assert Case.objects.get().source == Source.HOTLINE
    assert program(city, "clerk").send("/cases", {"title": "缺电", "description": "不够。"}).status_code == 422
    assert program(city, "other_county_clerk").send("/cases", body).status_code == 422


def test_a_report_carries_files(city):
    picture = SimpleUploadedFile("说明.pdf", b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n")
    answer = program(city, "firm_user").send("/cases", {"title": "缺电", "description": "不够。"}, files=[picture])
    assert answer.status_code == 201, answer.content.decode()
    assert Case.objects.get().attachments.get().original_name == "说明.pdf"


def test_who_does_not_report_is_told_so(city):
    for who in ("land_clerk", "leader", "supervisor"):
        assert program(city, who).send("/cases", {"title": "x", "description": "x"}).status_code == 403
    answer = program(city, "cadre").send("/cases", {"title": "x", "description": "x"})
    assert (answer.status_code, "走访" in answer.json()["detail"]) == (403, True)


def test_the_same_report_twice_is_one_case(city):
    asks, key = program(city, "firm_user"), {"Idempotency-Key": "r-1"}
    body = {"title": "缺电", "description": "变压器不够。"}
    first, again = (asks.send("/cases", body, headers=key) for _ in range(2))
    assert (first.status_code, again.status_code, Case.objects.count()) == (201, 201, 1)
    assert (again.content, again["Location"]) == (first.content, first["Location"])
