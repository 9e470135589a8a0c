"""问题怎么给程序看；每一栏按看的人给（R-03、R-20、R-28）。"""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from cadres.enums import Role
from cases import queries, services
from cases.api.addresses import action_address
from cases.enums import Action, Clock, Status
from cases.models import Attachment, Case, CaseEvent, CoHandling
from zhuqi.kernel.api.serializers import CategoryRef, EnterpriseRef, KeptBack, Ref, RegionRef, UnitRef


class CaseRef(Ref):
    """一件问题，按编号和标题。"""

    number = serializers.CharField(label="问题编号")

    def get_name(self, row: Case) -> str:
        """标题。"""
        return row.title


# Between offices and units: the firm is not told.
INSIDE = frozenset({"level", "tier", "nature", "lane", "urge_count", "objection_count", "needs_coordination"})
RATED = frozenset({"bad_rating_count"})
FIRM_NEXT = frozenset({*queries.FIRM_CLOCKS, Clock.ACCEPT})


class CaseSerializer(KeptBack, serializers.ModelSerializer[Case]):
    """列表的一行。"""

    kept_back = {Role.ENTERPRISE: INSIDE, Role.UNIT: RATED, Role.CADRE: RATED}

    enterprise = EnterpriseRef(label="企业")
    region = RegionRef(label="县（市、区）")
    category = CategoryRef(label="类别", allow_null=True)
    office = UnitRef(label="活动办")
    lead = UnitRef(label="主办", allow_null=True)
    status = serializers.SerializerMethodField(label="状态")
    status_label = serializers.SerializerMethodField(label="状态的说法")

    class Meta:
        model = Case
        fields: tuple[str, ...] = (
            "id", "number", "revision", "title", "enterprise", "region", "office", "category", "source", "status",
            "status_label", "level", "tier", "nature", "is_legal", "lead", "reported_at", "accepted_at",
            "dispatched_at", "submitted_at", "closed_at", "outcome", "promised_on", "next_due_on", "next_clock",
            "urge_count", "bad_rating_count", "reopened_count",
        )  # fmt: skip
        read_only_fields: tuple[str, ...] = fields
        extra_kwargs = {
            name: {"allow_null": True} for name in ("level", "tier", "nature", "urge_count", "bad_rating_count")
        } | {"next_clock": {"allow_null": True}, "outcome": {"allow_null": True}}

    @extend_schema_field(serializers.ChoiceField(choices=Status.choices))
    def get_status(self, case: Case) -> str:
        """企业看到的是它那一种说法的状态。"""
        return case.status_told(self.context["request"].user)[0]

    def get_status_label(self, case: Case) -> str:
        """中文。"""
        return case.status_told(self.context["request"].user)[1]

    def to_representation(self, row: Any) -> dict[str, Any]:
        """空的写 null；活动办自己的期限不告诉企业。"""
        said = super().to_representation(row)
        for name in ("next_clock", "outcome"):
            said[name] = said[name] or None
        if self.context["request"].user.role == Role.ENTERPRISE and row.next_clock not in FIRM_NEXT:
            said["next_due_on"] = said["next_clock"] = None
        return said


class CoHandlingSerializer(serializers.ModelSerializer[CoHandling]):
    """协办：分工与意见（R-26）。"""

    unit = UnitRef(label="协办单位")

    class Meta:
        model = CoHandling
        fields = ("unit", "part", "opinion", "replied_at")
        read_only_fields = fields


class OptionSerializer(serializers.Serializer[Any]):
    """现在能办的一步，或不能办的原因；来自流程表，和页面上的按钮是同一份。"""

    action = serializers.ChoiceField(choices=Action.choices, label="动作")
    label = serializers.CharField(label="叫什么")  # type: ignore[assignment]  # the word of domain.md
    is_allowed = serializers.BooleanField(label="现在能办")
    reason = serializers.CharField(label="不能办的原因")
    href = serializers.SerializerMethodField(label="往哪里交")

    def get_href(self, option: services.Option) -> str:
        """POST 到这里，带 If-Match。"""
        return action_address(self.context["case"], option.action)


class CaseDetailSerializer(CaseSerializer):
    """一件诉求，连同这个人现在能办的。"""

    kept_back = {**CaseSerializer.kept_back, Role.ENTERPRISE: INSIDE | {"co_handlers"}}

    lane = UnitRef(label="专项工作小组", allow_null=True)
    co_handlers = serializers.SerializerMethodField(label="协办")
    merged_into: Any = serializers.PrimaryKeyRelatedField(read_only=True, allow_null=True, label="并入")
    split_from: Any = serializers.PrimaryKeyRelatedField(read_only=True, allow_null=True, label="拆自")
    actions = serializers.SerializerMethodField(label="能办的")

    class Meta(CaseSerializer.Meta):
        fields = (
            *CaseSerializer.Meta.fields, "description", "wish", "lane", "co_handlers", "objection_count", "pause_count",
            "was_extended", "was_shelved", "needs_coordination", "merged_into", "split_from", "actions",
        )  # fmt: skip
        read_only_fields = fields
        extra_kwargs = CaseSerializer.Meta.extra_kwargs | {
            name: {"allow_null": True} for name in ("objection_count", "needs_coordination")
        }

    @extend_schema_field(CoHandlingSerializer(many=True, allow_null=True))
    def get_co_handlers(self, case: Case) -> list[dict[str, Any]]:
        """一家一行。"""
        return list(CoHandlingSerializer(case.co_handlings.select_related("unit"), many=True).data)

    @extend_schema_field(OptionSerializer(many=True))
    def get_actions(self, case: Case) -> list[dict[str, Any]]:
        """按流程表的次序，先能办的。"""
        found = services.options(case, self.context["request"].user, today=timezone.localdate())
        return list(OptionSerializer(found, many=True, context={**self.context, "case": case}).data)


class AttachmentSerializer(serializers.ModelSerializer[Attachment]):
    """附件；下载在 /attachments/{id}（R-74）。"""

    class Meta:
        model = Attachment
        fields = ("id", "original_name", "content_type", "size", "sha256", "is_evidence")
        read_only_fields = fields


class CaseEventSerializer(serializers.ModelSerializer[CaseEvent]):
    """经过的一步。企业只有公开的，不署名；单位和干部读不到评价的原话（R-28）。"""

    label = serializers.CharField(source="get_kind_display", label="做了什么")  # type: ignore[assignment]  # as above
    actor = serializers.SerializerMethodField(label="署名")
    unit = UnitRef(label="单位", allow_null=True)
    note = serializers.SerializerMethodField(label="内容")
    ticket = serializers.SerializerMethodField(label="单据编号")
    attachments = AttachmentSerializer(many=True, label="附件")

    class Meta:
        model = CaseEvent
        fields = ("id", "kind", "label", "at", "actor", "unit", "note", "ticket", "attachments")
        read_only_fields = fields

    def get_actor(self, event: CaseEvent) -> str:
        """姓名 · 单位；对企业不写是谁。"""
        return "" if self.context["request"].user.role == Role.ENTERPRISE else event.actor_label

    def get_note(self, event: CaseEvent) -> str:
        """评价的原话只给评价的人和活动办、领导、督查。"""
        is_rating = event.kind in {Action.RATE, Action.RATE_BAD}
        return "" if is_rating and self.context["request"].user.role not in queries.RATERS else event.note

    def get_ticket(self, event: CaseEvent) -> str:
        """拟稿没有编号。"""
        return (event.ticket.number or "") if event.ticket else ""
