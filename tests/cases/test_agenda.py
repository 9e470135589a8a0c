"""议程怎么提（R-55）：挑的规则，和从真的数据里挑出来的。"""

from datetime import datetime

import pytest

from cases.enums import Action, AgendaReason, IssueState, MeetingKind, Nature, Resolution, Tier
from cases.models import Case, CommonIssue, Instruction
from cases.rules.agenda import REASONS, Candidate, choose
from cases.services import perform
from cases.services.agenda import propose_agenda
from cases.services.meetings import remove_item
from tests.cases import sessions, situations, steps
from tests.cases.steps import DAY
from tests.factories import SHANGHAI

pytestmark = pytest.mark.django_db
R, K = AgendaReason, MeetingKind


# --- 挑的规则 -----------------------------------------------------------------------------------------------------
def one(reason, number):
    return Candidate(reason, f"第 {number} 件", case=number)


def found(**by_reason):
    return {R[name]: [one(R[name], number) for number in numbers] for name, numbers in by_reason.items()}


def test_every_kind_knows_its_reasons_and_begins_with_what_was_left_over():
    assert set(REASONS) == set(K)
    assert all(reasons[0] == R.CARRIED for reasons in REASONS.values())
    assert all(R.BY_HAND not in reasons for reasons in REASONS.values())


def test_the_order_is_the_meetings_and_each_reason_has_its_limit():
    chosen = choose(K.SERVICE, found(MAJOR=[7, 8, 9], OVERDUE=[1, 2, 3]), most=2)
    assert [(row.reason, row.case) for row in chosen] == [
        (R.OVERDUE, 1), (R.OVERDUE, 2), (R.MAJOR, 7), (R.MAJOR, 8),
    ]  # fmt: skip


def test_a_case_comes_once_under_its_first_reason_and_takes_no_other_place():
    chosen = choose(K.SERVICE, found(OVERDUE=[1], MAJOR=[1, 2, 3]), most=2)
    assert [(row.reason, row.case) for row in chosen] == [(R.OVERDUE, 1), (R.MAJOR, 2), (R.MAJOR, 3)]


def test_what_was_left_over_is_not_limited():
    assert len(choose(K.SERVICE, found(CARRIED=range(1, 9)), most=2)) == 8


def test_what_stands_already_is_not_proposed_again():
    taken = {("case", 1), ("topic", "题目"), ("issue", 4)}
    pool = {
        R.OVERDUE: [one(R.OVERDUE, 1), one(R.OVERDUE, 2)],
        R.CARRIED: [Candidate(R.CARRIED, "题目")],
        R.COMMON: [Candidate(R.COMMON, "共性", issue=4)],
    }
    assert [row.case for row in choose(K.SERVICE, pool, most=5, taken=taken)] == [2]


def test_a_reason_that_is_not_the_meetings_stays_away():
    assert choose(K.CONSULT, found(OVERDUE=[1]), most=5) == []


# --- 从数据里 -----------------------------------------------------------------------------------------------------
def proposed(city, kind=K.SERVICE, **more):
    meeting = sessions.planned(city, kind, **more)
    return [(item.reason, item.case) for item in meeting.items.select_related("case")]


def test_the_worst_overdue_comes_first(city):
    late, later = sessions.overdue(city, 12), sessions.overdue(city, 20)
    red = sessions.overdue(city, 11)
    Case.objects.filter(pk=red.pk).update(level=2)
    steps.handling(city, city.at)
    assert proposed(city) == [(R.OVERDUE, red), (R.OVERDUE, later), (R.OVERDUE, late)]


def test_what_the_office_owes_itself_is_not_the_units_overdue(city):
    steps.accepted(city, city.at - 20 * DAY)
    situations.paused(city)
    assert proposed(city) == []


