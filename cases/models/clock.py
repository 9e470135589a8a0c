"""时限的数据：规则、期限、暂停、改动记录、执行记录（R-26、R-40 – R-44）。"""

from datetime import date
from typing import Self

from django.db import models
from django.db.models import Q

from cadres.models import CalendarVersion, Unit, User
from cases.enums import Clock
from cases.models.case import Case
from cases.querysets import CasePartQuerySet


class RuleSet(models.Model):
    """一套办理规则的一个版本；改规则就是加版本，案件留着交办时的那一版（R-40）。

    `terms` 如 {"SIGN": "1d", "FEEDBACK": "3d", "RESOLVE.SINGLE": "7d", "RESOLVE.COMPLEX": "1m"}；
    d 自然日、w 工作日、m 月。
    """

    code = models.CharField("代码", max_length=16)
    version = models.PositiveSmallIntegerField("版本")
    name = models.CharField("名称", max_length=40)
    terms = models.JSONField("各项时限")
    roll = models.CharField("期满日遇休息日", max_length=8, default="FORWARD")
    is_default = models.BooleanField("默认", default=False)
    note = models.CharField("说明", max_length=300, blank=True)
    made_at = models.DateTimeField("制定时间")
    made_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="制定人")

    class Meta:
        verbose_name = verbose_name_plural = "办理规则"
        ordering = ("code", "-version")
        constraints = [
            models.UniqueConstraint(fields=["code", "version"], name="one_rule_version"),
            models.UniqueConstraint(fields=["is_default"], condition=Q(is_default=True), name="one_default_rule"),
        ]

    def __str__(self) -> str:
        return f"{self.name} 第 {self.version} 版"


class DeadlineQuerySet(CasePartQuerySet):
    """期限。"""

    def running(self) -> Self:
        """还在走的：没完成、没作废。"""
        return self.filter(met_at__isnull=True, voided_at__isnull=True)

    def missed(self, *, today: date) -> Self:
        """到 `today` 零点已过 24:00 而没做的（R-40：当天 24:00 止）。"""
        return self.running().filter(due_on__lt=today)


class Deadline(models.Model):
    """一个期限一行。`due_on` 当天 24:00（北京时间）止；剩几天从不存（R-44）。"""

    case = models.ForeignKey(Case, models.CASCADE, related_name="deadlines", verbose_name="诉求")
    ticket = models.ForeignKey(
        "cases.Ticket", models.PROTECT, null=True, blank=True, related_name="deadlines", verbose_name="单据"
    )
    clock = models.CharField("期限", max_length=16, choices=Clock.choices)
    holder = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="deadlines", verbose_name="责任单位"
    )
    started_on = models.DateField("起算日（当天不计）")
    term = models.CharField("时长", max_length=8, blank=True, help_text="空为直接约定的日期，如承诺日。")
    promised_on = models.DateField("约定日期", null=True, blank=True)
    extended_days = models.PositiveSmallIntegerField("延期天数", default=0)
    rule_set = models.ForeignKey(RuleSet, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="规则")
    calendar_version = models.ForeignKey(
        CalendarVersion, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="日历版本"
    )
    due_on = models.DateField("到期日")
    is_provisional = models.BooleanField("暂定", default=False)
    met_at = models.DateTimeField("完成时间", null=True, blank=True)
    voided_at = models.DateTimeField("停止时间", null=True, blank=True)
    urged_by = models.ForeignKey(
        "cases.Ticket", models.PROTECT, null=True, blank=True, related_name="urged_deadlines", verbose_name="催办单"
    )
    handled_at = models.DateTimeField("已由到期处理", null=True, blank=True)

    objects = DeadlineQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "期限"
        ordering = ("due_on", "pk")
        indexes = [
            models.Index(
                fields=["due_on", "clock"],
                condition=Q(met_at__isnull=True, voided_at__isnull=True),
                name="deadline_running",
            ),
            models.Index(fields=["case", "clock"], name="deadline_case"),
            # What fell due in a month, met or not: the month's ranking and 驾驶舱.
            models.Index(fields=["clock", "due_on"], name="deadline_clock_due"),
            models.Index(
                fields=["holder", "due_on"],
                condition=Q(met_at__isnull=True, voided_at__isnull=True),
                name="deadline_holder",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "due_on"],
                condition=Q(clock="DOUBLE_TEN", voided_at__isnull=True),
                name="one_double_ten_row",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_clock_display()} {self.due_on:%m-%d}"

    def is_missed(self, today: date) -> bool:
        """到 `today` 还没做而且过了 24:00。"""
        return self.met_at is None and self.voided_at is None and today > self.due_on


class DeadlineChange(models.Model):
    """期限的一次移动：旧 → 新，为什么（R-42、R-43）。"""

    deadline = models.ForeignKey(Deadline, models.CASCADE, related_name="changes", verbose_name="期限")
    old_due_on = models.DateField("原到期日")
    new_due_on = models.DateField("新到期日")
    cause = models.CharField(
        "原因", max_length=10, choices=[("CALENDAR", "日历改动"), ("PAUSE", "暂停补回"), ("EXTENSION", "延期")]
    )
    note = models.CharField("说明", max_length=200, blank=True)
    calendar_version = models.ForeignKey(CalendarVersion, models.PROTECT, null=True, blank=True, related_name="+")
    changed_at = models.DateTimeField("时间")
    changed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="操作人")

    class Meta:
        verbose_name = verbose_name_plural = "期限改动"
        ordering = ("pk",)


class Pause(models.Model):
    """一次「待企业补充」（R-26）；恢复后把停的时间原样补回每个未完成期限。"""

    case = models.ForeignKey(Case, models.CASCADE, related_name="pauses", verbose_name="诉求")
    paused_at = models.DateTimeField("暂停时间")
    from_on = models.DateField("暂停首日")
    reason = models.CharField("要补什么", max_length=300)
    resumed_at = models.DateTimeField("恢复时间", null=True, blank=True)
    to_on = models.DateField("恢复日（当天照计）", null=True, blank=True)
    supplied = models.TextField("企业补充", max_length=2000, blank=True)

    objects = CasePartQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "暂停"
        ordering = ("pk",)
        constraints = [
            models.UniqueConstraint(fields=["case"], condition=Q(resumed_at__isnull=True), name="one_pause_now"),
        ]


class EnforcementRun(models.Model):
    """一次到点执行（R-41）：`slot` 唯一，补跑看得出漏了哪次。"""

    slot = models.CharField("时点", max_length=40, unique=True)
    started_at = models.DateTimeField("开始")
    finished_at = models.DateTimeField("完成", null=True, blank=True)
    counts = models.JSONField("结果", default=dict, blank=True)
    failures = models.JSONField("失败", default=list, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "到点执行"
        ordering = ("-pk",)
