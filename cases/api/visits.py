"""走访：看，和一处录入（R-13、R-14）。"""

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django_filters.rest_framework import FilterSet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from cadres.enums import Role, VisitMode, VisitTopic
from cadres.models import Visit
from cadres.services import over_visits
from cadres.services.visits import VisitEntry
from cases.models import Case, Category
from cases.services.intake import DESCRIPTION_MOST
from cases.services.visiting import Heard, save_visit
from enterprises.models import Enterprise
from zhuqi.kernel.api import filters
from zhuqi.kernel.api.bodies import Body
from zhuqi.kernel.api.idempotency import once
from zhuqi.kernel.api.serializers import Day, EnterpriseRef, KeptBack, Key, PersonRef, UnitRef, rows_of
from zhuqi.kernel.api.views import ApiView, Listing
from zhuqi.kernel.errors import InvalidInput, NotPermitted

PROBLEMS_MOST = 10


class VisitSerializer(KeptBack, serializers.ModelSerializer[Visit]):
    """一次走访。企业看得到谁来过，看不到干部自己记的那句话。"""

    kept_back = {Role.ENTERPRISE: frozenset({"note", "topic", "place"})}

    enterprise = EnterpriseRef(label="企业")
    cadre = PersonRef(label="干部")
    unit = UnitRef(label="单位", allow_null=True)

    class Meta:
        model = Visit
        fields: tuple[str, ...] = (
            "id", "enterprise", "cadre", "unit", "visited_on", "mode", "topic", "note", "policies_explained", "place",
            "recorded_at",
        )  # fmt: skip
        read_only_fields: tuple[str, ...] = fields
        extra_kwargs = {name: {"allow_null": True} for name in ("note", "topic", "place")}


class SavedVisitSerializer(VisitSerializer):
    """记下的走访，连同它带出的问题。"""

    opened = serializers.SerializerMethodField(label="新提的问题")

    class Meta(VisitSerializer.Meta):
        fields = (*VisitSerializer.Meta.fields, "opened")
        read_only_fields = fields

    def get_opened(self, visit: Visit) -> list[int]:
        """各自的主键。"""
        return list(visit.cases.order_by("pk").values_list("pk", flat=True))


class VisitFilterSet(FilterSet):
    """各条都要满足。"""

    enterprise = filters.key("enterprise", "企业")
    cadre = filters.key("cadre", "干部")
    unit = filters.key("unit", "单位")
    mode = filters.choice("mode", VisitMode, "方式")
    visited_from = filters.day("visited_on", "走访不早于", lookup="gte")
    visited_to = filters.day("visited_on", "走访不晚于", lookup="lte")

    class Meta:
        model = Visit
        fields: list[str] = []


def _mine(context: dict[str, Any]) -> QuerySet[Enterprise]:
    return Enterprise.objects.visible_to(context["request"].user)


class Problem(Body):
    """走访听到的一个问题；`same` 是已有的同一件，写了就只记一笔跟进。"""

    text = serializers.CharField(max_length=DESCRIPTION_MOST, label="问题，一段话")
    category = Key(
        lambda context: Category.objects.filter(is_active=True).select_related("parent"), required=False, label="类别"
    )
    same = Key(
        lambda context: Case.objects.visible_to(context["request"].user).open(), required=False, label="已有的同一件"
    )


class VisitCreate(Body):
    """一次走访。照片和位置从不是条件（国办函〔2026〕12号）。"""

    enterprise = Key(_mine, label="企业，要是自己包联的")
    visited_on = Day(label="走访日期")
    mode = serializers.ChoiceField(choices=VisitMode.choices, required=False, label="方式")
    topic = serializers.ChoiceField(choices=VisitTopic.choices, required=False, label="主要情况")
    note = serializers.CharField(required=False, allow_blank=True, max_length=500, label="一句话")
    policies_explained = serializers.CharField(required=False, allow_blank=True, max_length=300, label="讲解的政策")
    place = serializers.CharField(required=False, allow_blank=True, max_length=100, label="地点，可不写")
    problems = rows_of(Problem, required=False, max_length=PROBLEMS_MOST, label="听到的问题")
    sure = serializers.BooleanField(default=False, label="扰企提醒看过了（R-14）")


class VisitList(Listing):
    """看得到的走访，新的在前；承办单位只有本单位干部的。"""

    scope = "visits"
    ordering = ("-visited_on", "-pk")
    serializer_class = VisitSerializer
    filterset_class = VisitFilterSet

    def rows(self) -> QuerySet[Any]:
        """R-03：单位看的是企业的基本情况，不看谁去过。"""
        seen = Visit.objects.visible_to(self.person).select_related("enterprise", "cadre", "unit")
        return seen.filter(unit=self.person.unit_id) if self.person.role == Role.UNIT else seen

    @extend_schema(operation_id="visits_list", summary="走访列表")
    def get(self, request: Request) -> Response:
        """新的在前。"""
        return self.page()

    @extend_schema(
        operation_id="visits_create", summary="记一次走访", request=VisitCreate, responses={201: SavedVisitSerializer}
    )
    @once
    def post(self, request: Request) -> Response:
        """走访和听到的问题一次保存，同成同败；会扰企的先给提醒（422，errors.sure），看过再交 sure=true。"""
        if self.person.role not in {Role.CADRE, Role.LEADER}:
            raise NotPermitted("走访由包联这家企业的干部记。")
        body = VisitCreate(data=request.data, context=self.context())
        body.is_valid(raise_exception=True)
        said = body.validated_data
        heard = [Heard(**one) for one in said.pop("problems", [])]
        is_sure = said.pop("sure")
        entry = VisitEntry(**said)
        if not is_sure:
            _caution(entry, self.person)
        saved = save_visit(entry, heard, actor=self.person, at=timezone.now())
        where = reverse("api:visit", args=[saved.visit.pk])
        told = SavedVisitSerializer(saved.visit, context=self.context()).data
        return Response(told, status=201, headers={"Location": where})


def _caution(entry: VisitEntry, actor: Any) -> None:
    found = over_visits.cautions(entry.enterprise, actor=actor, on=entry.visited_on, mode=entry.mode)
    if found:
        words = [one.message for one in found]
        raise InvalidInput("".join(words) + "看过仍要记的，请带 sure=true 再交。", {"sure": words})


class VisitDetail(ApiView):
    """一次走访。"""

    scope = "visits"
    serializer_class = SavedVisitSerializer

    @extend_schema(operation_id="visits_retrieve", summary="一次走访")
    def get(self, request: Request, pk: int) -> Response:
        """连同它带出的问题。"""
        rows = Visit.objects.visible_to(self.person).select_related("enterprise", "cadre", "unit")
        if self.person.role == Role.UNIT:
            rows = rows.filter(unit=self.person.unit_id)
        return Response(SavedVisitSerializer(self.found(rows, pk=pk), context=self.context()).data)
