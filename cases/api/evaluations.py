"""企业评价（R-28）：逐件的只给企业自己、活动办、领导、督查；单位和干部只有合计，满 5 件†、过完的月份才给。"""

from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django_filters.rest_framework import FilterSet
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ParseError
from rest_framework.request import Request
from rest_framework.response import Response

from cadres.enums import Role
from cadres.services import settings
from cases.api.serializers import CaseRef
from cases.enums import Satisfaction
from cases.models import Evaluation
from zhuqi.kernel.api import filters
from zhuqi.kernel.api.serializers import KeptBack
from zhuqi.kernel.api.views import ApiView, Listing
from zhuqi.kernel.errors import NotPermitted

MONTH = OpenApiParameter("month", {"type": "string", "pattern": "^20[0-9]{2}-(0[1-9]|1[0-2])$"}, required=True, description="哪个月评的，如 2026-10")  # fmt: skip
PRESSED = frozenset({"was_pressured"})


class EvaluationSerializer(KeptBack, serializers.ModelSerializer[Evaluation]):
    """一份评价。有没有被要求给好评只告诉督查（R-28）。"""

    kept_back: dict[str, frozenset[str]] = {
        Role.OFFICE: PRESSED,
        Role.LEADER: PRESSED,
        Role.ENTERPRISE: PRESSED | {"call_back_note", "called_back_at"},
    }

    case = CaseRef(label="问题")

    class Meta:
        model = Evaluation
        fields = (
            "id", "case", "satisfaction", "is_real", "was_contacted", "was_told_once", "comment", "was_pressured",
            "rated_at", "called_back_at", "call_back_note",
        )  # fmt: skip
        read_only_fields = fields
        extra_kwargs = {"was_pressured": {"allow_null": True}, "call_back_note": {"allow_null": True}}


class EvaluationFilterSet(FilterSet):
    """各条都要满足。"""

    case = filters.key("case", "问题")
    satisfaction = filters.choice("satisfaction", Satisfaction, "几级")
    rated_from = filters.day("rated_at", "评价不早于", filters.since("rated_at"))
    rated_to = filters.day("rated_at", "评价不晚于", filters.until("rated_at"))

    class Meta:
        model = Evaluation
        fields: list[str] = []


class EvaluationList(Listing):
    """评过的，新的在前。"""

    scope = "cases"
    ordering = ("-rated_at", "-pk")
    serializer_class = EvaluationSerializer
    filterset_class = EvaluationFilterSet

    def rows(self) -> QuerySet[Any]:
        """单位和干部看不到逐件的。"""
        if self.person.role in {Role.UNIT, Role.CADRE}:
            raise NotPermitted("逐件的评价不给承办单位和干部，只有合计：GET /api/v1/evaluations/totals。")
        return Evaluation.objects.visible_to(self.person).filter(rated_at__isnull=False).select_related("case")

    @extend_schema(operation_id="evaluations_list", summary="逐件的企业评价")
    def get(self, request: Request) -> Response:
        """没评的不在里面：没评就是没评，不算满意。"""
        return self.page()


class TotalsSerializer(serializers.Serializer[Any]):
    """一个月的合计。单位和干部：不满几件就什么数也不给。"""

    month = serializers.CharField(label="哪个月评的")
    least = serializers.IntegerField(allow_null=True, label="满几件才给；不受限的为 null")
    rated = serializers.IntegerField(allow_null=True, label="评了几件")
    very_good = serializers.IntegerField(allow_null=True, label="非常满意")
    good = serializers.IntegerField(allow_null=True, label="满意")
    fair = serializers.IntegerField(allow_null=True, label="基本满意")
    bad = serializers.IntegerField(allow_null=True, label="不满意")
    very_bad = serializers.IntegerField(allow_null=True, label="非常不满意")


COUNTED = ("rated", *(level.name.lower() for level in Satisfaction))


class EvaluationTotals(ApiView):
    """合计。"""

    scope = "cases"
    parameters = ("month",)
    serializer_class = TotalsSerializer

    @extend_schema(operation_id="evaluations_totals", summary="一个月评价的合计", parameters=[MONTH])
    def get(self, request: Request) -> Response:
        """单位数自己主办的，干部数自己包联的；只给过完的月份，免得每多一件就看出是谁评的（R-28）。"""
        first, after = _month(request.query_params.get("month", ""))
        is_held_back = self.person.role in {Role.UNIT, Role.CADRE}
        if is_held_back and after > timezone.localdate():
            raise NotPermitted("这个月还没有过完，过完以后才有合计。")
        counts = _counted(self.person, first, after)
        least = int(settings.value("rating_total_least")) if is_held_back else None
        if least is not None and counts["rated"] < least:
            counts = dict.fromkeys(COUNTED)
        return Response({"month": f"{first:%Y-%m}", "least": least, **counts})


def _counted(user: Any, first: date, after: date) -> dict[str, Any]:
    rows = Evaluation.objects.visible_to(user)
    if user.role == Role.UNIT:
        rows = rows.filter(case__lead=user.unit_id)
    rows = rows.filter(rated_at__gte=filters.midnight(first), rated_at__lt=filters.midnight(after))
    levels = {level.name.lower(): Count("pk", filter=Q(satisfaction=level)) for level in Satisfaction}
    return rows.aggregate(rated=Count("pk"), **levels)


def _month(said: str) -> tuple[date, date]:
    try:
        first = date.fromisoformat(f"{said}-01") if len(said) == 7 else None
    except ValueError:
        first = None
    if first is None or not filters.FIRST_DAY <= first < filters.LAST_DAY.replace(month=12, day=1):
        raise ParseError("month 要写成 2026-10 这样。")
    return first, date(first.year + first.month // 12, first.month % 12 + 1, 1)
