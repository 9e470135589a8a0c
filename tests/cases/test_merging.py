"""并案与撤销：两边的历史一字不差地还回来（领域文档 §5）。"""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from cases.enums import Action, Status
from cases.models import Case, CaseEvent, Merge
from cases.services import merging, perform
from tests.cases import steps as walk
from tests.cases.dumps import changed, dump
from tests.cases.steps import DAY
from tests.city import build_city
from zhuqi.kernel.errors import Conflict


def upheld(city):
    """退单成立、回到待交办的一件：有旧单、有停掉的和了结的期限。"""
    case = walk.dispatched(city, city.at)
    case = perform(case, Action.OBJECT, actor=city.land_head, at=city.at, note="不属本局。", proper_unit=city.labour)
    return perform(case, Action.UPHOLD, actor=city.clerk, at=city.at, note="属人社。")


STARTS = {
    "待受理": lambda city: walk.reported(city, city.at),
    "待交办": lambda city: walk.accepted(city, city.at),
    "退单成立后": upheld,
}


@pytest.mark.django_db
@pytest.mark.parametrize("start", STARTS)
@pytest.mark.parametrize("target", ["待受理", "办理中"])
def test_undoing_a_merge_gives_both_histories_back(city, start, target):
    case = STARTS[start](city)
    into = walk.handling(city, city.at) if target == "办理中" else walk.reported(city, city.at)
    before = dump()
    case = perform(case, Action.MERGE, actor=city.clerk, at=city.at + DAY, into=into)
    assert (case.status, case.next_due_on) == (Status.MERGED, None)
    perform(case, Action.UNMERGE, actor=city.clerk, at=city.at + 7 * DAY)
    # The revisions have been used: a page from before the merge must not count as fresh. The two steps stay told.
    left = changed(before, dump())
    assert left.pop("cases.Case") == [
        {"revision": (row.revision, row.revision + 2)} for row in _fresh(before, case, into)
    ]
    assert {len(left.pop("cases.Merge")), len(left.pop("cases.CaseEvent")) // 4} == {1}
    assert left == {}


def _fresh(before, *cases):
    rows = before["cases.Case"]
    return sorted((Case(**rows[each.pk]) for each in cases), key=lambda row: row.pk)


@pytest.mark.django_db
def test_the_clock_goes_on_where_it_stood_not_anew(city):
    case, into = walk.reported(city, city.at), walk.accepted(city, city.at)
    due_on = case.next_due_on
    case = perform(case, Action.MERGE, actor=city.clerk, at=city.at, into=into)
    case = perform(case, Action.UNMERGE, actor=city.clerk, at=city.at + 7 * DAY)
    assert case.next_due_on == due_on
    assert case.deadlines.count() == 1


@pytest.mark.django_db
def test_merged_and_undone_twice_gives_each_time_the_same_back(city):
    case, into = walk.reported(city, city.at), walk.accepted(city, city.at)
    for _ in range(2):
        case = perform(case, Action.MERGE, actor=city.clerk, at=city.at, into=into)
        case = perform(case, Action.UNMERGE, actor=city.clerk, at=city.at)
    assert [(row.clock, row.voided_at) for row in case.deadlines.all()] == [("ACCEPT", None)]


@pytest.mark.django_db
def test_a_merge_from_before_the_stopped_clocks_were_written_down_starts_a_new_one(city):
    case, into = walk.reported(city, city.at), walk.accepted(city, city.at)
    case = perform(case, Action.MERGE, actor=city.clerk, at=city.at, into=into)
    CaseEvent.objects.filter(case=case, kind=Action.MERGE).update(data={"into": into.number})
    assert merging.stopped_by(Merge.objects.get()) is None
    case = perform(case, Action.UNMERGE, actor=city.clerk, at=city.at + 7 * DAY)
    assert str(case.next_due_on) == "2026-12-01"


@pytest.mark.django_db
def test_a_crash_half_way_leaves_nothing(city):
    case, into = walk.reported(city, city.at), walk.accepted(city, city.at)
    before = dump()
    with pytest.raises(AttributeError):
        # The files are kept last: by then everything else has been written.
        perform(case, Action.MERGE, actor=city.clerk, at=city.at, into=into, files=[object()])
    assert changed(before, dump()) == {}


@pytest.mark.django_db(transaction=True)
def test_two_cases_merged_into_each_other_at_once_leave_one_open():
    city = build_city()
    one, other = walk.reported(city, city.at), walk.reported(city, city.at)
    barrier = Barrier(2)

    def merge(case, into):
        barrier.wait()
        try:
            return perform(case, Action.MERGE, actor=city.clerk, at=city.at, into=into)
        except Exception as lost:  # noqa: BLE001 - on PostgreSQL a deadlock is broken for one of the two
            return lost
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(lambda pair: merge(*pair), [(one, other), (other, one)]))
    assert sum(isinstance(result, Case) for result in results) == 1
    assert Case.objects.open().count() == 1


@pytest.mark.django_db
def test_what_was_merged_into_moved_on_meanwhile_is_a_conflict(city):
    stale = walk.reported(city, city.at)
    perform(stale, Action.ACCEPT, actor=city.clerk, at=city.at)
    with pytest.raises(Conflict, match="刚被别人办过"):
        merging.claim(stale)
