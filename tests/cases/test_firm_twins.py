"""同一家企业登记了两次，两处都有同一项政策、同一场活动：合并以后一步不少、不数两遍，撤得回来（R-61、R-63）。"""

from decimal import Decimal

import pytest

from cases.services.firm_merging import Choices, merge_firms
from cases.services.firm_unmerging import undo_merge
from policies.models import Entitlement, Participation
from policies.queries_funnel import visible_funnel
from policies.services.entitlements import grant, tell
from policies.services.events import Outcome, record_result, sign_up
from policies.services.events.totals import totals
from policies.services.matching import match_all
from tests.cases import twins
from tests.cases.dumps import changed, dump
from tests.cases.steps import DAY
from tests.policies.event_steps import HELD_AT, held, opened
from tests.policies.test_library import published

pytestmark = pytest.mark.django_db


def merged(city, pair):
    kept, absorbed = pair.fresh()
    return merge_firms(kept, absorbed, Choices(), actor=city.director, at=city.at + DAY)


def _paid_twice(city, pair):
    """一项政策两边都兑现；一项只告诉过保留的、并掉的申请并兑现了。"""
    both, one = (published(city, number="", title=title) for title in ("两边都兑现的", "并掉的兑现的"))
    for firm in pair.fresh():
        grant(both, firm, amount="3万", actor=city.land_clerk, at=city.at)
    tell(one, [pair.kept], at=city.at)
    grant(one, pair.absorbed, amount="1.5万", actor=city.land_clerk, at=city.at)
    return both, one


def test_what_was_granted_to_either_entry_is_counted_once_and_whole(city):
    pair = twins.build(city)
    both, one = _paid_twice(city, pair)
    match_all(at=city.at)
    before = visible_funnel(city.clerk, today=city.today).whole.amount
    merged(city, pair)
    match_all(at=city.at)
    kept, _ = pair.fresh()
    found = visible_funnel(city.clerk, today=city.today)
    assert (before, found.whole.amount) == (75_000, 75_000)
    assert (found.by_policy[both.pk].granted, found.by_policy[both.pk].amount) == (1, 60_000)
    row = Entitlement.objects.get(policy=one, enterprise=kept)
    assert (row.told_at, row.granted_at, row.amount, row.decided_by) == (city.at, city.at, 15_000, city.land_clerk)


def test_who_came_under_both_names_came_once_and_no_total_fails(client, city):
    pair = twins.build(city)
    kept, absorbed = pair.fresh()
    both, one = held(city, kept, absorbed), held(city, absorbed, title="只有并掉的到场")
    Participation.objects.create(event=one, enterprise=kept, invited_at=city.at)
    for event, firm in ((both, absorbed), (one, absorbed)):
        said = Outcome(firm, "INTENT", HELD_AT.date(), amount=Decimal(10_000))
        record_result(event, said, actor=city.bank_head, at=HELD_AT + DAY * 2)
    merged(city, pair)
    found = totals(city.clerk, 2026)
    assert (found.whole.held_count, found.whole.came_count, found.firm_count) == (2, 2, 1)
    assert found.whole.figures["CREDIT", "INTENT"][0] == 20_000
    assert [(line.name, line.came_count) for line in found.regions] == [(kept.region.name, 2)]
    client.force_login(city.clerk)
    assert client.get("/policies/events/totals?year=2026").status_code == 200


def test_a_seat_of_the_absorbed_entry_goes_along_and_all_of_it_comes_back(city):
    pair = twins.build(city)
    kept, absorbed = pair.fresh()
    _paid_twice(city, pair)
    event = opened(city, seats=1)
    sign_up(event, absorbed, actor=None, at=city.at, wish="找客户")
    Participation.objects.create(event=event, enterprise=kept, invited_at=city.at)
    before = dump()
    merge = merged(city, pair)
    row = Participation.objects.get(event=event, enterprise=kept)
    assert (row.is_coming, row.wish, event.participations.filter(signed_up_at__isnull=False).count()) == (
        True,
        "找客户",
        1,
    )
    undo_merge(merge, actor=city.director, at=city.at + 2 * DAY)
    tables = {"policies.Entitlement", "policies.Participation"}
    assert tables & set(changed(before, dump())) == set()


def test_results_where_nobody_came_are_in_the_totals_all_the_same(city):
    event = held(city, city.firm)
    said = Outcome(city.firm, "INTENT", HELD_AT.date(), amount=Decimal(5_000))
    record_result(event, said, actor=city.bank_head, at=HELD_AT + DAY * 2)
    Participation.objects.filter(event=event).update(attended=None)
    (line,) = totals(city.clerk, 2026).regions
    assert (line.name, line.came_count, line.figures["CREDIT", "INTENT"][0]) == (city.firm.region.name, 0, 5_000)
