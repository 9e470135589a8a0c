"""企业查重与合并（R-11）：同一家登记了两次，合成一家；可撤销，搬动过的逐行记着。"""

from django.db import models
from django.db.models import Q

from cadres.models.people import User
from enterprises.models import Enterprise
from zhuqi.kernel.scoping import ScopedQuerySet, Viewer


class MergeQuerySet(ScopedQuerySet):
    """合并记录：两家都看得到才看得到。"""

    scope_path = "kept"

    def scope_q(self, user: Viewer) -> Q:
        """见类说明。"""
        return super().scope_q(user) & Q(absorbed__in=user.enterprise_scope())


class EnterpriseMerge(models.Model):
    """一次企业合并。"""

    kept = models.ForeignKey(Enterprise, models.PROTECT, related_name="absorbed_merges", verbose_name="保留的")
    absorbed = models.ForeignKey(Enterprise, models.PROTECT, related_name="merges", verbose_name="并掉的")
    moved = models.JSONField("搬动的各行", default=dict)
    reason = models.CharField("为什么合并", max_length=200, blank=True)
    merged_at = models.DateTimeField("合并时间")
    merged_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="操作人")
    undone_at = models.DateTimeField("撤销时间", null=True, blank=True)
    undone_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="撤销人")

    objects = MergeQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "企业合并"
        ordering = ("-merged_at",)
        constraints = [
            models.UniqueConstraint(
                fields=["absorbed"], condition=Q(undone_at__isnull=True), name="one_live_firm_merge"
            ),
        ]


class FirmsApart(models.Model):
    """看过了，不是同一家：查重不再提出这一对。`one` 的主键小。"""

    one = models.ForeignKey(Enterprise, models.CASCADE, related_name="+", verbose_name="一家")
    other = models.ForeignKey(Enterprise, models.CASCADE, related_name="+", verbose_name="另一家")
    said_at = models.DateTimeField("时间")
    said_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="看过的人")

    class Meta:
        verbose_name = verbose_name_plural = "不是同一家"
        constraints = [
            models.UniqueConstraint(fields=["one", "other"], name="one_apart_a_pair"),
            models.CheckConstraint(condition=Q(one__lt=models.F("other")), name="apart_in_order"),
        ]
