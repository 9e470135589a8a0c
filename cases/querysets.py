"""案件及其附属行的可见范围与常用筛选（R-03）。"""

from datetime import date
from decimal import Decimal
from typing import Any, Self, cast

from django.apps import apps
from django.db.models import Count, DecimalField, Exists, F, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce

from cadres.enums import ARREARS, Role, UnitKind
from cadres.models import User
from cases.enums import OPEN, Level, Status
from zhuqi.kernel.scoping import ScopedQuerySet, Viewer


def case_scope(user: User) -> Q:
    """看得到哪些案件：列表、详情、搜索、导出、附件、通知用的都是这一条（R-03）。清欠联席成员另看全市的清欠（R-32）。"""
    own = _own_scope(user)
    return own | arrears_q() if user.is_in_arrears_group else own


def arrears_q() -> Q:
    """账款清欠类的案件。用类别的主键去找，不连接，行不会重复，类别的索引用得上。"""
    categories: Any = apps.get_model("cases", "Category")
    found = categories.objects.order_by().filter(Q(code=ARREARS) | Q(code__startswith=f"{ARREARS}."))
    return Q(category__in=found.values("pk"))


def _own_scope(user: User) -> Q:
    nothing = Q(pk__in=[])
    if user.role in {Role.OFFICE, Role.LEADER, Role.SUPERVISOR}:
        return Q(region__in=user.region_ids) if user.unit_id else nothing
    if user.role == Role.UNIT and user.unit:
        handled = Q(lead=user.unit_id) | Q(pk__in=user.unit.co_handlings.order_by().values("case"))
        return handled | Q(lane=user.unit_id) if user.unit.kind == UnitKind.TASK_FORCE else handled
    if user.role == Role.ENTERPRISE:
        return Q(enterprise=user.enterprise_id) if user.enterprise_id else nothing
    if user.role == Role.CADRE:
        return Q(enterprise__in=user.enterprise_scope())
    return nothing


class CaseQuerySet(ScopedQuerySet):
    """案件。"""

    def scope_q(self, user: Viewer) -> Q:
        """R-03，见 `case_scope`。"""
        return case_scope(cast("User", user))

    def open(self) -> Self:
        """未结束的。写成“在这几个状态里”，索引才用得上；“不在那几个里”要扫全表。"""
        return self.filter(status__in=OPEN)

    def overdue(self, today: date) -> Self:
        """未结束且下一期限已过的（当天 24:00 前不算）。"""
        return self.open().filter(next_due_on__lt=today).exclude(status=Status.PAUSED)

    def red(self) -> Self:
        """已问效、未结束的。"""
        return self.open().filter(level=Level.INQUIRY)

    def of_arrears(self) -> Self:
        """账款清欠类的（R-32）。"""
        return self.filter(arrears_q())

    def for_list(self) -> Self:
        """列表一次取齐要显示的外键。"""
        return self.select_related("enterprise", "region", "category", "lead", "office")


class CasePartQuerySet(ScopedQuerySet):
    """挂在案件下面的行：案件看得到，它才看得到。"""

    scope_path = "case"

    def scope_q(self, user: Viewer) -> Q:
        """一句 EXISTS，不连接，行不会重复；按主键逐行去问，不把全县的案件先列一遍。"""
        cases = self.model.case.get_queryset().order_by()  # type: ignore[attr-defined]  # every part has its case
        return Q(Exists(cases.filter(case_scope(cast("User", user)), pk=OuterRef("case"))))


class LookBackDrawQuerySet(ScopedQuerySet):
    """回头看的抽取：市活动办、市领导、督查看；抽中了谁，被看的一方不知道（R-30）。"""

    def scope_q(self, user: Viewer) -> Q:
        """县里的也不看：名单里有本县自己办的。"""
        return Q(pk__in=[])


class InstructionQuerySet(CasePartQuerySet):
    """批示：随案件；企业看不到。"""

    def scope_q(self, user: Viewer) -> Q:
        """批示只在办理单位之间流转（与账本里的 INTERNAL 一致）。"""
        return Q(pk__in=[]) if cast("User", user).role == Role.ENTERPRISE else super().scope_q(user)

    def waiting(self) -> Self:
        """还没有答复的。"""
        return self.filter(answered_at__isnull=True)

    def overdue(self, today: date) -> Self:
        """没有答复、要求的日子已过（当天 24:00 前不算）。"""
        return self.waiting().filter(due_on__lt=today)


MONEY: "DecimalField[Any, Any]" = DecimalField(max_digits=16, decimal_places=2)


class RecoveryQuerySet(CasePartQuerySet):
    """回款。"""

    def live(self) -> Self:
        """没作废的。"""
        return self.filter(voided_at__isnull=True)

    def total(self) -> Decimal:
        """共多少元。"""
        found: Decimal = self.aggregate(n=Coalesce(Sum("amount"), Decimal(0), output_field=MONEY))["n"]
        return found


class ArrearsQuerySet(CasePartQuerySet):
    """欠款。"""

    def with_recovered(self) -> Self:
        """每件带着已收回 `recovered`：一句子查询，行不重复。"""
        recoveries = self.model.recoveries.rel.related_model.objects.live().order_by()  # type: ignore[attr-defined]
        sums = recoveries.filter(arrears=OuterRef("pk")).values("arrears").annotate(n=Sum("amount")).values("n")
        return self.annotate(recovered=Coalesce(Subquery(sums), Decimal(0), output_field=MONEY))

    def settled(self) -> Self:
        """收清了的；先 `with_recovered`。"""
        return self.filter(recovered__gte=F("owed"))


