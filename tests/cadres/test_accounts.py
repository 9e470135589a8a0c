"""R-70, R-71: accounts are made by one administrator and granted by another; nothing is deleted."""

import pytest

from cadres.enums import AssignmentRole, Role
from cadres.models import Assignment, AuditEntry, User
from cadres.services import accounts, passwords
from cadres.services.accounts import Account
from tests.factories import PASSWORD, UserFactory
from zhuqi.kernel.errors import Conflict, InvalidInput, NotPermitted


def test_account_starts_without_rights_and_must_change_its_password(city):
    user, password = accounts.create_account(
        Account("wangfang", "王芳", unit=city.land, phone="13800001111"), actor=city.sysadmin, at=city.at
    )
    assert user.check_password(password)
    assert user.must_change_password
    assert user.role == ""
    assert not user.sees_everything
    assert AuditEntry.objects.filter(act="开立账号", user=city.sysadmin, target="王芳（wangfang）").exists()


@pytest.mark.parametrize("who", ["secadmin", "director", "auditor", "cadre"])
def test_account_only_by_the_system_administrator(city, who):
    with pytest.raises(NotPermitted):
        accounts.create_account(Account("x", "某"), actor=getattr(city, who), at=city.at)


def test_account_name_taken_in_whatever_case(city):
    with pytest.raises(InvalidInput) as refused:
        accounts.create_account(Account("DIRECTOR", "某"), actor=city.sysadmin, at=city.at)
    assert "已有人使用" in refused.value.errors["username"][0]


def test_account_names_are_what_every_keyboard_types(city):
    made, _ = accounts.create_account(Account(" ｗａｎｇ１２ ", "王"), actor=city.sysadmin, at=city.at)
    assert made.username == "wang12"
    for wrong in ("王芳", "wang fang", "", "-x", "a" * 151, "x\u200b"):
        with pytest.raises(InvalidInput, match="只用字母、数字"):
            accounts.create_account(Account(wrong, "某"), actor=city.sysadmin, at=city.at)


def test_account_of_a_unit_and_a_firm_is_refused(city):
    with pytest.raises(InvalidInput):
        accounts.create_account(
            Account("x", "某", unit=city.land, enterprise=city.firm), actor=city.sysadmin, at=city.at
        )


def test_account_in_a_closed_unit_is_refused(city):
    city.land.is_active = False
    city.land.save()
    with pytest.raises(InvalidInput):
        accounts.create_account(Account("x", "某", unit=city.land), actor=city.sysadmin, at=city.at)


def test_grant_by_the_security_administrator_only(city):
    user, _ = accounts.create_account(Account("wangfang", "王芳", unit=city.land), actor=city.sysadmin, at=city.at)
    with pytest.raises(NotPermitted):
        accounts.grant(user, Role.UNIT, actor=city.sysadmin, at=city.at)
    accounts.grant(user, Role.UNIT, is_head=True, actor=city.secadmin, at=city.at)
    user.refresh_from_db()
    assert (user.role, user.is_head) == (Role.UNIT, True)


@pytest.mark.parametrize(
    ("role", "unit"),
    [
        (Role.OFFICE, "land"),
        (Role.UNIT, "office"),
        (Role.LEADER, "land"),
        (Role.SUPERVISOR, "office"),
        (Role.ENTERPRISE, "land"),
        (Role.SYSADMIN, "office"),
        ("KING", "land"),
    ],
)
def test_grant_refuses_a_role_that_does_not_fit_the_unit(city, role, unit):
    user = UserFactory(role="", unit=getattr(city, unit))
    with pytest.raises(InvalidInput):
        accounts.grant(user, role, actor=city.secadmin, at=city.at)


def test_grant_refuses_another_role_to_a_firm_account(city):
    user = UserFactory(role=Role.ENTERPRISE, enterprise=city.firm)
    with pytest.raises(InvalidInput):
        accounts.grant(user, Role.SYSADMIN, actor=city.secadmin, at=city.at)


