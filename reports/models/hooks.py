"""推送：订了什么、送给谁、送得怎样（R-65）。"""

from typing import Any

from django.db import models
from django.db.models import Q

from cadres.enums import Role
from cadres.models import User
from cases.models import Case, CaseEvent
from reports.enums import SendState
from reports.models.sending import NOTHING, Sending, SendingQuerySet
from zhuqi.kernel.scoping import ScopedQuerySet


class SecurityOnly:
    """推送是一项授权：只有安全管理员管（R-71）。"""

    def visible_to(self: Any, user: Any) -> Any:
        """其他人看不到，包括看得到全市的人。"""
        is_theirs = user.is_authenticated and user.role == Role.SECADMIN
        return self if is_theirs else self.filter(NOTHING)


class SubscriptionQuerySet(SecurityOnly, ScopedQuerySet):
    """订阅。"""


class HookDeliveryQuerySet(SecurityOnly, SendingQuerySet):
    """推送的一行行。"""


class Subscription(models.Model):
    """一个订阅：送到哪里、哪几种步骤、以谁的眼睛看（他看不到的不送）。"""

    name = models.CharField("名称", max_length=40, unique=True)
    url = models.CharField("送到哪里", max_length=300)
    # Encrypted with the portal's key: signing needs it in clear, a stolen dump must not have it.
    secret = models.CharField("密钥（加密）", max_length=300, editable=False)
    kinds = models.JSONField("哪几种步骤", default=list)
    with_sm3 = models.BooleanField("另附 HMAC-SM3 签名", default=False)
    owner = models.ForeignKey(User, models.PROTECT, related_name="subscriptions", verbose_name="归属人")
    drained_to = models.BigIntegerField("账本读到哪一步", default=0)
    since = models.DateTimeField("从什么时候的步骤送起")
    made_at = models.DateTimeField("建立时间")
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="建立人")
    paused_at = models.DateTimeField("停送时间", null=True, blank=True)
    pause_reason = models.CharField("为什么停送", max_length=200, blank=True)
    failing_since = models.DateTimeField("从什么时候起送不到", null=True, blank=True)

    objects = SubscriptionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "订阅"
        ordering = ("pk",)

    def __str__(self) -> str:
        return self.name


class HookDelivery(Sending):
    """推送的一步；一个订阅里每件诉求一队。"""

    subscription = models.ForeignKey(Subscription, models.CASCADE, related_name="deliveries", verbose_name="订阅")
    case = models.ForeignKey(Case, models.CASCADE, related_name="hook_deliveries", verbose_name="诉求")
    event = models.ForeignKey(CaseEvent, models.CASCADE, related_name="hook_deliveries", verbose_name="经过")

    objects = HookDeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "推送"
        ordering = ("pk",)
        constraints = [
            models.UniqueConstraint(fields=["lane", "seq"], name="one_push_in_a_lane"),
            models.UniqueConstraint(fields=["subscription", "event"], name="one_push_per_step"),
        ]
        indexes = [
            models.Index(fields=["lane", "seq"], condition=~Q(state=SendState.SENT), name="push_open_lane"),
            models.Index(fields=["next_at"], condition=Q(state=SendState.WAITING), name="push_due"),
            models.Index(fields=["subscription", "-id"], name="push_of_subscription"),
        ]
