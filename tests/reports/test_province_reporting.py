"""往省平台报：按次序、只算一次、断了接着来（R-65）。对面是真的 HTTP 进程。"""

from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone

from cases.enums import Action
from cases.models import CaseEvent
from cases.services import perform
from reports.enums import SendState
from reports.models import FieldMap, ProvinceLink, ProvinceReport
from reports.services.province import link, mapping, outbox
from tests.reports.sending_up import arrived, one_round, signed, states

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def test_every_step_arrives_in_order_with_its_receipt(city, linked):
    case = signed(city)
    tally = one_round()
    assert (tally.delivered, tally.refused, tally.unreached) == (4, 0, 0)
    assert arrived(linked.store) == {case.number: [1, 2, 3, 4]}
    rows = list(ProvinceReport.objects.order_by("seq"))
    assert [row.event.kind for row in rows] == ["open", "accept", "dispatch", "sign"]
    assert all(row.receipt_number and row.receipt_at and row.attempts == 1 for row in rows)
    assert one_round().delivered == 0


def test_what_goes_out_is_mapped_masked_and_nothing_else(city, linked):
    case = signed(city)
    FieldMap.objects.filter(ours="lead").update(is_sent=False)
    one_round()
    said = linked.store.body_of(f"{case.number}-4")
    assert (said["case_number"], said["sequence"], said["step"], said["province_number"]) == (
        case.number,
        4,
        "sign",
        None,
    )
    fields = said["fields"]
    assert set(fields) == set(FieldMap.objects.filter(is_sent=True).values_list("theirs", flat=True))
    assert fields["content"] == "联系 138****5678，第 1 件。"
    assert fields["uscc"] == city.firm.credit_code
    assert (fields["status"], fields["source"], fields["is_legal"]) == ("05", "02", "0")
    assert fields["reported_at"] == "2026-11-23 10:00:00"


def test_steps_between_offices_and_units_stay_here(city, linked):
    case = signed(city)
    perform(case, Action.COORDINATE, actor=city.land_clerk, at=city.at, note="要会商")
    one_round()
    assert arrived(linked.store) == {case.number: [1, 2, 3, 4]}


def test_draining_twice_or_from_the_start_adds_nothing(city, linked):
    signed(city)
    assert outbox.drain(at=city.at) == 4
    assert outbox.drain(at=city.at) == outbox.drain(at=city.at, whole=True) == 0
    first = CaseEvent.objects.order_by("pk").first()
    ProvinceReport.objects.filter(event=first).delete()
    assert outbox.drain(at=city.at, whole=True) == 1  # as a step that committed late


def test_the_past_before_the_start_is_not_reported(city, linked):
    ProvinceLink.objects.update(since=city.at + HOUR)
    signed(city)
    assert outbox.drain(at=city.at) == 0


def test_nothing_is_queued_before_the_start(city, province):
    signed(city)
    assert one_round().delivered == 0
    assert not ProvinceReport.objects.exists()


def test_without_the_three_variables_steps_are_queued_and_kept(city, linked, monkeypatch):
    monkeypatch.setattr(settings, "PROVINCE_URL", "")
    signed(city)
    assert one_round().delivered == 0
    assert states() == {SendState.WAITING: 4}
    assert link.standing().word == "未接通，用表格报"


def test_a_lost_answer_is_asked_for_again_and_counts_once(city, linked):
    case = signed(city)
    linked.faults(lost=1)
    assert one_round().unreached == 1
    assert arrived(linked.store) == {case.number: [1]}
    row = ProvinceReport.objects.get(seq=1)
    assert (row.state, row.attempts, row.last_said) == (SendState.WAITING, 1, "连不上对方，或连接中断")
    assert row.next_at > timezone.now()
    linked.faults()
    ProvinceReport.objects.update(next_at=timezone.now())
    assert one_round().delivered == 4
    assert arrived(linked.store) == {case.number: [1, 2, 3, 4]}


