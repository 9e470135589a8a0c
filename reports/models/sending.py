"""往外送的一行：省平台和推送共用的样子（R-65）。规矩在 services.sending，这里只有列。"""

from datetime import datetime
from typing import Any, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q

from reports.enums import SendState
from zhuqi.kernel.scoping import ScopedQuerySet

NOTHING = Q(pk__in=[])


class CityOnlyQuerySet(ScopedQuerySet):
    """只给看得到全市的人。"""

    def scope_q(self, user: Any) -> Q:
        """其他人看不到。"""
        return NOTHING


class SendingQuerySet(CityOnlyQuerySet):
    """待送、送到、退回的。"""

    def open(self) -> Self:
        """还没送到的：待发的和被退回的。它后面的都得等它。"""
        return self.filter(state__in=(SendState.WAITING, SendState.REFUSED))

    def due(self, at: datetime) -> Self:
        """现在就该送的：到了时候、没有人正在送、同一队里前面没有没送到的。"""
        everything: Any = self.model._default_manager  # noqa: SLF001 - Django's documented name
        before = everything.open().filter(lane=OuterRef("lane"), seq__lt=OuterRef("seq"))
        free = Q(leased_until__isnull=True) | Q(leased_until__lte=at)
        return self.filter(free, ~Exists(before), state=SendState.WAITING, next_at__lte=at)


class Sending(models.Model):
    """一行：哪一队、队里第几、送什么、送过几次、上次对方怎么说。"""

    lane = models.CharField("队", max_length=40)
    seq = models.PositiveIntegerField("队内次序")
    key = models.CharField("唯一键", max_length=80, unique=True)
    facts = models.JSONField("入列时的内容", default=dict)
    # Exactly what goes over the wire: made at the first try, the same at every later one.
    body = models.TextField("发出的原文", blank=True)
    state = models.CharField("状态", max_length=8, choices=SendState.choices, default=SendState.WAITING)
    attempts = models.PositiveIntegerField("送过几次", default=0)
    queued_at = models.DateTimeField("入列时间")
    next_at = models.DateTimeField("下次什么时候送")
    leased_until = models.DateTimeField("正在送，到这时为止", null=True, blank=True)
    sent_at = models.DateTimeField("送到时间", null=True, blank=True)
    last_status = models.PositiveSmallIntegerField("上次的应答码", null=True, blank=True)
    last_said = models.CharField("上次对方怎么说", max_length=300, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.key} {self.get_state_display()}"
