"""走访和问题同成同败（R-13）。"""

from datetime import date

import pytest

from cadres.models import Visit
from cadres.services.visits import VisitEntry
from cases.models import Case, CaseEvent
from cases.services.visiting import Heard, save_visit
from tests.cases.steps import instant, reported
from tests.factories import CaseFactory
from zhuqi.kernel.errors import InvalidInput, NotPermitted

pytestmark = pytest.mark.django_db
AT = instant("2026-11-23 10:00")


def entry(firm, **more):
    return VisitEntry(firm, date(2026, 11, 23), note="看车间", **more)


def test_a_problem_makes_the_visit_one_about_problems(city):
    saved = save_visit(entry(city.firm), [Heard("用电不够")], actor=city.cadre, at=AT)
    assert saved.visit.topic == "PROBLEM"
    assert [case.visit for case in saved.opened] == [saved.visit]


def test_one_refused_problem_undoes_the_visit_and_the_others(city):
    ended = CaseFactory(enterprise=city.firm, status="CLOSED")
    known = reported(city, AT)
    before = CaseEvent.objects.count()
    heard = [Heard("新的"), Heard("又提到", same=known), Heard("旧的", same=ended)]
    with pytest.raises(InvalidInput, match="已经结束"):
        save_visit(entry(city.firm), heard, actor=city.cadre, at=AT)
    assert not Visit.objects.exists()
    assert Case.objects.count() == 2
    assert CaseEvent.objects.count() == before


def test_the_same_token_gives_the_first_result(city):
    first, again = (
        save_visit(entry(city.firm, token="t"), [Heard("用电不够")], actor=city.cadre, at=AT) for _ in range(2)
    )
    assert (again.visit, again.opened) == (first.visit, first.opened)
    assert Case.objects.count() == 1


def test_a_text_of_signs_only_is_refused_with_a_sentence(city):
    with pytest.raises(InvalidInput, match="是什么问题"):
        save_visit(entry(city.firm), [Heard("。。。")], actor=city.cadre, at=AT)
    assert not Visit.objects.exists()


def test_only_who_looks_after_the_firm_saves_a_visit(city):
    with pytest.raises(NotPermitted):
        save_visit(entry(city.firm), actor=city.other_cadre, at=AT)
