"""到点的任务（R-41）。消息只说「现在去看」，活都在库里，所以丢了、重了、晚了都不要紧。"""

from celery import shared_task
from django.utils import timezone

from cases.services import (
    double_ten,
    issue_proposals,
    look_back_draws,
    look_back_duty,
    policy_proposals,
    reminders,
    telling,
)
from cases.services.enforcement import enforce


@shared_task(name="cases.enforce_day")
def enforce_day():
    """每个工作日 09:00：把没跑完的时点跑完。"""
    results = enforce(at=timezone.now())
    return {day.isoformat(): dict(outcome.counts) for day, outcome in results.items()}


@shared_task(name="cases.remind_double_ten")
def remind_double_ten():
    """每天 08:30：该提醒的助企日事项（R-15、R-41）。"""
    return reminders.remind(at=timezone.now())


@shared_task(name="cases.close_double_ten")
def close_double_ten():
    """每天零点：昨天若是双十日，24:00 收口。"""
    at = timezone.now()
    double_ten.open_rows_up_to(timezone.localdate(at) - double_ten.DAY, at=at)


@shared_task(name="cases.propose_issues")
def propose_issues():
    """每晚：相似的诉求提为共性问题；过期没落实的政策建议说一声。"""
    at = timezone.now()
    found = issue_proposals.propose_issues(at=at)
    return {"made": found.made, "grown": found.grown, "late": policy_proposals.remind_proposals(at=at)}


@shared_task(name="cases.notify")
def notify():
    """每分钟：把账本里还没说的说出去。"""
    return telling.tell_all(at=timezone.now())


@shared_task(name="cases.draw_look_backs")
def draw_look_backs():
    """每月 1 日：抽上个月销号的回头看；漏了的月补上（R-30）。"""
    at = timezone.now()
    return [
        f"{look_back_draws.draw_month(month, at=at).month:%Y-%m}" for month in look_back_draws.missing_months(at=at)
    ]


@shared_task(name="cases.tend_look_backs")
def tend_look_backs():
    """每天：到了日子的回头看取消、派人、提醒，没拟成的问效补上（R-30）。"""
    return look_back_duty.tend(at=timezone.now())
