"""通报：看得到的月份，和一个月的每一行（R-51、R-52）。"""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from reports.models import Ranking, RankingRow
from zhuqi.kernel.api.serializers import UnitRef
from zhuqi.kernel.api.views import ApiView, Listing


class RankingSerializer(serializers.ModelSerializer[Ranking]):
    """一个月的通报。"""

    month = serializers.SerializerMethodField(label="月份，如 2026-10")
    rule_version = serializers.IntegerField(source="rule.version", label="评分规则第几版")

    class Meta:
        model = Ranking
        fields: tuple[str, ...] = (
            "id", "month", "status", "rule_version", "drafted_at", "objections_until_on", "published_at", "digest",
        )  # fmt: skip
        read_only_fields: tuple[str, ...] = fields

    def get_month(self, ranking: Ranking) -> str:
        """2026-10。"""
        return f"{ranking.month:%Y-%m}"


class RankingRowSerializer(serializers.ModelSerializer[RankingRow]):
    """一个组织的一行；`place` 为空是只列示不排名。从不排个人（国办函〔2026〕12号）。"""

    unit = UnitRef(label="单位")

    class Meta:
        model = RankingRow
        fields = ("id", "unit", "name", "group", "place", "score", "due_count")
        read_only_fields = fields


class RankingDetailSerializer(RankingSerializer):
    """一个月的通报，连同看得到的每一行。"""

    rows = serializers.SerializerMethodField(label="每一行")

    class Meta(RankingSerializer.Meta):
        fields = (*RankingSerializer.Meta.fields, "rows")
        read_only_fields = fields

    @extend_schema_field(RankingRowSerializer(many=True))
    def get_rows(self, ranking: Ranking) -> list[dict[str, Any]]:
        """草稿里，单位和县活动办只有自己的一行。"""
        user = self.context["request"].user
        found = RankingRow.objects.visible_to(user).filter(ranking=ranking).select_related("unit")
        return list(RankingRowSerializer(found, many=True).data)


class RankingList(Listing):
    """看得到的月份，新的在前。"""

    scope = "rankings"
    ordering = ("-month",)
    serializer_class = RankingSerializer

    def rows(self) -> QuerySet[Any]:
        """发布了的，和有自己一行的草稿。"""
        return Ranking.objects.visible_to(self.person).select_related("rule")

    @extend_schema(operation_id="rankings_list", summary="通报列表")
    def get(self, request: Request) -> Response:
        """新的在前。"""
        return self.page()


class RankingDetail(ApiView):
    """一个月的通报。"""

    scope = "rankings"
    serializer_class = RankingDetailSerializer

    @extend_schema(operation_id="rankings_retrieve", summary="一个月的通报")
    def get(self, request: Request, pk: int) -> Response:
        """发布后的数字已冻结，digest 是它的校验和。"""
        found = self.found(Ranking.objects.visible_to(self.person).select_related("rule"), pk=pk)
        return Response(RankingDetailSerializer(found, context=self.context()).data)
