"""清欠（R-32）：谁欠、欠多少、按到账日期一笔一笔收回。"""

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q

from cadres.models import User
from cases.enums import DebtorKind
from cases.models.case import Case
from cases.querysets import ArrearsQuerySet, RecoveryQuerySet


class Arrears(models.Model):
    """一件账款清欠：欠多少、谁欠（R-32）。"""

    case = models.OneToOneField(Case, models.PROTECT, related_name="arrears", verbose_name="诉求")
    debtor = models.CharField("欠款方", max_length=100)
    debtor_kind = models.CharField("欠款方性质", max_length=8, choices=DebtorKind.choices)
    owed = models.DecimalField("欠款（元）", max_digits=14, decimal_places=2, validators=[MinValueValidator(0)])
    basis = models.CharField("依据（合同、结算）", max_length=300, blank=True)
    recorded_at = models.DateTimeField("登记时间")
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="登记人")

    objects = ArrearsQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "清欠"
        constraints = [models.CheckConstraint(condition=Q(owed__gt=0), name="arrears_owed_positive")]


class Recovery(models.Model):
    """一笔回款；记错的作废，不改。"""

    arrears = models.ForeignKey(Arrears, models.PROTECT, related_name="recoveries", verbose_name="清欠")
    case = models.ForeignKey(Case, models.PROTECT, related_name="recoveries", verbose_name="诉求")
    amount = models.DecimalField("回款（元）", max_digits=14, decimal_places=2)
    received_on = models.DateField("到账日期")
    note = models.CharField("说明", max_length=300, blank=True)
    recorded_at = models.DateTimeField("登记时间")
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="登记人")
    voided_at = models.DateTimeField("作废时间", null=True, blank=True)
    voided_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="作废人")
    void_reason = models.CharField("作废原因", max_length=200, blank=True)

    objects = RecoveryQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "回款"
        ordering = ("received_on", "pk")
        constraints = [models.CheckConstraint(condition=Q(amount__gt=0), name="recovery_positive")]
