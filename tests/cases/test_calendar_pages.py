"""R-42 over HTTP: the year, a day by hand, a pasted notice, a 双十 day moved; previewed, then confirmed."""

from datetime import date

import pytest
from django.urls import reverse

from cadres.models import CalendarVersion, DoubleTenDay
from cadres.services import calendar as calendars
from cases.services import Report, report_problem
from tests.cadres.notice_texts import notice

NOTICE = (
    "国务院办公厅关于2027年部分节假日安排的通知\n国办发明电〔2026〕9号\n"
    "各省、自治区、直辖市人民政府：\n经国务院批准，现将2027年元旦放假调休日期的具体安排通知如下。\n"
    "一、元旦：1月1日（周五）至3日（周日）放假调休，共3天。\n国务院办公厅\n2026年11月4日"
)


@pytest.fixture
def now(city, time_machine):
    time_machine.move_to(city.at)


def test_year_shows_days_off_make_up_days_and_double_ten_days(city, client, now):
    client.force_login(city.clerk)
    page = client.get(reverse("cases:calendar")).content.decode()
    assert "2026 年工作日历" in page
    assert "02-14 周六 调休上班 春节" in page
    assert "02-24 周二 工作日 助企日" in page
    assert "还没有公布" in client.get(reverse("cases:calendar"), {"year": "2027"}).content.decode()
    assert client.get(reverse("cases:calendar"), {"year": "x"}).status_code == 200


@pytest.mark.parametrize(
    ("who", "status"), [("director", 200), ("county_clerk", 200), ("sysadmin", 200), ("cadre", 403), ("leader", 403)]
)
def test_calendar_pages_are_the_offices_and_the_administrators(city, client, now, who, status):
    client.force_login(getattr(city, who))
    for where in (
        reverse("cases:calendar"),
        reverse("cases:calendar_notice"),
        reverse("cases:calendar_day", args=[date(2026, 12, 1)]),
    ):
        assert client.get(where).status_code == status


def test_a_day_that_does_not_exist(city, client):
    client.force_login(city.clerk)
    assert client.get("/cases/calendar/2026-02-30").status_code == 404


def day_fields(**more):
    return {
        "kind": "HOLIDAY",
        "name": "全市停工",
        "reason": "市政府通知",
        "seen": calendars.calendar_at().version,
    } | more


def test_a_day_is_previewed_then_changed_with_the_deadlines(city, client, now):
    case = report_problem(
        Report(city.firm, "用地指标", "差 12 亩用地指标", "ENTERPRISE"), actor=city.firm_user, at=city.at
    )
    due = case.deadlines.get().due_on
    client.force_login(city.director)
    where = reverse("cases:calendar_day", args=[due])
    page = client.post(where, day_fields(step="preview")).content.decode()
    assert "1 个期限会移动" in page
    assert case.number in page
    assert calendars.calendar_at().is_workday(due)
    assert client.post(where, day_fields(step="confirm")).status_code == 302
    assert case.deadlines.get().due_on > due
    assert not calendars.calendar_at().is_workday(due)


def test_the_administrator_sees_how_many_deadlines_move_but_no_case(city, client, now):
    case = report_problem(
        Report(city.firm, "用地指标", "差 12 亩用地指标", "ENTERPRISE"), actor=city.firm_user, at=city.at
    )
    client.force_login(city.sysadmin)
    where = reverse("cases:calendar_day", args=[case.deadlines.get().due_on])
    page = client.post(where, day_fields(step="preview")).content.decode()
    assert "1 个期限会移动" in page
    assert case.number not in page


def test_a_stale_calendar_is_a_conflict(city, client, now):
    client.force_login(city.director)
    seen = day_fields(step="confirm")
    client.post(reverse("cases:calendar_day", args=[date(2026, 12, 1)]), seen)
    answer = client.post(reverse("cases:calendar_day", args=[date(2026, 12, 2)]), seen)
    assert answer.status_code == 409
    assert calendars.calendar_at().is_workday(date(2026, 12, 2))


def test_a_wrong_change_is_said_beside_the_field(city, client, now):
    client.force_login(city.director)
    where = reverse("cases:calendar_day", args=[date(2026, 12, 1)])
    assert "不是周末" in client.post(where, day_fields(kind="MAKEUP", step="preview")).content.decode()
    assert CalendarVersion.objects.count() == 1


