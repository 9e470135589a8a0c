"""Raw cases for lists and counts. A case that must *behave* is made by cases.services, never here."""

from datetime import datetime

import factory
from factory.django import DjangoModelFactory

from cadres.enums import UnitKind
from cases.enums import Source, Status
from cases.models import Case, Category
from cases.services.index import CASES, entry_of
from tests.factories.firms import EnterpriseFactory
from tests.factories.people import SHANGHAI, UnitFactory


class CategoryFactory(DjangoModelFactory):
    """A category of the second level without a task force."""

    class Meta:
        model = Category

    code = factory.Sequence(lambda n: f"CAT{n}")
    name = factory.Sequence(lambda n: f"类别{n}")


class CaseFactory(DjangoModelFactory):
    """A row of the list, in any status; it has no events, tickets or deadlines."""

    class Meta:
        model = Case
        skip_postgeneration_save = True

    number = factory.Sequence(lambda n: f"ZQ2026-T{n:05d}")
    enterprise = factory.SubFactory(EnterpriseFactory)
    region = factory.SelfAttribute("enterprise.region")
    office = factory.SubFactory(UnitFactory, kind=UnitKind.OFFICE)
    title = factory.Sequence(lambda n: f"第{n}件：厂区供电容量不足")
    description = "扩产后变压器容量不足，夏季多次跳闸，希望尽快增容。"
    source = Source.ENTERPRISE
    status = Status.REPORTED
    reported_at = datetime(2026, 11, 20, 9, 30, tzinfo=SHANGHAI)

    @factory.post_generation
    def indexed(self, create, extracted, **kwargs):
        """As every service that writes a case's words does."""
        if create:
            CASES.put([entry_of(self)])
