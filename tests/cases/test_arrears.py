"""清欠（R-32）：登记、更正、回款、作废的每个出口；联席成员看得到全市的清欠，别的照旧看不到。"""

from datetime import date
from decimal import Decimal

import pytest

from cadres.enums import Role
from cases.enums import Action
from cases.models import Arrears, Attachment, Case, CaseEvent, Recovery, Ticket
from cases.services import perform
from cases.views.story import told
from enterprises.models import Enterprise
from tests.cases import situations, steps
from tests.cases.situations import OWED
from tests.cases.steps import DAY
from tests.factories import CaseFactory, UserFactory
from zhuqi.kernel.errors import Conflict, DomainError, InvalidInput

pytestmark = pytest.mark.django_db


def owe(city, case, **changed):
    return perform(case, Action.RECORD_ARREARS, actor=city.land_clerk, at=city.at, **{**OWED, **changed})


def pay(city, case, much, on=None, **more):
    how = {"actor": city.land_clerk, "at": city.at, **more}
    return perform(case, Action.RECORD_RECOVERY, amount=Decimal(much), received_on=on or city.today, **how)


@pytest.fixture
def case(city):
    return situations.recorded(city)


def test_owed_and_recovered_stand_on_the_ledger_and_the_firm_reads_them(city, case):
    pay(city, case, "200000.00")
    events = list(case.events.order_by("pk"))[-2:]
    assert [event.is_public for event in events] == [True, True]
    assert [entry.before for entry in told(events, city.firm_user)] == [
        "登记欠款 120 万元，欠款方 示例县住建局",
        "登记回款：11-23 到账的 20 万元",
    ]
    row = Arrears.objects.with_recovered().get()
    assert (row.owed, row.recovered) == (Decimal(1_200_000), Decimal(200_000))


def test_a_case_of_another_category_owes_nothing(city):
    case = steps.handling(city, city.at)
    with pytest.raises(DomainError, match="只有账款清欠类"):
        owe(city, case)


def test_a_second_level_category_counts_too(city):
    from tests.factories import CategoryFactory

    child = CategoryFactory(code="ARREARS.SOE", parent=city.categories["arrears"])
    case = steps.handling(city, city.at, category=child)
    owe(city, case)
    assert list(Case.objects.of_arrears()) == [case]


def test_nothing_is_recovered_before_something_is_owed(city):
    case = situations.owed_to(city)
    with pytest.raises(DomainError, match="还没有登记欠款"):
        pay(city, case, 1)


def test_a_correction_says_why_and_keeps_what_was(city, case):
    with pytest.raises(InvalidInput, match="为什么改"):
        owe(city, case, owed=Decimal(1_300_000))
    with pytest.raises(DomainError, match="什么也没改"):
        owe(city, case)
    owe(city, case, owed=Decimal(1_300_000), note="对账后加上质保金。")
    event = case.events.order_by("pk").last()
    assert told([event], city.clerk)[0].before == "更正欠款：示例县住建局 120 万元 → 示例县住建局 130 万元"
    assert Arrears.objects.get().owed == Decimal(1_300_000)


def test_owed_less_than_recovered_is_asked_about(city, case):
    pay(city, case, 500_000)
    with pytest.raises(InvalidInput, match="已经收回 50 万元"):
        owe(city, case, owed=Decimal(400_000), note="只欠 40 万。")
    owe(city, case, owed=Decimal(400_000), note="只欠 40 万。", sure=True)
    assert Arrears.objects.get().owed == Decimal(400_000)


@pytest.mark.parametrize(
    ("much", "days", "why"),
    [(1_200_001, 0, "比欠款多 1 元"), (200_000, 0, "已经记过一笔"), (100, 1, "提出问题以前")],
)
def test_what_looks_wrong_is_asked_once_and_taken_when_sure(city, case, much, days, why):
    if why == "已经记过一笔":
        pay(city, case, much)
    on = city.today - days * DAY
    before = Recovery.objects.count()
    with pytest.raises(InvalidInput, match=why) as refusal:
        pay(city, case, much, on)
    assert set(refusal.value.errors) == {"sure"}
    assert Recovery.objects.count() == before
    pay(city, case, much, on, sure=True)
    assert Recovery.objects.count() == before + 1


def test_tomorrow_has_not_arrived_yet(city, case):
    with pytest.raises(InvalidInput, match="不能晚于今天"):
        pay(city, case, 1, city.today + DAY, sure=True)


