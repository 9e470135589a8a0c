"""Every page of the cadres app: opens for its roles, refuses the others, and does not exist for strangers to the firm."""

import pytest
from django.urls import reverse

from cadres.enums import Role
from tests.factories import PlannedVisitFactory, QuietPeriodFactory, UserFactory

PAGES = {
    "cadres:me": {role.value for role in Role},
    "cadres:notices": {role.value for role in Role},
    "cadres:firms": {"CADRE"},
    "cadres:firm_visits": {"ENTERPRISE"},
    "cadres:uncovered": {"OFFICE"},
    "cadres:gaps": {"OFFICE", "LEADER"},
    "cadres:settings": {"OFFICE", "SYSADMIN"},
    "cadres:defaults": {"OFFICE"},
    "cadres:numbering": {"OFFICE"},
    "cadres:units": {"OFFICE", "SYSADMIN"},
    "cadres:unit_new": {"SYSADMIN"},
    "cadres:people": {"SYSADMIN", "SECADMIN"},
    "cadres:person_new": {"SYSADMIN"},
    "cadres:audit_log": {"AUDITOR"},
}
WHO = {
    "CADRE": "cadre",
    "ENTERPRISE": "firm_user",
    "UNIT": "land_head",
    "OFFICE": "director",
    "LEADER": "leader",
    "SUPERVISOR": "supervisor",
    "SYSADMIN": "sysadmin",
    "SECADMIN": "secadmin",
    "AUDITOR": "auditor",
}


@pytest.mark.parametrize("role", WHO)
def test_pages_open_for_their_roles_only(city, client, role):
    client.force_login(getattr(city, WHO[role]))
    for name, roles in PAGES.items():
        status = client.get(reverse(name)).status_code
        assert status == (200 if role in roles else 403), (name, role, status)


def test_home_sends_each_role_to_its_first_page(city, client):
    client.force_login(city.sysadmin)
    assert client.get("/")["Location"] == reverse("cadres:people")


def test_home_of_an_account_without_a_grant(city, client):
    client.force_login(UserFactory(role="", unit=city.land))
    answer = client.get("/")
    assert answer.status_code == 200
    assert "还没有授权" in answer.content.decode()


@pytest.mark.parametrize("name", ["cadres:firm_coverage", "cadres:assistant_add"])
def test_a_firm_of_another_county_does_not_exist(city, client, name):
    client.force_login(city.county_clerk)
    assert client.post(reverse(name, args=[city.other_firm.pk])).status_code == 404
    assert client.post(reverse(name, args=[city.firm.pk])).status_code == 200


def test_a_firm_of_another_cadre_does_not_exist(city, client):
    client.force_login(city.cadre)
    for name in ("cadres:plan_visit", "cadres:joint_visit"):
        assert client.post(reverse(name, args=[city.other_firm.pk])).status_code == 404


def test_anothers_planned_visit_quiet_period_and_contact_do_not_exist(city, client):
    planned = PlannedVisitFactory(enterprise=city.other_firm, cadre=city.other_cadre)
    quiet = QuietPeriodFactory(enterprise=city.other_firm, set_by=city.other_firm_user)
    client.force_login(city.firm_user)
    assert client.post(reverse("cadres:planned_decline", args=[planned.pk])).status_code == 404
    assert client.post(reverse("cadres:quiet_end", args=[quiet.pk])).status_code == 404
    other = city.other_firm.contacts.get()
    assert client.post(reverse("cadres:reveal_contact", args=[other.pk]), {"reason": "x"}).status_code == 404


def test_anothers_notice_does_not_exist(city, client):
    from cadres.services.notices import notify

    notify([city.cadre], "k", "题", at=city.at)
    client.force_login(city.leader)
    assert client.post(reverse("cadres:notice_open", args=[city.cadre.notices.get().pk])).status_code == 404
