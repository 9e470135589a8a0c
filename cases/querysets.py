"""案件及其附属行的可见范围与常用筛选（R-03）。"""

from datetime import date
from typing import Self, cast

from django.db.models import Exists, OuterRef, Q

from cadres.enums import Role, UnitKind
from cadres.models import User
from cases.enums import OPEN, Level, Status
from zhuqi.kernel.scoping import ScopedQuerySet, Viewer


def case_scope(user: User) -> Q:
    """看得到哪些案件：列表、详情、搜索、导出、附件、通知用的都是这一条（R-03）。"""
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
