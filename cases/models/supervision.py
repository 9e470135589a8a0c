"""问效结果与暗访（领域文档 §6、页面 9）。"""

from django.db import models

from cadres.models import Unit, User
from cases.enums import Finding, Measure
from cases.models.case import Case
from cases.models.ticket import Ticket
from cases.querysets import CasePartQuerySet


class InquiryResult(models.Model):
    """督查对一张问效建议单的认定与处理。"""

    ticket = models.OneToOneField(Ticket, models.PROTECT, related_name="result", verbose_name="问效建议单")
    case = models.ForeignKey(Case, models.PROTECT, related_name="inquiry_results", verbose_name="诉求")
    finding = models.CharField("认定", max_length=14, choices=Finding.choices, blank=True)
    facts = models.TextField("事实", max_length=4000)
    measure = models.CharField("处理", max_length=10, choices=Measure.choices)
    measure_due_on = models.DateField("限期", null=True, blank=True)
    recorded_at = models.DateTimeField("记录时间")
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="记录人")

    objects = CasePartQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "问效结果"


class SpotCheck(models.Model):
    """一次暗访：不打招呼去看一件事是不是真的办了。"""

    case = models.ForeignKey(Case, models.PROTECT, related_name="spot_checks", verbose_name="诉求")
    unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="spot_checks", verbose_name="承办单位"
    )
    planned_on = models.DateField("计划日期")
    purpose = models.CharField("看什么", max_length=200)
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="安排人")
    made_at = models.DateTimeField("安排时间")
    checked_at = models.DateTimeField("实查时间", null=True, blank=True)
    seen = models.TextField("看到的情况", max_length=4000, blank=True)
    is_true = models.BooleanField("与申报一致", null=True, blank=True)
    checked_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="实查人")

    objects = CasePartQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "暗访"
        ordering = ("-planned_on", "-pk")
