"""Notices once per person and matter; settings typed and logged; audit entries say who, what, from where."""

import pytest

from cadres.models import AuditEntry, Setting
from cadres.services import audit, notices, settings
from zhuqi.kernel.errors import InvalidInput, NotPermitted


def test_notice_once_per_person_and_key(city):
    people = [city.cadre, city.leader]
    assert notices.notify(people, "case:1", "标题", at=city.at) == 2
    assert notices.notify([*people, city.clerk], "case:1", "又一次", at=city.at) == 1
    assert notices.unread_count(city.cadre) == 1


def test_notice_not_for_whoever_left_and_cut_to_size(city):
    city.cadre.is_active = False
    assert notices.notify([city.cadre], "k", "题", at=city.at) == 0
    notices.notify([city.leader], "k", "题" * 500, body="文" * 500, at=city.at)
    assert len(city.leader.notices.get().title) == 160


def test_notices_read(city):
    for number in range(3):
        notices.notify([city.cadre], f"k{number}", "题", at=city.at)
    first = notices.of(city.cadre).last()
    notices.mark_read(first, at=city.at)
    assert notices.unread_count(city.cadre) == 2
    assert notices.mark_all_read(city.cadre, at=city.at) == 2


def test_setting_default_change_restore(city):
    assert settings.value("over_visit_month") == 4
    settings.change("over_visit_month", 6, actor=city.director, at=city.at)
    assert settings.value("over_visit_month") == 6
    assert AuditEntry.objects.get(act="改设置").reason == "4 → 6"
    settings.restore("over_visit_month", actor=city.director, at=city.at)
    assert settings.value("over_visit_month") == 4


@pytest.mark.parametrize(
    ("key", "wrong"),
    [
        ("over_visit_month", 0),
        ("over_visit_month", "4"),
        ("over_visit_month", True),
        ("double_ten_shift", "UP"),
        ("case_prefix", " "),
    ],
)
def test_setting_refuses_a_wrong_value(city, key, wrong):
    with pytest.raises(InvalidInput):
        settings.change(key, wrong, actor=city.director, at=city.at)
    assert not Setting.objects.exists()


@pytest.mark.parametrize("who", ["clerk", "county_director", "sysadmin", "leader"])
def test_setting_only_by_the_city_director(city, who):
    with pytest.raises(NotPermitted):
        settings.change("over_visit_month", 5, actor=getattr(city, who), at=city.at)


def test_setting_unknown_key_is_a_bug(city):
    with pytest.raises(KeyError):
        settings.value("no_such_thing")


def test_audit_of_a_request_keeps_its_address(city, rf):
    request = rf.get("/", REMOTE_ADDR="10.1.2.3")
    request.user = city.auditor
    entry = audit.record(request, "查看电话", target="某企业", reason="联系办理", at=city.at)
    assert (entry.user, entry.address, entry.result) == (city.auditor, "10.1.2.3", "成功")
    assert audit.record(None, "系统", at=city.at).user is None
