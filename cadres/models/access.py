"""程序怎么进来：接口令牌，和只办一次的凭据。"""

from datetime import datetime
from typing import Any

from django.db import models

from cadres.models.people import User


class ApiToken(models.Model):
    """接口令牌：以一个人的身份、在几个范围内、到期为止。只存摘要，原文只在发放时显示一次。"""

    user = models.ForeignKey(User, models.CASCADE, related_name="api_tokens", verbose_name="以谁的身份")
    name = models.CharField("用途", max_length=40)
    prefix = models.CharField("前几位", max_length=12)
    digest = models.CharField("摘要", max_length=64, unique=True, editable=False)
    scopes = models.JSONField("范围", default=list)
    created_at = models.DateTimeField("发放时间")
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="发放人")
    expires_at = models.DateTimeField("到期时间")
    last_used_at = models.DateTimeField("最近使用", null=True, blank=True)
    revoked_at = models.DateTimeField("撤销时间", null=True, blank=True)
    revoked_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="撤销人")

    class Meta:
        verbose_name = verbose_name_plural = "接口令牌"
        ordering = ("-pk",)

    def __str__(self) -> str:
        return f"{self.name}（{self.prefix}…）"

    @property
    def scopes_said(self) -> str:
        """范围用中文说。"""
        from zhuqi.kernel.api.scopes import SCOPES  # noqa: PLC0415 - its REST parts want the models to be there already

        return "；".join(SCOPES.get(name, name) for name in self.scopes)

    def is_live(self, at: datetime) -> bool:
        """没撤销、没到期。"""
        return self.revoked_at is None and at < self.expires_at


class IdempotencyKey(models.Model):
    """一个请求只办一次：谁的哪个键、请求的摘要、当时的答复（24 小时）。与办的事同一个事务。"""

    user = models.ForeignKey(User, models.CASCADE, related_name="+", verbose_name="谁")
    key = models.CharField("键", max_length=80)
    digest = models.CharField("请求的摘要", max_length=64)
    answer: "models.JSONField[Any, Any]" = models.JSONField("答复", null=True)
    made_at = models.DateTimeField("时间", db_index=True)

    class Meta:
        verbose_name = verbose_name_plural = "幂等键"
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="one_answer_per_key")]
