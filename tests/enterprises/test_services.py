"""R-10, R-11: a wrong code never gets in, an old one only warns, an upgrade keeps the old row, cases move with the firm."""

from datetime import date, timedelta

import pytest

from cases.models import Case
from enterprises import services
from enterprises.credit_codes import check_credit_code, normalise_credit_code
from enterprises.models import Enterprise, WhitelistLevel
from enterprises.pinyin import initials
from enterprises.services import FirmRecord
from enterprises.services.whitelist import whitelisted_now
from tests.factories import CaseFactory, ChainFactory, TagFactory, credit_code
from zhuqi.kernel.errors import Conflict, InvalidInput, NotPermitted

CODE = credit_code(900_001)


def record(city, **more):
    return FirmRecord(**({"name": "许昌长葛重工有限公司", "credit_code": CODE, "region": city.regions["weidu"]} | more))


def test_register_normalises_and_makes_initials(city):
    raw = f" {CODE[:8].lower()}-{CODE[8:]} ".replace("1", "１")
    tag = TagFactory()
    firm = services.register(
        record(city, credit_code=raw, tags=[tag], chain=ChainFactory()), actor=city.clerk, at=city.at
    )
    assert firm.credit_code == CODE
    assert firm.pinyin == "xcchzgyxgs".replace("chzg", "cgzg")
    assert list(firm.tags.all()) == [tag]
    assert list(Enterprise.objects.matching("cgzg 有限")) == [firm]


@pytest.mark.parametrize("wrong", ["", "123", CODE[:-1] + ("A" if CODE[-1] != "A" else "B"), "I" + CODE[1:]])
def test_register_refuses_a_wrong_code(city, wrong):
    with pytest.raises(InvalidInput) as refused:
        services.register(record(city, credit_code=wrong), actor=city.clerk, at=city.at)
    assert refused.value.errors["credit_code"]


def test_register_refuses_a_twin_and_names_it(city):
    with pytest.raises(InvalidInput) as refused:
        services.register(
            record(city, name=city.firm.name, credit_code=city.firm.credit_code), actor=city.clerk, at=city.at
        )
    assert set(refused.value.errors) == {"name", "credit_code"}
    assert city.firm.name in refused.value.errors["credit_code"][0]


def test_register_rights(city):
    with pytest.raises(NotPermitted):
        services.register(record(city), actor=city.cadre, at=city.at)
    with pytest.raises(InvalidInput, match="本县"):
        services.register(record(city), actor=city.other_county_clerk, at=city.at)
    services.register(record(city, region=city.regions["zone"]), actor=city.county_clerk, at=city.at)


def of(firm, **more):
    return FirmRecord(**({"name": firm.name, "credit_code": firm.credit_code, "region": firm.region} | more))


def test_update_and_stale_page(city):
    firm = Enterprise.objects.get(pk=city.firm.pk)
    seen = firm.updated_at
    services.update(firm, of(firm, address="新址"), actor=city.clerk, at=city.at, seen_at=seen)
    with pytest.raises(Conflict):
        services.update(firm, of(firm, address="旧页"), actor=city.director, at=city.at, seen_at=seen)
    firm.refresh_from_db()
    assert firm.address == "新址"


def test_update_rights(city):
    with pytest.raises(NotPermitted):
        services.update(city.firm, of(city.firm), actor=city.other_county_clerk, at=city.at)


def test_firm_moves_with_its_cases(city):
    case = CaseFactory(enterprise=city.firm)
    services.update(city.firm, of(city.firm, region=city.regions["yuzhou"]), actor=city.clerk, at=city.at)
    assert not Case.objects.visible_to(city.county_clerk).exists()
    assert list(Case.objects.visible_to(city.other_county_clerk)) == [case]


def test_firm_moves_once(city):
    stale = Enterprise.objects.get(pk=city.firm.pk)
    services.move_region(city.firm, city.regions["yuzhou"], actor=city.clerk, at=city.at)
    with pytest.raises(Conflict):
        services.move_region(stale, city.regions["zone"], actor=city.clerk, at=city.at)


def test_strike_off_and_back(city):
    services.strike_off(city.firm, actor=city.clerk, at=city.at)
    assert city.firm not in Enterprise.objects.active()
    with pytest.raises(Conflict):
        services.strike_off(city.firm, actor=city.clerk, at=city.at)
    services.strike_off(city.firm, actor=city.clerk, at=city.at, is_active=True)
    assert city.firm in Enterprise.objects.active()


