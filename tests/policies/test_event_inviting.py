"""按条件邀请：先看名单，再发；资料不全的另列，宁静期里的不打扰（R-63、R-14）。"""

import pytest

from cadres.models import Notice
from policies.enums import ConditionField, Operator
from policies.models import Participation
from policies.rules.matching import Condition
from policies.services.events import invite, invite_one, invitees, open_event, roll, sign_up
from tests.factories import EnterpriseFactory, QuietPeriodFactory, TagFactory, WhitelistingFactory
from tests.policies.event_steps import DAY, HELD_AT, drafted, opened
from zhuqi.kernel.errors import Conflict, InvalidInput, NotPermitted

pytestmark = pytest.mark.django_db
STAFFED = Condition(ConditionField.STAFF, Operator.AT_LEAST, (50,))


@pytest.fixture
def firms(city):
    """够人数的两家（一家在宁静期）、不够的一家、没填的一家。"""
    made = {
        "big": EnterpriseFactory(region=city.regions["weidu"], staff_count=80),
        "quiet": EnterpriseFactory(region=city.regions["zone"], staff_count=90),
        "small": EnterpriseFactory(region=city.regions["weidu"], staff_count=10),
        "blank": EnterpriseFactory(region=city.regions["yuzhou"], staff_count=None),
    }
    type(city.firm).objects.filter(pk__in=[city.firm.pk, city.other_firm.pk]).update(staff_count=1)
    QuietPeriodFactory(enterprise=made["quiet"], set_by=city.firm_user, from_on=city.today, to_on=city.today + 5 * DAY)
    return made


def look(event, city, actor=None):
    return invitees(event, roll(event, actor or city.bank_head, today=city.today), at=city.at)


def test_the_preview_keeps_four_lists_apart_and_changes_nothing(city, firms):
    event = opened(city, conditions=(STAFFED,))
    sign_up(event, firms["big"], actor=None, at=city.at)
    found = look(event, city)
    assert found.invited == (firms["big"].pk,)
    assert (found.fits, found.unknown, found.quiet) == ((), (firms["blank"].pk,), (firms["quiet"].pk,))
    assert Participation.objects.count() == 1


def test_invitations_are_rows_and_nobody_is_called_out(city, firms):
    event = opened(city, conditions=(STAFFED,))
    register = roll(event, city.bank_head, today=city.today)
    assert invite(event, register, actor=city.bank_head, at=city.at, expected=1) == 1
    assert Participation.objects.get().invited_at == city.at
    assert not Notice.objects.exists()
    with pytest.raises(InvalidInput, match="没有还要邀请"):
        invite(event, register, actor=city.bank_head, at=city.at)
    assert invite(event, register, actor=city.bank_head, at=city.at, with_unknown=True) == 1


def test_a_list_that_changed_since_it_was_shown_is_a_conflict(city, firms):
    event = opened(city, conditions=(STAFFED,))
    EnterpriseFactory(staff_count=300)
    with pytest.raises(Conflict, match="刚才看到 1 家，现在是 2 家"):
        invite(event, roll(event, None, today=city.today), actor=city.bank_head, at=city.at, expected=1)
    assert not Participation.objects.exists()


def test_a_county_office_invites_only_its_own_firms(city, firms):
    event = open_event(drafted(city, actor=city.county_clerk), actor=city.county_clerk, at=city.at)
    found = look(event, city, city.county_clerk)
    assert set(found.fits) == {firms["big"].pk, firms["small"].pk, city.firm.pk}
    assert found.quiet == (firms["quiet"].pk,)  # 东城区 lies in 魏都区
    with pytest.raises(InvalidInput, match="不在活动范围"):
        invite_one(event, firms["blank"], actor=city.county_clerk, at=city.at)
    # A list somebody tampered with still reaches no firm of another county.
    everyone = roll(opened(city), None, today=city.today)
    assert invite(event, everyone, actor=city.county_clerk, at=city.at) == 3
    assert not Participation.objects.filter(event=event, enterprise=firms["blank"]).exists()


def test_who_may_invite_and_when(city, firms):
    event = opened(city)
    register = roll(event, None, today=city.today)
    with pytest.raises(NotPermitted):
        invite(event, register, actor=city.land_clerk, at=city.at)
    with pytest.raises(Conflict, match="还没有开始"):
        invite(drafted(city), register, actor=city.bank_head, at=city.at)
    with pytest.raises(Conflict, match="时间已经过了"):
        invite(event, register, actor=city.bank_head, at=HELD_AT)
    one = invite_one(event, firms["quiet"], actor=city.bank_head, at=city.at)
    assert invite_one(event, firms["quiet"], actor=city.bank_head, at=city.at + DAY).invited_at == one.invited_at


@pytest.mark.parametrize(
    ("field", "operator", "values", "fits"),
    [
        ("REGION", "IN", ("魏都区",), True),
        ("REGION", "IN", ("东城区",), True),
        ("REGION", "NOT_IN", ("魏都区",), False),
        ("INDUSTRY", "PREFIX", ("C35",), True),
        ("ABOVE_SCALE", "YES", (), True),
        ("TAG", "IN", ("高新技术",), True),
        ("WHITELIST", "IN", ("省级白名单",), False),
        ("WHITELIST", "IN", ("市级白名单",), True),
        ("AGE", "AT_LEAST", (3,), True),
        ("AGE", "AT_LEAST", (4,), False),
        ("REVENUE", "AT_LEAST", (2000,), None),
        ("CHAIN", "IN", ("装备制造",), False),
    ],
)
def test_the_roll_holds_what_is_registered_and_nothing_else(city, field, operator, values, fits):
    zone = city.regions["zone"]
    firm = EnterpriseFactory(
        region=zone, industry_code="C3511", is_above_scale=True, established_on=city.today.replace(year=2023),
        revenue=None, chain=None,
    )  # fmt: skip
    firm.tags.add(TagFactory(name="高新技术"))
    WhitelistingFactory(enterprise=firm, level="CITY", from_on=city.today, to_on=None)
    WhitelistingFactory(enterprise=firm, level="PROVINCE", from_on=city.today - 9 * DAY, to_on=city.today - DAY)
    event = opened(city, conditions=(Condition(ConditionField(field), Operator(operator), values),))
    found = look(event, city)
    assert (firm.pk in found.fits, firm.pk in found.unknown) == (fits is True, fits is None)
