"""同一下点了两次、两个人同时点：只有一个成（架构第 5 条）。"""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from cases.enums import Action, Source
from cases.models import Case, CaseEvent, Evaluation, Ticket
from cases.services import Rating, Report, perform, rate, report_problem
from tests.cases import situations, steps
from tests.city import build_city
from zhuqi.kernel.errors import Conflict

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts):
    """几件事在几条线程里一起做；成了的给结果，没成的给错误。"""
    barrier = Barrier(len(acts))

    def run(act):
        barrier.wait()
        try:
            return act()
        except Conflict as lost:
            return lost
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def winners(results):
    return [each for each in results if not isinstance(each, Conflict)]


def test_a_double_click_signs_once():
    city = build_city()
    case = steps.dispatched(city, city.at)
    click = lambda: perform(case, Action.SIGN, actor=city.land_clerk, at=city.at, revision=case.revision)  # noqa: E731 - the same click twice
    assert len(winners(at_once(click, click))) == 1
    assert CaseEvent.objects.filter(kind=Action.SIGN).count() == 1


def test_a_double_click_rates_once():
    city = build_city()
    row = steps.rating(city, city.at).evaluations.get()
    results = at_once(lambda: rate(row, Rating(5), at=city.at), lambda: rate(row, Rating(1), at=city.at))
    assert len(winners(results)) == 1
    kept, case = Evaluation.objects.get(), Case.objects.get()
    assert (kept.satisfaction, case.status) in {(5, "CLOSED"), (1, "HANDLING")}
    assert case.bad_rating_count == (kept.satisfaction == 1)


def test_a_double_click_reports_once():
    city = build_city()
    form = Report(city.firm, "用电不足", "缺 800 千伏安。", Source.ENTERPRISE, token="one-form")
    click = lambda: report_problem(form, actor=city.firm_user, at=city.at).pk  # noqa: E731 - the same click twice
    assert len(set(at_once(click, click, click))) == 1
    assert Case.objects.count() == CaseEvent.objects.count() == 1


def test_signing_and_objecting_at_once_leave_one_of_them():
    city = build_city()
    case = steps.dispatched(city, city.at)
    results = at_once(
        lambda: perform(case, Action.SIGN, actor=city.land_clerk, at=city.at, revision=case.revision),
        lambda: perform(
            case, Action.OBJECT, actor=city.land_head, at=city.at, revision=case.revision, note="不属本局。",
            proper_unit=city.labour,
        ),
    )  # fmt: skip
    assert len(winners(results)) == 1
    status = Case.objects.get().status
    assert (status, Case.objects.get().objections.count()) in {("HANDLING", 0), ("OBJECTED", 1)}


def test_two_offices_dispatching_one_case_issue_one_ticket():
    city = build_city()
    case = steps.accepted(city, city.at)
    results = at_once(
        *(
            lambda who=who: perform(
                case, Action.DISPATCH, actor=getattr(city, who), at=city.at, plan=situations.plan(city)
            )
            for who in ("clerk", "director", "county_clerk")
        )
    )
    assert len(winners(results)) == 1
    assert Ticket.objects.count() == 1
    assert Ticket.objects.get().number.endswith("〕1号")
