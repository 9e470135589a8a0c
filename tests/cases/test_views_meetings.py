"""例会的页面（R-55）：一月一览、筹备、编议程、定稿。"""

import re

import pytest
import time_machine
from django.urls import reverse

from cases.enums import MeetingKind, Resolution
from cases.models import Meeting
from cases.services import meetings, minutes
from tests.cases import sessions, situations, steps
from tests.cases.sessions import CANCELLED, FROZEN
from tests.cases.steps import DAY

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now(city):
    with time_machine.travel(city.at, tick=False):
        yield


@pytest.fixture
def office(client, city):
    client.force_login(city.clerk)
    return client


def at(name, *args):
    return reverse(f"cases:{name}", args=args)


def page(client, user, name, *args, **query):
    client.force_login(user)
    return client.get(at(name, *args), query)


def text(answer):
    return answer.content.decode()


# --- 一月一览 -----------------------------------------------------------------------------------------------------
def test_the_month_shows_what_is_held_and_what_came_of_it(client, city):
    sessions.closed(city, steps.handling(city, city.at), topics=["物流园规划"], unit=city.land)
    sessions.planned(city, held_at=city.at + 3 * DAY)
    said = text(page(client, city.leader, "meetings"))
    for words in ("2026 年 11 月", "会商", "企业服务周例会", "纪要已印发", "筹备", "接下来 <b>1</b> 次", "记录在案"):
        assert words in said
    assert "筹备会议" not in said  # a leader does not plan
    december = page(client, city.clerk, "meetings", month="2026-12")
    assert "这个月还没有会" in text(december)
    for odd in ("x", "9999-12", "0001-01", "2026-13"):
        assert "2026 年 11 月" in text(page(client, city.clerk, "meetings", month=odd))


def test_a_unit_finds_only_issued_ones_with_its_own_matters(client, city):
    sessions.frozen(city, steps.handling(city, city.at))
    assert "这个月没有您能看的会" in text(page(client, city.land_clerk, "meetings"))
    meeting = sessions.frozen(
        city, steps.handling(city, city.at), situations.coordinated(city), held_at=city.at + 2 * DAY
    )
    first, second = meeting.items.all()
    said = {first.pk: minutes.ItemDraft(Resolution.NOTED, "由自然资源局办。", city.land),
            second.pk: minutes.ItemDraft(Resolution.NOTED, "由人社局办。", city.labour)}  # fmt: skip
    minutes.save_minutes(meeting, minutes.MinutesDraft("", "", said), actor=city.clerk, at=city.at)
    minutes.close_meeting(meeting, actor=city.clerk, at=city.at + DAY)
    own = text(page(client, city.land_clerk, "meeting", meeting.pk))
    assert "由自然资源局办。" in own
    assert "由人社局办。" not in own
    assert "由人社局办。" in text(page(client, city.labour_clerk, "meeting", meeting.pk))


@pytest.mark.parametrize(("rows", "queries"), [(1, 11), (3, 11)])
def test_the_month_costs_the_same_for_one_and_three(office, city, django_assert_num_queries, rows, queries):
    for n in range(rows):
        sessions.planned(city, held_at=city.at + (n + 1) * DAY)
    office.get(at("meetings"))
    with django_assert_num_queries(queries):
        office.get(at("meetings"))


# --- 筹备 ---------------------------------------------------------------------------------------------------------
PLAN = {"kind": "SERVICE", "held_on": "2026-11-24", "held_time": "09:00", "place": "三楼", "chair": ""}


def test_planning_leads_to_the_proposed_agenda(office, city):
    case = sessions.overdue(city)
    answer = office.post(at("meeting_new"), PLAN | {"chair": city.leader.pk}, follow=True)
    meeting = Meeting.objects.get()
    assert (meeting.chair, meeting.place, meeting.held_at.astimezone(city.at.tzinfo).hour) == (city.leader, "三楼", 9)
    assert case.title in text(answer)
    assert "议程提了 1 项" in text(answer)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [({"held_on": "2026-11-01"}, "开会日期已经过去"), ({"held_on": "0001-01-01"}, "年份好像写错了"), ({"held_on": "9999-12-31"}, "年份好像写错了"), ({"held_on": "十一月"}, "日期请写成"), ({"held_time": "九点"}, "时间请写成 09:00"),
     ({"kind": "PARTY"}, "PARTY"), ({"held_on": ""}, "请写开会日期")],
)  # fmt: skip
def test_a_wrong_plan_comes_back_filled_in(office, city, wrong, words):
    answer = office.post(at("meeting_new"), PLAN | wrong)
    assert answer.status_code == 422
    assert words in text(answer)
    assert 'value="三楼"' in text(answer)


