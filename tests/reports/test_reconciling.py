"""对账：少了、多了、乱序、哪几栏不同；再报补得上，多不出来（R-65）。"""

from datetime import timedelta

import pytest
from django.utils import timezone

from cases.models import CaseEvent
from reports.models import ProvinceReport, Reconciliation
from reports.province.client import ProvinceClient
from reports.services.province import reconciling, reporting
from tests.reports.sending_up import arrived, one_round, signed
from zhuqi.kernel.errors import Conflict

pytestmark = pytest.mark.django_db


def reconciled(later=timedelta(0)):
    def clock():
        return timezone.now() + later

    client = ProvinceClient(reporting.account(), clock)
    try:
        return reconciling.reconcile(client, clock=clock)
    finally:
        client.close()


def test_both_sides_even(city, linked):
    signed(city, 1), signed(city, 2)
    one_round()
    run = reconciled()
    assert run.is_even
    assert (run.case_count, run.sent_count, run.received_count, run.details) == (2, 8, 8, [])


def test_each_difference_is_told_and_mended(city, linked):
    case = signed(city)
    one_round()
    linked.store.forget(f"{case.number}-2")
    linked.store.tamper(case.number, {"title": "改过的标题"})
    run = reconciled()
    assert not run.is_even
    assert (run.missing_count, run.doubled_count, run.disordered_count, run.differing_count) == (1, 0, 0, 1)
    assert run.details == [
        {"case": case.pk, "number": case.number, "missing": [2], "doubled": [], "disordered": [],
         "fields": [{"name": "title", "ours": "第 1 件", "theirs": "改过的标题"}]}
    ]  # fmt: skip
    assert reconciling.mend(run, case, actor=city.clerk, at=timezone.now()) == "再报 1 步、补报更正"
    assert one_round().delivered == 2
    assert sorted(arrived(linked.store)[case.number]) == [1, 2, 3, 4, 5]
    again = reconciled()
    assert (again.missing_count, again.doubled_count) == (0, 0)


def test_doubles_and_disorder_are_seen(city, linked):
    case = signed(city)
    one_round()
    body = ProvinceReport.objects.get(seq=2).body
    linked.store.keep("another-key", body, timezone.now().isoformat())
    run = reconciled()
    assert (run.doubled_count, run.disordered_count) == (1, 1)
    assert run.details[0]["doubled"] == run.details[0]["disordered"] == [2]
    with pytest.raises(Conflict):
        reconciling.mend(run, signed(city, 9), actor=city.clerk, at=city.at)
    assert case.pk == run.details[0]["case"]


def test_a_step_that_was_never_queued_is_found(city, linked):
    signed(city)
    one_round()
    last = CaseEvent.objects.order_by("pk").last()
    ProvinceReport.objects.filter(event=last).delete()
    assert reconciled().found_count == 1
    assert one_round().delivered == 1


def test_when_the_province_is_down_the_run_says_so(city, linked):
    signed(city)
    one_round()
    linked.faults(down=True)
    run = reconciled()
    assert (run.state, run.trouble) == ("FAILED", "连不上对方，或连接中断")


def test_one_at_a_time_and_a_killed_one_is_closed(city, linked):
    at = timezone.now()
    running = {"state": "RUNNING", "since": at, "until": at}
    old = Reconciliation.objects.create(started_at=at - timedelta(hours=2), **running)
    assert reconciled().state == "DONE"
    old.refresh_from_db()
    assert old.state == "FAILED"
    Reconciliation.objects.create(started_at=at, **running)
    with pytest.raises(Conflict, match="正在对账"):
        reconciled()
