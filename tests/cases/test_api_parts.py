"""接口读案件下面的：单据、期限及其说明、评价与合计、附件、走访、类别、规则（R-03、R-13、R-28、R-33、R-43）。"""

from datetime import datetime, timedelta

import pytest
import time_machine

from cadres.models import Visit
from cases.enums import Action, Clock, Satisfaction, TicketKind
from cases.models import Case, Evaluation
from cases.services import perform
from tests.apiclient import program
from tests.cases import situations, steps
from tests.factories import SHANGHAI, VisitFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _clock(city):
    with time_machine.travel(city.at, tick=False):
        yield


def results(answer):
    assert answer.status_code == 200, answer.content.decode()
    return answer.json()["results"]


def deadlines(program, case):
    answer = program.read(f"/cases/{case.pk}/deadlines")
    assert answer.status_code == 200, answer.content.decode()
    return answer.json()


def ids(answer):
    return [row["id"] for row in results(answer)]


def test_tickets_are_read_as_the_pages_give_them(city):
    case = situations.inquired(city)
    kinds = {"clerk": {"DISPATCH", "URGE", "INQUIRY"}, "land_clerk": {"DISPATCH", "URGE", "INQUIRY"}, "firm_user": {"DISPATCH"},
             "other_county_clerk": set()}  # fmt: skip
    for who, expected in kinds.items():
        rows = results(program(city, who).read(f"/tickets?case={case.pk}"))
        assert {row["kind"] for row in rows} == expected, who
    inquiry = case.tickets.get(kind=TicketKind.INQUIRY)
    told = program(city, "supervisor").read(f"/tickets/{inquiry.pk}").json()
    assert (told["number"], told["words"], told["result"]) == (inquiry.number, "催了不动。", None)
    assert told["deadlines"] == [] or {"clock", "due_on"} == set(told["deadlines"][0])
    assert program(city, "firm_user").read(f"/tickets/{inquiry.pk}").status_code == 404


def test_a_draft_is_for_the_office_and_the_leader(city):
    draft = situations.drafted(city).tickets.get(kind=TicketKind.INQUIRY)
    for who, status in {"clerk": 200, "leader": 200, "land_clerk": 404, "supervisor": 404, "cadre": 404}.items():
        assert program(city, who).read(f"/tickets/{draft.pk}").status_code == status, who


def test_a_deadline_explains_itself(city):
    at = datetime(2026, 2, 13, 10, tzinfo=SHANGHAI)
    with time_machine.travel(at, tick=False):
        case = steps.handling(city, at)
        rows = {row["clock"]: row for row in deadlines(program(city, "firm_user", at=at - steps.DAY), case)}
    resolve = rows["RESOLVE"]
    assert (resolve["due_on"], resolve["term"]) == ("2026-02-24", "7d")
    assert "春节" in resolve["explanation"]
    assert (resolve["days"][0]["date"], resolve["days"][-1]["date"]) == ("2026-02-13", "2026-02-24")
    assert [day["number"] for day in resolve["days"] if day["counted"]] == list(range(1, 8))
    assert next(day for day in resolve["days"] if day["date"] == "2026-02-17")["kind"] == "HOLIDAY"


def test_the_offices_own_deadlines_stay_in_its_house(city):
    case = steps.accepted(city, city.at)
    own = case.deadlines.get(clock=Clock.DISPATCH)
    for who, status in {"clerk": 200, "leader": 200, "supervisor": 200, "cadre": 404, "firm_user": 404}.items():
        assert program(city, who).read(f"/deadlines/{own.pk}").status_code == status, who
        listed = ids(program(city, who).read("/deadlines"))
        inside = [row["id"] for row in deadlines(program(city, who), case)]
        assert (own.pk in listed, own.pk in inside) == (status == 200,) * 2, who


