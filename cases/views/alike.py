"""相似的怎么收的场（R-22、R-31）：结果、用时、承诺；提出的时候、交办的时候、问题页上说的是同一句。"""

from cases.services.reckoning import calendar_now
from zhuqi import datewords


def endings(cases, user=None):
    """[(案件, 一句话)]：已解决，用时 6 个工作日。`user` 是读的人：企业看不到内部的来回（R-25）。"""
    cases = list(cases)
    if not cases:
        return []
    calendar = calendar_now()
    return [(case, ending(case, calendar, user)) for case in cases]


def ending(case, calendar, user=None):
    """一件怎么收的场；没收场的说走到哪里。"""
    said = case.get_outcome_display()[2:] if case.outcome else case.status_told(user)[1]
    if case.closed_at and case.dispatched_at:
        used = calendar.workdays_between(datewords.day_of(case.dispatched_at), datewords.day_of(case.closed_at))
        return f"{said}，用时 {used} 个工作日"
    return f"{said}，承诺 {datewords.md(case.promised_on)}" if case.promised_on else said
