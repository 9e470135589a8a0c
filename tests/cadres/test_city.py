"""The city of the tests is consistent: codes valid, one lead cadre each, everybody sees what R-03 says."""

from cadres.models import User
from enterprises.credit_codes import check_credit_code
from enterprises.models import Enterprise


def test_city_codes_are_valid(city):
    for code in Enterprise.objects.values_list("credit_code", flat=True):
        assert check_credit_code(code).error == ""


def test_city_scopes(city):
    def sees(user):
        return set(Enterprise.objects.visible_to(user))

    assert sees(city.director) == {city.firm, city.other_firm}
    assert sees(city.county_director) == {city.firm}
    assert sees(city.cadre) == {city.firm}
    assert sees(city.firm_user) == {city.firm}
    assert sees(city.land_head) == set()
    assert sees(city.sysadmin) == set()


def test_city_people_can_sign_in(city, client):
    assert all(user.check_password("Zhuqi-2026-ok") for user in User.objects.all())
