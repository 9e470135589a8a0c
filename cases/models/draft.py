"""写了一半的交办方案：放在服务器上，换一台电脑也接得上（页面 4）。"""

from django.db import models

from cadres.models import User
from cases.models.case import Case
from cases.querysets import CasePartQuerySet


class DispatchDraft(models.Model):
    """一个人对一件的交办草稿：抽屉里填了什么，原样；交办或报批后就没有了。"""

    case = models.ForeignKey(Case, models.CASCADE, related_name="dispatch_drafts", verbose_name="诉求")
    user = models.ForeignKey(User, models.CASCADE, related_name="+", verbose_name="谁写的")
    said = models.JSONField("填了什么")
    saved_at = models.DateTimeField("存于")

    objects = CasePartQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "交办草稿"
        constraints = [models.UniqueConstraint(fields=["case", "user"], name="one_draft_each")]
