"""这一组测试共用的：在办的一件。"""

import pytest

from cases.enums import Status, Tier
from cases.models import RuleSet
from tests.factories import CaseFactory


@pytest.fixture
def case(city):
    """A complex case in hand at the land bureau, under 13710."""
    return CaseFactory(
        enterprise=city.firm,
        region=city.firm.region,
        office=city.office,
        lead=city.land,
        tier=Tier.COMPLEX,
        status=Status.HANDLING,
        rule_set=RuleSet.objects.get(code="13710"),
    )
