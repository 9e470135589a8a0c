"""外发的消息：发给谁、走哪个通道、到了哪一步；各人自己选的通知方式。"""

from django.db import models
from django.db.models import Q

from cadres.enums import Channel, MessageState, NoticeKind
from cadres.models.desk import Notice, ShortMessage
from cadres.models.people import User
from zhuqi.kernel.masking import masked_address


class NoticePreference(models.Model):
    """一个人的通知方式：哪类事走哪个通道、要不要每天一封摘要、什么时候别打扰。没有行就按默认。"""

    user = models.OneToOneField(User, models.CASCADE, related_name="notice_preference", verbose_name="本人")
    routes = models.JSONField("哪类走哪个通道", default=dict, blank=True)
    digest_hour = models.PositiveSmallIntegerField("每天几点一封摘要", null=True, blank=True)
    quiet_from = models.PositiveSmallIntegerField("几点起不打扰", null=True, blank=True)
    quiet_to = models.PositiveSmallIntegerField("几点止不打扰", null=True, blank=True)
    mail = models.EmailField("邮箱", blank=True)
    mail_confirmed_at = models.DateTimeField("邮箱确认时间", null=True, blank=True)
    changed_at = models.DateTimeField("改动时间")

    class Meta:
        verbose_name = verbose_name_plural = "通知方式"
        ordering = ("pk",)


class Recipient(models.Model):
    """一个通道上的一个地址：连着几次送不到、停用没有；`turn` 让两个进程不同时给它发。"""

    channel = models.CharField("通道", max_length=8, choices=Channel.choices)
    address = models.CharField("地址", max_length=254)
    failures = models.PositiveSmallIntegerField("连着几次送不到", default=0)
    off_at = models.DateTimeField("停用时间", null=True, blank=True)
    reason = models.CharField("停用原因", max_length=200, blank=True)
    turn = models.PositiveIntegerField("轮次", default=0, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "收信地址"
        ordering = ("pk",)
        constraints = [models.UniqueConstraint(fields=["channel", "address"], name="one_recipient_each")]

    @property
    def shown(self) -> str:
        """138****1234, z***@example.cn（R-73）。"""
        return masked_address(self.address)


class OutgoingMessage(models.Model):
    """一条外发消息；`key` 唯一，一件事在一个通道上只有一条。文字在发的时候才写，发的时候看不到的就不发。"""

    key = models.CharField("来历", max_length=120, unique=True)
    recipient = models.ForeignKey(Recipient, models.PROTECT, related_name="messages", verbose_name="收信地址")
    user = models.ForeignKey(
        User, models.CASCADE, null=True, blank=True, related_name="outgoing", verbose_name="收件人"
    )
    kind = models.CharField("哪一类", max_length=8, choices=NoticeKind.choices, default=NoticeKind.OTHER)
    notice = models.ForeignKey(
        Notice, models.CASCADE, null=True, blank=True, related_name="outgoing", verbose_name="通知"
    )
    short_message = models.ForeignKey(
        ShortMessage, models.CASCADE, null=True, blank=True, related_name="outgoing", verbose_name="短信"
    )
    digest = models.ForeignKey(
        "self", models.CASCADE, null=True, blank=True, related_name="parts", verbose_name="并入的摘要"
    )
    text = models.CharField("固定的文字", max_length=400, blank=True)
    waits_for_digest = models.BooleanField("攒着一起发", default=False)
    state = models.CharField("状态", max_length=8, choices=MessageState.choices, default=MessageState.WAITING)
    attempts = models.PositiveSmallIntegerField("第几次发", default=0)
    # Moved ahead before each attempt: a worker that dies in it leaves a message that comes due again.
    next_at = models.DateTimeField("下次什么时候")
    tried_at = models.DateTimeField("最近一次发", null=True, blank=True)
    sent_at = models.DateTimeField("发出时间", null=True, blank=True)
    failure = models.CharField("原因", max_length=200, blank=True)
    provider_id = models.CharField("对方的编号", max_length=120, blank=True)
    created_at = models.DateTimeField("生成时间")

    class Meta:
        verbose_name = verbose_name_plural = "外发消息"
        ordering = ("-pk",)
        indexes = [
            models.Index(fields=["next_at", "id"], condition=Q(state="WAITING"), name="outgoing_due"),
            models.Index(fields=["recipient", "tried_at"], name="outgoing_tried"),
            models.Index(fields=["state", "-id"], name="outgoing_state"),
        ]
