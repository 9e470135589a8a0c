"""包联关系与走访（R-12 – R-14）。"""

from django.db import models
from django.db.models import Q

from cadres.enums import AssignmentRole, PlannedVisitState, VisitMode, VisitTopic
from cadres.models.people import Unit, User
from enterprises.models import Enterprise
from zhuqi.kernel.scoping import ScopedQuerySet


class PhotoQuerySet(ScopedQuerySet):
    """照片跟着走访、走访跟着企业走。"""

    scope_path = "visit__enterprise"


class Assignment(models.Model):
    """包联：一企一时只有一名牵头干部；历史保留，`to_on` 为空即现任（R-12）。"""

    enterprise = models.ForeignKey(Enterprise, models.CASCADE, related_name="assignments", verbose_name="企业")
    cadre = models.ForeignKey(User, models.PROTECT, related_name="assignments", verbose_name="干部")
    role = models.CharField("身份", max_length=10, choices=AssignmentRole.choices, default=AssignmentRole.LEAD)
    from_on = models.DateField("起")
    to_on = models.DateField("止", null=True, blank=True)
    note = models.CharField("调整说明", max_length=200, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "包联关系"
        ordering = ("-from_on", "-pk")
        constraints = [
            models.UniqueConstraint(
                fields=["enterprise"], condition=Q(role="LEAD", to_on__isnull=True), name="one_lead_cadre_now"
            ),
            models.UniqueConstraint(
                fields=["enterprise", "cadre"], condition=Q(to_on__isnull=True), name="one_assignment_each_now"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.cadre} → {self.enterprise}"


class Visit(models.Model):
    """一次走访，一处录入（R-13）。照片与位置从不是条件。"""

    enterprise = models.ForeignKey(Enterprise, models.CASCADE, related_name="visits", verbose_name="企业")
    cadre = models.ForeignKey(User, models.PROTECT, related_name="visits", verbose_name="干部")
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="visits", verbose_name="单位")
    visited_on = models.DateField("走访日期", db_index=True)
    mode = models.CharField("方式", max_length=10, choices=VisitMode.choices)
    topic = models.CharField("主要情况", max_length=10, choices=VisitTopic.choices, default=VisitTopic.NOTHING)
    note = models.CharField("一句话", max_length=500, blank=True)
    policies_explained = models.CharField("讲解的政策", max_length=300, blank=True)
    place = models.CharField("地点（可不填）", max_length=100, blank=True)
    token = models.CharField("防重复提交", max_length=36, unique=True, null=True, blank=True, editable=False)
    recorded_at = models.DateTimeField("记录时间")

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "走访"
        ordering = ("-visited_on", "-pk")
        indexes = [models.Index(fields=["enterprise", "-visited_on"], name="visit_firm_day")]

    def __str__(self) -> str:
        return f"{self.visited_on:%m-%d} {self.get_mode_display()} {self.enterprise}"


class VisitPhoto(models.Model):
    """走访照片，已重新编码、去掉 EXIF（R-13）。"""

    visit = models.ForeignKey(Visit, models.CASCADE, related_name="photos")
    file = models.FileField(upload_to="visits/%Y/%m/")
    original_name = models.CharField(max_length=120)
    size = models.PositiveIntegerField()

    objects = PhotoQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "走访照片"


class PlannedVisit(models.Model):
    """预约走访：企业看得到，可以婉拒（R-14）。"""

    enterprise = models.ForeignKey(Enterprise, models.CASCADE, related_name="planned_visits", verbose_name="企业")
    cadre = models.ForeignKey(User, models.PROTECT, related_name="planned_visits", verbose_name="干部")
    planned_on = models.DateField("预约日期")
    purpose = models.CharField("来意", max_length=200)
    state = models.CharField(
        "状态", max_length=10, choices=PlannedVisitState.choices, default=PlannedVisitState.PLANNED
    )
    answer = models.CharField("企业答复", max_length=200, blank=True)
    created_at = models.DateTimeField("登记时间")

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "预约走访"
        ordering = ("planned_on", "pk")


class QuietPeriod(models.Model):
    """宁静期：企业自己定的谢绝走访时段（R-14）。"""

    enterprise = models.ForeignKey(Enterprise, models.CASCADE, related_name="quiet_periods", verbose_name="企业")
    from_on = models.DateField("起")
    to_on = models.DateField("止")
    reason = models.CharField("说明", max_length=200, blank=True)
    set_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="设定人")
    created_at = models.DateTimeField("设定时间")

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "宁静期"
        ordering = ("-from_on",)
