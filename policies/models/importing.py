"""成批导入（R-62）：一份文件走到哪里，每一行怎么样了。"""

from django.db import models

from cadres.models import Unit, User
from policies.enums import ImportOutcome, ImportState
from policies.models.policy import Policy
from policies.querysets import ImportQuerySet


class PolicyImport(models.Model):
    """一次导入。先检查，人看过再开始；`done_count` 与写进库的在同一个事务里，断了从这里接着做。"""

    name = models.CharField("文件名", max_length=120)
    file = models.FileField("文件", upload_to="imports/%Y/%m/", blank=True)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+", verbose_name="单位")
    state = models.CharField("状态", max_length=8, choices=ImportState.choices, default=ImportState.CHECKED)
    # Held while it waits or runs, null otherwise: one import at a time, or two would not see each other's rows.
    slot = models.CharField("占位", max_length=10, unique=True, null=True, blank=True, editable=False)
    publishes = models.BooleanField("能发布的直接发布", default=True)
    revises = models.BooleanField("同文号内容有变的修订", default=False)
    checked = models.JSONField("检查的结果", default=dict)
    total_count = models.PositiveIntegerField("共几行", default=0)
    done_count = models.PositiveIntegerField("做到第几行", default=0)
    attempts = models.PositiveSmallIntegerField("第几次做", default=0)
    failure = models.CharField("为什么没做成", max_length=300, blank=True)
    started_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="谁导入的")
    created_at = models.DateTimeField("上传时间")
    beat_at = models.DateTimeField("最近一次有进展")
    finished_at = models.DateTimeField("结束", null=True, blank=True)

    objects = ImportQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "政策导入"
        ordering = ("-pk",)

    def __str__(self) -> str:
        return self.name

    @property
    def share(self) -> int:
        """做了百分之几。"""
        return self.done_count * 100 // max(self.total_count, 1)

    @property
    def is_waiting(self) -> bool:
        """在排队或在做。"""
        return self.state in {ImportState.QUEUED, ImportState.RUNNING}


class PolicyImportRow(models.Model):
    """文件里的一行怎么样了。"""

    batch = models.ForeignKey(PolicyImport, models.CASCADE, related_name="rows", verbose_name="导入")
    number = models.PositiveIntegerField("第几行")
    outcome = models.CharField("结果", max_length=8, choices=ImportOutcome.choices)
    title = models.CharField("标题", max_length=200, blank=True)
    policy = models.ForeignKey(Policy, models.SET_NULL, null=True, related_name="+", verbose_name="政策")
    remark = models.CharField("说明", max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "导入的一行"
        ordering = ("number",)
        constraints = [models.UniqueConstraint(fields=["batch", "number"], name="one_import_row_each")]
