"""政策库（R-60、R-61）：政策、每一版、条件、附件，企业走到哪一步。"""

from datetime import date

from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.urls import reverse

from cadres.models import Unit, User, Visit
from enterprises.models import Enterprise, Region
from policies.enums import ConditionField, Operator, PolicyLevel, PolicyState, Standing
from policies.querysets import AttachmentQuerySet, EntitlementQuerySet, PolicyPartQuerySet, PolicyQuerySet

CARD_MOST = 200
BODY_MOST = 300_000


class PolicyCategory(models.Model):
    """政策类别（可增减）。"""

    name = models.CharField("名称", max_length=30, unique=True)
    ordering = models.PositiveSmallIntegerField("排序", default=0)
    is_active = models.BooleanField("在用", default=True)

    class Meta:
        verbose_name = verbose_name_plural = "政策类别"
        ordering = ("ordering", "name")

    def __str__(self) -> str:
        return self.name


class Policy(models.Model):
    """一份政策：全文是原文，明白卡是给企业看的话（R-60）。"""

    title = models.CharField("标题", max_length=200)
    number = models.CharField("文号", max_length=60, blank=True)
    level = models.CharField("层级", max_length=8, choices=PolicyLevel.choices)
    region = models.ForeignKey(
        Region, models.PROTECT, null=True, blank=True, related_name="policies", verbose_name="县（市、区）"
    )
    issuer = models.CharField("发文机关", max_length=100)
    unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="policies", verbose_name="由谁解释、受理"
    )
    category = models.ForeignKey(
        PolicyCategory, models.PROTECT, null=True, blank=True, related_name="policies", verbose_name="类别"
    )
    published_on = models.DateField("成文日期", null=True, blank=True)
    effective_on = models.DateField("生效日期", null=True, blank=True)
    expires_on = models.DateField("有效期至", null=True, blank=True)
    source = models.CharField("来源", max_length=200, blank=True)
    is_automatic = models.BooleanField("免申即享", default=False)
    guide_where = models.CharField("到哪里办", max_length=200, blank=True)
    guide_until_on = models.DateField("申报截止", null=True, blank=True)
    guide_contact = models.CharField("找谁", max_length=60, blank=True)
    guide_phone = models.CharField("电话", max_length=30, blank=True)
    state = models.CharField("状态", max_length=10, choices=PolicyState.choices, default=PolicyState.DRAFT)
    abolished_on = models.DateField("废止日期", null=True, blank=True)
    abolished_by = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="abolishes", verbose_name="被哪份废止"
    )
    abolished_why = models.CharField("废止说明", max_length=200, blank=True)
    version = models.PositiveSmallIntegerField("版本", default=1)
    revision = models.PositiveIntegerField("修订", default=0)
    fingerprint = models.CharField("全文指纹", max_length=64, db_index=True, editable=False)
    likeness = models.CharField("近似指纹", max_length=16, blank=True, editable=False)
    made_at = models.DateTimeField("录入时间")
    made_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="录入人")
    changed_at = models.DateTimeField("改动时间")
    # What the list runs by: an index can be walked along it, which "nulls last" does not allow.
    shown_on = models.GeneratedField(
        expression=Coalesce("published_on", models.Value(date(1, 1, 1))),
        output_field=models.DateField("排序日期"),
        db_persist=True,
    )
    # The long texts come last in the row: SQLite reads a row from its front, and no list needs them.
    card = models.CharField("明白卡", max_length=CARD_MOST, blank=True)
    guide_materials = models.TextField("要交什么", max_length=2000, blank=True)
    body = models.TextField("全文", max_length=BODY_MOST)

    objects = PolicyQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "政策"
        ordering = ("-shown_on", "-pk")
        constraints = [
            models.UniqueConstraint(fields=["number"], condition=~Q(number=""), name="one_policy_per_number"),
            models.CheckConstraint(
                condition=~Q(state=PolicyState.ABOLISHED) | Q(abolished_on__isnull=False), name="abolished_since_when"
            ),
        ]
        indexes = [
            models.Index(fields=["state", "-shown_on", "-id"], name="policy_state_recent"),
            models.Index(fields=["-shown_on", "-id"], name="policy_recent"),
            models.Index(fields=["changed_at"], name="policy_changed"),
            # All that the list's conditions and facets ask: the long text beside them is never read for a count.
            models.Index(
                fields=["state", "effective_on", "expires_on", "unit", "level", "category", "published_on"],
                name="policy_facets",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def standing(self, today: date) -> Standing:
        """今天算不算数。"""
        if self.state != PolicyState.PUBLISHED:
            return Standing(self.state)
        if self.expires_on and self.expires_on < today:
            return Standing.EXPIRED
        return Standing.UPCOMING if self.effective_on and self.effective_on > today else Standing.VALID

    def is_closed_on(self, today: date) -> bool:
        """这一天申报截止了；免申即享的不用申报。"""
        return bool(self.guide_until_on and self.guide_until_on < today and not self.is_automatic)


class PolicyVersion(models.Model):
    """发布过的一版，原样留着（R-60）。"""

    policy = models.ForeignKey(Policy, models.CASCADE, related_name="versions", verbose_name="政策")
    version = models.PositiveSmallIntegerField("版本")
    data = models.JSONField("这一版的各项")
    note = models.CharField("改了什么", max_length=200, blank=True)
    made_at = models.DateTimeField("发布时间")
    made_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="发布人")

    objects = PolicyPartQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "政策的一版"
        ordering = ("-version",)
        constraints = [models.UniqueConstraint(fields=["policy", "version"], name="one_row_per_version")]


class PolicyCondition(models.Model):
    """一个适用条件；`values` 是代码、名称或一个数（R-61）。"""

    policy = models.ForeignKey(Policy, models.CASCADE, related_name="conditions", verbose_name="政策")
    field = models.CharField("看哪一项", max_length=12, choices=ConditionField.choices)
    operator = models.CharField("怎么比", max_length=10, choices=Operator.choices)
    values = models.JSONField("跟什么比", default=list, blank=True)
    said = models.CharField("原文怎么说", max_length=200, blank=True)

    objects = PolicyPartQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "适用条件"
        ordering = ("pk",)


class PolicyAttachment(models.Model):
    """附件：按内容验过、随机名存放（R-74）。"""

    policy = models.ForeignKey(Policy, models.CASCADE, related_name="attachments", verbose_name="政策")
    file = models.FileField("文件", upload_to="policies/%Y/%m/")
    original_name = models.CharField("原文件名", max_length=120)
    content_type = models.CharField("类型", max_length=80)
    size = models.PositiveIntegerField("字节")
    sha256 = models.CharField("摘要", max_length=64)
    uploaded_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="上传人")
    uploaded_at = models.DateTimeField("上传时间")
    # 发布过的不真删：旧的一版还要打得开（R-60）。
    removed_at = models.DateTimeField("撤下时间", null=True, blank=True)
    removed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="撤下人")

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "政策附件"
        ordering = ("pk",)

    def __str__(self) -> str:
        return self.original_name

    @property
    def name(self) -> str:
        """给人看的文件名。"""
        return self.original_name

    @property
    def is_image(self) -> bool:
        """是不是图片。"""
        return self.content_type.startswith("image/")

    def get_absolute_url(self) -> str:
        """先查看不看得到，再给（R-74）。"""
        return reverse("policies:attachment", args=[self.pk])


