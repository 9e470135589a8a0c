"""纪要（R-55）：草稿不丢字，印发以后逐项落成、各只一次，办不成的写明原因。"""

from datetime import date

import pytest

from cadres.models import Notice
from cases.enums import Action, Resolution, Status, TicketKind, TicketState, Tier
from cases.models import AgendaItem, Case, CaseEvent, Instruction, Meeting, Ticket
from cases.services import carrying_out, minutes, perform
from cases.services.minutes import ItemDraft, MinutesDraft, possible
from cases.services.telling import tell_all
from tests.cases import sessions, situations, steps
from tests.cases.sessions import CLOSED, FROZEN, HOUR
from tests.cases.steps import DAY
from zhuqi.kernel.errors import Conflict, DomainError, InvalidInput, NotPermitted

pytestmark = pytest.mark.django_db
X = Resolution


# --- 草稿 ---------------------------------------------------------------------------------------------------------
def test_an_unfinished_draft_is_kept(city):
    meeting = sessions.frozen(city, steps.handling(city, city.at))
    sessions.drafted(city, meeting, attended=" 到会单位 ", opening="要快。", resolution="", decision="先写一半")
    item = sessions.only(meeting)
    assert (meeting.state, meeting.attended, meeting.opening) == (FROZEN, "到会单位", "要快。")
    assert (item.resolution, item.decision) == ("", "先写一半")


def test_the_lead_carries_it_out_unless_another_unit_is_named(city):
    case = steps.handling(city, city.at)
    meeting = sessions.frozen(city, case)
    sessions.drafted(city, meeting, resolution=X.URGE)
    assert sessions.only(meeting).unit == city.land
    sessions.drafted(city, meeting, resolution=X.URGE, unit=city.labour)
    assert sessions.only(meeting).unit == city.labour


def test_a_stale_draft_changes_not_a_word(city):
    meeting = sessions.frozen(city, steps.handling(city, city.at))
    stale = meeting.revision
    sessions.drafted(city, meeting, decision="先存的")
    draft = MinutesDraft("后存的", "", {item.pk: ItemDraft(X.NOTED, "后存的") for item in meeting.items.all()})
    with pytest.raises(Conflict, match="刚刚有人改过"):
        minutes.save_minutes(meeting, draft, actor=city.clerk, at=city.at, revision=str(stale))
    assert sessions.only(meeting).decision == "先存的"
    assert Meeting.objects.get().attended == "市活动办、市自然资源局"


@pytest.mark.parametrize(
    ("name", "draft"),
    [("attended", {"attended": "长" * 1001}), ("opening", {"opening": "长" * 4001}), ("decision", {"decision": "长" * 1001}),
     ("resolution", {"resolution": "PARTY"})],
)  # fmt: skip
def test_what_is_too_long_or_unknown_is_refused_whole(city, name, draft):
    meeting = sessions.frozen(city, steps.handling(city, city.at))
    with pytest.raises(InvalidInput) as refused:
        sessions.drafted(city, meeting, **draft)
    assert [field.split("_")[0] for field in refused.value.errors] == [name]
    assert sessions.only(meeting).decision == ""


def test_only_the_organising_office_writes_and_issues(city):
    meeting = sessions.frozen(city, steps.handling(city, city.at))
    for stranger in (city.county_clerk, city.leader, city.land_head, city.supervisor):
        with pytest.raises(NotPermitted):
            minutes.save_minutes(meeting, MinutesDraft(), actor=stranger, at=city.at)
        with pytest.raises(NotPermitted):
            minutes.close_meeting(meeting, actor=stranger, at=city.at)


