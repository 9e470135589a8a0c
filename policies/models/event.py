"""对接活动（R-63）：六类，按条件邀请，报名、到场；意向、签约、到位分开记，不与政策重复算。"""

from django.db import models
from django.db.models import Q

from cadres.models import Unit, User
from enterprises.models import Enterprise, Region
from policies.enums import ConditionField, EventState, FollowUp, Operator, ResultKind, ResultStage
from policies.querysets import EventFollowUpQuerySet, EventPartQuerySet, EventQuerySet


class EventKind(models.Model):
    """对接的种类（起始六类，可改）；`measure` 决定结果记什么。"""

    name = models.CharField("名称", max_length=20, unique=True)
    measure = models.CharField("结果记什么", max_length=10, choices=ResultKind.choices)
    ordering = models.PositiveSmallIntegerField("排序", default=0)
    is_active = models.BooleanField("在用", default=True)

    class Meta:
        verbose_name = verbose_name_plural = "对接种类"
        ordering = ("ordering", "name")

    def __str__(self) -> str:
        return self.name


class MatchEvent(models.Model):
    """一场对接活动。"""

    kind = models.ForeignKey(EventKind, models.PROTECT, related_name="events", verbose_name="种类")
    title = models.CharField("名称", max_length=80)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="events", verbose_name="主办单位")
    region = models.ForeignKey(
        Region, models.PROTECT, null=True, blank=True, related_name="events", verbose_name="县（市、区）"
    )
    held_at = models.DateTimeField("时间")
    place = models.CharField("地点", max_length=80)
    told = models.TextField("内容", max_length=2000, blank=True)
    seats = models.PositiveSmallIntegerField("名额（0 为不限）", default=0)
    sign_up_until_on = models.DateField("报名截止", null=True, blank=True)
    state = models.CharField("状态", max_length=9, choices=EventState.choices, default=EventState.DRAFT)
    cancelled_why = models.CharField("取消原因", max_length=200, blank=True)
    # Counted beside the rows: the last seat is given by one conditional update.
    seats_taken = models.PositiveSmallIntegerField("已占名额", default=0, editable=False)
    revision = models.PositiveIntegerField("修订", default=0)
    made_at = models.DateTimeField("登记时间")
    made_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="登记人")

    objects = EventQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "对接活动"
        ordering = ("-held_at", "-pk")
        indexes = [models.Index(fields=["state", "-held_at"], name="event_state_held")]
        constraints = [
            models.CheckConstraint(
                condition=Q(seats=0) | Q(seats_taken__lte=models.F("seats")), name="event_seats_enough"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class EventCondition(models.Model):
    """按什么条件邀请，与政策的条件一样写、一样比。"""

    event = models.ForeignKey(MatchEvent, models.CASCADE, related_name="conditions", verbose_name="活动")
    field = models.CharField("看哪一项", max_length=12, choices=ConditionField.choices)
    operator = models.CharField("怎么比", max_length=10, choices=Operator.choices)
    values = models.JSONField("跟什么比", default=list, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "邀请条件"
        ordering = ("pk",)


class Participation(models.Model):
    """一家企业在一场活动里：邀请、报名、到场。"""

    event = models.ForeignKey(MatchEvent, models.CASCADE, related_name="participations", verbose_name="活动")
    enterprise = models.ForeignKey(Enterprise, models.CASCADE, related_name="participations", verbose_name="企业")
    invited_at = models.DateTimeField("邀请", null=True, blank=True)
    signed_up_at = models.DateTimeField("报名", null=True, blank=True)
    signed_up_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="谁报的名"
    )
    waiting_at = models.DateTimeField("候补", null=True, blank=True)
    withdrawn_at = models.DateTimeField("退出", null=True, blank=True)
    attended = models.BooleanField("到场", null=True, blank=True)
    wish = models.CharField("想对接什么", max_length=200, blank=True)

    objects = EventPartQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "参加"
        constraints = [models.UniqueConstraint(fields=["event", "enterprise"], name="one_participation_each")]

    @property
    def is_coming(self) -> bool:
        """报了名，没有退出。"""
        return self.signed_up_at is not None and self.withdrawn_at is None

    @property
    def is_waiting(self) -> bool:
        """在候补里。"""
        return self.waiting_at is not None and self.withdrawn_at is None

    @property
    def standing(self) -> str:
        """一个词：到场、没来、报名、候补、已退出、已邀请。"""
        if self.attended is not None:
            return "到场" if self.attended else "没来"
        if self.is_coming:
            return "报名"
        if self.is_waiting:
            return "候补"
        return "已退出" if self.withdrawn_at else "已邀请"


class EventResult(models.Model):
    """一个结果：意向、签约、到位各记各的，后一步接着前一步，可以分几笔接（R-63）。"""

    event = models.ForeignKey(MatchEvent, models.CASCADE, related_name="results", verbose_name="活动")
    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="event_results", verbose_name="企业")
    kind = models.CharField("记什么", max_length=10, choices=ResultKind.choices)
    stage = models.CharField("哪一步", max_length=9, choices=ResultStage.choices)
    amount = models.DecimalField("金额（元）", max_digits=16, decimal_places=2, null=True, blank=True)
    heads = models.PositiveIntegerField("人数、项数", null=True, blank=True)
    partner = models.CharField("对方", max_length=100, blank=True)
    happened_on = models.DateField("日期")
    note = models.CharField("说明", max_length=300, blank=True)
    follows = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="followed_by", verbose_name="接着哪一个"
    )
    recorded_at = models.DateTimeField("登记时间")
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="登记人")
    voided_at = models.DateTimeField("作废时间", null=True, blank=True)
    voided_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="作废人")
    void_reason = models.CharField("作废原因", max_length=200, blank=True)

    objects = EventPartQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "对接结果"
        ordering = ("happened_on", "pk")
        constraints = [
            models.CheckConstraint(
                condition=(Q(amount__isnull=True) | Q(amount__gt=0)) & (Q(heads__isnull=True) | Q(heads__gt=0)),
                name="event_result_positive",
            ),
        ]


class EventFollowUp(models.Model):
    """30 天和 90 天各回访一次参加的企业。"""

    event = models.ForeignKey(MatchEvent, models.CASCADE, related_name="follow_ups", verbose_name="活动")
    after = models.PositiveSmallIntegerField("几天后", choices=FollowUp.choices)
    due_on = models.DateField("回访日期")
    done_at = models.DateTimeField("回访时间", null=True, blank=True)
    done_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="回访人")
    account = models.TextField("回访情况", max_length=2000, blank=True)

    objects = EventFollowUpQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "活动回访"
        ordering = ("due_on", "pk")
        constraints = [models.UniqueConstraint(fields=["event", "after"], name="one_follow_up_each")]
