"""企业怎么给程序看（R-03、R-11、R-73）。"""

from typing import Any

from rest_framework import serializers

from enterprises.models import Contact, Enterprise, Region, Whitelisting
from zhuqi.kernel.api.serializers import KeptBack, Ref, RegionRef
from zhuqi.kernel.masking import masked

# a handling unit sees a firm's basics.
BASICS_ONLY = {"UNIT": frozenset({"established_on", "revenue", "staff_count"})}


class RegionSerializer(serializers.ModelSerializer[Region]):
    """县（市、区）或功能区（R-02）。"""

    class Meta:
        model = Region
        fields = ("id", "code", "name", "short_name", "parent", "is_functional_zone")
        read_only_fields = fields


class LabelSerializer(serializers.Serializer[Any]):
    """产业链、产业集群、企业标签共用的样子。"""

    id = serializers.IntegerField(label="主键")
    name = serializers.CharField(label="名称")
    is_active = serializers.BooleanField(label="在用")


class ChainRef(Ref):
    """产业链。"""


class ClusterRef(Ref):
    """产业集群。"""


class EnterpriseSerializer(KeptBack, serializers.ModelSerializer[Enterprise]):
    """列表的一行。"""

    kept_back = BASICS_ONLY

    region = RegionRef(label="县（市、区）")
    chain = ChainRef(label="产业链", allow_null=True)
    cluster = ClusterRef(label="产业集群", allow_null=True)

    class Meta:
        model = Enterprise
        fields: tuple[str, ...] = (
            "id", "name", "credit_code", "region", "address", "industry_code", "industry", "chain", "cluster",
            "is_above_scale", "established_on", "revenue", "staff_count", "is_active", "updated_at",
        )  # fmt: skip
        read_only_fields: tuple[str, ...] = fields


class ContactSerializer(serializers.ModelSerializer[Contact]):
    """联系人；电话一律遮盖，要看全号在页面上写明事由（R-73）。"""

    phone = serializers.SerializerMethodField(label="电话（遮盖）")

    class Meta:
        model = Contact
        fields = ("id", "name", "post", "phone", "is_primary")
        read_only_fields = fields

    def get_phone(self, contact: Contact) -> str:
        """138****1234。"""
        return masked(contact.phone)


class WhitelistingSerializer(serializers.ModelSerializer[Whitelisting]):
    """一次白名单认定；升级保留旧行。"""

    class Meta:
        model = Whitelisting
        fields = ("id", "level", "from_on", "to_on", "document")
        read_only_fields = fields


class EnterpriseDetailSerializer(EnterpriseSerializer):
    """一家企业，连同标签、联系人、白名单。"""

    tags: Any = serializers.SlugRelatedField(many=True, read_only=True, slug_field="name", label="标签")
    contacts = ContactSerializer(many=True, label="联系人")
    whitelistings = WhitelistingSerializer(many=True, label="白名单")

    class Meta(EnterpriseSerializer.Meta):
        fields = (*EnterpriseSerializer.Meta.fields, "tags", "contacts", "whitelistings")
        read_only_fields = fields
