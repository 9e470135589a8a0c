"""R-12: one lead cadre at a time, history kept, nobody uncovered unnoticed, bulk adjustment with a preview."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from python_calamine import CalamineWorkbook

from cadres.enums import AssignmentRole, Role
from cadres.models import Assignment
from cadres.services import coverage, coverage_sheet
from enterprises.models import Enterprise
from tests.factories import AssignmentFactory, EnterpriseFactory, UserFactory
from zhuqi.kernel.errors import Conflict, DomainError, InvalidInput, NotPermitted
from zhuqi.kernel.spreadsheets import write_rows


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


def sheet(*rows):
    content = write_rows(coverage_sheet.HEADINGS, rows)
    return SimpleUploadedFile("调整.xlsx", content)


def test_template_lists_the_offices_firms(city):
    book = CalamineWorkbook.from_filelike(io.BytesIO(coverage_sheet.template(city.county_clerk)))
    rows = book.get_sheet_by_index(0).to_python()
    assert rows[0] == list(coverage_sheet.HEADINGS)
    assert [row[1] for row in rows[1:]] == [city.firm.name]
    assert rows[1][3] == "许干部（cadre）"


def test_sheet_is_previewed_then_applied_whole(city):
    third = EnterpriseFactory(region=city.firm.region)
    found = coverage_sheet.preview(
        sheet(
            (city.firm.credit_code.lower(), city.firm.name, "", "", "OTHER_CADRE", "轮岗"),
            (third.credit_code, "", "", "", "cadre", ""),
            (city.other_firm.credit_code, "", "", "", "other_cadre", ""),
            (city.other_firm.credit_code, "", "", "", "", ""),
        ),
        actor=city.director,
    )
    assert [(each.enterprise, each.new) for each in found.changes] == [
        (city.firm, city.other_cadre),
        (third, city.cadre),
    ]
    assert (found.unchanged_count, found.untouched_count, found.errors) == (1, 1, [])
    assert len(leads(city.firm)) == 1
    assert coverage_sheet.apply(found.sealed(), actor=city.director, at=city.at) == 2
    assert leads(city.firm) == [("cadre", city.today), ("other_cadre", None)]
    assert leads(third) == [("cadre", None)]


def test_sheet_with_errors_names_each_row(city):
    found = coverage_sheet.preview(
        sheet(
            ("", "", "", "", "cadre", ""),
            ("91411000MA00000000", "", "", "", "cadre", ""),
            (city.firm.credit_code, "别的公司", "", "", "other_cadre", ""),
            (city.firm.credit_code, "", "", "", "nobody", ""),
            (city.other_firm.credit_code, "", "", "", "land_head", ""),
            (city.other_firm.credit_code, "", "", "", "cadre", ""),
        ),
        actor=city.director,
    )
    assert [number for number, _ in found.errors] == [2, 3, 4, 5, 6, 7]
    assert not found.can_apply
    assert "不一致" in found.errors[2][1]
    assert "第" in found.errors[5][1]


def test_sheet_of_a_county_reaches_only_its_firms(city):
    found = coverage_sheet.preview(
        sheet((city.other_firm.credit_code, "", "", "", "cadre", "")), actor=city.county_clerk
    )
    assert found.errors


def test_stale_preview_changes_nothing_at_all(city):
    third = EnterpriseFactory(region=city.firm.region)
    found = coverage_sheet.preview(
        sheet((third.credit_code, "", "", "", "cadre", ""), (city.firm.credit_code, "", "", "", "other_cadre", "")),
        actor=city.director,
    )
    coverage.assign_lead(city.firm, UserFactory(role=Role.CADRE), actor=city.clerk, at=city.at)
    with pytest.raises(Conflict):
        coverage_sheet.apply(found.sealed(), actor=city.director, at=city.at)
    assert leads(third) == []


def test_forged_or_old_preview_is_refused(city, time_machine):
    time_machine.move_to(city.at)
    found = coverage_sheet.preview(sheet((city.firm.credit_code, "", "", "", "other_cadre", "")), actor=city.director)
    with pytest.raises(DomainError):
        coverage_sheet.apply(found.sealed()[:-3] + "abc", actor=city.director, at=city.at)
    sealed = found.sealed()
    time_machine.shift(31 * 60)
    with pytest.raises(Conflict):
        coverage_sheet.apply(sealed, actor=city.director, at=city.at)


@pytest.mark.parametrize("content", [b"not a workbook at all", b""])
def test_sheet_that_is_none_is_refused(city, content):
    with pytest.raises(InvalidInput):
        coverage_sheet.preview(SimpleUploadedFile("x.xlsx", content), actor=city.director)


def test_sheet_without_the_headings_is_refused(city):
    with pytest.raises(InvalidInput, match="表头"):
        coverage_sheet.preview(
            SimpleUploadedFile("x.xlsx", write_rows(("甲", "乙"), [("1", "2")])), actor=city.director
        )


def test_sheet_only_by_an_office(city):
    with pytest.raises(NotPermitted):
        coverage_sheet.template(city.cadre)


def test_written_text_never_becomes_a_formula():
    rows = CalamineWorkbook.from_filelike(io.BytesIO(write_rows(("名",), [("=1+1",), ("@x",), (12,), (None,)])))
    assert [row[0] for row in rows.get_sheet_by_index(0).to_python()[1:3]] == ["'=1+1", "'@x"]
