"""Units, people of every role, assignments and visits."""

from datetime import date, datetime
from functools import cache
from zoneinfo import ZoneInfo

import factory
from django.contrib.auth.hashers import make_password
from factory.django import DjangoModelFactory

from cadres.enums import AssignmentRole, Role, UnitKind, VisitMode, VisitTopic
from cadres.models import Assignment, PlannedVisit, QuietPeriod, Unit, User, Visit
from tests.factories.firms import EnterpriseFactory

PASSWORD = "Zhuqi-2026-ok"
SHANGHAI = ZoneInfo("Asia/Shanghai")
UNIT_OF_ROLE = {
    Role.CADRE: UnitKind.DEPARTMENT,
    Role.UNIT: UnitKind.DEPARTMENT,
    Role.OFFICE: UnitKind.OFFICE,
    Role.LEADER: UnitKind.LEADING_GROUP,
    Role.SUPERVISOR: UnitKind.SUPERVISION,
}


@cache
def hashed(password: str) -> str:
    """One hash for all: the suite makes thousands of people."""
    return make_password(password)


class UnitFactory(DjangoModelFactory):
    """A department of the city; say `kind=` for another."""

    class Meta:
        model = Unit

    code = factory.Sequence(lambda n: f"U{n:04d}")
    name = factory.Sequence(lambda n: f"市示例{n}局")
    kind = UnitKind.DEPARTMENT
    ticket_prefix = factory.Maybe(
        factory.LazyAttribute(lambda unit: unit.kind == UnitKind.OFFICE), factory.Sequence(lambda n: f"许助企{n}"), ""
    )


class UserFactory(DjangoModelFactory):
    """A person of `role` with what the role needs: a unit of the right kind, or an enterprise."""

    class Meta:
        model = User

    username = factory.Sequence(lambda n: f"user{n}")
    name = factory.Sequence(lambda n: f"张{n}")
    role = Role.UNIT
    password = factory.LazyFunction(lambda: hashed(PASSWORD))
    must_change_password = False
    phone = factory.Sequence(lambda n: f"1380000{n:04d}")

    @factory.lazy_attribute
    def unit(self):
        """Nobody of these roles works without a unit."""
        kind = UNIT_OF_ROLE.get(Role(self.role))
        return UnitFactory(kind=kind) if kind else None

    @factory.lazy_attribute
    def enterprise(self):
        """Only a firm's own account has one."""
        return EnterpriseFactory() if self.role == Role.ENTERPRISE else None


class AssignmentFactory(DjangoModelFactory):
    """A lead cadre of a firm, since the year began."""

    class Meta:
        model = Assignment

    enterprise = factory.SubFactory(EnterpriseFactory)
    cadre = factory.SubFactory(UserFactory, role=Role.CADRE)
    role = AssignmentRole.LEAD
    from_on = date(2026, 1, 4)


class VisitFactory(DjangoModelFactory):
    """A visit in person without problems."""

    class Meta:
        model = Visit

    enterprise = factory.SubFactory(EnterpriseFactory)
    cadre = factory.SubFactory(UserFactory, role=Role.CADRE)
    unit = factory.SelfAttribute("cadre.unit")
    visited_on = date(2026, 11, 20)
    mode = VisitMode.ON_SITE
    topic = VisitTopic.NOTHING
    recorded_at = factory.LazyAttribute(lambda visit: datetime.combine(visit.visited_on, datetime.min.time(), SHANGHAI))


class PlannedVisitFactory(DjangoModelFactory):
    """A visit announced to the firm."""

    class Meta:
        model = PlannedVisit

    enterprise = factory.SubFactory(EnterpriseFactory)
    cadre = factory.SubFactory(UserFactory, role=Role.CADRE)
    planned_on = date(2026, 11, 25)
    purpose = "了解用工情况"
    created_at = datetime(2026, 11, 20, 9, tzinfo=SHANGHAI)


class QuietPeriodFactory(DjangoModelFactory):
    """A week in which the firm wants no visits."""

    class Meta:
        model = QuietPeriod

    enterprise = factory.SubFactory(EnterpriseFactory)
    from_on = date(2026, 11, 23)
    to_on = date(2026, 11, 29)
    reason = "设备大修"
    set_by = factory.SubFactory(UserFactory, role=Role.ENTERPRISE)
    created_at = datetime(2026, 11, 20, 9, tzinfo=SHANGHAI)