def test_whitelist_upgrade_keeps_the_old_row(city):
    first = services.whitelist(
        city.firm, WhitelistLevel.COUNTY, from_on=date(2025, 3, 1), document="甲", actor=city.clerk
    )
    services.whitelist(city.firm, WhitelistLevel.CITY, from_on=date(2026, 3, 1), document="乙", actor=city.clerk)
    first.refresh_from_db()
    assert first.to_on == date(2026, 2, 28)
    assert city.firm.whitelistings.count() == 2
    assert whitelisted_now(city.firm, date(2026, 2, 28)) == first
    assert whitelisted_now(city.firm, city.today).level == WhitelistLevel.CITY


@pytest.mark.parametrize(
    ("level", "day", "document", "field"),
    [
        ("COUNTY", date(2026, 3, 1), "乙", "level"),
        ("MOON", date(2026, 3, 1), "乙", "level"),
        ("CITY", date(2025, 3, 1), "乙", "from_on"),
        ("CITY", date(2026, 3, 1), " ", "document"),
    ],
)
def test_whitelist_refusals(city, level, day, document, field):
    services.whitelist(city.firm, WhitelistLevel.COUNTY, from_on=date(2025, 3, 1), document="甲", actor=city.clerk)
    with pytest.raises(InvalidInput) as refused:
        services.whitelist(city.firm, level, from_on=day, document=document, actor=city.clerk)
    assert field in refused.value.errors


def test_whitelisting_ends_once(city):
    row = services.whitelist(
        city.firm, WhitelistLevel.COUNTY, from_on=date(2025, 3, 1), document="甲", actor=city.clerk
    )
    with pytest.raises(InvalidInput):
        services.end_whitelisting(row, to_on=row.from_on - timedelta(1), actor=city.clerk)
    services.end_whitelisting(row, to_on=city.today, actor=city.clerk)
    with pytest.raises(Conflict):
        services.end_whitelisting(row, to_on=city.today, actor=city.clerk)


def add(city, actor=None, **more):
    entry = {"name": "李四", "phone": "13712345678"} | more
    return services.add_contact(city.firm, actor=actor or city.clerk, at=city.at, **entry)


def test_one_primary_contact(city):
    old = city.firm.contacts.get()
    new = add(city, is_primary=True)
    assert list(city.firm.contacts.filter(is_primary=True)) == [new]
    services.make_primary(old, actor=city.clerk, at=city.at)
    assert list(city.firm.contacts.filter(is_primary=True)) == [old]


def test_first_contact_is_primary_whatever_was_said(city):
    city.firm.contacts.all().delete()
    assert add(city).is_primary


def test_primary_contact_is_not_removed_before_another_is_named(city):
    primary, other = city.firm.contacts.get(), add(city)
    with pytest.raises(InvalidInput):
        services.remove_contact(primary, actor=city.clerk, at=city.at)
    services.remove_contact(other, actor=city.clerk, at=city.at)
    services.remove_contact(primary, actor=city.clerk, at=city.at)
    with pytest.raises(Conflict):
        services.amend_contact(other, actor=city.clerk, at=city.at, name="王五", phone="0374-2960000")


@pytest.mark.parametrize("phone", ["", "123", "23712345678", "1371234567a"])
def test_contact_with_a_wrong_phone(city, phone):
    with pytest.raises(InvalidInput) as refused:
        add(city, phone=phone, name="")
    assert set(refused.value.errors) == {"phone", "name"}


def test_contacts_are_kept_by_the_firm_itself_or_its_office(city):
    add(city, actor=city.firm_user)
    for stranger in (city.cadre, city.other_firm_user, city.other_county_clerk, city.leader):
        with pytest.raises(NotPermitted):
            add(city, actor=stranger)


def test_code_check_says_what_is_wrong():
    assert "18 位" in check_credit_code("123").error
    assert check_credit_code(CODE).error == check_credit_code(CODE).warning == ""
    assert normalise_credit_code("９１ 41-") == "9141"


def test_initials_of_places():
    assert initials("许昌长葛鄢陵2号") == "xccgyl2h"
