"""类别和办理规则（R-22、R-40）。"""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from cases.models import Category, RuleSet
from zhuqi.kernel.api.serializers import UnitRef
from zhuqi.kernel.api.views import Listing


class CategorySerializer(serializers.ModelSerializer[Category]):
    """问题类别，两级。"""

    task_force = UnitRef(label="专项工作小组", allow_null=True)
    default_lead = UnitRef(label="常办单位", allow_null=True)

    class Meta:
        model = Category
        fields = ("id", "code", "name", "parent", "task_force", "default_lead", "is_legal", "is_active")
        read_only_fields = fields


class RuleSetSerializer(serializers.ModelSerializer[RuleSet]):
    """办理规则的一版；d 自然日、w 工作日、m 月。"""

    terms: Any = serializers.DictField(child=serializers.CharField(), label="各项时限，如 RESOLVE.SINGLE: 7d")

    class Meta:
        model = RuleSet
        fields = ("id", "code", "version", "name", "terms", "is_default", "note", "made_at")
        read_only_fields = fields


class CategoryList(Listing):
    """全部类别，停用的也在。"""

    scope = "reference"
    serializer_class = CategorySerializer

    def rows(self) -> QuerySet[Any]:
        """谁都看得到。"""
        return Category.objects.select_related("task_force", "default_lead")

    @extend_schema(operation_id="categories_list", summary="问题类别")
    def get(self, request: Request) -> Response:
        """两级，下级写着上级。"""
        return self.page()


class RuleSetList(Listing):
    """全部规则的每一版。"""

    scope = "reference"
    serializer_class = RuleSetSerializer

    def rows(self) -> QuerySet[Any]:
        """谁都看得到：期限的说明里就写着它。"""
        return RuleSet.objects.order_by()

    @extend_schema(operation_id="rule_sets_list", summary="办理规则")
    def get(self, request: Request) -> Response:
        """每一版都在；案件留着交办时的那一版。"""
        return self.page()
