"""R-13, R-14: one entry, no compulsory photo; warned before the firm is bothered; the firm may decline."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from cadres.enums import PlannedVisitState, Role, VisitMode, VisitTopic
from cadres.models import PlannedVisit, QuietPeriod, Visit
from cadres.services import over_visits, planning, settings, visits
from cadres.services.visits import VisitEntry
from tests.factories import AssignmentFactory, PlannedVisitFactory, QuietPeriodFactory, UserFactory, VisitFactory
from zhuqi.kernel.errors import Conflict, DomainError, InvalidInput, NotPermitted


def record(city, **entry):
    entry = {"enterprise": city.firm, "visited_on": city.today} | entry
    return visits.record_visit(VisitEntry(**entry), actor=city.cadre, at=city.at)


def test_visit_without_photo_place_or_problem(city):
    visit = record(city)
    assert (visit.unit, visit.mode, visit.topic) == (city.land, VisitMode.ON_SITE, VisitTopic.NOTHING)


def test_visit_same_token_is_the_same_visit(city):
    first = record(city, token="abc")
    assert record(city, token="abc") == first
    assert Visit.objects.count() == 1


def test_visit_to_come_is_refused(city):
    with pytest.raises(InvalidInput) as refused:
        record(city, visited_on=city.today + timedelta(1))
    assert "visited_on" in refused.value.errors
    assert not Visit.objects.exists()


def test_visit_of_a_firm_one_does_not_look_after(city):
    with pytest.raises(NotPermitted):
        record(city, enterprise=city.other_firm)
    with pytest.raises(NotPermitted):
        visits.record_visit(VisitEntry(city.firm, city.today), actor=city.firm_user, at=city.at)


def test_visit_with_a_wrong_mode_or_an_empty_policy(city):
    with pytest.raises(InvalidInput) as refused:
        record(city, mode="BALLOON", topic=VisitTopic.POLICY)
    assert set(refused.value.errors) == {"mode", "policies_explained"}


def test_visit_ticks_the_planned_one(city):
    near = PlannedVisitFactory(enterprise=city.firm, cadre=city.cadre, planned_on=date(2026, 11, 25))
    far = PlannedVisitFactory(enterprise=city.firm, cadre=city.cadre, planned_on=date(2026, 12, 9))
    record(city)
    near.refresh_from_db()
    far.refresh_from_db()
    assert (near.state, far.state) == (PlannedVisitState.DONE, PlannedVisitState.PLANNED)


def cautions(city, **more):
    found = over_visits.cautions(city.firm, actor=city.cadre, on=city.today, **more)
    return {each.kind: each for each in found}


def test_no_caution_for_a_first_visit(city):
    assert cautions(city) == {}


def test_caution_when_a_second_unit_comes_within_seven_days(city):
    AssignmentFactory(enterprise=city.firm, cadre=city.other_cadre, role="ASSISTANT")
    VisitFactory(enterprise=city.firm, cadre=city.other_cadre, visited_on=city.today - timedelta(6))
    caution = cautions(city)["units"]
    assert "市人社局" in caution.message
    assert caution.colleagues == (city.other_cadre,)
    assert cautions(city, mode=VisitMode.PHONE) == {}


def test_no_caution_on_the_eighth_day_or_for_the_same_unit(city):
    VisitFactory(enterprise=city.firm, cadre=city.other_cadre, visited_on=city.today - timedelta(7))
    VisitFactory(enterprise=city.firm, cadre=city.cadre, visited_on=city.today - timedelta(1))
    assert cautions(city) == {}


def test_caution_for_a_visit_another_unit_has_announced(city):
    PlannedVisitFactory(enterprise=city.firm, cadre=city.other_cadre, planned_on=city.today + timedelta(2))
    assert "units" in cautions(city)


def test_caution_for_the_fifth_visit_of_a_month(city):
    for day in (2, 5, 9):
        VisitFactory(enterprise=city.firm, cadre=city.cadre, visited_on=date(2026, 11, day))
    assert cautions(city) == {}
    VisitFactory(enterprise=city.firm, cadre=city.cadre, visited_on=date(2026, 11, 16))
    assert "4 次" in cautions(city)["month"].message


def test_caution_follows_the_settings(city):
    settings.change("over_visit_month", 1, actor=city.director, at=city.at)
    VisitFactory(enterprise=city.firm, cadre=city.cadre, visited_on=date(2026, 11, 2))
    assert "month" in cautions(city)


def test_caution_in_a_quiet_period(city):
    QuietPeriodFactory(enterprise=city.firm, set_by=city.firm_user)
    assert "设备大修" in cautions(city)["quiet"].message


def plan(city, on=None, purpose="了解用工"):
    return planning.plan_visit(
        city.firm, actor=city.cadre, on=on or city.today + timedelta(2), purpose=purpose, at=city.at
    )


def test_planned_visit_is_told_to_the_firm(city):
    plan(city)
    assert city.firm_user.notices.get().title == "许干部预约 11 月 25 日（周三）走访"


def test_a_visit_of_next_year_is_told_with_its_year(city):
    planned = plan(city, on=date(2027, 1, 5))
    planning.cancel_planned(planned, actor=city.cadre, at=city.at)
    titles = city.firm_user.notices.order_by("pk").values_list("title", flat=True)
    assert list(titles) == ["许干部预约 2027 年 1 月 5 日（周二）走访", "许干部取消了 2027 年 1 月 5 日（周二）的走访"]


def move(city, planned, on, actor=None):
    return planning.move_planned(planned, actor=actor or city.cadre, on=on, at=city.at)


def test_a_planned_visit_is_moved_and_the_firm_is_told_both_days(city):
    planned = move(city, plan(city), date(2027, 1, 5))
    planned.refresh_from_db()
    assert (planned.planned_on, planned.state) == (date(2027, 1, 5), PlannedVisitState.PLANNED)
    told = city.firm_user.notices.latest("pk")
    assert told.title == "许干部把走访改到 2027 年 1 月 5 日（周二）"
    assert "原来约的是 11 月 25 日（周三）。来意：了解用工" in told.body


def test_a_move_to_a_day_past_taken_quiet_or_the_same_is_refused(city):
    planned, day = plan(city), city.today
    plan(city, on=day + timedelta(30))
    QuietPeriodFactory(enterprise=city.firm, set_by=city.firm_user)
    for on, words in (
        (planned.planned_on, "原来约的就是"), (day - timedelta(1), "已经过去"), (day + timedelta(30), "已经约过"),
        (day + timedelta(3), "宁静期"),
    ):  # fmt: skip
        with pytest.raises(InvalidInput, match=words):
            move(city, planned, on)
    planned.refresh_from_db()
    assert planned.planned_on == day + timedelta(2)


def test_only_ones_own_visit_still_to_come_is_moved_and_only_once_from_an_old_page(city):
    planned, later = plan(city), city.today + timedelta(9)
    with pytest.raises(NotPermitted):
        move(city, planned, later, actor=city.other_cadre)
    first, second = PlannedVisit.objects.get(), PlannedVisit.objects.get()
    move(city, first, later)
    with pytest.raises(Conflict, match="刚刚有了变化"):
        move(city, second, later + timedelta(1))
    planning.decline_planned(first, actor=city.firm_user, at=city.at)
    with pytest.raises(Conflict, match="企业婉拒"):
        move(city, PlannedVisit.objects.get(), later + timedelta(1))
    assert city.firm_user.notices.filter(key__startswith="moved:").count() == 1


def test_planned_visit_refused_in_a_quiet_period_in_the_past_or_twice(city):
    plan(city)
    with pytest.raises(InvalidInput, match="已经约过"):
        plan(city)
    with pytest.raises(InvalidInput, match="已经过去"):
        plan(city, on=city.today - timedelta(1))
    with pytest.raises(InvalidInput, match="来意"):
        plan(city, on=city.today, purpose=" ")
    QuietPeriodFactory(enterprise=city.firm, set_by=city.firm_user)
    with pytest.raises(InvalidInput, match="宁静期"):
        plan(city, on=city.today + timedelta(3))
    assert PlannedVisit.objects.count() == 1


def test_firm_declines_without_a_reason(city):
    planned = plan(city)
    planning.decline_planned(planned, actor=city.firm_user, at=city.at)
    planned.refresh_from_db()
    assert planned.state == PlannedVisitState.DECLINED
    assert city.cadre.notices.filter(key=f"declined:{planned.pk}").exists()
    with pytest.raises(Conflict, match="企业婉拒"):
        planning.cancel_planned(planned, actor=city.cadre, at=city.at)


def test_only_the_firm_declines_and_only_the_cadre_cancels(city):
    planned = plan(city)
    with pytest.raises(NotPermitted):
        planning.decline_planned(planned, actor=city.other_firm_user, at=city.at)
    with pytest.raises(NotPermitted):
        planning.cancel_planned(planned, actor=city.other_cadre, at=city.at)
    planning.cancel_planned(planned, actor=city.cadre, at=city.at)


def quiet(city, first, last, actor=None):
    return planning.set_quiet(
        city.firm, actor=actor or city.firm_user, period=(first, last), at=city.at, reason="年底盘点"
    )


def test_quiet_period_tells_whoever_had_announced_a_visit(city):
    plan(city)
    quiet(city, city.today, city.today + timedelta(6))
    told = city.cadre.notices.get()
    assert "改时间" in told.title
    assert told.url == reverse("cadres:planned_move", args=[PlannedVisit.objects.get().pk])


def test_quiet_period_refusals(city):
    day = timedelta(1)
    quiet(city, city.today, city.today + 6 * day)
    for first, last in (
        (city.today - day, city.today),
        (city.today + 9 * day, city.today + 8 * day),
        (city.today + 7 * day, city.today + 99 * day),
        (city.today + 6 * day, city.today + 8 * day),
    ):
        with pytest.raises(InvalidInput):
            quiet(city, first, last)
    with pytest.raises(NotPermitted):
        quiet(city, city.today, city.today, actor=city.other_firm_user)


def test_quiet_period_can_be_taken_back(city):
    row = quiet(city, city.today, city.today)
    with pytest.raises(NotPermitted):
        planning.end_quiet(row, actor=city.other_firm_user)
    planning.end_quiet(row, actor=city.firm_user)
    assert not QuietPeriod.objects.exists()


def test_joint_visit_is_proposed_once(city):
    AssignmentFactory(enterprise=city.firm, cadre=city.other_cadre, role="ASSISTANT")
    for expected in (1, 0):
        told = planning.propose_joint_visit(city.firm, city.other_cadre, actor=city.cadre, on=city.today, at=city.at)
        assert told == expected
    with pytest.raises(DomainError):
        planning.propose_joint_visit(
            city.firm, UserFactory(role=Role.CADRE), actor=city.cadre, on=city.today, at=city.at
        )
