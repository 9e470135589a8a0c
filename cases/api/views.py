"""问题：列表、一件、经过、提出。"""

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from cadres.enums import Role
from cases import queries, services
from cases.api.addresses import case_address
from cases.api.filters import CaseFilterSet
from cases.api.serializers import CaseDetailSerializer, CaseEventSerializer, CaseSerializer
from cases.enums import Source
from cases.forms.fields import FILES_MOST
from cases.forms.register import SOURCE_CHOICES
from cases.models import Case
from cases.services.intake import DESCRIPTION_MOST, MAY_REPORT, TITLE_MOST, WISH_MOST
from enterprises.models import Enterprise
from zhuqi.kernel.api.bodies import Body, BoundedJson, FilesAndFields
from zhuqi.kernel.api.idempotency import once
from zhuqi.kernel.api.revisions import etag
from zhuqi.kernel.api.serializers import Key
from zhuqi.kernel.api.views import ApiView, Listing
from zhuqi.kernel.errors import InvalidInput, NotPermitted
from zhuqi.kernel.uploads import accept

JOINED = ("enterprise", "region", "category__parent", "office", "lead", "lane")


def visible_cases(user: Any) -> QuerySet[Case]:
    """一件一件地看时要的外键。"""
    return Case.objects.visible_to(user).select_related(*JOINED)


def answer(view: ApiView, case: Case, *, status: int = 200, **headers: str) -> Response:
    """一件诉求连同它的 ETag。"""
    said = CaseDetailSerializer(case, context=view.context()).data
    return Response(said, status=status, headers={"ETag": etag(case.revision), **headers})


def _firms(context: dict[str, Any]) -> QuerySet[Enterprise]:
    return Enterprise.objects.visible_to(context["request"].user).select_related("region")


class CaseCreate(Body):
    """提出一个问题（R-21）。企业报自己的，不用写企业；活动办替企业登记，写明来源。"""

    enterprise = Key(_firms, required=False, label="企业")
    title = serializers.CharField(max_length=TITLE_MOST, label="一句话说问题")
    description = serializers.CharField(max_length=DESCRIPTION_MOST, label="具体情况")
    wish = serializers.CharField(max_length=WISH_MOST, required=False, allow_blank=True, label="希望怎么解决")
    source: Any = serializers.ChoiceField(choices=SOURCE_CHOICES, required=False, label="来源；活动办登记时写")


class CaseCreateForm(CaseCreate):
    """同上，带附件。"""

    files = serializers.ListField(
        child=serializers.FileField(), required=False, max_length=FILES_MOST, label="照片、PDF、Word、Excel"
    )


class CaseList(Listing):
    """看得到的问题（R-03），新提出的在前。"""

    scope = "cases"
    ordering = ("-reported_at", "-pk")
    serializer_class = CaseSerializer
    filterset_class = CaseFilterSet
    parser_classes = (BoundedJson, FilesAndFields)

    def rows(self) -> QuerySet[Case]:
        """见类说明。"""
        return Case.objects.visible_to(self.person).for_list()

    @extend_schema(operation_id="cases_list", summary="问题列表")
    def get(self, request: Request) -> Response:
        """看得到的问题，新提出的在前；筛选条件都要满足。"""
        return self.page()

    @extend_schema(
        operation_id="cases_create",
        summary="提出一个问题",
        request={"application/json": CaseCreate, "multipart/form-data": CaseCreateForm},
        responses={201: CaseDetailSerializer},
    )
    @once
    def post(self, request: Request) -> Response:
        """企业报自己的，活动办替企业登记；干部的问题随走访一起提（POST /visits）。"""
        _demand_reporter(self.person)
        kind = CaseCreateForm if request.FILES else CaseCreate
        body = kind(data=request.data, context=self.context())
        body.is_valid(raise_exception=True)
        files = [accept(one, field="files") for one in body.validated_data.pop("files", [])]
        report = _report(self.person, body.validated_data)
        case = services.report_problem(report, actor=self.person, at=timezone.now(), files=files)
        made = visible_cases(self.person).get(pk=case.pk)
        return answer(self, made, status=201, Location=case_address(made))


def _demand_reporter(user: Any) -> None:
    if user.role == Role.CADRE:
        raise NotPermitted("干部听到的问题随走访一起提，请用 POST /api/v1/visits。")
    if user.role not in MAY_REPORT:
        raise NotPermitted("您的角色不能提出问题。")


def _report(user: Any, said: dict[str, Any]) -> services.Report:
    firm, source = said.get("enterprise"), Source(said.get("source", Source.OFFICE))
    if user.role == Role.ENTERPRISE:
        firm, source = firm or user.enterprise, Source.ENTERPRISE
    if firm is None:
        raise InvalidInput("请写明是哪家企业。", {"enterprise": ["请写明是哪家企业。"]})
    return services.Report(firm, said["title"], said["description"], source, wish=said.get("wish", ""))


class CaseDetail(ApiView):
    """一件诉求。"""

    scope = "cases"
    serializer_class = CaseDetailSerializer

    @extend_schema(operation_id="cases_retrieve", summary="一件问题，连同现在能办的")
    def get(self, request: Request, pk: int) -> Response:
        """Actions 是这个人现在能办的每一步；ETag 是 revision，办的时候放进 If-Match。"""
        return answer(self, self.found(visible_cases(self.person), pk=pk))


class CaseEvents(Listing):
    """一件诉求的经过。"""

    scope = "cases"
    ordering = ("-at", "-pk")
    serializer_class = CaseEventSerializer

    def rows(self) -> QuerySet[Any]:
        """企业只有公开的；谁去回头看的，办的人看不到（R-30）。"""
        case = self.found(Case.objects.visible_to(self.person), pk=self.kwargs["pk"])
        found: QuerySet[Any] = queries.timeline(case, self.person)
        return found

    @extend_schema(operation_id="cases_events", summary="一件问题的经过")
    def get(self, request: Request, pk: int) -> Response:
        """新的在前。"""
        return self.page()