def test_running_deadlines_come_in_the_order_they_fall_due(city):
    case = steps.handling(city, city.at)
    asks = program(city, "land_clerk")
    rows = results(asks.read("/deadlines"))
    assert [row["clock"] for row in rows] == ["FEEDBACK", "RESOLVE"]
    assert [row["clock"] for row in results(asks.read(f"/deadlines?clock=RESOLVE&holder={city.land.pk}"))] == [
        "RESOLVE"
    ]
    assert results(asks.read(f"/deadlines?due_to={city.today}")) == []
    assert len(results(asks.read(f"/deadlines?case={case.pk}&due_from={city.today}"))) == 2
    first = asks.read("/deadlines?size=1").json()
    assert [row["clock"] for row in asks.get(first["next"], headers=asks.headers_with(None)).json()["results"]] == [
        "RESOLVE"
    ]
    later = program(city, "land_clerk", days=365)
    with time_machine.travel(city.at + timedelta(days=30), tick=False):
        assert {row["is_missed"] for row in results(later.read("/deadlines"))} == {True}


def rated(city, level, **more):
    case = situations.closed(city)
    Evaluation.objects.filter(case=case).update(satisfaction=level, rated_at=city.at - timedelta(days=30), **more)
    return case


def test_a_rating_is_for_the_firm_and_the_overseers_never_for_unit_or_cadre(city):
    case = rated(city, 5, was_pressured=True, comment="快", call_back_note="打过电话")
    for who, pressed, called in (("clerk", None, "打过电话"), ("leader", None, "打过电话"), ("supervisor", True, "打过电话"),
                                 ("firm_user", None, None)):  # fmt: skip
        (row,) = results(program(city, who).read("/evaluations"))
        assert (row["case"]["id"], row["satisfaction"], row["comment"]) == (case.pk, 5, "快"), who
        assert (row["was_pressured"], row["call_back_note"]) == (pressed, called), who
    for who in ("land_clerk", "cadre"):
        assert program(city, who).read("/evaluations").status_code == 403, who
    assert results(program(city, "other_firm_user").read("/evaluations")) == []


def test_unit_and_cadre_get_totals_of_five_and_only_of_a_month_that_is_over(city):
    levels = [5, 5, 4, 3]
    for level in levels:
        rated(city, level)
    null = dict.fromkeys(("rated", "very_good", "good", "fair", "bad", "very_bad"))
    for who in ("land_clerk", "cadre"):
        told = program(city, who).read("/evaluations/totals?month=2026-10").json()
        assert told == {"month": "2026-10", "least": 5} | null, who
    rated(city, 1)
    for who in ("land_clerk", "cadre"):
        told = program(city, who).read("/evaluations/totals?month=2026-10").json()
        assert told == {
            "month": "2026-10",
            "least": 5,
            "rated": 5,
            "very_good": 2,
            "good": 1,
            "fair": 1,
            "bad": 0,
            "very_bad": 1,
        }
        assert program(city, who).read("/evaluations/totals?month=2026-11").status_code == 403
    office = program(city, "clerk").read("/evaluations/totals?month=2026-10").json()
    assert (office["least"], office["rated"]) == (None, 5)
    assert program(city, "labour_clerk").read("/evaluations/totals?month=2026-10").json()["rated"] is None
    for wrong in ("", "2026-13", "2026", "1999-01", "9999-12", "%00", "2026-1"):
        assert program(city, "clerk").read(f"/evaluations/totals?month={wrong}").status_code == 400, wrong
    assert set(Satisfaction.values) == {1, 2, 3, 4, 5}


def test_an_attachment_comes_only_as_a_download(city):
    case = steps.submitted(city, city.at)
    kept = case.attachments.get()
    answer = program(city, "clerk").read(f"/attachments/{kept.pk}")
    assert answer.status_code == 200
    assert answer["Content-Disposition"].startswith("attachment")
    assert b"".join(answer.streaming_content).startswith(b"%PDF")
    assert program(city, "other_county_clerk").read(f"/attachments/{kept.pk}").status_code == 404
    case.attachments.update(is_public=False)
    assert program(city, "firm_user").read(f"/attachments/{kept.pk}").status_code == 404


def visit(city, **more):
    return {"enterprise": city.firm.pk, "visited_on": city.today.isoformat(), "note": "看了车间。"} | more


