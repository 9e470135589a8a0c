"""政策与对接怎么给程序看（R-60、R-63）。"""

from typing import Any

from django.utils import timezone
from rest_framework import serializers

from policies.enums import Standing
from policies.models import EventKind, MatchEvent, Policy, PolicyCondition
from zhuqi.kernel.api.serializers import Ref, RegionRef, UnitRef


class PolicyCategoryRef(Ref):
    """政策类别。"""


class PolicySerializer(serializers.ModelSerializer[Policy]):
    """列表的一行；正文在一份里。"""

    region = RegionRef(label="县（市、区）", allow_null=True)
    unit = UnitRef(label="由谁解释、受理", allow_null=True)
    category = PolicyCategoryRef(label="类别", allow_null=True)
    standing = serializers.SerializerMethodField(label="今天算不算数")

    class Meta:
        model = Policy
        fields: tuple[str, ...] = (
            "id", "title", "number", "level", "region", "issuer", "unit", "category", "published_on", "effective_on",
            "expires_on", "card", "is_automatic", "state", "standing", "version", "changed_at",
        )  # fmt: skip
        read_only_fields: tuple[str, ...] = fields

    def get_standing(self, policy: Policy) -> Standing:
        """废止的、过期的都标出来，不当有效的给（R-62）。"""
        return policy.standing(timezone.localdate())


class PolicyConditionSerializer(serializers.ModelSerializer[PolicyCondition]):
    """一个适用条件（R-61）。"""

    values: Any = serializers.ListField(child=serializers.JSONField(), label="跟什么比")

    class Meta:
        model = PolicyCondition
        fields = ("id", "field", "operator", "values", "said")
        read_only_fields = fields


class PolicyDetailSerializer(PolicySerializer):
    """一份政策：原文、办事指南、适用条件。"""

    conditions = PolicyConditionSerializer(many=True, label="适用条件")

    class Meta(PolicySerializer.Meta):
        fields = (
            *PolicySerializer.Meta.fields, "body", "source", "guide_materials", "guide_where", "guide_until_on",
            "guide_contact", "guide_phone", "abolished_on", "abolished_by", "abolished_why", "conditions",
        )  # fmt: skip
        read_only_fields = fields


class EventKindRef(serializers.ModelSerializer[EventKind]):
    """对接的种类；measure 是结果记什么。"""

    class Meta:
        model = EventKind
        fields = ("id", "name", "measure")
        read_only_fields = fields


class MatchEventSerializer(serializers.ModelSerializer[MatchEvent]):
    """一场对接活动。"""

    kind = EventKindRef(label="种类")
    unit = UnitRef(label="主办单位")
    region = RegionRef(label="县（市、区）", allow_null=True)

    class Meta:
        model = MatchEvent
        fields = (
            "id", "kind", "title", "unit", "region", "held_at", "place", "told", "seats", "sign_up_until_on", "state",
            "cancelled_why",
        )  # fmt: skip
        read_only_fields = fields
