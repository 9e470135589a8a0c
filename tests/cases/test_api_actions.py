"""接口办一步：流程表里每个动作都办得成、别人办不成、旧了说旧了、再来一次是同一个答复（R-04、ADR 0001）。"""

import pytest
import time_machine

from cases.api.bodies import OFFERED
from cases.enums import Action, Status
from cases.models import CaseEvent, Evaluation
from tests.apiclient import Program, evidence, plain, program
from tests.cases import steps
from tests.cases.situations import SITUATIONS

pytestmark = pytest.mark.django_db

# One who sees the case and has no part in this step.
BYSTANDER = {"clerk": "supervisor", "land_clerk": "supervisor", "land_head": "supervisor", "firm_user": "supervisor",
             "director": "supervisor", "leader": "supervisor", "supervisor": "clerk", "labour_clerk": "supervisor"}  # fmt: skip


@pytest.fixture(autouse=True)
def _clock(city):
    with time_machine.travel(city.at, tick=False):
        yield


def body_of(city, case, action):
    """照局面要交的：JSON，和文件。"""
    said = SITUATIONS[action]
    if said.by_link:
        return {"satisfaction": said.by_link}, []
    details = said.details(city, case)
    note = {"note": said.note} if said.note else {}
    return plain(details) | note, [evidence()] if "files" in details else []


@pytest.mark.parametrize("action", OFFERED)
def test_every_step_is_done_by_whose_it_is(city, action):
    said = SITUATIONS[action]
    case = said.prepare(city)
    with time_machine.travel(city.at + said.later, tick=False):
        body, files = body_of(city, case, action)
        case.refresh_from_db()
        answer = program(city, said.actor).act(case, action, body, files=files)
    assert answer.status_code == 200, answer.content.decode()
    told = answer.json()
    case.refresh_from_db()
    assert answer["ETag"] == f'"{case.revision}"'
    assert (told["id"], told["revision"]) == (case.pk, case.revision)
    assert case.events.order_by("pk").last() is not None


@pytest.mark.parametrize("action", OFFERED)
def test_no_step_is_done_by_anybody_else(city, action):
    said = SITUATIONS[action]
    case = said.prepare(city)
    body, files = body_of(city, case, action)
    case.refresh_from_db()
    count = CaseEvent.objects.count()
    bystander = program(city, BYSTANDER[said.actor]).act(case, action, body, files=files)
    stranger = program(city, "other_county_clerk").act(case, action, body, files=[evidence()] if files else [])
    assert (bystander.status_code, bystander.json()["code"]) == (403, "not_permitted")
    assert (stranger.status_code, stranger.json()["code"]) == (404, "not_found")
    assert CaseEvent.objects.count() == count


def test_the_actions_in_the_answer_are_the_ones_that_work(city):
    case = steps.dispatched(city, city.at)
    told = program(city, "land_head").read(f"/cases/{case.pk}").json()
    offered = {one["action"]: one for one in told["actions"]}
    assert list(offered) == ["sign", "object", "coordinate", "mark_gap"]
    assert offered["sign"]["is_allowed"]
    assert offered["sign"]["href"] == f"/api/v1/cases/{case.pk}/actions/sign"


def test_without_the_revision_nothing_changes(city):
    case = steps.dispatched(city, city.at)
    answer = program(city, "land_clerk").send(f"/cases/{case.pk}/actions/sign", {})
    assert (answer.status_code, answer.json()["code"]) == (428, "revision_required")
    case.refresh_from_db()
    assert case.status == Status.DISPATCHED


def test_an_old_revision_is_412_and_says_who_was_first(city):
    case = steps.handling(city, city.at)
    answer = program(city, "land_head").act(case, "report", {"note": "量图。"}, revision=case.revision - 1)
    assert (answer.status_code, answer.json()["code"]) == (412, "stale_revision")
    assert "蒋科员" in answer.json()["detail"]
    assert answer["ETag"] == f'"{case.revision}"'


def test_the_newest_revision_in_the_wrong_status_is_409(city):
    case = steps.handling(city, city.at)
    answer = program(city, "land_clerk").act(case, "sign")
    assert (answer.status_code, answer.json()["code"]) == (409, "conflict")