@pytest.mark.parametrize("fault", ["error", "wrong", "garbage"])
def test_an_answer_that_cannot_be_trusted_is_no_answer(city, linked, fault):
    case = signed(city)
    linked.faults(**{fault: 1})
    assert one_round().delivered == 0
    assert ProvinceReport.objects.get(seq=1).receipt_number == ""
    assert ProvinceLink.objects.get().failing_since
    linked.faults()
    ProvinceReport.objects.update(next_at=timezone.now())
    assert one_round().delivered == 4
    assert arrived(linked.store) == {case.number: [1, 2, 3, 4]}


def test_the_same_request_twice_over_the_network_is_refused_once(city, linked):
    case = signed(city)
    linked.faults(replay=1)  # the server itself asserts that the second is turned away
    assert one_round().delivered == 4
    assert arrived(linked.store) == {case.number: [1, 2, 3, 4]}


def test_clocks_that_differ_by_more_than_five_minutes_do_not_talk(city, linked):
    signed(city)
    linked.faults(skew=400)
    assert one_round().delivered == 0
    assert "时间" in ProvinceReport.objects.get(seq=1).last_said


def test_a_step_that_is_refused_holds_back_its_own_case_only(city, linked):
    first, second = signed(city, 1), signed(city, 2)
    outbox.drain(at=timezone.now())
    held = ProvinceReport.objects.get(case=first, seq=2)
    held.facts["source"] = "NOWHERE"
    held.save()
    one_round()
    assert arrived(linked.store) == {first.number: [1], second.number: [1, 2, 3, 4]}
    held.refresh_from_db()
    assert (held.state, held.body, held.last_status) == (SendState.REFUSED, "", None)
    assert "“NOWHERE”在代码表里没有对应的省平台代码" in held.last_said
    source = FieldMap.objects.get(ours="source")
    said = {
        "theirs": "source",
        "transform": "code",
        "codes": source.codes | {"NOWHERE": "99"},
        "is_required": True,
        "is_sent": True,
    }
    assert mapping.change(source, said, revision=0, actor=city.clerk, at=timezone.now()) == 1
    one_round()
    assert arrived(linked.store)[first.number] == [1, 2, 3, 4]


def test_what_the_province_refuses_is_said_in_its_words(city, linked):
    signed(city)
    FieldMap.objects.filter(ours="credit_code").update(theirs="code")
    assert one_round().refused == 1
    row = ProvinceReport.objects.get(seq=1)
    assert (row.state, row.last_status) == (SendState.REFUSED, 422)
    assert "uscc" in row.last_said
    FieldMap.objects.filter(ours="credit_code").update(theirs="uscc")
    link.resend(row, actor=city.clerk, at=timezone.now())
    assert one_round().delivered == 4


def test_down_for_a_day_and_up_again(city, linked):
    cases = [signed(city, number) for number in range(1, 6)]
    linked.faults(down=True)
    for minutes in range(0, 24 * 60, 240):
        later = timedelta(minutes=minutes)
        assert one_round(later=later).unreached <= 3  # it stops asking when nobody answers
    assert link.standing().word == "已中断"
    assert city.clerk.notices.filter(title__contains="省平台连不上").count() == 1
    linked.faults(skew=24 * 3600)
    day = timedelta(days=1)
    assert one_round(later=day).delivered == 20  # once one goes through, none waits out its delay
    assert arrived(linked.store) == {case.number: [1, 2, 3, 4] for case in cases}
    assert link.standing().word == "正常"


def test_a_pause_stops_the_sending_not_the_queueing(city, linked):
    link.pause(reason="省里升级", actor=city.clerk, at=city.at)
    case = signed(city)
    assert one_round().delivered == 0
    assert states() == {SendState.WAITING: 4}
    link.resume(actor=city.clerk, at=timezone.now())
    assert one_round().delivered == 4
    assert arrived(linked.store) == {case.number: [1, 2, 3, 4]}


def test_sending_again_what_has_arrived_changes_nothing_there(city, linked):
    signed(city)
    one_round()
    row = ProvinceReport.objects.get(seq=2)
    link.resend(row, actor=city.clerk, at=timezone.now())
    assert one_round().delivered == 1
    receipt = row.receipt_number
    row.refresh_from_db()
    assert (row.state, row.receipt_number) == (SendState.SENT, receipt)
    assert len(linked.store.all()) == 4
