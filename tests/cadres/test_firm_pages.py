"""Coverage, planned visits, quiet periods, gaps and revealed numbers over HTTP."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from cadres.enums import PlannedVisitState, Role
from cadres.models import AuditEntry, PlannedVisit
from cadres.services import coverage
from tests.factories import AssignmentFactory, EnterpriseFactory, PlannedVisitFactory, UserFactory, VisitFactory


def lead_of(firm):
    found = coverage.current_lead(firm)
    return found.cadre.username if found else None


def test_lead_is_changed_by_name(city, client):
    client.force_login(city.county_clerk)
    where = reverse("cadres:firm_coverage", args=[city.firm.pk])
    seen = client.get(where).context["form"].initial["seen"]
    assert client.post(where, {"cadre": "何干部", "seen": seen, "note": "轮岗"}).status_code == 302
    assert lead_of(city.firm) == "other_cadre"
    stale = client.post(where, {"cadre": "许干部", "seen": seen, "note": "我写的话"})
    assert stale.status_code == 409
    assert "现在的牵头干部是何干部" in stale.content.decode()
    assert "我写的话" in stale.content.decode()


def test_lead_of_a_name_two_people_have(city, client):
    UserFactory(role=Role.CADRE, name="何干部", username="he2", unit=city.land)
    client.force_login(city.clerk)
    page = client.post(reverse("cadres:firm_coverage", args=[city.firm.pk]), {"cadre": "何干部"}).content.decode()
    assert "有 2 位" in page
    assert "he2" in page
    assert (
        "没有找到"
        in client.post(reverse("cadres:firm_coverage", args=[city.firm.pk]), {"cadre": "查无此人"}).content.decode()
    )


def test_assistant_leader_and_end(city, client):
    client.force_login(city.clerk)
    where = reverse("cadres:assistant_add", args=[city.firm.pk])
    client.post(where, {"more-role": "ASSISTANT", "more-cadre": "other_cadre"})
    client.post(where, {"more-role": "LEADER", "more-cadre": "秦副市长"})
    assert city.firm.assignments.filter(to_on__isnull=True).count() == 3
    assert "已经在联系" in client.post(where, {"more-role": "ASSISTANT", "more-cadre": "许干部"}).content.decode()
    row = city.firm.assignments.get(role="LEADER")
    end = reverse("cadres:assignment_end", args=[row.pk])
    assert client.post(end, {"reason": ""}).status_code == 422
    assert client.post(end, {"reason": "分工调整"}).status_code == 302
    assert client.post(end, {"reason": "分工调整"}).status_code == 409


def test_uncovered_firms_of_a_county(city, client):
    EnterpriseFactory(name="没人管的公司", region=city.regions["weidu"])
    EnterpriseFactory(name="外县的公司", region=city.regions["yuzhou"])
    client.force_login(city.county_clerk)
    page = client.get(reverse("cadres:uncovered")).content.decode()
    assert "没人管的公司" in page
    assert "外县的公司" not in page
    assert "没有符合的企业" in client.get(reverse("cadres:uncovered"), {"q": "不存在"}).content.decode()


def test_uncovered_queries(city, client, django_assert_num_queries):
    client.force_login(city.clerk)
    for count in (1, 3):
        EnterpriseFactory.create_batch(count, region=city.regions["weidu"])
        client.get(reverse("cadres:uncovered"))
        with django_assert_num_queries(12):
            client.get(reverse("cadres:uncovered"))


@pytest.fixture
def now(city, time_machine):
    time_machine.move_to(city.at)


def plan(client, firm, on, **more):
    return client.post(reverse("cadres:plan_visit", args=[firm.pk]), {"planned_on": on, "purpose": "看厂房"} | more)


def test_planning_a_visit_without_cautions_saves_at_once(city, client, now):
    client.force_login(city.cadre)
    assert plan(client, city.firm, "2026-11-26").status_code == 302
    assert PlannedVisit.objects.get().planned_on == date(2026, 11, 26)


def test_planning_with_cautions_asks_once_and_proposes_a_joint_visit(city, client, now):
    AssignmentFactory(enterprise=city.firm, cadre=city.other_cadre, role="ASSISTANT")
    VisitFactory(enterprise=city.firm, cadre=city.other_cadre, visited_on=date(2026, 11, 22))
    client.force_login(city.cadre)
    page = plan(client, city.firm, "2026-11-26").content.decode()
    assert "建议联合走访" in page
    assert "提议和何干部一起去" in page
    assert not PlannedVisit.objects.exists()
    joint = reverse("cadres:joint_visit", args=[city.firm.pk])
    assert client.post(joint, {"planned_on": "2026-11-26", "colleague": city.other_cadre.pk}).status_code == 302
    assert city.other_cadre.notices.exists()
    assert plan(client, city.firm, "2026-11-27", confirmed="2026-11-26").status_code == 200, "another day asks again"
    assert plan(client, city.firm, "2026-11-26", confirmed="2026-11-26").status_code == 302


def test_planning_in_the_past_comes_back_filled_in(city, client, now):
    client.force_login(city.cadre)
    page = plan(client, city.firm, "2026-11-20").content.decode()
    assert "已经过去" in page
    assert "看厂房" in page


def test_firm_declines_and_sets_a_quiet_period(city, client, now):
    planned = PlannedVisitFactory(enterprise=city.firm, cadre=city.cadre)
    client.force_login(city.firm_user)
    assert "了解用工情况" in client.get(reverse("cadres:firm_visits")).content.decode()
    where = reverse("cadres:planned_decline", args=[planned.pk])
    assert client.post(where, {"answer": "赶货"}).status_code == 302
    assert client.post(where, {}).status_code == 409
    planned.refresh_from_db()
    assert (planned.state, planned.answer) == (PlannedVisitState.DECLINED, "赶货")
    quiet = {"from_on": "2026-12-01", "to_on": "2026-12-05", "reason": "大修"}
    assert client.post(reverse("cadres:firm_visits"), quiet).status_code == 302
    assert "重叠" in client.post(reverse("cadres:firm_visits"), quiet).content.decode()
    row = city.firm.quiet_periods.get()
    assert client.post(reverse("cadres:quiet_end", args=[row.pk])).status_code == 302


def test_my_firms_lists_mine_only(city, client, now):
    client.force_login(city.cadre)
    page = client.get(reverse("cadres:firms")).content.decode()
    assert city.firm.name in page
    assert city.other_firm.name not in page
    assert "没有找到" in client.get(reverse("cadres:firms"), {"q": "禹州"}).content.decode()


def test_my_firms_queries(city, client, now, django_assert_num_queries):
    client.force_login(city.cadre)
    client.get(reverse("cadres:firms"))
    for count in (1, 3):
        while city.cadre.assignments.count() < count:
            AssignmentFactory(enterprise=EnterpriseFactory(), cadre=city.cadre)
        with django_assert_num_queries(16):
            client.get(reverse("cadres:firms"))


def test_cancelling_ones_own_planned_visit(city, client, now):
    planned = PlannedVisitFactory(enterprise=city.firm, cadre=city.cadre)
    client.force_login(city.cadre)
    assert client.post(reverse("cadres:planned_cancel", args=[planned.pk])).status_code == 302
    assert client.post(reverse("cadres:planned_cancel", args=[planned.pk])).status_code == 409


def test_moving_ones_own_planned_visit(city, client, now):
    planned = PlannedVisitFactory(enterprise=city.firm, cadre=city.cadre)
    address = reverse("cadres:planned_move", args=[planned.pk])
    client.force_login(city.cadre)
    for page in (reverse("cadres:firms"), reverse("cases:today"), reverse("cases:brief", args=[city.firm.pk]),
                 reverse("enterprises:detail", args=[city.firm.pk])):  # fmt: skip
        assert address in client.get(page).text
    assert "原来约的是 <b>11-25（周三）</b>" in client.get(address).text
    past = client.post(address, {"planned_on": "2026-11-20"})
    assert "已经过去" in past.text
    assert 'value="2026-11-20"' in past.text
    moved = client.post(address, {"planned_on": "2027-01-05"}, follow=True)
    assert "已改到 2027-01-05（周二）走访" in moved.text
    client.force_login(city.firm_user)
    assert "2027 年 1 月 5 日（周二）" in client.get(reverse("cadres:firm_visits")).text


def test_moving_asks_once_where_another_unit_goes_too(city, client, now):
    AssignmentFactory(enterprise=city.firm, cadre=city.other_cadre, role="ASSISTANT")
    VisitFactory(enterprise=city.firm, cadre=city.other_cadre, visited_on=date(2026, 11, 22))
    planned = PlannedVisitFactory(enterprise=city.firm, cadre=city.cadre, planned_on=date(2026, 12, 20))
    address = reverse("cadres:planned_move", args=[planned.pk])
    client.force_login(city.cadre)
    assert "仍改到这天" in client.post(address, {"planned_on": "2026-11-26"}).text
    planned.refresh_from_db()
    assert planned.planned_on == date(2026, 12, 20)
    assert client.post(address, {"planned_on": "2026-11-26", "confirmed": "2026-11-26"}).status_code == 302


def test_a_declined_visit_and_anothers_cannot_be_moved(city, client, now):
    AssignmentFactory(enterprise=city.firm, cadre=city.other_cadre, role="ASSISTANT")
    planned = PlannedVisitFactory(enterprise=city.firm, cadre=city.cadre)
    address = reverse("cadres:planned_move", args=[planned.pk])
    client.force_login(city.other_cadre)
    assert client.get(address).status_code == 403
    PlannedVisit.objects.update(state=PlannedVisitState.DECLINED)
    client.force_login(city.cadre)
    assert client.get(address).status_code == 409
    assert client.post(address, {"planned_on": "2026-11-26"}).status_code == 409


def test_gaps_of_the_last_and_the_running_round(city, client, time_machine):
    time_machine.move_to(city.at + timedelta(2))
    client.force_login(city.county_clerk)
    assert city.firm.name in client.get(reverse("cadres:gaps")).content.decode()
    VisitFactory(enterprise=city.firm, cadre=city.cadre, visited_on=date(2026, 11, 20))
    assert "都联系过了" in client.get(reverse("cadres:gaps")).content.decode()
    assert city.firm.name in client.get(reverse("cadres:gaps"), {"round": "now"}).content.decode()


def test_revealed_number_is_logged_with_its_reason(city, client):
    contact = city.firm.contacts.get()
    client.force_login(city.cadre)
    where = reverse("cadres:reveal_contact", args=[contact.pk])
    assert client.post(where, {"reason": ""}).status_code == 422
    fragment = client.post(where, {"reason": "回访核实"}, headers={"HX-Request": "true"}).content.decode()
    assert contact.phone in fragment
    assert "<html" not in fragment
    assert contact.phone in client.post(where, {"reason": "联系办理"}).content.decode()
    entry = AuditEntry.objects.filter(act="查看联系电话").last()
    assert (entry.user, entry.target) == (city.cadre, f"{city.firm.name} {contact.name}")


def test_notices_are_read_and_lead_on(city, client):
    from cadres.services.notices import notify

    notify([city.cadre], "k", "有一件事", url="/my-firms", at=timezone.now())
    notify([city.cadre], "evil", "别处", url="https://elsewhere.example/", at=timezone.now())
    client.force_login(city.cadre)
    assert "2 条未读" in client.get(reverse("cadres:notices")).content.decode()
    first, evil = city.cadre.notices.get(key="k"), city.cadre.notices.get(key="evil")
    assert client.post(reverse("cadres:notice_open", args=[first.pk]))["Location"] == "/my-firms"
    assert client.post(reverse("cadres:notice_open", args=[evil.pk]))["Location"] == reverse("cadres:notices")
    client.post(reverse("cadres:notices_read"))
    assert "都看过了" in client.get(reverse("cadres:notices")).content.decode()
    assert "有一件事" in client.get(reverse("cadres:notices"), {"show": "all"}).content.decode()