def test_major_coordination_objection_and_instruction_each_come(city):
    major = perform(situations.proposed(city), Action.APPROVE_DISPATCH, actor=city.leader, at=city.at)
    asking, objecting, instructed = situations.coordinated(city), situations.objected(city), situations.instructed(city)
    Instruction.objects.update(due_on=city.today - DAY)
    assert proposed(city) == [
        (R.MAJOR, major), (R.COORDINATION, asking), (R.OBJECTION, objecting), (R.INSTRUCTION, instructed),
    ]  # fmt: skip


def test_a_common_issue_comes_while_it_is_open(city):
    rows = [
        CommonIssue.objects.create(
            title=f"共性 {state}", state=state, key=state, office=city.office, proposed_at=city.at
        )
        for state in IssueState
    ]
    meeting = sessions.planned(city)
    assert [item.issue for item in meeting.items.all()] == rows[:2]


def test_the_dispatch_meeting_takes_objections_then_what_has_no_lead(city):
    accepted, objecting = steps.accepted(city, city.at), situations.objected(city)
    sessions.overdue(city)
    assert proposed(city, K.DISPATCH) == [(R.OBJECTION, objecting), (R.UNDISPATCHED, accepted)]


def test_the_project_meeting_looks_at_its_categories(city):
    case = sessions.overdue(city)
    assert proposed(city, K.PROJECT) == [(R.OVERDUE, case)]  # 要素保障 · 用地指标
    assert proposed(city, K.INVESTMENT) == [(R.OVERDUE, case)]  # none of its categories exist here: all of them
    other = perform(
        steps.accepted(city, city.at - 12 * DAY), Action.DISPATCH, actor=city.clerk, at=city.at - 12 * DAY,
        plan=steps.plan(city, category=city.categories["labour"], nature=Nature.SINGLE, tier=Tier.SINGLE),
    )  # fmt: skip
    assert (R.OVERDUE, other) not in proposed(city, K.PROJECT, held_at=city.at + 2 * DAY)


def test_a_county_meeting_takes_only_its_offices_cases(city):
    sessions.overdue(city)
    assert proposed(city, actor=city.county_clerk, chair=None) == []
    Case.objects.update(office=city.county_office)
    assert len(proposed(city, actor=city.county_clerk, chair=None, held_at=city.at + 2 * DAY)) == 1


def test_no_more_than_the_setting_says_of_each_reason(city):
    from cadres.services import settings

    settings.change("agenda_most", 2, actor=city.director, at=city.at)
    for days in (12, 13, 14):
        sessions.overdue(city, days)
    assert len(proposed(city)) == 2


def test_left_for_later_comes_first_next_time_and_only_while_it_is_open(city):
    case, gone = situations.coordinated(city), situations.coordinated(city)
    sessions.closed(city, case, gone, topics=["物流园规划"], resolution=Resolution.LATER, decision="")
    perform(gone, Action.ARRANGE, actor=city.clerk, at=city.at + DAY, note="定了。")
    Case.objects.filter(pk=gone.pk).update(status="CLOSED")
    next_time = sessions.planned(city, K.CONSULT, held_at=city.at + 8 * DAY)
    assert [(item.reason, item.title) for item in next_time.items.all()] == [
        (R.CARRIED, case.title), (R.CARRIED, "物流园规划"),
    ]  # fmt: skip
    assert not sessions.planned(city, K.SERVICE, held_at=city.at + 9 * DAY).items.filter(reason=R.CARRIED).exists()


def test_asking_again_brings_back_only_what_is_missing(city):
    case = sessions.overdue(city)
    meeting = sessions.planned(city)
    assert propose_agenda(meeting, today=city.today) == []
    remove_item(meeting.items.get(), actor=city.clerk, at=city.at)
    assert [row.case for row in propose_agenda(meeting, today=city.today)] == [case.pk]


def test_it_is_read_for_the_day_given(city):
    sessions.overdue(city, 12)
    meeting = sessions.planned(city)
    meeting.items.all().delete()
    long_ago = datetime(2026, 11, 11, tzinfo=SHANGHAI).date()
    assert propose_agenda(meeting, today=long_ago) == []
