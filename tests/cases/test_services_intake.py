"""提出、受理、并案、拆分（R-03、R-21、R-22）。"""

from dataclasses import replace

import pytest

from cases.enums import Action, Clock, Source, Status
from cases.models import Attachment, Case, Deadline
from cases.services import Report, perform, report_problem
from tests.cases import steps
from tests.cases.steps import DAY, evidence, instant
from tests.factories import UserFactory, VisitFactory
from zhuqi.kernel.errors import Conflict, DomainError, InvalidInput, NotPermitted

pytestmark = pytest.mark.django_db


def report(city, **more):
    return Report(city.firm, "用电容量不足", "缺 800 千伏安，已停两条线。", Source.ENTERPRISE, **more)


def running(case):
    return {row.clock: f"{row.due_on:%m-%d}" for row in Deadline.objects.running().filter(case=case)}


def test_a_report_waits_for_acceptance_within_one_working_day(city):
    case = report_problem(report(city), actor=city.firm_user, at=instant("2026-11-20 16:00"), files=[evidence()])
    assert (case.status, case.office, case.region) == ("REPORTED", city.county_office, city.regions["weidu"])
    assert case.number == "XC-2026-0001"
    assert running(case) == {"ACCEPT": "11-23"}
    event = case.events.get()
    assert (event.kind, event.actor, event.status_after) == ("open", city.firm_user, "REPORTED")
    assert Attachment.objects.get(case=case).event == event


def test_the_same_form_twice_is_one_case(city):
    first = report_problem(report(city, token="t1"), actor=city.firm_user, at=city.at)
    again = report_problem(report(city, token="t1"), actor=city.firm_user, at=city.at)
    assert again.pk == first.pk
    assert Case.objects.count() == first.events.count() == 1


def test_somebody_elses_form_is_not_taken_over(city):
    report_problem(report(city, token="t1"), actor=city.firm_user, at=city.at)
    with pytest.raises(Conflict):
        report_problem(report(city, token="t1"), actor=city.cadre, at=city.at)
    assert Case.objects.count() == 1


@pytest.mark.parametrize(
    "who", ["other_firm_user", "other_cadre", "land_clerk", "leader", "supervisor", "sysadmin", "other_county_clerk"]
)
def test_nobody_reports_for_a_firm_out_of_sight(city, who):
    with pytest.raises(NotPermitted):
        report_problem(report(city), actor=getattr(city, who), at=city.at)
    assert not Case.objects.exists()


@pytest.mark.parametrize("who", ["firm_user", "cadre", "clerk", "county_clerk"])
def test_firm_cadre_and_office_may_report(city, who):
    assert report_problem(report(city), actor=getattr(city, who), at=city.at).reported_by.username == who


def test_every_wrong_field_is_named_at_once(city):
    wrong = Report(city.firm, " ", "长" * 4001, "NOWHERE", wish="长" * 301)
    with pytest.raises(InvalidInput) as refused:
        report_problem(wrong, actor=city.firm_user, at=city.at)
    assert set(refused.value.errors) == {"title", "description", "wish", "source"}
    assert not Case.objects.exists()


def test_a_visit_to_another_firm_and_a_firm_off_the_books_are_refused(city):
    visit = VisitFactory(enterprise=city.other_firm)
    with pytest.raises(InvalidInput, match="另一家企业"):
        report_problem(report(city, visit=visit), actor=city.cadre, at=city.at)
    city.firm.is_active = False
    city.firm.save()
    with pytest.raises(DomainError):
        report_problem(report(city), actor=city.firm_user, at=city.at)


def test_a_refused_report_takes_no_number(city):
    with pytest.raises(InvalidInput):
        report_problem(replace(report(city), title=""), actor=city.firm_user, at=city.at)
    assert report_problem(report(city), actor=city.firm_user, at=city.at).number == "XC-2026-0001"


def test_acceptance_starts_the_offices_three_working_days(city):
    case = steps.accepted(city, instant("2026-02-13 10:00"))
    assert running(case) == {"DISPATCH": "02-25"}
    assert case.accepted_at == instant("2026-02-13 10:00")


def test_the_new_year_begins_its_numbers_anew_by_local_time(city):
    old = report_problem(report(city), actor=city.firm_user, at=instant("2025-12-31 23:59"))
    new = report_problem(report(city), actor=city.firm_user, at=instant("2026-01-01 00:01"))
    assert (old.number, new.number) == ("XC-2025-0001", "XC-2026-0001")


