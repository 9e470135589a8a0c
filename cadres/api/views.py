"""我是谁、单位、包联、工作日历。"""

from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django_filters.rest_framework import FilterSet
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from cadres.api.serializers import AssignmentSerializer, CalendarYearSerializer, MeSerializer, UnitSerializer
from cadres.calendar import DAY
from cadres.enums import AssignmentRole, Role, UnitKind
from cadres.models import Assignment, Unit
from cadres.services import duties
from cadres.services.calendar import calendar_at
from zhuqi.kernel.api import filters
from zhuqi.kernel.api.views import ApiView, Listing

FIRST_YEAR, LAST_YEAR = 2015, 2099


class Me(ApiView):
    """令牌的主人。"""

    serializer_class = MeSerializer

    @extend_schema(operation_id="me", summary="我是谁，令牌能做什么")
    def get(self, request: Request) -> Response:
        """任何令牌都能问。"""
        return Response(MeSerializer(self.person, context=self.context()).data)


class UnitFilterSet(FilterSet):
    """各条都要满足。"""

    kind = filters.choice("kind", UnitKind, "类别")
    region = filters.key("region", "所在区域")
    code = filters.words("代码", lambda rows, name, value: rows.filter(code=value))

    class Meta:
        model = Unit
        fields: list[str] = []


class UnitList(Listing):
    """单位。"""

    scope = "reference"
    serializer_class = UnitSerializer
    filterset_class = UnitFilterSet

    def rows(self) -> QuerySet[Any]:
        """名单人人看得到：交办单上就写着。"""
        return Unit.objects.select_related("region")

    @extend_schema(operation_id="units_list", summary="单位")
    def get(self, request: Request) -> Response:
        """停用的也在，is_active 为 false。"""
        return self.page()


class AssignmentFilterSet(FilterSet):
    """各条都要满足。"""

    enterprise = filters.key("enterprise", "企业")
    cadre = filters.key("cadre", "干部")
    role = filters.choice("role", AssignmentRole, "身份")
    is_current = filters.flag("现任", lambda rows, name, value: rows.filter(to_on__isnull=value))

    class Meta:
        model = Assignment
        fields: list[str] = []


class AssignmentList(Listing):
    """包联关系，新的在前；承办单位只有本单位干部的。"""

    scope = "visits"
    ordering = ("-pk",)
    serializer_class = AssignmentSerializer
    filterset_class = AssignmentFilterSet

    def rows(self) -> QuerySet[Any]:
        """R-03：单位看的是企业的基本情况，不看谁包联。"""
        seen = Assignment.objects.visible_to(self.person).select_related("enterprise", "cadre__unit")
        return seen.filter(cadre__unit=self.person.unit_id) if self.person.role == Role.UNIT else seen

    @extend_schema(operation_id="assignments_list", summary="包联关系")
    def get(self, request: Request) -> Response:
        """历史都保留。"""
        return self.page()


class CalendarYear(ApiView):
    """工作日历。"""

    scope = "reference"
    serializer_class = CalendarYearSerializer

    @extend_schema(operation_id="calendar_retrieve", summary="一年的工作日历和双十助企日")
    def get(self, request: Request, year: int) -> Response:
        """哪天上班、哪天放假、哪天调休，助企日挪到哪天（R-15、R-42）。"""
        if not FIRST_YEAR <= year <= LAST_YEAR:
            raise Http404
        calendar = calendar_at()
        first, days = date(year, 1, 1), []
        while first.year == year:
            name, works = calendar.name(first), calendar.is_workday(first)
            days.append({"date": first, "kind": calendar.kind(first), "name": name, "is_workday": works})
            first += DAY
        said = {
            "year": year,
            "version": calendar.version or None,
            "is_published": year in calendar.published_years,
            "days": days,
            "double_ten": duties.rounds(year),
        }
        return Response(CalendarYearSerializer(said).data)
