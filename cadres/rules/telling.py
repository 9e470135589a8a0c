"""通知怎么出门：哪一类、几点不打扰、摘要什么时候、失败了隔多久再试。都是纯函数，时间从外面给（北京时间）。"""

from datetime import datetime, timedelta

from cadres.enums import Channel, NoticeKind

LOUD = frozenset({"near", "late"})
KINDS: tuple[tuple[str, NoticeKind], ...] = (
    ("case-event:", NoticeKind.CASE),
    ("issue:", NoticeKind.CASE),
    ("look-back:", NoticeKind.CASE),
    ("planned:", NoticeKind.VISIT),
    ("moved:", NoticeKind.VISIT),
    ("declined:", NoticeKind.VISIT),
    ("cancelled:", NoticeKind.VISIT),
    ("joint:", NoticeKind.VISIT),
    ("quiet:", NoticeKind.VISIT),
    ("assignment:", NoticeKind.VISIT),
    ("double-ten", NoticeKind.VISIT),
    ("contact", NoticeKind.VISIT),
    ("meeting:", NoticeKind.MEETING),
    ("agenda-item:", NoticeKind.MEETING),
    ("ranking", NoticeKind.MEETING),
    ("circular", NoticeKind.MEETING),
    ("polic", NoticeKind.POLICY),
    ("match", NoticeKind.POLICY),
    ("event", NoticeKind.POLICY),
)
# Never leaves the house: a message about a dead address must not go to an address (bounce loop).
INSIDE_ONLY = ("address-off:",)
# Where nobody chose: what has a term goes by short message, all else stays inside.
DEFAULT_ROUTES: dict[str, tuple[str, ...]] = {NoticeKind.URGE: (Channel.SMS,)}
BACK_OFF_MINUTES = (1, 5, 15, 60, 240)


def kind_of(key: str, tone: str) -> NoticeKind | None:
    """A notice's kind from its key and tone; None for what stays inside whatever anybody chose."""
    if key.startswith(INSIDE_ONLY):
        return None
    for opening, kind in KINDS:
        if key.startswith(opening):
            return NoticeKind.URGE if opening == "case-event:" and tone in LOUD else kind
    return NoticeKind.OTHER


def quiet_until(now: datetime, start: int, end: int) -> datetime | None:
    """When the quiet hours that `now` lies in are over; None outside them. The same hour twice: no quiet hours."""
    within = start <= now.hour < end if start <= end else now.hour >= start or now.hour < end
    if not within:
        return None
    return _next(now, end)


def next_digest(now: datetime, hour: int) -> datetime:
    """The next time a daily digest is due: today's hour when it is still to come, else tomorrow's."""
    return _next(now, hour)


def back_off(attempts: int) -> timedelta | None:
    """How long to wait after the `attempts`-th failure; None: no more attempts."""
    if attempts > len(BACK_OFF_MINUTES):
        return None
    return timedelta(minutes=BACK_OFF_MINUTES[attempts - 1])


def _next(now: datetime, hour: int) -> datetime:
    there = now.replace(hour=hour, minute=0, second=0, microsecond=0)
    return there if there > now else there + timedelta(days=1)
