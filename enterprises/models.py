"""企业台账的数据：区域、产业、企业、联系人、白名单（R-02、R-10、R-11）。"""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q

from enterprises.credit_codes import check_credit_code, normalise_credit_code
from enterprises.querysets import EnterpriseQuerySet, FirmPartQuerySet, RegionQuerySet


class Region(models.Model):
    """县（市、区）或功能区；功能区可以没有国标代码，用内部代码并指明上级（R-02）。"""

    code = models.CharField("代码", max_length=12, unique=True)
    name = models.CharField("名称", max_length=40)
    short_name = models.CharField("简称", max_length=12, blank=True)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name="上级"
    )
    is_functional_zone = models.BooleanField("功能区", default=False)
    ordering = models.PositiveSmallIntegerField("排序", default=0)

    objects = RegionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "区域"
        ordering = ("ordering", "code")

    def __str__(self) -> str:
        return self.name


class Label(models.Model):
    """可增减的一列名称：产业链、产业集群、企业标签共用的样子。"""

    name = models.CharField("名称", max_length=40, unique=True)
    ordering = models.PositiveSmallIntegerField("排序", default=0)
    is_active = models.BooleanField("在用", default=True)

    class Meta:
        abstract = True
        ordering = ("ordering", "name")

    def __str__(self) -> str:
        return self.name


class IndustryChain(Label):
    """产业链（起始 11 条，可改）。"""

    class Meta(Label.Meta):
        verbose_name = verbose_name_plural = "产业链"


class Cluster(Label):
    """产业集群（起始 8 个，可改）。"""

    class Meta(Label.Meta):
        verbose_name = verbose_name_plural = "产业集群"


class Tag(Label):
    """企业标签：高新技术、专精特新、小巨人、绿色工厂、上市 ……"""

    class Meta(Label.Meta):
        verbose_name = verbose_name_plural = "企业标签"


class Enterprise(models.Model):
    """一家企业（R-11）。从不登记身份证号。"""

    name = models.CharField("企业名称", max_length=100, unique=True)
    pinyin = models.CharField("拼音首字母", max_length=100, blank=True, editable=False, db_index=True)
    credit_code = models.CharField("统一社会信用代码", max_length=18, unique=True)
    region = models.ForeignKey(Region, models.PROTECT, related_name="enterprises", verbose_name="县（市、区）")
    address = models.CharField("地址", max_length=200, blank=True)
    industry_code = models.CharField("行业代码（GB/T 4754）", max_length=8, blank=True)
    industry = models.CharField("行业", max_length=60, blank=True)
    chain = models.ForeignKey(
        IndustryChain, models.SET_NULL, null=True, blank=True, related_name="enterprises", verbose_name="产业链"
    )
    cluster = models.ForeignKey(
        Cluster, models.SET_NULL, null=True, blank=True, related_name="enterprises", verbose_name="产业集群"
    )
    is_above_scale = models.BooleanField("规上企业", default=False)
    tags = models.ManyToManyField(Tag, blank=True, related_name="enterprises", verbose_name="标签")
    # What policies ask for; empty is "not known", and the firm may fill it in itself.
    established_on = models.DateField("成立日期", null=True, blank=True)
    revenue = models.PositiveIntegerField("上年营业收入（万元）", null=True, blank=True)
    staff_count = models.PositiveIntegerField("从业人数", null=True, blank=True)
    is_active = models.BooleanField("在册", default=True)
    created_at = models.DateTimeField("登记时间")
    updated_at = models.DateTimeField("更新时间")

    objects = EnterpriseQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "企业"
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """R-10：先归一再校验，错的代码进不了台账。"""
        self.credit_code = normalise_credit_code(self.credit_code)
        problem = check_credit_code(self.credit_code).error
        if problem:
            raise ValidationError({"credit_code": problem})


class Contact(models.Model):
    """企业联系人；首要联系人收评价链接（R-28）。"""

    enterprise = models.ForeignKey(Enterprise, models.CASCADE, related_name="contacts", verbose_name="企业")
    name = models.CharField("姓名", max_length=30)
    post = models.CharField("职务", max_length=30, blank=True)
    phone = models.CharField("电话", max_length=20)
    is_primary = models.BooleanField("首要联系人", default=False)

    objects = FirmPartQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "联系人"
        ordering = ("-is_primary", "pk")
        constraints = [
            models.UniqueConstraint(fields=["enterprise"], condition=Q(is_primary=True), name="one_primary_contact"),
        ]

    def __str__(self) -> str:
        return self.name


class WhitelistLevel(models.TextChoices):
    """白名单级别。"""

    PROVINCE = "PROVINCE", "省级白名单"
    CITY = "CITY", "市级白名单"
    COUNTY = "COUNTY", "县级白名单"


class Whitelisting(models.Model):
    """一次白名单认定；升级保留旧行（R-11）。"""

    enterprise = models.ForeignKey(Enterprise, models.CASCADE, related_name="whitelistings", verbose_name="企业")
    level = models.CharField("级别", max_length=10, choices=WhitelistLevel.choices)
    from_on = models.DateField("起")
    to_on = models.DateField("止", null=True, blank=True)
    document = models.CharField("依据文号", max_length=60, blank=True)

    objects = FirmPartQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "白名单"
        ordering = ("-from_on",)

    def __str__(self) -> str:
        return self.get_level_display()


class FirmChange(models.Model):
    """“这家企业的资料动过”：与改动同一事务写下，匹配据此只重算这一家，算完就删（R-61）。

    主键是数，不是外键：这是一张便条，不是企业的事，合并企业时不搬它。
    """

    firm_key = models.BigIntegerField("企业")

    class Meta:
        verbose_name = verbose_name_plural = "待重算的企业"
        ordering = ("pk",)
