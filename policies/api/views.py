"""政策与对接活动：列表、一份、一场。"""

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django_filters.rest_framework import FilterSet
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from policies.api.serializers import MatchEventSerializer, PolicyDetailSerializer, PolicySerializer
from policies.enums import EventState, PolicyLevel, PolicyState
from policies.models import MatchEvent, Policy
from policies.rules.typed import number_typed
from zhuqi.kernel.api import filters
from zhuqi.kernel.api.views import ApiView, Listing


class PolicyFilterSet(FilterSet):
    """各条都要满足。"""

    level = filters.choice("level", PolicyLevel, "层级")
    state = filters.choice("state", PolicyState, "状态")
    category = filters.key("category", "类别")
    unit = filters.key("unit", "由谁解释、受理")
    region = filters.key("region", "县（市、区）")
    number = filters.words("文号", lambda rows, name, value: rows.filter(number=number_typed(value)))
    changed_from = filters.day("changed_at", "改动不早于", filters.since("changed_at"))
    is_valid = filters.flag(
        "今天有效",
        lambda rows, name, value: (
            rows.valid_on(timezone.localdate())
            if value
            else rows.exclude(pk__in=rows.valid_on(timezone.localdate()).order_by().values("pk"))
        ),
    )

    class Meta:
        model = Policy
        fields: list[str] = []


class PolicyList(Listing):
    """看得到的政策，新录入的在前。"""

    scope = "policies"
    ordering = ("-pk",)
    serializer_class = PolicySerializer
    filterset_class = PolicyFilterSet

    def rows(self) -> QuerySet[Any]:
        """发布了的谁都看得到；草稿只有起草单位和市活动办看得到。"""
        return Policy.objects.visible_to(self.person).for_list()

    @extend_schema(operation_id="policies_list", summary="政策列表")
    def get(self, request: Request) -> Response:
        """废止的、过期的也在，standing 写着；只要有效的用 is_valid=true。"""
        return self.page()


class PolicyDetail(ApiView):
    """一份政策。"""

    scope = "policies"
    serializer_class = PolicyDetailSerializer

    @extend_schema(operation_id="policies_retrieve", summary="一份政策")
    def get(self, request: Request, pk: int) -> Response:
        """原文、明白卡、办事指南、适用条件。"""
        rows = Policy.objects.visible_to(self.person).select_related("category", "region", "unit")
        found = self.found(rows.prefetch_related("conditions"), pk=pk)
        return Response(PolicyDetailSerializer(found, context=self.context()).data)


class MatchEventFilterSet(FilterSet):
    """各条都要满足。"""

    kind = filters.key("kind", "种类")
    state = filters.choice("state", EventState, "状态")
    unit = filters.key("unit", "主办单位")
    held_from = filters.day("held_at", "不早于", filters.since("held_at"))
    held_to = filters.day("held_at", "不晚于", filters.until("held_at"))

    class Meta:
        model = MatchEvent
        fields: list[str] = []


class MatchEventList(Listing):
    """看得到的对接活动，后举行的在前。"""

    scope = "events"
    ordering = ("-held_at", "-pk")
    serializer_class = MatchEventSerializer
    filterset_class = MatchEventFilterSet

    def rows(self) -> QuerySet[Any]:
        """发布了的谁都看得到；筹备中的只有主办单位和市活动办看得到。"""
        return MatchEvent.objects.visible_to(self.person).select_related("kind", "unit", "region")

    @extend_schema(operation_id="events_list", summary="对接活动列表")
    def get(self, request: Request) -> Response:
        """后举行的在前。"""
        return self.page()


class MatchEventDetail(ApiView):
    """一场对接活动。"""

    scope = "events"
    serializer_class = MatchEventSerializer

    @extend_schema(operation_id="events_retrieve", summary="一场对接活动")
    def get(self, request: Request, pk: int) -> Response:
        """时间、地点、名额、报名截止。"""
        rows = MatchEvent.objects.visible_to(self.person).select_related("kind", "unit", "region")
        return Response(MatchEventSerializer(self.found(rows, pk=pk), context=self.context()).data)
