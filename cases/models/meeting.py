"""会议（R-55）：议程从数据里提出，定稿后会上照着议，纪要变成单据和批示。"""

from django.db import models
from django.db.models import Q

from cadres.models import Unit, User
from cases.enums import AgendaReason, MeetingKind, MeetingState, Resolution
from cases.models.case import Case
from cases.models.event import CaseEvent
from cases.models.issue import CommonIssue
from cases.querysets import MeetingPartQuerySet, MeetingQuerySet


class Meeting(models.Model):
    """一次会。"""

    kind = models.CharField("会议", max_length=10, choices=MeetingKind.choices)
    office = models.ForeignKey(Unit, models.PROTECT, related_name="meetings", verbose_name="召集的活动办")
    held_at = models.DateTimeField("开会时间")
    place = models.CharField("地点", max_length=60, blank=True)
    chair = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="主持")
    state = models.CharField("状态", max_length=9, choices=MeetingState.choices, default=MeetingState.PLANNED)
    revision = models.PositiveIntegerField("修订", default=0)
    made_at = models.DateTimeField("筹备时间")
    made_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="筹备人")
    frozen_at = models.DateTimeField("议程定稿时间", null=True, blank=True)
    frozen_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="定稿人")
    attended = models.TextField("出席", max_length=1000, blank=True)
    opening = models.TextField("纪要正文", max_length=4000, blank=True)
    closed_at = models.DateTimeField("纪要印发时间", null=True, blank=True)
    closed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="印发人")

    objects = MeetingQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "会议"
        ordering = ("-held_at", "-pk")
        indexes = [models.Index(fields=["office", "-held_at"], name="meeting_office")]
        constraints = [
            models.UniqueConstraint(
                fields=["office", "kind", "held_at"], condition=~Q(state="CANCELLED"), name="one_meeting_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.held_at:%Y-%m-%d}"


class AgendaItem(models.Model):
    """一项议题；定稿时把当时的情况定格在 `facts` 里。"""

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="items", verbose_name="会议")
    ordinal = models.PositiveSmallIntegerField("次序")
    reason = models.CharField("为什么上会", max_length=12, choices=AgendaReason.choices)
    case = models.ForeignKey(
        Case, models.PROTECT, null=True, blank=True, related_name="agenda_items", verbose_name="诉求"
    )
    issue = models.ForeignKey(
        CommonIssue, models.PROTECT, null=True, blank=True, related_name="agenda_items", verbose_name="共性问题"
    )
    title = models.CharField("议题", max_length=120)
    facts = models.JSONField("定稿时的情况", default=dict, blank=True)
    resolution = models.CharField("议定", max_length=8, choices=Resolution.choices, blank=True)
    decision = models.TextField("议定事项", max_length=1000, blank=True)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="由谁落实")
    due_on = models.DateField("完成时限", null=True, blank=True)
    event = models.ForeignKey(
        CaseEvent, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="落到哪一步"
    )
    trouble = models.CharField("没能落成的原因", max_length=300, blank=True)
    result = models.CharField("落实情况", max_length=500, blank=True)
    done_at = models.DateTimeField("落实时间", null=True, blank=True)
    done_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="填报人")

    objects = MeetingPartQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "议题"
        ordering = ("meeting", "ordinal", "pk")
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "case"], condition=Q(case__isnull=False), name="one_agenda_item_a_case"
            ),
        ]
