"""活动回访（R-63）：30 天、90 天各一次，到日子告诉主办单位，过了几个工作日没做再说一次。

日子遇休息日顺延（R-42）；节假日安排改了，没做的跟着重算：提醒的任务每次先算一遍，最多晚一个钟头。
"""

from datetime import date, datetime, timedelta

from django.db import transaction

from cadres.calendar import WorkCalendar
from cadres.models import User
from cadres.services import notices
from cadres.services.calendar import calendar_at
from policies.models import EventFollowUp, MatchEvent
from policies.services.days import local_day
from policies.services.events.rights import ORGANISERS, demand_organiser
from policies.services.events.telling import address_of
from zhuqi.kernel.errors import Conflict, InvalidInput

ACCOUNT_MOST = 2000
LATE_AFTER = 5  # working days


def due_of(event: MatchEvent, after: int, calendar: WorkCalendar) -> date:
    """活动那天起 `after` 天，遇休息日顺延到下一个工作日（R-42）。"""
    return calendar.next_workday(local_day(event.held_at) + timedelta(days=after))


def reckon_follow_ups() -> int:
    """照现在的工作日历重算没做的回访；给改了日子的条数。做过的不动。"""
    calendar, moved = calendar_at(), 0
    for row in EventFollowUp.objects.waiting().select_related("event"):
        due_on = due_of(row.event, row.after, calendar)
        if due_on != row.due_on:
            moved += EventFollowUp.objects.waiting().filter(pk=row.pk).update(due_on=due_on)
    return moved


@transaction.atomic
def record_follow_up(follow_up: EventFollowUp, *, actor: User | None, at: datetime, account: str) -> EventFollowUp:
    """记一次回访；记过的不改写。错误：InvalidInput（没写、太长）、Conflict（别人刚记过）、NotPermitted。"""
    demand_organiser(actor, follow_up.event)
    account = account.strip()
    if not account or len(account) > ACCOUNT_MOST:
        words = f"回访情况最多 {ACCOUNT_MOST} 字。" if account else "请写回访了哪些企业、走到哪一步、还差什么。"
        raise InvalidInput(words, {"account": [words]})
    # No join: PostgreSQL would look the condition up again in the old snapshot, and both clicks would win.
    # Follow-ups exist only for events that were held, and an event held stays so.
    waiting = EventFollowUp.objects.waiting().filter(pk=follow_up.pk)
    if not waiting.update(done_at=at, done_by=actor, account=account):
        raise Conflict("这次回访刚由别人记过，请刷新后再看；新的进展可以记成结果。")
    follow_up.refresh_from_db()
    return follow_up


def remind_follow_ups(*, at: datetime) -> int:
    """到日子的说一次，过了 5 个工作日没做的再说一次；再跑一遍不会重说，漏跑的那天补上。给新通知的条数。"""
    reckon_follow_ups()
    today = local_day(at)
    late_before = calendar_at().add_workdays(today, -LATE_AFTER)
    told = 0
    for row in EventFollowUp.objects.waiting().filter(due_on__lte=today).select_related("event__unit"):
        told += _remind(row, today, at=at)
        if row.due_on <= late_before:
            told += _remind(row, today, at=at, is_late=True)
    return told


def _remind(row: EventFollowUp, today: date, *, at: datetime, is_late: bool = False) -> int:
    people = User.objects.filter(unit=row.event.unit_id, role__in=ORGANISERS, is_active=True)
    days = (today - row.due_on).days
    said = f"应在 {row.due_on:%m-%d} 前回访" + (f"，已经过了 {days} 天" if days > 0 else "，今天到日子")
    key = f"event-follow-up:{row.pk}" + (":late" if is_late else "")
    title = f"活动回访{'还没做' if is_late else '到日子了'}：{row.event}（{row.get_after_display()}）"
    body = f"{said}。问问参加的企业走到哪一步，新的签约、到位随手记上。"
    return notices.notify(
        people, key, title, at=at, body=body, url=address_of(row.event), tone="late" if is_late else "near"
    )
