"""给回头看的测试用的：十月里销了号的一件，抽中、到日子、派给谁。"""

from datetime import date

from cases.models import LookBack
from cases.services import Rating, rate
from cases.services.look_back_draws import draw_month
from cases.services.look_back_duty import tend
from cases.services.look_backs import Seen, record
from tests.cases.steps import instant, rating

OCTOBER = date(2026, 10, 1)
CLOSED_AT = instant("2026-10-14 10:00")
DRAWN_AT = instant("2026-11-01 02:30")
DUE_AT = instant("2026-11-13 08:20")  # 10-14 + 30 days, a Friday
SEED = "5eed0000c0ffee00"
REAL = Seen("PHONE", "REAL", "电话问过厂长，用地手续已批，设备已进场。")
FALSE = Seen("VISIT", "FALSE", "现场没有施工，企业没有收到批复。", "把规划调整批复办下来")
RELAPSED = Seen("PHONE", "RELAPSED", "批过一次，上周又被收回。", "恢复用地手续")


def closed(city, at=CLOSED_AT, stars=5):
    """销了号。"""
    case = rating(city, at)
    return rate(case.evaluations.get(), Rating(stars), at=at)


def everything(city):
    """每件必看以外的全抽，免得测试看运气。"""
    from cadres.services import settings

    settings.change("look_back_share", 100, actor=None, at=city.at)


def drawn(city, **how):
    """销了号并抽中的一件：30 天和 90 天各一次，还没派。"""
    everything(city)
    case = closed(city, **how)
    draw_month(OCTOBER, at=DRAWN_AT, seed=SEED)
    return case


def assigned(city, **how):
    """到了日子、派出去的第一次。"""
    case = drawn(city, **how)
    tend(at=DUE_AT)
    return LookBack.objects.select_related("case", "assignee").get(case=case, round=30)


def looked(city, seen=REAL, at=DUE_AT):
    """看过的。"""
    row = assigned(city)
    return record(row, seen, tries=row.tries, actor=row.assignee, at=at)
