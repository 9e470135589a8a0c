"""表格导入的一批（R-12）：检查时每一行怎么判的，导入时写成了没有。"""

from django.db import models

from cadres.models.desk import Job


class SheetBatch(models.Model):
    """一批几百行。`results` 空着就是还没有写；和写进去的数据在同一个事务里填上，所以中断再做不丢不重。

    `verdicts` 每行一条：[行号, 结局, 改动的指纹, [[栏, 原因]], 提醒]；`results`：{"left": [[行号, 栏, 原因]], 各结局: 行数}。
    """

    job = models.ForeignKey(Job, models.CASCADE, related_name="sheet_batches", verbose_name="导入")
    first = models.PositiveIntegerField("从第几条起")
    verdicts = models.JSONField("检查的判断", default=list)
    results = models.JSONField("导入的结果", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "表格导入的一批"
        ordering = ("job", "first")
        constraints = [models.UniqueConstraint(fields=["job", "first"], name="one_batch_a_place")]
