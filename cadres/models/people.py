"""单位树与用户（R-01 – R-04）。"""

from typing import Any

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Q, QuerySet

from cadres.enums import ARREARS, Role, UnitKind
from enterprises.models import Enterprise, Region


class Unit(models.Model):
    """任何一个组织：领导小组、活动办、专项工作小组、部门、银行、督查局（R-01）。"""

    code = models.CharField("代码", max_length=24, unique=True)
    name = models.CharField("名称", max_length=60, unique=True)
    short_name = models.CharField("简称", max_length=20, blank=True)
    kind = models.CharField("类别", max_length=12, choices=UnitKind.choices)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name="上级"
    )
    region = models.ForeignKey(
        Region, models.PROTECT, null=True, blank=True, related_name="units", verbose_name="所在区域"
    )
    lead_unit = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="leads_task_forces", verbose_name="牵头承办单位"
    )
    ticket_prefix = models.CharField(
        "代字", max_length=12, blank=True, help_text="如 许助企，只有发单单位要填（R-34）。"
    )
    phone = models.CharField("值班电话", max_length=20, blank=True)
    is_arrears_group = models.BooleanField("清欠联席成员", default=False, help_text="看得到全市的账款清欠（R-32）。")
    is_active = models.BooleanField("在用", default=True)
    ordering = models.PositiveSmallIntegerField("排序", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "单位"
        ordering = ("ordering", "code")

    def __str__(self) -> str:
        return self.short_name or self.name

    @property
    def is_city_office(self) -> bool:
        """市活动办：没有所在县区的活动办。"""
        return self.kind == UnitKind.OFFICE and self.region_id is None


class User(AbstractUser):
    """登录的人。看得到什么由 `sees_everything` 与 `enterprise_scope()` 两处决定（R-03）。"""

    first_name = None  # type: ignore[assignment]  # Django's way to drop an inherited field
    last_name = None  # type: ignore[assignment]  # as above
    name = models.CharField("姓名", max_length=30)
    role = models.CharField("角色", max_length=10, choices=Role.choices)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="users", verbose_name="单位")
    enterprise = models.ForeignKey(
        Enterprise, models.PROTECT, null=True, blank=True, related_name="users", verbose_name="企业"
    )
    post = models.CharField("职务", max_length=30, blank=True)
    phone = models.CharField("电话", max_length=20, blank=True)
    # Null, not "": the unique key must allow many who have none.
    sso_id = models.CharField(
        "统一身份标识", max_length=64, null=True, blank=True, unique=True, help_text="统一身份认证平台上的工号或标识。"
    )
    is_head = models.BooleanField("单位负责人", default=False, help_text="退单须由其签字；活动办的为办公室主任。")
    must_change_password = models.BooleanField("首次登录须改密码", default=True)
    REQUIRED_FIELDS = ["name", "role"]

    class Meta:
        verbose_name = verbose_name_plural = "用户"
        ordering = ("pk",)

    def __str__(self) -> str:
        return self.name or self.username

    def get_full_name(self) -> str:
        """姓名。"""
        return self.name

    def get_short_name(self) -> str:
        """姓名。"""
        return self.name

    @property
    def region_ids(self) -> list[int] | None:
        """市级为 None（不限）；县级为本县（市、区）及其下的功能区。"""
        if not hasattr(self, "_region_ids"):
            region_id = self.unit.region_id if self.unit else None
            self._region_ids = (
                None
                if region_id is None
                else list(Region.objects.filter(Q(pk=region_id) | Q(parent=region_id)).values_list("pk", flat=True))
            )
        return self._region_ids

    @property
    def sees_everything(self) -> bool:
        """市活动办、市领导、督查看全市（R-03）。没有挂单位的账号什么也看不到。"""
        return (
            self.role in {Role.OFFICE, Role.LEADER, Role.SUPERVISOR}
            and self.unit_id is not None
            and self.region_ids is None
        )

    @property
    def is_in_arrears_group(self) -> bool:
        """清欠联席成员单位里办事的人：另看全市的账款清欠（R-32）。挂在这个单位的助企干部不算。"""
        officials = {Role.UNIT, Role.OFFICE, Role.SUPERVISOR, Role.LEADER}
        return self.role in officials and self.unit is not None and self.unit.is_arrears_group

    def enterprise_scope(self) -> QuerySet[Any]:
        """现在看得到的企业（R-03），一句子查询，供所有 `visible_to` 使用。"""
        firms = Enterprise.objects.order_by()
        if self.sees_everything:
            return firms.values("pk")
        scope = self._enterprise_q()
        if self.is_in_arrears_group:
            owed = Q(cases__category__code=ARREARS) | Q(cases__category__code__startswith=f"{ARREARS}.")
            scope |= Q(pk__in=Enterprise.objects.filter(owed).order_by().values("pk"))
        return firms.filter(scope).values("pk")

    def _enterprise_q(self) -> Q:
        nothing = Q(pk__in=[])
        if self.role in {Role.OFFICE, Role.LEADER, Role.SUPERVISOR}:
            return Q(region__in=self.region_ids) if self.unit_id else nothing
        if self.role == Role.ENTERPRISE:
            return Q(pk=self.enterprise_id) if self.enterprise_id else nothing
        if self.role == Role.CADRE:
            return Q(pk__in=self.assignments.filter(to_on__isnull=True).values("enterprise"))
        if self.role == Role.UNIT and self.unit:
            led = self.unit.lead_cases.order_by().values("enterprise")
            helped = self.unit.co_handlings.order_by().values("case__enterprise")
            lane = self.unit.lane_cases.order_by().values("enterprise")
            return Q(pk__in=led) | Q(pk__in=helped) | Q(pk__in=lane)
        return nothing


class PasswordHistory(models.Model):
    """用过的密码（散列），最近 5 个不得再用（R-70）。"""

    user = models.ForeignKey(User, models.CASCADE, related_name="password_history")
    password = models.CharField(max_length=128)
    set_at = models.DateTimeField()

    class Meta:
        verbose_name = verbose_name_plural = "密码历史"
        ordering = ("-set_at", "-pk")
