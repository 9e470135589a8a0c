"""一家企业对今天有效的政策：能享受的、只差一条的、缺资料的，每条条件都说（R-61）。"""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ParseError
from rest_framework.request import Request
from rest_framework.response import Response

from enterprises.models import Enterprise
from policies.enums import Answer, Verdict
from policies.services.eligibility import judged
from policies.services.profiles import profile_of
from policies.services.standings import lines_of
from zhuqi.kernel.api.serializers import Ref
from zhuqi.kernel.api.views import ApiView

OFFERED = tuple(verdict for verdict in Verdict if verdict != Verdict.UNFIT)
VERDICT = OpenApiParameter(
    "verdict", {"type": "string", "enum": [one.value for one in OFFERED]}, description="只要这一种结论；不写是全部"
)


class PolicyRef(Ref):
    """一份政策。"""

    number = serializers.CharField(label="文号")


class ConditionLineSerializer(serializers.Serializer[Any]):
    """一个条件：要什么、企业现在是什么、符不符合。"""

    answer = serializers.ChoiceField(choices=Answer.choices, label="符不符合")
    wanted = serializers.CharField(label="要什么")
    held = serializers.CharField(label="现在是什么")


class MatchSerializer(serializers.Serializer[Any]):
    """一项政策对这家企业的结论。"""

    policy = PolicyRef(label="政策")
    verdict = serializers.ChoiceField(choices=[(one.value, one.label) for one in OFFERED], label="结论")
    is_automatic = serializers.BooleanField(source="policy.is_automatic", label="免申即享")
    guide_until_on = serializers.DateField(source="policy.guide_until_on", allow_null=True, label="申报截止")
    conditions = ConditionLineSerializer(many=True, label="逐条")


class EnterpriseMatches(ApiView):
    """匹配。"""

    scope = "policies"
    is_listing = True
    parameters = ("verdict",)
    serializer_class = MatchSerializer

    @extend_schema(operation_id="enterprises_matches", summary="一家企业能享受哪些政策、差哪一条", parameters=[VERDICT])
    def get(self, request: Request, pk: int) -> Response:
        """当场算，从不过时；不适用的不在里面。"""
        asked = request.query_params.get("verdict")
        if asked is not None and asked not in {one.value for one in OFFERED}:
            raise ParseError("verdict 可以是 FITS、ONE_MISSING、UNKNOWN。")
        firm = self.found(Enterprise.objects.visible_to(self.person).select_related("region"), pk=pk)
        today = timezone.localdate()
        profile = profile_of(firm, today)
        found = [
            {"policy": fit.policy, "verdict": fit.verdict, "conditions": lines_of(fit.match, profile)}
            for fit in judged(firm, today)
            if asked in {None, fit.verdict.value}
        ]
        return Response(MatchSerializer(found, many=True).data)