@pytest.mark.parametrize(
    ("make", "has_chair", "wanted"),
    [
        (steps.accepted, True, [X.DISPATCH, X.INSTRUCT, X.NOTED, X.LATER]),
        (steps.handling, True, [X.URGE, X.INSTRUCT, X.NOTED, X.LATER]),
        (steps.handling, False, [X.URGE, X.NOTED, X.LATER]),
        (lambda city, at: situations.coordinated(city), True, [X.URGE, X.INSTRUCT, X.ARRANGE, X.NOTED, X.LATER]),
        (lambda city, at: situations.objected(city), True, [X.DISPATCH, X.INSTRUCT, X.NOTED, X.LATER]),
        (lambda city, at: situations.merged(city), True, [X.NOTED, X.LATER]),
        (lambda city, at: None, True, [X.NOTED, X.LATER]),
    ],
)
def test_how_a_matter_may_be_resolved(city, make, has_chair, wanted):
    assert possible(make(city, city.at), has_chair=has_chair) == wanted


# --- 印发 ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("said", "field", "words"),
    [
        ({"resolution": ""}, "resolution", "还没有写怎么定"),
        ({"decision": " "}, "decision", "还没有写议定的事项"),
        ({"resolution": X.DISPATCH}, "unit", "请选由谁落实"),
        ({"due_on": date(2026, 11, 1)}, "due_on", "完成时限已经过去"),
    ],
)
def test_what_is_not_finished_is_not_issued(city, said, field, words):
    meeting = sessions.frozen(city, steps.accepted(city, city.at))
    sessions.drafted(city, meeting, **said)
    with pytest.raises(InvalidInput, match=words) as refused:
        minutes.close_meeting(meeting, actor=city.clerk, at=city.at + DAY)
    assert set(refused.value.errors) == {f"{field}_{sessions.only(meeting).pk}"}
    assert Meeting.objects.get().state == FROZEN


def test_a_topic_is_only_noted_or_left(city):
    meeting = sessions.frozen(city, topics=["物流园规划"])
    sessions.drafted(city, meeting, resolution=X.URGE)
    with pytest.raises(InvalidInput, match="只能记录在案或下次再议"):
        minutes.close_meeting(meeting, actor=city.clerk, at=city.at)


def test_noted_is_on_the_cases_ledger(city):
    case = steps.handling(city, city.at)
    meeting = sessions.closed(city, case, unit=city.land, due_on=date(2026, 11, 27))
    item, event = sessions.only(meeting), case.events.get(kind=Action.RESOLVE_MEETING)
    assert (item.event, item.trouble) == (event, "")
    assert (event.note, event.actor, event.is_public) == ("周五前拿出方案。", city.director, False)
    assert event.data == {
        "meeting": meeting.pk, "meeting_label": "11-24 会商", "resolution": "记录在案", "unit": "市自然资源局",
        "due_on": "2026-11-27",
    }  # fmt: skip
    assert Notice.objects.filter(user=city.land_clerk, title__startswith="会议议定").count() == 1


def test_left_for_later_needs_no_words(city):
    case = steps.handling(city, city.at)
    sessions.closed(city, case, resolution=X.LATER, decision="")
    assert case.events.get(kind=Action.RESOLVE_MEETING).note == "下次再议。"


def test_urged_by_the_meeting(city):
    case = steps.handling(city, city.at)
    sessions.closed(city, case, resolution=X.URGE)
    ticket = Ticket.objects.get(kind=TicketKind.URGE)
    assert (ticket.to_unit, ticket.body["reason"]) == (city.land, "周五前拿出方案。")
    assert [event.kind for event in case.events.order_by("pk")][-2:] == [Action.URGE, Action.RESOLVE_MEETING]


def test_arranged_by_the_meeting(city):
    case = situations.coordinated(city)
    sessions.closed(city, case, resolution=X.ARRANGE)
    assert case.coordinations.get().answer == "周五前拿出方案。"


