"""R-30, R-52: a draft done again from the data as it is now."""

from datetime import date, datetime
from decimal import Decimal

import pytest

from cadres.models import Notice
from cases.models import SpotCheck
from reports.models import Ranking, RankingFact, RankingObjection, RankingRow
from reports.services import draft_month, object_to_row, publish_month, recompute, redraft_month, rule_objection
from tests.factories import SHANGHAI
from tests.reports.months import AFTER, FIRST_NIGHT, MONTH, Month, at
from zhuqi.kernel.errors import Conflict, DomainError

WITHIN = datetime(2026, 11, 3, 10, tzinfo=SHANGHAI)
LATER = datetime(2026, 11, 5, 10, tzinfo=SHANGHAI)  # a Thursday; objections until Monday 11-09


@pytest.fixture
def month(city):
    return Month(city)


@pytest.fixture
def late(month):
    case = month.case()
    month.deadline(case)
    return case


@pytest.fixture
def draft(month, late):
    month.month_of_work(month.city.land)
    month.month_of_work(month.city.labour)
    return draft_month(MONTH, at=FIRST_NIGHT)


def prove_false(month, case):
    """A spot check of October, entered in November."""
    return SpotCheck.objects.create(
        case=case, unit=case.lead, planned_on=at(27).date(), purpose="看现场", made_by=month.city.supervisor,
        made_at=at(26), checked_at=at(28), is_true=False,
    )  # fmt: skip


def row_of(unit):
    return RankingRow.objects.get(unit=unit)


def test_a_false_closure_found_later_costs_its_points(draft, month, city):
    before = row_of(city.labour)
    prove_false(month, next(case for case in month.made if case.lead == city.labour))
    again = redraft_month(MONTH, at=LATER)
    after = row_of(city.labour)
    assert (again.pk, after.pk, again.redrafted_at) == (draft.pk, before.pk, LATER)
    # 10 for the mark, and one answer fewer in 按时 and 解决 (docs/adr/0022).
    assert before.score - after.score == Decimal("16.67")
    assert after.deductions[-1] == {"key": "false_closure", "count": 1, "points": "10"}
    assert (row_of(city.land).place, after.place) == (1, 2)
    assert recompute(again).is_equal


def test_the_unit_gets_its_days_again_and_is_told_alone(draft, month, city):
    prove_false(month, next(case for case in month.made if case.lead == city.labour))
    redraft_month(MONTH, at=LATER)
    draft.refresh_from_db()
    assert draft.objections_until_on == date(2026, 11, 9)
    told = Notice.objects.filter(key__startswith="ranking:2026-10:redraft")
    assert [notice.user for notice in told] == [city.labour_head]
    with pytest.raises(DomainError, match="11-09"):
        publish_month(draft, at=LATER, actor=city.director)


def test_nothing_new_writes_nothing(draft):
    before = list(RankingFact.objects.order_by("pk").values())
    again = redraft_month(MONTH, at=LATER)
    assert (again.redrafted_at, again.objections_until_on) == (None, date(2026, 11, 3))
    assert list(RankingFact.objects.order_by("pk").values()) == before
    assert not Notice.objects.filter(key__startswith="ranking:2026-10:redraft").exists()


def test_twice_is_once(draft, month, city):
    prove_false(month, next(case for case in month.made if case.lead == city.labour))
    redraft_month(MONTH, at=LATER)
    first = (list(RankingFact.objects.order_by("pk").values()), list(RankingRow.objects.order_by("pk").values()))
    assert redraft_month(MONTH, at=datetime(2026, 11, 6, 9, tzinfo=SHANGHAI)).redrafted_at == LATER
    second = (list(RankingFact.objects.order_by("pk").values()), list(RankingRow.objects.order_by("pk").values()))
    assert first == second


def test_upheld_objections_stay_struck_and_open_ones_stay_open(draft, month, late, city):
    row = row_of(city.land)
    first = object_to_row(row, actor=city.land_clerk, at=WITHIN, case=late, item="on_time", text="已申请延期")
    rule_objection(first, actor=city.clerk, at=WITHIN, is_upheld=True)
    second = object_to_row(row, actor=city.land_clerk, at=WITHIN, case=late, item="solved", text="另有原因")
    prove_false(month, late)
    redraft_month(MONTH, at=LATER)
    fact = RankingFact.objects.get(row=row, case=late)
    assert (fact.struck, fact.facts.is_on_time, fact.facts.false_closures) == (["on_time"], None, 1)
    assert RankingObjection.objects.get(pk=second.pk).ruled_at is None


def test_an_objection_to_what_is_gone_can_still_be_ruled(draft, month, late, city):
    row = row_of(city.land)
    objection = object_to_row(row, actor=city.land_clerk, at=WITHIN, case=late, item="on_time", text="已作废")
    late.deadlines.all().delete()
    redraft_month(MONTH, at=LATER)
    assert not RankingFact.objects.filter(row=row, case=late).exists()
    rule_objection(objection, actor=city.clerk, at=LATER, is_upheld=True)
    assert recompute(Ranking.objects.get()).is_equal


def test_the_weights_and_the_list_stay_as_drafted(draft, month, city):
    weights = draft.weights
    month.month_of_work(city.bank, 1)
    again = redraft_month(MONTH, at=LATER)
    assert again.weights == weights
    assert row_of(city.bank).due_count == 1


def test_a_published_month_is_refused(draft, month, late, city):
    publish_month(draft, at=AFTER, actor=city.director)
    prove_false(month, late)
    with pytest.raises(Conflict, match="数字已冻结"):
        redraft_month(MONTH, at=LATER)
    assert recompute(Ranking.objects.get()).is_equal


def test_a_month_without_a_draft_is_refused(city):
    with pytest.raises(DomainError, match="还没有起草"):
        redraft_month(MONTH, at=LATER)


def test_publishing_what_was_redrafted_meanwhile_is_refused(draft, month, late, city, monkeypatch):
    """Between reading and publishing somebody redrafts: what would be frozen is not what was looked at."""
    from reports.services import month as module

    real = module.digest

    def meanwhile(ranking):
        found = real(ranking)
        prove_false(month, late)
        redraft_month(MONTH, at=AFTER)
        return found

    monkeypatch.setattr(module, "digest", meanwhile)
    with pytest.raises(Conflict, match="重做"):
        publish_month(draft, at=AFTER, actor=city.director)
    assert not Ranking.objects.get().is_published


def test_a_lost_race_changes_nothing(draft, month, late, monkeypatch):
    prove_false(month, late)
    from reports.services import redraft as module

    real = module._changed_rows

    def meanwhile(ranking, facts):
        Ranking.objects.filter(pk=ranking.pk).update(redrafted_at=AFTER)
        return real(ranking, facts)

    monkeypatch.setattr(module, "_changed_rows", meanwhile)
    with pytest.raises(Conflict, match="重做"):
        redraft_month(MONTH, at=LATER)
    assert not RankingFact.objects.filter(data__has_key="false_closures").exists()