def test_grant_not_to_oneself(city):
    with pytest.raises(NotPermitted):
        accounts.grant(city.secadmin, Role.AUDITOR, actor=city.secadmin, at=city.at)


def test_taking_the_cadre_role_ends_assignments(city):
    accounts.grant(city.cadre, "", actor=city.secadmin, at=city.at)
    assert not Assignment.objects.filter(cadre=city.cadre, to_on__isnull=True).exists()


def test_reset_password_must_be_changed_and_unlocks(city, client):
    password = accounts.reset_password(city.cadre, actor=city.sysadmin, at=city.at)
    city.cadre.refresh_from_db()
    assert city.cadre.check_password(password)
    assert not city.cadre.check_password(PASSWORD)
    assert city.cadre.must_change_password


def test_deactivate_keeps_history_and_shows_firms_as_uncovered(city):
    ended = accounts.deactivate(city.cadre, reason="退休", actor=city.sysadmin, at=city.at)
    assert ended == 1
    row = Assignment.objects.get(cadre=city.cadre)
    assert (row.to_on, row.role) == (city.today, AssignmentRole.LEAD)
    assert User.objects.filter(pk=city.cadre.pk, is_active=False).exists()
    with pytest.raises(Conflict):
        accounts.deactivate(city.cadre, reason="退休", actor=city.sysadmin, at=city.at)


def test_deactivate_needs_a_reason(city):
    with pytest.raises(InvalidInput):
        accounts.deactivate(city.cadre, reason=" ", actor=city.sysadmin, at=city.at)


def test_reactivate_once(city):
    accounts.deactivate(city.cadre, reason="退休", actor=city.sysadmin, at=city.at)
    accounts.reactivate(city.cadre, actor=city.sysadmin, at=city.at)
    assert User.objects.get(pk=city.cadre.pk).is_active
    with pytest.raises(Conflict):
        accounts.reactivate(city.cadre, actor=city.sysadmin, at=city.at)


def test_moving_within_the_same_kind_of_unit_keeps_the_role_but_not_the_headship(city):
    moved = accounts.amend_account(
        city.land_head, Account("land_head", "卫局长", unit=city.labour), actor=city.sysadmin, at=city.at
    )
    assert (moved.unit, moved.role, moved.is_head) == (city.labour, Role.UNIT, False)


def test_moving_to_another_standing_takes_the_grant_away(city):
    moved = accounts.amend_account(
        city.county_clerk, Account("county_clerk", "陈科员", unit=city.office), actor=city.sysadmin, at=city.at
    )
    assert moved.role == ""
    assert not User.objects.get(pk=moved.pk).sees_everything


def test_change_password_needs_the_old_one(city):
    with pytest.raises(InvalidInput) as refused:
        passwords.change_password(city.cadre, old="wrong", new="Brand-new-2026")
    assert "old_password" in refused.value.errors


@pytest.mark.parametrize("weak", ["short-1A", "alllowercaseletters", PASSWORD, "12345678901"])
def test_change_password_refuses_weak_or_used_ones(city, weak):
    with pytest.raises(InvalidInput) as refused:
        passwords.change_password(city.cadre, old=PASSWORD, new=weak)
    assert refused.value.errors["new_password1"]


def test_last_five_passwords_are_not_reused(city):
    old = PASSWORD
    for number in range(5):
        new = f"Another-{number}-word"
        passwords.change_password(city.cadre, old=old, new=new)
        old = new
    with pytest.raises(InvalidInput):
        passwords.change_password(city.cadre, old=old, new="Another-0-word")
    passwords.change_password(city.cadre, old=old, new="Another-9-word")
    assert not city.cadre.must_change_password


def test_first_passwords_pass_the_rules(city):
    made = [passwords.first_password() for _ in range(20)]
    for password in made:
        passwords.check_new(city.cadre, password)
    assert len(set(made)) == 20