def test_instructed_in_the_chairs_name_by_the_hand_that_wrote_it(city):
    case = steps.handling(city, city.at)
    sessions.closed(city, case, resolution=X.INSTRUCT, due_on=date(2026, 11, 27))
    row, event = Instruction.objects.get(), case.events.get(kind=Action.INSTRUCT)
    assert (row.leader, row.recorded_by, row.due_on) == (city.leader, city.director, date(2026, 11, 27))
    assert event.actor == city.director
    assert event.actor_label == "秦副市长 · 万人助企领导小组（会议议定，周主任记录）"
    told = Notice.objects.get(user=city.leader, title__startswith="纪要已印发")
    assert "以您的名义批示 1 条" in told.body
    tell_all(at=city.at + DAY)
    assert Notice.objects.filter(user=city.leader, title__startswith="批示：").count() == 1


def test_only_the_director_issues_minutes_with_instructions(city):
    meeting = sessions.frozen(city, steps.handling(city, city.at))
    sessions.drafted(city, meeting, resolution=X.INSTRUCT)
    with pytest.raises(NotPermitted, match="由活动办主任印发"):
        minutes.close_meeting(meeting, actor=city.clerk, at=city.at)
    assert not Instruction.objects.exists()
    minutes.close_meeting(meeting, actor=city.director, at=city.at)
    assert Instruction.objects.count() == 1


def test_without_a_chair_there_is_no_instruction(city):
    meeting = sessions.frozen(city, steps.handling(city, city.at), chair=None)
    sessions.drafted(city, meeting, resolution=X.INSTRUCT)
    with pytest.raises(InvalidInput, match="没有主持的领导"):
        minutes.close_meeting(meeting, actor=city.director, at=city.at)


def categorised(city, make):
    case = make(city, city.at)
    Case.objects.filter(pk=case.pk).update(category=city.categories["labour"])
    return case


@pytest.mark.parametrize("make", [steps.reported, steps.accepted])
def test_dispatched_by_the_meeting(city, make):
    case = categorised(city, make)
    sessions.closed(city, case, resolution=X.DISPATCH, unit=city.labour)
    case.refresh_from_db()
    ticket = case.tickets.get()
    assert (case.status, case.lead, ticket.body["requirements"]) == (Status.DISPATCHED, city.labour, "周五前拿出方案。")


def test_a_major_matter_still_goes_to_the_leader(city):
    case = categorised(city, steps.accepted)
    Case.objects.filter(pk=case.pk).update(tier=Tier.MAJOR)
    sessions.closed(city, case, resolution=X.DISPATCH, unit=city.labour)
    case.refresh_from_db()
    assert (case.status, case.tickets.get().state) == (Status.ACCEPTED, TicketState.DRAFT)


@pytest.mark.parametrize(("to", "status"), [("labour", Status.DISPATCHED), ("land", Status.DISPATCHED)])
def test_the_meeting_rules_on_an_objection(city, to, status):
    case = situations.objected(city)
    sessions.closed(city, case, resolution=X.DISPATCH, unit=getattr(city, to))
    case.refresh_from_db()
    assert (case.status, case.lead) == (status, getattr(city, to))
    assert case.objections.get().is_upheld is (to == "labour")


# --- 办不成的、断在半路的、两个人一起 ------------------------------------------------------------------------------
def test_what_cannot_be_done_says_why_and_the_rest_is_done(city):
    fine, urged = steps.handling(city, city.at), situations.urged(city)
    meeting = sessions.closed(city, urged, fine, resolution=X.URGE)
    bad, good = meeting.items.all()
    assert (bad.event, "答复期内" in bad.trouble) == (None, True)
    assert good.event is not None
    assert not urged.events.filter(kind=Action.RESOLVE_MEETING).exists()
    assert carrying_out.carry_out_all(meeting, actor=city.clerk, at=city.at + DAY) == 0
    # The unit answers; then the same item is carried out, once.
    perform(
        urged,
        Action.ANSWER_URGE,
        actor=city.land_clerk,
        at=city.at + DAY,
        note="在审。",
        promised_on=city.today + 9 * DAY,
    )
    assert carrying_out.carry_out_all(meeting, actor=city.clerk, at=city.at + 2 * DAY) == 1
    assert carrying_out.carry_out_all(meeting, actor=city.clerk, at=city.at + 2 * DAY) == 0
    assert sessions.only_of(meeting, urged).trouble == ""
    assert urged.tickets.filter(kind=TicketKind.URGE).count() == 2


