"""筹备、编议程、定稿（R-55）：每个出口，包括被人抢先。"""

import pytest

from cadres.models import Notice
from cases.enums import Action, AgendaReason, MeetingKind
from cases.models import AgendaItem, Case, Meeting
from cases.services import meetings, perform
from cases.services.agenda_facts import changes_since, facts_of
from tests.cases import sessions, situations, steps
from tests.cases.sessions import CANCELLED, CLOSED, FROZEN, PLANNED
from tests.cases.steps import DAY
from zhuqi.kernel.errors import Conflict, DomainError, InvalidInput, NotPermitted

pytestmark = pytest.mark.django_db


def titles(meeting):
    return [item.title for item in meeting.items.all()]


# --- 筹备 ---------------------------------------------------------------------------------------------------------
def test_planning_proposes_the_agenda_at_once(city):
    case = sessions.overdue(city)
    meeting = sessions.planned(city)
    assert (meeting.state, meeting.office, meeting.chair, titles(meeting)) == (
        PLANNED,
        city.office,
        city.leader,
        [case.title],
    )


@pytest.mark.parametrize("who", ["land_head", "leader", "supervisor", "cadre", "firm_user"])
def test_only_an_office_plans(city, who):
    with pytest.raises(NotPermitted):
        sessions.planned(city, actor=getattr(city, who))
    assert not Meeting.objects.exists()


@pytest.mark.parametrize(
    ("field", "wrong"),
    [("kind", lambda city: "PARTY"), ("held_on", lambda city: city.at - DAY), ("chair", lambda city: city.director)],
)
def test_a_wrong_plan_says_which_field(city, field, wrong):
    name = {"held_on": "held_at"}.get(field, field)
    with pytest.raises(InvalidInput) as refused:
        meetings.plan_meeting(sessions.plan(city, **{name: wrong(city)}), actor=city.clerk, at=city.at)
    assert set(refused.value.errors) == {field}
    assert not Meeting.objects.exists()


def test_not_twice_at_the_same_time_unless_cancelled(city):
    first = sessions.planned(city)
    with pytest.raises(Conflict, match="已经有一次企业服务周例会"):
        sessions.planned(city)
    meetings.cancel_meeting(first, actor=city.clerk, at=city.at)
    sessions.planned(city)
    assert list(Meeting.objects.order_by("pk").values_list("state", flat=True)) == [CANCELLED, PLANNED]


def test_time_and_chair_change_until_it_is_frozen(city):
    meeting = sessions.planned(city, cases=[steps.handling(city, city.at)])
    meetings.change_meeting(
        meeting, sessions.plan(city, place="五楼", held_at=city.at + 2 * DAY), actor=city.clerk, at=city.at
    )
    assert (meeting.place, meeting.held_at) == ("五楼", city.at + 2 * DAY)
    meetings.freeze_agenda(meeting, actor=city.clerk, at=city.at)
    with pytest.raises(Conflict, match="议程已定"):
        meetings.change_meeting(meeting, sessions.plan(city), actor=city.clerk, at=city.at)


# --- 编议程 -------------------------------------------------------------------------------------------------------
def test_items_are_added_moved_and_taken_off(city):
    first, second = steps.handling(city, city.at), situations.coordinated(city)
    meeting = sessions.planned(city, MeetingKind.CONSULT, cases=[first])
    how = {"actor": city.clerk, "at": city.at}
    meetings.add_case(meeting, second, **how)
    meetings.add_topic(meeting, "  物流园规划 ", **how)
    assert list(meeting.items.values_list("reason", flat=True)) == ["BY_HAND", "COORDINATION", "BY_HAND"]
    topic = meeting.items.get(title="物流园规划")
    topic.meeting = meeting
    meetings.move_item(topic, "up", **how)
    meetings.move_item(topic, "up", **how)
    meetings.move_item(topic, "up", **how)
    assert titles(meeting)[0] == "物流园规划"
    meetings.remove_item(topic, **how)
    assert list(meeting.items.values_list("ordinal", flat=True)) == [1, 2]
    with pytest.raises(DomainError, match="已经在议程上"):
        meetings.add_case(meeting, second, **how)
    with pytest.raises(InvalidInput):
        meetings.add_topic(meeting, " ", **how)
    with pytest.raises(DomainError, match="上移或下移"):
        meetings.move_item(meeting.items.first(), "sideways", **how)


def test_a_county_meeting_cannot_take_another_countys_case(city):
    meeting = sessions.planned(city, MeetingKind.CONSULT, actor=city.other_county_clerk, chair=None)
    with pytest.raises(NotPermitted):
        meetings.add_case(meeting, steps.handling(city, city.at), actor=city.other_county_clerk, at=city.at)


EDITS = [
    lambda meeting, how: meetings.propose_more(meeting, **how),
    lambda meeting, how: meetings.add_topic(meeting, "题目", **how),
    lambda meeting, how: meetings.remove_item(meeting.items.first(), **how),
    lambda meeting, how: meetings.move_item(meeting.items.first(), "down", **how),
    lambda meeting, how: meetings.freeze_agenda(meeting, **how),
    lambda meeting, how: meetings.cancel_meeting(meeting, **how),
]


@pytest.mark.parametrize("edit", EDITS)
def test_a_stale_page_and_a_stranger_change_nothing(city, edit):
    meeting = sessions.planned(city, cases=[steps.handling(city, city.at), situations.coordinated(city)])
    stale = meeting.revision
    meetings.add_topic(meeting, "新加的", actor=city.clerk, at=city.at)
    before = titles(meeting)
    with pytest.raises(Conflict, match="刚刚有人改过"):
        edit(meeting, {"actor": city.clerk, "at": city.at, "revision": str(stale)})
    for stranger in (city.county_clerk, city.leader, city.land_head):
        with pytest.raises(NotPermitted):
            edit(meeting, {"actor": stranger, "at": city.at})
    fresh = Meeting.objects.get(pk=meeting.pk)
    assert (fresh.state, fresh.revision, titles(fresh)) == (PLANNED, meeting.revision, before)


