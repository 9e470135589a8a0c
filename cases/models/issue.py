"""共性问题（R-31，点办理、批处理）。"""

from django.db import models
from django.db.models import Q

from cadres.models import Unit, User
from cases.enums import IssueState, Outcome
from cases.models.case import Case, Category
from cases.querysets import IssueCaseQuerySet, IssueQuerySet
from enterprises.models import IndustryChain
from policies.models import Policy


class CommonIssue(models.Model):
    """一个共性问题：系统从相似的诉求里提出，活动办确认，一次办理答复每一家，最后变成政策建议。"""

    title = models.CharField("题目", max_length=80)
    summary = models.TextField("共同的情况", max_length=2000, blank=True)
    state = models.CharField("状态", max_length=9, choices=IssueState.choices, default=IssueState.PROPOSED)
    key = models.CharField("来由（防重复提出）", max_length=64, unique=True)
    basis = models.JSONField("为什么像", default=dict, blank=True)
    category = models.ForeignKey(
        Category, models.PROTECT, null=True, blank=True, related_name="issues", verbose_name="类别"
    )
    chain = models.ForeignKey(
        IndustryChain, models.SET_NULL, null=True, blank=True, related_name="issues", verbose_name="产业链"
    )
    office = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="活动办")
    lead = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="lead_issues", verbose_name="统一由谁办"
    )
    proposed_at = models.DateTimeField("提出时间")
    decided_at = models.DateTimeField("确认时间", null=True, blank=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="确认人")
    decision = models.CharField("确认意见", max_length=500, blank=True)
    account = models.TextField("统一办理情况", max_length=4000, blank=True)
    outcome = models.CharField("统一办理结果", max_length=1, choices=Outcome.choices, blank=True)
    promised_on = models.DateField("承诺日期", null=True, blank=True)
    answered_at = models.DateTimeField("统一答复时间", null=True, blank=True)
    answered_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="答复人"
    )
    proposal = models.TextField("政策建议", max_length=2000, blank=True)
    proposal_unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="建议由谁落实"
    )
    proposal_due_on = models.DateField("落实期限", null=True, blank=True)
    proposal_done_at = models.DateTimeField("落实时间", null=True, blank=True)
    proposal_result = models.CharField("落实结果", max_length=500, blank=True)

    policy = models.ForeignKey(
        Policy, models.PROTECT, null=True, blank=True, related_name="issues", verbose_name="起草的政策"
    )

    objects = IssueQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "共性问题"
        ordering = ("-proposed_at", "-pk")
        indexes = [models.Index(fields=["state", "-proposed_at"], name="issue_state")]

    def __str__(self) -> str:
        return self.title


class CommonIssueCase(models.Model):
    """一件诉求在一个共性问题里。"""

    issue = models.ForeignKey(CommonIssue, models.CASCADE, related_name="members", verbose_name="共性问题")
    case = models.ForeignKey(Case, models.PROTECT, related_name="issue_memberships", verbose_name="诉求")
    likeness = models.PositiveSmallIntegerField("相似度（%）", default=100)
    joined_at = models.DateTimeField("列入时间", null=True, blank=True)
    left_at = models.DateTimeField("移出时间", null=True, blank=True)
    answered_at = models.DateTimeField("统一答复到这一件的时间", null=True, blank=True)

    objects = IssueCaseQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "共性问题里的诉求"
        ordering = ("pk",)
        constraints = [
            models.UniqueConstraint(fields=["issue", "case"], name="one_membership_each"),
            models.UniqueConstraint(
                fields=["case"], condition=Q(joined_at__isnull=False, left_at__isnull=True), name="one_live_membership"
            ),
        ]
