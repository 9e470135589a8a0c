"""回头看（R-30）：一个月一次有种子的抽取，30 天和 90 天各看一次。"""

from django.db import models
from django.db.models import Q

from cadres.models import Unit, User
from cases.enums import LookBackMode, LookBackReason, LookBackResult
from cases.models.case import Case
from cases.querysets import LookBackDrawQuerySet, LookBackQuerySet


class LookBackDraw(models.Model):
    """一个月销号的事里怎么抽的：种子、比例、每层多少件抽多少件，谁都能照着重抽一遍。"""

    month = models.DateField("销号月份", unique=True)
    seed = models.CharField("种子", max_length=32)
    share = models.PositiveSmallIntegerField("抽取比例（%）")
    must = models.JSONField("必看（编号、为什么）", default=list)
    strata = models.JSONField("分层", default=list)
    drawn_at = models.DateTimeField("抽取时间")

    objects = LookBackDrawQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "回头看抽取"
        ordering = ("-month",)


class LookBack(models.Model):
    """一次回头看。由既不在主办单位、也不包联这家企业的人去看。"""

    draw = models.ForeignKey(LookBackDraw, models.PROTECT, related_name="look_backs", verbose_name="抽取")
    case = models.ForeignKey(Case, models.PROTECT, related_name="look_backs", verbose_name="诉求")
    unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="look_backs", verbose_name="销号时的主办"
    )
    closed_at = models.DateTimeField("看的是哪一次销号")
    round = models.PositiveSmallIntegerField("销号后几天")
    reason = models.CharField("为什么看", max_length=10, choices=LookBackReason.choices)
    due_on = models.DateField("看的日子")
    until_on = models.DateField("最晚哪天看完")
    assignee = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="look_backs", verbose_name="由谁看"
    )
    assigned_at = models.DateTimeField("分派时间", null=True, blank=True)
    # Who had it before and why not any more; they are not chosen again.
    moves = models.JSONField("改派经过", default=list, blank=True)
    tries = models.PositiveSmallIntegerField("没联系上几次", default=0)
    try_on = models.DateField("下次再试", null=True, blank=True)
    mode = models.CharField("方式", max_length=5, choices=LookBackMode.choices, blank=True)
    result = models.CharField("结果", max_length=9, choices=LookBackResult.choices, blank=True)
    account = models.TextField("看到的情况", max_length=2000, blank=True)
    remains = models.CharField("还要办什么（给主办单位看）", max_length=300, blank=True)
    checked_at = models.DateTimeField("记录时间", null=True, blank=True)
    checked_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="记录人")
    cancelled_at = models.DateTimeField("取消时间（到时已不在销号状态）", null=True, blank=True)
    cancel_reason = models.CharField("为什么取消", max_length=100, blank=True)

    objects = LookBackQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "回头看"
        ordering = ("due_on", "pk")
        constraints = [models.UniqueConstraint(fields=["draw", "case", "round"], name="one_look_back_a_round")]
        indexes = [
            models.Index(
                fields=["due_on"],
                condition=Q(checked_at__isnull=True, cancelled_at__isnull=True),
                name="look_back_waiting",
            ),
            models.Index(fields=["checked_at"], name="look_back_checked"),
        ]
