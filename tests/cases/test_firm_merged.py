"""并掉的一家不再收新的东西，处处说清到哪一家去办（R-10、R-11）。"""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from django.urls import reverse

from cadres.models import Visit
from cadres.services.accounts import Account, create_account
from cadres.services.coverage import assign_lead
from cadres.services.visits import VisitEntry, record_visit
from cases.models import Case
from cases.services import Report, report_problem
from cases.services.firm_merging import Choices, merge_firms
from enterprises import services
from enterprises.models import Enterprise
from enterprises.services import FirmRecord
from tests.cases import twins
from tests.cases.test_firm_merging import record_of
from tests.city import build_city
from tests.factories import UserFactory
from tests.sheets import checked, outcomes
from zhuqi.kernel.errors import DomainError, NotPermitted


@pytest.fixture
def pair(city):
    found = twins.build(city)
    merge_firms(*found.fresh(), Choices(), actor=city.director, at=city.at)
    found.kept, found.absorbed = found.fresh()
    return found


@pytest.mark.django_db
def test_every_door_of_the_absorbed_firm_is_shut(city, pair):
    firm, said = pair.absorbed, {"actor": city.director, "at": city.at}
    contact = {"name": "新", "phone": "13900007777"}
    doors = {
        "update": lambda: services.update(firm, record_of(firm), **said),
        "strike": lambda: services.strike_off(firm, is_active=True, **said),
        "contact": lambda: services.add_contact(firm, **said, **contact),
        "list": lambda: services.whitelist(
            firm, "CITY", from_on=city.today, document="许助企〔2026〕9号", actor=city.director
        ),
        "lead": lambda: assign_lead(firm, UserFactory(role="CADRE"), **said),
        "report": lambda: report_problem(Report(firm, "用电", "不够。", "OFFICE"), **said),
        "account": lambda: create_account(Account("late", "后来", enterprise=firm), actor=city.sysadmin, at=city.at),
    }
    for door in doors.values():
        with pytest.raises(DomainError, match=f"已并入“{pair.kept.name}”"):
            door()


@pytest.mark.django_db
def test_its_code_and_name_cannot_be_registered_anew(city, pair):
    anew = FirmRecord(pair.absorbed.name, pair.absorbed.credit_code, pair.kept.region)
    with pytest.raises(DomainError) as refusal:
        services.register(anew, actor=city.director, at=city.at)
    assert all("已并入" in said[0] for said in refusal.value.errors.values())
    row = {"企业名称": pair.absorbed.name, "统一社会信用代码": pair.absorbed.credit_code, "县（市、区）": "魏都区"}
    job = checked("firms", [list(row), list(row.values())], actor=city.director, at=city.at)
    said = f"“{pair.absorbed.name}”已并入“{pair.kept.name}”（{pair.kept.credit_code}），请用那一家的代码。"
    assert (outcomes(job), job.state) == ({2: ("B", said)}, "DONE")


@pytest.mark.django_db
def test_its_cadre_no_longer_visits_it(city, pair):
    with pytest.raises(NotPermitted):
        record_visit(VisitEntry(pair.absorbed, city.today), actor=pair.cadre, at=city.at)
    record_visit(VisitEntry(pair.kept, city.today), actor=pair.cadre, at=city.at)


@pytest.mark.django_db
def test_its_account_signs_in_and_sees_the_kept_firm(client, city, pair):
    client.force_login(pair.user)
    assert pair.kept.name in client.get(reverse("enterprises:detail", args=[pair.kept.pk])).content.decode()
    assert "又一件" not in client.get(reverse("cases:firm_home")).content.decode()
    assert all(
        client.get(reverse("cases:detail", args=[case.pk])).status_code == 200
        for case in Case.objects.filter(enterprise=pair.kept)
    )


# --- 同一时刻 -----------------------------------------------------------------------------------------------------------


def at_once(*acts):
    barrier = Barrier(len(acts))

    def run(act):
        barrier.wait()
        try:
            return act()
        except DomainError as lost:
            return lost
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def merging(city, kept, absorbed):
    return lambda: merge_firms(kept, absorbed, Choices(), actor=city.director, at=city.at)


@pytest.mark.django_db(transaction=True)
def test_merged_into_each_other_at_once_one_stays():
    city = build_city()
    pair = twins.build(city)
    one, other = pair.fresh()
    results = at_once(merging(city, one, other), merging(city, other, one))
    assert sum(isinstance(result, DomainError) for result in results) == 1
    assert Enterprise.objects.filter(pk__in=[one.pk, other.pk], is_active=True).count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_problem_reported_during_a_merge_is_taken_along_or_refused():
    city = build_city()
    pair = twins.build(city)
    kept, absorbed = pair.fresh()
    report = Report(absorbed, "正好这时", "用电不够。", "ENTERPRISE")
    visit = VisitEntry(absorbed, city.today)
    at_once(
        merging(city, kept, absorbed),
        lambda: report_problem(report, actor=pair.user, at=city.at),
        lambda: record_visit(visit, actor=pair.cadre, at=city.at),
    )
    assert not Case.objects.filter(enterprise=absorbed).exists()
    assert not Visit.objects.filter(enterprise=absorbed).exists()
