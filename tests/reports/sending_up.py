"""报省的测试共用：走几步、跑一轮、看省平台存了什么。"""

import random
from datetime import timedelta

from django.utils import timezone

from cases.enums import Action, Source
from cases.services import Report, perform, report_problem
from reports.models import ProvinceReport
from reports.services.province import reporting

RNG = random.Random(65)


def one_round(*, later=timedelta(0), seconds=50):
    """跑一轮，像每分钟的任务那样；`later` 是假装过了多久。"""

    def clock():
        return timezone.now() + later

    return reporting.report_upward(clock=clock, rng=RNG, until=clock() + timedelta(seconds=seconds))


def signed(city, number=1):
    """一件走到办理中：提出、受理、交办、签收，四步。"""
    from tests.cases import steps

    case = report_problem(
        Report(city.firm, f"第 {number} 件", f"联系 13812345678，第 {number} 件。", Source.ENTERPRISE),
        actor=city.firm_user, at=city.at,
    )  # fmt: skip
    case = perform(case, Action.ACCEPT, actor=city.clerk, at=city.at)
    case = perform(case, Action.DISPATCH, actor=city.clerk, at=city.at, plan=steps.plan(city))
    return perform(case, Action.SIGN, actor=city.land_clerk, at=city.at)


def arrived(store):
    """{问题编号: [次序…]}，按收到的先后。"""
    found = {}
    for number, sequence, _ in store.all():
        found.setdefault(number, []).append(sequence)
    return found


def states():
    """各状态几行。"""
    rows = ProvinceReport.objects.order_by().values_list("state", flat=True)
    return {state: list(rows).count(state) for state in set(rows)}
