"""会议测试共用的几步：一件逾期、一次筹备好的会、一次定稿的会、一次印发的会，都经过真正的服务。"""

from cases.enums import MeetingKind, MeetingState, Resolution
from cases.models import Meeting
from cases.services import meetings, minutes
from cases.services.minutes import ItemDraft, MinutesDraft
from tests.cases import steps
from tests.cases.steps import DAY

HOUR = DAY / 24


def overdue(city, days=12):
    """签收了却一直没反馈的一件。"""
    return steps.handling(city, city.at - days * DAY)


def plan(city, kind=MeetingKind.SERVICE, **more):
    """明天上午开，秦副市长主持。"""
    said = {"kind": kind, "held_at": city.at + DAY, "place": "第三会议室", "chair": city.leader} | more
    return meetings.MeetingPlan(**said)


def planned(city, kind=MeetingKind.SERVICE, *, cases=(), actor=None, **more):
    """筹备了。"""
    return meetings.plan_meeting(plan(city, kind, **more), actor=actor or city.clerk, at=city.at, cases=cases)


def frozen(city, *cases, topics=(), **more):
    """只议这几件，定稿了。"""
    meeting = planned(city, MeetingKind.CONSULT, cases=cases, **more)
    for title in topics:
        meetings.add_topic(meeting, title, actor=city.clerk, at=city.at)
    return meetings.freeze_agenda(meeting, actor=city.clerk, at=city.at)


def drafted(city, meeting, *, attended="市活动办、市自然资源局", opening="", **said):
    """每一项同样写：存一稿。"""
    words = {"resolution": Resolution.NOTED, "decision": "周五前拿出方案。"} | said
    items = {item.pk: ItemDraft(**words) for item in meeting.items.all()}
    return minutes.save_minutes(
        meeting, MinutesDraft(attended, opening, items), actor=city.clerk, at=city.at + HOUR
    )  # fmt: skip


def closed(city, *cases, actor=None, topics=(), chair="leader", **said):
    """印发了。"""
    meeting = frozen(city, *cases, topics=topics, chair=getattr(city, chair) if chair else None)
    drafted(city, meeting, **said)
    return minutes.close_meeting(meeting, actor=actor or city.director, at=city.at + DAY)


def only(meeting):
    """唯一的一项，重新取来。"""
    return (
        Meeting.objects.get(pk=meeting.pk)
        .items.select_related("meeting__office", "meeting__chair", "unit", "case")
        .get()
    )


PLANNED, FROZEN, CLOSED, CANCELLED = MeetingState


def only_of(meeting, case):
    """这一件的那一项。"""
    return meeting.items.get(case=case)