@pytest.mark.parametrize(("tag", "status"), [('W/"{}"', 200), ('"{}"', 200), ("{}", 400), ("*", 400), ('"x"', 400)])
def test_how_the_revision_is_written(city, tag, status):
    case = steps.dispatched(city, city.at)
    header = {"If-Match": tag.format(case.revision)}
    answer = program(city, "land_clerk").send(f"/cases/{case.pk}/actions/sign", {}, headers=header)
    assert answer.status_code == status


def test_what_a_rule_refuses_is_422_with_its_sentence(city):
    case = steps.handling(city, city.at)
    answer = program(city, "land_clerk").act(case, "submit", {"outcome": "B", "note": "在办。"}, files=[evidence()])
    assert answer.status_code == 422
    assert answer.json()["code"] == "invalid_input"
    assert answer.json()["errors"]["promised_on"] == ["正在解决或列入计划的，请写承诺哪天办成。"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "note"),
        ({"note": ""}, "note"),
        ({"note": "字" * 4001}, "note"),
        ({"note": "a\0b"}, "note"),
        ({"note": "\ud800"}, "note"),
        ({"note": ["x"]}, "note"),
        ({"note": "好", "promise_on": "2026-12-01"}, "promise_on"),
        ([], "request"),
        ("x", "request"),
    ],
)
def test_what_is_filled_in_wrong_is_422_by_field(city, body, field):
    case = steps.handling(city, city.at)
    answer = (
        program(city, "land_clerk").act(case, "report", body)
        if body != {}
        else program(city, "land_clerk").act(case, "report")
    )
    assert answer.status_code == 422
    assert list(answer.json()["errors"]) == [field]


@pytest.mark.parametrize("text", ["{", "[" * 100_000, "NaN", '{"note": 1e999999', "\x00", "\xff"])
def test_what_is_no_json_is_400(city, text):
    case = steps.handling(city, city.at)
    person = program(city, "land_clerk")
    answer = person.post(
        f"/api/v1/cases/{case.pk}/actions/report", text, content_type="application/json",
        headers=person.headers_with({"If-Match": f'"{case.revision}"'}),
    )  # fmt: skip
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_request")


def _report(city, body, kind):
    case = steps.handling(city, city.at)
    person = program(city, "land_clerk")
    tag = {"If-Match": f'"{case.revision}"'}
    where = f"/api/v1/cases/{case.pk}/actions/report"
    return person.generic("POST", where, body, content_type=kind, headers=person.headers_with(tag))


def test_text_in_another_character_set_is_refused_and_not_kept_as_gibberish(city):
    told = _report(city, '{"note": "水"}'.encode("gbk"), "application/json; charset=gbk")
    assert (told.status_code, told.json()["code"]) == (415, "unsupported_media_type")
    assert "UTF-8" in told.json()["detail"]


def test_a_mark_of_byte_order_is_no_hindrance(city):
    told = _report(city, '{"note": "已到现场查看"}'.encode("utf-8-sig"), "application/json; charset=UTF-8")
    assert told.status_code == 200


def test_a_torn_form_is_said_in_chinese(city):
    told = _report(city, b"--x", "multipart/form-data")
    assert (told.status_code, told.json()["code"]) == (400, "invalid_request")
    assert told.json()["detail"] == "multipart 的内容不完整，或没有写 boundary。"


def test_evidence_is_checked_by_content(city):
    from django.core.files.uploadedfile import SimpleUploadedFile

    case = steps.handling(city, city.at)
    fake = SimpleUploadedFile("现场.jpg", b"<script>alert(1)</script>", content_type="image/jpeg")
    answer = program(city, "land_clerk").act(case, "submit", {"outcome": "A", "note": "已办好。"}, files=[fake])
    assert answer.status_code == 422
    assert "现场.jpg" in answer.json()["errors"]["files"][0]


def test_submitting_without_evidence_or_as_json_is_refused(city):
    case = steps.handling(city, city.at)
    answer = program(city, "land_clerk").act(case, "submit", {"outcome": "A", "note": "已办好。"})
    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_media_type")