def test_the_same_time_twice_is_said_and_kept(office, city):
    office.post(at("meeting_new"), PLAN)
    answer = office.post(at("meeting_new"), PLAN)
    assert answer.status_code == 409
    assert "已经有一次企业服务周例会" in text(answer)
    assert Meeting.objects.count() == 1


def test_picked_requests_become_a_consultation(office, city):
    case = situations.coordinated(city)
    assert "把选中的拿去会商" in text(office.get(at("coordination")))
    opened = text(office.get(at("meeting_new"), {"pick": f"{case.pk}:"}))
    assert case.number in opened
    assert re.search(r'<option value="CONSULT" selected', opened)
    office.post(at("meeting_new"), PLAN | {"kind": "CONSULT", "pick": f"{case.pk}:"})
    assert sessions.only(Meeting.objects.get()).case == case


def test_time_and_chair_are_changed(office, city):
    meeting = sessions.planned(city)
    assert 'value="10:00"' in text(office.get(at("meeting_edit", meeting.pk)))
    office.post(at("meeting_edit", meeting.pk), PLAN | {"revision": meeting.revision, "held_time": "15:30"})
    meeting.refresh_from_db()
    assert (meeting.place, meeting.chair) == ("三楼", None)
    stale = office.post(at("meeting_edit", meeting.pk), PLAN | {"revision": 0, "place": "四楼"})
    assert stale.status_code == 409
    assert 'value="四楼"' in text(stale)
    meetings.cancel_meeting(meeting, actor=city.clerk, at=city.at)
    assert office.get(at("meeting_edit", meeting.pk)).status_code == 302


# --- 编议程 -------------------------------------------------------------------------------------------------------
def edit(client, meeting, do, **more):
    meeting.refresh_from_db()
    return client.post(at("meeting_agenda", meeting.pk), {"do": do, "revision": meeting.revision} | more, follow=True)


def test_the_agenda_is_edited_by_buttons(office, city):
    first, second = steps.handling(city, city.at), situations.coordinated(city)
    meeting = sessions.planned(city, MeetingKind.CONSULT, cases=[first])
    assert "已添上" in text(edit(office, meeting, "add", what=second.number.lower()))
    assert "物流园规划" in text(edit(office, meeting, "add", what="物流园规划"))
    topic = meeting.items.get(title="物流园规划")
    edit(office, meeting, "up", item=topic.pk)
    assert list(meeting.items.values_list("ordinal", "case"))[1] == (2, None)
    edit(office, meeting, "remove", item=topic.pk)
    assert meeting.items.count() == 2
    assert "没有新的可提" in text(edit(office, meeting, "propose"))
    assert edit(office, meeting, "sideways", item=meeting.items.first().pk).status_code == 404


def test_a_number_that_is_not_there_comes_back(office, city):
    meeting = sessions.planned(city)
    answer = edit(office, meeting, "add", what="XC-2026-9999")
    assert answer.status_code == 422
    assert "没有编号为 XC-2026-9999 的问题" in text(answer)
    assert 'value="XC-2026-9999"' in text(answer)


def test_a_stale_page_says_so_and_changes_nothing(office, city):
    meeting = sessions.planned(city, cases=[steps.handling(city, city.at)])
    stale = {"do": "remove", "item": meeting.items.get().pk, "revision": meeting.revision + 5}
    assert "刚刚有人改过" in text(office.post(at("meeting_agenda", meeting.pk), stale, follow=True))
    assert meeting.items.count() == 1


def test_nothing_to_decide_is_a_clear_page(office, city):
    said = text(office.get(at("meeting", sessions.planned(city).pk)))
    assert "没有要议的" in said
    assert "取消这次会" in said
    assert "议程定稿" not in said


def test_freezing_and_cancelling_by_button(office, city):
    meeting = sessions.planned(city, cases=[steps.handling(city, city.at)])
    assert "议程已定稿" in text(
        office.post(at("meeting_freeze", meeting.pk), {"revision": meeting.revision}, follow=True)
    )
    assert Meeting.objects.get().state == FROZEN
    assert "议程已定”" in text(office.post(at("meeting_freeze", meeting.pk), {}, follow=True))
    office.post(at("meeting_cancel", meeting.pk), {})
    assert Meeting.objects.get().state == CANCELLED
    assert "这次会没有开" in text(office.get(at("meeting", meeting.pk)))


@pytest.mark.parametrize(("rows", "queries"), [(1, 15), (3, 15)])
def test_the_agenda_costs_the_same_for_one_and_three(office, city, django_assert_num_queries, rows, queries):
    meeting = sessions.planned(city, MeetingKind.CONSULT, cases=[sessions.overdue(city) for _ in range(rows)])
    office.get(at("meeting", meeting.pk))
    with django_assert_num_queries(queries):
        office.get(at("meeting", meeting.pk))
