"""案件与类别（R-20 – R-23）。"""

from django.db import models
from django.db.models import Q

from cadres.enums import ARREARS, Role
from cadres.models import Unit, User, Visit
from cases.enums import ENDED, FIRM_MARKS, FIRM_WORDS, Clock, Level, Nature, Outcome, PolicyGap, Source, Status, Tier
from cases.querysets import CaseQuerySet
from enterprises.models import Enterprise, Region


class Category(models.Model):
    """问题类别，两级，可改；每类对应一个专项工作小组（R-22）。"""

    code = models.CharField("代码", max_length=32, unique=True)
    name = models.CharField("名称", max_length=30)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name="上级"
    )
    task_force = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="categories", verbose_name="专项工作小组"
    )
    default_lead = models.ForeignKey(
        Unit, models.SET_NULL, null=True, blank=True, related_name="default_categories", verbose_name="常办单位"
    )
    keywords = models.CharField("关键词（空格分开）", max_length=300, blank=True)
    is_legal = models.BooleanField(
        "涉法涉诉", default=False, help_text="单列办理、不设办结时限、不计入办结率（R-23）。"
    )
    is_active = models.BooleanField("在用", default=True)
    ordering = models.PositiveSmallIntegerField("排序", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "问题类别"
        ordering = ("ordering", "code")

    def __str__(self) -> str:
        return self.name

    @property
    def is_arrears(self) -> bool:
        """账款清欠及其下级：下级的代码总以上级的代码开头（R-32）。"""
        return self.code.partition(".")[0] == ARREARS


class Case(models.Model):
    """一件诉求。状态、级别、时限只由 cases.services 改写；`revision` 是比较并交换的依据。"""

    number = models.CharField("问题编号", max_length=24, unique=True)
    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="cases", verbose_name="企业")
    # The firm's region, kept beside the case so that a county's list is one index scan (moved with the firm).
    region = models.ForeignKey(Region, models.PROTECT, related_name="cases", verbose_name="县（市、区）")
    office = models.ForeignKey(Unit, models.PROTECT, related_name="office_cases", verbose_name="活动办")
    title = models.CharField("标题", max_length=80)
    description = models.TextField("问题描述", max_length=4000)
    wish = models.CharField("企业希望", max_length=300, blank=True)
    source = models.CharField("来源", max_length=10, choices=Source.choices)
    visit = models.ForeignKey(Visit, models.SET_NULL, null=True, blank=True, related_name="cases", verbose_name="走访")
    reported_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="reported_cases", verbose_name="提出人"
    )
    # What the place it came from calls it (12345 and the like): the same sheet again registers nothing twice.
    source_number = models.CharField("来源编号", max_length=40, blank=True)
    token = models.CharField("防重复提交", max_length=48, unique=True, null=True, blank=True, editable=False)

    status = models.CharField("状态", max_length=10, choices=Status.choices, default=Status.REPORTED)
    level = models.PositiveSmallIntegerField("催问级别", choices=Level.choices, default=Level.NONE)
    revision = models.PositiveIntegerField("修订", default=0)

    category = models.ForeignKey(
        Category, models.PROTECT, null=True, blank=True, related_name="cases", verbose_name="类别"
    )
    tier = models.CharField("级别", max_length=8, choices=Tier.choices, default=Tier.SINGLE)
    nature = models.CharField("性质", max_length=8, choices=Nature.choices, default=Nature.SINGLE)
    lane = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="lane_cases", verbose_name="专项工作小组"
    )
    is_legal = models.BooleanField("涉法涉诉", default=False)
    lead = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="lead_cases", verbose_name="主办"
    )
    rule_set = models.ForeignKey(
        "cases.RuleSet", models.PROTECT, null=True, blank=True, related_name="cases", verbose_name="办理规则"
    )

    reported_at = models.DateTimeField("提出时间")
    accepted_at = models.DateTimeField("受理时间", null=True, blank=True)
    dispatched_at = models.DateTimeField("交办时间", null=True, blank=True)
    submitted_at = models.DateTimeField("申报时间", null=True, blank=True)
    closed_at = models.DateTimeField("销号时间", null=True, blank=True)

    outcome = models.CharField("办理结果", max_length=1, choices=Outcome.choices, blank=True)
    promised_on = models.DateField("挂账承诺日", null=True, blank=True)
    urge_count = models.PositiveSmallIntegerField("催办次数", default=0)
    bad_rating_count = models.PositiveSmallIntegerField("差评次数", default=0)
    reopened_count = models.PositiveSmallIntegerField("重开次数", default=0)
    objection_count = models.PositiveSmallIntegerField("退单次数", default=0)
    pause_count = models.PositiveSmallIntegerField("暂停次数", default=0)
    was_extended = models.BooleanField("延过期", default=False)
    was_shelved = models.BooleanField("挂过账", default=False)
    needs_coordination = models.BooleanField("需要协调", default=False)
    policy_gap = models.CharField("卡在政策的哪里", max_length=8, choices=PolicyGap.choices, blank=True)
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="merged_cases", verbose_name="并入"
    )
    split_from = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="parts", verbose_name="拆自"
    )

    # Kept beside the Deadline rows by services.clocks.refresh_next_due, for lists only.
    next_due_on = models.DateField("下一期限", null=True, blank=True)
    next_clock = models.CharField("下一期限的事", max_length=16, choices=Clock.choices, blank=True)

    objects = CaseQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "诉求"
        ordering = ("-reported_at", "-pk")
        constraints = [
            models.UniqueConstraint(
                fields=["source", "source_number"], condition=~Q(source_number=""), name="one_case_a_source_number"
            ),
            models.CheckConstraint(condition=Q(status__in=Status.values), name="case_status_known"),
            models.CheckConstraint(condition=Q(level__in=Level.values), name="case_level_known"),
            models.CheckConstraint(
                condition=~Q(status=Status.MERGED) | Q(merged_into__isnull=False), name="merged_case_has_target"
            ),
        ]
        indexes = [
            models.Index(fields=["status", "next_due_on"], name="case_status_due"),
            models.Index(fields=["region", "status", "next_due_on"], name="case_region_queue"),
            models.Index(fields=["region", "-reported_at", "-id"], name="case_region_recent"),
            models.Index(fields=["lead", "status", "next_due_on"], name="case_lead_queue"),
            models.Index(fields=["lane", "status"], name="case_lane"),
            models.Index(fields=["enterprise", "-reported_at"], name="case_firm"),
            models.Index(fields=["-reported_at", "-id"], name="case_recent"),
            models.Index(fields=["dispatched_at"], name="case_dispatched"),
            models.Index(fields=["closed_at"], name="case_closed"),
            models.Index(fields=["policy_gap", "lane"], condition=~Q(policy_gap=""), name="case_policy_gap"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    def status_told(self, user: object) -> tuple[str, str]:
        """给这个人看的状态：（标记用的状态, 说法）；企业看不到内部的来回（R-20、R-25）。"""
        status = Status(self.status)
        if getattr(user, "role", "") != Role.ENTERPRISE:
            return status.value, status.label
        return FIRM_MARKS.get(status, status).value, FIRM_WORDS.get(status, status.label)

    @property
    def is_open(self) -> bool:
        """还没有结束（销号、不予受理、并案之外）。"""
        return self.status not in ENDED


class Merge(models.Model):
    """一次并案；可撤销，两边历史都在（领域文档 §5）。"""

    case = models.ForeignKey(Case, models.CASCADE, related_name="merges", verbose_name="被并入的")
    into = models.ForeignKey(Case, models.CASCADE, related_name="absorbed", verbose_name="并入")
    status_before = models.CharField("并前状态", max_length=10, choices=Status.choices)
    merged_at = models.DateTimeField("并案时间")
    merged_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="操作人")
    undone_at = models.DateTimeField("撤销时间", null=True, blank=True)
    undone_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="撤销人")

    class Meta:
        verbose_name = verbose_name_plural = "并案"
        ordering = ("-merged_at",)
        constraints = [
            models.UniqueConstraint(fields=["case"], condition=Q(undone_at__isnull=True), name="one_live_merge"),
        ]
