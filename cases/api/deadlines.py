"""期限：在走的列表，和每一个怎么来的（R-43、R-44）。"""

from typing import Any

from django.db.models import QuerySet, prefetch_related_objects
from django.utils import timezone
from django_filters.rest_framework import FilterSet
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from cadres.calendar import DayKind
from cases import queries
from cases.api.serializers import CaseRef
from cases.enums import Clock
from cases.models import Case, Deadline
from cases.services import clocks
from zhuqi.kernel.api import filters
from zhuqi.kernel.api.serializers import UnitRef
from zhuqi.kernel.api.views import ApiView, Listing


class DeadlineSerializer(serializers.ModelSerializer[Deadline]):
    """一个期限；`due_on` 当天 24:00 止。"""

    case = CaseRef(label="问题")
    label = serializers.CharField(source="get_clock_display", label="期限的名称")  # type: ignore[assignment]  # the word of domain.md
    holder = UnitRef(label="责任单位", allow_null=True)
    is_missed = serializers.SerializerMethodField(label="已经过了")

    class Meta:
        model = Deadline
        fields: tuple[str, ...] = (
            "id", "case", "clock", "label", "holder", "started_on", "term", "promised_on", "extended_days", "due_on",
            "is_provisional", "met_at", "is_missed",
        )  # fmt: skip
        read_only_fields: tuple[str, ...] = fields

    def get_is_missed(self, row: Deadline) -> bool:
        """还没做，而且过了 24:00。"""
        return row.is_missed(timezone.localdate())


class CountedDaySerializer(serializers.Serializer[Any]):
    """一天：数不数、为什么。"""

    date = serializers.DateField(label="日期")
    kind = serializers.ChoiceField(choices=DayKind.choices, label="工作日、周末、节假日、调休")
    name = serializers.CharField(label="节日的名称")
    counted = serializers.BooleanField(label="数在内")
    paused = serializers.BooleanField(label="暂停")
    number = serializers.IntegerField(label="数到第几天，不数为 0")


class ExplainedDeadlineSerializer(DeadlineSerializer):
    """一个期限，连同它怎么来的：一句话和逐日的格子。"""

    explanation = serializers.SerializerMethodField(label="怎么算到这一天的")
    days = serializers.SerializerMethodField(label="逐日")

    class Meta(DeadlineSerializer.Meta):
        fields = (*DeadlineSerializer.Meta.fields, "explanation", "days")
        read_only_fields = fields

    def to_representation(self, row: Any) -> dict[str, Any]:
        """算一次，两栏都用它。"""
        row.reckoned = clocks.explain(row)
        return super().to_representation(row)

    def get_explanation(self, row: Any) -> str:
        """规则、日历、暂停、延期，一句话说全。"""
        return str(row.reckoned.sentence)

    @extend_schema_field(CountedDaySerializer(many=True))
    def get_days(self, row: Any) -> list[dict[str, Any]]:
        """从起算那天到到期日。"""
        return list(CountedDaySerializer(row.reckoned.days, many=True).data)


class DeadlineFilterSet(FilterSet):
    """各条都要满足。"""

    case = filters.key("case", "问题")
    holder = filters.key("holder", "责任单位")
    clock = filters.choice("clock", Clock, "哪一种")
    due_from = filters.day("due_on", "到期不早于", lookup="gte")
    due_to = filters.day("due_on", "到期不晚于", lookup="lte")

    class Meta:
        model = Deadline
        fields: list[str] = []


class DeadlineList(Listing):
    """在走的期限，早到期的在前；活动办自己的期限只告诉活动办、领导、督查。"""

    scope = "cases"
    ordering = ("due_on", "pk")
    serializer_class = DeadlineSerializer
    filterset_class = DeadlineFilterSet

    def rows(self) -> QuerySet[Any]:
        """在走的。"""
        found: QuerySet[Any] = queries.told_deadlines(self.person).running().select_related("case", "holder")
        return found

    @extend_schema(operation_id="deadlines_list", summary="在走的期限")
    def get(self, request: Request) -> Response:
        """没做完、没停下的，早到期的在前。"""
        return self.page()


class DeadlineDetail(ApiView):
    """一个期限。"""

    scope = "cases"
    serializer_class = ExplainedDeadlineSerializer

    @extend_schema(operation_id="deadlines_retrieve", summary="一个期限，连同它怎么来的")
    def get(self, request: Request, pk: int) -> Response:
        """每一天数不数、为什么，按哪一版规则和日历（R-43）。"""
        rows = queries.told_deadlines(self.person).select_related("case", "holder", "rule_set")
        found = self.found(rows.prefetch_related("changes", "case__pauses"), pk=pk)
        return Response(ExplainedDeadlineSerializer(found, context=self.context()).data)


class CaseDeadlines(ApiView):
    """一件诉求的全部期限。"""

    scope = "cases"
    is_listing = True
    serializer_class = ExplainedDeadlineSerializer

    @extend_schema(operation_id="cases_deadlines", summary="一件问题的期限，各自怎么来的")
    def get(self, request: Request, pk: int) -> Response:
        """没停下的都在，先起算的在前。"""
        case = self.found(Case.objects.visible_to(self.person), pk=pk)
        prefetch_related_objects([case], "pauses")
        rows = [row for row in queries.deadlines_of(case) if queries.is_clock_told(row, self.person)]
        return Response(ExplainedDeadlineSerializer(rows, many=True, context=self.context()).data)