class LookBackQuerySet(CasePartQuerySet):
    """回头看：分给谁看谁看得到；活动办、领导、督查随案件。主办单位和包联干部看不到（盲派，R-30）。"""

    def scope_q(self, user: Viewer) -> Q:
        """县里的人看不到还没看的、由本县单位主办的：县活动办和它的部门是一个组织（R-51）。"""
        person = cast("User", user)
        mine = Q(assignee=person.pk)
        if person.role in {Role.OFFICE, Role.LEADER, Role.SUPERVISOR}:
            own = Q(unit__kind__in=(UnitKind.OFFICE, UnitKind.COUNTY), checked_at__isnull=True)
            return mine | (super().scope_q(user) & ~own)
        return mine

    def waiting(self) -> Self:
        """还没看、也没取消的。"""
        return self.filter(checked_at__isnull=True, cancelled_at__isnull=True)

    def due(self, today: date) -> Self:
        """到了日子、还没看的。"""
        return self.waiting().filter(due_on__lte=today)

    def late(self, today: date) -> Self:
        """过了最晚那天还没看的（当天 24:00 前不算）。"""
        return self.waiting().filter(until_on__lt=today)


class IssueCaseQuerySet(CasePartQuerySet):
    """共性问题里的诉求：各看各看得到的那几件。"""

    def live(self) -> Self:
        """列入了、没有移出的。"""
        return self.filter(joined_at__isnull=False, left_at__isnull=True)

    def candidates(self) -> Self:
        """提出来像、还没有列入的。"""
        return self.filter(joined_at__isnull=True, left_at__isnull=True)

    def waiting(self) -> Self:
        """列入了、还没有答复到的；不予受理和并案的不等。"""
        return self.live().filter(answered_at__isnull=True).exclude(case__status__in=("REFUSED", "MERGED"))


class IssueQuerySet(ScopedQuerySet):
    """共性问题：里面有一件看得到就看得到；统一办理的单位和建议落实的单位也看得到。"""

    def scope_q(self, user: Viewer) -> Q:
        """企业和干部看自己的那一件就够了，不看别家的汇总；没确认的只在活动办（R-03）。"""
        person = cast("User", user)
        if person.role not in {Role.OFFICE, Role.LEADER, Role.SUPERVISOR, Role.UNIT} or not person.unit_id:
            return Q(pk__in=[])
        members = self.model.members.rel.related_model.objects.visible_to(person)  # type: ignore[attr-defined]
        seen = Q(Exists(members.filter(issue=OuterRef("pk"), left_at__isnull=True)))
        seen |= Q(lead=person.unit_id) | Q(proposal_unit=person.unit_id)
        return seen & Q(state__in=("CONFIRMED", "ANSWERED")) if person.role == Role.UNIT else seen

    def with_counts(self) -> Self:
        """带着几件、几家、答复了几件；没确认的数提出来的。"""
        members = self.model.members.rel.related_model.objects.order_by()  # type: ignore[attr-defined]
        own = members.filter(issue=OuterRef("pk"), left_at__isnull=True)
        own = own.filter(Q(joined_at__isnull=False) | Q(issue__state__in=("PROPOSED", "DISMISSED"))).values("issue")
        return self.annotate(
            case_count=_counted(own.annotate(n=Count("pk"))),
            firm_count=_counted(own.annotate(n=Count("case__enterprise", distinct=True))),
            answered_count=_counted(own.filter(answered_at__isnull=False).annotate(n=Count("pk"))),
        )

    def owed(self, today: date) -> Self:
        """政策建议到期没有落实的。"""
        return self.filter(proposal_due_on__lt=today, proposal_done_at__isnull=True)


def _counted(rows: Any) -> Coalesce:
    return Coalesce(Subquery(rows.values("n")[:1]), 0)


class MeetingQuerySet(ScopedQuerySet):
    """会议：召集的活动办、同一辖区的领导和督查；议定由本单位落实的单位看得到已印发的。"""

    def scope_q(self, user: Viewer) -> Q:
        """市里的人看全部（`sees_everything`），县里的看本县的（R-03）。"""
        person = cast("User", user)
        if person.role in {Role.OFFICE, Role.LEADER, Role.SUPERVISOR} and person.unit_id:
            return Q(office__region__in=person.region_ids)
        if person.role == Role.UNIT and person.unit_id:
            items = self.model.items.rel.related_model.objects  # type: ignore[attr-defined]
            return Q(state="CLOSED") & Q(Exists(items.filter(meeting=OuterRef("pk"), unit=person.unit_id)))
        return Q(pk__in=[])


class MeetingPartQuerySet(ScopedQuerySet):
    """议题：会议看得到；单位只看由自己落实的。"""

    def scope_q(self, user: Viewer) -> Q:
        """见类说明。"""
        person = cast("User", user)
        meetings = self.model.meeting.field.related_model.objects.visible_to(person).order_by()  # type: ignore[attr-defined]
        seen = Q(meeting__in=meetings.values("pk"))
        return seen & Q(unit=person.unit_id) if person.role == Role.UNIT else seen