def test_the_same_form_sent_twice_records_once(city, case):
    revision = case.revision
    pay(city, case, 100, revision=revision)
    with pytest.raises(Conflict):
        pay(city, case, 100, revision=revision)
    assert Recovery.objects.count() == 1


def test_a_voided_recovery_stays_but_no_longer_counts(city, case):
    pay(city, case, 300_000)
    row = Recovery.objects.get()

    def void(note="金额写错。", **more):
        how = {"actor": city.land_clerk, "at": city.at, "note": note, "void": row.pk, **more}
        return perform(case, Action.RECORD_RECOVERY, **how)

    with pytest.raises(InvalidInput, match="作废原因"):
        void(note="")
    with pytest.raises(DomainError, match="不属于这件事"):
        void(void=row.pk + 100)
    void()
    with pytest.raises(Conflict, match="已经作废"):
        void()
    assert Recovery.objects.live().count() == 0
    assert Arrears.objects.with_recovered().get().recovered == 0
    event = case.events.order_by("pk").last()
    assert (event.note, told([event], city.clerk)[0].before) == ("金额写错。", "作废回款：11-23 到账的 30 万元")


def test_what_was_recovered_after_closing_is_still_recorded(city, case):
    Case.objects.filter(pk=case.pk).update(status="CLOSED")
    pay(city, case, 5)
    assert Recovery.objects.count() == 1


# --- 谁看得到 ---------------------------------------------------------------------------------------------------------
@pytest.fixture
def group(city):
    """财政局成了联席成员；人社局不是。"""
    city.labour.is_arrears_group = True
    city.labour.save()
    return city.labour_clerk


def worlds(city):
    """魏都区的一件清欠、一件用地；禹州的一件清欠。"""
    mine, land = situations.recorded(city), steps.handling(city, city.at)
    pay(city, mine, 100, files=[steps.evidence()])
    far = CaseFactory(
        enterprise=city.other_firm, region=city.other_firm.region, office=city.office,
        category=city.categories["arrears"], lead=city.bank,
    )  # fmt: skip
    return mine, land, far


def seen(user):
    return set(Case.objects.visible_to(user))


def test_a_member_sees_every_arrears_case_of_the_city_once_and_nothing_else(city, group):
    mine, _land, far = worlds(city)
    assert seen(group) == {mine, far}
    assert Case.objects.visible_to(group).count() == 2
    assert set(Enterprise.objects.visible_to(group)) == {city.firm, city.other_firm}


def test_parts_and_files_follow_the_case(city, group):
    mine, land, _far = worlds(city)
    for model in (Arrears, Recovery, Ticket, CaseEvent, Attachment):
        cases = set(model.objects.visible_to(group).values_list("case", flat=True))
        assert cases == {mine.pk}, model
        assert land.pk not in cases


@pytest.mark.parametrize("role", list(Role))
def test_the_whole_matrix_of_roles(city, group, role):
    """成员单位里办事的人另看清欠；包联干部、三员、企业不因单位而看到。"""
    mine, _land, far = worlds(city)
    person = UserFactory(role=role, unit=None if role == Role.ENTERPRISE else city.labour)
    sees = {Role.UNIT, Role.OFFICE, Role.SUPERVISOR, Role.LEADER}
    assert ({mine, far} <= seen(person)) == (role in sees), role
    if role not in sees:
        assert not seen(person)


def test_a_unit_outside_the_group_sees_as_before(city):
    worlds(city)
    assert seen(city.labour_clerk) == set()
    assert seen(city.land_clerk) == set(Case.objects.filter(lead=city.land))
    assert set(Enterprise.objects.visible_to(city.labour_clerk)) == set()


def test_a_member_reads_and_may_do_nothing(city, group):
    from cases.services import options

    mine, _land, _far = worlds(city)
    assert options(mine, group, today=city.today) == []


def test_a_handling_unit_in_the_group_sees_a_case_of_its_own_once(city):
    city.land.is_arrears_group = True
    city.land.save()
    mine, land, far = worlds(city)
    found = list(Case.objects.visible_to(city.land_clerk))
    assert sorted(case.pk for case in found) == sorted(case.pk for case in (mine, land, far))


def test_a_day_is_a_day(city, case):
    with pytest.raises(InvalidInput, match="到账日期"):
        perform(
            case, Action.RECORD_RECOVERY, actor=city.land_clerk, at=city.at, amount=Decimal(1), received_on="2026-11-23"
        )
    assert date(2026, 11, 23) == city.today
