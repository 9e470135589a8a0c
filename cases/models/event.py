"""经过：账本也是发件箱；附件与批示。"""

from typing import Self

from django.db import models
from django.db.models import Q

from cadres.models import Unit, User
from cases.enums import Action, Status
from cases.models.case import Case
from cases.models.ticket import Ticket
from cases.querysets import CasePartQuerySet, InstructionQuerySet

EVENT_KINDS = [*Action.choices, ("open", "提出"), ("note", "记事")]


class EventQuerySet(CasePartQuerySet):
    """经过。"""

    def untold(self) -> Self:
        """还没有变成通知的（发件箱）。"""
        return self.filter(told_at__isnull=True)


class CaseEvent(models.Model):
    """案件的一步：谁、何时、做了什么、从哪到哪。只增不改。"""

    case = models.ForeignKey(Case, models.CASCADE, related_name="events", verbose_name="诉求")
    kind = models.CharField("动作", max_length=24, choices=EVENT_KINDS)
    at = models.DateTimeField("时间")
    actor = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="人")
    actor_label = models.CharField("署名", max_length=80)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="单位")
    status_before = models.CharField("原状态", max_length=10, choices=Status.choices, blank=True)
    status_after = models.CharField("新状态", max_length=10, choices=Status.choices)
    note = models.TextField("内容", max_length=4000, blank=True)
    data = models.JSONField("细节", default=dict, blank=True)
    ticket = models.ForeignKey(
        Ticket, models.PROTECT, null=True, blank=True, related_name="events", verbose_name="单据"
    )
    # 企业看得到的只有 is_public；内部的（裁定讨论、催问）不给企业看。
    is_public = models.BooleanField("企业可见", default=True)
    told_at = models.DateTimeField("已通知", null=True, blank=True)

    objects = EventQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "经过"
        ordering = ("at", "pk")
        indexes = [
            models.Index(fields=["case", "-at"], name="event_case"),
            models.Index(fields=["id"], condition=Q(told_at__isnull=True), name="event_outbox"),
            models.Index(fields=["kind", "-at"], name="event_kind"),
        ]


class Attachment(models.Model):
    """附件：按内容验过、随机名存放、先查可见再给下载（R-74）。"""

    case = models.ForeignKey(Case, models.CASCADE, related_name="attachments", verbose_name="诉求")
    event = models.ForeignKey(CaseEvent, models.SET_NULL, null=True, blank=True, related_name="attachments")
    file = models.FileField("文件", upload_to="cases/%Y/%m/")
    original_name = models.CharField("原文件名", max_length=120)
    content_type = models.CharField("类型", max_length=80)
    size = models.PositiveIntegerField("字节")
    sha256 = models.CharField("摘要", max_length=64)
    is_evidence = models.BooleanField("办结佐证", default=False)
    is_public = models.BooleanField("企业可见", default=True)
    uploaded_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="上传人")
    uploaded_at = models.DateTimeField("上传时间")

    objects = CasePartQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "附件"
        ordering = ("pk",)


class Instruction(models.Model):
    """批示（领导在一件事上写的话）。"""

    case = models.ForeignKey(Case, models.CASCADE, related_name="instructions", verbose_name="诉求")
    leader = models.ForeignKey(User, models.PROTECT, related_name="instructions", verbose_name="领导")
    text = models.TextField("批示", max_length=1000)
    given_at = models.DateTimeField("时间")
    recorded_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="代记人（会议议定的）"
    )
    due_on = models.DateField("要求何时报", null=True, blank=True)
    answer = models.TextField("办理情况", max_length=2000, blank=True)
    answered_at = models.DateTimeField("答复时间", null=True, blank=True)
    answered_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="答复人"
    )

    objects = InstructionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "批示"
        ordering = ("-given_at",)
        indexes = [
            models.Index(
                fields=["leader", "given_at"], condition=Q(answered_at__isnull=True), name="instruction_waiting"
            ),
        ]
