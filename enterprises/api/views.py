"""企业、区域、产业链、产业集群、标签。"""

from typing import Any

from django.db.models import QuerySet
from django_filters.rest_framework import FilterSet
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from enterprises.api.serializers import (
    EnterpriseDetailSerializer,
    EnterpriseSerializer,
    LabelSerializer,
    RegionSerializer,
)
from enterprises.credit_codes import normalise_credit_code
from enterprises.models import Cluster, Enterprise, IndustryChain, Region, Tag
from zhuqi.kernel.api import filters
from zhuqi.kernel.api.views import ApiView, Listing


class EnterpriseFilterSet(FilterSet):
    """各条都要满足。"""

    region = filters.key("region", "县（市、区）")
    chain = filters.key("chain", "产业链")
    cluster = filters.key("cluster", "产业集群")
    tag = filters.key("tags", "标签")
    credit_code = filters.words(
        "统一社会信用代码", lambda rows, name, value: rows.filter(credit_code=normalise_credit_code(value))
    )
    is_above_scale = filters.flag("规上", lambda rows, name, value: rows.filter(is_above_scale=value))
    is_active = filters.flag("在册", lambda rows, name, value: rows.filter(is_active=value))
    q = filters.words("名称、拼音首字母、信用代码里有这些字", lambda rows, name, value: rows.matching(value))

    class Meta:
        model = Enterprise
        fields: list[str] = []


class EnterpriseList(Listing):
    """看得到的企业（R-03）。"""

    scope = "enterprises"
    serializer_class = EnterpriseSerializer
    filterset_class = EnterpriseFilterSet

    def rows(self) -> QuerySet[Any]:
        """市里看全市，县里看本县，单位看办的件的企业，干部看包联的，企业看自己。"""
        return Enterprise.objects.visible_to(self.person).select_related("region", "chain", "cluster")

    @extend_schema(operation_id="enterprises_list", summary="企业列表")
    def get(self, request: Request) -> Response:
        """看得到的企业。"""
        return self.page()


class EnterpriseDetail(ApiView):
    """一家企业。"""

    scope = "enterprises"
    serializer_class = EnterpriseDetailSerializer

    @extend_schema(operation_id="enterprises_retrieve", summary="一家企业")
    def get(self, request: Request, pk: int) -> Response:
        """连同标签、联系人（电话遮盖）、白名单的历史。"""
        rows = Enterprise.objects.visible_to(self.person).select_related("region", "chain", "cluster")
        found = self.found(rows.prefetch_related("tags", "contacts", "whitelistings"), pk=pk)
        return Response(EnterpriseDetailSerializer(found, context=self.context()).data)


class RegionList(Listing):
    """区域。"""

    scope = "reference"
    serializer_class = RegionSerializer

    def rows(self) -> QuerySet[Any]:
        """名单人人看得到。"""
        return Region.objects.order_by()

    @extend_schema(operation_id="regions_list", summary="区域")
    def get(self, request: Request) -> Response:
        """县（市、区）和功能区。"""
        return self.page()


class _Labels(Listing):
    scope = "reference"
    serializer_class = LabelSerializer
    model: Any = None

    def rows(self) -> QuerySet[Any]:
        """名单人人看得到。"""
        found: QuerySet[Any] = self.model.objects.order_by()
        return found

    def get_queryset(self) -> QuerySet[Any]:
        """三种名单一个样子，接口文档也从这里知道是哪一种。"""
        return self.rows()


class ChainList(_Labels):
    """产业链。"""

    model = IndustryChain

    @extend_schema(operation_id="chains_list", summary="产业链")
    def get(self, request: Request) -> Response:
        """可增减的名单。"""
        return self.page()


class ClusterList(_Labels):
    """产业集群。"""

    model = Cluster

    @extend_schema(operation_id="clusters_list", summary="产业集群")
    def get(self, request: Request) -> Response:
        """可增减的名单。"""
        return self.page()


class TagList(_Labels):
    """企业标签。"""

    model = Tag

    @extend_schema(operation_id="tags_list", summary="企业标签")
    def get(self, request: Request) -> Response:
        """可增减的名单。"""
        return self.page()
