"""桌面上的东西：站内通知、设置、审计、长任务。"""

from django.db import models

from cadres.models.people import User


class Notice(models.Model):
    """站内通知；`(user, key)` 唯一，所以同一件事只说一次。"""

    user = models.ForeignKey(User, models.CASCADE, related_name="notices", verbose_name="收件人")
    key = models.CharField("来历", max_length=80)
    title = models.CharField("标题", max_length=160)
    body = models.CharField("正文", max_length=400, blank=True)
    url = models.CharField("链接", max_length=200, blank=True)
    tone = models.CharField("语气", max_length=8, default="work")
    created_at = models.DateTimeField("时间")
    read_at = models.DateTimeField("已读时间", null=True, blank=True)
    # Whether the channels outside (mail, SMS …) have been asked: the sender drains what is null here.
    handed_on_at = models.DateTimeField("转交通道时间", null=True, blank=True, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "通知"
        ordering = ("-created_at", "-pk")
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="one_notice_per_matter")]
        indexes = [
            models.Index(fields=["user"], condition=models.Q(read_at__isnull=True), name="notice_unread"),
            models.Index(fields=["user", "-created_at"], name="notice_inbox"),
            models.Index(
                fields=["created_at"], condition=models.Q(handed_on_at__isnull=True), name="notice_not_handed_on"
            ),
        ]


class ShortMessage(models.Model):
    """待发短信（评价链接等）：先落库、由通道取走；`key` 唯一，不重发。"""

    key = models.CharField("来历", max_length=80, unique=True)
    phone = models.CharField("手机", max_length=20)
    text = models.CharField("内容", max_length=300)
    created_at = models.DateTimeField("生成时间")
    sent_at = models.DateTimeField("发出时间", null=True, blank=True)
    failure = models.CharField("失败原因", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "短信"
        ordering = ("-pk",)
        indexes = [models.Index(fields=["id"], condition=models.Q(sent_at__isnull=True), name="message_unsent")]


class Setting(models.Model):
    """办公室可改的一项默认值（领域文档里带 † 的）；缺行时用 cadres/defaults.py 里的默认。"""

    key = models.CharField("键", max_length=40, unique=True)
    value = models.JSONField("值")
    changed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="改动人")
    changed_at = models.DateTimeField("改动时间")

    class Meta:
        verbose_name = verbose_name_plural = "设置"
        ordering = ("key",)


class AuditEntry(models.Model):
    """审计：谁、何时、从哪里、做了什么、对什么、结果；只增不改（R-72）。"""

    at = models.DateTimeField("时间", db_index=True)
    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="人")
    address = models.CharField("来自", max_length=45, blank=True)
    act = models.CharField("动作", max_length=40)
    target = models.CharField("对象", max_length=120, blank=True)
    reason = models.CharField("事由", max_length=200, blank=True)
    result = models.CharField("结果", max_length=40, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "审计"
        ordering = ("-at", "-pk")


class Job(models.Model):
    """一件长任务的进度与结果，页面轮询它。"""

    class State(models.TextChoices):
        """任务状态。"""

        QUEUED = "QUEUED", "排队中"
        RUNNING = "RUNNING", "进行中"
        CHECKED = "CHECKED", "等您确认"
        DONE = "DONE", "完成"
        FAILED = "FAILED", "失败"
        CANCELLED = "CANCEL", "已取消"

    kind = models.CharField("任务", max_length=40)
    # Held while it waits or runs, null afterwards: what must not run twice at once is refused by the database.
    slot = models.CharField("占位", max_length=80, unique=True, null=True, blank=True, editable=False)
    state = models.CharField("状态", max_length=8, choices=State.choices, default=State.QUEUED)
    done_count = models.PositiveIntegerField("已完成", default=0)
    total_count = models.PositiveIntegerField("总数", default=0)
    message = models.CharField("说明", max_length=400, blank=True)
    details = models.JSONField("参数与结果", default=dict, blank=True)
    file = models.FileField("文件", upload_to="jobs/%Y/%m/", blank=True)
    started_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="jobs", verbose_name="发起人")
    created_at = models.DateTimeField("创建")
    beat_at = models.DateTimeField("最近一次有进展", null=True, blank=True)
    attempts = models.PositiveSmallIntegerField("第几次做", default=0)
    finished_at = models.DateTimeField("完成", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "长任务"
        ordering = ("-pk",)
        indexes = [models.Index(fields=["kind", "state"], name="job_kind_state")]
