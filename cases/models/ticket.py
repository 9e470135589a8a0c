"""三单（R-33 – R-36）。"""

from collections.abc import Collection
from typing import Any, Self

from django.db import models
from django.db.models import Q

from cadres.models import Unit, User
from cases.enums import InquiryCause, TicketKind, TicketState
from cases.models.case import Case
from cases.querysets import CasePartQuerySet
from zhuqi.kernel.errors import Conflict

FIXED = "已签发的单据不能修改；写错了请作废后重发。"
KEPT = "已编号的单据不能删除；写错了请作废，编号保留。"
# What an issued ticket may still gain: that it was voided. Everything else is fixed.
MUTABLE_ONCE_ISSUED = frozenset({"state", "voided_at", "voided_by", "void_reason"})


class TicketQuerySet(CasePartQuerySet):
    """单据。"""

    def issued(self) -> Self:
        """已签发、未作废的。"""
        return self.filter(state=TicketState.ISSUED)

    def update(self, **changes: Any) -> int:
        """成批改也不能碰已签发的内容（R-33）；`bulk_update` 也从这里过。"""
        touches = changes.keys() - MUTABLE_ONCE_ISSUED or changes.get("state", TicketState.VOID) != TicketState.VOID
        if touches and self.filter(issued_at__isnull=False).exists():
            raise Conflict(FIXED)
        return super().update(**changes)

    def delete(self) -> tuple[int, dict[str, int]]:
        """单据不删：号不能断（R-33、R-34）。"""
        if self.filter(number__isnull=False).exists():
            raise Conflict(KEPT)
        return super().delete()


class Ticket(models.Model):
    """一张单；签发后不变，错了作废重发、编号保留（R-33）。"""

    case = models.ForeignKey(Case, models.PROTECT, related_name="tickets", verbose_name="诉求")
    kind = models.CharField("单别", max_length=8, choices=TicketKind.choices)
    state = models.CharField("状态", max_length=8, choices=TicketState.choices, default=TicketState.DRAFT)
    key = models.CharField("唯一来由", max_length=80, help_text="如 URGE:2026-02-24，防重复签发。")
    number = models.CharField("编号", max_length=40, unique=True, null=True, blank=True)
    office = models.ForeignKey(Unit, models.PROTECT, related_name="issued_tickets", verbose_name="发单单位")
    to_unit = models.ForeignKey(Unit, models.PROTECT, related_name="received_tickets", verbose_name="主送")
    copies = models.ManyToManyField(Unit, blank=True, related_name="copied_tickets", verbose_name="抄送")
    previous = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="following", verbose_name="上一张单"
    )
    ordinal = models.PositiveSmallIntegerField("本案同类第几张", default=1)
    cause = models.CharField("缘由", max_length=16, choices=InquiryCause.choices, blank=True)
    signer = models.CharField("签发人", max_length=60, blank=True)
    body = models.JSONField("单面内容", default=dict)
    drafted_at = models.DateTimeField("拟稿时间")
    drafted_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="拟稿人")
    office_approved_at = models.DateTimeField("主任同意", null=True, blank=True)
    office_approved_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    leader_approved_at = models.DateTimeField("分管领导批准", null=True, blank=True)
    leader_approved_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    issued_at = models.DateTimeField("签发时间", null=True, blank=True)
    issued_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="签发操作"
    )
    voided_at = models.DateTimeField("作废时间", null=True, blank=True)
    voided_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="作废人")
    void_reason = models.CharField("作废原因", max_length=200, blank=True)

    objects = TicketQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "单据"
        ordering = ("pk",)
        constraints = [
            models.UniqueConstraint(fields=["case", "key"], name="one_ticket_per_cause"),
            models.CheckConstraint(
                condition=Q(issued_at__isnull=True) | Q(number__isnull=False), name="issued_ticket_has_number"
            ),
            models.UniqueConstraint(fields=["case", "kind"], condition=Q(state="DRAFT"), name="one_draft_per_kind"),
        ]
        indexes = [
            models.Index(fields=["kind", "state"], name="ticket_kind_state"),
            models.Index(fields=["to_unit", "kind", "-issued_at"], name="ticket_to_unit"),
            models.Index(fields=["-issued_at"], name="ticket_issued"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.number or '（拟稿）'}"

    @classmethod
    def from_db(cls, db: str | None, field_names: Collection[str], values: Collection[Any], **how: Any) -> Self:
        """记住取出时是否已签发，供保存时守住；没取签发时间的，当作已签发。"""
        ticket = super().from_db(db, field_names, values, **how)
        if "issued_at" not in field_names or ticket.issued_at is not None:
            ticket.seal()
        return ticket

    def is_live(self, kind: str) -> bool:
        """已签发、没作废的这一种单。"""
        return self.kind == kind and self.state == TicketState.ISSUED

    def seal(self) -> None:
        """从此只许作废（R-33）。"""
        self._was_issued = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """已签发的只许作废（R-33）。"""
        fields = set(kwargs.get("update_fields") or ())
        is_voiding = fields and not fields - MUTABLE_ONCE_ISSUED and self.state == TicketState.VOID
        if getattr(self, "_was_issued", False) and not is_voiding:
            raise Conflict(FIXED)
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """单据不删：号不能断（R-33、R-34）。"""
        if self.number:
            raise Conflict(KEPT)
        return super().delete(*args, **kwargs)


class TicketReply(models.Model):
    """对催办单、问效建议单的书面答复（R-36）。签收见案件的签收事件。"""

    ticket = models.OneToOneField(Ticket, models.PROTECT, related_name="reply", verbose_name="单据")
    case = models.ForeignKey(Case, models.PROTECT, related_name="ticket_replies", verbose_name="诉求")
    text = models.TextField("原因与说明", max_length=4000)
    promised_on = models.DateField("承诺日期", null=True, blank=True)
    replied_at = models.DateTimeField("答复时间")
    replied_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="答复人")

    objects = CasePartQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "单据答复"


class NumberSequence(models.Model):
    """编号取号器：每（单位、种类、年）一行，取号与签发同一事务，不断号不重号（R-34）。"""

    office = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    kind = models.CharField("种类", max_length=10)
    year = models.PositiveSmallIntegerField("年")
    last = models.PositiveIntegerField("最后一号", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "编号"
        constraints = [models.UniqueConstraint(fields=["office", "kind", "year"], name="one_sequence")]
