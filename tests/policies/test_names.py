"""条件里写的名称（R-61）。"""

import pytest

from policies.enums import ConditionField, Operator
from policies.rules.matching import Condition, contradiction
from policies.services import draft_policy, publish_blocker
from policies.services.names import unknown_values, with_zones
from tests.policies.test_library import draft

pytestmark = pytest.mark.django_db
F, Op = ConditionField, Operator
WEIDU, ZONE = Condition(F.REGION, Op.IN, ("魏都区",)), Condition(F.REGION, Op.IN, ("东城区",))


@pytest.mark.parametrize(
    ("condition", "said"),
    [
        (Condition(F.INDUSTRY, Op.PREFIX, ("C35", "X1")), "没有登记过：X1"),
        (Condition(F.TAG, Op.IN, ("没有的标签",)), "「企业标签」里没有登记过：没有的标签"),
        (Condition(F.WHITELIST, Op.IN, ("乡级白名单",)), "乡级白名单"),
        (Condition(F.REGION, Op.IN, ("魏都区", "月球区")), "没有登记过：月球区"),
        (Condition(F.STAFF, Op.AT_LEAST, (3,)), ""),
        (WEIDU, ""),
    ],
)
def test_a_name_nobody_registered_is_said_before_publishing(city, condition, said):
    policy = draft_policy(draft(city, number="", conditions=(condition,)), actor=city.land_clerk, at=city.at)
    assert said in publish_blocker(policy)
    assert bool(unknown_values([condition])) == bool(said)


def test_a_county_and_its_zone_do_not_contradict_each_other(city):
    assert city.regions["zone"].parent.name == "魏都区"
    assert contradiction(with_zones([WEIDU, ZONE])) == ""
    assert contradiction(with_zones([WEIDU, Condition(F.REGION, Op.IN, ("禹州市",))]))
    assert contradiction(with_zones([ZONE, Condition(F.REGION, Op.NOT_IN, ("魏都区",))]))
    assert not contradiction(with_zones([WEIDU, Condition(F.REGION, Op.NOT_IN, ("东城区",))]))