def test_a_visit_and_what_was_heard_are_saved_together(city):
    body = visit(
        city,
        problems=[
            {"text": "变压器容量不足，夏季多次跳闸。"},
            {"text": "招工难。", "category": city.categories["labour"].pk},
        ],
    )
    answer = program(city, "cadre").send("/visits", body)
    assert answer.status_code == 201, answer.content.decode()
    saved = Visit.objects.get()
    assert answer["Location"] == f"/api/v1/visits/{saved.pk}"
    assert answer.json()["opened"] == list(Case.objects.order_by("pk").values_list("pk", flat=True))
    assert [case.category for case in Case.objects.order_by("pk")][1] == city.categories["labour"]
    again = program(city, "cadre").send("/visits", visit(city, problems=[{"text": ""}]))
    assert (again.status_code, list(again.json()["errors"])) == (422, ["problems.0.text"])
    assert Visit.objects.count() == 1


def test_what_is_known_already_is_followed_up(city):
    known = steps.handling(city, city.at)
    body = visit(city, problems=[{"text": "又提到一次。", "same": known.pk}])
    assert program(city, "cadre").send("/visits", body).json()["opened"] == []
    assert known.events.filter(kind="note").count() == 1


def test_one_visit_too_many_is_said_first(city):
    VisitFactory(enterprise=city.firm, cadre=city.other_cadre, unit=city.labour, visited_on=city.today)
    asks = program(city, "cadre")
    warned = asks.send("/visits", visit(city))
    assert (warned.status_code, list(warned.json()["errors"])) == (422, ["sure"])
    assert "建议联合走访" in warned.json()["detail"]
    assert asks.send("/visits", visit(city, sure=True)).status_code == 201


def test_a_visit_to_anothers_firm_or_to_come_is_refused(city):
    answer = program(city, "cadre").send("/visits", visit(city, enterprise=city.other_firm.pk))
    assert list(answer.json()["errors"]) == ["enterprise"]
    for day in ("2026-11-24", "0001-01-01", "9999-12-31", "x", 5, None):
        answer = program(city, "cadre").send("/visits", visit(city, visited_on=day))
        assert list(answer.json()["errors"]) == ["visited_on"], day
    assert not Visit.objects.exists()


def test_who_reads_which_visits(city):
    mine = VisitFactory(
        enterprise=city.firm, cadre=city.cadre, unit=city.land, visited_on=city.today, note="只给自己人看"
    )
    steps.handling(city, city.at, co_handlers=((city.labour, "核对"),))
    for who, seen in {"clerk": True, "cadre": True, "firm_user": True, "land_clerk": True, "labour_clerk": False,
                      "other_county_clerk": False, "other_cadre": False}.items():  # fmt: skip
        assert ids(program(city, who).read("/visits")) == ([mine.pk] if seen else []), who
        assert program(city, who).read(f"/visits/{mine.pk}").status_code == (200 if seen else 404), who
    assert results(program(city, "firm_user").read("/visits"))[0]["note"] is None
    assert results(program(city, "clerk").read("/visits"))[0]["note"] == "只给自己人看"


def test_each_list_costs_the_same_at_one_row_and_at_three(city, django_assert_num_queries):
    asks = program(city, "clerk")
    paths = {"/tickets": 2, "/deadlines": 2, "/evaluations": 2, "/visits": 2, "/categories": 2, "/rule-sets": 2}

    def add():
        rated(city, 5)
        perform(steps.handling(city, city.at), Action.URGE, actor=city.clerk, at=city.at, note="催。")
        VisitFactory(enterprise=city.firm, cadre=city.cadre, unit=city.land, visited_on=city.today)

    add()
    asks.read("/me")
    for _ in range(2):
        for path, count in paths.items():
            with django_assert_num_queries(count):
                asks.read(path)
        add()
        add()


def test_the_deadlines_of_a_case_cost_one_query_a_row_for_its_calendar(city, django_assert_num_queries):
    case = steps.accepted(city, city.at)
    asks = program(city, "clerk")
    deadlines(asks, case)
    with django_assert_num_queries(7):
        two = deadlines(asks, case)
    case = steps.handling(city, city.at)
    with django_assert_num_queries(10):
        five = deadlines(asks, case)
    assert (len(two), len(five)) == (2, 5)
