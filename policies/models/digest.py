"""给企业的政策摘要（R-14、R-60）：一天至多一份，一件事只说一次。"""

from django.db import models

from cadres.models import User
from enterprises.models import Enterprise
from policies.enums import DigestKind
from policies.models.event import MatchEvent
from policies.models.policy import Policy
from zhuqi.kernel.scoping import ScopedQuerySet


class Digest(models.Model):
    """一天给一家企业的一份。"""

    enterprise = models.ForeignKey(Enterprise, models.CASCADE, related_name="digests", verbose_name="企业")
    made_on = models.DateField("哪一天")
    made_at = models.DateTimeField("发出时间")

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "政策摘要"
        ordering = ("-made_on", "-pk")
        constraints = [models.UniqueConstraint(fields=["enterprise", "made_on"], name="one_digest_a_day")]


class DigestLine(models.Model):
    """摘要里的一件：`key` 认得出是同一件，给一家企业只说一次。"""

    digest = models.ForeignKey(Digest, models.CASCADE, related_name="lines", verbose_name="摘要")
    enterprise = models.ForeignKey(Enterprise, models.CASCADE, related_name="+", verbose_name="企业")
    kind = models.CharField("哪一种", max_length=8, choices=DigestKind.choices)
    key = models.CharField("是哪一件", max_length=40)
    policy = models.ForeignKey(Policy, models.CASCADE, null=True, blank=True, related_name="+", verbose_name="政策")
    event = models.ForeignKey(MatchEvent, models.CASCADE, null=True, blank=True, related_name="+", verbose_name="活动")

    class Meta:
        verbose_name = verbose_name_plural = "摘要里的一件"
        ordering = ("pk",)
        constraints = [models.UniqueConstraint(fields=["enterprise", "key"], name="one_digest_line_each")]


class DigestSwitch(models.Model):
    """企业自己关了的，才有一行。"""

    enterprise = models.OneToOneField(Enterprise, models.CASCADE, related_name="digest_switch", verbose_name="企业")
    is_off = models.BooleanField("不要了", default=False)
    changed_at = models.DateTimeField("改动时间")
    changed_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="谁改的")

    class Meta:
        verbose_name = verbose_name_plural = "摘要开关"
