"""R-12: one lead cadre at a time, history kept, nobody uncovered unnoticed."""

import pytest

from cadres.enums import AssignmentRole, Role
from cadres.models import Assignment
from cadres.services import coverage
from enterprises.models import Enterprise
from tests.factories import AssignmentFactory, UserFactory
from zhuqi.kernel.errors import Conflict, DomainError, InvalidInput, NotPermitted


def leads(firm):
    return list(
        Assignment.objects.filter(enterprise=firm, role="LEAD").order_by("pk").values_list("cadre__username", "to_on")
    )


def test_new_lead_ends_the_old_and_keeps_it(city):
    seen = coverage.current_lead(city.firm).pk
    coverage.assign_lead(city.firm, city.other_cadre, actor=city.director, at=city.at, seen=seen, note="轮岗")
    assert leads(city.firm) == [("cadre", city.today), ("other_cadre", None)]
    assert city.other_cadre.notices.count() == 1
    assert city.firm in Enterprise.objects.visible_to(city.other_cadre)
    assert city.firm not in Enterprise.objects.visible_to(city.cadre)


def test_stale_page_is_refused_and_says_who_is_lead(city):
    seen = coverage.current_lead(city.firm).pk
    coverage.assign_lead(city.firm, city.other_cadre, actor=city.director, at=city.at, seen=seen)
    with pytest.raises(Conflict, match="何干部"):
        coverage.assign_lead(city.firm, UserFactory(role=Role.CADRE), actor=city.clerk, at=city.at, seen=seen)
    assert len(leads(city.firm)) == 2


def test_lost_race_raises_conflict(city, monkeypatch):
    present = coverage.current_lead(city.firm)
    Assignment.objects.filter(pk=present.pk).update(to_on=city.today)
    AssignmentFactory(enterprise=city.firm, cadre=city.other_cadre)
    monkeypatch.setattr(coverage, "current_lead", lambda _firm: present)
    with pytest.raises(Conflict):
        coverage.assign_lead(city.firm, UserFactory(role=Role.CADRE), actor=city.director, at=city.at)


def test_same_lead_again_is_refused(city):
    with pytest.raises(InvalidInput, match="已经是"):
        coverage.assign_lead(city.firm, city.cadre, actor=city.director, at=city.at)


def test_assistant_becomes_lead_with_one_row(city):
    coverage.add_assistant(city.firm, city.other_cadre, actor=city.director, at=city.at)
    coverage.assign_lead(city.firm, city.other_cadre, actor=city.director, at=city.at)
    assert Assignment.objects.filter(enterprise=city.firm, cadre=city.other_cadre, to_on__isnull=True).count() == 1


def test_assistant_twice_or_as_lead_is_refused(city):
    coverage.add_assistant(city.firm, city.other_cadre, actor=city.director, at=city.at)
    with pytest.raises(InvalidInput):
        coverage.add_assistant(city.firm, city.other_cadre, actor=city.director, at=city.at)
    with pytest.raises(DomainError):
        coverage.add_assistant(
            city.firm, UserFactory(role=Role.CADRE), actor=city.director, at=city.at, role=AssignmentRole.LEAD
        )


def test_city_leader_is_assigned_as_leader_only(city):
    coverage.add_assistant(city.firm, city.leader, actor=city.director, at=city.at, role=AssignmentRole.LEADER)
    with pytest.raises(InvalidInput):
        coverage.add_assistant(city.firm, city.land_head, actor=city.director, at=city.at)


def test_inactive_cadre_is_refused(city):
    with pytest.raises(InvalidInput, match="停用"):
        coverage.assign_lead(city.firm, UserFactory(role=Role.CADRE, is_active=False), actor=city.director, at=city.at)


def test_only_the_office_of_the_region_assigns(city):
    with pytest.raises(NotPermitted):
        coverage.assign_lead(city.firm, city.other_cadre, actor=city.cadre, at=city.at)
    with pytest.raises(NotPermitted):
        coverage.assign_lead(city.firm, city.other_cadre, actor=city.other_county_clerk, at=city.at)
    coverage.assign_lead(city.firm, city.other_cadre, actor=city.county_clerk, at=city.at)


def test_ended_assignment_leaves_the_firm_on_the_uncovered_list(city):
    row = coverage.current_lead(city.firm)
    with pytest.raises(InvalidInput):
        coverage.end_assignment(row, actor=city.director, at=city.at, note="")
    coverage.end_assignment(row, actor=city.director, at=city.at, note="干部调离")
    assert list(coverage.uncovered(city.county_director)) == [city.firm]
    with pytest.raises(Conflict):
        coverage.end_assignment(row, actor=city.director, at=city.at, note="干部调离")


def test_an_assistant_does_not_cover_a_firm_whose_lead_left(city):
    coverage.add_assistant(city.firm, city.other_cadre, actor=city.director, at=city.at)
    coverage.end_assignment(coverage.current_lead(city.firm), actor=city.director, at=city.at, note="干部调离")
    assert list(coverage.uncovered(city.director)) == [city.firm]
