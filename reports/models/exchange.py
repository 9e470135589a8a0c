"""与省平台交换的数据（R-65）：开关、待报的步骤、字段对照、交办下来的、对账。"""

from django.db import models
from django.db.models import Q

from cadres.models import User
from cases.models import Case, CaseEvent
from reports.enums import HandedState, ReconciliationState, SendState, Transform
from reports.models.sending import CityOnlyQuerySet, Sending, SendingQuerySet


class ProvinceLink(models.Model):
    """对省平台的开关与进度；只有一行。没有这一行就是未开通。"""

    ONLY = 1

    since = models.DateTimeField("从什么时候的步骤报起")
    started_at = models.DateTimeField("开通时间")
    started_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="开通人")
    paused_at = models.DateTimeField("暂停时间", null=True, blank=True)
    pause_reason = models.CharField("为什么暂停", max_length=200, blank=True)
    drained_to = models.BigIntegerField("账本读到哪一步", default=0)
    handed_after = models.CharField("交办收到哪里", max_length=60, blank=True)
    failing_since = models.DateTimeField("从什么时候起不通", null=True, blank=True)
    failure = models.CharField("不通的原因", max_length=300, blank=True)
    last_ok_at = models.DateTimeField("上次通的时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "省平台对接"

    def __str__(self) -> str:
        return "省平台对接"


class ProvinceReport(Sending):
    """要报省平台的一步；每件诉求一队，逐步按次序报（R-65）。"""

    case = models.ForeignKey(Case, models.CASCADE, related_name="province_reports", verbose_name="诉求")
    # Empty for a correction: it reports the case as it is now, not a step of the ledger.
    event = models.OneToOneField(
        CaseEvent, models.CASCADE, null=True, blank=True, related_name="province_report", verbose_name="经过"
    )
    receipt_number = models.CharField("省平台回执号", max_length=60, blank=True)
    receipt_at = models.DateTimeField("省平台收到时间", null=True, blank=True)
    by_sheet = models.BooleanField("用表格报的", default=False)

    objects = SendingQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "报省步骤"
        ordering = ("pk",)
        constraints = [models.UniqueConstraint(fields=["lane", "seq"], name="one_step_in_a_lane")]
        indexes = [
            models.Index(fields=["lane", "seq"], condition=~Q(state=SendState.SENT), name="province_open_lane"),
            models.Index(fields=["next_at"], condition=Q(state=SendState.WAITING), name="province_due"),
            models.Index(fields=["state", "-id"], name="province_state"),
            models.Index(fields=["sent_at"], name="province_sent"),
        ]


class FieldMap(models.Model):
    """字段对照的一行：我们的哪一项，在省平台叫什么，值怎么换（R-65）。"""

    theirs = models.CharField("省平台字段", max_length=40, unique=True)
    ours = models.CharField("我们的项", max_length=30, unique=True)
    transform = models.CharField("怎么换", max_length=10, choices=Transform.choices, default=Transform.TEXT)
    codes = models.JSONField("代码对照", default=dict, blank=True)
    is_required = models.BooleanField("必填", default=False)
    is_sent = models.BooleanField("报送", default=True)
    ordering = models.PositiveSmallIntegerField("次序", default=0)
    revision = models.PositiveIntegerField("修订", default=0)
    changed_at = models.DateTimeField("改动时间")
    changed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="改动人")

    class Meta:
        verbose_name = verbose_name_plural = "字段对照"
        ordering = ("ordering", "pk")

    def __str__(self) -> str:
        return self.theirs


class HandedDown(models.Model):
    """省平台交办下来的一件；省平台编号唯一，再来一次不会多一件（R-65）。"""

    number = models.CharField("省平台编号", max_length=60, unique=True)
    fields = models.JSONField("原文", default=dict)
    state = models.CharField("状态", max_length=8, choices=HandedState.choices, default=HandedState.STUCK)
    case = models.OneToOneField(
        Case, models.PROTECT, null=True, blank=True, related_name="handed_down", verbose_name="诉求"
    )
    trouble = models.CharField("为什么没登记、哪里对不上", max_length=300, blank=True)
    received_at = models.DateTimeField("收到时间")
    last_at = models.DateTimeField("最近一次收到")
    times = models.PositiveIntegerField("收到几次", default=1)
    # What a later copy said otherwise: [{"at", "field", "before", "after"}]; the case is not changed by it.
    differences = models.JSONField("后来的不同", default=list, blank=True)

    objects = CityOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "省平台交办"
        ordering = ("-received_at", "-pk")

    def __str__(self) -> str:
        return self.number


class Reconciliation(models.Model):
    """一次对账：我们送到的与省平台存的，差在哪里（R-65）。"""

    state = models.CharField("状态", max_length=8, choices=ReconciliationState.choices)
    since = models.DateTimeField("从")
    until = models.DateTimeField("到")
    started_at = models.DateTimeField("开始")
    finished_at = models.DateTimeField("结束", null=True, blank=True)
    started_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="发起人")
    case_count = models.PositiveIntegerField("诉求", default=0)
    sent_count = models.PositiveIntegerField("我们送到", default=0)
    received_count = models.PositiveIntegerField("省平台收到", default=0)
    missing_count = models.PositiveIntegerField("少了", default=0)
    doubled_count = models.PositiveIntegerField("多了", default=0)
    disordered_count = models.PositiveIntegerField("乱序", default=0)
    differing_count = models.PositiveIntegerField("内容不同", default=0)
    found_count = models.PositiveIntegerField("补读的步骤", default=0)
    # [{"case", "number", "missing": [seq], "doubled": [seq], "disordered": [seq], "fields": [{"name", "ours", "theirs"}]}]
    details = models.JSONField("差在哪里", default=list)
    trouble = models.CharField("没对成的原因", max_length=300, blank=True)

    objects = CityOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "对账"
        ordering = ("-pk",)

    def __str__(self) -> str:
        return f"{self.started_at:%Y-%m-%d %H:%M}"

    @property
    def is_even(self) -> bool:
        """两边一样。"""
        counts = (self.missing_count, self.doubled_count, self.disordered_count, self.differing_count)
        return self.state == ReconciliationState.DONE and not any(counts)
