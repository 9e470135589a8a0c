"""通报的数据（R-51、R-52）：规则版本、一个月的通报、每个组织一行、组成它的事实、异议。

发布以后什么都不能再改：保存、删除、成批改都被拦下；绕过程序改库，校验和对不上（services.month.recompute）。
"""

from typing import Any

from django.db import models
from django.db.models import Q

from cadres.models import Job, Unit, User
from cases.models import Case
from enterprises.models import Enterprise
from reports.enums import ITEM_LABELS, ITEMS, Group, RankingStatus
from reports.querysets import (
    FROZEN,
    CircularQuerySet,
    RankingPartQuerySet,
    RankingQuerySet,
    RankingRowQuerySet,
)
from reports.scoring import CaseFacts, Weights, strike
from zhuqi.kernel.errors import Conflict

OPENING_MOST, CLOSING_MOST = 1000, 2000


class ScoreRule(models.Model):
    """评分规则的一个版本；改规则就是加版本，已发布的留着当时那一版。"""

    version = models.PositiveSmallIntegerField("版本", unique=True)
    weights = models.JSONField("分值与扣分")
    note = models.CharField("说明", max_length=200, blank=True)
    made_at = models.DateTimeField("制定时间")
    made_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="制定人")

    class Meta:
        verbose_name = verbose_name_plural = "评分规则"
        ordering = ("-version",)

    def __str__(self) -> str:
        return f"评分规则第 {self.version} 版"


class Frozen(models.Model):
    """发布后不许保存、不许删除。"""

    class Meta:
        abstract = True

    # Where from here the month's row is: its own key, or one step or two away.
    ranking_path: tuple[str, ...] = ("ranking_id",)

    def ranking_id_of(self) -> int:
        """属于哪个月的通报。"""
        found: Any = self
        for step in self.ranking_path:
            found = getattr(found, step)
        return int(found or 0)

    def save(self, *args: Any, **kwargs: Any) -> None:
        """先问发布了没有。"""
        self._refuse_published()
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """先问发布了没有。"""
        self._refuse_published()
        return super().delete(*args, **kwargs)

    def _refuse_published(self) -> None:
        if Ranking.objects.filter(pk=self.ranking_id_of(), status=RankingStatus.PUBLISHED).exists():
            raise Conflict(FROZEN)


class Ranking(Frozen):
    """一个月的积分排名通报；`month` 是那个月的 1 日。"""

    month = models.DateField("月份", unique=True)
    status = models.CharField("状态", max_length=10, choices=RankingStatus.choices, default=RankingStatus.DRAFT)
    rule = models.ForeignKey(ScoreRule, models.PROTECT, related_name="rankings", verbose_name="评分规则")
    weights = models.JSONField("当时的分值")
    drafted_at = models.DateTimeField("生成时间")
    objections_until_on = models.DateField("异议截止日（当天 24:00）")
    redrafted_at = models.DateTimeField("重做时间", null=True, blank=True)
    published_at = models.DateTimeField("发布时间", null=True, blank=True)
    published_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="发布人"
    )
    digest = models.CharField("校验和", max_length=64, blank=True)

    ranking_path = ("pk",)
    objects = RankingQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "积分排名通报"
        ordering = ("-month",)
        constraints = [
            models.CheckConstraint(
                condition=Q(status=RankingStatus.DRAFT) | (Q(published_at__isnull=False) & ~Q(digest="")),
                name="published_ranking_is_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} {self.get_status_display()}"

    @property
    def is_published(self) -> bool:
        """数字已冻结。"""
        return self.status == RankingStatus.PUBLISHED

    @property
    def score_weights(self) -> Weights:
        """当时的分值，作为值。"""
        return Weights.from_data(self.weights)


class RankingRow(Frozen):
    """一个组织在一个月的一行；`place` 为空即只列示不排名。"""

    ranking = models.ForeignKey(Ranking, models.CASCADE, related_name="rows", verbose_name="通报")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="ranking_rows", verbose_name="单位")
    name = models.CharField("名称", max_length=60)
    group = models.CharField("分组", max_length=12, choices=Group.choices)
    due_count = models.PositiveIntegerField("应办结")
    score = models.DecimalField("总分", max_digits=5, decimal_places=2)
    place = models.PositiveSmallIntegerField("名次", null=True, blank=True)
    parts = models.JSONField("分项", default=list)
    deductions = models.JSONField("扣分", default=list)
    counts = models.JSONField("计数", default=dict)

    objects = RankingRowQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "通报的一行"
        ordering = ("group", models.F("place").asc(nulls_last=True), "-score", "unit")
        constraints = [models.UniqueConstraint(fields=["ranking", "unit"], name="one_row_per_unit")]

    def __str__(self) -> str:
        return f"{self.name} {self.score}"


class RankingFact(Frozen):
    """一件事对一行说了什么，起草时定格；异议采纳只在 `struck` 里加一笔，原样不动。"""

    row = models.ForeignKey(RankingRow, models.CASCADE, related_name="facts", verbose_name="行")
    case = models.ForeignKey(Case, models.PROTECT, related_name="ranking_facts", verbose_name="诉求")
    data = models.JSONField("事实")
    struck = models.JSONField("采纳异议后不计", default=list, blank=True)

    ranking_path = ("row", "ranking_id")
    objects = RankingPartQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "通报的事实"
        ordering = ("pk",)
        constraints = [models.UniqueConstraint(fields=["row", "case"], name="one_fact_per_case")]

    @property
    def facts(self) -> CaseFacts:
        """作为值，已去掉采纳的异议。"""
        return strike(CaseFacts.from_data(self.data), self.struck)


class RankingObjection(Frozen):
    """单位对一件事的一项提出异议；办公室裁定，采纳即重算（R-52）。"""

    row = models.ForeignKey(RankingRow, models.CASCADE, related_name="objections", verbose_name="行")
    case = models.ForeignKey(Case, models.PROTECT, related_name="ranking_objections", verbose_name="诉求")
    item = models.CharField("争议项", max_length=20, choices=ITEMS)
    text = models.TextField("理由", max_length=500)
    filed_at = models.DateTimeField("提出时间")
    filed_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="提出人")
    is_upheld = models.BooleanField("采纳", null=True, blank=True)
    ruling = models.TextField("裁定理由", max_length=500, blank=True)
    ruled_at = models.DateTimeField("裁定时间", null=True, blank=True)
    ruled_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="裁定人")

    ranking_path = ("row", "ranking_id")
    objects = RankingPartQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "排名异议"
        ordering = ("pk",)
        constraints = [models.UniqueConstraint(fields=["row", "case", "item"], name="one_objection_per_item")]

    def __str__(self) -> str:
        return f"{self.row.name} {ITEM_LABELS[self.item]}"