def test_nothing_half_done_stays_when_the_second_step_fails(city):
    case = situations.objected(city)  # UPHOLD goes well, the dispatch then has no category
    Case.objects.filter(pk=case.pk).update(category=None)
    meeting = sessions.closed(city, case, resolution=X.DISPATCH, unit=city.labour)
    case.refresh_from_db()
    assert case.status == Status.OBJECTED
    assert "类别" in sessions.only(meeting).trouble


def test_what_cannot_be_done_may_be_left_as_a_record(city):
    case = situations.urged(city)
    meeting = sessions.closed(city, case, resolution=X.URGE)
    item = sessions.only(meeting)
    assert carrying_out.record_only(item, actor=city.clerk, at=city.at + DAY)
    assert "没能落成：上一张催办单" in case.events.get(kind=Action.RESOLVE_MEETING).note
    assert not carrying_out.record_only(item, actor=city.clerk, at=city.at + DAY)
    with pytest.raises(DomainError, match="没能落成的"):
        carrying_out.record_only(sessions.only(meeting_of(city)), actor=city.clerk, at=city.at)


def meeting_of(city):
    """Another one, all of it carried out."""
    meeting = sessions.frozen(city, steps.handling(city, city.at), held_at=city.at + 3 * DAY)
    sessions.drafted(city, meeting)
    return minutes.close_meeting(meeting, actor=city.clerk, at=city.at + 3 * DAY)


def test_a_case_that_has_gone_is_still_recorded(city):
    case = steps.reported(city, city.at)
    meeting = sessions.frozen(city, case)
    perform(case, Action.REFUSE, actor=city.clerk, at=city.at, note="属民事纠纷。")
    sessions.drafted(city, meeting)
    minutes.close_meeting(meeting, actor=city.clerk, at=city.at + DAY)
    assert sessions.only(meeting).event is not None


def test_closing_twice_issues_once(city):
    case = steps.handling(city, city.at)
    meeting = sessions.frozen(city, case)
    sessions.drafted(city, meeting, resolution=X.URGE)
    other = Meeting.objects.get(pk=meeting.pk)
    minutes.close_meeting(meeting, actor=city.clerk, at=city.at + DAY)
    with pytest.raises(Conflict, match="纪要已印发"):
        minutes.close_meeting(other, actor=city.director, at=city.at + DAY)
    assert Ticket.objects.filter(kind=TicketKind.URGE).count() == 1
    assert (meeting.state, Meeting.objects.get().closed_by) == (CLOSED, city.clerk)


class Killed(BaseException):
    """The process is gone: nothing in it runs any more."""


def test_killed_half_way_goes_on_from_there(city, monkeypatch):
    first, second = steps.handling(city, city.at), steps.handling(city, city.at)
    meeting = sessions.frozen(city, first, second)
    sessions.drafted(city, meeting, resolution=X.URGE)
    real, seen = carrying_out._record, []

    def dies(item, **how):
        seen.append(item.pk)
        if len(seen) == 2:
            raise Killed
        return real(item, **how)

    monkeypatch.setattr(carrying_out, "_record", dies)
    with pytest.raises(Killed):
        minutes.close_meeting(meeting, actor=city.clerk, at=city.at + DAY)
    monkeypatch.undo()
    # The second 催办单 was on its way and is not there; the meeting stands as issued.
    assert (Meeting.objects.get().state, Ticket.objects.filter(kind=TicketKind.URGE).count()) == (CLOSED, 1)
    assert carrying_out.waiting_items(meeting).count() == 1
    meeting.refresh_from_db()
    assert carrying_out.carry_out_all(meeting, actor=city.director, at=city.at + DAY) == 1
    assert [case.tickets.filter(kind=TicketKind.URGE).count() for case in (first, second)] == [1, 1]
    assert CaseEvent.objects.filter(kind=Action.RESOLVE_MEETING).count() == 2
    for _ in range(2):
        assert minutes.finish(meeting, actor=city.director, at=city.at + DAY) == 0
    assert Notice.objects.filter(user=city.leader, title__startswith="纪要已印发").count() == 1


