"""Rows for tests. `city` (tests/city.py) is a small consistent city made of them."""

from tests.factories.cases import CaseFactory, CategoryFactory
from tests.factories.firms import (
    ChainFactory,
    ContactFactory,
    EnterpriseFactory,
    RegionFactory,
    TagFactory,
    WhitelistingFactory,
    credit_code,
)
from tests.factories.people import (
    PASSWORD,
    SHANGHAI,
    AssignmentFactory,
    PlannedVisitFactory,
    QuietPeriodFactory,
    UnitFactory,
    UserFactory,
    VisitFactory,
)

__all__ = [
    "PASSWORD",
    "SHANGHAI",
    "AssignmentFactory",
    "CaseFactory",
    "CategoryFactory",
    "ChainFactory",
    "ContactFactory",
    "EnterpriseFactory",
    "PlannedVisitFactory",
    "QuietPeriodFactory",
    "RegionFactory",
    "TagFactory",
    "UnitFactory",
    "UserFactory",
    "VisitFactory",
    "WhitelistingFactory",
    "credit_code",
]
