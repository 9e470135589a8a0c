"""`__among`：与 `__in` 找到的一样，只收整数，空的什么也不找。"""

import pytest

from cases.models import Case, CaseEvent
from reports.ledgers import LEDGERS
from tests.cases import steps
from tests.factories import CaseFactory

pytestmark = pytest.mark.django_db


def test_it_finds_what_in_finds_on_keys_and_foreign_keys(city):
    assert LEDGERS  # brings the lookup
    case = steps.handling(city, city.at)
    other = CaseFactory(enterprise=city.firm, office=city.office)
    keys = [case.pk, other.pk, 10**9]
    assert set(Case.objects.filter(pk__among=keys)) == set(Case.objects.filter(pk__in=keys)) == {case, other}
    assert CaseEvent.objects.filter(case__among=[case.pk]).count() == case.events.count() > 0
    assert not Case.objects.filter(pk__among=[]).exists()
    assert list(Case.objects.exclude(pk__among=[case.pk])) == [other]


@pytest.mark.parametrize("wrong", [["1; DROP TABLE"], [None], ["x"]])
def test_anything_but_whole_numbers_is_refused(wrong):
    with pytest.raises((TypeError, ValueError)):
        list(Case.objects.filter(pk__among=wrong))