def test_refusal_ends_it_and_the_firm_reads_why(city):
    case = perform(
        steps.reported(city, city.at), Action.REFUSE, actor=city.county_clerk, at=city.at, note="属合同纠纷。"
    )
    assert running(case) == {}
    assert case.events.get(kind=Action.REFUSE).is_public
    assert case.next_due_on is None


def test_the_legal_category_moves_the_case_to_its_lane(city):
    case = perform(
        steps.accepted(city, city.at), Action.CLASSIFY, actor=city.clerk, at=city.at, category=city.categories["legal"]
    )
    assert (case.is_legal, case.lane) == (True, city.task_forces["legal"])


def test_merging_stops_the_clocks_and_undoing_lets_them_go_on(city):
    into, case = steps.accepted(city, city.at), steps.reported(city, city.at)
    case = perform(case, Action.MERGE, actor=city.clerk, at=city.at, into=into)
    assert (case.status, case.merged_into, running(case)) == ("MERGED", into, {})
    assert into.events.filter(kind=Action.MERGE).get().data == {"from": case.number}
    later = city.at + 7 * DAY
    case = perform(case, Action.UNMERGE, actor=city.clerk, at=later)
    assert (case.status, case.merged_into, running(case)) == ("REPORTED", None, {"ACCEPT": "11-24"})
    assert [row.kind for row in case.events.order_by("pk")] == ["open", "merge", "unmerge"]
    with pytest.raises(Conflict):
        perform(case, Action.UNMERGE, actor=city.clerk, at=later)
    perform(case, Action.MERGE, actor=city.clerk, at=later, into=into)  # and it may be merged once more


def test_undoing_a_merge_of_an_accepted_case_gives_the_office_its_clock_back(city):
    into, case = steps.handling(city, city.at), steps.accepted(city, city.at)
    case = perform(case, Action.MERGE, actor=city.clerk, at=city.at, into=into)
    case = perform(case, Action.UNMERGE, actor=city.clerk, at=city.at)
    assert (case.status, set(running(case))) == ("ACCEPTED", {Clock.DISPATCH})


def test_a_merge_needs_an_open_case_of_the_same_firm_in_sight(city):
    case, ended = steps.reported(city, city.at), steps.reported(city, city.at)
    stale = Case.objects.get(pk=ended.pk)
    perform(ended, Action.REFUSE, actor=city.clerk, at=city.at, note="不受理。")
    foreign = report_problem(
        Report(city.other_firm, "招工难", "缺普工 60 人。", Source.ENTERPRISE), actor=city.other_firm_user, at=city.at
    )
    for wrong, actor in ((case, city.clerk), (stale, city.clerk), (foreign, city.clerk), (foreign, city.county_clerk)):
        with pytest.raises(DomainError):
            perform(case, Action.MERGE, actor=actor, at=city.at, into=wrong)
    case.refresh_from_db()
    assert case.status == Status.REPORTED


def test_splitting_keeps_the_case_and_starts_each_part_at_the_beginning(city):
    case = steps.accepted(city, city.at)
    parts = [("用电", "缺 800 千伏安。"), ("用水", "管径不够。")]
    case = perform(case, Action.SPLIT, actor=city.clerk, at=city.at, parts=parts)
    made = list(case.parts.order_by("pk"))
    assert [part.title for part in made] == ["用电", "用水"]
    assert [part.status for part in made] == ["REPORTED"] * 2
    assert [part.number for part in made] == ["XC-2026-0002", "XC-2026-0003"]
    assert all(set(running(part)) == {"ACCEPT"} and part.events.get().kind == "open" for part in made)
    assert (case.status, case.events.last().data["parts"]) == ("ACCEPTED", [part.number for part in made])


def test_one_wrong_part_splits_nothing_and_takes_no_number(city):
    case = steps.accepted(city, city.at)
    with pytest.raises(InvalidInput):
        perform(case, Action.SPLIT, actor=city.clerk, at=city.at, parts=[("用电", "缺电。"), ("", "")])
    assert Case.objects.count() == 1
    assert steps.reported(city, city.at).number == "XC-2026-0002"


def test_a_county_clerk_acts_on_the_own_county_only(city):
    case = steps.reported(city, city.at)
    other = UserFactory(role="OFFICE", unit=city.other_county_office)
    with pytest.raises(NotPermitted):
        perform(case, Action.ACCEPT, actor=other, at=city.at)
    assert perform(case, Action.ACCEPT, actor=city.county_clerk, at=city.at).status == "ACCEPTED"