class Circular(models.Model):
    """一份积分排名通报公文（R-53）：印发前可改开头和结尾；印发时取号，正文和文件定格，重新下载是同一份。"""

    ranking = models.OneToOneField(Ranking, models.PROTECT, related_name="circular", verbose_name="通报")
    opening = models.TextField("开头", max_length=OPENING_MOST, blank=True)
    closing = models.TextField("结尾", max_length=CLOSING_MOST, blank=True)
    revision = models.PositiveIntegerField("修订", default=0)
    edited_at = models.DateTimeField("修改时间", null=True, blank=True)
    edited_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="修改人")
    number = models.CharField("发文字号", max_length=40, unique=True, null=True, blank=True)
    signer = models.CharField("签发人", max_length=30, blank=True)
    body = models.JSONField("正文", default=dict, blank=True)
    file = models.BinaryField("文件", null=True)
    digest = models.CharField("文件的校验和", max_length=64, blank=True)
    issued_at = models.DateTimeField("印发时间", null=True, blank=True)
    issued_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="印发人")

    objects = CircularQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "通报公文"
        ordering = ("-issued_at",)
        constraints = [
            models.CheckConstraint(
                condition=Q(number__isnull=True, issued_at__isnull=True, file__isnull=True)
                | Q(number__isnull=False, issued_at__isnull=False, file__isnull=False) & ~Q(digest=""),
                name="issued_circular_is_whole",
            ),
        ]

    def __str__(self) -> str:
        return self.number or f"{self.ranking} 通报（草稿）"

    @property
    def is_issued(self) -> bool:
        """已印发，不能再改。"""
        return self.number is not None

    def save(self, *args: Any, **kwargs: Any) -> None:
        """印发以后不许保存。"""
        Circular.objects.filter(pk=self.pk).refuse_issued()
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """印发以后不许删除。"""
        Circular.objects.filter(pk=self.pk).refuse_issued()
        return super().delete(*args, **kwargs)


class ExportedFirm(models.Model):
    """哪次导出里有哪家企业：问得到一家的资料去过哪里（R-73）。"""

    job = models.ForeignKey(Job, models.CASCADE, related_name="firms", verbose_name="导出")
    enterprise = models.ForeignKey(Enterprise, models.CASCADE, related_name="exports", verbose_name="企业")

    class Meta:
        verbose_name = verbose_name_plural = "导出里的企业"
        constraints = [models.UniqueConstraint(fields=["job", "enterprise"], name="one_firm_per_export")]
