"""办理中的行：协办、退单、延期、协调、申报、审核（R-25 – R-27、R-36）。"""

from django.db import models
from django.db.models import Q

from cadres.models import Unit, User
from cases.enums import Outcome
from cases.models.case import Case
from cases.models.ticket import Ticket
from cases.querysets import CasePartQuerySet


class CoHandling(models.Model):
    """一家协办单位在本案的分工与意见（R-26）。"""

    case = models.ForeignKey(Case, models.CASCADE, related_name="co_handlings", verbose_name="诉求")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="co_handlings", verbose_name="协办单位")
    part = models.CharField("分工", max_length=200)
    opinion = models.TextField("协办意见", max_length=2000, blank=True)
    replied_at = models.DateTimeField("回复时间", null=True, blank=True)
    replied_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="回复人")

    objects = CasePartQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "协办"
        ordering = ("pk",)
        constraints = [models.UniqueConstraint(fields=["case", "unit"], name="one_co_handling_each")]


class Objection(models.Model):
    """退单与裁定；裁定即责任判例，可检索（R-25）。"""

    case = models.ForeignKey(Case, models.CASCADE, related_name="objections", verbose_name="诉求")
    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="objections", verbose_name="交办单")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="objections", verbose_name="退单单位")
    ground = models.TextField("法律依据与理由", max_length=1000)
    proper_unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="应由谁办")
    signed_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="签字负责人")
    filed_at = models.DateTimeField("退单时间")
    is_upheld = models.BooleanField("成立", null=True, blank=True)
    ruling = models.TextField("裁定理由", max_length=1000, blank=True)
    ruled_at = models.DateTimeField("裁定时间", null=True, blank=True)
    ruled_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="裁定人")

    objects = CasePartQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "退单"
        ordering = ("-filed_at",)
        constraints = [
            models.UniqueConstraint(fields=["case"], condition=Q(ruled_at__isnull=True), name="one_open_objection"),
        ]


class ExtensionRequest(models.Model):
    """延期申请（R-26）：一次、到期前一个工作日以前提、不超过 30 天、办公室定、告诉企业。"""

    case = models.ForeignKey(Case, models.CASCADE, related_name="extensions", verbose_name="诉求")
    days = models.PositiveSmallIntegerField("天数")
    reason = models.CharField("理由", max_length=500)
    old_due_on = models.DateField("原期限")
    new_due_on = models.DateField("新期限")
    asked_at = models.DateTimeField("申请时间")
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="申请人")
    is_granted = models.BooleanField("同意", null=True, blank=True)
    answer = models.CharField("答复", max_length=300, blank=True)
    decided_at = models.DateTimeField("审批时间", null=True, blank=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="审批人")

    objects = CasePartQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "延期申请"
        ordering = ("-asked_at",)
        constraints = [
            models.UniqueConstraint(fields=["case"], condition=Q(decided_at__isnull=True), name="one_open_extension"),
        ]


class Coordination(models.Model):
    """需要协调：单位请办公室会商，不等失败（R-36）。"""

    case = models.ForeignKey(Case, models.CASCADE, related_name="coordinations", verbose_name="诉求")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="提出单位")
    matter = models.CharField("要协调什么", max_length=500)
    asked_at = models.DateTimeField("提出时间")
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="提出人")
    answer = models.TextField("会商结果", max_length=2000, blank=True)
    answered_at = models.DateTimeField("答复时间", null=True, blank=True)
    answered_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="答复人"
    )

    objects = CasePartQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "协调"
        ordering = ("-asked_at",)
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=Q(answered_at__isnull=True), name="one_open_coordination"
            ),
        ]


class Submission(models.Model):
    """一次办结申报（R-27）：结果代码、办理情况、至少一件佐证。"""

    case = models.ForeignKey(Case, models.CASCADE, related_name="submissions", verbose_name="诉求")
    outcome = models.CharField("结果", max_length=1, choices=Outcome.choices)
    account = models.TextField("办理情况", max_length=4000)
    promised_on = models.DateField("承诺日期", null=True, blank=True)
    submitted_at = models.DateTimeField("申报时间")
    submitted_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="申报人")

    objects = CasePartQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "办结申报"
        ordering = ("-submitted_at",)


class Review(models.Model):
    """办结审核的四个勾（R-27）：解决了？答复了？联系企业了？企业同意？"""

    case = models.ForeignKey(Case, models.CASCADE, related_name="reviews", verbose_name="诉求")
    submission = models.OneToOneField(Submission, models.CASCADE, related_name="review", verbose_name="申报")
    is_solved = models.BooleanField("问题已解决")
    is_answered = models.BooleanField("已答复企业")
    has_contacted = models.BooleanField("单位联系过企业")
    firm_agrees = models.BooleanField("企业同意")
    has_passed = models.BooleanField("通过")
    note = models.CharField("审核意见", max_length=500, blank=True)
    reviewed_at = models.DateTimeField("审核时间")
    reviewed_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="审核人")

    objects = CasePartQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "办结审核"
        ordering = ("-reviewed_at",)