class Explanation(models.Model):
    """哪次走访给谁讲了哪份政策（R-60）。"""

    policy = models.ForeignKey(Policy, models.CASCADE, related_name="explanations", verbose_name="政策")
    enterprise = models.ForeignKey(Enterprise, models.CASCADE, related_name="explanations", verbose_name="企业")
    visit = models.ForeignKey(Visit, models.CASCADE, related_name="explanations", verbose_name="走访")
    explained_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="谁讲的")
    explained_at = models.DateTimeField("记录时间")

    objects = EntitlementQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "政策讲解"
        ordering = ("-explained_at", "-pk")
        constraints = [models.UniqueConstraint(fields=["policy", "visit"], name="one_explanation_a_visit")]


class Eligibility(models.Model):
    """一项政策对全部在册企业匹配的结果，后台算好，两边一改就重算（R-61）。

    三种结论各是一个位图（第 n 位是主键为 n 的企业）；`asked` 是算的时候问的条件，改一家企业就照它重问这一家。
    """

    policy = models.OneToOneField(Policy, models.CASCADE, related_name="eligibility", verbose_name="政策")
    asked = models.JSONField("问了什么", default=list)
    fits = models.BinaryField("可以享受", default=bytes)
    one_missing = models.BinaryField("差一个条件", default=bytes)
    unknown = models.BinaryField("缺资料", default=bytes)
    policy_revision = models.PositiveIntegerField("政策的修订", default=0)
    matched_on = models.DateField("算的是哪一天", null=True)
    matched_at = models.DateTimeField("匹配时间", null=True)
    revision = models.PositiveIntegerField("修订", default=0)

    objects = PolicyPartQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "匹配结果"


class Entitlement(models.Model):
    """应享尽享：一家企业对一项政策走到哪一步；从告知起才有一行（R-61）。"""

    policy = models.ForeignKey(Policy, models.CASCADE, related_name="entitlements", verbose_name="政策")
    enterprise = models.ForeignKey(Enterprise, models.CASCADE, related_name="entitlements", verbose_name="企业")
    told_at = models.DateTimeField("告知", null=True, blank=True)
    viewed_at = models.DateTimeField("看过", null=True, blank=True)
    applied_at = models.DateTimeField("申请", null=True, blank=True)
    granted_at = models.DateTimeField("兑现", null=True, blank=True)
    amount = models.DecimalField("兑现金额（元）", max_digits=14, decimal_places=2, null=True, blank=True)
    refused_at = models.DateTimeField("不予兑现", null=True, blank=True)
    refused_why = models.CharField("不予兑现的理由", max_length=300, blank=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="决定人")

    objects = EntitlementQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "政策兑现"
        constraints = [
            models.UniqueConstraint(fields=["policy", "enterprise"], name="one_entitlement_each"),
            models.CheckConstraint(condition=Q(amount__isnull=True) | Q(amount__gte=0), name="granted_not_negative"),
        ]
        indexes = [models.Index(fields=["enterprise", "policy"], name="entitlement_firm")]