def test_two_people_carry_out_the_same_item(city, monkeypatch):
    case = situations.urged(city)
    meeting = sessions.closed(city, case, resolution=X.URGE)
    perform(
        case,
        Action.ANSWER_URGE,
        actor=city.land_clerk,
        at=city.at + DAY,
        note="在审。",
        promised_on=city.today + 9 * DAY,
    )
    item, same = sessions.only(meeting), sessions.only(meeting)
    real = carrying_out._unsettled

    def somebody_is_faster(asked):
        if asked is same:
            monkeypatch.setattr(carrying_out, "_unsettled", real)
            assert carrying_out.carry_out(item, actor=city.director, at=city.at + DAY)
        return real(asked)

    monkeypatch.setattr(carrying_out, "_unsettled", somebody_is_faster)
    assert not carrying_out.carry_out(same, actor=city.clerk, at=city.at + DAY)
    assert (sessions.only(meeting).trouble, case.tickets.filter(kind=TicketKind.URGE).count()) == ("", 2)


def test_carrying_out_is_the_organisers_and_after_issuing(city):
    meeting = sessions.frozen(city, steps.handling(city, city.at))
    with pytest.raises(DomainError, match="还没有印发"):
        carrying_out.carry_out_all(meeting, actor=city.clerk, at=city.at)
    with pytest.raises(NotPermitted):
        carrying_out.carry_out_all(meeting, actor=city.county_clerk, at=city.at)


# --- 落实情况 -----------------------------------------------------------------------------------------------------
def topic(city, **said):
    meeting = sessions.closed(city, topics=["物流园规划"], unit=city.land, **said)
    return AgendaItem.objects.select_related("meeting__office", "unit").get(meeting=meeting)


def test_the_unit_reports_once_how_a_topic_was_carried_out(city):
    item, same = topic(city), None
    same = AgendaItem.objects.select_related("meeting__office").get(pk=item.pk)
    minutes.report_result(item, " 方案已报。 ", actor=city.land_clerk, at=city.at + 2 * DAY)
    assert (item.result, item.done_by, item.done_at) == ("方案已报。", city.land_clerk, city.at + 2 * DAY)
    with pytest.raises(Conflict, match="刚刚有人填报过"):
        minutes.report_result(same, "再报一次", actor=city.clerk, at=city.at + 2 * DAY)


def test_others_do_not_report_and_words_are_needed(city):
    item = topic(city)
    for stranger in (city.labour_clerk, city.leader, city.county_clerk):
        with pytest.raises(NotPermitted):
            minutes.report_result(item, "好了", actor=stranger, at=city.at)
    with pytest.raises(InvalidInput):
        minutes.report_result(item, "  ", actor=city.clerk, at=city.at)


def test_what_is_about_a_case_is_reported_on_the_case(city):
    item = sessions.only(sessions.closed(city, steps.handling(city, city.at), unit=city.land))
    with pytest.raises(DomainError, match="不用填报"):
        minutes.report_result(item, "好了", actor=city.clerk, at=city.at + HOUR)


def test_nothing_is_resolved_by_a_meeting_without_one(city):
    case, other = steps.handling(city, city.at), situations.coordinated(city)
    item = sessions.only(sessions.closed(city, other))
    for wrong in ({}, {"agenda_item": item}):
        with pytest.raises(DomainError, match="从纪要里来"):
            perform(case, Action.RESOLVE_MEETING, actor=city.clerk, at=city.at, note="随手记一笔", **wrong)
    assert not case.events.filter(kind=Action.RESOLVE_MEETING).exists()
