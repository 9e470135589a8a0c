"""三单：列表与一张（R-33 – R-36）。看得到哪几种、哪几个状态，与单据页同一条。"""

from typing import Any

from django.db.models import QuerySet
from django_filters.rest_framework import FilterSet
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from cases import queries
from cases.api.serializers import CaseRef
from cases.enums import TicketKind, TicketState
from cases.models import Ticket
from zhuqi.kernel.api import filters
from zhuqi.kernel.api.serializers import UnitRef
from zhuqi.kernel.api.views import ApiView, Listing

JOINED = ("case", "office", "to_unit", "reply", "result")


class TicketTermSerializer(serializers.Serializer[Any]):
    """单面上的一个期限，签发时定格。"""

    clock = serializers.CharField(label="期限")
    due_on = serializers.DateField(label="到期日")


class TicketReplySerializer(serializers.Serializer[Any]):
    """对催办、问效的书面答复（R-36）。"""

    text = serializers.CharField(label="原因与说明")
    promised_on = serializers.DateField(allow_null=True, label="承诺日期")
    replied_at = serializers.DateTimeField(label="答复时间")


class TicketResultSerializer(serializers.Serializer[Any]):
    """督查的认定与处理（R-35）。"""

    finding = serializers.CharField(source="get_finding_display", label="认定")
    measure = serializers.CharField(source="get_measure_display", label="处理")
    measure_due_on = serializers.DateField(allow_null=True, label="限期")
    recorded_at = serializers.DateTimeField(label="记录时间")


class TicketSerializer(serializers.ModelSerializer[Ticket]):
    """一张单；签发后不变，只会作废（R-33）。"""

    case = CaseRef(label="问题")
    office = UnitRef(label="发单单位")
    to_unit = UnitRef(label="主送")
    words = serializers.SerializerMethodField(label="要求、事由或事实")
    deadlines = serializers.SerializerMethodField(label="单面上的期限")
    reply = serializers.SerializerMethodField(label="书面答复")
    result = serializers.SerializerMethodField(label="认定与处理")

    class Meta:
        model = Ticket
        fields = (
            "id", "kind", "state", "number", "ordinal", "case", "office", "to_unit", "signer", "previous", "words",
            "deadlines", "drafted_at", "issued_at", "voided_at", "void_reason", "reply", "result",
        )  # fmt: skip
        read_only_fields = fields

    def get_words(self, ticket: Ticket) -> str:
        """交办的要求、催办的事由、问效的事实。"""
        names = {TicketKind.DISPATCH: "requirements", TicketKind.URGE: "reason", TicketKind.INQUIRY: "facts"}
        return str(ticket.body.get(names[TicketKind(ticket.kind)]) or "")

    @extend_schema_field(TicketTermSerializer(many=True))
    def get_deadlines(self, ticket: Ticket) -> list[dict[str, Any]]:
        """名称和到期日；怎么来的见期限的说明。"""
        lines = ticket.body.get("deadlines") or []
        return [{"clock": line["clock"], "due_on": line["due_on"]} for line in lines]

    @extend_schema_field(TicketReplySerializer(allow_null=True))
    def get_reply(self, ticket: Ticket) -> dict[str, Any] | None:
        """还没有答复为 null。"""
        found = getattr(ticket, "reply", None)
        return dict(TicketReplySerializer(found).data) if found else None

    @extend_schema_field(TicketResultSerializer(allow_null=True))
    def get_result(self, ticket: Ticket) -> dict[str, Any] | None:
        """还没有认定为 null。"""
        found = getattr(ticket, "result", None)
        return dict(TicketResultSerializer(found).data) if found else None


class TicketFilterSet(FilterSet):
    """各条都要满足。"""

    kind = filters.choice("kind", TicketKind, "单别")
    state = filters.choice("state", TicketState, "状态")
    case = filters.key("case", "问题")
    to_unit = filters.key("to_unit", "主送")
    issued_from = filters.day("issued_at", "签发不早于", filters.since("issued_at"))
    issued_to = filters.day("issued_at", "签发不晚于", filters.until("issued_at"))

    class Meta:
        model = Ticket
        fields: list[str] = []


class TicketList(Listing):
    """看得到的单据，新的在前；拟稿只有活动办和领导看得到，企业只有交办单。"""

    scope = "cases"
    ordering = ("-pk",)
    serializer_class = TicketSerializer
    filterset_class = TicketFilterSet

    def rows(self) -> QuerySet[Any]:
        """与单据页同一条。"""
        found: QuerySet[Any] = queries.tickets(self.person).select_related(*JOINED)
        return found

    @extend_schema(operation_id="tickets_list", summary="单据列表")
    def get(self, request: Request) -> Response:
        """看得到的单据，新的在前。"""
        return self.page()


class TicketDetail(ApiView):
    """一张单。"""

    scope = "cases"
    serializer_class = TicketSerializer

    @extend_schema(operation_id="tickets_retrieve", summary="一张单据")
    def get(self, request: Request, pk: int) -> Response:
        """单面上的字在签发时定格。"""
        found = self.found(queries.tickets(self.person).select_related(*JOINED), pk=pk)
        return Response(TicketSerializer(found, context=self.context()).data)