def test_the_same_key_does_it_once_and_answers_the_same(city):
    case = steps.handling(city, city.at)
    person, key = program(city, "land_clerk"), {"Idempotency-Key": "a-1"}
    first = person.act(case, "report", {"note": "已到现场。"}, headers=key)
    again = person.act(case, "report", {"note": "已到现场。"}, headers=key)
    assert (first.status_code, again.status_code) == (200, 200)
    assert again.content == first.content
    assert (again["ETag"], again["Idempotency-Replayed"]) == (first["ETag"], "true")
    assert case.events.filter(kind=Action.REPORT).count() == 1


def test_the_same_key_for_something_else_is_refused(city):
    case = steps.handling(city, city.at)
    person, key = program(city, "land_clerk"), {"Idempotency-Key": "a-1"}
    person.act(case, "report", {"note": "已到现场。"}, headers=key)
    other = person.act(case, "report", {"note": "又到现场。"}, headers=key)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")


def test_a_refusal_does_not_use_up_the_key(city):
    case = steps.handling(city, city.at)
    person, key = program(city, "land_clerk"), {"Idempotency-Key": "a-1"}
    assert person.act(case, "report", {"note": ""}, headers=key).status_code == 422
    assert person.act(case, "report", {"note": "已到现场。"}, headers=key).status_code == 200


def test_a_key_is_its_persons_own_and_lasts_a_day(city):
    case = steps.handling(city, city.at)
    key = {"Idempotency-Key": "a-1"}
    body = {"note": "已到现场。"}
    assert program(city, "land_clerk").act(case, "report", body, headers=key).status_code == 200
    case.refresh_from_db()
    assert program(city, "land_head").act(case, "report", body, headers=key).status_code == 200
    with time_machine.travel(city.at + steps.DAY, tick=False):
        case.refresh_from_db()
        assert program(city, "land_clerk").act(case, "report", body, headers=key).status_code == 200
    assert case.events.filter(kind=Action.REPORT).count() == 3


@pytest.mark.parametrize("key", ["", " ", "x" * 81, "键"])
def test_a_key_that_is_none_is_refused(city, key):
    case = steps.handling(city, city.at)
    answer = program(city, "land_clerk").act(case, "report", {"note": "好"}, headers={"Idempotency-Key": key})
    assert answer.status_code == 400


def test_the_same_files_in_another_envelope_are_the_same_request(city):
    case = steps.handling(city, city.at)
    person, key = program(city, "land_clerk"), {"Idempotency-Key": "a-1"}
    body = {"outcome": "A", "note": "已办好。"}
    first = person.act(case, "submit", body, files=[evidence()], headers=key)
    again = person.act(case, "submit", body, files=[evidence()], headers=key)
    assert (first.status_code, again.status_code) == (200, 200), first.content.decode()
    assert case.attachments.filter(is_evidence=True).count() == 1


def test_the_firm_rates_once_and_only_its_own(city):
    case = steps.rating(city, city.at)
    answer = program(city, "firm_user").act(case, "rate", {"satisfaction": 5, "is_real": True, "was_pressured": True})
    assert answer.status_code == 200
    assert answer.json()["status"] == Status.CLOSED
    row = Evaluation.objects.get()
    assert (row.satisfaction, row.is_real, row.was_pressured) == (5, True, True)
    case.refresh_from_db()
    again = program(city, "firm_user").act(case, "rate", {"satisfaction": 1})
    assert again.status_code == 409


def test_a_session_works_with_the_forms_own_protection(city):
    case = steps.dispatched(city, city.at)
    browser = Program(enforce_csrf_checks=True)
    browser.force_login(city.land_clerk)
    assert browser.read(f"/cases/{case.pk}").status_code == 200
    refused = browser.act(case, "sign")
    assert (refused.status_code, refused.json()["code"]) == (403, "not_permitted")
    browser.cookies["csrftoken"] = "a" * 32
    assert browser.act(case, "sign", headers={"X-CSRFToken": "a" * 32}).status_code == 200


def test_an_action_that_has_its_own_page_or_is_none_has_no_address(city):
    case = steps.handling(city, city.at)
    for action in ("look_back", "rate_bad", "lapse_rating", "fly"):
        answer = program(city, "clerk").act(case, action)
        assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")