# --- 定稿 ---------------------------------------------------------------------------------------------------------
def test_freezing_takes_down_what_is_so(city):
    case = sessions.overdue(city)
    perform(case, Action.COORDINATE, actor=city.land_clerk, at=city.at, note="要住建一起看。")
    perform(case, Action.INSTRUCT, actor=city.leader, at=city.at, note="请抓紧。")
    meeting = sessions.frozen(city, case)
    facts = sessions.only(meeting).facts
    case.refresh_from_db()
    assert (meeting.state, meeting.frozen_by, meeting.frozen_at) == (FROZEN, city.clerk, city.at)
    assert {name: facts[name] for name in ("number", "firm", "status", "lead", "urge_count", "revision")} == {
        "number": case.number, "firm": city.firm.name, "status": "办理中", "lead": "市自然资源局", "urge_count": 0,
        "revision": case.revision,
    }  # fmt: skip
    assert (facts["due_on"], facts["days_late"]) == (case.next_due_on.isoformat(), (city.today - case.next_due_on).days)
    asks = "\n".join(facts["asks"])
    for words in ("首次反馈限", "请求协调：要住建一起看。", "秦副市长批示未答复（限 11-30 报）：请抓紧。"):
        assert words in asks
    assert Notice.objects.get(user=city.leader).title.startswith("议程已定：11-24 会商")
    told = Notice.objects.get(user=city.land_clerk)
    assert told.title == "11-24 会商要议本单位 1 件"
    assert case.title in told.body
    assert not Notice.objects.filter(user=city.labour_clerk).exists()


def test_an_objection_says_who_should_have_it(city):
    meeting = sessions.frozen(city, situations.objected(city))
    assert sessions.only(meeting).facts["asks"][-1].startswith("市自然资源局退单，认为应由市人社局办：依据三定方案")


def test_an_empty_agenda_is_not_frozen(city):
    meeting = sessions.planned(city)
    with pytest.raises(DomainError, match="议程是空的"):
        meetings.freeze_agenda(meeting, actor=city.clerk, at=city.at)
    assert Meeting.objects.get().state == PLANNED


def test_what_moves_before_the_meeting_is_said_and_the_facts_stay(city):
    case, still = sessions.overdue(city), sessions.overdue(city, 13)
    meeting = sessions.frozen(city, case, still)
    items = list(meeting.items.all())
    assert changes_since(items, frozen_at=meeting.frozen_at, today=city.today) == {}
    later = city.at + DAY / 2
    perform(case, Action.REPORT, actor=city.land_clerk, at=later, note="已量图。")
    perform(case, Action.PAUSE, actor=city.land_clerk, at=later, note="请补铭牌。")
    said = changes_since(items, frozen_at=meeting.frozen_at, today=city.today)
    assert list(said) == [items[0].pk]
    assert said[items[0].pk][0] == "状态 办理中 → 待企业补充"
    assert said[items[0].pk][-2:] == ["11-23 报进展", "11-23 请企业补充"]
    assert AgendaItem.objects.get(pk=items[0].pk).facts["status"] == "办理中"


def test_facts_cost_the_same_however_many(city, django_assert_num_queries):
    for _ in range(3):
        sessions.overdue(city)
    meeting = sessions.planned(city)
    items = list(meeting.items.select_related("case", "issue"))
    with django_assert_num_queries(6):
        facts_of(items, today=city.today)
    with django_assert_num_queries(6):
        facts_of(items[:1], today=city.today)


# --- 取消、谁看得到 -----------------------------------------------------------------------------------------------
def test_what_is_issued_cannot_be_cancelled(city):
    meeting = sessions.closed(city, steps.handling(city, city.at))
    with pytest.raises(DomainError, match="已经印发"):
        meetings.cancel_meeting(meeting, actor=city.clerk, at=city.at)
    assert Meeting.objects.get().state == CLOSED


def seen(city, who):
    return Meeting.objects.visible_to(getattr(city, who)).count()


def test_who_sees_a_meeting_before_and_after_it_is_issued(city):
    case = steps.handling(city, city.at)
    sessions.frozen(city, case, held_at=city.at + 2 * DAY)
    everybody = (
        "clerk",
        "leader",
        "supervisor",
        "county_clerk",
        "land_clerk",
        "labour_clerk",
        "cadre",
        "firm_user",
        "auditor",
    )
    assert [seen(city, who) for who in everybody] == [1, 1, 1, 0, 0, 0, 0, 0, 0]
    sessions.closed(city, situations.coordinated(city), unit=city.land)
    assert [seen(city, who) for who in everybody] == [2, 2, 2, 0, 1, 0, 0, 0, 0]
    assert AgendaItem.objects.visible_to(city.land_clerk).count() == 1
    assert AgendaItem.objects.visible_to(city.labour_clerk).count() == 0


def test_a_countys_meeting_is_its_countys_and_the_citys(city):
    sessions.planned(city, actor=city.county_clerk, chair=None)
    assert [seen(city, who) for who in ("county_clerk", "clerk", "leader", "other_county_clerk")] == [1, 1, 1, 0]


def test_the_reason_of_a_picked_case(city):
    meeting = sessions.planned(city, cases=[situations.coordinated(city), steps.handling(city, city.at)])
    assert list(meeting.items.values_list("reason", flat=True)) == [AgendaReason.COORDINATION, AgendaReason.BY_HAND]
    assert Case.objects.count() == 2
