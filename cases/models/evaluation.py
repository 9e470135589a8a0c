"""企业评价单（R-28、R-29）。"""

from django.db import models

from cadres.models import User
from cases.enums import Satisfaction
from cases.models.case import Case
from cases.models.handling import Submission
from cases.querysets import CasePartQuerySet

# 评价单上三个可勾的：字段名与给企业看的原话。
TICKS = {"is_real": "问题真的解决了", "was_contacted": "承办单位联系过我", "was_told_once": "一次说清了要交什么"}


class Evaluation(models.Model):
    """一次评价邀请：链接由随机数与密钥算出、只能用一次、15 天†；没评就是没评，不算满意（R-28）。"""

    case = models.ForeignKey(Case, models.CASCADE, related_name="evaluations", verbose_name="诉求")
    submission = models.OneToOneField(Submission, models.CASCADE, related_name="evaluation", verbose_name="申报")
    nonce = models.CharField("链接随机数", max_length=32, unique=True, editable=False)
    sent_to = models.CharField("发给", max_length=60)
    invited_at = models.DateTimeField("邀请时间")
    expires_on = models.DateField("有效至")
    satisfaction = models.PositiveSmallIntegerField("评价", choices=Satisfaction.choices, null=True, blank=True)
    is_real = models.BooleanField(TICKS["is_real"], default=False)
    was_contacted = models.BooleanField(TICKS["was_contacted"], default=False)
    was_told_once = models.BooleanField(TICKS["was_told_once"], default=False)
    comment = models.CharField("一句话", max_length=300, blank=True)
    was_pressured = models.BooleanField("有人要求给好评", default=False)
    rated_at = models.DateTimeField("评价时间", null=True, blank=True)
    lapsed_at = models.DateTimeField("到期未评", null=True, blank=True)
    called_back_at = models.DateTimeField("回访时间", null=True, blank=True)
    called_back_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="回访人"
    )
    call_back_note = models.CharField("回访情况", max_length=500, blank=True)

    objects = CasePartQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "企业评价"
        ordering = ("-invited_at",)
        indexes = [models.Index(fields=["rated_at"], name="evaluation_rated")]

    @property
    def contact_name(self) -> str:
        """链接发给谁：登记的联系人姓名。"""
        return self.sent_to.rpartition(" ")[0]

    @property
    def contact_phone(self) -> str:
        """他的手机。"""
        return self.sent_to.rpartition(" ")[2]

    @property
    def ticked(self) -> list[str]:
        """企业勾了哪几条，原话。"""
        return [words for name, words in TICKS.items() if getattr(self, name)]