@pytest.mark.parametrize("who", ["clerk", "sysadmin"])
def test_others_work_a_change_out_and_leave_it_to_the_director(city, client, now, who):
    client.force_login(city.people[who])
    where, fields = reverse("cases:calendar_day", args=[date(2026, 12, 1)]), day_fields(step="preview")
    page = client.post(where, fields).text
    assert "改动由市活动办主任确认" in page
    assert "确认改动" not in page
    assert client.post(where, fields | {"step": "confirm"}).status_code == 403
    notice_url = reverse("cases:calendar_notice")
    read = client.post(notice_url, {"text": NOTICE, "step": "preview"})
    assert "把这份通知交给主任" in read.text
    assert "确认，更新日历" not in read.text
    confirmed = {"text": NOTICE, "step": "confirm", "seen": read.context["preview"].version, "despite_problems": "on"}
    assert client.post(notice_url, confirmed).status_code == 403
    assert CalendarVersion.objects.count() == 1


def test_a_county_office_only_looks(city, client, now):
    client.force_login(city.county_clerk)
    answer = client.post(reverse("cases:calendar_day", args=[date(2026, 12, 1)]), day_fields(step="confirm"))
    assert answer.status_code == 403


def test_a_notice_is_previewed_then_adopted(city, client, now):
    client.force_login(city.director)
    where = reverse("cases:calendar_notice")
    answer = client.post(where, {"text": NOTICE, "step": "preview"})
    assert "2027 年" in answer.content.decode()
    assert 2027 not in calendars.calendar_at().published_years
    fields = {"text": NOTICE, "step": "confirm", "seen": answer.context["preview"].version, "despite_problems": "on"}
    done = client.post(where, fields)
    assert done.status_code == 302
    assert 2027 in calendars.calendar_at().published_years
    assert CalendarVersion.objects.first().notice_number == "国办发明电〔2026〕9号"


def test_a_notice_previewed_before_another_change_is_a_conflict(city, client, now):
    client.force_login(city.director)
    where = reverse("cases:calendar_notice")
    seen = client.post(where, {"text": NOTICE, "step": "preview"}).context["preview"].version
    client.post(reverse("cases:calendar_day", args=[date(2026, 12, 1)]), day_fields(step="confirm"))
    fields = {"text": NOTICE, "step": "confirm", "seen": seen, "despite_problems": "on"}
    assert client.post(where, fields).status_code == 409


def test_a_text_that_is_no_notice_says_so_and_keeps_it(city, client, now):
    client.force_login(city.clerk)
    page = client.post(reverse("cases:calendar_notice"), {"text": "今天天气很好", "step": "preview"}).content.decode()
    assert "没有找到年份" in page
    assert "今天天气很好" in page


def test_a_notice_already_in_the_calendar_changes_nothing(city, client, now):
    client.force_login(city.director)
    where = reverse("cases:calendar_notice")
    seen = client.post(where, {"text": notice(2025), "step": "preview"}).context["preview"].version
    assert client.post(where, {"text": notice(2025), "step": "confirm", "seen": seen}).status_code == 302
    page = client.post(where, {"text": notice(2025), "step": "preview"}).content.decode()
    assert "完全一致" in page
    assert "确认，更新日历" not in page


def test_a_double_ten_day_is_moved_and_restored(city, client, now):
    client.force_login(city.director)
    where = reverse("cases:double_ten_set")
    fields = {"nominal_on": "2026-12-10", "held_on": "2026-12-11", "reason": "全市大会"}
    assert client.post(where, fields).status_code == 302
    assert DoubleTenDay.objects.get().held_on == date(2026, 12, 11)
    assert "手工：全市大会" in client.get(reverse("cases:calendar")).content.decode()
    assert client.post(where, {"nominal_on": "2026-12-10", "do": "restore"}).status_code == 302
    assert not DoubleTenDay.objects.exists()
    assert client.post(where, {"nominal_on": "x", "do": "restore"}).status_code == 404
    assert client.post(where, fields | {"held_on": ""}).status_code == 422
    for who in (city.county_director, city.clerk):
        client.force_login(who)
        assert client.post(where, fields).status_code == 403
